"""RemLogic text exports, as in the CAP Sleep Database.

A free header, then a table between tabs with clock times.

Columns vary by export and are looked up by name; there is no date in the rows, so midnight is
unwrapped.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from ekbom.model.errors import InputError
from ekbom.readers.files.clock import since_first
from ekbom.readers.files.text import (
    CLOCK,
    Row,
    TextFile,
    clock_ms,
    head_text,
    read_text,
    require_rows,
    shown,
)
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.records import AnnotationFormat, Annotations, Mark

NAME = "remlogic-text"
DURATION = "Duration[s]"
COLUMNS = {
    "time": re.compile(r"time *\[hh:mm:ss(?:\.x+)?\]", re.IGNORECASE),
    "event": re.compile(r"event", re.IGNORECASE),
    DURATION: re.compile(r"duration *\[s\]", re.IGNORECASE),
    "location": re.compile(r"location", re.IGNORECASE),
}
NEEDED = {"time", "event", DURATION}


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether a line names time, event and duration, or the header lists the events."""
    lines = head_text(head).splitlines()
    return path.suffix.casefold() == ".txt" and any(
        line.startswith("Events Included:") or _columns(line) for line in lines
    )


def read(path: Path) -> Annotations:
    """Read a RemLogic event table.

    Time zero is the clock time of the first row, whose date is not known.
    """
    file = read_text(path)
    rows = _rows(file)
    require_rows(rows, name=file.name)
    start, onsets_ms = since_first([_clock_ms(row) for row in rows])
    marks = [
        _mark(row, onset_ms)
        for row, onset_ms in zip(rows, onsets_ms, strict=True)
    ]
    return annotations_of(
        marks,
        name=file.name,
        format_name=NAME,
        start=start,
        start_has_date=False,
        findings=file.findings,
    )


def _columns(line: str) -> dict[int, str]:
    """Look the columns up by name; empty where the line is no names line."""
    cells = [cell.strip() for cell in line.split("\t")]
    named = {
        index: column
        for column, pattern in COLUMNS.items()
        for index, cell in enumerate(cells)
        if pattern.fullmatch(cell)
    }
    return named if set(named.values()) >= NEEDED else {}


def _rows(file: TextFile) -> list[Row]:
    """Split the table under the first line that names the columns."""
    lines = iter(file.lines())
    for _, line in lines:
        columns = _columns(line)
        if columns:
            return [
                _row(file.name, number, row, columns) for number, row in lines
            ]
    raise InputError(
        f"{file.name}: no line names the columns Time [hh:mm:ss], Event and Duration[s]; "
        "export the events again."
    )


def _row(
    name: str, line_number: int, line: str, columns: Mapping[int, str]
) -> Row:
    """Name the cells of a row; a row may end before the last column."""
    written = [cell.strip() for cell in line.split("\t")]
    cells = {
        columns[index]: cell
        for index, cell in enumerate(written)
        if index in columns
    }
    row = Row(file=name, line=line_number, cells=cells)
    if not cells.keys() >= NEEDED - {"time"}:
        raise InputError(
            f"{row.place} has {len(written)} cells; "
            "time, event and duration are expected where the header names them."
        )
    return row


def _clock_ms(row: Row) -> int:
    """Read the clock time of a cell that may also hold a date."""
    written = row.cells.get("time", "")
    clock = next(
        (part for part in re.split(r"[ T]", written) if CLOCK.fullmatch(part)),
        None,
    )
    if clock is None:
        raise InputError(
            f"{row.place}: {shown(written)} holds no clock time hh:mm:ss; correct the row."
        )
    return clock_ms(clock, place=row.place)


def _mark(row: Row, onset_ms: int) -> Mark:
    return Mark(
        onset_s=onset_ms / 1000,
        duration_s=row.number(DURATION) if row.cells[DURATION] else None,
        text=row.cells["event"],
        place=row.where,
        channel=row.cells.get("location", ""),
    )


FORMAT = AnnotationFormat(
    name=NAME,
    title="RemLogic event table (text)",
    recognises=recognises,
    read=read,
)
