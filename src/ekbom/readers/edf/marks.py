r"""The annotation signals of EDF+ and BDF+: the true time of every record, and the text marks.

A time-stamped annotation list (TAL) is
``+onset[\x15duration]\x14text\x14[text\x14...]\x00``; the first TAL of a record in the first
annotation signal has an empty first text and tells when the record begins.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ekbom.model.finding import Finding, Severity, Values
from ekbom.model.recording import FloatArray
from ekbom.readers.edf.fields import Noticed, parse_decimal_comma, parse_number

_TIME_ONLY = re.compile(rb"[+]?(-?[0-9]+(?:\.[0-9]*)?)\x14\x14\x00*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


class RawAnnotation(NamedTuple):
    """One text mark as the file holds it.

    Seconds from recording start, duration or None where none was written.
    """

    onset_s: float
    duration_s: float | None
    text: str


class TalReading(NamedTuple):
    """Record onsets in seconds after the start in the header, and marks on the same clock.

    An onset is NaN where it is unreadable.
    """

    record_onset_s: FloatArray
    annotations: tuple[RawAnnotation, ...]


class _Repair(StrEnum):
    """What may have to be repaired in an annotation."""

    UNREADABLE = "annotation-unreadable"
    DECIMAL_COMMA = "annotation-decimal-comma"
    ENCODING = "annotation-text-encoding"


_Repairs = Mapping[_Repair, list[str]]
"""Every case of each repair, in the order of the file."""

_SEVERITY = {
    _Repair.UNREADABLE: Severity.WARNING,
    _Repair.DECIMAL_COMMA: Severity.WARNING,
    _Repair.ENCODING: Severity.NOTE,
}


def _findings(repairs: _Repairs) -> Iterator[Finding]:
    """Make one finding per kind of repair: how often it was needed, and the first number.

    Texts are not quoted: they may name a person.
    """
    for kind, cases in repairs.items():
        if cases:
            values: Values = {"count": len(cases)}
            if kind is _Repair.DECIMAL_COMMA:
                values = {"count": len(cases), "first": cases[0]}
            yield Finding(
                _Repair(kind),
                _SEVERITY[kind],
                "",
                values,
            )


def read_tals(
    blocks: Sequence[NDArray[np.uint8]], noticed: Noticed
) -> TalReading:
    """Read every annotation signal of a file.

    Parameters
    ----------
    blocks : sequence of uint8 arrays, shape (n_records, n_bytes)
        The bytes of each annotation signal, in file order; the first one keeps the time.
    noticed : list of Finding
        Receives one finding per kind of repair, with how often it was needed.
    """
    onset_s = np.empty(0)
    annotations: list[RawAnnotation] = []
    repairs: _Repairs = {kind: [] for kind in _Repair}
    for number, block in enumerate(blocks):
        record_onset_s = [
            _read_row(row.tobytes(), annotations, repairs) for row in block
        ]
        if number == 0:
            onset_s = np.array(record_onset_s)
    noticed.extend(_findings(repairs))
    return TalReading(onset_s, tuple(annotations))


def _read_row(
    row: bytes, annotations: list[RawAnnotation], repairs: _Repairs
) -> float:
    """Append the marks of one record; return its onset where its first text is empty, else NaN."""
    time_only = _TIME_ONLY.fullmatch(row)
    if time_only:
        return float(time_only[1])
    record_onset = math.nan
    for position, tal in enumerate(
        part for part in row.split(b"\x00") if part.strip()
    ):
        head, *texts = tal.split(b"\x14")
        onset_text, _, duration_text = head.partition(b"\x15")
        onset = _seconds(onset_text, repairs)
        duration = _seconds(duration_text, repairs) if duration_text else None
        if onset is None or not texts or (duration_text and duration is None):
            repairs[_Repair.UNREADABLE].append(repr(tal[:60]))
            continue
        if position == 0 and not texts[0]:
            record_onset = onset
        written = [_text(text, repairs) for text in texts if text]
        annotations.extend(
            RawAnnotation(onset, duration, text) for text in written
        )
    return record_onset


def _seconds(raw: bytes, repairs: _Repairs) -> float | None:
    text = raw.decode("latin-1").strip()
    value = parse_number(text)
    if value is None:
        value = parse_decimal_comma(text)
        if value is not None:
            repairs[_Repair.DECIMAL_COMMA].append(text)
    return value


def _text(raw: bytes, repairs: _Repairs) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
        repairs[_Repair.ENCODING].append(repr(text))
    return _CONTROL.sub(" ", text).strip()
