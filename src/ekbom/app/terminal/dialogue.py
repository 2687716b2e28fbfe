"""The interview as a dialogue.

Which question comes next, how a typed line becomes an answer, one step back. No terminal in here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ekbom.criteria.interview import Condition, Interview, Question, Section

Answer = object
UNKNOWN = "unknown"
ANY = "any"
NONE = frozenset({"none", "0", "-"})
_NUMBER = re.compile(r"^\s*([+-]?\d+(?:[.,]\d+)?)\s*(\S.*)?$")


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
        for section in self.interview.sections:
            if section.clinician and not self.clinician:
                continue
            for question in section.questions:
                if (
                    question.fact not in self.asked
                    and not self._known(question)
                    and self._applies(question)
                ):
                    yield section, question

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
        return warns.text if warns is not None and holds(warns.condition, self.answers) else ""

    def place(self, section: Section) -> tuple[int, int]:
        """Say which part of how many a section is."""
        asked = [part for part in self.interview.sections if self.clinician or not part.clinician]
        return asked.index(section) + 1, len(asked)

    def back(self) -> bool:
        """Take the last answer away; False where there is none."""
        if not self.asked:
            return False
        for fact in self._fields_of(self.asked.pop()):
            self.answers.pop(fact, None)
        return True

    def _known(self, question: Question) -> bool:
        return any(
            fact in self.answers
            for fact in (question.fact, *(unit.fact for unit in question.other_units))
        )

    def _applies(self, question: Question) -> bool:
        return all(holds(condition, self.answers) for condition in question.only_if)

    def _fields_of(self, fact: str) -> tuple[str, ...]:
        questions = (
            question for section in self.interview.sections for question in section.questions
        )
        return next(
            (fact, *(unit.fact for unit in question.other_units))
            for question in questions
            if question.fact == fact
        )


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
    if question.answers:
        return _choice(question, text)
    if not text:
        return Given(question.fact, None)
    if (question.words or question.parts) and text.casefold() in NONE:
        return Given(question.fact, [])
    if question.words:
        return Given(question.fact, [word.strip() for word in text.split(",") if word.strip()])
    return _number(question, text)


def _choice(question: Question, text: str) -> Given | Refused:
    """Understand the number of an answer, its word, or the beginning of what is shown for it."""
    words, shown = (
        list(question.answers),
        [answer.casefold() for answer in question.answers.values()],
    )
    numbers = [str(number) for number in range(1, len(words) + 1)]
    if not text:
        return Given(question.fact, None if question.many else UNKNOWN)
    chosen = []
    for part in text.split(",") if question.many else [text]:
        typed = part.strip().casefold()
        matches = [
            word for word, seen in zip(words, shown, strict=True) if typed in {word, seen}
        ] or [
            word
            for word, seen in zip(words, shown, strict=True)
            if typed and seen.startswith(typed)
        ]
        if typed in numbers:
            matches = [words[numbers.index(typed)]]
        if question.many and typed in NONE:
            return Given(question.fact, [])
        if len(matches) != 1:
            return Refused(
                f"{part.strip()!r} is not one of the answers; type a number from 1 to {len(words)}, or press Enter if you do not know."
            )
        chosen.append(matches[0])
    return Given(question.fact, chosen if question.many else chosen[0])


def _number(question: Question, text: str) -> Given | Refused:
    """Understand a number, with another unit behind it if the laboratory uses one."""
    found = _NUMBER.match(text)
    if not found:
        return Refused(f"{text!r} is not a number; type one, or press Enter if you do not know.")
    value, unit = float(found.group(1).replace(",", ".")), (found.group(2) or "").strip()
    other = next(
        (other for other in question.other_units if other.unit.casefold() == unit.casefold()), None
    )
    if unit and other is None and unit.casefold() != question.unit.casefold():
        units = ", ".join([question.unit, *(known.unit for known in question.other_units)])
        return Refused(f"The unit {unit!r} is not known here; use {units or 'no unit'}.")
    inside = value * (other.factor if other else 1.0)
    low, high = question.minimum, question.maximum
    if (low is not None and inside < low) or (high is not None and inside > high):
        limits = (
            f"{low:g} to {high:g}" if low is not None and high is not None else f"{low:g} or more"
        )
        return Refused(
            f"{text} is not plausible here; expected is {limits} {question.unit}. Check it, or press Enter if you do not know.".replace(
                " .", "."
            )
        )
    return (
        Given(other.fact, {"value": value, "unit": other.unit})
        if other
        else Given(question.fact, value)
    )


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
