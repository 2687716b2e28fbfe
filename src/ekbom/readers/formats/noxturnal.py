"""Noxturnal event export ("Unicode CSV").

UTF-16 with local words, a names line and a units line, whole-second clock times.

Known headings are English, French and German. The start of a row is given to the whole second, its
duration to the millisecond; a row named PLM is a series that spans the movements it is made of.
"""

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path

from ekbom.model.errors import InputError
from ekbom.model.finding import Finding, Severity
from ekbom.readers.files.clock import dates_of_one_night, local_time
from ekbom.readers.files.text import Row, head_text, read_text, seconds, shown, table_rows
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.meanings import plain
from ekbom.readers.scorings.records import AnnotationFormat, Annotations, Mark

NAME = "noxturnal-csv"
HEADINGS = {
    "start": ("start time", "start", "heure de debut", "debut", "startzeit", "beginn", "anfang"),
    "end": ("end time", "end", "stop time", "heure de fin", "fin", "endzeit", "ende"),
    "event": ("event", "event type", "evenement", "ereignis", "ereignistyp"),
    "duration": ("duration", "duree", "dauer"),
}
UNITS_LINE = re.compile(r"^\[[^\],]*\](,\[[^\],]*\])+,?\s*$", re.MULTILINE)


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether the second line names units in square brackets under a known heading."""
    lines = head_text(head).splitlines()
    if (
        path.suffix.casefold() not in (".csv", ".txt")
        or len(lines) < 2
        or not UNITS_LINE.match(lines[1])
    ):
        return False
    return "event" in {_heading(cell) for cell in lines[0].split(",")}


def read(path: Path) -> Annotations:
    """Read a Noxturnal event export.

    Time zero is the start of the earliest row; times are naive local time.
    """
    file = read_text(path)
    rows = table_rows(file, delimiter=",")
    columns = _columns(rows, file.name)
    body = [row for row in rows if not row.cells[columns["start"]].startswith("[")]
    if not body:
        raise InputError(
            f"{file.name}: there is no event under the header; export the events again."
        )
    times = [
        local_time(row.cells[columns["start"]], place=f"{file.name}: row {row.number}")
        for row in body
    ]
    starts, findings = dates_of_one_night(times, name=file.name)
    zero = min(starts)
    marks = [
        _mark(row, columns, start - zero, file.name)
        for row, start in zip(body, starts, strict=True)
    ]
    return annotations_of(
        marks,
        name=file.name,
        format_name=NAME,
        dialect="noxturnal",
        start=zero,
        findings=(*file.findings, *findings, _rounding(starts, file.name)),
    )


def _heading(cell: str) -> str:
    """Name the canonical column of a heading, empty where it is none."""
    return next((column for column, words in HEADINGS.items() if plain(cell) in words), "")


def _columns(rows: Sequence[Row], name: str) -> dict[str, str]:
    headings = list(rows[0].cells) if rows else []
    columns = {_heading(heading): heading for heading in headings}
    missing = [column for column in ("start", "event", "duration") if column not in columns]
    if missing:
        raise InputError(
            f"{name}: no heading means {missing[0]!r}; the header names {shown(', '.join(headings))}, known are English, French and German."
        )
    return columns


def _mark(row: Row, columns: dict[str, str], since_zero: dt.timedelta, name: str) -> Mark:
    place = f"row {row.number}"
    duration_s = seconds(
        row.cells[columns["duration"]], place=f"{name}: {place}", column="duration"
    )
    return Mark(
        onset_s=since_zero / dt.timedelta(milliseconds=1) / 1000,
        duration_s=duration_s,
        text=row.cells[columns["event"]],
        place=place,
    )


def _rounding(starts: Sequence[dt.datetime], name: str) -> Finding:
    """Say how exact the onsets are."""
    whole = all(start.microsecond == 0 for start in starts)
    message = (
        "Onsets are given to the whole second, durations to the millisecond."
        if whole
        else "Onsets are given to the millisecond."
    )
    return Finding(code="onset-resolution", severity=Severity.NOTE, message=message, subject=name)


FORMAT = AnnotationFormat(
    name=NAME, title="Noxturnal event export (CSV)", recognises=recognises, read=read
)
