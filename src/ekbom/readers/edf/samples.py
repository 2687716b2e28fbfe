"""One sequential pass over the records.

The samples of a few channels, all annotation bytes and a digest.

Records interleave all signals, so two channels out of forty touch every page of a file anyway;
reading it once from front to back in pieces is the quickest way on any disk or network, needs no
memory map and keeps memory at what was asked for.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from ekbom.model.errors import InputError
from ekbom.readers.edf.header import EdfHeader
from ekbom.readers.files.streams import read_exactly

Digital = NDArray[np.int16] | NDArray[np.int32]
_PIECE_BYTES = 1 << 20
# Some writers put a whole night into one record; of such records only the wanted signals are read,
# one by one.
_LARGE_RECORD_BYTES = 1 << 25


@dataclass(frozen=True, eq=False, kw_only=True)
class SamplePass:
    """What one pass brings: samples as digits, shape (n_records, samples_per_record) each, and bytes of the annotation signals."""

    digital: Mapping[int, Digital]
    annotation_bytes: tuple[NDArray[np.uint8], ...]
    sha256: str


def read_records(
    stream: BinaryIO,
    header: EdfHeader,
    *,
    n_records: int,
    keep: Collection[int],
    raw_header: bytes,
    name: str,
) -> SamplePass:
    """Read `n_records` records and keep the signals of `keep` and every annotation signal.

    The digest covers header, annotation bytes and the kept samples, in file order piece by piece.

    Raises
    ------
    InputError
        If the source ends before the records that its size promised.
    """
    size = header.sample_bytes
    starts = np.cumsum([0, *(signal.samples_per_record * size for signal in header.signals)])
    spans = {
        signal.index: slice(int(starts[i]), int(starts[i + 1]))
        for i, signal in enumerate(header.signals)
    }
    marks = [signal.index for signal in header.signals if signal.is_annotation]
    wanted = [index for index in sorted(keep) if index not in marks]
    digital = {i: _empty(n_records, header.signals[i].samples_per_record, size) for i in wanted}
    annotation = {i: np.empty((n_records, spans[i].stop - spans[i].start), np.uint8) for i in marks}
    digest = hashlib.sha256(raw_header)

    def store(index: int, first: int, raw: NDArray[np.uint8]) -> None:
        target = annotation[index] if index in annotation else digital[index]
        stored = target[first : first + raw.shape[0]]
        stored[:] = raw if index in annotation else _digits(raw, size)
        digest.update(stored.data)

    order = sorted([*wanted, *marks])
    if header.record_bytes > _LARGE_RECORD_BYTES:
        for record in range(n_records):
            for index in order:
                store(index, record, _one_signal(stream, header, record, spans[index], name))
    else:
        for first, piece in _pieces(stream, header.record_bytes, n_records, name):
            for index in order:
                store(index, first, piece[:, spans[index]])
    return SamplePass(
        digital=digital, annotation_bytes=tuple(annotation.values()), sha256=digest.hexdigest()
    )


def _empty(n_records: int, n_samples: int, sample_bytes: int) -> Digital:
    if sample_bytes == 2:
        return np.empty((n_records, n_samples), np.int16)
    return np.empty((n_records, n_samples), np.int32)


def _digits(raw: NDArray[np.uint8], sample_bytes: int) -> Digital:
    """Turn little-endian sample bytes, shape (n, bytes), into digits, shape (n, samples)."""
    packed = np.ascontiguousarray(raw)
    if sample_bytes == 2:
        return packed.view("<i2")
    wide = np.zeros((raw.shape[0], raw.shape[1] // 3, 4), np.uint8)
    wide[:, :, 1:] = packed.reshape(raw.shape[0], -1, 3)
    shifted: NDArray[np.int32] = wide.view("<i4")[:, :, 0] >> 8
    return shifted


def _pieces(
    stream: BinaryIO, record_bytes: int, n_records: int, name: str
) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Yield the number of the first record with whole records as uint8 arrays of shape (n, record_bytes)."""
    if not record_bytes:
        return
    per_piece = max(1, _PIECE_BYTES // record_bytes)
    for first in range(0, n_records, per_piece):
        n = min(per_piece, n_records - first)
        yield first, _bytes(stream, n * record_bytes, name).reshape(n, record_bytes)


def _one_signal(
    stream: BinaryIO, header: EdfHeader, record: int, span: slice, name: str
) -> NDArray[np.uint8]:
    """Read one signal of one large record, shape (1, n_bytes)."""
    stream.seek(header.header_bytes + record * header.record_bytes + span.start)
    return _bytes(stream, span.stop - span.start, name).reshape(1, -1)


def _bytes(stream: BinaryIO, n_bytes: int, name: str) -> NDArray[np.uint8]:
    raw = read_exactly(stream, n_bytes)
    if len(raw) < n_bytes:
        raise InputError(
            f"{name}: the file became shorter while it was read; wait until it is written completely and try again"
        )
    return np.frombuffer(raw, np.uint8)
