"""Options as one table, cautions once a class, criteria side by side."""

from collections.abc import Iterable
from dataclasses import dataclass

from ekbom.model.assessment import (
    AnsweredFact,
    Assessment,
    DiagnosisResult,
    FactKind,
    Line,
    OptionResult,
    Recommendation,
)
from ekbom.report.numbers import source_text
from ekbom.report.sentences.assessment_sentences import line_trace
from ekbom.report.sentences.facts_in_words import fact_words
from ekbom.report.sentences.statement import Statement
from ekbom.report.words import Wording, inside

OFFERED, AGAINST = "offered", "against_standard_use"
NEVER = "never"
IRON, FOR_COMPLAINTS = "iron", ("medicine", "device")
"""Kinds of options."""
COMPLAINTS = ("scores.irls", "symptoms.frequency_per_week")
"""What says how much somebody suffers."""
GRADED = ("strong", "conditional")
MEASURED = ("labs.", "psg.", "egfr", "crcl_ml_min")
"""Numbers that say why an option is looked at in this person."""


@dataclass(frozen=True, kw_only=True)
class OptionRow:
    """One option: for or against, why in this person, what bars it or must be known, sources."""

    code: str
    title: str
    placed: str
    offered: bool
    grades: tuple[str, ...]
    short_grade: str
    why: tuple[str, ...]
    needs: tuple[str, ...]
    unknown: tuple[str, ...]
    sources: tuple[Statement, ...]


