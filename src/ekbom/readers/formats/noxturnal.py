"""Noxturnal event export ("Unicode CSV").

UTF-16 with local words, a names line and a units line, whole-second clock times.

Known headings are English, French and German. The start of a row is given to the whole second, its
duration to the millisecond; a row named PLM is a series that spans the movements it is made of.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ekbom.model.errors import InputError
from ekbom.model.finding import Finding, Severity
from ekbom.readers.files.clock import (
    MILLISECOND,
    dates_of_one_night,
    local_time,
)
from ekbom.readers.files.text import (
    Row,
    head_text,
    read_text,
    require_rows,
    shown,
    table_rows,
)
from ekbom.readers.files.time_units import PER_SECOND
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.meanings import plain
from ekbom.readers.scorings.records import AnnotationFormat, Annotations, Mark

NAME = "noxturnal-csv"
HEADINGS = {
    "start": (
        "start time",
        "start",
        "heure de debut",
        "debut",
        "startzeit",
        "beginn",
        "anfang",
    ),
    "end": (
        "end time",
        "end",
        "stop time",
        "heure de fin",
        "fin",
        "endzeit",
        "ende",
    ),
    "event": ("event", "event type", "evenement", "ereignis", "ereignistyp"),
    "duration": ("duration", "duree", "dauer"),
}
COLUMN_OF = {
    word: column for column, words in HEADINGS.items() for word in words
}
NEEDED = ("start", "event", "duration")
UNITS_LINE = re.compile(r"^\[[^\],]*\](,\[[^\],]*\])+,?\s*$", re.MULTILINE)


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether the second line names units in square brackets under a known heading."""
    lines = head_text(head).splitlines()
    if path.suffix.casefold() not in (".csv", ".txt") or len(lines) < 2:
        return False
    named = {_heading(cell) for cell in lines[0].split(",")}
    return UNITS_LINE.match(lines[1]) is not None and "event" in named


def read(path: Path) -> Annotations:
    """Read a Noxturnal event export.

    Time zero is the start of the earliest row; times are naive local time.
    """
    file = read_text(path)
    written = table_rows(file, delimiter=",")
    rows = _rows(written, file.name)
    times = [local_time(row.cells["start"], place=row.place) for row in rows]
    starts, findings, others = dates_of_one_night(times, name=file.name)
    zero = min(starts)
    per_s = _duration_unit(written[0], file.name)
    marks = [
        _mark(row, start - zero, per_s)
        for row, start in zip(rows, starts, strict=True)
    ]
    annotations = annotations_of(
        marks,
        name=file.name,
        format_name=NAME,
        dialect="noxturnal",
        start=zero,
        findings=(*file.findings, *findings, _resolution(starts, file.name)),
    )
    return replace(annotations, other_starts=tuple(map(min, others)))


def _rows(written: Sequence[Row], name: str) -> list[Row]:
    """Name the cells of the table; the line of units under the header is no row."""
    _require_columns(list(written[0].cells) if written else [], name)
    rows = [
        row
        for row in map(_by_column, written)
        if not row.cells["start"].startswith("[")
    ]
    require_rows(rows, name=name)
    return rows


def _heading(cell: str) -> str:
    """Name the canonical column of a heading, empty where it is none."""
    return COLUMN_OF.get(plain(cell), "")


def _require_columns(headings: Sequence[str], name: str) -> None:
    columns = {_heading(heading) for heading in headings}
    missing = [column for column in NEEDED if column not in columns]
    if missing:
        raise InputError(
            f"{name}: no heading means {missing[0]!r}; "
            f"the header names {shown(', '.join(headings))}, known are English, French and German."
        )


def _by_column(row: Row) -> Row:
    """Name the cells of a row by their canonical columns."""
    cells = {_heading(heading): cell for heading, cell in row.cells.items()}
    return Row(
        file=row.file,
        line=row.line,
        cells=cells,
    )


def _duration_unit(units: Row, name: str) -> float:
    """Tell from the line of units how many units of the durations make a second."""
    written = _by_column(units).cells.get("duration", "")
    unit = written.strip("[] ").casefold()
    if not written.startswith("[") or not unit:
        return 1.0
    if unit not in PER_SECOND:
        raise InputError(
            f"{name}: the line of units gives durations in {shown(unit)}, "
            "which is no unit of time; s or ms is expected."
        )
    return PER_SECOND[unit]


def _mark(row: Row, since_zero: dt.timedelta, per_s: float) -> Mark:
    return Mark(
        onset_s=since_zero / MILLISECOND / 1000,
        duration_s=row.seconds("duration") / per_s,
        text=row.cells["event"],
        place=row.where,
    )


def _resolution(starts: Sequence[dt.datetime], name: str) -> Finding:
    """Say how exact the onsets are."""
    if all(start.microsecond == 0 for start in starts):
        return Finding("onset-whole-seconds", Severity.NOTE, name)
    return Finding("onset-milliseconds", Severity.NOTE, name)


FORMAT = AnnotationFormat(
    name=NAME,
    title="Noxturnal event export (CSV)",
    recognises=recognises,
    read=read,
)
