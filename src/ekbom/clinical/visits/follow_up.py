"""The course of one person over several visits.

Red flags, response, augmentation, changes, and what is due next.
"""

from collections.abc import Sequence

from ekbom.clinical.judge import MET, UNKNOWN, compile_condition
from ekbom.clinical.lines import line
from ekbom.clinical.medicines import all_medicines
from ekbom.clinical.visits.at_visit import AtVisit, at_visit
from ekbom.clinical.visits.checks import next_checks
from ekbom.clinical.visits.courses import follow_measure
from ekbom.clinical.visits.finding_changes import (
    NEW,
    NOW_KNOWN,
    alert_changes,
    trigger_changes,
)
from ekbom.clinical.visits.medicine_changes import (
    LOWERED,
    RAISED,
    Pair,
    aggravating,
    changed_doses,
    dopaminergic_names,
    known_lists,
    medicine_changes,
)
from ekbom.clinical.visits.records import (
    AugmentationAtVisit,
    Course,
    Direction,
    FindingChange,
    FollowUp,
    IronChange,
    MedicineChange,
    Step,
    Visit,
    VisitSummary,
)
from ekbom.clinical.walk import RLS
from ekbom.criteria.follow_up import FollowUpTables
from ekbom.criteria.guidelines import ClinicalTables, Takes
from ekbom.model.assessment import DiagnosisResult, Line

URGENT = "now"
FERRITIN = "labs.ferritin_ng_ml"
AUGMENTATION = "AUGMENTATION"
_TREATED = compile_condition(Takes("dopaminergic")).check


def follow_visits(
    visits: Sequence[Visit], tables: FollowUpTables, clinical: ClinicalTables
) -> FollowUp:
    """Compare the visits of one person.

    Parameters
    ----------
    visits
        The assessed visits, in any order.
    tables
        The follow-up table.
    clinical
        The tables the visits were assessed with.

    Examples
    --------
    The order in which visits are given does not matter; see ``docs/follow-up.md`` for a whole
    example.
    """
    ordered = sorted(visits, key=lambda visit: visit.date)
    all_visits = [at_visit(visit, tables, clinical) for visit in ordered]
    *earlier, last = all_visits
    overall = tuple(
        follow_measure(measure, earlier, last, tables)
        for measure in tables.measures
    )
    done = last.visit.assessment
    return FollowUp(
        red_flags=tuple(
            alert for alert in done.alerts if alert.urgency == URGENT
        ),
        visits=tuple(_summary(one, tables) for one in all_visits),
        overall=overall,
        response=_response(overall, tables),
        steps=_steps(all_visits, tables),
        augmentation=tuple(_augmentation(one, tables) for one in all_visits),
        next_checks=next_checks(all_visits, tables),
        safety=done.safety,
        edition=clinical.edition,
        last_checked=min(clinical.last_checked, tables.last_checked),
        tables_digest=clinical.digest,
        follow_up_digest=tables.digest,
    )


def _steps(
    visits: Sequence[AtVisit], tables: FollowUpTables
) -> tuple[Step, ...]:
    """Compare every visit with those before it."""
    return tuple(
        _step(visits[:place], visits[place], tables)
        for place in range(1, len(visits))
    )


def _step(
    before: Sequence[AtVisit], later: AtVisit, tables: FollowUpTables
) -> Step:
    """Say what changed since the visit before."""
    base = before[-1]
    newest_first = before[::-1]
    courses = tuple(
        follow_measure(measure, newest_first, later, tables)
        for measure in tables.measures
    )
    pair = Pair(base, later, tables)
    medicines = medicine_changes(
        Pair(_with_lists(newest_first, later), later, tables)
    )
    alerts = alert_changes(pair)
    response = _response(courses, tables)
    return Step(
        since=base.visit.date,
        date=later.visit.date,
        red_flags=tuple(alert for alert in alerts if _is_red_flag(alert)),
        response=response,
        courses=courses,
        medicines=medicines,
        triggers=trigger_changes(pair, medicines),
        alerts=tuple(alert for alert in alerts if not _is_red_flag(alert)),
        iron=_iron(base, later),
        remarks=_remarks(pair, response, courses, medicines),
    )


