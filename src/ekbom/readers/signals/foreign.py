"""Signals in formats that MNE or WFDB read: BrainVision, EEGLAB, FIF and others, WFDB records.

Both packages are extras. A recording of this kind is written as BDF first (`ekbom convert`), so
that all that is scored comes through one reader.
"""

import datetime as dt
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module, util
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ekbom.model.errors import InputError, MissingExtraError
from ekbom.model.recording import FloatArray

MNE_SUFFIXES = (".vhdr", ".fif", ".set", ".cnt", ".gdf", ".mff", ".eeg")
WFDB_SUFFIXES = (".hea", ".dat")
EXTRAS = {"mne": "signals", "wfdb": "wfdb"}
VOLT_KINDS = frozenset({"eeg", "emg", "ecg", "eog", "seeg", "ecog", "bio"})
"""Kinds of channels that MNE gives in volts."""
UV_PER_V = 1e6
BLOCK_S = 60


class _Source(Protocol):
    """Gives samples [first, last) of every channel, shape (n_channels, n)."""

    def __call__(self, first: int, last: int) -> FloatArray:
        """Read a stretch."""


@dataclass(frozen=True, eq=False, kw_only=True)
class ForeignRecording:
    """A recording of another package: labels, units, rate, start, and its samples on demand."""

    name: str
    labels: tuple[str, ...]
    units: tuple[str, ...]
    fs_hz: float
    n_samples: int
    start: dt.datetime | None
    source: _Source

    def blocks(self) -> Iterator[FloatArray]:
        """Give the samples minute by minute in their units; NaN where there is none."""
        step = max(1, round(BLOCK_S * self.fs_hz))
        for first in range(0, self.n_samples, step):
            last = min(first + step, self.n_samples)
            yield _guarded(self.name, lambda a=first, b=last: self.source(a, b))


def is_foreign(path: Path) -> bool:
    """Tell by its suffix whether a recording is one that another package reads."""
    return path.suffix.casefold() in (*MNE_SUFFIXES, *WFDB_SUFFIXES)


def open_foreign(path: Path) -> ForeignRecording:
    """Open a recording that another package reads.

    Raises
    ------
    MissingExtraError
        The package is not installed; the message names the extra.
    InputError
        The file is missing or damaged, or the package refuses it.
    """
    if not path.exists():
        raise InputError(
            f"{path.name}: the file cannot be read (it is not there); check the path."
        )
    by_wfdb = path.suffix.casefold() in WFDB_SUFFIXES
    package = _package("wfdb" if by_wfdb else "mne", path.name)
    opened = _wfdb if by_wfdb else _mne
    recording: ForeignRecording = _guarded(
        path.name, lambda: opened(package, path)
    )
    return recording


def _package(name: str, file: str) -> Any:  # Any: neither package ships types
    if util.find_spec(name) is None:
        raise MissingExtraError(
            f"{file}: this format needs the package {name}; "
            f"install the extra: pip install 'ekbom[{EXTRAS[name]}]'."
        )
    return import_module(name)


def _guarded(name: str, read: Any) -> Any:  # Any: it gives what `read` gives
    """Turn what the package raises about a file into one sentence."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return read()
    except (InputError, MissingExtraError):
        raise
    except Exception as error:
        lines = str(error).splitlines() or [type(error).__name__]
        cause = "".join(filter(str.isprintable, lines[0]))[:80]
        raise InputError(
            f"{name}: the recording cannot be read ({cause}); export it again, as EDF where the "
            "system can."
        ) from error


def _mne(mne: Any, path: Path) -> ForeignRecording:  # Any: no types
    raw = mne.io.read_raw(path, preload=False, verbose="ERROR")
    kinds = raw.get_channel_types()
    volts = np.array([kind in VOLT_KINDS for kind in kinds])
    factor = np.where(volts, UV_PER_V, 1.0)[:, None]

    def samples(first: int, last: int) -> FloatArray:
        return np.asarray(
            raw.get_data(start=first, stop=last) * factor, dtype=np.float64
        )

    began = raw.info["meas_date"]
    return ForeignRecording(
        name=path.name,
        labels=tuple(raw.ch_names),
        units=tuple("uV" if is_volts else "" for is_volts in volts),
        fs_hz=float(raw.info["sfreq"]),
        n_samples=int(raw.n_times),
        # Local time that the package calls UTC.
        start=None if began is None else began.replace(tzinfo=None),
        source=samples,
    )


def _wfdb(wfdb: Any, path: Path) -> ForeignRecording:  # Any: no types
    name = str(path.with_suffix(""))
    head = wfdb.rdheader(name)

    def samples(first: int, last: int) -> FloatArray:
        record = wfdb.rdrecord(name, sampfrom=first, sampto=last)
        return np.asarray(record.p_signal.T, dtype=np.float64)

    start = None
    if head.base_time is not None and head.base_date is not None:
        start = dt.datetime.combine(head.base_date, head.base_time)
    return ForeignRecording(
        name=path.name,
        labels=tuple(map(str, head.sig_name)),
        units=tuple(map(str, head.units)),
        fs_hz=float(head.fs),
        n_samples=int(head.sig_len),
        start=start,
        source=samples,
    )
