r"""A recording as BDF: 24 bits for a sample, so that no step of a converter is lost.

The header is that of EDF with the version ``\xffBIOSEMI`` and ``24BIT`` in the reserved field
(https://www.biosemi.com/faq/file_format.htm).
"""

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ekbom.model.errors import InputError
from ekbom.model.recording import DATE_WITHHELD, FloatArray
from ekbom.report.words import Wording

TOP = (1 << 23) - 1
LONGEST_RECORD_S = 30
LABEL_LETTERS, UNIT_LETTERS = 16, 8
MOST_SIGNALS = 9_999
Blocks = Callable[[], Iterable[FloatArray]]
"""Gives the samples from the first on, block by block, shape (n_channels, n) each."""


@dataclass(frozen=True, eq=False, kw_only=True)
class PlainRecording:
    """What is written: labels, units, one rate, the start and the samples."""

    name: str
    labels: Sequence[str]
    units: Sequence[str]
    fs_hz: float
    n_samples: int
    start: dt.datetime | None
    blocks: Blocks


def bdf_parts(recording: PlainRecording) -> Iterator[bytes]:
    """Give the bytes of the file; samples are walked through twice, first for their range.

    A missing sample stands at the lower end of the range, as a converter does that is overloaded.
    What does not fill the last record is left out.

    Raises
    ------
    InputError
        No record of a whole number of samples can be made, or there is nothing to write.
    """
    record_s, per_record = _record(recording)
    n_records = recording.n_samples // per_record
    limits = _limits(recording)
    yield _header(recording, limits, (n_records, record_s, per_record))
    rest = np.zeros((len(recording.labels), 0))
    for block in recording.blocks():
        whole = np.concatenate([rest, block], axis=1)
        n_whole = whole.shape[1] // per_record * per_record
        yield _digits(whole[:, :n_whole], limits, per_record)
        rest = whole[:, n_whole:]


def signals_line(recording: PlainRecording, path: Path, words: Wording) -> str:
    """Say what was written, and that marks are not in it."""
    return words(
        "convert.signals_written",
        path=str(path),
        count=len(recording.labels),
        fs_hz=f"{recording.fs_hz:g}",
        minutes=f"{recording.n_samples / recording.fs_hz / 60:.1f}",
    )


def _record(recording: PlainRecording) -> tuple[int, int]:
    """Find how many seconds hold a whole number of samples."""
    for seconds in range(1, LONGEST_RECORD_S + 1):
        samples = recording.fs_hz * seconds
        whole = round(samples)
        if abs(samples - whole) < 1e-9 * seconds and whole > 0:
            if recording.n_samples < whole or not recording.labels:
                break
            return seconds, whole
    raise InputError(
        f"{recording.name}: {recording.n_samples} samples of {len(recording.labels)} signals at "
        f"{recording.fs_hz:g} Hz fill no whole record; export the recording as EDF."
    )


def _limits(recording: PlainRecording) -> list[str]:
    """Find for every signal a round number that no sample goes beyond."""
    most = np.zeros(len(recording.labels))
    for block in recording.blocks():
        known = np.where(np.isfinite(block), np.abs(block), 0.0)
        most = np.maximum(most, known.max(axis=1, initial=0.0))
    return [_round_up(value) for value in most.tolist()]


def _round_up(value: float) -> str:
    """Write a number of four digits or fewer that is not smaller.

    Examples
    --------
    >>> _round_up(123.456), _round_up(0.0), _round_up(98765.0)
    ('123.5', '1', '98770')
    """
    if value <= 0 or not math.isfinite(value):
        return "1"
    step = 10.0 ** (math.floor(math.log10(value)) - 3)
    text = f"{math.ceil(value / step) * step:.10g}"
    return text if len(text) < UNIT_LETTERS else f"{math.ceil(value) + 1}"


def _header(
    recording: PlainRecording,
    limits: Sequence[str],
    shape: tuple[int, int, int],
) -> bytes:
    """Write a header that names nobody."""
    n_records, record_s, per_record = shape
    n_signals, start = len(recording.labels), recording.start
    day = f"{DATE_WITHHELD if start is None else start:%d.%m.%y}"
    main = [
        ("X X X X", 80),
        ("Startdate X X X ekbom", 80),
        (day, 8),
        ("00.00.00" if start is None else f"{start:%H.%M.%S}", 8),
        (str(256 * (n_signals + 1)), 8),
        ("24BIT", 44),
        (str(n_records), 8),
        (str(record_s), 8),
        (str(n_signals), 4),
    ]
    every = range(n_signals)
    columns = [
        ([recording.labels[i] for i in every], LABEL_LETTERS),
        ([""] * n_signals, 80),
        ([recording.units[i] for i in every], UNIT_LETTERS),
        ([f"-{limit}" for limit in limits], 8),
        (list(limits), 8),
        ([str(-TOP)] * n_signals, 8),
        ([str(TOP)] * n_signals, 8),
        ([""] * n_signals, 80),
        ([str(per_record)] * n_signals, 8),
        ([""] * n_signals, 32),
    ]
    raw = b"\xffBIOSEMI" + b"".join(_field(*field) for field in main)
    return raw + b"".join(
        _field(text, width) for texts, width in columns for text in texts
    )


def _field(text: str, width: int) -> bytes:
    return text.encode("latin-1", errors="replace")[:width].ljust(width)


def _digits(
    samples: FloatArray, limits: Sequence[str], per_record: int
) -> bytes:
    """Turn samples into records: of each record one signal after the other."""
    scale = TOP / np.array([float(limit) for limit in limits])[:, None]
    digits = np.where(np.isfinite(samples), np.rint(samples * scale), -TOP)
    whole = np.clip(digits, -TOP, TOP).astype("<i4")
    by_record = whole.reshape(len(limits), -1, per_record).swapaxes(0, 1)
    raw = np.ascontiguousarray(by_record).view(np.uint8).reshape(-1, 4)
    return raw[:, :3].tobytes()
