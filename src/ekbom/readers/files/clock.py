"""Dates and clock times as programs of different countries write them.

Everything is naive local time.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ekbom.model.errors import InputError
from ekbom.model.finding import Finding, Severity
from ekbom.model.recording import DATE_WITHHELD
from ekbom.readers.files.text import shown

DATE_TIME = re.compile(
    r"(?P<first>\d{1,4})(?P<separator>[./-])(?P<second>\d{1,2})(?P=separator)(?P<third>\d{1,4})"
    r"[ T](?P<hour>\d{1,2})[:.](?P<minute>\d{2})[:.](?P<s>\d{2})(?:[.,](?P<ms>\d{1,3}))?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?",
    re.ASCII,
)
DAY = dt.timedelta(days=1)
DAY_MS = 86_400_000
MILLISECOND = dt.timedelta(milliseconds=1)
UNKNOWN_DAY = dt.datetime.combine(DATE_WITHHELD, dt.time())
"""The day of a clock time whose date is not known, as in EDF."""

YEARS = range(1900, 3000)
"""Years that a night can be of; times are added to its start, and calendars end in 9999."""

MONTH_FIRST = "month first"
ORDERS = {
    "day first": (2, 1, 0),
    MONTH_FIRST: (2, 0, 1),
    "year first": (0, 1, 2),
}
"""Where year, month and day stand among the three numbers of a date."""

Readings = dict[str, list[dt.datetime]]
"""The dates of a file by the order in which their numbers are read."""


@dataclass(frozen=True)
class LocalTime:
    """A local date and time as written.

    Three date numbers in the file's order with their separator, the time of day, a.m. or p.m.
    """

    numbers: tuple[int, int, int]
    separator: str
    clock: dt.time
    twelve_hour: bool


def local_time(text: str, *, place: str) -> LocalTime:
    """Split a date with time into its parts without deciding yet which number is the day.

    Raises
    ------
    InputError
        The text is no date with time; the message names place and value.
    """
    match = DATE_TIME.fullmatch(text.strip())
    if match is None:
        raise InputError(
            f"{place}: {shown(text)} is no date with time; "
            "day, month, year and hh:mm:ss are expected."
        )
    hour, half = int(match["hour"]), match["half"]
    if half:
        hour = hour % 12 + (12 if half in "pP" else 0)
    microseconds = int((match["ms"] or "0").ljust(3, "0")) * 1000
    try:
        clock = dt.time(
            hour, int(match["minute"]), int(match["s"]), microseconds
        )
    except ValueError as error:
        raise InputError(
            f"{place}: {shown(text)} is no time of day; correct the row."
        ) from error
    first, second, third = map(int, match.group("first", "second", "third"))
    return LocalTime(
        (first, second, third),
        match["separator"],
        clock,
        twelve_hour=half is not None,
    )


class NightDates(NamedTuple):
    """The dates and times of one night, and what had to be assumed about their order.

    `others`: the same times as the other possible orders of day, month and year read them.
    """

    starts: list[dt.datetime]
    findings: list[Finding]
    others: tuple[list[dt.datetime], ...] = ()


def dates_of_one_night(times: Sequence[LocalTime], *, name: str) -> NightDates:
    """Decide which number of the dates is the day, by what makes one short night of all times.

    Between equally short readings a time with a.m. or p.m. speaks for the month first; otherwise
    the day comes first, and a finding says so. Dots never separate a date that begins with the
    month.

    Raises
    ------
    InputError
        No order gives dates, or all give more than one night.
    """
    fitting = _shortest({order: _dates(times, order) for order in ORDERS}, name)
    american = MONTH_FIRST in fitting and any(
        time.twelve_hour for time in times
    )
    chosen = MONTH_FIRST if american else next(iter(fitting))
    dates = fitting[chosen]
    if all(reading == dates for reading in fitting.values()):
        return NightDates(dates, [])
    assumed = Finding(
        "date-order-assumed",
        Severity.NOTE,
        name,
        {"order": chosen},
    )
    others = tuple(each for each in fitting.values() if each != dates)
    return NightDates(dates, [assumed], others)


def _shortest(readings: Readings, name: str) -> Readings:
    """Keep the orders that make the shortest night of the dates."""
    spans = {
        order: max(dates) - min(dates)
        for order, dates in readings.items()
        if dates
    }
    if not spans:
        raise InputError(
            f"{name}: the dates fit neither day-month-year nor month-day-year nor year-month-day; "
            "export the file again."
        )
    shortest = min(spans.values())
    if shortest > 2 * DAY:
        raise InputError(
            f"{name}: the rows span {shortest.days} days; one file holds one night."
        )
    return {
        order: readings[order]
        for order, span in spans.items()
        if span == shortest
    }


def _dates(times: Sequence[LocalTime], order: str) -> list[dt.datetime]:
    """Read all dates in one order of their numbers.

    An empty list where one of them does not exist.
    """
    if order == MONTH_FIRST and any(time.separator == "." for time in times):
        return []
    try:
        dates = [_date(time, order) for time in times]
    except ValueError:
        return []
    return dates if all(date.year in YEARS for date in dates) else []


def _date(time: LocalTime, order: str) -> dt.datetime:
    year, month, day = (time.numbers[place] for place in ORDERS[order])
    return dt.datetime.combine(dt.date(year, month, day), time.clock)


def since_first(clocks_ms: Sequence[int]) -> tuple[dt.datetime, list[int]]:
    """Turn the clock times of a file into its start, on an unknown day, and ms since that start."""
    start = UNKNOWN_DAY + clocks_ms[0] * MILLISECOND
    return start, since_start_ms(clocks_ms, start_ms=clocks_ms[0])


def since_start_ms(clocks_ms: Sequence[int], *, start_ms: int) -> list[int]:
    """Turn clock times in the order of a file into milliseconds since a start, over midnight.

    Each time is taken on the day that brings it nearest to the one before it, so a row may also lie
    a little earlier.

    Examples
    --------
    >>> since_start_ms([86_399_000, 1_000, 500], start_ms=86_398_000)
    [1000, 3000, 2500]
    """
    times: list[int] = []
    before_ms = 0
    for clock in clocks_ms:
        step_ms = (
            clock - start_ms - before_ms + DAY_MS // 2
        ) % DAY_MS - DAY_MS // 2
        before_ms += step_ms
        times.append(before_ms)
    return times
