"""BIDS ``*_events.tsv``: onset and duration in seconds, a column of texts or columns of stages.

The usual text column is ``trial_type``. Some data sets write one row per epoch with a column of
stages instead; the people's column is taken before the program's. Onset and duration are seconds,
unless their headings name another unit (``onset_ms``).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, NoReturn

from ekbom.model.errors import InputError
from ekbom.model.finding import Finding, Severity, Values
from ekbom.readers.files.text import (
    Row,
    filled_rows,
    head_text,
    read_text,
    shown,
)
from ekbom.readers.files.time_units import TimeColumn, is_heading, time_column
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.records import AnnotationFormat, Annotations, Mark
from ekbom.readers.scorings.stage_codes import AASM_CODES, stage_text

NAME = "bids-events"
MISSING = "n/a"
SUFFIXES = (".tsv", ".txt")
TEXT_COLUMNS = ("trial_type", "event_type", "event", "description", "value")
STAGE_COLUMNS = ("stage_hum", "stage", "sleep_stage", "stage_ai")
CODE = re.compile(r"-?\d{1,3}(\.0{1,9})?", re.ASCII)


class _Columns(NamedTuple):
    """Where times, texts and stages stand."""

    onset: TimeColumn
    duration: TimeColumn
    text: str
    stages: Sequence[str]


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether the first line names an onset and a duration between tabs."""
    first_line = next(iter(head_text(head).splitlines()), "")
    headings = first_line.split("\t")
    return path.suffix.casefold() in SUFFIXES and all(
        any(is_heading(heading, quantity) for heading in headings)
        for quantity in ("onset", "duration")
    )


def read(path: Path) -> Annotations:
    """Read a BIDS events table; times count from the start of the recording."""
    file = read_text(path)
    rows = filled_rows(file, delimiter="\t")
    columns = _columns(tuple(rows[0].cells), file.name)
    onset = columns.onset.heading
    known = [row for row in rows if row.cells[onset] != MISSING]
    marks = [mark for row in known for mark in _marks(row, columns)]
    noticed = _findings(file.name, len(rows) - len(known), columns.stages)
    findings = (*file.findings, *noticed)
    return annotations_of(
        marks,
        name=file.name,
        format_name=NAME,
        dialect="bids",
        findings=findings,
    )


def _columns(headings: Sequence[str], name: str) -> _Columns:
    """Find the columns by their headings."""
    text = next((column for column in TEXT_COLUMNS if column in headings), "")
    stages = [column for column in STAGE_COLUMNS if column in headings]
    onset = time_column(headings, "onset", name=name, unit="s")
    duration = time_column(headings, "duration", name=name, unit="s")
    if not text and not stages:
        _refuse_columns(headings, name)
    return _Columns(onset, duration, text, stages)


def _refuse_columns(columns: Sequence[str], name: str) -> NoReturn:
    raise InputError(
        f"{name}: no column {TEXT_COLUMNS[0]!r} and no column of stages; "
        f"the header names {shown(', '.join(columns))}."
    )


def _marks(row: Row, columns: _Columns) -> Iterator[Mark]:
    """Make the marks of one row: its event text and its stage, where it has them."""
    unspecified = row.cells[columns.duration.heading] == MISSING
    mark = Mark(
        onset_s=columns.onset.number(row),
        duration_s=None if unspecified else columns.duration.seconds(row),
        text=_written(row, columns.text),
        place=row.where,
    )
    if mark.text:
        channel = row.cells.get("channel", "").replace(MISSING, "")
        yield replace(mark, channel=channel)
    column = columns.stages[0] if columns.stages else ""
    if _written(row, column):
        yield replace(mark, text=_stage(row, column), is_stage=True)


def _written(row: Row, column: str) -> str:
    """Give a cell, empty where there is no such column or nothing in it."""
    written = row.cells.get(column, "")
    return "" if written == MISSING else written


def _stage(row: Row, column: str) -> str:
    """Name the stage of a cell, a word or a code."""
    written = row.cells[column]
    code = int(float(written)) if CODE.fullmatch(written) else None
    named = stage_text(written, code, codes=AASM_CODES)
    if named is None:
        raise InputError(
            f"{row.place}: {column} is {shown(written)}, which is no known stage; "
            "W, N1, N2, N3, R or the codes 0 to 4 are expected."
        )
    return named


def _findings(
    name: str, n_left_out: int, stage_columns: Sequence[str]
) -> Iterator[Finding]:
    """Say which rows were left out, and which of several stage columns was read."""
    if n_left_out:
        yield Finding(
            "onset-missing", Severity.WARNING, name, {"count": n_left_out}
        )
    if len(stage_columns) > 1:
        values: Values = {
            "column": stage_columns[0],
            "others": tuple(stage_columns[1:]),
        }
        yield Finding("stage-column-chosen", Severity.NOTE, name, values)


FORMAT = AnnotationFormat(
    name=NAME,
    title="BIDS events table (TSV)",
    recognises=recognises,
    read=read,
)
