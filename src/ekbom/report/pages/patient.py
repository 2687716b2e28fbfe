"""The page for the person who was measured.

What was measured, found, may be meant, may help, may be asked. Two pages at most.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ekbom.model.assessment import Assessment, Line
from ekbom.model.result import StudyResult
from ekbom.report.branding import Branding
from ekbom.report.figures.figure import Figure, Scene
from ekbom.report.figures.patient_drawings import legs_drawing, night_drawing
from ekbom.report.figures.svg import SANS
from ekbom.report.numbers import load_layout, values_of
from ekbom.report.words import Wording, load_wording

OFFERED, URGENT, IRON = "offered", "now", "iron"
MOST_SENTENCES = 5


@dataclass(frozen=True, kw_only=True)
class PatientPart:
    """A heading with short sentences, and the drawing that belongs to it, empty for none."""

    heading: str
    sentences: tuple[str, ...]
    drawing: str = ""


@dataclass(frozen=True, kw_only=True)
class PatientPage:
    """The whole page; `figures` are the drawings by their id."""

    language: str
    title: str
    standing: str
    person: str
    date: str
    laboratory: str
    page: str
    parts: tuple[PatientPart, ...]
    figures: tuple[Figure, ...]
    keep: str


def compose_patient_page(
    result: StudyResult,
    *,
    assessment: Assessment | None = None,
    branding: Branding | None = None,
    person: str = "",
    font: str = SANS,
) -> PatientPage:
    """Build the page as data.

    What it may mean and what may help comes only from the plain sentences of the assessment's
    rules.
    """
    look = branding or Branding()
    words = load_wording(look.language, locale=look.locale)
    scene = Scene(result=result, words=words, font=font)
    recording = result.recording
    urgent = PatientPart(
        heading=words("patient.urgent"),
        sentences=_urgent(assessment, words=words),
    )
    first = assessment is not None and any(
        alert.urgency == URGENT for alert in assessment.alerts
    )
    parts = (
        *((urgent,) if first else ()),
        PatientPart(
            heading=words("patient.measured"),
            sentences=_measured(result, words=words),
            drawing="patient_legs",
        ),
        PatientPart(
            heading=words("patient.found"),
            sentences=_found(result, words=words),
            drawing="patient_night",
        ),
        PatientPart(
            heading=words("patient.means"),
            sentences=_means(assessment, words=words),
        ),
        PatientPart(
            heading=words("patient.helps"),
            sentences=_helps(assessment, words=words),
        ),
        PatientPart(
            heading=words("patient.ask"),
            sentences=_ask(assessment, words=words),
        ),
        *(() if first else (urgent,)),
    )
    return PatientPage(
        language=look.language,
        title=words("patient.title"),
        standing=words("patient.standing"),
        person=person,
        date=words.date(recording.start) if recording.start is not None else "",
        laboratory=look.laboratory,
        page=look.page,
        parts=parts,
        figures=(legs_drawing(scene), night_drawing(scene)),
        keep=words("patient.keep"),
    )


def _measured(result: StudyResult, *, words: Wording) -> tuple[str, ...]:
    hours = words.span(result.recording.duration_s / 60)
    return words("patient.measured_text"), words(
        "patient.measured_hours", hours=hours
    )


def _found(result: StudyResult, *, words: Wording) -> tuple[str, ...]:
    """Say the index in whole movements, how many there were, and how long the person slept."""
    values, layout = values_of(result), load_layout()
    index, count, sleep = (
        values.get(name)
        for name in (
            layout.patient_index,
            layout.patient_count,
            layout.patient_sleep,
        )
    )
    sentences = []
    if count is not None and count.value == 0:
        sentences.append(words("patient.found_none"))
    elif index is not None and index.value is not None:
        sentences.append(words("patient.found_index", value=round(index.value)))
    elif index is not None:
        sentences.append(
            words("patient.found_index_none", reason=words.reason(index.reason))
        )
    if count is not None and count.value:
        sentences.append(words("patient.found_count", n=round(count.value)))
    if sleep is not None and sleep.value is not None:
        sentences.append(
            words("patient.found_hours", hours=words.span(sleep.value))
        )
    return tuple(sentences)


def _means(assessment: Assessment | None, *, words: Wording) -> tuple[str, ...]:
    if assessment is None:
        return (words("patient.means_none"),)
    causes = sorted(assessment.causes, key=lambda cause: cause.rank)
    said = [
        f"{cause.plain} ({cause.plain_certainty})"
        if cause.plain_certainty
        else cause.plain
        for cause in causes
        if cause.plain
    ]
    overall = plain_sentences([assessment.overall.line])
    return (*overall, *said[:MOST_SENTENCES]) or (words("patient.means_none"),)


def _helps(assessment: Assessment | None, *, words: Wording) -> tuple[str, ...]:
    """Say what may help, iron first: a warning about iron must not fall to the limit.

    Iron that cannot be checked is not named.
    """
    lines: list[Line] = []
    if assessment is not None:
        lines += [assessment.iron.line] if assessment.iron is not None else []
        ready = (
            option
            for option in assessment.options
            if option.placed == OFFERED
            and not (option.kind == IRON and option.cannot_check)
        )
        lines += [
            item.line for option in ready for item in option.recommendations
        ]
    return (
        *plain_sentences(lines)[:MOST_SENTENCES],
        words("patient.helps_none"),
        words("patient.medicine"),
    )


def _ask(assessment: Assessment | None, *, words: Wording) -> tuple[str, ...]:
    checks = (
        plain_sentences(item.line for item in assessment.workup)
        if assessment is not None
        else ()
    )
    return (
        *(words(f"patient.ask_{number}") for number in range(1, 5)),
        *checks[:MOST_SENTENCES],
    )


def _urgent(
    assessment: Assessment | None, *, words: Wording
) -> tuple[str, ...]:
    """Say what cannot wait, all of it, then the other alerts as far as there is room."""
    alerts = assessment.alerts if assessment is not None else ()
    now = plain_sentences(
        item.line for item in alerts if item.urgency == URGENT
    )
    later = plain_sentences(
        item.line for item in alerts if item.urgency != URGENT
    )
    return (
        *now,
        *later[: max(0, MOST_SENTENCES - len(now))],
        words("patient.urgent_text"),
    )


def plain_sentences(lines: Iterable[Line]) -> tuple[str, ...]:
    """Give the plain sentence of each line that has one, each once, in order."""
    return tuple(dict.fromkeys(line.plain for line in lines if line.plain))
