"""The questions of the interview as rows of plain words, one for each question, to be frozen.

``python tests/interview/frozen_questions.py``, with ``tests`` on the path, writes the list anew; a
person reads the difference.
"""

from collections.abc import Iterator
from pathlib import Path

from frozen_words import NUMBER, write_frozen

from ekbom.criteria.interview import Condition, Question
from ekbom.rules.load_interview import load_interview

FROZEN = Path(__file__).with_name("frozen_questions.yaml")


def rows() -> dict[str, list[str]]:
    """Write every question as a row, by section."""
    return {
        section.title + (" (clinician)" if section.clinician else ""): [
            row
            for question in section.questions
            for row in question_rows(question)
        ]
        for section in load_interview().sections
    }


def question_rows(question: Question, inside: str = "") -> Iterator[str]:
    """Write one question: range, units, answers, when it is asked, what is said at once."""
    words = [f"{inside}{question.fact}", question.unit]
    if question.minimum is not None or question.maximum is not None:
        words.append(f"{question.minimum} to {question.maximum}")
    words += [
        f"or {other.fact} in {other.unit} x {other.factor:.9g}"
        for other in question.other_units
    ]
    words += [f"{word}: {told}" for word, told in question.answers.items()]
    words += ["many"] * question.many + ["words"] * question.words
    words += [f"if {condition(one)}" for one in question.only_if]
    if question.warns:
        words.append(
            f"warns if {condition(question.warns.condition)}: {question.warns.rule_id}"
        )
    words += NUMBER.findall(f"{question.ask} {question.hint}")
    yield ", ".join(word for word in words if word)
    for part in question.parts:
        yield from question_rows(part, inside=f"{question.fact} > ")


def condition(one: Condition) -> str:
    """Write when a question is asked."""
    if one.words:
        return f"{one.fact} is {' or '.join(one.words)}"
    if one.within:
        return f"{one.fact} is {one.within[0]:g} to {one.within[1]:g}"
    return f"{one.fact} above {one.above:g}"


if __name__ == "__main__":
    write_frozen(FROZEN, rows(), about="Every question of the interview.")
