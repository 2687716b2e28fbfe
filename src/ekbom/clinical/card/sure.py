"""How sure: what is unknown that would change the answer, and what is recalled."""

from collections.abc import Iterable, Iterator

from ekbom.clinical.card.known import (
    CAUSE,
    HELPS,
    SURE,
    Item,
    Known,
    named,
    once,
)
from ekbom.clinical.card.steps import IRON, MEDICINE, offered
from ekbom.model.assessment import CardSentence
from ekbom.model.finding import Reason
from ekbom.model.source import EvidenceMark

DIAGNOSIS = "diagnosis"
MOST_NEEDED = 4


def sure_sentences(
    known: Known, told: Iterable[CardSentence]
) -> Iterator[CardSentence]:
    """Say what is not known, in words, and what of the card is only recalled."""
    sentences = tuple(_unknown(known))
    yield from sentences
    recalled = _recalled(told)
    if recalled:
        yield _sentence(Reason("card-recalled", {"items": recalled}))
    elif not sentences:
        yield _sentence(Reason("card-nothing-open"))


def _sentence(says: Reason) -> CardSentence:
    return CardSentence(part=SURE, says=says)


def _unknown(known: Known) -> Iterator[CardSentence]:
    """Name the answers that would change the cause, then what a dose waits for."""
    missing = [
        fact.title
        for fact in known.assessment.missing
        if any(change.kind == DIAGNOSIS for change in fact.changes)
    ]
    if missing:
        yield _sentence(Reason("card-would-change", {"items": named(missing)}))
    needs = once(
        need
        for option in offered(known, IRON, MEDICINE)
        for need in option.cannot_check
    )
    if needs:
        yield _sentence(
            Reason("card-for-a-dose", {"items": named(needs, most=MOST_NEEDED)})
        )


def _recalled(told: Iterable[CardSentence]) -> tuple[Reason, ...]:
    """Name the parts of the card that rest on a sentence nobody read in its source."""
    parts: list[Item] = []
    step = 0
    for sentence in told:
        step += sentence.part == HELPS
        marks = {line.source.evidence for line in sentence.lines}
        if EvidenceMark.RECALLED not in marks:
            continue
        if sentence.part == HELPS:
            parts.append(Reason("card-that-step", {"number": step}))
        elif sentence.part == CAUSE:
            parts.append(Reason("card-that-cause"))
        else:
            parts.append(Reason("card-that-harm"))
    return named(once(parts), most=MOST_NEEDED)
