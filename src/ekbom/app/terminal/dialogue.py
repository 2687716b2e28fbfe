"""The interview as a dialogue.

Which question comes next, how a typed line becomes an answer, one step back. No terminal in here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ekbom.criteria.interview import (
    Condition,
    Interview,
    OtherUnit,
    Question,
    Section,
)

Answer = object
UNKNOWN = "unknown"
ANY = "any"
NONE = frozenset({"none", "0", "-"})
_NUMBER = re.compile(r"([+-]?\d+(?:[.,]\d+)?)\s*(.*)")


class Refused(NamedTuple):
    """Why a typed line is no answer to the question, in one sentence."""

    why: str


class Given(NamedTuple):
    """An answer: the field it goes to and its value; value None means that it is not known."""

    fact: str
    value: Answer | None


@dataclass
class Dialogue:
    """The state of one interview: the answers so far by field, and the questions asked, in order.

    Questions whose field is known from the start are skipped; `back` takes the last answer away and
    asks it again.
    """

    interview: Interview
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    clinician: bool = False

    def pending(self) -> Iterator[tuple[Section, Question]]:
        """Walk through the questions still to be asked.

        What is given on the way decides what follows.
        """
        for section in self.sections():
            for question in section.questions:
                if not self._done(question) and self._applies(question):
                    yield section, question

    def sections(self) -> tuple[Section, ...]:
        """List the parts that this person is asked."""
        parts = self.interview.sections
        if self.clinician:
            return parts
        return tuple(part for part in parts if not part.clinician)

    def next_question(self) -> tuple[Section, Question] | None:
        """Give the next question with its section, None at the end."""
        return next(self.pending(), None)

    def give(self, question: Question, given: Given) -> None:
        """Take an answer."""
        self.asked.append(question.fact)
        if given.value is not None:
            self.answers[given.fact] = given.value

    def urgent(self, question: Question) -> str:
        """Say what a person must hear at once after the answer just given.

        Empty where nothing is urgent.
        """
        warns = question.warns
        if warns is None:
            return ""
        if holds(warns.condition, self.answers):
            return warns.text
        return ""

    def place(self, section: Section) -> tuple[int, int]:
        """Say which part of how many a section is."""
        parts = self.sections()
        number = parts.index(section) + 1
        return number, len(parts)

    def back(self) -> bool:
        """Take the last answer away; False where there is none."""
        if not self.asked:
            return False
        last = self.asked.pop()
        for question in self._questions():
            if question.fact == last:
                for fact in _fields_of(question):
                    self.answers.pop(fact, None)
        return True

    def _questions(self) -> Iterator[Question]:
        for section in self.interview.sections:
            yield from section.questions

    def _done(self, question: Question) -> bool:
        """Say whether a question was asked, or its answer is known."""
        if question.fact in self.asked:
            return True
        fields = _fields_of(question)
        return any(field in self.answers for field in fields)

    def _applies(self, question: Question) -> bool:
        return all(
            holds(condition, self.answers) for condition in question.only_if
        )


def _fields_of(question: Question) -> tuple[str, ...]:
    """List the fields an answer may go to: one for each unit."""
    others = [other.fact for other in question.other_units]
    return (question.fact, *others)


def holds(condition: Condition, answers: Mapping[str, Answer]) -> bool:
    """Say whether a condition holds; a fact without an answer counts as ``unknown``."""
    value = answers.get(condition.fact, UNKNOWN)
    if condition.within is not None:
        low, high = condition.within
        return not isinstance(value, int | float) or low <= value <= high
    if condition.above is not None:
        return isinstance(value, int | float) and value > condition.above
    if ANY in condition.words:
        return bool(value) and value != UNKNOWN
    return value in condition.words


def understand(question: Question, line: str) -> Given | Refused:
    """Turn a typed line into an answer; an empty line means that it is not known."""
    text = line.strip()
    if not text:
        one_of_several = question.answers and not question.many
        return Given(question.fact, UNKNOWN if one_of_several else None)
    if text.casefold() in NONE and (
        question.many or question.words or question.parts
    ):
        return Given(question.fact, [])
    if question.answers:
        return _choice(question, text)
    if question.words:
        return Given(question.fact, _split(text))
    return _number(question, text)


def _split(text: str) -> list[str]:
    words = [word.strip() for word in text.split(",")]
    return list(filter(None, words))


def _choice(question: Question, text: str) -> Given | Refused:
    """Understand one answer, or several separated by commas."""
    chosen = []
    for part in text.split(",") if question.many else [text]:
        word = _chosen(question, part.strip().casefold())
        if word is None:
            return Refused(
                f"{part.strip()!r} is not one of the answers; type a number from 1 to "
                f"{len(question.answers)}, or press Enter if you do not know."
            )
        chosen.append(word)
    return Given(question.fact, chosen if question.many else chosen[0])


def _chosen(question: Question, typed: str) -> str | None:
    """Take an answer by its number, its word, what is shown for it, or the beginning of that."""
    exact, begun = [], []
    for number, (word, answer) in enumerate(question.answers.items(), start=1):
        shown = answer.casefold()
        if typed == str(number):
            return word
        if typed in (word, shown):
            exact.append(word)
        if typed and shown.startswith(typed):
            begun.append(word)
    matches = exact or begun
    if len(matches) == 1:
        return matches[0]
    return None


def _number(question: Question, text: str) -> Given | Refused:
    """Understand a number, with another unit behind it if the laboratory uses one."""
    match = _NUMBER.fullmatch(text)
    if not match:
        return Refused(
            f"{text!r} is not a number; type one, or press Enter if you do not know."
        )
    value, unit = float(match[1].replace(",", ".")), match[2]
    measure = _measure(question, unit)
    if measure is None:
        return Refused(
            f"The unit {unit!r} is not known here; use {_units(question)}."
        )
    if not _plausible(question, value * measure.factor):
        return Refused(
            f"{text} is not plausible here; expected is {_limits(question)}. "
            "Check it, or press Enter if you do not know."
        )
    if measure.fact == question.fact:
        return Given(question.fact, value)
    return Given(measure.fact, {"value": value, "unit": measure.unit})


def _measure(question: Question, unit: str) -> OtherUnit | None:
    """Find the field and the factor of a typed unit; without one it is the question's own."""
    own = OtherUnit(unit=question.unit, fact=question.fact, factor=1.0)
    if not unit:
        return own
    for measure in (own, *question.other_units):
        if measure.unit.casefold() == unit.casefold():
            return measure
    return None


