"""BIDS ``*_events.tsv``: onset and duration in seconds, a column of texts or columns of stages.

The usual text column is ``trial_type``. Some data sets write one row per epoch with a column of
stages instead; the people's column is taken before the program's.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from ekbom.model.errors import InputError
from ekbom.model.finding import Finding, Severity
from ekbom.readers.files.text import Row, head_text, number, read_text, seconds, shown, table_rows
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.meanings import stage_of
from ekbom.readers.scorings.records import AnnotationFormat, Annotations, Mark
from ekbom.readers.scorings.stage_codes import bids_stage_text

NAME = "bids-events"
MISSING = "n/a"
TEXT_COLUMNS = ("trial_type", "event_type", "event", "description", "value")
STAGE_COLUMNS = ("stage_hum", "stage", "sleep_stage", "stage_ai")
CODE = re.compile(r"-?\d+(\.0+)?", re.ASCII)


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether the first line names onset and duration between tabs."""
    lines = head_text(head).splitlines()
    return (
        path.suffix.casefold() in (".tsv", ".txt")
        and bool(lines)
        and {"onset", "duration"} <= set(lines[0].strip().split("\t"))
    )


def read(path: Path) -> Annotations:
    """Read a BIDS events table; times count from the start of the recording."""
    file = read_text(path)
    rows = table_rows(file, delimiter="\t", required=("onset", "duration"))
    if not rows:
        raise InputError(f"{file.name}: there is no event under the header; the table is empty.")
    columns = tuple(rows[0].cells)
    text_column = next((column for column in TEXT_COLUMNS if column in columns), None)
    stage_column = next((column for column in STAGE_COLUMNS if column in columns), None)
    if text_column is None and stage_column is None:
        raise InputError(
            f"{file.name}: no column {TEXT_COLUMNS[0]!r} and no column of stages; the header names {shown(', '.join(columns))}."
        )
    known = [row for row in rows if row.cells["onset"] != MISSING]
    marks = [mark for row in known for mark in _marks(row, text_column, stage_column, file.name)]
    findings = [
        *file.findings,
        *_left_out(len(rows) - len(known), file.name),
        *_stage_choice(columns, stage_column, file.name),
    ]
    return annotations_of(
        marks, name=file.name, format_name=NAME, dialect="bids", findings=findings
    )


def _marks(row: Row, text_column: str | None, stage_column: str | None, name: str) -> list[Mark]:
    """Make the marks of one row: its event text and its stage, where it has them."""
    place = f"{name}: row {row.number}"
    onset_s = number(row.cells["onset"], place=place, column="onset")
    written = row.cells["duration"]
    duration_s = None if written == MISSING else seconds(written, place=place, column="duration")
    channel = row.cells.get("channel", "").replace(MISSING, "")
    marks = []
    text = row.cells[text_column] if text_column else MISSING
    if text not in (MISSING, ""):
        marks.append(
            Mark(
                onset_s=onset_s,
                duration_s=duration_s,
                text=text,
                place=f"row {row.number}",
                channel=channel,
            )
        )
    stage = row.cells[stage_column] if stage_column else MISSING
    if stage not in (MISSING, ""):
        named = _stage_text(stage, f"{place}: {stage_column}")
        marks.append(
            Mark(
                onset_s=onset_s,
                duration_s=duration_s,
                text=named,
                place=f"row {row.number}",
                is_stage=True,
            )
        )
    return marks


def _stage_text(written: str, place: str) -> str:
    """Name the stage of a cell, a word or a code."""
    named = bids_stage_text(int(float(written))) if CODE.fullmatch(written) else written
    if named is None or stage_of(named) is None:
        raise InputError(
            f"{place} is {shown(written)}, which is no known stage; W, N1, N2, N3, R or the codes 0 to 4 are expected."
        )
    return named


def _left_out(count: int, name: str) -> Sequence[Finding]:
    message = f"{count} rows have no onset (n/a) and were left out."
    return (
        [Finding(code="onset-missing", severity=Severity.WARNING, message=message, subject=name)]
        if count
        else []
    )


def _stage_choice(columns: Sequence[str], chosen: str | None, name: str) -> Sequence[Finding]:
    """Say which of several stage columns was read."""
    others = [column for column in STAGE_COLUMNS if column in columns and column != chosen]
    message = f"Stages were read from the column {chosen}; {', '.join(others)} was left aside."
    return (
        [Finding(code="stage-column-chosen", severity=Severity.NOTE, message=message, subject=name)]
        if others
        else []
    )


FORMAT = AnnotationFormat(
    name=NAME, title="BIDS events table (TSV)", recognises=recognises, read=read
)
