"""The header of a recording without a person and a day: every field is written anew."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ekbom.model.errors import InputError, UsageError
from ekbom.model.recording import DATE_WITHHELD
from ekbom.readers.anonymous.allowed import (
    allowed_filter,
    allowed_label,
    allowed_unit,
)
from ekbom.readers.anonymous.identity import (
    Removed,
    day_texts,
    found_in,
    identifying_words,
    long_date,
)
from ekbom.readers.edf.edf_file import OpenedEdf
from ekbom.readers.edf.fields import decode_text
from ekbom.readers.edf.header import MAIN_BYTES, MAIN_FIELDS, SIGNAL_FIELDS

NUMBER = re.compile(r"[-+0-9.,eE ]*")
VARIANT = re.compile(r"(?:EDF|BDF)\+[CD]|24BIT")
EDF_YEARS = range(1985, 2085)
"""Years that two digits of an EDF header can say."""
NUMBERS = (
    "physical minimum",
    "physical maximum",
    "digital minimum",
    "digital maximum",
    "samples",
)
ALLOWED = {
    "label": allowed_label,
    "unit": allowed_unit,
    "prefilter": allowed_filter,
}
INSTEAD = {"label": "", "unit": "?", "prefilter": ""}
"""What stands for a text that may not stay; a blank unit of a leg would be read as uV."""
OF_THE_PERSON = {
    "patient": Removed.PATIENT,
    "recording": Removed.RECORDING,
    "reserved": Removed.RESERVED,
}
OF_THE_SIGNAL = {
    "label": Removed.LABELS,
    "unit": Removed.UNITS,
    "prefilter": Removed.FILTERS,
    "transducer": Removed.TRANSDUCERS,
    "reserved": Removed.RESERVED,
}
Fields = dict[str, str]


@dataclass(frozen=True, eq=False, kw_only=True)
class CleanHeader:
    """A header without a person, what was in it before, and how many texts were taken out.

    `words` are those that named somebody or a day; `removed` counts by field.
    """

    raw: bytes
    labels: tuple[str, ...]
    words: frozenset[str]
    removed: Counter[Removed]


def clean_header(opened: OpenedEdf, *, weeks: int) -> CleanHeader:
    """Write the header anew, with the day taken out or moved by some weeks.

    Parameters
    ----------
    opened
        The recording.
    weeks
        By how many weeks its day is moved; 0 takes it out.

    Raises
    ------
    InputError
        A number field holds something else.
    UsageError
        The day would lie outside the years of EDF.
    """
    raw = opened.header.raw
    main = _main_fields(raw)
    start = opened.header.start
    day = None if start is None else _known_day(start.date())
    words = identifying_words([main["patient"], main["recording"]])
    words |= day_texts(day)
    moved = _moved(day, weeks, opened.name)
    removed = Counter[Removed]()
    signals = [
        _signal(opened, index, written, words, removed)
        for index, written in enumerate(_signal_fields(raw))
    ]
    begin = _main(opened, main, start, moved, removed)
    columns = b"".join(
        _padded(signal[field], width)
        for field, width in SIGNAL_FIELDS
        for signal in signals
    )
    return CleanHeader(
        raw=begin + columns,
        labels=tuple(signal["label"] for signal in signals),
        words=words,
        removed=removed,
    )


def _known_day(day: dt.date) -> dt.date | None:
    return None if day == DATE_WITHHELD else day


def _moved(day: dt.date | None, weeks: int, name: str) -> dt.date | None:
    """Move a day; none where it is to be taken out."""
    if day is None or not weeks:
        return None
    try:
        moved = day + dt.timedelta(weeks=weeks)
    except OverflowError:
        moved = dt.date.min
    if moved.year not in EDF_YEARS:
        raise UsageError(
            f"{name}: moved by {weeks} weeks the night leaves the years that EDF can write "
            f"({EDF_YEARS[0]} to {EDF_YEARS[-1]}); give fewer weeks."
        )
    return moved


def _main(
    opened: OpenedEdf,
    written: Fields,
    start: dt.datetime | None,
    day: dt.date | None,
    removed: Counter[Removed],
) -> bytes:
    """Write the first 256 bytes; version, variant, length of records and the clock stay."""
    variant = VARIANT.match(written["reserved"])
    fields = {
        "patient": "X X X X",
        "recording": f"Startdate {long_date(day) if day else 'X'} X X X",
        "date": f"{day or DATE_WITHHELD:%d.%m.%y}",
        "time": "00.00.00" if start is None else f"{start:%H.%M.%S}",
        "header_bytes": str(len(opened.header.raw)),
        "reserved": variant[0] if variant else "",
        "records": str(opened.n_records),
        "record_s": _number(written["record_s"], "record duration", opened),
        "signals": str(len(opened.header.signals)),
    }
    for field, kind in OF_THE_PERSON.items():
        if written[field] not in ("", fields[field]):
            removed[kind] += 1
    if start is not None and _known_day(start.date()) not in (None, day):
        removed[Removed.DATE] += 1
    width = MAIN_FIELDS[0][1]
    is_bdf = opened.header.sample_bytes == 3
    version = b"\xffBIOSEMI" if is_bdf else b"0".ljust(width)
    rest = (
        _padded(fields[field], width)
        for field, width in MAIN_FIELDS
        if field in fields
    )
    return version + b"".join(rest)


def _signal(
    opened: OpenedEdf,
    index: int,
    written: Fields,
    words: frozenset[str],
    removed: Counter[Removed],
) -> Fields:
    """Keep what is known of one signal; a label that is not known becomes a number."""
    clean = dict.fromkeys((field for field, _ in SIGNAL_FIELDS), "")
    for field in NUMBERS:
        clean[field] = _number(written[field], field, opened)
    for field, allowed in ALLOWED.items():
        text = written[field]
        named = found_in(text.encode(), words)
        clean[field] = text if allowed(text) and not named else INSTEAD[field]
    if opened.header.signals[index].is_annotation:
        clean["label"] = written["label"]
    elif not clean["label"]:
        clean["label"] = f"Signal {index + 1}"
    for field, kind in OF_THE_SIGNAL.items():
        if written[field] != clean[field]:
            removed[kind] += 1
    return clean


def _number(text: str, field: str, opened: OpenedEdf) -> str:
    if NUMBER.fullmatch(text) is None:
        raise InputError(
            f"{opened.name}: the {field} of a signal is no number, so it may be a text about a "
            "person, and the signal cannot be read without it; correct the header."
        )
    return text


def _main_fields(raw: bytes) -> Fields:
    fields, place = {}, 0
    for field, width in MAIN_FIELDS:
        fields[field] = decode_text(raw[place : place + width])
        place += width
    return fields


def _signal_fields(raw: bytes) -> Sequence[Fields]:
    """Split the fields of all signals."""
    n_signals = len(raw) // MAIN_BYTES - 1
    columns = dict(_columns(raw[MAIN_BYTES:], n_signals))
    return [
        {field: texts[index] for field, texts in columns.items()}
        for index in range(n_signals)
    ]


def _columns(raw: bytes, n_signals: int) -> Iterator[tuple[str, list[str]]]:
    place = 0
    for field, width in SIGNAL_FIELDS:
        yield (
            field,
            [
                decode_text(raw[place + i * width : place + (i + 1) * width])
                for i in range(n_signals)
            ],
        )
        place += n_signals * width


def _padded(text: str, width: int) -> bytes:
    """Write a field as Latin-1, which every reader takes."""
    return text.encode("latin-1", errors="replace")[:width].ljust(width)
