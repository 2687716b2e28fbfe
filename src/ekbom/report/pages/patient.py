"""The page for the person who was measured, or for the parents of a child.

Why, is it dangerous, what to do, what to ask, when to call for help; how it was measured stands
last. Two pages at most.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ekbom.model.assessment import Assessment
from ekbom.model.result import StudyResult
from ekbom.report.branding import Branding
from ekbom.report.figures.figure import Figure, Scene
from ekbom.report.figures.patient_drawings import legs_drawing, night_drawing
from ekbom.report.figures.svg import SANS
from ekbom.report.numbers import load_layout, values_of
from ekbom.report.options import require_own_assessment
from ekbom.report.sentences.assessment_sentences import population_of
from ekbom.report.sentences.patient_sentences import (
    Reader,
    cause_sentences,
    danger_sentence,
    plain_sentences,
    question_sentences,
    step_sentences,
)
from ekbom.report.words import load_wording

URGENT, SOON = "now", "soon"
MOST_SENTENCES = 5
MOST_CHECKS = 3


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

    Why the legs move and what to do comes only from the plain sentences of the assessment's rules.
    """
    require_own_assessment(result, assessment)
    look = branding or Branding()
    words = load_wording(look.language, locale=look.locale)
    scene = Scene(result=result, words=words, font=font)
    recording = result.recording
    reader = Reader(words, child=population_of(assessment) == "child")
    return PatientPage(
        language=look.language,
        title=reader.text("title"),
        standing=reader.text("standing"),
        person=person,
        date=words.night_date(recording)
        if recording.date is not None
        else reader.text("no_date"),
        laboratory=look.laboratory,
        page=look.page,
        parts=_parts(result, assessment, reader),
        figures=(legs_drawing(scene), night_drawing(scene)),
        keep=reader.text("keep"),
    )


def _parts(
    result: StudyResult, assessment: Assessment | None, reader: Reader
) -> tuple[PatientPart, ...]:
    """Put the parts in their order; what cannot wait, then what must be checked, stands first."""
    call = _part("call", _call(assessment, reader), reader)
    first = assessment is not None and any(
        alert.urgency == URGENT for alert in assessment.alerts
    )
    questions = question_sentences(assessment, reader)
    asked = (_part("check", questions, reader),) if questions else ()
    steps = step_sentences(assessment, reader)
    answered = (
        *asked,
        _part("why", cause_sentences(assessment, reader), reader),
        _part("danger", (danger_sentence(assessment, reader),), reader),
        *_soon(assessment, reader),
        _part("do", steps, reader),
        _part("ask", _ask(assessment, reader, said=steps), reader),
    )
    measured = (
        _part("found", _found(result, reader), reader, drawing="patient_night"),
        _part(
            "measured",
            _measured(result, reader),
            reader,
            drawing="patient_legs",
        ),
    )
    if first:
        return (call, *answered, *measured)
    return (*answered, call, *measured)


def _part(
    name: str, sentences: Iterable[str], reader: Reader, *, drawing: str = ""
) -> PatientPart:
    return PatientPart(
        heading=reader.text(name), sentences=tuple(sentences), drawing=drawing
    )


def _measured(result: StudyResult, reader: Reader) -> tuple[str, ...]:
    hours = reader.words.span(result.recording.duration_s / 60)
    return (
        reader.text("measured_text"),
        reader.text("measured_hours", hours=hours),
    )


def _found(result: StudyResult, reader: Reader) -> Iterator[str]:
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
    if count is not None and count.value == 0:
        yield reader.text("found_none")
    elif index is not None and index.value is not None:
        yield reader.text("found_index", value=str(round(index.value)))
    elif index is not None:
        reason = reader.words.reason(index.reason)
        yield reader.text("found_index_none", reason=reason)
    if count is not None and count.value:
        yield reader.text("found_count", n=str(round(count.value)))
    if sleep is not None and sleep.value is not None:
        yield reader.text("found_hours", hours=reader.words.span(sleep.value))


def _ask(
    assessment: Assessment | None, reader: Reader, *, said: Iterable[str]
) -> tuple[str, ...]:
    """Say what may be asked, the tests by their names first; nothing that was said as a step."""
    tests = assessment.workup if assessment is not None else ()
    steps = frozenset(said)
    plain = [
        text
        for text in plain_sentences(item.line for item in tests)
        if text not in steps
    ]
    return (
        *plain[:MOST_CHECKS],
        *(reader.text(f"ask_{number}") for number in range(1, 4)),
    )


def _soon(
    assessment: Assessment | None, reader: Reader
) -> tuple[PatientPart, ...]:
    """Say what to talk about with the doctor; no part where there is nothing."""
    alerts = assessment.alerts if assessment is not None else ()
    told = plain_sentences(
        item.line for item in alerts if item.urgency != URGENT
    )[:MOST_SENTENCES]
    if not told and any(item.urgency == SOON for item in alerts):
        told = (reader.text("soon_other"),)
    return (_part("soon", told, reader),) if told else ()


def _call(assessment: Assessment | None, reader: Reader) -> tuple[str, ...]:
    """Say what cannot wait, all of it, and when anybody calls for help."""
    alerts = assessment.alerts if assessment is not None else ()
    now = plain_sentences(
        item.line for item in alerts if item.urgency == URGENT
    )
    return (
        *now,
        reader.text("call_text"),
        reader.text("call_driving"),
    )
