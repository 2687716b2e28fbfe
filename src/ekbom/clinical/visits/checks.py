"""What must be looked at again and by when.

Days are counted from the visits, never from a clock.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import pairwise

from ekbom.clinical.derive import group_named, members
from ekbom.clinical.evaluate import MET
from ekbom.clinical.lines import judge, line
from ekbom.clinical.visits.changes import key_of
from ekbom.clinical.visits.courses import Seen, number_of
from ekbom.criteria.follow_up import CheckRule, FollowUpTables
from ekbom.model.assessment import Line
from ekbom.model.source import Parameter
from ekbom.model.visits import NextCheck

OR = "|"
_VALID = {"labs.tsat_pct": "derived.tsat_valid_pct"}


def next_checks(visits: Sequence[Seen], tables: FollowUpTables) -> tuple[NextCheck, ...]:
    """List what is due after the last visit, the earliest first."""
    found = [check for rule in tables.checks if (check := _check(rule, visits, tables)) is not None]
    return tuple(sorted(found, key=lambda check: (check.due_by, check.code)))


def _check(check: CheckRule, visits: Sequence[Seen], tables: FollowUpTables) -> NextCheck | None:
    last = visits[-1]
    if judge(check.rule, last.context) is not MET:
        return None
    interval = dt.timedelta(weeks=number_of(check.interval, tables))
    if check.anchor in ("measured", "screen"):
        return _repeated(check, visits, interval, tables)
    start = iron_start(visits) if check.anchor == "iron" else treatment_start(visits)
    if start is None:
        return None
    tolerance = dt.timedelta(weeks=number_of("follow.tolerance_weeks", tables))
    if any(
        answered(check, seen) and seen.visit.date >= start + interval - tolerance for seen in visits
    ):
        return None
    due = start + interval
    return _due(
        check,
        last,
        due=due,
        start=start,
        status="overdue" if due < last.visit.date else "due",
        tables=tables,
    )


def _repeated(
    check: CheckRule, visits: Sequence[Seen], interval: dt.timedelta, tables: FollowUpTables
) -> NextCheck:
    """Count from the last answer.

    What was never answered, or not asked at the last visit, is due now.
    """
    last = visits[-1]
    day = last.visit.date
    done = next((seen.visit.date for seen in reversed(visits) if answered(check, seen)), None)
    if done is None or (check.anchor == "screen" and done != day):
        return _due(check, last, due=day, start=day, status="now", tables=tables)
    due = done + interval
    return _due(
        check, last, due=due, start=done, status="overdue" if due < day else "due", tables=tables
    )


def answered(check: CheckRule, seen: Seen) -> bool:
    """Say whether a visit holds everything a check asks for.

    A saturation counts only from a valid sample.
    """
    values = seen.visit.facts.values
    return all(
        any(values.get(_VALID.get(fact, fact)) not in (None, "unknown") for fact in entry.split(OR))
        for entry in check.done_by
    )


def iron_start(visits: Sequence[Seen]) -> dt.date | None:
    """Find the day the latest iron was begun, by mouth or by vein; None where none was entered."""
    starts = [
        seen.visit.date - dt.timedelta(weeks=infusion.weeks_ago)
        for seen in visits
        for infusion in seen.visit.facts.iv_iron_history or ()
        if infusion.weeks_ago is not None
    ]
    before: dict[str, dt.date] = {}
    for seen in visits:
        now = _iron_by_mouth(seen)
        before = {name: min(day, before.get(name, day)) for name, day in now.items()}
        starts += before.values()
    return max(starts, default=None)


def _iron_by_mouth(seen: Seen) -> Mapping[str, dt.date]:
    """Name the iron taken by mouth at a visit, with the day it was begun as far as it was entered."""
    taken = members(
        seen.visit.facts.medications or (), group_named("oral_iron", seen.context.tables)
    )
    return {
        key_of(medicine): seen.visit.date - dt.timedelta(weeks=medicine.weeks or 0)
        for medicine in taken
    }


def treatment_start(visits: Sequence[Seen]) -> dt.date | None:
    """Find the first visit that names the newest medicine for the legs, where the visit before did not."""
    starts = []
    for before, seen in pairwise(visits):
        old, new = before.visit.facts.rls_treatment, seen.visit.facts.rls_treatment
        if (
            old is not None
            and new is not None
            and {key_of(medicine) for medicine in new} - {key_of(medicine) for medicine in old}
        ):
            starts.append(seen.visit.date)
    return max(starts, default=None)


def _due(
    check: CheckRule,
    last: Seen,
    *,
    due: dt.date,
    start: dt.date,
    status: str,
    tables: FollowUpTables,
) -> NextCheck:
    return NextCheck(
        code=check.rule.code,
        title=check.rule.title,
        status=status,
        due_by=due,
        counted_from=start,
        line=line(check.rule, last.context),
        interval=interval_line(tables.parameters[check.interval]),
    )


def interval_line(parameter: Parameter) -> Line:
    """Say how long an interval is and how it is known."""
    text = f"{parameter.value:g} {parameter.unit}"
    return Line(rule_id=parameter.name, text=text, source=parameter.source)
