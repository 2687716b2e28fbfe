"""What in a recording names a person or a day, and the search for it in what was written."""

import datetime as dt
import re
from collections.abc import Iterable
from enum import StrEnum

WORD = re.compile(r"[^\W_]{4,}")
COMMON = frozenset({"startdate"})
LONG_NUMBER = 5
"""Digits of a number that may be somebody's; a year has fewer."""
SURE = 6
"""Letters that do not stand together by chance among the samples of a night."""
MONTHS = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"


class Removed(StrEnum):
    """What was taken out of a file; the values are codes of findings."""

    PATIENT = "removed-patient"
    RECORDING = "removed-recording"
    DATE = "removed-date"
    RESERVED = "removed-reserved"
    LABELS = "removed-labels"
    TRANSDUCERS = "removed-transducers"
    UNITS = "removed-units"
    FILTERS = "removed-filters"
    TEXTS = "removed-texts"
    CHANNELS = "removed-channels"
    REST = "removed-rest"


def identifying_words(texts: Iterable[str]) -> frozenset[str]:
    """Take the words of four characters and more out of the fields that name a person.

    Examples
    --------
    >>> sorted(identifying_words(["X F 02-MAY-1951 Anna_Huber", "Startdate X"]))
    ['anna', 'huber']
    """
    words = {word.casefold() for text in texts for word in WORD.findall(text)}
    return frozenset(
        word
        for word in words - COMMON
        if not word.isdigit() or len(word) >= LONG_NUMBER
    )


def day_texts(day: dt.date | None) -> frozenset[str]:
    """Write a day as headers write it; nothing where there is none."""
    if day is None:
        return frozenset()
    return frozenset({f"{day:%d.%m.%y}", long_date(day).casefold()})


def long_date(day: dt.date) -> str:
    """Write a day as EDF+ does: ``06-FEB-2018``."""
    month = MONTHS[3 * day.month - 3 : 3 * day.month]
    return f"{day.day:02d}-{month}-{day.year}"


def found_in(content: bytes, words: Iterable[str]) -> tuple[str, ...]:
    """Name the words that stand in some bytes, whatever their case and encoding."""
    forms = (
        content.lower(),
        content.decode("latin-1").casefold().encode("utf-8"),
        content.decode("utf-8", errors="ignore").casefold().encode("utf-8"),
    )
    return tuple(
        word
        for word in sorted(words)
        if any(
            word.encode(encoding) in form
            for form in forms
            for encoding in ("utf-8", "utf-16-le")
        )
    )
