"""What the sentences of the card are chosen from: an assessment and the facts it rests on."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

from ekbom.clinical.judge import MET, UNKNOWN_WORD, State
from ekbom.model.assessment import (
    Assessment,
    CodedLine,
    DiagnosisResult,
    FactValue,
    Verdict,
)
from ekbom.model.finding import Reason

T = TypeVar("T")
CAUSE, MATTER, HELPS, SURE = "cause", "matter", "helps", "sure"
"""The four parts of the card, in their order."""
COMPARE = "compare"
"""The comparison of RLS and PLMD, which stands below the card."""
MOST_NAMED = 3
"""A sentence names as many things as one can keep in mind, and counts the others."""
URGENT = "now"
CHILD = "rls.child"
OVER_LIMIT = "plmd.over_limit"
YES, NO = "yes", "no"
Item = str | Reason
Told = dict[str, str | float | int | tuple[Reason, ...] | Reason]
"""The values of a sentence."""


class Known(NamedTuple):
    """An assessment, the state its last step left, and whether it may reassure."""

    assessment: Assessment
    state: State
    reassures: bool

    def value(self, fact: str) -> FactValue | None:
        """Give an answer; None where nobody knows it."""
        value = self.state.facts.values.get(fact)
        return None if value == UNKNOWN_WORD else value

    def number(self, fact: str) -> float | None:
        """Give an answer that is a number."""
        value = self.value(fact)
        return value if isinstance(value, float) else None

    def answered(self, fact: str, *words: str) -> bool:
        """Tell whether a fact has one of these answers."""
        return self.value(fact) in words

    def verdict(self, rule: str) -> Verdict:
        """Give the verdict of a criterion; it was judged with the assessment."""
        return self.assessment.verdicts[rule]

    @property
    def child(self) -> bool:
        """Whether the person is known to be a child."""
        return self.verdict(CHILD) is MET

    def diagnosis(self, code: str) -> DiagnosisResult | None:
        """Find one diagnosis."""
        listed = self.assessment.diagnoses
        return next((one for one in listed if one.code == code), None)

    @property
    def urgent(self) -> tuple[CodedLine, ...]:
        """The alerts that cannot wait."""
        alerts = self.assessment.alerts
        return tuple(one for one in alerts if one.urgency == URGENT)


def named(items: Sequence[Item], most: int = MOST_NAMED) -> tuple[Reason, ...]:
    """Name the first things, and count those that follow."""
    told = tuple(_item(item) for item in items[:most])
    rest = len(items) - len(told)
    if not rest:
        return told
    return (*told, Reason("card-more", {"count": rest}))


def _item(item: Item) -> Reason:
    return (
        item
        if isinstance(item, Reason)
        else Reason("card-named", {"title": item})
    )


def once(items: Iterable[T]) -> tuple[T, ...]:
    """Keep each thing once, in order."""
    return tuple(dict.fromkeys(items))
