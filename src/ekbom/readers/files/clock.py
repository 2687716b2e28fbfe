"""Dates and clock times as programs of different countries write them.

Everything is naive local time.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ekbom.model.errors import InputError
from ekbom.model.finding import Finding, Severity
from ekbom.readers.files.text import shown

DATE_TIME = re.compile(
    r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})[ T](\d{1,2})[:.](\d{2})[:.](\d{2})(?:[.,](\d{1,3}))?(?: ?([AaPp])\.?[Mm]\.?)?",
    re.ASCII,
)
DAY = dt.timedelta(days=1)
DAY_MS = 86_400_000
ORDERS = {"day first": (2, 1, 0), "month first": (2, 0, 1), "year first": (0, 1, 2)}
"""Where year, month and day stand among the three numbers of a date."""


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
            f"{place}: {shown(text)} is no date with time; day, month, year and hh:mm:ss are expected."
        )
    hour = int(match[5])
    if match[9]:
        hour = hour % 12 + (12 if match[9] in "pP" else 0)
    try:
        clock = dt.time(
            hour, int(match[6]), int(match[7]), int((match[8] or "0").ljust(3, "0")) * 1000
        )
    except ValueError as error:
        raise InputError(f"{place}: {shown(text)} is no time of day; correct the row.") from error
    return LocalTime(
        (int(match[1]), int(match[3]), int(match[4])),
        match[2],
        clock,
        twelve_hour=match[9] is not None,
    )


def dates_of_one_night(
    times: Sequence[LocalTime], *, name: str
) -> tuple[list[dt.datetime], list[Finding]]:
    """Decide between day.month.year, month/day/year and year-month-day by what makes one short night of all times.

    Between equally short readings a time with a.m. or p.m. speaks for the month first; otherwise
    the day comes first, and a finding says so. Dots never separate a date that begins with the
    month.
    """
    readings = {order: _dates(times, order) for order in ORDERS}
    spans = {order: max(dates) - min(dates) for order, dates in readings.items() if dates}
    if not spans:
        raise InputError(
            f"{name}: the dates fit neither day-month-year nor month-day-year nor year-month-day; export the file again."
        )
    shortest = min(spans.values())
    if shortest > 2 * DAY:
        raise InputError(f"{name}: the rows span {shortest.days} days; one file holds one night.")
    fitting = [order for order, span in spans.items() if span == shortest]
    chosen = (
        "month first"
        if "month first" in fitting and any(time.twelve_hour for time in times)
        else fitting[0]
    )
    differ = any(readings[order] != readings[chosen] for order in fitting)
    message = f"The dates can be read in two ways and were read with the {chosen}; this matters only for the date of the night."
    doubtful = (
        [Finding(code="date-order-assumed", severity=Severity.NOTE, message=message, subject=name)]
        if differ
        else []
    )
    return readings[chosen], doubtful


def _dates(times: Sequence[LocalTime], order: str) -> list[dt.datetime]:
    """Read all dates in one order of their numbers.

    An empty list where one of them does not exist.
    """
    year, month, day = ORDERS[order]
    if order == "month first" and any(time.separator == "." for time in times):
        return []
    try:
        dates = [
            dt.datetime.combine(
                dt.date(time.numbers[year], time.numbers[month], time.numbers[day]), time.clock
            )
            for time in times
        ]
    except ValueError:
        return []
    return dates if all(date.year >= 1900 for date in dates) else []


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
        step_ms = (clock - start_ms - before_ms + DAY_MS // 2) % DAY_MS - DAY_MS // 2
        before_ms += step_ms
        times.append(before_ms)
    return times
