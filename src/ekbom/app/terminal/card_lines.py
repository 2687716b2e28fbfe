"""The answer on the first screen: alerts, the card, the options in one line each."""

import textwrap
from collections.abc import Iterable

from ekbom.app.terminal.assessment_lines import (
    FAINT,
    HEAD,
    PLAIN,
    URGENT,
    WAITS,
    Styled,
    card,
    english,
    tables_line,
)
from ekbom.app.terminal.screen import standing
from ekbom.model.assessment import Assessment
from ekbom.report.sentences.assessment_sentences import alert_statements
from ekbom.report.sentences.card_sentences import (
    COLUMNS,
    INDENT,
)
from ekbom.report.sentences.option_rows import OptionRow, option_table

NOW = "now"
WIDTHS = (42, 27)
"""Columns of the title and of the grade in the table of options."""


def short_lines(assessment: Assessment) -> list[Styled]:
    """Write what fits on a screen: alerts, the card, the options, where the rest is."""
    return [
        *alert_lines(assessment),
        *card(assessment),
        (PLAIN, ""),
        *_options(assessment),
        *_criteria(assessment),
        tables_line(assessment),
        (FAINT, english()("screen.full")),
        (FAINT, standing()),
    ]


def alert_lines(assessment: Assessment) -> list[Styled]:
    """Write what comes before the card: what cannot wait, then what is for soon."""
    urgent = [one.urgency == NOW for one in assessment.alerts]
    told = alert_statements(assessment, words=english())
    first = sum(urgent)
    now = [
        line
        for one in told[:first]
        for line in _wrapped(english()("screen.first", text=one.text))
    ]
    soon = [
        line
        for one in told[first:]
        for line in _wrapped(english()("screen.soon", text=one.text))
    ]
    return [
        *((URGENT, line) for line in now),
        *(((HEAD, line) for line in _wrapped(WAITS)) if first else ()),
        *((HEAD, line) for line in soon),
    ]


def _options(assessment: Assessment) -> list[Styled]:
    words = english()
    table = option_table(assessment, words=words)
    offered = [row for row in table.rows if row.offered]
    barred = [row.title for row in table.rows if not row.offered]
    heading = words("screen.options", columns=words("screen.columns"))
    found = [(HEAD, line) for line in _wrapped(heading)] if offered else []
    found += [(PLAIN, _row(row)) for row in offered]
    if barred:
        text = words(
            "screen.not_offered", n=len(barred), titles=", ".join(barred)
        )
        found += [(PLAIN, line) for line in _wrapped(text)]
    if table.against:
        text = words("screen.against", n=len(table.against))
        found.append((PLAIN, text))
    return found


def _row(row: OptionRow) -> str:
    """Write one option on one line."""
    title, grade = WIDTHS
    open_answers = len(row.unknown)
    cells = (
        _cut(row.title, title).ljust(title),
        _cut(row.short_grade, grade).ljust(grade),
        english()("screen.open", n=open_answers) if open_answers else "",
    )
    return f"{INDENT}{' '.join(cells)}".rstrip()


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _criteria(assessment: Assessment) -> list[Styled]:
    words = english()
    sets = [
        words(
            "screen.set",
            title=one.title,
            status=words.code("status", one.status),
        )
        for one in assessment.criteria_sets
    ]
    if not sets:
        return []
    text = words("screen.criteria", sets=", ".join(sets))
    return [(PLAIN, line) for line in _wrapped(text)]


def _wrapped(text: str) -> Iterable[str]:
    return textwrap.wrap(text, COLUMNS, subsequent_indent=INDENT)
