"""The course of one person over several visits.

Red flags, response, augmentation, changes, and what is due next.
"""

from collections.abc import Sequence

from ekbom.clinical.derive import groups_in_use
from ekbom.clinical.evaluate import MET, NOTHING, UNKNOWN, Context, evaluate
from ekbom.clinical.lines import line
from ekbom.clinical.settings import table_values
from ekbom.clinical.visits.changes import (
    LOWERED,
    RAISED,
    Pair,
    aggravating,
    alert_changes,
    dopaminergic_names,
    known_lists,
    medicine_changes,
    names_unclear,
    trigger_changes,
)
from ekbom.clinical.visits.checks import next_checks
from ekbom.clinical.visits.courses import Seen, follow_measure
from ekbom.criteria.follow_up import FollowUpTables
from ekbom.criteria.guidelines import ClinicalTables, Takes
from ekbom.model.assessment import Line
from ekbom.model.visits import (
    AugmentationAtVisit,
    Course,
    Direction,
    FollowUp,
    MedicineChange,
    Step,
    Visit,
    VisitSummary,
)

URGENT = "now"
FERRITIN = "labs.ferritin_ng_ml"
AUGMENTATION, RLS = "AUGMENTATION", "RLS"


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
    seen = [
        Seen(visit, _context(visit, tables, clinical))
        for visit in sorted(visits, key=lambda visit: visit.date)
    ]
    steps = tuple(_step(seen[:index], seen[index], tables) for index in range(1, len(seen)))
    last = seen[-1]
    overall = tuple(follow_measure(measure, seen[:-1], last, tables) for measure in tables.measures)
    return FollowUp(
        red_flags=tuple(alert for alert in last.visit.assessment.alerts if alert.urgency == URGENT),
        visits=tuple(_summary(one, tables) for one in seen),
        overall=overall,
        response=_response(overall, tables),
        steps=steps,
        augmentation=tuple(_augmentation(one, tables) for one in seen),
        next_checks=next_checks(seen, tables),
        safety=last.visit.assessment.safety,
        edition=clinical.edition,
        last_checked=min(clinical.last_checked, tables.last_checked),
        tables_digest=clinical.digest,
        follow_up_digest=tables.digest,
    )


def _context(visit: Visit, tables: FollowUpTables, clinical: ClinicalTables) -> Context:
    """Set up what the rules of a visit are judged against.

    Its facts and what its assessment found.
    """
    done = visit.assessment
    context = Context(
        facts=visit.facts,
        tables=clinical,
        settings=table_values(tables.parameters),
        groups=groups_in_use(visit.facts, clinical),
        medicines_known=visit.facts.medications is not None and not names_unclear(visit.facts),
        statuses={result.code: result.status for result in done.diagnoses},
        found={
            "trigger": {trigger.code for trigger in done.triggers},
            "alert": {alert.code for alert in done.alerts},
            "offered": {option.code for option in done.options if option.placed == "offered"},
            "against": {
                option.code for option in done.options if option.placed == "against_standard_use"
            },
            "iron": {done.iron.action} if done.iron else set(),
            "route": set(done.iron.routes) if done.iron else set(),
            "failed": set(visit.facts.rls_treatment_failed or ()),
        },
    )
    for table in clinical.diagnoses:
        decided = next((rule for rule in table.rules if done.verdicts.get(rule.id) is MET), None)
        if decided is not None:
            context.status_facts[table.code] = (
                NOTHING if decided.when is None else evaluate(decided.when, context).facts
            )
    return context


def _step(before: Sequence[Seen], later: Seen, tables: FollowUpTables) -> Step:
    """Say what changed since the visit before.

    Lists of medicines are compared with the last ones as complete.
    """
    base = before[-1]
    courses = tuple(
        follow_measure(measure, before[::-1], later, tables) for measure in tables.measures
    )
    asked = known_lists(later.visit.facts)
    with_lists = next(
        (seen for seen in reversed(before) if known_lists(seen.visit.facts) >= asked), base
    )
    pair = Pair(base, later, tables)
    medicines = medicine_changes(pair._replace(base=with_lists))
    alerts = alert_changes(pair)
    response = _response(courses, tables)
    return Step(
        since=base.visit.date,
        date=later.visit.date,
        red_flags=tuple(
            alert
            for alert in alerts
            if alert.urgency == URGENT and alert.kind in ("new", "now_known")
        ),
        response=response,
        courses=courses,
        medicines=medicines,
        triggers=trigger_changes(pair, medicines),
        alerts=tuple(
            alert
            for alert in alerts
            if alert.urgency != URGENT or alert.kind not in ("new", "now_known")
        ),
        iron=_iron(base, later),
        remarks=_remarks(pair, response, courses, medicines),
    )


