"""Who was in which stage for how long.

The hypnogram cut to the period that counts, in integer milliseconds.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np

from ekbom.model.hypnogram import Hypnogram, Stage
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


def bounds_ms(timed: Timed) -> tuple[IntArray, IntArray]:
    """Onsets and ends in whole milliseconds; an end is rounded by itself."""
    return to_ms(timed.onset_s), to_ms(timed.onset_s + timed.duration_s)


def merged_ms(intervals: Sequence[Interval]) -> IntArray:
    """Unite intervals: shape (n, 2), onset and end in ms, sorted, apart from each other."""
    if not intervals:
        return np.empty((0, 2), dtype=np.int64)
    onset = to_ms(np.array([interval.onset_s for interval in intervals]))
    end = to_ms(
        np.array(
            [interval.onset_s + interval.duration_s for interval in intervals]
        )
    )
    order = np.argsort(onset, kind="stable")
    onset, end = onset[order], np.maximum.accumulate(end[order])
    starts = np.concatenate(([True], onset[1:] > end[:-1]))
    last = np.concatenate((np.flatnonzero(starts)[1:] - 1, [len(onset) - 1]))
    united = np.column_stack((onset[starts], end[last]))
    return united[united[:, 1] > united[:, 0]]


def inside_ms(times_ms: IntArray, intervals_ms: IntArray) -> BoolArray:
    """Say of each time whether it lies in one of the united half-open intervals."""
    row = np.searchsorted(intervals_ms[:, 0], times_ms, side="right") - 1
    found = row >= 0
    found[found] = times_ms[found] < intervals_ms[row[found], 1]
    return found


def stage_pieces(
    hypnogram: Hypnogram, *, start_ms: int, end_ms: int, excluded_ms: IntArray
) -> StagePieces:
    """Cut the hypnogram to [start_ms, end_ms) without the excluded intervals.

    Parameters
    ----------
    hypnogram
        Scored stages; time in none of its intervals counts as `UNSCORED`.
    start_ms, end_ms
        The period that counts, in ms from recording start.
    excluded_ms
        United intervals (see `merged_ms`) that belong to no stage and to no denominator.
    """
    onset, end = bounds_ms(hypnogram)
    edges = np.concatenate(
        ([start_ms, end_ms], onset, end, excluded_ms.ravel())
    )
    edges = np.unique(np.clip(edges, start_ms, max(start_ms, end_ms)))
    first, last = edges[:-1], edges[1:]
    stage = stage_at_ms(hypnogram, first)
    keep = ~inside_ms(first, excluded_ms)
    return StagePieces(
        onset_ms=first[keep], end_ms=last[keep], stage=stage[keep]
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


def elapsed_ms(
    times_ms: IntArray, onset_ms: IntArray, end_ms: IntArray
) -> IntArray:
    """Sum the time that sorted intervals without overlap have covered until each of the times."""
    if not len(onset_ms):
        return np.zeros(len(times_ms), dtype=np.int64)
    before = np.concatenate(([0], np.cumsum(end_ms - onset_ms)))
    row = np.searchsorted(onset_ms, times_ms, side="right") - 1
    inside = np.clip(
        np.minimum(times_ms, end_ms[np.maximum(row, 0)])
        - onset_ms[np.maximum(row, 0)],
        0,
        None,
    )
    return np.where(row < 0, 0, before[np.maximum(row, 0)] + inside)
