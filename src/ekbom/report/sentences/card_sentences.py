"""The answer on one card in words: four questions, at most twelve lines of eighty columns."""

import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from ekbom.model.assessment import Assessment, CardSentence
from ekbom.model.finding import Reason, Value
from ekbom.report.sentences.assessment_sentences import line_trace
from ekbom.report.sentences.statement import Group, Statement
from ekbom.report.words import Wording

PARTS = ("cause", "matter", "helps", "sure")
NUMBERED, COMPARE, OPEN = "helps", "compare", "undetermined"
COLUMNS, MOST_LINES = 80, 12
INDENT = "  "
SPARE = ("card-excluded-none", "card-worse-none")
"""Sentences that leave the card first where it would be too long."""
LESS_NEEDED = ("card-recalled", "card-also", "card-excluded", "card-worse-open")
"""Sentences that leave it next, one after the other."""
LAST_SPARED = ("card-also-weighs",)
"""Sentences that leave it only after a step: a harm or a second disorder that is met."""
FEWEST_STEPS = 2
"""So many steps stay on the card at least."""
TEXT, MORE, UNNUMBERED = "text-of-1-0", "card-more", "card-step-none"
NAMED, GRADE = "card-named", "card-grade"
KEPT = {"needs": 1, "items": 2}
"""How many things a folded list still names, by the name of the list."""
Worth = Value | Reason | tuple[Reason, ...]
"""What fills a place of a sentence."""
LEAST = 40
"""A sentence is never cut below this length, in letters."""


class Told(NamedTuple):
    """One sentence of the card in words, with its part and what it says."""

    part: str
    says: Reason
    statement: Statement


@dataclass(frozen=True, kw_only=True)
class CardPart:
    """One question of the card with its answer; the steps of `numbered` parts are counted."""

    key: str
    question: str
    statements: tuple[Statement, ...]
    numbered: bool = False


def card_parts(
    assessment: Assessment | None, *, words: Wording
) -> tuple[CardPart, ...]:
    """Give the card, short enough for the first screen; empty without an assessment."""
    if assessment is None:
        return ()
    told = _told(assessment.card, words=words)
    if not told:
        told = _of_older(assessment, words=words)
    while not _fits(told, words=words):
        told = _shorter(told, words=words)
    return _parts(told, words=words)


def card_lines(parts: Iterable[CardPart], *, words: Wording) -> tuple[str, ...]:
    """Write the card for a screen of eighty columns, each step on a line of its own if it fits."""
    listed = tuple(parts)
    apart = _wrapped(listed, flowing=False, words=words)
    if len(apart) <= MOST_LINES:
        return apart
    return _wrapped(listed, flowing=True, words=words)


def _wrapped(
    parts: Iterable[CardPart], *, flowing: bool, words: Wording
) -> tuple[str, ...]:
    return tuple(
        line
        for part in parts
        for text in _paragraphs(part, flowing=flowing, words=words)
        for line in textwrap.wrap(text, COLUMNS, subsequent_indent=INDENT)
    )


def _fits(told: Iterable[Told], *, words: Wording) -> bool:
    parts = _parts(told, words=words)
    return len(card_lines(parts, words=words)) <= MOST_LINES


def card_texts(
    assessment: Assessment | None, *, words: Wording
) -> tuple[str, ...]:
    """Give the sentences of the card alone; without an assessment, that there is none."""
    if assessment is None:
        return (words("answer.no_assessment"),)
    parts = card_parts(assessment, words=words)
    return tuple(one.text for part in parts for one in part.statements)


def comparison_group(
    assessment: Assessment | None, *, words: Wording
) -> tuple[Group, ...]:
    """Give RLS and PLMD side by side, from the answers of this person."""
    said = assessment.card if assessment is not None else ()
    told = tuple(
        Statement(text=words.reason(one.says))
        for one in said
        if one.part == COMPARE
    )
    heading = words(f"card.{COMPARE}")
    return (Group(heading=heading, statements=told),) if told else ()


