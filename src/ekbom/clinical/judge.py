"""The one judge of condition trees: met, not met or unknown.

A tree is compiled once to nested functions. Unknown is never turned into *not met*.
"""

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
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
    Listed,
    Named,
    NotOf,
    OnLimit,
    Rule,
    Takes,
)
from ekbom.criteria.person import Facts
from ekbom.model.assessment import Verdict
from ekbom.model.errors import EkbomError
from ekbom.model.source import ParameterValue

MET, NOT_MET, UNKNOWN = Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN
UNKNOWN_WORD = "unknown"
CONDITIONS, MEDICATIONS = "conditions", "medications"
NO_FACTS: frozenset[str] = frozenset()
COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_OPPOSITE = {MET: NOT_MET, NOT_MET: MET, UNKNOWN: UNKNOWN}
_ONLY_UNKNOWN = {MET: NOT_MET, NOT_MET: NOT_MET, UNKNOWN: MET}
_ONLY_MET = {MET: MET, NOT_MET: NOT_MET, UNKNOWN: NOT_MET}


class Listing(NamedTuple):
    """What a list of the facts names.

    The groups its names belong to, and whether the list was given and all of it recognised.
    """

    groups: frozenset[str]
    known: bool


NOT_ASKED = Listing(frozenset(), known=False)


class RuleError(EkbomError):
    """A rule and a setting do not fit together; the message names both."""


@dataclass(frozen=True, kw_only=True)
class State:
    """What rules are judged against; every step of an assessment hands on a new one.

    `groups` names the medicines in use by group; `medicines_known` is false while the medicines
    were never asked for or one of them was not recognised. `listings` holds the same for the other
    lists of the facts that name medicines. `decided` is the rule that gave each
    diagnosis its status, and `codes` what each step so far put out. `criteria` and `resting`
    remember the verdicts of criteria that ask for facts alone, and those facts, so that each is
    judged once; they change no answer. `contradictions` are the rules about facts that cannot both
    be right, judged on the facts as they were told; `doubted` names the facts and conditions that
    count as unknown because of them.
    """

    facts: Facts
    tables: ClinicalTables
    settings: Mapping[str, ParameterValue]
    groups: Mapping[str, tuple[str, ...]]
    medicines_known: bool
    listings: Mapping[str, Listing] = field(default_factory=dict)
    criteria: dict[str, Verdict] = field(default_factory=dict)
    resting: dict[str, frozenset[str]] = field(default_factory=dict)
    decided: Mapping[str, "Decision"] = field(default_factory=dict)
    codes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    doubted: frozenset[str] = NO_FACTS
    contradictions: "Judged | None" = None


class Decision(NamedTuple):
    """The rule that gave a diagnosis its status, and the state it was judged in."""

    rule: Rule
    state: State


Check = Callable[[State], Verdict]


class Compiled(NamedTuple):
    """A condition with the function that judges it and its compiled parts."""

    condition: Condition
    check: Check
    parts: tuple["Compiled", ...] = ()


def judge(rule: Rule, state: State) -> Verdict:
    """Judge a rule; one without condition always holds."""
    return check_of(rule)(state)


@cache
def check_of(rule: Rule) -> Check:
    """Give the function that judges a rule."""
    return _always if rule.when is None else compiled(rule).check


def _always(_: State) -> Verdict:
    return MET


def rests_on(rule: Rule, state: State) -> frozenset[str]:
    """Name the facts on which the verdict of a rule rests.

    *Met* rests on every part that made it so, *not met* on the parts that are not met, *unknown*
    on the parts that are unknown.
    """
    return NO_FACTS if rule.when is None else _rests_on(compiled(rule), state)


def _rests_on(tree: Compiled, state: State) -> frozenset[str]:
    match tree.condition:
        case AllOf() | AnyOf() | AtLeast():
            verdict = tree.check(state)
            alike = [
                part for part in tree.parts if part.check(state) is verdict
            ]
            return NO_FACTS.union(*(_rests_on(part, state) for part in alike))
        case NotOf() | IsUnknown() | IsMet():
            return _rests_on(tree.parts[0], state)
        case Named(criterion=name):
            return _criterion_rests_on(name, state)
        case HasStatus(code=code):
            decided = state.decided.get(code)
            return rests_on(*decided) if decided else NO_FACTS
        case leaf:
            return frozenset(_facts_of(leaf))