def _response(courses: Sequence[Course], tables: FollowUpTables) -> Direction:
    """Judge the response by the measure of symptoms alone; an index of a night is no response."""
    judged = {measure.fact for measure in tables.measures if measure.response}
    return next(
        (course.direction for course in courses if course.fact in judged), Direction.UNKNOWN
    )


def _iron(base: Seen, later: Seen) -> Line | None:
    """Say what the iron rules say now, where it differs from the visit before."""
    before, after = base.visit.assessment.iron, later.visit.assessment.iron
    if after is None or (before is not None and before.action == after.action):
        return None
    was = before.action.replace("_", " ") if before else "no rule of iron applied"
    said = after.line
    text = f"Iron: {was} -> {after.action.replace('_', ' ')}. {said.text}"
    return Line(rule_id=said.rule_id, text=text, source=said.source, facts=said.facts)


def _remarks(
    pair: Pair, response: Direction, courses: Sequence[Course], medicines: Sequence[MedicineChange]
) -> tuple[Line, ...]:
    """List what several changes mean together."""
    worse, better = response is Direction.HIGHER, response is Direction.LOWER
    dopaminergic = dopaminergic_names(pair.later)
    changed = {(change.kind, change.name in dopaminergic) for change in medicines}
    ferritin = next(
        (course.direction for course in courses if course.fact == FERRITIN), Direction.UNKNOWN
    )
    holds = {
        "dose_raised_worse": worse and (RAISED, True) in changed,
        "dose_lowered_better": better and (LOWERED, True) in changed,
        "iron_fell": worse and ferritin is Direction.LOWER,
        "aggravating_started": worse and aggravating(medicines, pair.later),
        "worse_on_dopaminergic": worse and bool(dopaminergic),
        "rls_not_met_now": _status(pair.base) != _status(pair.later),
    }
    return tuple(
        line(pair.tables.remarks[name], pair.later.context) for name, met in holds.items() if met
    )


def _status(seen: Seen) -> str:
    return seen.context.statuses.get(RLS, "")


def _augmentation(seen: Seen, tables: FollowUpTables) -> AugmentationAtVisit:
    """Give the criteria of augmentation at one visit."""
    day = seen.visit.date
    treated = evaluate(Takes("dopaminergic"), seen.context).verdict
    if treated is UNKNOWN:
        return AugmentationAtVisit(
            date=day, status="unknown", line=line(tables.texts["treatment_unknown"], seen.context)
        )
    if treated is not MET:
        return AugmentationAtVisit(
            date=day,
            status="not_on_treatment",
            line=line(tables.texts["not_on_treatment"], seen.context),
        )
    result = next(
        (result for result in seen.visit.assessment.diagnoses if result.code == AUGMENTATION), None
    )
    if result is None or not result.reasons:
        return AugmentationAtVisit(
            date=day,
            status="not_met",
            line=line(tables.texts["augmentation_not_listed"], seen.context),
        )
    return AugmentationAtVisit(
        date=day, status=result.status, line=result.reasons[0], criteria=result.criteria
    )


def _summary(seen: Seen, tables: FollowUpTables) -> VisitSummary:
    """Write one visit in a line."""
    facts, done = seen.visit.facts, seen.visit.assessment
    numbers = {measure.fact: seen.number(measure.fact) for measure in tables.measures}
    used = [
        medicine.name for medicine in (*(facts.medications or ()), *(facts.rls_treatment or ()))
    ]
    known = used or facts.medications is not None or facts.rls_treatment is not None
    return VisitSummary(
        date=seen.visit.date,
        overall=done.overall,
        statuses={result.code: result.status for result in done.diagnoses},
        values={fact: number for fact, number in numbers.items() if number is not None},
        medicines=tuple(used) if known else None,
        problems=done.problems,
    )
