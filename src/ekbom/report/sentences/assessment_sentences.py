"""The sentences of a report that come from an assessment.

Each with its rule, its source and the facts it rests on.
"""

from collections.abc import Iterable

from ekbom.codec.codec import as_json
from ekbom.codec.hooks import JsonValue
from ekbom.model.assessment import Assessment, CodedLine, Line, OptionResult
from ekbom.report.numbers import note_text, source_text
from ekbom.report.sentences.facts_in_words import (
    change_words,
    facts_words,
    status_words,
)
from ekbom.report.sentences.statement import Group, Statement
from ekbom.report.words import Wording

URGENT = "now"
FIRST = (URGENT, "soon")
MOST_MISSING = 5


def line_statement(line: Line, *, words: Wording, title: str = "") -> Statement:
    """Write one line; its trace names rule, source and facts.

    It is marked where the source is only recalled.
    """
    text = words.line(line)
    if not text:
        text = title
    elif title and title != text:
        text = f"{title}: {text}"
    return Statement(
        text=text,
        trace=line_trace(line, words=words),
        marked=line.source.to_verify,
    )


def line_trace(line: Line, *, words: Wording) -> str:
    """Say where a line comes from.

    Rule, guideline edition, citation with locator and how closely it was read, facts.
    """
    source = line.source
    guideline = " ".join(
        part for part in (source.guideline, source.edition) if part
    )
    facts = facts_words(line.facts, words=words)
    return " · ".join(
        part
        for part in (
            line.rule_id,
            guideline,
            source_text(source, words=words),
            note_text("", source),
            facts,
        )
        if part
    )


def coded(
    lines: Iterable[CodedLine], *, words: Wording
) -> tuple[Statement, ...]:
    """Write coded lines with their titles."""
    return tuple(
        line_statement(item.line, words=words, title=item.title)
        for item in lines
    )


def alert_statements(
    assessment: Assessment | None, *, words: Wording
) -> tuple[Statement, ...]:
    """Give what comes before everything else.

    Alerts that cannot wait, questions about the facts themselves, then alerts for soon.
    """
    if assessment is None:
        return ()
    now, soon = (
        coded(
            (alert for alert in assessment.alerts if alert.urgency == urgency),
            words=words,
        )
        for urgency in FIRST
    )
    asked = tuple(
        line_statement(line, words=words) for line in assessment.problems
    )
    return (*now, *asked, *soon)


def answer_groups(
    assessment: Assessment | None, *, words: Wording
) -> tuple[Statement, ...]:
    """Say what the assessment says in short: the overall line and the causes by rank."""
    if assessment is None:
        return (Statement(text=words("answer.no_assessment")),)
    overall = line_statement(
        assessment.overall.line, words=words, title=assessment.overall.title
    )
    causes = [
        Statement(
            text=f"{cause.rank}. {cause.title} ({cause.certainty})",
            trace=" | ".join(
                line_trace(line, words=words) for line in cause.reasons
            ),
        )
        for cause in sorted(assessment.causes, key=lambda cause: cause.rank)
    ]
    return (overall, *causes)


def missing_statements(
    assessment: Assessment | None, *, words: Wording
) -> tuple[Statement, ...]:
    """Say in short which unknown facts could change the answer, the weightiest first.

    What each changes stands in the appendix.
    """
    if assessment is None:
        return ()
    ordered = sorted(assessment.missing, key=lambda fact: -fact.weight)
    return tuple(
        Statement(
            text=words(
                "answer.missing_fact", title=fact.title, n=len(fact.changes)
            ),
            trace=fact.fact,
        )
        for fact in ordered[:MOST_MISSING]
    )


def _changes(
    assessment: Assessment, *, words: Wording
) -> tuple[Statement, ...]:
    """Say for every unknown fact what an answer could change."""
    ordered = sorted(assessment.missing, key=lambda fact: -fact.weight)
    return tuple(
        Statement(
            text=words(
                "answer.missing_changes",
                title=fact.title,
                changes="; ".join(
                    change_words(change, words=words) for change in fact.changes
                ),
            ),
            trace=fact.fact,
        )
        for fact in ordered
    )


def assessment_groups(
    assessment: Assessment | None, *, words: Wording
) -> tuple[Group, ...]:
    """Give the whole assessment under its headings; headings without a line are left out."""
    if assessment is None:
        return ()
    causes = [
        line_statement(line, words=words, title=cause.title)
        for cause in assessment.causes
        for line in cause.reasons
    ]
    criteria = [
        line_statement(
            line,
            words=words,
            title=f"{item.title} ({status_words(item.status, item.excluded_by, words=words)})",
        )
        for item in assessment.diagnoses
        for line in item.reasons
    ]
    options = [
        statement
        for option in assessment.options
        for statement in _option(option, words=words)
    ]
    listed = {
        "cautions": coded(
            (
                alert
                for alert in assessment.alerts
                if alert.urgency not in FIRST
            ),
            words=words,
        ),
        "causes": tuple(causes),
        "criteria": tuple(criteria),
        "triggers": coded(assessment.triggers, words=words)
        + tuple(
            line_statement(m.line, words=words, title=m.name)
            for m in assessment.medicines
        ),
        "workup": coded(assessment.workup, words=words)
        + (
            (line_statement(assessment.iron.line, words=words),)
            if assessment.iron
            else ()
        ),
        "options_care": tuple(options),
        "conflicts": coded(assessment.conflicts, words=words),
        "boundaries": tuple(
            line_statement(line, words=words) for line in assessment.boundaries
        ),
        "missing": _changes(assessment, words=words),
        "messages": coded(
            (*assessment.messages, *assessment.screens), words=words
        ),
    }
    return tuple(
        Group(heading=words(f"heading.{name}"), statements=statements)
        for name, statements in listed.items()
        if statements
    )


def citations(assessment: Assessment | None) -> frozenset[str]:
    """Name every source an assessment cites."""
    return (
        frozenset(_cited(as_json(assessment)))
        if assessment is not None
        else frozenset()
    )


def _cited(value: JsonValue) -> set[str]:
    if isinstance(value, list):
        return {key for item in value for key in _cited(item)}
    if isinstance(value, dict):
        own = value.get("citation")
        return {key for item in value.values() for key in _cited(item)} | (
            {own} if isinstance(own, str) and own else set()
        )
    return set()


def _option(option: OptionResult, *, words: Wording) -> list[Statement]:
    """Write one option.

    Where it stands, what each source says, what bars it, what cannot be checked.
    """
    title = f"{option.title} ({words(f'option.{option.placed}')})"
    lines = [
        line_statement(
            item.line,
            words=words,
            title=f"{title}, {words.code('option_label', item.label)}"
            if item.label
            else title,
        )
        for item in option.recommendations
    ]
    lines += [
        line_statement(line, words=words, title=title)
        for line in (*option.barred, *option.cautions)
    ]
    if option.cannot_check:
        lines.append(
            Statement(
                text=words(
                    "option.cannot_check",
                    title=option.title,
                    facts=", ".join(option.cannot_check),
                )
            )
        )
    return lines
