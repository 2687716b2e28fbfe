"""What a recording is: its channels, its gaps, and what had to be repaired while it was read."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

import numpy as np

from ekbom.model.finding import Finding, Reason

# Written out, because `NDArray` is not the same to NumPy 2.4 and 2.5, and the converter reads it.
Shape = tuple[Any, ...]  # any number of axes, as NumPy says it
FloatArray = np.ndarray[Shape, np.dtype[np.float64]]
SignalArray = np.ndarray[Shape, np.dtype[np.float32]]
BoolArray = np.ndarray[Shape, np.dtype[np.bool_]]
IntArray = np.ndarray[Shape, np.dtype[np.int64]]
StrArray = np.ndarray[Shape, np.dtype[np.str_]]

#: The day that EDF writes in place of one that was removed; here of every unknown day.
DATE_WITHHELD = dt.date(1985, 1, 1)


class Samples(Protocol):
    """Samples in one row, in memory or made from what is stored; a slice of them is an array."""

    def __len__(self) -> int: ...
    def __getitem__(self, stretch: slice, /) -> SignalArray: ...


class Role(StrEnum):
    """Canonical meaning of a channel."""

    LEFT_LEG = "left_leg"
    RIGHT_LEG = "right_leg"
    LEG = "leg"
    CHIN = "chin"
    ECG = "ecg"
    EEG = "eeg"
    EOG = "eog"
    OTHER = "other"


class Derivation(StrEnum):
    """How a leg signal was recorded or made."""

    PAIR = "pair"
    SINGLE_ELECTRODE = "single-electrode"
    ONE_CHANNEL = "one-channel"
    LEFT_AGAINST_RIGHT = "left-against-right"
    DIFFERENCE = "difference"


@dataclass(frozen=True, kw_only=True)
class Channel:
    """One signal as the file declares it, with its label and unit made canonical."""

    index: int
    label: str
    role: Role
    fs_hz: float
    unit: str
    unit_written: str
    step_uv: float  #: of one digit, NaN where there is none in volts
    physical_min: float
    physical_max: float
    digital_min: int
    digital_max: int
    prefilter: str
    derivation: Derivation | None = None  #: None unless a leg channel
    #: what was assumed about the label, or why one that names a leg stands for none
    reason: Reason | None = None


@dataclass(frozen=True, kw_only=True)
class Interval:
    """Half-open time interval [onset_s, onset_s + duration_s) in seconds from recording start."""

    onset_s: float
    duration_s: float


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A recording without its samples."""

    name: str
    format: str
    start: dt.datetime | None  #: local; 1985-01-01 where no day is known
    duration_s: float
    channels: tuple[Channel, ...]
    gaps: tuple[Interval, ...] = ()
    findings: tuple[Finding, ...] = ()
    sha256: str = ""  #: of all that was read

    @property
    def date(self) -> dt.date | None:
        """The day of the start, None where it is withheld or there is no start."""
        day = None if self.start is None else self.start.date()
        return None if day == DATE_WITHHELD else day


@dataclass(frozen=True, eq=False, kw_only=True)
class LegSignal:
    """Surface EMG of one leg; sample i lies at i / fs_hz seconds from recording start."""

    side: str
    label: str
    emg_uv: Samples  #: NaN inside `gaps`
    fs_hz: float
    step_uv: float
    clip_uv: tuple[float, float] = (-np.inf, np.inf)  #: of the converter
    prefilter: str = ""
    gaps: tuple[Interval, ...] = ()
    derivation: Derivation | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LegChoice:
    """Which channels stand for the legs, the chin and the heart; of two, first minus second."""

    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    unsided: tuple[str, ...] = ()
    chin: str = ""
    ecg: str = ""
    #: why a label was taken or left out
    reasons: Mapping[str, Reason] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def taken(self) -> frozenset[str]:
        """Labels that are used, for a leg, the chin or the heart."""
        labels = (*self.left, *self.right, *self.unsided, self.chin, self.ecg)
        return frozenset(labels) - {""}


class BeatMethod(StrEnum):
    """How heart beats are known."""

    ECG_CHANNEL = "ecg-channel"
    LEG_WAVE = "leg-wave"


@dataclass(frozen=True, eq=False, kw_only=True)
class HeartBeats:
    """Heart beats of a stretch, sorted, shape (n_beats,)."""

    sample: IntArray  #: counted from the start of the stretch
    kind: IntArray  #: 0 for a usual beat, 1 for any other (ectopic)
    method: BeatMethod


class Stretch(NamedTuple):
    """A stretch of a leg, [start, stop) in its samples at `fs_hz`."""

    start: int
    stop: int
    fs_hz: float
    glance: bool = False  #: only the first part of every minute, joined


#: Gives the beats of a stretch; the signal is that of the leg in it, without hum.
BeatSearch = Callable[[SignalArray, Stretch], HeartBeats]
