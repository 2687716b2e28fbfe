"""Leg movements a person marked, as ``onset_s, duration_s, side``.

The side door for nights that were scored elsewhere. The headings name the unit: ``onset_ms`` or
``Onset (ms)`` are milliseconds.
"""

import csv
import re
from dataclasses import replace
from pathlib import Path

from ekbom.model.errors import InputError
from ekbom.model.finding import Finding, Severity
from ekbom.model.movements import Side
from ekbom.readers.files.text import (
    Row,
    TextFile,
    head_text,
    read_text,
    shown,
    table_rows,
)
from ekbom.readers.files.time_units import TimeColumn, is_heading, time_column
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.records import AnnotationFormat, Annotations, Mark

NAME = "movements-csv"
SUFFIXES = (".csv", ".txt")
SIDE = "side"
SIDE_TEXTS = {
    "left": Side.LEFT,
    "l": Side.LEFT,
    "right": Side.RIGHT,
    "r": Side.RIGHT,
    "bilateral": Side.BILATERAL,
    "both": Side.BILATERAL,
}
UNSIDED = ("", "unknown", "n/a")


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether the first line names an onset in seconds, or in any unit beside a length."""
    first_line = next(iter(head_text(head).splitlines()), "")
    headings = [cell.strip() for cell in re.split("[,;]", first_line)]
    lasting = any(is_heading(heading, "duration") for heading in headings)
    return path.suffix.casefold() in SUFFIXES and any(
        heading == "onset_s" or (lasting and is_heading(heading, "onset"))
        for heading in headings
    )


def read(path: Path) -> Annotations:
    """Read marked movements; times count from the start of the recording.

    A table without rows is a night without movements.
    """
    file = read_text(path)
    _refuse_semicolons(file)
    rows = table_rows(file, delimiter=",", required=(SIDE,))
    headings = list(rows[0].cells) if rows else _headings(file)
    onset = time_column(headings, "onset", name=file.name)
    duration = time_column(headings, "duration", name=file.name)
    marks = [_mark(row, onset, duration) for row in rows]
    findings = list(file.findings)
    taken = {onset.heading, duration.heading, SIDE}
    if extra := sorted(set(rows[0].cells) - taken) if rows else []:
        ignored = {"columns": tuple(extra)}
        findings.append(
            Finding("column-ignored", Severity.NOTE, file.name, ignored)
        )
    annotations = annotations_of(
        marks, name=file.name, format_name=NAME, findings=findings
    )
    return replace(annotations, scored=annotations.scored | {"movements"})


def _refuse_semicolons(file: TextFile) -> None:
    header = file.text.splitlines()[0]
    if ";" in header and "," not in header:
        raise InputError(
            f"{file.name}: row 1 is separated by semicolons; "
            "use commas between columns and decimal points."
        )


def _headings(file: TextFile) -> list[str]:
    """Split the first line that is not blank."""
    _, header = file.lines()[0]
    return [cell.strip() for cell in next(csv.reader([header]), [])]


def _mark(row: Row, onset: TimeColumn, duration: TimeColumn) -> Mark:
    written = row.cells[SIDE]
    side = SIDE_TEXTS.get(written.casefold())
    if side is None and written.casefold() not in UNSIDED:
        raise InputError(
            f"{row.place}: side is {shown(written)}; left, right, bilateral or unknown is expected."
        )
    text = f"LM {side}" if side else "LM"
    return Mark(
        onset_s=onset.number(row),
        duration_s=duration.seconds(row),
        text=text,
        place=row.where,
    )


FORMAT = AnnotationFormat(
    name=NAME,
    title="marked movements (CSV: onset_s, duration_s, side)",
    recognises=recognises,
    read=read,
)
