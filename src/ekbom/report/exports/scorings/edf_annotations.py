r"""A scoring as an EDF+ file of annotations alone.

Every mark is a time-stamped annotation list ``+onset\x15duration\x14text\x14\x00``; the first of a
record keeps the time (EDF+, 2.2, https://www.edfplus.info/specs/edfplus.html). Records last 0 s, as
there is no signal. Times are written with all their digits; a start inside a second stands in the
time-keeping annotation and in every onset.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ekbom.model.events import EventKind
from ekbom.model.recording import DATE_WITHHELD
from ekbom.report.exports.scorings.marks import (
    NightMarks,
    WrittenMark,
    plain_decimal,
)
from ekbom.report.exports.scorings.standard_texts import (
    EDF_STAGES,
    clean,
    edf_text,
)

RECORD_BYTES = 61_440
"""Most bytes of one record, which EDF recommends."""
DIGITS = ("-32768", "32767")
END_TEXT = "Recording end"
MONTHS = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"
Moment = tuple[float, float | None, str]
"""Onset and duration, s, and the text."""


def edf_bytes(night: NightMarks) -> bytes:
    """Write stages and marks as EDF+C with a single signal of annotations."""
    late = Decimal(0)
    if night.start is not None:
        late = Decimal(night.start.microsecond) / 1_000_000
    keeper = _tal(late, None, b"")
    lists = [
        _tal(Decimal(repr(onset_s)) + late, lasting_s, text.encode())
        for onset_s, lasting_s, text in sorted(
            _moments(night), key=lambda moment: moment[0]
        )
    ]
    records = list(_records(keeper, lists))
    width = max(map(len, records))
    width += width % 2
    body = b"".join(record.ljust(width, b"\0") for record in records)
    return _header(night, n_records=len(records), n_bytes=width) + body


def _moments(night: NightMarks) -> Iterator[Moment]:
    """List stages, marks and the end of the recording."""
    for row in night.stages(by_epoch=True):
        yield row.onset_s, row.duration_s, EDF_STAGES[row.stage]
    for mark in night.marks:
        yield mark.onset_s, mark.duration_s or None, _text(mark)
    if night.duration_s is not None:
        yield night.duration_s, None, END_TEXT


def _text(mark: WrittenMark) -> str:
    """Name a mark, and the signal it was made on where its text does not say so already."""
    text = edf_text(mark)
    channel = clean(mark.channel)
    bound = "@@" in text and mark.kind is EventKind.OTHER
    return text if bound or not channel else f"{text}@@{channel}"


def _tal(onset: Decimal, lasting_s: float | None, text: bytes) -> bytes:
    written = plain_decimal(onset)
    sign = "" if written.startswith("-") else "+"
    lasting = ""
    if lasting_s is not None:
        lasting = f"\x15{plain_decimal(Decimal(repr(lasting_s)))}"
    return f"{sign}{written}{lasting}".encode() + b"\x14" + text + b"\x14\0"


def _records(keeper: bytes, lists: Sequence[bytes]) -> Iterator[bytes]:
    """Fill records one after the other; each begins with its own time."""
    record = keeper
    for each in lists:
        if len(record) + len(each) > RECORD_BYTES and record != keeper:
            yield record
            record = keeper
        record += each
    yield record


def _header(night: NightMarks, *, n_records: int, n_bytes: int) -> bytes:
    """Write the header; it names nobody, and no date where only the time of day is known."""
    start = night.start
    date, long_date = f"{DATE_WITHHELD:%d.%m.%y}", "X"
    if start is not None and night.start_has_date:
        date = f"{start:%d.%m.%y}"
        month = MONTHS[3 * start.month - 3 : 3 * start.month]
        long_date = f"{start.day:02d}-{month}-{start.year}"
    fields = [
        ("0", 8),
        ("X X X X", 80),
        (f"Startdate {long_date} X X ekbom", 80),
        (date, 8),
        ("00.00.00" if start is None else f"{start:%H.%M.%S}", 8),
        ("512", 8),
        ("EDF+C", 44),
        (str(n_records), 8),
        ("0", 8),
        ("1", 4),
        ("EDF Annotations", 16),
        ("", 80),
        ("", 8),
        ("-1", 8),
        ("1", 8),
        *((digit, 8) for digit in DIGITS),
        ("", 80),
        (str(n_bytes // 2), 8),
        ("", 32),
    ]
    return "".join(text.ljust(width) for text, width in fields).encode("ascii")
