"""EDF and BDF files made byte by byte.

Every field can be written as badly as laboratories write it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from ekbom.model.recording import LegChoice
from ekbom.readers.channels.choose import choose_legs
from ekbom.readers.edf.edf_file import EdfFile, open_edf, read_edf

N_RECORDS = 6
FS_HZ = 256


def read_whole(
    source: Path | BinaryIO,
    *,
    name: str = "",
    labels: Collection[str] | None = None,
) -> EdfFile:
    """Read a recording with the samples of all its channels, or of those with one of the labels."""
    opened = open_edf(source, name=name)
    keep = {
        c.index for c in opened.channels if labels is None or c.label in labels
    }
    return read_edf(opened, keep=keep)


def chosen(
    edf: EdfFile, *, left: str | None = None, right: str | None = None
) -> LegChoice:
    """Choose the legs of a recording."""
    recording = edf.recording
    return choose_legs(
        recording.channels, name=recording.name, left=left, right=right
    )


def emg_digits(
    seed: int, *, n_records: int = N_RECORDS, samples: int = FS_HZ
) -> NDArray[np.int64]:
    """Digits of a lively signal, shape (n_records, samples)."""
    return np.random.default_rng(seed).integers(
        -3000, 3000, (n_records, samples)
    )


@dataclass(frozen=True)
class Signal:
    """One signal: header fields as text or bytes, digits of shape (n_records, n_samples)."""

    label: str | bytes
    digits: NDArray[np.int64]
    unit: str | bytes = "uV"
    physical: tuple[str, str] = ("-3276.8", "3276.7")
    digital: tuple[str, str] = ("-32768", "32767")
    prefilter: str = "HP:10Hz LP:100Hz"

    def expected_uv(self, factor: float = 1.0) -> NDArray[np.float64]:
        """Return the samples in uV, computed plainly from the fields."""
        low, high = (float(text.replace(",", ".")) for text in self.physical)
        first, last = (float(text) for text in self.digital)
        physical = (self.digits.astype(np.float64) - first) * (
            (high - low) / (last - first)
        ) + low
        return physical.reshape(-1) * factor


def legs(**changes: object) -> list[Signal]:
    """Two legs and a slow channel; `changes` replace fields of the left leg."""
    fields = {"label": "LAT", "digits": emg_digits(1), **changes}
    left = Signal(**fields)  # type: ignore[arg-type]  # by name
    return [
        left,
        Signal("RAT", emg_digits(2)),
        Signal(
            "SpO2",
            emg_digits(3, samples=1),
            unit="%",
            physical=("0", "102.3"),
            prefilter="",
        ),
    ]


@dataclass(frozen=True)
class Main:
    """Fields of the main header; None is computed as it should be."""

    version: str | bytes = "0"
    patient: str = "X X X X"
    recording: str = "Startdate 06-FEB-2018 X X X"
    date: str = "06.02.18"
    time: str = "22.30.15"
    header_bytes: str | None = None
    reserved: str = ""
    records: str | None = None
    record_s: str = "1"
    signals: str | None = None


@dataclass(frozen=True)
class Tals:
    """Bytes of an annotation signal, one item per record; `width` bytes each."""

    records: Sequence[bytes]
    width: int = 120
    label: str = "EDF Annotations"


def time_keeping(
    onsets_s: Sequence[float] = tuple(range(N_RECORDS)),
    *,
    marks: dict[int, bytes] | None = None,
) -> Tals:
    """Time-keeping marks of each record, followed by the marks of `marks`."""
    return Tals(
        [
            f"+{onset}\x14\x14\x00".encode() + (marks or {}).get(i, b"")
            for i, onset in enumerate(onsets_s)
        ]
    )


@dataclass(frozen=True)
class Fields:
    """Header fields of one signal as bytes, and its bytes per record."""

    texts: tuple[bytes, ...]
    samples: bytes
    records: list[bytes] = field(repr=False)


def edf_bytes(
    signals: Sequence[Signal],
    main: Main | None = None,
    *,
    tals: Tals | None = None,
    bdf: bool = False,
) -> bytes:
    """Build a whole file; the annotation signal comes last."""
    main = main or Main()
    sample_bytes = 3 if bdf else 2
    columns = [_fields(signal, sample_bytes) for signal in signals]
    if tals is not None:
        columns.append(_tal_fields(tals, sample_bytes))
    n_records = len(columns[0].records)
    header = _main(main, len(columns), n_records)
    for number, width in enumerate((16, 80, 8, 8, 8, 8, 8, 80)):
        header += b"".join(
            _pad(column.texts[number], width) for column in columns
        )
    header += b"".join(
        _pad(column.samples, 8) for column in columns
    ) + b" " * 32 * len(columns)
    return header + b"".join(
        column.records[i] for i in range(n_records) for column in columns
    )


def pack_digits(digits: NDArray[np.int64], sample_bytes: int) -> bytes:
    """Write digits little-endian, two bytes each for EDF and three for BDF."""
    if sample_bytes == 2:
        return digits.astype("<i2").tobytes()
    return digits.astype("<i4").reshape(-1, 1).view(np.uint8)[:, :3].tobytes()


def _fields(signal: Signal, sample_bytes: int) -> Fields:
    texts = (
        signal.label,
        "AgAgCl",
        signal.unit,
        *signal.physical,
        *signal.digital,
        signal.prefilter,
    )
    records = [pack_digits(record, sample_bytes) for record in signal.digits]
    return Fields(
        tuple(map(_raw, texts)), str(signal.digits.shape[1]).encode(), records
    )


def _tal_fields(tals: Tals, sample_bytes: int) -> Fields:
    width = -(-tals.width // sample_bytes) * sample_bytes
    assert all(len(record) <= width for record in tals.records)
    digital = (
        ("-32768", "32767") if sample_bytes == 2 else ("-8388608", "8388607")
    )
    texts = (tals.label, "", "", "-1", "1", *digital, "")
    records = [record.ljust(width, b"\x00") for record in tals.records]
    return Fields(
        tuple(map(_raw, texts)), str(width // sample_bytes).encode(), records
    )


def _main(main: Main, n_signals: int, n_records: int) -> bytes:
    fields = (
        (main.version, 8),
        (main.patient, 80),
        (main.recording, 80),
        (main.date, 8),
        (main.time, 8),
        (
            str(256 * (n_signals + 1))
            if main.header_bytes is None
            else main.header_bytes,
            8,
        ),
        (main.reserved, 44),
        (str(n_records) if main.records is None else main.records, 8),
        (main.record_s, 8),
        (str(n_signals) if main.signals is None else main.signals, 4),
    )
    return b"".join(_pad(_raw(text), width) for text, width in fields)


def _raw(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("ascii")


def _pad(raw: bytes, width: int) -> bytes:
    assert len(raw) <= width, raw
    return raw.ljust(width, b" ")
