"""The answer on the first screen: alerts, the card, the options in one line each."""

import textwrap
from collections.abc import Iterable

from ekbom.app.terminal.assessment_lines import (
    FAINT,
    HEAD,
    PLAIN,
    Styled,
    card,
    english,
    red_flags,
    setting_lines,
    tables_line,
)
from ekbom.app.terminal.screen import standing
from ekbom.model.assessment import Assessment
from ekbom.report.sentences.card_sentences import (
    COLUMNS,
    INDENT,
)
from ekbom.report.sentences.option_rows import OptionRow, option_table
from ekbom.report.words import titled

SOON = "soon"
COLUMN_WORDS = "for or against, strength, certainty; open answers"
FULL = "Reasons, cautions, doses, criteria and sources: the same command with --full."
WIDTHS = (42, 27)
"""Columns of the title and of the grade in the table of options."""


def short_lines(assessment: Assessment) -> list[Styled]:
    """Write what fits on a screen: alerts, the card, the options, where the rest is."""
    return [
        *_alerts(assessment),
        *card(assessment),
        (PLAIN, ""),
        *_options(assessment),
        *_criteria(assessment),
        *setting_lines(assessment),
        tables_line(assessment),
        (FAINT, FULL),
        (FAINT, standing()),
    ]


def _alerts(assessment: Assessment) -> list[Styled]:
    """Write what comes before the card: what cannot wait, then what is for soon."""
    now = [
        (style, line)
        for style, text in red_flags(assessment)
        for line in _wrapped(text)
    ]
    soon = [
        (HEAD, line)
        for alert in assessment.alerts
        if alert.urgency == SOON
        for line in _wrapped(
            f"SOON: {titled(alert.title, alert.line.text, sign='.')}"
        )
    ]
    return [*now, *soon]


def _options(assessment: Assessment) -> list[Styled]:
    words = english()
    table = option_table(assessment, words=words)
    offered = [row for row in table.rows if row.offered]
    barred = [row.title for row in table.rows if not row.offered]
    heading = f"Options to discuss ({COLUMN_WORDS}):"
    found = [(HEAD, line) for line in _wrapped(heading)] if offered else []
    found += [(PLAIN, _row(row)) for row in offered]
    if barred:
        text = (
            f"Not offered to this person ({len(barred)}): {', '.join(barred)}."
        )
        found += [(PLAIN, line) for line in _wrapped(text)]
    if table.against:
        count = len(table.against)
        text = f"Advised against as standard use ({count}): see --full."
        found.append((PLAIN, text))
    return found


def _row(row: OptionRow) -> str:
    """Write one option on one line."""
    title, grade = WIDTHS
    open_answers = len(row.unknown)
    cells = (
        _cut(row.title, title).ljust(title),
        _cut(row.short_grade, grade).ljust(grade),
        f"{open_answers} open" if open_answers else "",
    )
    return f"{INDENT}{' '.join(cells)}".rstrip()


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _criteria(assessment: Assessment) -> list[Styled]:
    words = english()
    sets = [
        f"{one.title} {words.code('status', one.status)}"
        for one in assessment.criteria_sets
    ]
    if not sets:
        return []
    text = f"Criteria side by side: {', '.join(sets)}."
    return [(PLAIN, line) for line in _wrapped(text)]


def _wrapped(text: str) -> Iterable[str]:
    return textwrap.wrap(text, COLUMNS, subsequent_indent=INDENT)
