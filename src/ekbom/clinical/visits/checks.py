"""What must be looked at again and by when.

Days are counted from the visits, never from a clock.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from ekbom.clinical.judge import MET, UNKNOWN_WORD, judge
from ekbom.clinical.lines import line
from ekbom.clinical.medicines import group_named, members
from ekbom.clinical.visits.at_visit import AtVisit
from ekbom.clinical.visits.courses import number_of
from ekbom.clinical.visits.medicine_changes import key_of
from ekbom.clinical.visits.records import NextCheck
from ekbom.criteria.follow_up import CheckRule, FollowUpTables
from ekbom.criteria.person import Medicine

OR = "|"
DUE, OVERDUE, NOW = "due", "overdue", "now"


class _Open(NamedTuple):
    """A check that is open: the day it is counted from, the day it is due, and its status."""

    start: dt.date
    due: dt.date
    status: str


def next_checks(
    visits: Sequence[AtVisit], tables: FollowUpTables
) -> tuple[NextCheck, ...]:
    """List what is due after the last visit, the earliest first."""
    last = visits[-1]
    asked = (
        check for check in tables.checks if judge(check.rule, last.state) is MET
    )
    opened = [(check, _opened(check, visits, tables)) for check in asked]
    told = [
        _told(check, found, last, tables) for check, found in opened if found
    ]
    return tuple(sorted(told, key=lambda check: (check.due_by, check.code)))


def _opened(
    check: CheckRule, visits: Sequence[AtVisit], tables: FollowUpTables
) -> _Open | None:
    """Say when a check is due; None where it was made or nothing starts it."""
    interval = _weeks(check.interval, tables)
    day = visits[-1].visit.date
    answers = [visit.visit.date for visit in visits if answered(check, visit)]
    if check.anchor in ("measured", "screen"):
        return _repeated(check, answers, day, interval)
    start = (
        iron_start(visits)
        if check.anchor == "iron"
        else treatment_start(visits)
    )
    if start is None:
        return None
    soonest = start + interval - _weeks("follow.tolerance_weeks", tables)
    if any(answer >= soonest for answer in answers):
        return None
    return _counted(start, interval, day)


def _repeated(
    check: CheckRule,
    answers: Sequence[dt.date],
    day: dt.date,
    interval: dt.timedelta,
) -> _Open:
    """Count from the last answer.

    What was never answered, or not asked at the last visit, is due now.
    """
    if not answers or (check.anchor == "screen" and answers[-1] != day):
        return _Open(day, day, NOW)
    return _counted(answers[-1], interval, day)


def _counted(start: dt.date, interval: dt.timedelta, day: dt.date) -> _Open:
    due = start + interval
    return _Open(start, due, OVERDUE if due < day else DUE)


def _weeks(name: str, tables: FollowUpTables) -> dt.timedelta:
    return dt.timedelta(weeks=number_of(name, tables))


def answered(check: CheckRule, visit: AtVisit) -> bool:
    """Whether a visit holds everything a check asks for.

    A saturation counts only from a valid sample.
    """
    values = visit.visit.facts.values
    return all(
        any(values.get(fact) not in (None, UNKNOWN_WORD) for fact in either)
        for either in (entry.split(OR) for entry in check.done_by)
    )


def iron_start(visits: Sequence[AtVisit]) -> dt.date | None:
    """Find the day the latest iron was begun, by mouth or by vein; None where none was entered."""
    return max((*_infusion_days(visits), *_tablet_days(visits)), default=None)


def _infusion_days(visits: Sequence[AtVisit]) -> Iterator[dt.date]:
    for visit in visits:
        for infusion in visit.visit.facts.iv_iron_history or ():
            if infusion.weeks_ago is not None:
                yield visit.visit.date - dt.timedelta(weeks=infusion.weeks_ago)


def _tablet_days(visits: Sequence[AtVisit]) -> Iterator[dt.date]:
    """Give the first day of each iron taken by mouth, as long as visits in a row name it."""
    before: Mapping[str, dt.date] = {}
    for visit in visits:
        now = _iron_by_mouth(visit)
        before = {
            name: min(day, before.get(name, day)) for name, day in now.items()
        }
        yield from before.values()


def _iron_by_mouth(visit: AtVisit) -> Mapping[str, dt.date]:
    """Name the iron taken by mouth at a visit, with the day it was begun where that is known."""
    group = group_named("oral_iron", visit.state.tables)
    return {
        key_of(medicine): visit.visit.date
        - dt.timedelta(weeks=medicine.weeks or 0)
        for medicine in members(visit.visit.facts.medications or (), group)
    }


def treatment_start(visits: Sequence[AtVisit]) -> dt.date | None:
    """Find the first visit that names the newest medicine for the legs.

    The visit before must have been asked and did not name it.
    """
    starts = [
        later.visit.date
        for before, later in pairwise(visits)
        if _begun(
            before.visit.facts.rls_treatment, later.visit.facts.rls_treatment
        )
    ]
    return max(starts, default=None)


def _begun(
    before: tuple[Medicine, ...] | None, later: tuple[Medicine, ...] | None
) -> bool:
    """Whether a list names a medicine that the list before did not; both must have been asked."""
    if before is None or later is None:
        return False
    return bool(
        {key_of(one) for one in later} - {key_of(one) for one in before}
    )


def _told(
    check: CheckRule, opened: _Open, last: AtVisit, tables: FollowUpTables
) -> NextCheck:
    return NextCheck(
        code=check.rule.code,
        title=check.rule.title,
        status=opened.status,
        due_by=opened.due,
        counted_from=opened.start,
        line=line(check.rule, last.state),
        interval=tables.parameters[check.interval],
    )
