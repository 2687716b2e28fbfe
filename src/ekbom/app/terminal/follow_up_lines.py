"""Several visits as lines for the terminal.

Red flags, response, augmentation, what is due, then visit by visit.
"""

from collections.abc import Iterable

from ekbom.app.terminal.assessment_lines import (
    FAINT,
    HEAD,
    MARKS,
    PLAIN,
    URGENT,
    Styled,
    english,
    source_text,
    tables_line,
)
from ekbom.model.assessment import CriterionResult, Line
from ekbom.pipeline.follow_up import (
    AugmentationAtVisit,
    Course,
    FindingChange,
    FollowUp,
    IronChange,
    MedicineChange,
    NextCheck,
    Step,
    VisitSummary,
)
from ekbom.report.sentences.facts_in_words import (
    facts_words,
    status_words,
    with_unit,
)

SUMMARY = ("RLS", "PLMD")
"""The diagnoses that the line of a visit names."""


def follow_up_lines(course: FollowUp) -> list[Styled]:
    """Write the whole course, red flags first."""
    newest = course.steps[-1] if course.steps else None
    return [
        *[
            (URGENT, f"FIRST: {flag.title}. {flag.line.text}")
            for flag in course.red_flags
        ],
        *(_step(newest) if newest else []),
        *_response(course),
        *_augmentation(course.augmentation),
        *_checks(course.next_checks),
        *[
            styled
            for step in reversed(course.steps[:-1])
            for styled in _step(step)
        ],
        *_visits(course.visits),
        (HEAD, "Please note"),
        *[
            styled
            for safety in course.safety
            for styled in _line(safety.line, title=safety.title)
        ],
        tables_line(course),
        (FAINT, f"Follow-up table, digest {course.follow_up_digest[:12]}"),
    ]


def _response(course: FollowUp) -> list[Styled]:
    first, last = course.visits[0].date, course.visits[-1].date
    if first == last:
        return [(HEAD, f"One visit ({first}): there is nothing to compare yet")]
    response = english().code("response", course.response)
    heading = (
        f"From the first visit to the last ({first} to {last}): {response}"
    )
    found: list[Styled] = [(HEAD, heading)]
    return found + [styled for one in course.overall for styled in _course(one)]


def _course(course: Course) -> list[Styled]:
    """Write one number; a number nobody ever entered is left out where nothing is known of it."""
    if course.earlier is None and course.later is None:
        return []
    moved = (
        f"{_number(course.earlier, course)} -> {_number(course.later, course)}"
    )
    found: list[Styled] = [
        (PLAIN, f"  {course.title}: {moved}"),
        *_faint(course.line, told=_numbers(course)),
    ]
    for line in (*course.beside, *course.cautions):
        found.extend(_faint(line))
    return found


def _numbers(course: Course) -> str:
    """Write the numbers that were compared, each with its day."""
    told = (
        (course.earlier_date, course.earlier),
        (course.later_date, course.later),
    )
    return "; ".join(
        f"{day}: {with_unit(value, course.unit, words=english())}"
        for day, value in told
        if value is not None
    )


def _number(value: float | None, course: Course) -> str:
    return "not known" if value is None else f"{value:g} {course.unit}"


def _step(step: Step) -> list[Styled]:
    found: list[Styled] = [
        (
            HEAD,
            f"From {step.since} to {step.date}: {english().code('response', step.response)}",
        )
    ]
    found.extend(
        (
            URGENT,
            f"  {flag.title}: {english().code('finding_change', flag.kind)}",
        )
        for flag in step.red_flags
    )
    for course in step.courses:
        found.extend(_course(course))
    found.extend(_iron(step.iron) if step.iron else [])
    for medicine in step.medicines:
        found.append(
            (
                PLAIN,
                f"  {medicine.name}: {english().code('medicine_change', medicine.kind)}",
            )
        )
        found.extend(_faint(medicine.line, told=_doses(medicine, step)))
        found.extend(_faint(medicine.note) if medicine.note else [])
    found.extend(_findings("Can add to it", step.triggers))
    found.extend(_findings("Alert", step.alerts))
    return found + [
        styled for remark in step.remarks for styled in _line(remark)
    ]


