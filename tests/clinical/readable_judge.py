"""The judge once more, slow and plain: what each form of a condition means, and what it rests on.

The program compiles conditions (`ekbom.clinical.judge`); a test holds both equal.
"""

from collections.abc import Iterable
from typing import NamedTuple

from ekbom.clinical.judge import (
    COMPARISONS,
    MET,
    NOT_MET,
    UNKNOWN,
    State,
    number_setting,
)
from ekbom.criteria.guidelines import (
    AllOf,
    AnyOf,
    AtLeast,
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
from ekbom.model.assessment import Verdict


class Opinion(NamedTuple):
    """A verdict and the facts it rests on."""

    verdict: Verdict
    facts: frozenset[str] = frozenset()


def opinion_on(rule: Rule, state: State) -> Opinion:
    """Judge a rule; one without condition always holds."""
    return Opinion(MET) if rule.when is None else _opinion(rule.when, state)


def _opinion(condition: Condition, state: State) -> Opinion:
    match condition:
        case AllOf(parts=parts):
            return _all([_opinion(part, state) for part in parts])
        case AnyOf(parts=parts, one_no_suffices=lenient):
            return _any(
                [_opinion(part, state) for part in parts], lenient=lenient
            )
        case AtLeast(count=count, parts=parts):
            return _at_least(count, [_opinion(part, state) for part in parts])
        case NotOf(part=part):
            inner = _opinion(part, state)
            opposite = {MET: NOT_MET, NOT_MET: MET, UNKNOWN: UNKNOWN}
            return inner._replace(verdict=opposite[inner.verdict])
        case IsUnknown(part=part):
            inner = _opinion(part, state)
            return inner._replace(verdict=_yes_or_no(inner.verdict is UNKNOWN))
        case IsMet(part=part):
            inner = _opinion(part, state)
            return inner._replace(verdict=_yes_or_no(inner.verdict is MET))
        case Named(criterion=name):
            return opinion_on(state.tables.criteria[name], state)
        case HasStatus():
            return _status(condition, state)
        case Found(step=step, codes=codes):
            known = state.codes.get(step, frozenset())
            there = any(_is_there(code, known) for code in codes)
            return Opinion(_yes_or_no(there))
        case HasCondition(code=code):
            listed = state.facts.conditions
            verdict = UNKNOWN if listed is None else _yes_or_no(code in listed)
            return Opinion(verdict, frozenset({"conditions"}))
        case Takes(group=group):
            return Opinion(_takes(group, state), frozenset({"medications"}))
        case Listed(group=group, place=place):
            listing = state.listings.get(place)
            named = listing is not None and group in listing.groups
            whole = listing is not None and listing.known
            answer = _yes_or_no(named) if named or whole else UNKNOWN
            return Opinion(answer, frozenset({place}))
        case _:
            return Opinion(_leaf(condition, state), frozenset({condition.fact}))


def _yes_or_no(met: bool) -> Verdict:
    return MET if met else NOT_MET


def _joined(opinions: Iterable[Opinion], verdict: Verdict) -> Opinion:
    """Join the facts of those that say the same."""
    alike = [
        opinion.facts for opinion in opinions if opinion.verdict is verdict
    ]
    return Opinion(verdict, frozenset().union(*alike))


def _all(opinions: list[Opinion]) -> Opinion:
    verdicts = {opinion.verdict for opinion in opinions}
    if NOT_MET in verdicts:
        return _joined(opinions, NOT_MET)
    return _joined(opinions, UNKNOWN if UNKNOWN in verdicts else MET)


def _any(opinions: list[Opinion], *, lenient: bool) -> Opinion:
    verdicts = {opinion.verdict for opinion in opinions}
    if MET in verdicts:
        return _joined(opinions, MET)
    settled = lenient and NOT_MET in verdicts
    return _joined(
        opinions, UNKNOWN if UNKNOWN in verdicts and not settled else NOT_MET
    )


def _at_least(count: int, opinions: list[Opinion]) -> Opinion:
    met = sum(opinion.verdict is MET for opinion in opinions)
    unknown = sum(opinion.verdict is UNKNOWN for opinion in opinions)
    if met >= count:
        return _joined(opinions, MET)
    return _joined(opinions, UNKNOWN if met + unknown >= count else NOT_MET)


def _status(leaf: HasStatus, state: State) -> Opinion:
    decided = state.decided.get(leaf.code)
    if decided is None:
        return Opinion(NOT_MET)
    facts = opinion_on(decided.rule, decided.state).facts
    has = decided.rule.status in leaf.statuses
    asked = not leaf.by or decided.rule.excluded_by in leaf.by
    return Opinion(_yes_or_no(has and asked), facts)


def _is_there(code: str, known: frozenset[str]) -> bool:
    if code.endswith("*"):
        return any(item.startswith(code[:-1]) for item in known)
    return code in known


def _takes(group: str, state: State) -> Verdict:
    if state.groups.get(group):
        return MET
    return NOT_MET if state.medicines_known else UNKNOWN


def _leaf(leaf: FactIs | FactCompare | OnLimit, state: State) -> Verdict:
    value = state.facts.values.get(leaf.fact)
    if isinstance(leaf, FactIs):
        if value in (None, "unknown", *leaf.else_unknown):
            return UNKNOWN
        return _yes_or_no(value in leaf.values)
    if not isinstance(value, float):
        return UNKNOWN
    limit = number_setting(leaf.limit, state)
    if isinstance(leaf, OnLimit):
        digits = int(number_setting("boundary.decimals", state))
        return _yes_or_no(round(value, digits) == round(limit, digits))
    sign = (
        leaf.operator
        if leaf.operator in COMPARISONS
        else str(state.settings[leaf.operator])
    )
    return _yes_or_no(COMPARISONS[sign](value, limit))