def _facts_of(leaf: Condition) -> tuple[str, ...]:
    """Name the fact that a leaf asks for; what an earlier step put out is none."""
    match leaf:
        case FactIs(fact=fact) | FactCompare(fact=fact) | OnLimit(fact=fact):
            return (fact,)
        case HasCondition():
            return (CONDITIONS,)
        case Takes():
            return (MEDICATIONS,)
        case Listed(place=place):
            return (place,)
        case _:
            return ()


def _criterion_rests_on(name: str, state: State) -> frozenset[str]:
    known = state.resting.get(name)
    if known is None:
        rule = state.tables.criteria[name]
        known = rests_on(rule, state)
        if rests_on_facts_alone(rule, state.tables):
            state.resting[name] = known
    return known


@cache
def compiled(rule: Rule) -> Compiled:
    """Compile the condition of a rule, once for each rule."""
    if rule.when is None:
        raise RuleError(
            f"{rule.id} has no condition to judge; this is a fault of the engine"
        )
    return compile_condition(rule.when)


def compile_condition(condition: Condition) -> Compiled:
    """Compile a tree from its leaves up."""
    match condition:
        case AllOf(parts=parts) | AnyOf(parts=parts) | AtLeast(parts=parts):
            return _joined(
                condition, tuple(compile_condition(part) for part in parts)
            )
        case NotOf(part=part):
            return _mapped(condition, part, _OPPOSITE)
        case IsUnknown(part=part):
            return _mapped(condition, part, _ONLY_UNKNOWN)
        case IsMet(part=part):
            return _mapped(condition, part, _ONLY_MET)
        case _:
            return Compiled(condition, _LEAVES[type(condition)](condition))


def _mapped(
    condition: Condition, part: Condition, answers: Mapping[Verdict, Verdict]
) -> Compiled:
    inner = compile_condition(part)
    check = inner.check
    return Compiled(condition, lambda state: answers[check(state)], (inner,))


def _joined(
    condition: AllOf | AnyOf | AtLeast, parts: tuple[Compiled, ...]
) -> Compiled:
    checks = tuple(part.check for part in parts)
    match condition:
        case AllOf():
            return Compiled(condition, _all(checks), parts)
        case AnyOf(one_no_suffices=lenient):
            return Compiled(condition, _any(checks, lenient=lenient), parts)
        case AtLeast(count=count):
            return Compiled(condition, _at_least(count, checks), parts)


def _all(checks: tuple[Check, ...]) -> Check:
    def check(state: State) -> Verdict:
        verdict = MET
        for part in checks:
            answer = part(state)
            if answer is NOT_MET:
                return NOT_MET
            if answer is UNKNOWN:
                verdict = UNKNOWN
        return verdict

    return check


def _any(checks: tuple[Check, ...], *, lenient: bool) -> Check:
    def check(state: State) -> Verdict:
        refused = unknown = False
        for part in checks:
            answer = part(state)
            if answer is MET:
                return MET
            refused = refused or answer is NOT_MET
            unknown = unknown or answer is UNKNOWN
        return UNKNOWN if unknown and not (lenient and refused) else NOT_MET

    return check


def _at_least(count: int, checks: tuple[Check, ...]) -> Check:
    def check(state: State) -> Verdict:
        answers = [part(state) for part in checks]
        met = answers.count(MET)
        if met >= count:
            return MET
        return UNKNOWN if met + answers.count(UNKNOWN) >= count else NOT_MET

    return check


def _fact_is(leaf: FactIs) -> Check:
    fact, values = leaf.fact, frozenset(leaf.values)
    unsettled = frozenset((*leaf.else_unknown, UNKNOWN_WORD))

    def check(state: State) -> Verdict:
        value = state.facts.values.get(fact, UNKNOWN_WORD)
        if value in values:
            return MET
        return UNKNOWN if value in unsettled else NOT_MET

    return check


def _compare(leaf: FactCompare) -> Check:
    fact, sign, limit = leaf.fact, leaf.operator, leaf.limit
    fixed = COMPARISONS.get(sign)

    def check(state: State) -> Verdict:
        value = state.facts.values.get(fact)
        if not isinstance(value, float):
            return UNKNOWN
        compare = fixed or COMPARISONS[str(state.settings[sign])]
        return MET if compare(value, number_setting(limit, state)) else NOT_MET

    return check


def _on_limit(leaf: OnLimit) -> Check:
    def check(state: State) -> Verdict:
        value = state.facts.values.get(leaf.fact)
        if not isinstance(value, float):
            return UNKNOWN
        digits = int(number_setting("boundary.decimals", state))
        limit = number_setting(leaf.limit, state)
        return MET if round(value, digits) == round(limit, digits) else NOT_MET

    return check


