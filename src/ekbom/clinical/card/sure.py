"""How sure: what contradicts, what is unknown that would change the answer, what is recalled."""

from collections.abc import Iterable, Iterator

from ekbom.clinical.card.cause import BENIGN, RLS, explaining
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
from ekbom.clinical.judge import rests_on
from ekbom.clinical.lines import answered_fact
from ekbom.model.assessment import CardSentence, Change, Verdict
from ekbom.model.finding import Reason
from ekbom.model.source import EvidenceMark

DIAGNOSIS = "diagnosis"
UNSETTLED = "indeterminate"
MOST_NEEDED = 4


def sure_sentences(
    known: Known, told: Iterable[CardSentence]
) -> Iterator[CardSentence]:
    """Say what is not known, in words, and what of the card is only recalled."""
    listed = tuple(told)
    yield from _in_question(known)
    sentences = tuple(_unknown(known, _told_first(listed)))
    yield from sentences
    if not sentences:
        yield _sentence(_nothing_open(known))
    recalled = _recalled(listed)
    if recalled:
        yield _sentence(Reason("card-recalled", {"items": recalled}))


def _in_question(known: Known) -> Iterator[CardSentence]:
    """Name the answers that contradict each other; what rests on them may be otherwise."""
    judged = known.state.contradictions
    if judged is None or not judged.met:
        return
    facts = sorted(
        fact for rule in judged.met for fact in rests_on(rule, judged.state)
    )
    tables = known.state.tables
    titles = once(
        answered_fact(fact, judged.state.facts, tables).title for fact in facts
    )
    yield _sentence(Reason("card-in-question", {"items": named(titles)}))


def _nothing_open(known: Known) -> Reason:
    """Say what is open where no answer that was tried would change the cause."""
    missing = [fact.title for fact in known.assessment.missing]
    if not missing:
        return Reason("card-nothing-open")
    if explaining(known):
        return Reason("card-would-change-more", {"items": named(missing)})
    return Reason("card-not-known", {"items": named(missing)})


def _sentence(says: Reason) -> CardSentence:
    return CardSentence(part=SURE, says=says)


def _told_first(told: Iterable[CardSentence]) -> frozenset[object]:
    """Name what a step already asks for."""
    return frozenset(
        need.values.get("title")
        for sentence in told
        for need in _reasons(sentence.says.values.get("needs", ()))
    )


def _reasons(value: object) -> tuple[Reason, ...]:
    items = value if isinstance(value, tuple) else ()
    return tuple(item for item in items if isinstance(item, Reason))


def _unknown(
    known: Known, told_first: frozenset[object]
) -> Iterator[CardSentence]:
    """Name the answers that would change the cause, then what a dose waits for."""
    missing = once(
        (
            *_open_symptoms(known),
            *(
                fact.title
                for fact in known.assessment.missing
                if any(_other_cause(change, known) for change in fact.changes)
            ),
        )
    )
    if missing:
        yield _sentence(Reason("card-would-change", {"items": named(missing)}))
    needs = once(
        need
        for option in offered(known, IRON, MEDICINE)
        for need in option.cannot_check
        if need not in told_first
    )
    if needs and not known.urgent:
        yield _sentence(
            Reason("card-for-a-dose", {"items": named(needs, most=MOST_NEEDED)})
        )


def _open_symptoms(known: Known) -> Iterator[str]:
    """Name the open criteria of restless legs where nothing explains the movements yet.

    No single one of them would change the answer, so that no trial of one answer finds them.
    """
    rls = known.diagnosis(RLS)
    if rls is None or rls.status != UNSETTLED or explaining(known):
        return
    for criterion in rls.criteria:
        if criterion.verdict == Verdict.UNKNOWN:
            yield from (
                fact.title
                for fact in criterion.line.facts
                if fact.value is None
            )


def _other_cause(change: Change, known: Known) -> bool:
    """Tell whether a cause would be found or lost; another specifier is not another cause."""
    before, after = change.before[:1], change.after[:1]
    return (
        change.kind == DIAGNOSIS
        and before != after
        and any(_explains(status, known) for status in (*before, *after))
    )


def _explains(status: str, known: Known) -> bool:
    """Tell whether a status is sure enough to be a cause and no benign one."""
    rows = known.state.tables.certainty
    return status in rows and rows[status][0] < rows[BENIGN][0]


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
