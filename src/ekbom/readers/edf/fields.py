"""The fields of an EDF or BDF header, read tolerantly.

Text, numbers and the start, with a finding for every repair.
"""

import datetime as dt
import re

from ekbom.readers.edf.findings import FindingLog

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_THREE_NUMBERS = re.compile(r"([0-9]{1,4})([.:/,\- ])([0-9]{1,2})[.:/,\- ]([0-9]{1,4})")
_STARTDATE = re.compile(r"Startdate ([0-9]{1,2})-([A-Z]{3})-([0-9]{4})(?: |$)", re.IGNORECASE)
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# EDF+ counts two-digit years from 1985 and writes 1985-01-01 where the date is withheld.
_CLIPPING_YEAR = 85
DATE_WITHHELD = dt.date(1985, 1, 1)


def decode_text(raw: bytes) -> str:
    """Decode a field that should be ASCII.

    UTF-8 where it is valid (also when the field width cut it), else Latin-1.

    NUL counts as padding; other control characters become U+FFFD, so that a label can be printed
    safely.
    """
    stripped = raw.replace(b"\x00", b" ").strip(b" ")
    try:
        text = stripped.decode("utf-8")
    except UnicodeDecodeError as error:
        cut_short = error.reason == "unexpected end of data" and len(stripped) - error.start < 4
        text = (
            stripped[: error.start].decode("utf-8")
            if cut_short and error.start
            else stripped.decode("latin-1")
        )
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text).strip()


def parse_number(text: str) -> float | None:
    """Read a plain decimal number.

    None where the text is none (also for ``nan``, ``inf`` and digits of other scripts).
    """
    if _NUMBER.fullmatch(text) is None:
        return None
    value = float(text)
    return value if abs(value) < 1e300 else None


def parse_lenient_number(
    text: str, field: str, found: FindingLog, *, subject: str = ""
) -> float | None:
    """Read a number that may carry a decimal comma, which is repaired with a finding."""
    value = parse_number(text)
    if value is None and text.count(",") == 1 and "." not in text:
        value = parse_number(text.replace(",", "."))
        if value is not None:
            found.warn(
                "decimal-comma",
                f"decimal comma in the {field} ({text!r}), read as {value:g}",
                subject=subject,
            )
    return value


def parse_start(
    date_text: str, time_text: str, recording_text: str, found: FindingLog
) -> dt.datetime | None:
    """Join start date and time.

    Without a date the time of day stands on 1985-01-01, without a time there is no start.
    """
    date = _parse_date(date_text, recording_text, found)
    time = _parse_time(time_text, found)
    if time is None:
        found.warn(
            "start-time-unreadable",
            f"the start time {time_text!r} is no time of day; clock times cannot be placed",
        )
        return None
    if date is None:
        found.note(
            "start-date-unknown",
            f"the start date {date_text!r} is withheld or unreadable; only the time of day is known",
        )
        date = DATE_WITHHELD
    return dt.datetime.combine(date, time)


def _parse_date(text: str, recording_text: str, found: FindingLog) -> dt.date | None:
    short = _short_date(text, found)
    long = _long_date(recording_text)
    if short is None or short == DATE_WITHHELD:
        return long
    if long is None or (long.day, long.month) == (short.day, short.month):
        return long or short
    found.warn(
        "start-date-differs",
        f"the header gives the start date {short} and the recording field {long}; {short} is used",
    )
    return short


def _short_date(text: str, found: FindingLog) -> dt.date | None:
    match = _THREE_NUMBERS.fullmatch(text)
    if match is None:
        return None
    _note_separator(match[2], text, found)
    year = int(match[4])
    if year < 100:
        year += 1900 if year >= _CLIPPING_YEAR else 2000
    try:
        return dt.date(year, int(match[3]), int(match[1]))
    except ValueError:
        return None


def _long_date(text: str) -> dt.date | None:
    match = _STARTDATE.match(text)
    if match is None or match[2].upper() not in _MONTHS:
        return None
    try:
        return dt.date(int(match[3]), _MONTHS.index(match[2].upper()) + 1, int(match[1]))
    except ValueError:
        return None


def _parse_time(text: str, found: FindingLog) -> dt.time | None:
    match = _THREE_NUMBERS.fullmatch(text)
    if match is None:
        return None
    _note_separator(match[2], text, found)
    try:
        return dt.time(int(match[1]), int(match[3]), int(match[4]))
    except ValueError:
        return None


def _note_separator(separator: str, text: str, found: FindingLog) -> None:
    if separator != ".":
        found.note(
            "start-separator",
            f"the start is written with {separator!r} ({text!r}) where EDF writes a full stop",
        )
