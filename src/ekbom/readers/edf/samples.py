"""One sequential pass over the records.

The samples of a few channels, all annotation bytes and a digest.

Records interleave all signals, so two channels out of forty touch every page of a file anyway;
reading it once from front to back in pieces is the quickest way on any disk or network, needs no
memory map and keeps memory at what was asked for.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ekbom.model.errors import InputError
from ekbom.readers.channels.check import DigitArray
from ekbom.readers.edf.header import EdfHeader, SignalHeader
from ekbom.readers.files.streams import read_exactly

_PIECE_BYTES = 1 << 20
# Some writers put a whole night into one record; of such records only the wanted signals are read,
# one by one.
_LARGE_RECORD_BYTES = 1 << 25
ByteRows = NDArray[np.uint8]


@dataclass(frozen=True, eq=False, kw_only=True)
class SamplePass:
    """What one pass brings.

    `digits` by signal index, shape (n_records, samples_per_record); the bytes of each annotation
    signal, shape (n_records, n_bytes).
    """

    digits: Mapping[int, DigitArray]
    annotation_bytes: tuple[ByteRows, ...]
    sha256: str


class _Part(NamedTuple):
    """Where a signal lies in every record, and where its rows go: samples, or bytes of text."""

    signal: SignalHeader
    span: slice
    digits: DigitArray | None
    text: ByteRows | None

    def store(
        self,
        first: int,
        raw: ByteRows,
        sample_bytes: int,
    ) -> memoryview:
        """Keep the bytes of some records, shape (n, n_bytes), and give what was kept."""
        rows = slice(first, first + raw.shape[0])
        if self.digits is not None:
            self.digits[rows] = _digits(raw, sample_bytes)
            return self.digits[rows].data
        if self.text is not None:
            self.text[rows] = raw
            return self.text[rows].data
        return memoryview(b"")


def read_records(
    stream: BinaryIO,
    header: EdfHeader,
    *,
    n_records: int,
    keep: Collection[int],
    name: str,
) -> SamplePass:
    """Read `n_records` records; keep the signals of `keep` and every annotation signal.

    The digest covers header, annotation bytes and the kept samples, in file order piece by piece.

    Raises
    ------
    InputError
        If the source ends before the records that its size promised.
    """
    parts = _parts(header, keep, n_records)
    digest = hashlib.sha256(header.raw)
    for part, first, raw in _stretches(stream, header, parts, n_records, name):
        digest.update(part.store(first, raw, header.sample_bytes))
    return SamplePass(
        digits={
            part.signal.index: part.digits
            for part in parts
            if part.digits is not None
        },
        annotation_bytes=tuple(
            part.text for part in parts if part.text is not None
        ),
        sha256=digest.hexdigest(),
    )


def _parts(
    header: EdfHeader, keep: Collection[int], n_records: int
) -> list[_Part]:
    """Prepare the arrays of the signals that are kept, in file order."""
    parts = []
    start = 0
    for signal in header.signals:
        n_bytes = signal.samples_per_record * header.sample_bytes
        span = slice(start, start + n_bytes)
        start = span.stop
        if signal.is_annotation:
            text = np.empty((n_records, n_bytes), np.uint8)
            parts.append(_Part(signal, span, None, text))
        elif signal.index in keep:
            digits = _empty(
                n_records, signal.samples_per_record, header.sample_bytes
            )
            parts.append(_Part(signal, span, digits, None))
    return parts


def _empty(
    n_records: int,
    n_samples: int,
    sample_bytes: int,
) -> DigitArray:
    if sample_bytes == 2:
        return np.empty((n_records, n_samples), np.int16)
    return np.empty((n_records, n_samples), np.int32)


def _stretches(
    stream: BinaryIO,
    header: EdfHeader,
    parts: Sequence[_Part],
    n_records: int,
    name: str,
) -> Iterator[tuple[_Part, int, ByteRows]]:
    """Yield the bytes of every part, shape (n, n_bytes), with the number of their first record."""
    record_bytes = header.record_bytes
    if record_bytes > _LARGE_RECORD_BYTES:
        for record in range(n_records):
            for part in parts:
                stream.seek(
                    len(header.raw) + record * record_bytes + part.span.start
                )
                yield (
                    part,
                    record,
                    _rows(stream, 1, part.span.stop - part.span.start, name),
                )
        return
    per_piece = max(1, _PIECE_BYTES // max(1, record_bytes))
    for first in range(0, n_records, per_piece):
        piece = _rows(
            stream, min(per_piece, n_records - first), record_bytes, name
        )
        for part in parts:
            yield part, first, piece[:, part.span]


def _digits(raw: ByteRows, sample_bytes: int) -> DigitArray:
    """Turn little-endian sample bytes, shape (n, bytes), into digits, shape (n, samples)."""
    packed = np.ascontiguousarray(raw)
    if sample_bytes == 2:
        return packed.view("<i2")
    wide = np.zeros((raw.shape[0], raw.shape[1] // 3, 4), np.uint8)
    wide[:, :, 1:] = packed.reshape(raw.shape[0], -1, 3)
    shifted: NDArray[np.int32] = wide.view("<i4")[:, :, 0] >> 8
    return shifted


def _rows(stream: BinaryIO, n_rows: int, row_bytes: int, name: str) -> ByteRows:
    raw = read_exactly(stream, n_rows * row_bytes)
    if len(raw) < n_rows * row_bytes:
        raise InputError(
            f"{name}: the file became shorter while it was read; "
            "wait until it is written completely and try again"
        )
    return np.frombuffer(raw, np.uint8).reshape(n_rows, row_bytes)
