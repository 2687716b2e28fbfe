"""The card in plain words: why, is it dangerous, what to do."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ekbom.model.assessment import (
    Assessment,
    CardSentence,
    CodedLine,
    Line,
)
from ekbom.model.finding import Reason
from ekbom.report.words import Listed, Wording

MOST_FACTORS, MOST_STEPS = 3, 3
NOW, SOON = "now", "soon"
MECHANISM = "SCREEN_MECHANISM_"
MEDICINE, IRON = "TR_DRUG:", "iron"
CAUSE, HELPS, ARMS = "cause", "helps", "card-arms"
WORSE = "card-worse"
HARMLESS = ("card-harmless-", "card-normal")
HARMLESS_NAMED = "MSG_COMMON_AND_HARMLESS"
"""The message that calls something harmless by its name."""
HARMED, PARTNER = "card-harm", "card-harm-partner"
NAMES = {
    "medicine-unknown": "check_medicine",
    "medicine-no-name": "check_no_medicine",
    "medicine-misspelt": "check_misspelt",
    "medicine-doubtful": "check_doubtful",
    "medicine-two-meanings": "check_doubtful",
}
"""How a name of a medicine is asked about, by why it was not recognised."""
LOOK_FIRST, IRON_STEP, TRIGGERS, TESTS, NO_STEP = (
    "card-step-urgent",
    "card-step-first",
    "card-step-triggers",
    "card-step-test",
    "card-step-none",
)


class Reader(NamedTuple):
    """Who reads the page: the person, or the parents of a child."""

    words: Wording
    child: bool

    def text(self, name: str, **values: str) -> str:
        """Give a text of the page, of a child in the third person."""
        key = f"patient_child.{name}"
        if self.child and self.words.has(key):
            return self.words(key, **values)
        return self.words(f"patient.{name}", **values)

    def listed(self, names: Iterable[str]) -> str:
        """Name things with *or* before the last."""
        return format(Listed(tuple(names), ", "), "or")


def plain_sentences(lines: Iterable[Line]) -> tuple[str, ...]:
    """Give the plain sentence of each line that has one, each once, in order."""
    return tuple(dict.fromkeys(line.plain for line in lines if line.plain))


def question_sentences(
    assessment: Assessment | None, reader: Reader
) -> tuple[str, ...]:
    """Ask about the facts themselves: what contradicts, and a medicine that nobody knows."""
    problems = assessment.problems if assessment is not None else ()
    told = (_question(line, reader) for line in problems)
    return tuple(dict.fromkeys(text for text in told if text))


def _question(line: Line, reader: Reader) -> str:
    """Ask in plain words; nothing where only a program or a laboratory can answer."""
    reason = line.reason
    if reason is None or reason.code not in NAMES:
        return line.plain
    medicine, generic = (
        str(reason.values.get(name, "")) for name in ("name", "generic")
    )
    return reader.text(NAMES[reason.code], medicine=medicine, generic=generic)


def cause_sentences(
    assessment: Assessment | None, reader: Reader
) -> tuple[str, ...]:
    """Say why the legs move: the first cause, what adds to it, how it comes about."""
    if assessment is None:
        return (reader.text("why_unknown"),)
    factors = plain_sentences(one.line for one in _adding(assessment))
    mechanism = plain_sentences(
        one.line for one in assessment.screens if one.code.startswith(MECHANISM)
    )
    return (
        _first_cause(assessment, reader),
        *_limbs(assessment, reader),
        *mechanism,
        *factors[:MOST_FACTORS],
    )


def _limbs(assessment: Assessment, reader: Reader) -> Iterator[str]:
    """Say that arms or other parts take part, where the card says so."""
    for sentence in assessment.card[:1]:
        details = sentence.says.values.get("details", ())
        told = details if isinstance(details, tuple) else ()
        if any(isinstance(one, Reason) and one.code == ARMS for one in told):
            yield reader.text("why_arms")


def _adding(assessment: Assessment) -> tuple[CodedLine, ...]:
    """List what adds to it where the card says so; an older assessment has no card."""
    codes = [one.says.code for one in assessment.card]
    told = not codes or any(code.startswith(WORSE) for code in codes)
    return assessment.triggers if told else ()


def _first_cause(assessment: Assessment, reader: Reader) -> str:
    """Name the first cause with how sure it is."""
    told = next((one for one in assessment.card if one.part == CAUSE), None)
    if told is None:
        return assessment.overall.line.plain or reader.text("why_unknown")
    plain, certainty = (
        str(told.says.values.get(name, ""))
        for name in ("plain", "plain_certainty")
    )
    if plain and certainty:
        return reader.text("why_cause", cause=plain, certainty=certainty)
    if plain:
        return reader.text("why_exclude", cause=plain)
    return assessment.overall.line.plain or reader.text("why_unknown")


def danger_sentence(assessment: Assessment | None, reader: Reader) -> str:
    """Say in one honest sentence whether it is dangerous."""
    if assessment is None:
        return reader.text("danger_unknown")
    urgencies = {alert.urgency for alert in assessment.alerts}
    codes = [one.says.code for one in assessment.card]
    if NOW in urgencies:
        return reader.text("danger_now")
    if SOON in urgencies:
        return reader.text("danger_soon")
    if any(code.startswith(HARMLESS) for code in codes):
        named = plain_sentences(
            one.line
            for one in assessment.messages
            if one.code == HARMLESS_NAMED
        )
        return named[0] if named else reader.text("danger_none")
    harm = next(
        (one for one in assessment.card if one.says.code == HARMED), None
    )
    if harm is not None:
        return reader.text(
            "danger_partner" if _partner_only(harm) else "danger_harm"
        )
    return reader.text("danger_unknown")


def _partner_only(harm: CardSentence) -> bool:
    """Tell whether nobody but the bed partner is woken."""
    items = harm.says.values["items"]
    told = items if isinstance(items, tuple) else ()
    codes = {one.code for one in told if isinstance(one, Reason)}
    return codes == {PARTNER}


def step_sentences(
    assessment: Assessment | None, reader: Reader
) -> tuple[str, ...]:
    """Say what to do first, second and third, and what never to do alone."""
    steps = [
        text
        for one in (assessment.card if assessment is not None else ())
        if assessment is not None and one.part == HELPS
        for text in [_step(one, assessment, reader)]
        if text
    ]
    told = dict.fromkeys(steps[:MOST_STEPS]) or [reader.text("do_unknown")]
    return (*told, reader.text("medicine"))


def _step(
    sentence: CardSentence, assessment: Assessment, reader: Reader
) -> str:
    """Write one step of the card in plain words."""
    code, lines = sentence.says.code, sentence.lines
    if code == LOOK_FIRST:
        return reader.text("do_urgent")
    if code == TRIGGERS:
        return " ".join(_less_of(assessment, reader))
    if code == NO_STEP:
        return reader.text("do_unknown")
    if assessment.iron is not None and _is_iron(sentence, assessment):
        return " ".join(_iron(sentence, assessment, reader))
    plain = plain_sentences(lines)
    if code == TESTS:
        return plain[0] if plain else reader.text("do_tests")
    return " ".join(plain) or reader.text("do_options")


def _is_iron(sentence: CardSentence, assessment: Assessment) -> bool:
    """Tell whether a step is about iron."""
    rules = {line.rule_id for line in sentence.lines}
    return any(
        advice.line.rule_id in rules
        for option in assessment.options
        if option.kind == IRON
        for advice in option.recommendations
    )


def _iron(
    sentence: CardSentence, assessment: Assessment, reader: Reader
) -> Iterator[str]:
    """Say that iron is low, and name no iron before what must be known is known."""
    if assessment.iron is not None and assessment.iron.line.plain:
        yield assessment.iron.line.plain
    if sentence.says.code.startswith(IRON_STEP):
        yield reader.text("do_iron_tests")
    else:
        yield from plain_sentences(sentence.lines)


def _less_of(assessment: Assessment, reader: Reader) -> Iterator[str]:
    """Say what to talk about with the prescriber, and which habits add to it."""
    medicines = [one for one in assessment.triggers if _is_medicine(one)]
    habits = [one for one in assessment.triggers if _is_habit(one)]
    if medicines:
        names = reader.listed([one.title.lower() for one in medicines])
        yield reader.text("do_medicines", names=names)
    if habits:
        yield reader.text("do_habits")
        yield from plain_sentences(one.line for one in habits)


def _is_medicine(trigger: CodedLine) -> bool:
    return trigger.code.startswith(MEDICINE)


def _is_habit(trigger: CodedLine) -> bool:
    return any(
        fact.fact.startswith("lifestyle.") for fact in trigger.line.facts
    )