@dataclass(frozen=True, kw_only=True)
class OptionTable:
    """What may be considered or is barred, what is advised against, cautions once a class."""

    rows: tuple[OptionRow, ...] = ()
    against: tuple[OptionRow, ...] = ()
    cautions: tuple[Statement, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CriteriaTable:
    """Criteria in rows, criteria sets in columns; the last row holds the status of each set."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def option_table(
    assessment: Assessment | None, *, words: Wording
) -> OptionTable:
    """Give the options of an assessment; empty without one."""
    if assessment is None:
        return OptionTable()
    options = assessment.options
    against = [one for one in options if is_against(one)]
    rest = [one for one in options if not is_against(one)]
    ordered = sorted(rest, key=lambda one: one.placed != OFFERED)
    return OptionTable(
        rows=tuple(_row(one, assessment, words=words) for one in ordered),
        against=tuple(_row(one, assessment, words=words) for one in against),
        cautions=_cautions(ordered, words=words),
    )


def is_against(option: OptionResult) -> bool:
    """Tell whether an option is advised against, and not only barred in this person."""
    return option.placed == AGAINST or option.kind == NEVER


def _row(
    option: OptionResult, assessment: Assessment, *, words: Wording
) -> OptionRow:
    advice = option.recommendations
    person = _person(option, assessment, words=words)
    return OptionRow(
        code=option.code,
        title=option.title,
        placed=words(f"option.{option.placed}"),
        offered=option.placed == OFFERED,
        grades=_once(grade_words(one, words=words) for one in advice),
        short_grade=_short_grade(advice[0], words=words),
        why=_once((*(_why(one.line, words=words) for one in advice), *person)),
        needs=_needs(option, words=words),
        unknown=option.cannot_check,
        sources=_sources(option, words=words),
    )


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def grade_words(advice: Recommendation, *, words: Wording) -> str:
    """Write direction, strength and certainty of one source's advice."""
    direction = words.code("direction", advice.direction)
    if advice.strength not in GRADED:
        strength = words.code("strength", advice.strength)
        return words("option.ungraded", direction=direction, strength=strength)
    return words(
        "option.graded",
        direction=direction,
        strength=words.code("strength", advice.strength),
        certainty=words.code("certainty", advice.certainty),
    )


def _short_grade(advice: Recommendation, *, words: Wording) -> str:
    """Write the grade for a narrow column."""
    if advice.strength not in GRADED:
        return grade_words(advice, words=words)
    return words(
        "option.short",
        direction=words.code("direction", advice.direction),
        strength=words.code("strength", advice.strength),
        certainty=words.code("certainty", advice.certainty),
    )


def _why(line: Line, *, words: Wording) -> str:
    """Write the sentence of the rule with the numbers of this person."""
    numbers = [fact_words(fact, words=words) for fact in _numbers(line.facts)]
    told = words.line(line)
    if not numbers:
        return told
    return words("option.why", text=told, facts="; ".join(numbers))


def _person(
    option: OptionResult, assessment: Assessment, *, words: Wording
) -> tuple[str, ...]:
    """Say what in this person asks for it: the iron values, or how severe it is and how often."""
    if option.placed != OFFERED:
        return ()
    if option.kind == IRON and assessment.iron is not None:
        facts = _numbers(assessment.iron.line.facts)
    elif option.kind in FOR_COMPLAINTS:
        facts = [one for one in assessment.facts if one.fact in COMPLAINTS]
    else:
        return ()
    if not facts:
        return ()
    told = "; ".join(fact_words(fact, words=words) for fact in facts)
    return (words("option.person", facts=told),)


def _numbers(facts: Iterable[AnsweredFact]) -> list[AnsweredFact]:
    return [
        fact
        for fact in facts
        if fact.kind is FactKind.NUMBER
        and fact.value is not None
        and fact.fact.startswith(MEASURED)
    ]


def _needs(option: OptionResult, *, words: Wording) -> tuple[str, ...]:
    """Say what bars it in this person, and what must be known for a dose."""
    barred = tuple(
        words("option.barred", text=words.line(line)) for line in option.barred
    )
    if not option.cannot_check or option.placed != OFFERED:
        return barred
    needs = words("option.needs", facts="; ".join(option.cannot_check))
    return (*barred, needs)


def _sources(option: OptionResult, *, words: Wording) -> tuple[Statement, ...]:
    """Name the sources of the advice with how well each is known, once each."""
    lines = [one.line for one in option.recommendations] + [*option.barred]
    told = {
        source_text(line.source, words=words): Statement(
            text=source_text(line.source, words=words),
            trace=line.rule_id,
        )
        for line in lines
    }
    return tuple(told.values())


def _cautions(
    options: Iterable[OptionResult], *, words: Wording
) -> tuple[Statement, ...]:
    """Write each caution once, with all the options it belongs to."""
    told: dict[str, tuple[Line, list[str]]] = {}
    for option in options:
        if option.placed != OFFERED:
            continue
        for line in option.cautions:
            held = told.setdefault(words.line(line), (line, []))
            held[1].append(option.title)
    return tuple(
        Statement(
            text=words("option.caution", titles=_titles(titles), text=text),
            trace=line_trace(line, words=words),
            marked=line.source.to_verify,
        )
        for text, (line, titles) in told.items()
    )


def _titles(titles: Iterable[str]) -> str:
    first, *others = dict.fromkeys(titles)
    return ", ".join((first, *map(inside, others)))


def criteria_table(
    assessment: Assessment | None, *, words: Wording
) -> CriteriaTable:
    """Set the criteria of RLS side by side; empty without an assessment."""
    sets = assessment.criteria_sets if assessment is not None else ()
    if not sets:
        return CriteriaTable()
    texts = dict.fromkeys(
        item.line.text for one in sets for item in one.criteria
    )
    rows = tuple(
        (text, *(_verdict(one, text, words=words) for one in sets))
        for text in texts
    )
    status = (
        words("criteria.status"),
        *(words.code("status", one.status) for one in sets),
    )
    columns = (words("criteria.criterion"), *(one.title for one in sets))
    return CriteriaTable(columns=columns, rows=(*rows, status))


def _verdict(one: DiagnosisResult, text: str, *, words: Wording) -> str:
    """Give the verdict of one criterion in one set; a dash where the set does not ask for it."""
    for item in one.criteria:
        if item.line.text == text:
            return words.code("verdict", item.verdict)
    return words("criteria.not_asked")
