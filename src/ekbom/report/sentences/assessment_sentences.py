"""The sentences of a report that come from an assessment.

Each with its rule, its source and the facts it rests on.
"""

from collections.abc import Iterable, Iterator

from ekbom.codec.codec import as_json
from ekbom.codec.hooks import JsonValue
from ekbom.model.assessment import (
    Assessment,
    CodedLine,
    DiagnosisResult,
    Line,
    Verdict,
)
from ekbom.report.numbers import note_text, source_text
from ekbom.report.sentences.facts_in_words import (
    changes_words,
    facts_words,
    status_words,
)
from ekbom.report.sentences.statement import Group, Statement
from ekbom.report.words import Wording, titled

NO_EDITION = "none"
"""Edition of what was not read in any guideline."""
URGENT = "now"
FIRST = (URGENT, "soon")
POPULATIONS = {"adult": "rls.adult", "child": "rls.child"}
"""Which criterion says that somebody belongs to the people of a limit."""


def line_statement(line: Line, *, words: Wording, title: str = "") -> Statement:
    """Write one line; its trace names rule, source and facts.

    It is marked where the source is only recalled.
    """
    text = words.line(line)
    if not text:
        text = title
    elif title and title != text:
        text = titled(title, text)
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
        part
        for part in (source.guideline, source.edition)
        if part and part != NO_EDITION
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


def population_of(assessment: Assessment | None) -> str:
    """Name the people whose limit applies to this person; empty where the age is not known."""
    verdicts = assessment.verdicts if assessment is not None else {}
    for population, rule in POPULATIONS.items():
        if verdicts.get(rule) is Verdict.MET:
            return population
    return ""


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
                changes="; ".join(changes_words(fact.changes, words=words)),
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
    overall = assessment.overall
    causes = [line_statement(overall.line, words=words, title=overall.title)]
    causes += [
        line_statement(line, words=words, title=cause.title)
        for cause in assessment.causes
        for line in cause.reasons
    ]
    criteria = [
        line_statement(
            line,
            words=words,
            title=_with_status(item, words=words),
        )
        for item in assessment.diagnoses
        for line in item.reasons
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
        "weighed": tuple(_weighed(assessment, words=words)),
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


def _weighed(assessment: Assessment, *, words: Wording) -> Iterator[Statement]:
    """Say what speaks for and against each diagnosis."""
    for item in assessment.diagnoses:
        weighed = {"for": item.speaks_for, "against": item.speaks_against}
        for way, lines in weighed.items():
            title = words(f"weighed.{way}", title=item.title)
            for line in lines:
                yield line_statement(line, words=words, title=title)


def _with_status(item: DiagnosisResult, *, words: Wording) -> str:
    """Give a title with its status, but once where the title says it."""
    status = status_words(item.status, item.excluded_by, words=words)
    return item.title if status in item.title else f"{item.title} ({status})"


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
