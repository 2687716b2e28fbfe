"""Fast verdicts: every condition tree is compiled once to nested functions that answer without naming the facts.

The readable twin is `ekbom.clinical.evaluate`, which also names the facts a verdict rests on; a
test holds both equal.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache

from ekbom.clinical.evaluate import (
    COMPARISONS,
    MET,
    NOT_MET,
    UNKNOWN,
    UNKNOWN_WORD,
    Context,
    RuleError,
    sign_of,
)
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
    Rule,
    Takes,
)
from ekbom.model.assessment import Verdict

Check = Callable[[Context], Verdict]
_OPPOSITE = {MET: NOT_MET, NOT_MET: MET, UNKNOWN: UNKNOWN}


@lru_cache(maxsize=4)
def compiled(tables: ClinicalTables) -> dict[str, Check]:
    """Start the store of compiled rules of these tables; rules are compiled when first judged."""
    return {name: compile_rule(rule) for name, rule in tables.criteria.items()}


def compile_rule(rule: Rule) -> Check:
    """Compile the condition of a rule; a rule without condition always holds."""
    return _always if rule.when is None else compile_condition(rule.when)


def compile_condition(condition: Condition) -> Check:  # noqa: PLR0911 - one return a form
    """Compile one tree."""
    match condition:
        case AllOf(parts=parts):
            return _all(tuple(compile_condition(part) for part in parts))
        case AnyOf(parts=parts, one_no_suffices=lenient):
            return _any(tuple(compile_condition(part) for part in parts), lenient=lenient)
        case AtLeast(count=count, parts=parts):
            return _at_least(count, tuple(compile_condition(part) for part in parts))
        case NotOf(part=part):
            return _mapped(compile_condition(part), _OPPOSITE)
        case IsUnknown(part=part):
            return _mapped(compile_condition(part), {MET: NOT_MET, NOT_MET: NOT_MET, UNKNOWN: MET})
        case IsMet(part=part):
            return _mapped(compile_condition(part), {MET: MET, NOT_MET: NOT_MET, UNKNOWN: NOT_MET})
        case _:
            return _leaf(condition)


def _leaf(condition: Condition) -> Check:  # noqa: PLR0911 - one return a form
    match condition:
        case FactIs():
            return _fact_is(condition)
        case FactCompare():
            return _compare(condition)
        case Named(criterion=name):
            return _named(name)
        case HasStatus(code=code, statuses=statuses):
            return lambda context: MET if context.statuses.get(code, "") in statuses else NOT_MET
        case HasCondition(code=code):
            return _has_condition(code)
        case Takes(group=group):
            return _takes(group)
        case Found():
            return _found(condition)
        case OnLimit():
            return _on_limit(condition)
        case _:
            raise RuleError(f"no check is known for {condition!r}; this is a fault of the engine")


def _always(_: Context) -> Verdict:
    return MET


def _all(parts: tuple[Check, ...]) -> Check:
    def check(context: Context) -> Verdict:
        verdict = MET
        for part in parts:
            found = part(context)
            if found is NOT_MET:
                return NOT_MET
            if found is UNKNOWN:
                verdict = UNKNOWN
        return verdict

    return check


def _any(parts: tuple[Check, ...], *, lenient: bool) -> Check:
    def check(context: Context) -> Verdict:
        refused = unknown = False
        for part in parts:
            found = part(context)
            if found is MET:
                return MET
            refused = refused or found is NOT_MET
            unknown = unknown or found is UNKNOWN
        return UNKNOWN if unknown and not (lenient and refused) else NOT_MET

    return check


def _at_least(count: int, parts: tuple[Check, ...]) -> Check:
    def check(context: Context) -> Verdict:
        found = [part(context) for part in parts]
        met = found.count(MET)
        if met >= count:
            return MET
        return UNKNOWN if met + found.count(UNKNOWN) >= count else NOT_MET

    return check


def _mapped(part: Check, answers: Mapping[Verdict, Verdict]) -> Check:
    return lambda context: answers[part(context)]


def _fact_is(leaf: FactIs) -> Check:
    fact, values, unsettled = (
        leaf.fact,
        frozenset(leaf.values),
        frozenset((*leaf.else_unknown, UNKNOWN_WORD)),
    )

    def check(context: Context) -> Verdict:
        value = context.facts.values.get(fact, UNKNOWN_WORD)
        if value in values:
            return MET
        return UNKNOWN if value in unsettled else NOT_MET

    return check


def _compare(leaf: FactCompare) -> Check:
    fact, operator = leaf.fact, leaf.operator
    limit = _limit(leaf.limit)

    def check(context: Context) -> Verdict:
        value = context.facts.values.get(fact)
        if not isinstance(value, float):
            return UNKNOWN
        compare = COMPARISONS.get(operator) or COMPARISONS[sign_of(operator, context)]
        return MET if compare(value, limit(context)) else NOT_MET

    return check


def _limit(name: str) -> Callable[[Context], float]:
    base, _, rest = name.partition("[")
    index = int(rest.rstrip("]")) if rest else 0

    def limit(context: Context) -> float:
        value = context.settings[base]
        if isinstance(value, tuple):
            return value[index]
        if isinstance(value, int | float):
            return value
        raise RuleError(f"the setting {name} is {value!r}, but a rule compares a number with it")

    return limit


def _named(name: str) -> Check:
    def check(context: Context) -> Verdict:
        known = context.verdicts.get(name)
        if known is None:
            known = context.verdicts[name] = context.checks[name](context)
        return known

    return check


def _has_condition(code: str) -> Check:
    def check(context: Context) -> Verdict:
        codes = context.facts.conditions
        if codes is None:
            return UNKNOWN
        return MET if code in codes else NOT_MET

    return check


def _takes(group: str) -> Check:
    def check(context: Context) -> Verdict:
        if context.groups.get(group):
            return MET
        return NOT_MET if context.medicines_known else UNKNOWN

    return check


def _found(leaf: Found) -> Check:
    step = leaf.step
    exact = frozenset(code for code in leaf.codes if not code.endswith("*"))
    starts = tuple(code[:-1] for code in leaf.codes if code.endswith("*"))

    def check(context: Context) -> Verdict:
        found = context.found.get(step, ())
        return (
            MET
            if not exact.isdisjoint(found) or any(code.startswith(starts) for code in found)
            else NOT_MET
        )

    return check


def _on_limit(leaf: OnLimit) -> Check:
    fact, limit, digits = leaf.fact, _limit(leaf.limit), _limit("boundary.decimals")

    def check(context: Context) -> Verdict:
        value = context.facts.values.get(fact)
        if not isinstance(value, float):
            return UNKNOWN
        places = int(digits(context))
        return MET if round(value, places) == round(limit(context), places) else NOT_MET

    return check
