"""Leg movements a person marked, as ``onset_s, duration_s, side``.

The side door for nights that were scored elsewhere.
"""

from dataclasses import replace
from pathlib import Path

from ekbom.model.errors import InputError
from ekbom.model.finding import Finding, Severity
from ekbom.model.movements import Side
from ekbom.readers.files.text import (
    Row,
    TextFile,
    head_text,
    number,
    read_text,
    seconds,
    shown,
    table_rows,
)
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.records import AnnotationFormat, Annotations, Mark

NAME = "movements-csv"
COLUMNS = ("onset_s", "duration_s", "side")
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
    """Tell whether the first line names `onset_s`; other missing columns are for `read` to say."""
    lines = head_text(head).splitlines()
    cells = {cell.strip() for cell in lines[0].replace(";", ",").split(",")} if lines else set()
    return path.suffix.casefold() in (".csv", ".txt") and "onset_s" in cells


def read(path: Path) -> Annotations:
    """Read marked movements; times count from the start of the recording.

    A table without rows is a night without movements.
    """
    file = read_text(path)
    _refuse_semicolons(file)
    rows = table_rows(file, delimiter=",", required=COLUMNS)
    marks = [_mark(row, file.name) for row in rows]
    extra = sorted(set(rows[0].cells) - set(COLUMNS)) if rows else []
    message = f"The columns {', '.join(extra)} were not read."
    findings = (
        [Finding(code="column-ignored", severity=Severity.NOTE, message=message, subject=file.name)]
        if extra
        else []
    )
    annotations = annotations_of(
        marks, name=file.name, format_name=NAME, findings=(*file.findings, *findings)
    )
    return replace(annotations, scored=annotations.scored | {"movements"})


def _refuse_semicolons(file: TextFile) -> None:
    header = file.text.splitlines()[0]
    if ";" in header and "," not in header:
        raise InputError(
            f"{file.name}: row 1 is separated by semicolons; use commas between columns and decimal points."
        )


def _mark(row: Row, name: str) -> Mark:
    place = f"{name}: row {row.number}"
    onset_s = number(row.cells["onset_s"], place=place, column="onset_s")
    duration_s = seconds(row.cells["duration_s"], place=place, column="duration_s")
    written = row.cells["side"].casefold()
    if written not in SIDE_TEXTS and written not in UNSIDED:
        raise InputError(
            f"{place}: side is {shown(row.cells['side'])}; left, right, bilateral or unknown is expected."
        )
    side = SIDE_TEXTS.get(written)
    return Mark(
        onset_s=onset_s,
        duration_s=duration_s,
        text=f"LM {side}" if side else "LM",
        place=f"row {row.number}",
    )


FORMAT = AnnotationFormat(
    name=NAME,
    title="marked movements (CSV: onset_s, duration_s, side)",
    recognises=recognises,
    read=read,
)
