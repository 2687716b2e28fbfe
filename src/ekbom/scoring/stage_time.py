"""Who was in which stage for how long.

The hypnogram cut to the period that counts, in integer milliseconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from ekbom.model.events import Hypnogram, Stage
from ekbom.model.recording import (
    BoolArray,
    FloatArray,
    IntArray,
    Interval,
    StrArray,
)

STAGE_ORDER = (
    Stage.WAKE,
    Stage.N1,
    Stage.N2,
    Stage.N3,
    Stage.REM,
    Stage.UNSCORED,
)


class Spans(NamedTuple):
    """Half-open spans of time [onset_ms, end_ms), shape (n,) each."""

    onset_ms: IntArray
    end_ms: IntArray

    def take(self, rows: IntArray | BoolArray) -> "Spans":
        """Take some of them in the given order."""
        return Spans(self.onset_ms[rows], self.end_ms[rows])


@dataclass(frozen=True, eq=False, kw_only=True)
class CountedTime:
    """The time [start_ms, end_ms) without the excluded intervals (see `merged_ms`)."""

    start_ms: int
    end_ms: int
    excluded_ms: IntArray

    @property
    def length_ms(self) -> int:
        """How much time there is."""
        excluded = np.clip(self.excluded_ms, self.start_ms, self.end_ms)
        return self.end_ms - self.start_ms - int(np.diff(excluded).sum())

    def inside(self, onset_ms: IntArray) -> BoolArray:
        """Say of each onset whether it lies in this time."""
        begun = (onset_ms >= self.start_ms) & (onset_ms < self.end_ms)
        return begun & self.recorded(onset_ms)

    def recorded(self, onset_ms: IntArray) -> BoolArray:
        """Say of each onset whether it lies in no excluded interval."""
        return ~inside_ms(onset_ms, self.excluded_ms)


class StagePieces(NamedTuple):
    """Half-open pieces [onset_ms, end_ms) of constant stage, sorted and without overlap.

    Excluded time is in none.

    Time of the period without a stage in the hypnogram appears as `UNSCORED`.
    """

    onset_ms: IntArray
    end_ms: IntArray
    stage: StrArray


def to_ms(seconds: FloatArray | float) -> IntArray:
    """Turn seconds into whole milliseconds, the unit in which times are compared."""
    return np.rint(np.asarray(seconds, dtype=np.float64) * 1000.0).astype(
        np.int64
    )


class Timed(Protocol):
    """Anything with onsets and durations in seconds, shape (n,) each."""

    @property
    def onset_s(self) -> FloatArray:
        """Onsets from recording start."""

    @property
    def duration_s(self) -> FloatArray:
        """Durations."""


def bounds_ms(timed: Timed) -> Spans:
    """Onsets and ends in whole milliseconds; an end is rounded by itself."""
    return Spans(to_ms(timed.onset_s), to_ms(timed.onset_s + timed.duration_s))


def interval_bounds_ms(intervals: Sequence[Interval]) -> Spans:
    """Onsets and ends of intervals in whole milliseconds, in their order."""
    onset_s = np.array([one.onset_s for one in intervals], dtype=np.float64)
    lasting_s = np.array(
        [one.duration_s for one in intervals], dtype=np.float64
    )
    return Spans(to_ms(onset_s), to_ms(onset_s + lasting_s))


def united(spans: Spans, *, touching: bool) -> Spans:
    """Sort spans and unite those that overlap, and where asked those that touch."""
    order = np.argsort(spans.onset_ms, kind="stable")
    onset = spans.onset_ms[order]
    reach = np.maximum.accumulate(spans.end_ms[order])
    begins = np.ones(len(onset), dtype=bool)
    begins[1:] = onset[1:] >= reach[:-1] + touching
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(onset))[: len(first)] - 1
    return Spans(onset[first], reach[last])


def merged_ms(intervals: Sequence[Interval]) -> IntArray:
    """Unite intervals: shape (n, 2), onset and end in ms, sorted, apart from each other."""
    spans = united(interval_bounds_ms(intervals), touching=True)
    return np.stack(spans.take(spans.end_ms > spans.onset_ms), axis=1)


def inside_ms(times_ms: IntArray, intervals_ms: IntArray) -> BoolArray:
    """Say of each time whether it lies in one of the united half-open intervals."""
    row = np.searchsorted(intervals_ms[:, 0], times_ms, side="right") - 1
    found = row >= 0
    found[found] = times_ms[found] < intervals_ms[row[found], 1]
    return found


def stage_pieces(hypnogram: Hypnogram, time: CountedTime) -> StagePieces:
    """Cut the hypnogram to the time that counts.

    Time in none of its intervals counts as `UNSCORED`; excluded time belongs to no stage and to no
    denominator.
    """
    start = time.start_ms
    end = time.end_ms
    excluded_ms = time.excluded_ms
    edges = np.concatenate(
        ([start, end], *bounds_ms(hypnogram), excluded_ms.ravel())
    )
    edges = np.unique(np.clip(edges, start, max(start, end)))
    first = edges[:-1]
    last = edges[1:]
    keep = time.recorded(first)
    return StagePieces(
        onset_ms=first[keep],
        end_ms=last[keep],
        stage=stage_at_ms(hypnogram, first)[keep],
    )


def stage_at_ms(hypnogram: Hypnogram, times_ms: IntArray) -> StrArray:
    """Name the stage at each time.

    An onset exactly on a boundary belongs to the later interval, time in none is UNSCORED.
    """
    stage = np.full(len(times_ms), str(Stage.UNSCORED), dtype="<U8")
    if not len(hypnogram.onset_s):
        return stage
    onset, end = bounds_ms(hypnogram)
    row = np.searchsorted(onset, times_ms, side="right") - 1
    known = (row >= 0) & (times_ms < end[row])
    stage[known] = hypnogram.stage[row[known]]
    return stage


def stage_minutes(pieces: StagePieces) -> dict[Stage, float]:
    """Sum the minutes of each stage, `UNSCORED` included."""
    length = pieces.end_ms - pieces.onset_ms
    return {
        stage: float(length[pieces.stage == str(stage)].sum()) / 60_000
        for stage in STAGE_ORDER
    }


def sleep_mask(stage: StrArray) -> BoolArray:
    """Say of each stage whether it is sleep (N1, N2, N3 or R)."""
    return np.asarray(
        (stage != str(Stage.WAKE)) & (stage != str(Stage.UNSCORED)),
        dtype=np.bool_,
    )


def elapsed_ms(times_ms: IntArray, spans: Spans) -> IntArray:
    """Sum the time that sorted spans without overlap have covered until each of the times."""
    onset_ms, end_ms = spans
    if not len(onset_ms):
        return np.zeros(len(times_ms), dtype=np.int64)
    before = np.concatenate(([0], np.cumsum(end_ms - onset_ms)))
    begun = np.searchsorted(onset_ms, times_ms, side="right") - 1
    row = np.maximum(begun, 0)
    reached = np.minimum(times_ms, end_ms[row]) - onset_ms[row]
    return np.where(begun < 0, 0, before[row] + np.maximum(reached, 0))
