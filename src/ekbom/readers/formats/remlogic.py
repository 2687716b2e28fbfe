"""RemLogic text exports, as in the CAP Sleep Database.

A free header, then a table between tabs with clock times.

Columns vary by export and are found by name; there is no date in the rows, so midnight is
unwrapped.
"""

import datetime as dt
import re
from pathlib import Path

from ekbom.model.errors import InputError
from ekbom.readers.files.clock import since_start_ms
from ekbom.readers.files.text import CLOCK, clock_ms, head_text, number, read_text, shown
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.records import AnnotationFormat, Annotations, Mark

NAME = "remlogic-text"
TIME_COLUMN = re.compile(r"time *\[hh:mm:ss(?:\.x+)?\]", re.IGNORECASE)
DURATION_COLUMN = re.compile(r"duration *\[s\]", re.IGNORECASE)
EVENT_COLUMN = re.compile(r"event", re.IGNORECASE)
LOCATION_COLUMN = re.compile(r"location", re.IGNORECASE)


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether a line names time, event and duration, or the header lists the events."""
    lines = head_text(head).splitlines()
    return path.suffix.casefold() == ".txt" and any(
        _columns(line) is not None or line.startswith("Events Included:") for line in lines
    )


def read(path: Path) -> Annotations:
    """Read a RemLogic event table.

    Time zero is the clock time of the first row, whose date is not known.
    """
    file = read_text(path)
    lines = list(enumerate(file.text.splitlines(), start=1))
    found = next(
        ((number_, columns) for number_, line in lines if (columns := _columns(line)) is not None),
        None,
    )
    if found is None:
        raise InputError(
            f"{file.name}: no line names the columns Time [hh:mm:ss], Event and Duration[s]; export the events again."
        )
    header_line, columns = found
    rows = [
        (row, [cell.strip() for cell in line.split("\t")])
        for row, line in lines[header_line:]
        if line.strip()
    ]
    if not rows:
        raise InputError(
            f"{file.name}: there is no event under the header; export the events again."
        )
    clocks = [_clock_ms(row, cells, columns["time"], file.name) for row, cells in rows]
    onsets_ms = since_start_ms(clocks, start_ms=clocks[0])
    marks = [
        _mark(row, cells, columns, onset / 1000, file.name)
        for (row, cells), onset in zip(rows, onsets_ms, strict=True)
    ]
    start = dt.datetime(1985, 1, 1) + dt.timedelta(milliseconds=clocks[0])
    return annotations_of(
        marks,
        name=file.name,
        format_name=NAME,
        start=start,
        start_has_date=False,
        findings=file.findings,
    )


def _columns(line: str) -> dict[str, int] | None:
    """Find the columns by name; None where the line is no names line."""
    patterns = {
        "time": TIME_COLUMN,
        "event": EVENT_COLUMN,
        "duration": DURATION_COLUMN,
        "location": LOCATION_COLUMN,
    }
    cells = [cell.strip() for cell in line.split("\t")]
    columns = {
        key: index
        for key, pattern in patterns.items()
        for index, cell in enumerate(cells)
        if pattern.fullmatch(cell)
    }
    return columns if {"time", "event", "duration"} <= columns.keys() else None


def _clock_ms(row: int, cells: list[str], column: int, name: str) -> int:
    """Find the clock time in a cell that may also hold a date."""
    written = cells[column] if column < len(cells) else ""
    match = next((part for part in re.split(r"[ T]", written) if CLOCK.fullmatch(part)), None)
    if match is None:
        raise InputError(
            f"{name}: row {row}: {shown(written)} holds no clock time hh:mm:ss; correct the row."
        )
    return clock_ms(match, place=f"{name}: row {row}")


def _mark(row: int, cells: list[str], columns: dict[str, int], onset_s: float, name: str) -> Mark:
    place = f"{name}: row {row}"
    if max(columns["event"], columns["duration"]) >= len(cells):
        raise InputError(
            f"{place} has {len(cells)} cells; time, event and duration are expected where the header names them."
        )
    location = (
        cells[columns["location"]] if columns.get("location", len(cells)) < len(cells) else ""
    )
    duration = cells[columns["duration"]]
    return Mark(
        onset_s=onset_s,
        duration_s=number(duration, place=place, column="Duration[s]") if duration else None,
        text=cells[columns["event"]],
        place=f"row {row}",
        channel=location,
    )


FORMAT = AnnotationFormat(
    name=NAME, title="RemLogic event table (text)", recognises=recognises, read=read
)
