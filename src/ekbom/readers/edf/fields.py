"""The fields of an EDF or BDF header, read tolerantly.

Text, numbers and the start; every repair is added to the list of findings.
"""

import datetime as dt
import re
from collections.abc import Mapping

from ekbom.model.finding import Finding, Severity, Values
from ekbom.model.recording import DATE_WITHHELD

_NUMBER = re.compile(
    r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
)
_THREE_NUMBERS = re.compile(
    r"([0-9]{1,4})([.:/,\- ])([0-9]{1,2})[.:/,\- ]([0-9]{1,4})"
)
_STARTDATE = re.compile(
    r"Startdate ([0-9]{1,2})-([A-Z]{3})-([0-9]{4})(?: |$)", re.IGNORECASE
)
_MONTHS = (
    "JAN",
    "FEB",
    "MAR",
    "APR",
    "MAY",
    "JUN",
    "JUL",
    "AUG",
    "SEP",
    "OCT",
    "NOV",
    "DEC",
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# EDF+ counts two-digit years from 1985 and writes 1985-01-01 where the date is withheld.
_CLIPPING_YEAR = 85

LATEST_YEAR = 2999
"""A later year is damage; times of the night are added to the start, and calendars end in 9999."""

Fields = Mapping[str, str]
"""The fields of a header or of one signal in it, as text by name."""

Noticed = list[Finding]
"""Receives a finding for every repair."""


def decode_text(raw: bytes) -> str:
    """Decode a field that should be ASCII.

    UTF-8 where it is valid (also when the field width cut it), else Latin-1.

    NUL counts as padding; other control characters become U+FFFD, so that a label can be printed
    safely.
    """
    stripped = raw.replace(b"\x00", b" ").strip(b" ")
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", _decoded(stripped)).strip()


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        cut_short = (
            error.reason == "unexpected end of data"
            and len(raw) - error.start < 4
        )
        whole = error.start if cut_short else 0
        return raw[:whole].decode("utf-8") if whole else raw.decode("latin-1")


def parse_number(text: str) -> float | None:
    """Read a plain decimal number.

    None where the text is none (also for ``nan``, ``inf`` and digits of other scripts).
    """
    if _NUMBER.fullmatch(text) is None:
        return None
    value = float(text)
    return value if abs(value) < 1e300 else None


def parse_decimal_comma(text: str) -> float | None:
    """Read a number written with a decimal comma; None where the text is none."""
    if text.count(",") != 1 or "." in text:
        return None
    return parse_number(text.replace(",", "."))


def parse_lenient_number(
    text: str, field: str, subject: str, noticed: Noticed
) -> float | None:
    """Read a number that may carry a decimal comma, which is repaired with a finding."""
    value = parse_number(text)
    if value is not None:
        return value
    value = parse_decimal_comma(text)
    if value is not None:
        values: Values = {"field": field, "written": text, "value": value}
        noticed.append(
            Finding("decimal-comma", Severity.WARNING, subject, values)
        )
    return value


def parse_start(fields: Fields, noticed: Noticed) -> dt.datetime | None:
    """Join start date and time.

    Without a date the time of day stands on 1985-01-01, without a time there is no start.
    """
    date = _parse_date(fields["date"], fields["recording"], noticed)
    time = _parse_time(fields["time"], noticed)
    if time is None:
        written = {"written": fields["time"]}
        noticed.append(
            Finding("start-time-unreadable", Severity.WARNING, "", written)
        )
        return None
    if date is None:
        written = {"written": fields["date"]}
        noticed.append(
            Finding("start-date-unknown", Severity.NOTE, "", written)
        )
        date = DATE_WITHHELD
    return dt.datetime.combine(date, time)


def _parse_date(
    text: str, recording_text: str, noticed: Noticed
) -> dt.date | None:
    short = _short_date(text, noticed)
    long = _long_date(recording_text)
    if short is None or short == DATE_WITHHELD:
        return long
    if long is None or (long.day, long.month) == (short.day, short.month):
        return long or short
    dates = {"header_date": str(short), "field_date": str(long)}
    noticed.append(Finding("start-date-differs", Severity.WARNING, "", dates))
    return short


def _short_date(text: str, noticed: Noticed) -> dt.date | None:
    numbers = _three_numbers(text, noticed)
    if numbers is None:
        return None
    day, month, year = numbers
    if year < 100:
        year += 1900 if year >= _CLIPPING_YEAR else 2000
    return _date(year, month, day)


def _long_date(text: str) -> dt.date | None:
    match = _STARTDATE.match(text)
    if match is None or match[2].upper() not in _MONTHS:
        return None
    return _date(
        int(match[3]), _MONTHS.index(match[2].upper()) + 1, int(match[1])
    )


def _date(year: int, month: int, day: int) -> dt.date | None:
    if year > LATEST_YEAR:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _parse_time(text: str, noticed: Noticed) -> dt.time | None:
    numbers = _three_numbers(text, noticed)
    try:
        return dt.time(*numbers) if numbers else None
    except ValueError:
        return None


def _three_numbers(text: str, noticed: Noticed) -> tuple[int, int, int] | None:
    """Split a date or a time; another separator than a full stop is a finding."""
    match = _THREE_NUMBERS.fullmatch(text)
    if match is None:
        return None
    if match[2] != ".":
        values = {"separator": match[2], "written": text}
        noticed.append(
            Finding(
                "start-separator",
                Severity.NOTE,
                "",
                values,
            )
        )
    return int(match[1]), int(match[3]), int(match[4])
