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
    names_columns,
    read_text,
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


def read(path: Path) -> Annotations:
    """Read marked movements; times count from the start of the recording.

    A table without rows is a night without movements.
    """
    file = read_text(path)
    _refuse_semicolons(file)
    rows = table_rows(file, delimiter=",", required=COLUMNS)
    marks = [_mark(row) for row in rows]
    findings = list(file.findings)
    if extra := sorted(set(rows[0].cells) - set(COLUMNS)) if rows else []:
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


def _mark(row: Row) -> Mark:
    onset_s, duration_s = row.number("onset_s"), row.seconds("duration_s")
    written = row.cells["side"]
    side = SIDE_TEXTS.get(written.casefold())
    if side is None and written.casefold() not in UNSIDED:
        raise InputError(
            f"{row.place}: side is {shown(written)}; left, right, bilateral or unknown is expected."
        )
    text = f"LM {side}" if side else "LM"
    return Mark(
        onset_s=onset_s, duration_s=duration_s, text=text, place=row.where
    )


FORMAT = AnnotationFormat(
    name=NAME,
    title="marked movements (CSV: onset_s, duration_s, side)",
    recognises=names_columns(
        "onset_s", suffixes=(".csv", ".txt"), separators=",;"
    ),
    read=read,
)
