"""The interview as data.

Sections of questions, each tied to the fact it fills, for any face that asks them.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Condition:
    """When a question is asked, by the answer to another one.

    It holds if the answer to `fact` is one of `words`, a number above `above`, or a number from the
    first to the second of `within`.

    A number that is not known is not above anything, but may lie within: what is not known rules no
    question out.
    """

    fact: str
    words: tuple[str, ...] = ()
    above: float | None = None
    within: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class UrgentWord:
    """What a person must hear at once after an answer for which `condition` holds.

    The sentence of the clinical rule `rule_id`.
    """

    condition: Condition
    rule_id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class OtherUnit:
    """Another unit a laboratory may use.

    The field of the facts schema that takes it, and the factor to the question's own unit.
    """

    unit: str
    fact: str
    factor: float


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question in plain language.

    `fact` is the dotted field of the facts schema it fills, or the name of a list (such as
    ``medications``) for which `parts` are asked of every entry. `answers` gives the words a person
    sees for the words of the schema, in order; empty for a number or free words. `many`: several
    answers may be chosen. All of `only_if` must hold. `warns` is said at once after its answers.
    """

    fact: str
    ask: str
    hint: str = ""
    unit: str = ""
    answers: Mapping[str, str]
    minimum: float | None = None
    maximum: float | None = None
    other_units: tuple[OtherUnit, ...] = ()
    many: bool = False
    words: bool = False
    parts: tuple["Question", ...] = ()
    only_if: tuple[Condition, ...] = ()
    warns: UrgentWord | None = None


@dataclass(frozen=True, kw_only=True)
class Section:
    """Questions under one heading, with a sentence on why they are asked.

    `clinician`: only a clinician can answer them.
    """

    title: str
    why: str
    clinician: bool
    questions: tuple[Question, ...]


@dataclass(frozen=True, kw_only=True)
class Interview:
    """The whole question set; `version` changes with its wording."""

    version: str
    introduction: str
    sections: tuple[Section, ...]