def _told(
    sentences: Iterable[CardSentence], *, words: Wording
) -> tuple[Told, ...]:
    return tuple(
        Told(one.part, one.says, _statement(one, words=words))
        for one in sentences
        if one.part in PARTS
    )


def _statement(sentence: CardSentence, *, words: Wording) -> Statement:
    """Write one sentence with the rules and facts it rests on."""
    return Statement(
        text=sentence_text(sentence.says, words=words),
        trace=" | ".join(
            line_trace(line, words=words) for line in sentence.lines
        ),
    )


def sentence_text(says: Reason, *, words: Wording) -> str:
    """Write one sentence of the card."""
    text = words.reason(says)
    return text[:1].upper() + text[1:]


def _of_older(assessment: Assessment, *, words: Wording) -> tuple[Told, ...]:
    """Say what an assessment of an earlier version says in short."""
    overall = assessment.overall
    text = words("card.old", title=overall.title, text=overall.line.text)
    causes = sorted(assessment.causes, key=lambda cause: cause.rank)
    listed = [
        Statement(
            text=words(
                "card.old_cause", title=cause.title, certainty=cause.certainty
            )
        )
        for cause in causes[:1]
    ]
    return tuple(
        Told(PARTS[0], Reason(TEXT, {"text": statement.text}), statement)
        for statement in (*listed, Statement(text=text))
    )


def _parts(told: Iterable[Told], *, words: Wording) -> tuple[CardPart, ...]:
    listed = tuple(told)
    codes = {one.says.code for one in listed}
    parts = (
        CardPart(
            key=key,
            question=words(f"card.{key}"),
            statements=tuple(
                one.statement for one in listed if one.part == key
            ),
            numbered=key == NUMBERED and UNNUMBERED not in codes,
        )
        for key in PARTS
    )
    return tuple(part for part in parts if part.statements)


def _paragraphs(part: CardPart, *, flowing: bool, words: Wording) -> list[str]:
    """Write a part as one paragraph, or its steps as one each."""
    texts = [statement.text for statement in part.statements]
    if part.numbered:
        texts = [
            words("card.step", number=str(number), text=text)
            for number, text in enumerate(texts, start=1)
        ]
    if flowing or not part.numbered:
        texts = [" ".join(texts)]
    first, *others = texts
    opening = words("card.line", question=part.question, text=first)
    return [opening, *(f"{INDENT}{text}" for text in others)]


def _shorter(told: tuple[Told, ...], *, words: Wording) -> tuple[Told, ...]:
    """Leave out or fold one thing, the least needed first; at last cut the longest sentence."""
    shorter = (
        _without(told, SPARE)
        or _folding(told, "needs", words=words)
        or _folding(told, "items", words=words)
        or _plainer(told, _without_brackets, words=words)
        or _plainer(told, partial(_short_grade, words=words), words=words)
        or _without(told, LESS_NEEDED)
        or _fewer_steps(told)
        or _without(told, LAST_SPARED)
    )
    return shorter or _cut(told, words=words)


def _without(told: tuple[Told, ...], codes: Iterable[str]) -> tuple[Told, ...]:
    """Leave out the first sentence of these codes; nothing where there is none."""
    for code in codes:
        kept = tuple(one for one in told if one.says.code != code)
        if len(kept) < len(told) and _whole(kept, told):
            return kept
    return ()


def _plainer(
    told: tuple[Told, ...],
    plain: Callable[[Reason], Reason],
    *,
    words: Wording,
) -> tuple[Told, ...]:
    """Make what the steps name shorter; nothing where that changes nothing."""
    shorter = tuple(
        _again(one, _everywhere(one.says, plain), words=words)
        if one.part == NUMBERED
        else one
        for one in told
    )
    return shorter if shorter != told else ()