def _has_condition(leaf: HasCondition) -> Check:
    def check(state: State) -> Verdict:
        codes = state.facts.conditions
        if codes is None or leaf.code in state.doubted:
            return UNKNOWN
        return MET if leaf.code in codes else NOT_MET

    return check


def _takes(leaf: Takes) -> Check:
    def check(state: State) -> Verdict:
        if state.groups.get(leaf.group):
            return MET
        return NOT_MET if state.medicines_known else UNKNOWN

    return check


def _listed(leaf: Listed) -> Check:
    def check(state: State) -> Verdict:
        listing = state.listings.get(leaf.place, NOT_ASKED)
        if leaf.group in listing.groups:
            return MET
        return NOT_MET if listing.known else UNKNOWN

    return check


def _named(leaf: Named) -> Check:
    name = leaf.criterion

    def check(state: State) -> Verdict:
        known = state.criteria.get(name)
        if known is not None:
            return known
        rule = state.tables.criteria[name]
        verdict = check_of(rule)(state)
        if rests_on_facts_alone(rule, state.tables):
            state.criteria[name] = verdict
        return verdict

    return check


def _has_status(leaf: HasStatus) -> Check:
    def check(state: State) -> Verdict:
        decided = state.decided.get(leaf.code)
        if decided is None or decided.rule.status not in leaf.statuses:
            return NOT_MET
        by = not leaf.by or decided.rule.excluded_by in leaf.by
        return MET if by else NOT_MET

    return check


def _found(leaf: Found) -> Check:
    exact = frozenset(code for code in leaf.codes if not code.endswith("*"))
    starts = tuple(code[:-1] for code in leaf.codes if code.endswith("*"))

    def check(state: State) -> Verdict:
        codes = state.codes.get(leaf.step, NO_FACTS)
        begun = any(code.startswith(starts) for code in codes)
        return MET if begun or not exact.isdisjoint(codes) else NOT_MET

    return check


_LEAVES: Mapping[type, Callable[..., Check]] = {
    FactIs: _fact_is,
    FactCompare: _compare,
    OnLimit: _on_limit,
    HasCondition: _has_condition,
    Takes: _takes,
    Listed: _listed,
    Named: _named,
    HasStatus: _has_status,
    Found: _found,
}


def number_setting(name: str, state: State) -> float:
    """Look up a number among the settings."""
    value = state.settings[name]
    if isinstance(value, float | int):
        return value
    raise RuleError(
        f"the setting {name} is {value!r}, but a rule compares a number with it"
    )


def leaves(tree: Compiled) -> Iterator[Condition]:
    """Walk to the leaves of a compiled tree."""
    if not tree.parts:
        yield tree.condition
    for part in tree.parts:
        yield from leaves(part)


@cache
def rests_on_facts_alone(rule: Rule, tables: ClinicalTables) -> bool:
    """Whether a criterion asks for no answer of an earlier step."""
    inner = () if rule.when is None else tuple(leaves(compiled(rule)))
    named = (
        tables.criteria[leaf.criterion]
        for leaf in inner
        if isinstance(leaf, Named)
    )
    if any(isinstance(leaf, Found | HasStatus) for leaf in inner):
        return False
    return all(rests_on_facts_alone(criterion, tables) for criterion in named)


class Judged(NamedTuple):
    """The rules of one step with their verdicts, and the state they were judged in."""

    rules: tuple[Rule, ...]
    verdicts: tuple[Verdict, ...]
    state: State

    @property
    def met(self) -> list[Rule]:
        """The rules that are met."""
        return self.having(MET)

    def having(self, wanted: Verdict) -> list[Rule]:
        """List the rules with a verdict."""
        pairs = zip(self.rules, self.verdicts, strict=True)
        return [rule for rule, verdict in pairs if verdict is wanted]


def judge_all(rules: Iterable[Rule], state: State) -> Judged:
    """Judge the rules of one step."""
    asked = tuple(rules)
    return Judged(
        asked, tuple([check_of(rule)(state) for rule in asked]), state
    )


def rules_having(
    wanted: Verdict, rules: Iterable[Rule], state: State
) -> list[Rule]:
    """List the rules with a verdict, where the others do not matter."""
    return [rule for rule in rules if check_of(rule)(state) is wanted]


def first_met(rules: Iterable[Rule], state: State) -> Rule | None:
    """Give the first rule that is met."""
    for rule in rules:
        if check_of(rule)(state) is MET:
            return rule
    return None
