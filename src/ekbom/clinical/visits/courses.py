"""One number over two visits.

How far it moved, whether that counts, and why it cannot be told where it cannot.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ekbom.clinical.judge import COMPARISONS, MET, judge
from ekbom.clinical.lines import line
from ekbom.clinical.visits.at_visit import AtVisit
from ekbom.clinical.visits.records import Course, Direction
from ekbom.criteria.follow_up import FollowUpTables, Measure
from ekbom.criteria.guidelines import Rule
from ekbom.model.assessment import Line
from ekbom.model.finding import Reason

_DIGITS = 9
"""Digits that a difference keeps: it hides the last bit of the subtraction and nothing else."""


class _Pair(NamedTuple):
    """One number at two visits; `base` is None where no earlier visit holds it."""

    measure: Measure
    base: AtVisit | None
    later: AtVisit
    tables: FollowUpTables


def follow_measure(
    measure: Measure,
    earlier: Sequence[AtVisit],
    later: AtVisit,
    tables: FollowUpTables,
) -> Course:
    """Compare one number with the first of the earlier visits that holds it.

    Parameters
    ----------
    measure
        What is followed.
    earlier
        The visits to compare with, the preferred one first.
    later
        The visit that is compared.
    tables
        The follow-up table.
    """
    base = next(
        (one for one in earlier if one.number(measure.fact) is not None), None
    )
    pair = _Pair(measure, base, later, tables)
    reasons = _not_comparable(pair)
    before, after = (
        base.number(measure.fact) if base else None,
        later.number(measure.fact),
    )
    change = (
        None
        if reasons or before is None or after is None
        else round(after - before, _DIGITS)
    )
    direction = _direction(pair, change)
    field = later.state.tables.fields[measure.fact]
    return Course(
        fact=measure.fact,
        title=field.title,
        unit=field.unit,
        earlier_date=base.visit.date if base else None,
        later_date=later.visit.date,
        earlier=before,
        later=after,
        change=change,
        direction=direction,
        line=line(measure.texts[direction.value], later.state, facts=()),
        beside=_beside(pair, change),
        cautions=reasons if change is None else _met(measure.cautions, pair),
    )


def _not_comparable(pair: _Pair) -> tuple[Line, ...]:
    """Say why two values are not compared; empty where they are."""
    measure, base, later, tables = pair
    if later.number(measure.fact) is None:
        return (line(tables.texts["not_measured"], later.state),)
    if base is None:
        return (line(tables.texts["nothing_to_compare"], later.state),)
    if any(_differs(fact, base, later) for fact in measure.same):
        return (
            line(tables.texts["not_alike"], later.state, facts=measure.same),
        )
    return _met(measure.unfit, pair)


def _differs(fact: str, base: AtVisit, later: AtVisit) -> bool:
    """Whether both visits know a fact and say different things."""
    if not (base.knows(fact) and later.knows(fact)):
        return False
    return base.visit.facts.values[fact] != later.visit.facts.values[fact]


def _met(rules: Sequence[Rule], pair: _Pair) -> tuple[Line, ...]:
    """List the rules that are met at one of the two visits, each once."""
    met: dict[str, Line] = {}
    for visit in (pair.later, pair.base):
        for rule in rules if visit else ():
            if visit and judge(rule, visit.state) is MET:
                met.setdefault(rule.id, line(rule, visit.state))
    return tuple(met.values())


def _direction(pair: _Pair, change: float | None) -> Direction:
    """Say which way a number moved, if it moved far enough to count."""
    if change is None:
        return Direction.UNKNOWN
    limit = pair.measure.limit
    if change == 0 or (limit and not _reaches(limit, change, pair)):
        return Direction.NO_RELEVANT_CHANGE
    return Direction.LOWER if change < 0 else Direction.HIGHER


def _reaches(limit: str, change: float, pair: _Pair) -> bool:
    """Whether a change, either way, is as large as a limit asks for."""
    compare = COMPARISONS[pair.tables.parameters[limit].bound]
    return compare(abs(change), number_of(limit, pair.tables))


def number_of(name: str, tables: FollowUpTables) -> float:
    """Give a parameter that holds a number, as the loader has checked."""
    return float(str(tables.parameters[name].value))


def _beside(pair: _Pair, change: float | None) -> tuple[Line, ...]:
    """Judge the same change by the other published limit."""
    name, tables = pair.measure.second_limit, pair.tables
    if change is None or not name:
        return ()
    rule, limit = tables.texts["second_limit"], tables.parameters[name]
    code = (
        "second-limit-reached"
        if _reaches(name, change, pair)
        else "second-limit-not-reached"
    )
    size = number_of(name, tables)
    reason = Reason(
        code, {"text": rule.text, "limit": size, "unit": limit.unit}
    )
    return (
        Line(
            rule_id=rule.id, text=rule.text, source=rule.source, reason=reason
        ),
    )
