"""SOMNOmedics DOMINO text exports.

One signal per file, either events with start and end or one stage per epoch.

Times are clock times with a decimal comma and without a date; the header's start time gives the
date.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

from ekbom.model.errors import InputError
from ekbom.model.finding import Finding
from ekbom.readers.files.clock import (
    DAY_MS,
    MILLISECOND,
    dates_of_one_night,
    local_time,
    since_start_ms,
)
from ekbom.readers.files.text import clock_ms, head_text, read_text, shown
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.meanings import stage_of
from ekbom.readers.scorings.records import AnnotationFormat, Annotations, Mark

NAME = "domino-text"
HEADER_LINE = re.compile(r"(?P<key>[A-Za-z][A-Za-z ]*): *(?P<value>.*)")
RATE = re.compile(r"(\d+) *s")


@dataclass(frozen=True)
class DominoRow:
    """One data row: its line number, clock of start and end in ms (end None for a stage), text."""

    line: int
    start_ms: int
    end_ms: int | None
    text: str


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether the header names a signal, its start time and its type."""
    keys = {
        line.partition(":")[0].strip()
        for line in head_text(head).splitlines()[:8]
    }
    return (
        path.suffix.casefold() == ".txt"
        and {"Signal ID", "Start Time", "Signal Type"} <= keys
    )


def read(path: Path) -> Annotations:
    """Read one exported signal.

    Time zero is the start time of the header, of the whole recording as a rule.
    """
    file = read_text(path)
    lines = [(number, line.strip()) for number, line in file.lines()]
    header = _header(line for _, line in lines)
    start, others, doubts = _start(header, file.name)
    rows = [
        _row(number, line, file.name) for number, line in lines[len(header) :]
    ]
    rate = RATE.fullmatch(header.get("Rate", ""))
    epoch_s = float(rate[1]) if rate else None
    marks = _marks(rows, start=start, epoch_s=epoch_s)
    annotations = annotations_of(
        marks,
        name=file.name,
        format_name=NAME,
        dialect="domino",
        start=start,
        epoch_s=epoch_s if any(mark.is_stage for mark in marks) else None,
        findings=(*file.findings, *doubts),
    )
    return replace(annotations, other_starts=others)


def _header(lines: Iterable[str]) -> dict[str, str]:
    """Read the ``key: value`` lines before the first data row."""
    matches = takewhile(bool, (HEADER_LINE.fullmatch(line) for line in lines))
    return {
        match["key"].strip(): match["value"].strip()
        for match in matches
        if match
    }


def _start(
    header: Mapping[str, str], name: str
) -> tuple[dt.datetime, tuple[dt.datetime, ...], list[Finding]]:
    """Read the start time of the header; other readings of its date with a finding, if any."""
    written = header.get("Start Time")
    if written is None:
        raise InputError(
            f"{name}: the header has no start time; export the signal again."
        )
    time = local_time(written, place=f"{name}: Start Time")
    (start,), doubts, others = dates_of_one_night([time], name=name)
    return start, tuple(other for (other,) in others), doubts


def _row(number: int, line: str, name: str) -> DominoRow:
    """Read ``start-end; duration;text``, ``start-end; text`` or ``time; stage``."""
    place = f"{name}: row {number}"
    cells = [cell.strip() for cell in line.split(";")]
    if len(cells) not in (2, 3) or not cells[-1]:
        raise InputError(
            f"{place} is {shown(line)}; 'start-end; duration;name' or 'time; stage' is expected."
        )
    start, dash, end = cells[0].partition("-")
    start_ms = clock_ms(start, place=place)
    return DominoRow(
        number,
        start_ms,
        clock_ms(end, place=place) if dash else None,
        cells[-1],
    )


def _marks(
    rows: list[DominoRow], *, start: dt.datetime, epoch_s: float | None
) -> list[Mark]:
    """Put rows on the axis of the recording; the end of an event may lie beyond midnight."""
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    start_ms = round((start - midnight) / MILLISECOND)
    onsets_ms = since_start_ms(
        [row.start_ms for row in rows], start_ms=start_ms
    )
    staged = any(
        row.end_ms is None and stage_of(row.text) is not None for row in rows
    )
    return [
        Mark(
            onset_s=onset_ms / 1000,
            duration_s=_length_s(row, epoch_s),
            text=row.text,
            place=f"row {row.line}",
            is_stage=staged and row.end_ms is None,
        )
        for row, onset_ms in zip(rows, onsets_ms, strict=True)
    ]


def _length_s(row: DominoRow, epoch_s: float | None) -> float | None:
    return (
        epoch_s
        if row.end_ms is None
        else (row.end_ms - row.start_ms) % DAY_MS / 1000
    )


FORMAT = AnnotationFormat(
    name=NAME,
    title="SOMNOmedics DOMINO text export",
    recognises=recognises,
    read=read,
)
