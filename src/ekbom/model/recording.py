"""What a recording is: its channels, its gaps, and what had to be repaired while it was read."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np

from ekbom.model.finding import Finding, Reason

# Written out, because `NDArray` is not the same to NumPy 2.4 and 2.5, and the converter reads it.
Shape = tuple[Any, ...]  # any number of axes, as NumPy says it
FloatArray = np.ndarray[Shape, np.dtype[np.float64]]
SignalArray = np.ndarray[Shape, np.dtype[np.float32]]
BoolArray = np.ndarray[Shape, np.dtype[np.bool_]]
IntArray = np.ndarray[Shape, np.dtype[np.int64]]
StrArray = np.ndarray[Shape, np.dtype[np.str_]]
DigitArray = np.ndarray[Shape, np.dtype[np.int16 | np.int32]]
"""Samples as a file stores them, before they become physical values."""


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
    """One signal as the file declares it, with its label and unit made canonical.

    `step_uv` is the physical step of one digit in uV, NaN where the unit is no voltage or the
    declared range is empty. `derivation` says what kind of leg channel it is, None for every other
    role. `reason` says what had to be assumed about the label, or why a label that names a leg
    stands for no leg; None for a plain label.
    """

    index: int
    label: str
    role: Role
    fs_hz: float
    unit: str
    unit_written: str
    step_uv: float
    physical_min: float
    physical_max: float
    digital_min: int
    digital_max: int
    prefilter: str
    derivation: Derivation | None = None
    reason: Reason | None = None


class RawAnnotation(NamedTuple):
    """One text mark as the file holds it.

    Seconds from recording start, duration or None where none was written.
    """

    onset_s: float
    duration_s: float | None
    text: str


@dataclass(frozen=True, kw_only=True)
class Interval:
    """Half-open time interval [onset_s, onset_s + duration_s) in seconds from recording start."""

    onset_s: float
    duration_s: float


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A recording without its samples.

    Start (naive local time), duration, channels, gaps, findings.

    Where the file keeps only the time of day, `start` lies on 1985-01-01 and a finding says so;
    None = neither is known. `sha256` covers what was read: header, annotations and the samples of
    the channels that were kept.
    """

    name: str
    format: str
    start: dt.datetime | None
    duration_s: float
    channels: tuple[Channel, ...]
    gaps: tuple[Interval, ...] = ()
    findings: tuple[Finding, ...] = ()
    sha256: str = ""


@dataclass(frozen=True, eq=False, kw_only=True)
class LegSignal:
    """Surface EMG of one leg on a continuous time axis.

    `emg_uv` has shape (n_samples,), unit uV, single precision; sample i lies at i / fs_hz seconds
    from recording start. Time inside `gaps` was not recorded and holds NaN. `clip_uv` are the
    physical limits of the converter.
    """

    side: str
    label: str
    emg_uv: SignalArray
    fs_hz: float
    step_uv: float
    clip_uv: tuple[float, float] = (-np.inf, np.inf)
    prefilter: str = ""
    gaps: tuple[Interval, ...] = ()
    derivation: Derivation | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LegChoice:
    """Which channels stand for the legs, the chin and the heart, and why.

    One label is used as it is; of two labels the second is subtracted from the first. `reasons`
    says for every label that names a leg, the chin or the heart why it was taken or left out.
    """

    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    unsided: tuple[str, ...] = ()
    chin: str = ""
    ecg: str = ""
    reasons: Mapping[str, Reason] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def taken(self) -> frozenset[str]:
        """Labels that are used, for a leg, the chin or the heart."""
        return frozenset(
            (*self.left, *self.right, *self.unsided, self.chin, self.ecg)
        ) - {""}
