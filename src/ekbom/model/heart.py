"""Heart beats: where they lie in a stretch of a recording, and how they are known."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from ekbom.model.recording import IntArray, SignalArray


class BeatMethod(StrEnum):
    """How heart beats are known."""

    ECG_CHANNEL = "ecg-channel"
    LEG_WAVE = "leg-wave"


@dataclass(frozen=True, eq=False, kw_only=True)
class HeartBeats:
    """Heart beats of a stretch: `sample` counted from its start, sorted, shape (n_beats,).

    `kind`: 0 for a beat of the usual shape, 1 for any other (ectopic).
    """

    sample: IntArray
    kind: IntArray
    method: BeatMethod


class Stretch(NamedTuple):
    """A stretch of a leg, [start, stop) in its samples at `fs_hz`.

    `glance`: only the first part of every minute of it, joined together.
    """

    start: int
    stop: int
    fs_hz: float
    glance: bool = False


BeatSearch = Callable[[SignalArray, Stretch], HeartBeats]
"""Gives the beats of a stretch; the signal is that of the leg in it, without hum."""