def _iron(change: IronChange) -> list[Styled]:
    before, after = (
        english().code("iron_action", code)
        if code
        else "no rule of iron applied"
        for code in (change.before, change.after)
    )
    return _line(
        change.line,
        title=f"Iron: {before} -> {after}",
        sign=". ",
    )


def _doses(medicine: MedicineChange, step: Step) -> str:
    """Write what a medicine was compared with."""
    if medicine.earlier_mg is None or medicine.later_mg is None:
        return f"compared with {medicine.since}"
    earlier, later = (
        f"{medicine.earlier_mg:g} mg a day",
        f"{medicine.later_mg:g} mg a day",
    )
    return f"{medicine.since}: {earlier}; {step.date}: {later}"


def _findings(what: str, findings: Iterable[FindingChange]) -> list[Styled]:
    found: list[Styled] = []
    for finding in findings:
        found.append(
            (
                PLAIN,
                f"  {what}: {finding.title}: {english().code('finding_change', finding.kind)}",
            )
        )
        found.append((FAINT, f"      [{source_text(finding.line)}]"))
    return found


def _augmentation(visits: Iterable[AugmentationAtVisit]) -> list[Styled]:
    """Write the criteria, the newest visit first."""
    found: list[Styled] = [
        (
            HEAD,
            "Augmentation (criteria recalled, not confirmed in their source)",
        )
    ]
    for visit in sorted(visits, key=lambda one: one.date, reverse=True):
        found.append(
            (PLAIN, f"  {visit.date}: {english().code('status', visit.status)}")
        )
        found.extend(_faint(visit.line))
        found.extend(
            (FAINT, _criterion(criterion)) for criterion in visit.criteria
        )
    return found


def _criterion(criterion: CriterionResult) -> str:
    verdict = english().code("verdict", criterion.verdict)
    return f"        {verdict}: {criterion.line.text} [{source_text(criterion.line)}]"


def _checks(checks: Iterable[NextCheck]) -> list[Styled]:
    found: list[Styled] = [(HEAD, "Next checks (days counted from the visits)")]
    for check in checks:
        due = english().code(
            "check_status", check.status, day=str(check.due_by)
        )
        found.append(
            (
                PLAIN,
                f"  {check.title}: {due}",
            )
        )
        found.extend(_faint(check.line))
        interval, source = check.interval, check.interval.source
        reason = f": {source.locator}" if source.locator else ""
        how = f"{interval.value:g} {interval.unit} ({MARKS[source.evidence]}{reason})"
        found.append(
            (FAINT, f"      counted from {check.counted_from}, interval {how}")
        )
    return (
        found
        if len(found) > 1
        else [
            *found,
            (PLAIN, "  Nothing follows from the rules; the clinician decides."),
        ]
    )


def _visits(visits: Iterable[VisitSummary]) -> list[Styled]:
    found: list[Styled] = [(HEAD, "Visits")]
    for visit in visits:
        statuses = ", ".join(
            f"{code} {_status(code, visit)}" for code in SUMMARY
        )
        found.append(
            (PLAIN, f"  {visit.date}: {visit.overall.title}; {statuses}")
        )
        used = (
            "not known"
            if visit.medicines is None
            else ", ".join(visit.medicines) or "none"
        )
        found.append((FAINT, f"      medicines: {used}"))
        found.extend(
            styled for problem in visit.problems for styled in _faint(problem)
        )
    return found


def _status(code: str, visit: VisitSummary) -> str:
    status = visit.statuses.get(code, "not_judged")
    by = visit.excluded_by.get(code, "")
    return status_words(status, by, words=english())


def _line(line: Line, *, title: str = "", sign: str = ": ") -> list[Styled]:
    told = english().line(line)
    facts = facts_words(line.facts, words=english())
    return [
        (PLAIN, f"  {title}{sign}{told}" if title else f"  {told}"),
        *([(FAINT, f"      {facts}")] if facts else []),
        (FAINT, f"      [{source_text(line)}]"),
    ]


def _faint(line: Line, *, told: str = "") -> list[Styled]:
    facts = told or facts_words(line.facts, words=english())
    shown = f" ({facts})" if facts else ""
    return [
        (FAINT, f"      {english().line(line)}{shown} [{source_text(line)}]")
    ]
