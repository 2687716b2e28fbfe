"""Three-valued evaluation of condition trees.

Met, not met or unknown, and the facts each verdict rests on.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ekbom.criteria.guidelines import (
    AllOf,
    AnyOf,
    AtLeast,
    ClinicalTables,
    Condition,
    FactCompare,
    FactIs,
    Found,
    HasCondition,
    HasStatus,
    IsMet,
    IsUnknown,
    Named,
    NotOf,
    OnLimit,
    Takes,
)
from ekbom.model.assessment import Verdict
from ekbom.model.errors import EkbomError
from ekbom.model.person import Facts
from ekbom.model.source import ParameterValue

UNKNOWN_WORD = "unknown"
MET, NOT_MET, UNKNOWN = Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN


class RuleError(EkbomError):
    """A rule and a setting do not fit together; the message names both."""


class Finding(NamedTuple):
    """A verdict and the names of the facts it rests on."""

    verdict: Verdict
    facts: frozenset[str]


NOTHING: frozenset[str] = frozenset()


@dataclass
class Context:
    """What a tree is judged against; earlier steps write what they found into it.

    With `reasons` false only verdicts are kept: nobody will read the sentences. `medicines_known`
    is false while the medicines were never asked for or one of them was not recognised. `checks`
    holds the compiled trees by rule.
    """

    facts: Facts
    tables: ClinicalTables
    settings: Mapping[str, ParameterValue]
    groups: Mapping[str, tuple[str, ...]]
    medicines_known: bool = True
    reasons: bool = True
    checks: dict[str, Callable[["Context"], Verdict]] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    status_facts: dict[str, frozenset[str]] = field(default_factory=dict)
    found: dict[str, set[str]] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    criteria: dict[str, Finding] = field(default_factory=dict)
    open_facts: Counter[str] = field(default_factory=Counter)


def evaluate(condition: Condition, context: Context) -> Finding:
    """Judge a tree.

    *Met* rests on every part that made it so; *not met* on the parts that are not met; *unknown* on
    the parts that are unknown. Unknown is never turned into *not met*.
    """
    return _JUDGES[type(condition)](condition, context)


def judge_criterion(name: str, context: Context) -> Finding:
    """Judge a named criterion once."""
    if name not in context.criteria:
        condition = context.tables.criteria[name].when
        context.criteria[name] = (
            Finding(MET, NOTHING) if condition is None else evaluate(condition, context)
        )
    return context.criteria[name]


def _joined(findings: Iterable[Finding], verdict: Verdict) -> Finding:
    """Join the facts of those findings that have the verdict."""
    return Finding(
        verdict,
        NOTHING.union(*(finding.facts for finding in findings if finding.verdict is verdict)),
    )


def _all(condition: Condition, context: Context) -> Finding:
    if not isinstance(condition, AllOf):
        raise _misplaced(condition)
    findings = [evaluate(part, context) for part in condition.parts]
    verdicts = {finding.verdict for finding in findings}
    if NOT_MET in verdicts:
        return _joined(findings, NOT_MET)
    return _joined(findings, UNKNOWN if UNKNOWN in verdicts else MET)


def _any(condition: Condition, context: Context) -> Finding:
    if not isinstance(condition, AnyOf):
        raise _misplaced(condition)
    findings = [evaluate(part, context) for part in condition.parts]
    verdicts = {finding.verdict for finding in findings}
    if MET in verdicts:
        return _joined(findings, MET)
    if UNKNOWN in verdicts and not (condition.one_no_suffices and NOT_MET in verdicts):
        return _joined(findings, UNKNOWN)
    return _joined(findings, NOT_MET)


def _at_least(condition: Condition, context: Context) -> Finding:
    if not isinstance(condition, AtLeast):
        raise _misplaced(condition)
    findings = [evaluate(part, context) for part in condition.parts]
    met = sum(finding.verdict is MET for finding in findings)
    unknown = sum(finding.verdict is UNKNOWN for finding in findings)
    if met >= condition.count:
        return _joined(findings, MET)
    return _joined(findings, UNKNOWN if met + unknown >= condition.count else NOT_MET)


def _not(condition: Condition, context: Context) -> Finding:
    if not isinstance(condition, NotOf):
        raise _misplaced(condition)
    finding = evaluate(condition.part, context)
    return Finding(_OPPOSITE[finding.verdict], finding.facts)


_OPPOSITE = {MET: NOT_MET, NOT_MET: MET, UNKNOWN: UNKNOWN}


def _is_unknown(condition: Condition, context: Context) -> Finding:
    if not isinstance(condition, IsUnknown):
        raise _misplaced(condition)
    finding = evaluate(condition.part, context)
    return Finding(MET if finding.verdict is UNKNOWN else NOT_MET, finding.facts)


def _is_met(condition: Condition, context: Context) -> Finding:
    if not isinstance(condition, IsMet):
        raise _misplaced(condition)
    finding = evaluate(condition.part, context)
    return Finding(MET if finding.verdict is MET else NOT_MET, finding.facts)


def _fact_is(condition: Condition, context: Context) -> Finding:
    if not isinstance(condition, FactIs):
        raise _misplaced(condition)
    value = context.facts.values.get(condition.fact, UNKNOWN_WORD)
    facts = frozenset((condition.fact,))
    if value == UNKNOWN_WORD or value in condition.else_unknown:
        return Finding(UNKNOWN, facts)
    return Finding(MET if value in condition.values else NOT_MET, facts)


def _compare(condition: Condition, context: Context) -> Finding:
    if not isinstance(condition, FactCompare):
        raise _misplaced(condition)
    facts = frozenset((condition.fact,))
    value = context.facts.values.get(condition.fact)
    if not isinstance(value, int | float):
        return Finding(UNKNOWN, facts)
    compare = COMPARISONS[sign_of(condition.operator, context)]
    return Finding(
        MET if compare(value, number_setting(condition.limit, context)) else NOT_MET, facts
    )


COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda value, limit: value < limit,
    "<=": lambda value, limit: value <= limit,
    ">": lambda value, limit: value > limit,
    ">=": lambda value, limit: value >= limit,
}


def sign_of(operator: str, context: Context) -> str:
    """Look up a sign: a parameter that holds a flag says whether an upper limit belongs inside."""
    if operator in COMPARISONS:
        return operator
    value = context.settings[operator]
    if isinstance(value, bool):
        return "<=" if value else "<"
    if value not in COMPARISONS:
        raise RuleError(
            f"the setting {operator} is {value!r}, which compares nothing; use one of {', '.join(COMPARISONS)}"
        )
    return str(value)


def number_setting(name: str, context: Context) -> float:
    """Look up a number among the settings; ``name[1]`` is the second number of a list."""
    base, _, index = name.partition("[")
    value = context.settings[base]
    if index and isinstance(value, tuple):
        return value[int(index.rstrip("]"))]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RuleError(f"the setting {name} is {value!r}, but a rule compares a number with it")
    return value


def _has_condition(condition: Condition, context: Context) -> Finding:
    if not isinstance(condition, HasCondition):
        raise _misplaced(condition)
    facts = frozenset(("conditions",))
    if context.facts.conditions is None:
        return Finding(UNKNOWN, facts)
    return Finding(MET if condition.code in context.facts.conditions else NOT_MET, facts)


def _takes(condition: Condition, context: Context) -> Finding:
    if not isinstance(condition, Takes):
        raise _misplaced(condition)
    used = context.groups.get(condition.group, ())
    facts = frozenset(("medications",))
    if used:
        return Finding(MET, facts)
    return Finding(NOT_MET if context.medicines_known else UNKNOWN, facts)


def _named(condition: Condition, context: Context) -> Finding:
    if not isinstance(condition, Named):
        raise _misplaced(condition)
    return judge_criterion(condition.criterion, context)


def _has_status(condition: Condition, context: Context) -> Finding:
    if not isinstance(condition, HasStatus):
        raise _misplaced(condition)
    status = context.statuses.get(condition.code, "")
    return Finding(
        MET if status in condition.statuses else NOT_MET,
        context.status_facts.get(condition.code, NOTHING),
    )


def _found(condition: Condition, context: Context) -> Finding:
    if not isinstance(condition, Found):
        raise _misplaced(condition)
    found = context.found.get(condition.step, set())
    met = any(
        code in found or (code.endswith("*") and any(item.startswith(code[:-1]) for item in found))
        for code in condition.codes
    )
    return Finding(MET if met else NOT_MET, NOTHING)


def _on_limit(condition: Condition, context: Context) -> Finding:
    if not isinstance(condition, OnLimit):
        raise _misplaced(condition)
    facts = frozenset((condition.fact,))
    value = context.facts.values.get(condition.fact)
    if not isinstance(value, int | float):
        return Finding(UNKNOWN, facts)
    digits = int(number_setting("boundary.decimals", context))
    return Finding(
        MET
        if round(value, digits) == round(number_setting(condition.limit, context), digits)
        else NOT_MET,
        facts,
    )


def _misplaced(condition: Condition) -> RuleError:
    return RuleError(
        f"the condition {condition!r} reached the wrong judge; this is a fault of the engine"
    )


_JUDGES: dict[type, Callable[[Condition, Context], Finding]] = {
    AllOf: _all,
    AnyOf: _any,
    AtLeast: _at_least,
    NotOf: _not,
    IsUnknown: _is_unknown,
    IsMet: _is_met,
    FactIs: _fact_is,
    FactCompare: _compare,
    HasCondition: _has_condition,
    Takes: _takes,
    Named: _named,
    HasStatus: _has_status,
    Found: _found,
    OnLimit: _on_limit,
}
