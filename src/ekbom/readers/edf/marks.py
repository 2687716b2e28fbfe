r"""The annotation signals of EDF+ and BDF+: the true time of every record, and the text marks.

A time-stamped annotation list (TAL) is ``+onset[\x15duration]\x14text\x14[text\x14...]\x00``; the first TAL of a record in
the first annotation signal has an empty first text and tells when the record begins.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ekbom.model.recording import FloatArray, RawAnnotation
from ekbom.readers.edf.fields import parse_number
from ekbom.readers.edf.findings import FindingLog

_TIME_ONLY = re.compile(rb"[+]?(-?[0-9]+(?:\.[0-9]*)?)\x14\x14\x00*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


class TalReading(NamedTuple):
    """Record onsets in seconds after the start in the header (NaN where unreadable), and marks on the same clock."""

    record_onset_s: FloatArray
    annotations: tuple[RawAnnotation, ...]


class _Tally:
    """How often each repair was needed, with the first case of each."""

    def __init__(self) -> None:
        self.count: Counter[str] = Counter()
        self.first: dict[str, str] = {}

    def add(self, code: str, case: str) -> None:
        self.count[code] += 1
        self.first.setdefault(code, case)


def read_tals(blocks: Sequence[NDArray[np.uint8]], found: FindingLog) -> TalReading:
    """Read every annotation signal of a file.

    Parameters
    ----------
    blocks : sequence of uint8 arrays, shape (n_records, n_bytes)
        The bytes of each annotation signal, in file order.
    found : FindingLog
        Receives one finding per kind of repair, with how often it was needed.
    """
    n_records = blocks[0].shape[0] if blocks else 0
    onsets = np.full(n_records, math.nan)
    annotations: list[RawAnnotation] = []
    tally = _Tally()
    for number, block in enumerate(blocks):
        raw, width = block.tobytes(), block.shape[1]
        for record in range(n_records):
            row = raw[record * width : (record + 1) * width]
            time_only = _TIME_ONLY.fullmatch(row) if number == 0 else None
            if time_only:
                onsets[record] = float(time_only[1])
                continue
            onset = _read_row(row, annotations, tally, keeps_time=number == 0)
            if number == 0:
                onsets[record] = onset
    _report(tally, found)
    return TalReading(onsets, tuple(annotations))


def _read_row(
    row: bytes, annotations: list[RawAnnotation], tally: _Tally, *, keeps_time: bool
) -> float:
    """Append the marks of one record; return its onset where it keeps time, else NaN."""
    record_onset = math.nan
    for position, tal in enumerate(part for part in row.split(b"\x00") if part.strip()):
        head, *texts = tal.split(b"\x14")
        onset_text, _, duration_text = head.partition(b"\x15")
        onset = _seconds(onset_text, tally)
        duration = _seconds(duration_text, tally) if duration_text else None
        if onset is None or not texts or (duration_text and duration is None):
            tally.add("annotation-unreadable", repr(tal[:60]))
            continue
        if keeps_time and position == 0 and not texts[0]:
            record_onset = onset
        annotations.extend(
            RawAnnotation(onset, duration, _text(text, tally)) for text in texts if text
        )
    return record_onset


def _seconds(raw: bytes, tally: _Tally) -> float | None:
    text = raw.decode("latin-1").strip()
    value = parse_number(text)
    if value is None and text.count(",") == 1 and "." not in text:
        value = parse_number(text.replace(",", "."))
        if value is not None:
            tally.add("annotation-decimal-comma", text)
    return value


def _text(raw: bytes, tally: _Tally) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
        tally.add("annotation-text-encoding", repr(text))
    return _CONTROL.sub(" ", text).strip()


def _report(tally: _Tally, found: FindingLog) -> None:
    messages = {
        "annotation-unreadable": "{n} annotation(s) could not be read and are lost, the first is {first}",
        "annotation-decimal-comma": "decimal comma in {n} annotation time(s), the first is {first}; read as a decimal point",
    }
    for code, message in messages.items():
        if tally.count[code]:
            found.warn(code, message.format(n=tally.count[code], first=tally.first[code]))
    if tally.count["annotation-text-encoding"]:
        n, first = tally.count["annotation-text-encoding"], tally.first["annotation-text-encoding"]
        found.note(
            "annotation-text-encoding",
            f"{n} annotation text(s) are not UTF-8 and were read as Latin-1, the first is {first}",
        )