def _units(question: Question) -> str:
    units = [question.unit, *(other.unit for other in question.other_units)]
    return ", ".join(filter(None, units)) or "no unit"


def _plausible(question: Question, value: float) -> bool:
    low, high = question.minimum, question.maximum
    if low is not None and value < low:
        return False
    return high is None or value <= high


def _limits(question: Question) -> str:
    """Say between which values an answer is plausible."""
    low, high = question.minimum, question.maximum
    if low is None:
        limits = f"at most {high:g}"
    elif high is None:
        limits = f"{low:g} or more"
    else:
        limits = f"{low:g} to {high:g}"
    return f"{limits} {question.unit}".strip()


def nested(answers: Mapping[str, Answer]) -> dict[str, object]:
    """Turn dotted fields into the nested mapping of a facts file."""
    facts: dict[str, object] = {}
    for path, value in answers.items():
        *groups, name = path.split(".")
        place = facts
        for group in groups:
            inner = place.setdefault(group, {})
            if not isinstance(inner, dict):
                raise TypeError(f"{path}: {group} holds a value already")
            place = inner
        place[name] = value
    return facts


def flat(facts: Mapping[str, object], prefix: str = "") -> dict[str, Answer]:
    """Turn the nested mapping of a facts file into dotted fields.

    A value with a unit stays together.
    """
    answers: dict[str, Answer] = {}
    for name, value in facts.items():
        path = f"{prefix}{name}"
        if isinstance(value, Mapping) and set(value) != {"value", "unit"}:
            answers |= flat(value, f"{path}.")
        else:
            answers[path] = value
    return answers
