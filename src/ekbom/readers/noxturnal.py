"""Noxturnal event export ("Unicode CSV"): UTF-16 with local words, a names line and a units line, whole-second clock times.

Known headings are English, French and German. The start of a row is given to the whole second, its duration to the millisecond;
a row named PLM is a series that spans the movements it is made of.
"""

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ekbom.model.errors import InputError
from ekbom.model.recording import Finding, Severity
from ekbom.readers.annotation_records import AnnotationFormat, Annotations, Mark
from ekbom.readers.event_texts import plain
from ekbom.readers.marks import annotations_of
from ekbom.readers.text_files import Row, head_text, read_text, seconds, shown, table_rows

NAME = "noxturnal-csv"
HEADINGS = {
    "start": ("start time", "start", "heure de debut", "debut", "startzeit", "beginn", "anfang"),
    "end": ("end time", "end", "stop time", "heure de fin", "fin", "endzeit", "ende"),
    "event": ("event", "event type", "evenement", "ereignis", "ereignistyp"),
    "duration": ("duration", "duree", "dauer"),
}
UNITS_LINE = re.compile(r"^\[[^\],]*\](,\[[^\],]*\])+,?\s*$", re.MULTILINE)
DATE_TIME = re.compile(
    r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})[ T](\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d{1,3}))?(?: ?([AaPp])\.?[Mm]\.?)?", re.ASCII
)
DAY = dt.timedelta(days=1)


class LocalTime(NamedTuple):
    """A local date and time as written: three date numbers in the file's order, the time of day, whether it is a.m. or p.m."""

    numbers: tuple[int, int, int]
    clock: dt.time
    twelve_hour: bool


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether the second line names units in square brackets under a known heading."""
    lines = head_text(head).splitlines()
    if path.suffix.casefold() not in (".csv", ".txt") or len(lines) < 2 or not UNITS_LINE.match(lines[1]):
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
        raise InputError(f"{file.name}: there is no event under the header; export the events again.")
    times = [_parts(row.cells[columns["start"]], place=f"{file.name}: row {row.number}") for row in body]
    starts, findings = _in_order(times, file.name)
    zero = min(starts)
    marks = [_mark(row, columns, start - zero, file.name) for row, start in zip(body, starts, strict=True)]
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
    duration_s = seconds(row.cells[columns["duration"]], place=f"{name}: {place}", column="duration")
    return Mark(
        onset_s=since_zero / dt.timedelta(milliseconds=1) / 1000, duration_s=duration_s, text=row.cells[columns["event"]], place=place
    )


def _parts(text: str, *, place: str) -> LocalTime:
    """Split a local date and time into its three date numbers, its time of day and whether it is a twelve-hour time."""
    match = DATE_TIME.fullmatch(text)
    if match is None:
        raise InputError(f"{place}: {shown(text)} is no date with time; day, month, year and hh:mm:ss are expected.")
    hour = int(match[4])
    if match[8]:
        hour = hour % 12 + (12 if match[8] in "pP" else 0)
    try:
        clock = dt.time(hour, int(match[5]), int(match[6]), int((match[7] or "0").ljust(3, "0")) * 1000)
    except ValueError as error:
        raise InputError(f"{place}: {shown(text)} is no time of day; correct the row.") from error
    return LocalTime((int(match[1]), int(match[2]), int(match[3])), clock, twelve_hour=match[8] is not None)


def _in_order(times: Sequence[LocalTime], name: str) -> tuple[list[dt.datetime], list[Finding]]:
    """Decide between day.month.year, month/day/year and year-month-day by what makes one short night of all rows."""
    readings = {order: _dates(times, order) for order in ("day first", "month first", "year first")}
    spans = {order: max(dates) - min(dates) for order, dates in readings.items() if dates}
    if not spans:
        raise InputError(f"{name}: the dates fit neither day-month-year nor month-day-year nor year-month-day; export the file again.")
    shortest = min(spans.values())
    fitting = [order for order, span in spans.items() if span == shortest]
    chosen = "month first" if "month first" in fitting and any(time.twelve_hour for time in times) else fitting[0]
    if shortest > 2 * DAY:
        raise InputError(f"{name}: the rows span {shortest.days} days; one file holds one night.")
    message = f"The dates can be read in two ways and were read with the {chosen}; this matters only for the date of the night."
    doubtful = [Finding(code="date-order-assumed", severity=Severity.NOTE, message=message, subject=name)] if len(fitting) > 1 else []
    return readings[chosen], doubtful


def _dates(times: Sequence[LocalTime], order: str) -> list[dt.datetime]:
    """Read all dates in one order of their numbers; an empty list where one of them does not exist."""
    year, month, day = {"day first": (2, 1, 0), "month first": (2, 0, 1), "year first": (0, 1, 2)}[order]
    try:
        dates = [dt.datetime.combine(dt.date(time.numbers[year], time.numbers[month], time.numbers[day]), time.clock) for time in times]
    except ValueError:
        return []
    return dates if all(date.year >= 1900 for date in dates) else []


def _rounding(starts: Sequence[dt.datetime], name: str) -> Finding:
    """Say how exact the onsets are."""
    whole = all(start.microsecond == 0 for start in starts)
    message = "Onsets are given to the whole second, durations to the millisecond." if whole else "Onsets are given to the millisecond."
    return Finding(code="onset-resolution", severity=Severity.NOTE, message=message, subject=name)


FORMAT = AnnotationFormat(name=NAME, title="Noxturnal event export (CSV)", recognises=recognises, read=read)