def _again(one: Told, says: Reason, *, words: Wording) -> Told:
    """Write a sentence anew where it says something else."""
    if says == one.says:
        return one
    text = sentence_text(says, words=words)
    return one._replace(says=says, statement=replace(one.statement, text=text))


def _everywhere(says: Reason, plain: Callable[[Reason], Reason]) -> Reason:
    """Change a record and all that it names."""
    values = {
        name: _changed(value, plain) for name, value in says.values.items()
    }
    return plain(replace(says, values=values))


def _changed(worth: Worth, plain: Callable[[Reason], Reason]) -> Worth:
    """Change what a value names; a number or a word stays."""
    if isinstance(worth, Reason):
        return _everywhere(worth, plain)
    if not isinstance(worth, tuple):
        return worth
    reasons = [item for item in worth if isinstance(item, Reason)]
    return tuple(_everywhere(item, plain) for item in reasons) or worth


def _without_brackets(says: Reason) -> Reason:
    """Name an option without what stands in brackets behind its name."""
    title = says.values.get("title")
    if says.code != NAMED or not isinstance(title, str):
        return says
    return Reason("card-named", {"title": title.partition(" (")[0]})


def _short_grade(says: Reason, *, words: Wording) -> Reason:
    """Leave the word *certainty* out of a grade."""
    if says.code != GRADE:
        return says
    direction, strength, certainty = (
        words.code(part, str(says.values[part]))
        for part in ("direction", "strength", "certainty")
    )
    short = words(
        "option.short",
        direction=direction,
        strength=strength,
        certainty=certainty,
    )
    return Reason("card-named", {"title": short})


def _fewer_steps(told: tuple[Told, ...]) -> tuple[Told, ...]:
    """Leave out the last step where more than the fewest are told; nothing otherwise."""
    steps = [one for one in told if one.part == NUMBERED]
    if len(steps) <= FEWEST_STEPS:
        return ()
    return tuple(one for one in told if one is not steps[-1])


def _whole(kept: Iterable[Told], told: Iterable[Told]) -> bool:
    """Tell whether every question still has an answer."""
    return {one.part for one in kept} == {one.part for one in told}


def _folding(
    told: tuple[Told, ...], name: str, *, words: Wording
) -> tuple[Told, ...]:
    """Count the last things of the longest list of that name; nothing where none may be folded."""
    for one in sorted(told, key=_length, reverse=True):
        folded = _folded(one.says, name)
        if folded is not None:
            text = sentence_text(folded, words=words)
            statement = replace(one.statement, text=text)
            return _with(told, one, Told(one.part, folded, statement))
    return ()


def _cut(told: tuple[Told, ...], *, words: Wording) -> tuple[Told, ...]:
    """Cut the longest sentence where nothing else helps: a name that fills a line."""
    longest = max(told, key=_length)
    text = longest.statement.text
    cut = text[: max(LEAST, len(text) * 4 // 5)].rsplit(" ", 1)[0]
    short = words("card.more", text=cut.rstrip(" …,;"))
    statement = replace(longest.statement, text=short)
    return _with(told, longest, longest._replace(statement=statement))


def _length(one: Told) -> int:
    return len(one.statement.text)


def _with(told: tuple[Told, ...], one: Told, other: Told) -> tuple[Told, ...]:
    return tuple(other if item is one else item for item in told)


def _folded(says: Reason, name: str) -> Reason | None:
    """Count the last two things of a list; None where it names few enough."""
    items = says.values.get(name)
    if not isinstance(items, tuple) or len(items) <= KEPT[name] + 1:
        return None
    kept, rest = items[:-2], items[-2:]
    more = Reason(MORE, {"count": sum(_count(item) for item in rest)})
    return Reason(says.code, {**says.values, name: (*kept, more)})


def _count(item: object) -> int:
    """Count the things that one item of a list stands for."""
    if isinstance(item, Reason) and item.code == MORE:
        count = item.values["count"]
        return count if isinstance(count, int) else 1
    return 1