def _with_lists(before: Sequence[AtVisit], later: AtVisit) -> AtVisit:
    """Find the last visit whose lists of medicines are as complete as those of the later one."""
    asked = known_lists(later.visit.facts)
    complete = (
        visit for visit in before if known_lists(visit.visit.facts) >= asked
    )
    return next(complete, before[0])


def _is_red_flag(alert: FindingChange) -> bool:
    return alert.urgency == URGENT and alert.kind in (NEW, NOW_KNOWN)


def _response(courses: Sequence[Course], tables: FollowUpTables) -> Direction:
    """Judge the response by the measure of symptoms alone; an index of a night is no response."""
    judged = {measure.fact for measure in tables.measures if measure.response}
    directions = (
        course.direction for course in courses if course.fact in judged
    )
    return next(directions, Direction.UNKNOWN)


def _iron(base: AtVisit, later: AtVisit) -> IronChange | None:
    """Say what the iron rules say now, where it differs from the visit before."""
    before, after = base.visit.assessment.iron, later.visit.assessment.iron
    said = before.action if before else ""
    if after is None or said == after.action:
        return None
    return IronChange(before=said, after=after.action, line=after.line)


def _remarks(
    pair: Pair,
    response: Direction,
    courses: Sequence[Course],
    medicines: Sequence[MedicineChange],
) -> tuple[Line, ...]:
    """List what several changes mean together."""
    later = pair.later
    worse, better = response is Direction.HIGHER, response is Direction.LOWER
    ferritin_fell = any(
        course.fact == FERRITIN and course.direction is Direction.LOWER
        for course in courses
    )
    holds = {
        "dose_raised_worse": worse and changed_doses(medicines, RAISED, later),
        "dose_lowered_better": better
        and changed_doses(medicines, LOWERED, later),
        "iron_fell": worse and ferritin_fell,
        "aggravating_started": worse and aggravating(medicines, later),
        "worse_on_dopaminergic": worse and bool(dopaminergic_names(later)),
        "rls_not_met_now": _status(pair.base) != _status(later),
    }
    remarks = pair.tables.remarks
    return tuple(
        line(remarks[name], later.state) for name, met in holds.items() if met
    )


def _status(visit: AtVisit) -> str:
    """Give the status of RLS at a visit, empty where it was not reached."""
    decided = visit.state.decided.get(RLS)
    return decided.rule.status if decided else ""


def _augmentation(
    visit: AtVisit, tables: FollowUpTables
) -> AugmentationAtVisit:
    """Give the criteria of augmentation at one visit."""
    treated = _TREATED(visit.state)
    if treated is UNKNOWN:
        return _not_judged("unknown", "treatment_unknown", visit, tables)
    if treated is not MET:
        return _not_judged(
            "not_on_treatment", "not_on_treatment", visit, tables
        )
    result = _diagnosis(AUGMENTATION, visit)
    if result is None:
        return _not_judged("not_met", "augmentation_not_listed", visit, tables)
    return AugmentationAtVisit(
        date=visit.visit.date,
        status=result.status,
        line=result.reasons[0],
        criteria=result.criteria,
    )


def _not_judged(
    status: str, text: str, visit: AtVisit, tables: FollowUpTables
) -> AugmentationAtVisit:
    said = line(tables.texts[text], visit.state)
    return AugmentationAtVisit(date=visit.visit.date, status=status, line=said)


def _diagnosis(code: str, visit: AtVisit) -> DiagnosisResult | None:
    results = visit.visit.assessment.diagnoses
    return next((result for result in results if result.code == code), None)


def _summary(visit: AtVisit, tables: FollowUpTables) -> VisitSummary:
    """Write one visit in a line."""
    facts, done = visit.visit.facts, visit.visit.assessment
    numbers = {
        measure.fact: visit.number(measure.fact) for measure in tables.measures
    }
    used = tuple(medicine.name for medicine in all_medicines(facts))
    asked = facts.medications is not None or facts.rls_treatment is not None
    return VisitSummary(
        date=visit.visit.date,
        overall=done.overall,
        statuses={result.code: result.status for result in done.diagnoses},
        excluded_by={
            result.code: result.excluded_by
            for result in done.diagnoses
            if result.excluded_by
        },
        values={
            fact: number
            for fact, number in numbers.items()
            if number is not None
        },
        medicines=used if asked else None,
        problems=done.problems,
    )
