"""One number over two visits.

How far it moved, whether that counts, and why it cannot be told where it cannot.
"""

import operator
from collections.abc import Sequence

from ekbom.clinical.evaluate import MET, Context
from ekbom.clinical.lines import judge, line, written
from ekbom.criteria.follow_up import FollowUpTables, Measure
from ekbom.criteria.guidelines import Rule
from ekbom.model.assessment import Line
from ekbom.model.visits import Course, Direction, Visit

_DIGITS = 9
_REACHES = {">=": operator.ge, ">": operator.gt}
_STANDS_FOR = {"labs.tsat_pct": "derived.tsat_measured_pct"}


class Seen:
    """A visit with the context its rules are judged in."""

    def __init__(self, visit: Visit, context: Context) -> None:
        self.visit = visit
        self.context = context

    def number(self, fact: str) -> float | None:
        """Give a number of this visit.

        A saturation may be calculated from iron and binding capacity.
        """
        value = self.context.facts.values.get(_STANDS_FOR.get(fact, fact))
        return float(value) if isinstance(value, int | float) else None

    def knows(self, fact: str) -> bool:
        """Say whether a fact is known at this visit."""
        facts = self.visit.facts
        if fact == "conditions":
            return facts.conditions is not None
        if fact == "medications":
            return self.context.medicines_known
        return facts.values.get(_STANDS_FOR.get(fact, fact)) not in (None, "unknown")


def follow_measure(
    measure: Measure, earlier: Sequence[Seen], later: Seen, tables: FollowUpTables
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
    base = next((seen for seen in earlier if seen.number(measure.fact) is not None), None)
    reasons = _not_comparable(measure, base, later, tables)
    before, after = base.number(measure.fact) if base else None, later.number(measure.fact)
    change = None if reasons or before is None or after is None else round(after - before, _DIGITS)
    direction = Direction.UNKNOWN if change is None else _direction(measure, change, tables)
    field = later.context.tables.fields[measure.fact]
    said = line(measure.texts[direction.value], later.context, facts=())
    told = tuple(
        f"{seen.visit.date}: {written(number)} {field.unit}"
        for seen, number in ((base, before), (later, after))
        if seen and number is not None
    )
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
        line=Line(rule_id=said.rule_id, text=said.text, source=said.source, facts=told),
        beside=() if change is None else _beside(measure, change, tables),
        cautions=reasons if change is None else _met(measure.cautions, base, later),
    )


def _not_comparable(
    measure: Measure, base: Seen | None, later: Seen, tables: FollowUpTables
) -> tuple[Line, ...]:
    """Say why two values are not compared; empty where they are."""
    if later.number(measure.fact) is None:
        return (line(tables.texts["not_measured"], later.context),)
    if base is None:
        return (line(tables.texts["nothing_to_compare"], later.context),)
    if any(
        base.knows(fact) and later.knows(fact) and _value(base, fact) != _value(later, fact)
        for fact in measure.same
    ):
        return (line(tables.texts["not_alike"], later.context, facts=measure.same),)
    return _met(measure.unfit, base, later)


def _value(seen: Seen, fact: str) -> object:
    return seen.visit.facts.values[fact]


def _met(rules: Sequence[Rule], base: Seen | None, later: Seen) -> tuple[Line, ...]:
    """List the rules that are met at one of the two visits, each once."""
    found: dict[str, Line] = {}
    for seen in (later, base):
        for rule in rules if seen else ():
            if seen and judge(rule, seen.context) is MET:
                found.setdefault(rule.id, line(rule, seen.context))
    return tuple(found.values())


def _direction(measure: Measure, change: float, tables: FollowUpTables) -> Direction:
    if change == 0 or (measure.limit and not reaches(measure.limit, change, tables)):
        return Direction.NO_RELEVANT_CHANGE
    return Direction.LOWER if change < 0 else Direction.HIGHER


def reaches(limit: str, change: float, tables: FollowUpTables) -> bool:
    """Say whether a change, either way, is as large as a limit asks for."""
    return bool(_REACHES[tables.parameters[limit].bound](abs(change), number_of(limit, tables)))


def number_of(name: str, tables: FollowUpTables) -> float:
    """Give a parameter that holds a number, as the loader has checked."""
    return float(str(tables.parameters[name].value))


def _beside(measure: Measure, change: float, tables: FollowUpTables) -> tuple[Line, ...]:
    """Judge the same change by the other published limit."""
    if not measure.second_limit:
        return ()
    rule = tables.texts["second_limit"]
    verdict = (
        "a relevant change"
        if reaches(measure.second_limit, change, tables)
        else "no relevant change"
    )
    limit = tables.parameters[measure.second_limit]
    return (
        Line(
            rule_id=rule.id,
            text=f"{rule.text} ({limit.value:g} {limit.unit}): {verdict}.",
            source=rule.source,
        ),
    )
