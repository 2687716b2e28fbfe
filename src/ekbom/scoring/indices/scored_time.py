"""The time an index may be counted in: what is scored, per state of the night and per leg."""

from typing import NamedTuple

import numpy as np

from ekbom.criteria.index_key import STATES
from ekbom.model.hypnogram import Hypnogram, Stage
from ekbom.model.movements import Side
from ekbom.model.recording import (
    BoolArray,
    FloatArray,
    IntArray,
    Interval,
    StrArray,
)
from ekbom.model.result import ScoredPeriod
from ekbom.scoring.indices.sleep import bed_span_ms
from ekbom.scoring.stage_time import (
    inside_ms,
    merged_ms,
    sleep_mask,
    stage_minutes,
    stage_pieces,
    to_ms,
)


class ScoredTime(NamedTuple):
    """Time that counts for one leg or for both, and what was staged before legs took time away.

    `minutes`, `staged_minutes`: shape (8,), in the order of `STATES`; NaN where there is no
    hypnogram. `excluded_ms`: united intervals that count for nothing. `recording_min`: recorded and
    scorable minutes, lights and stages left aside.
    """

    start_ms: int
    end_ms: int
    excluded_ms: IntArray
    minutes: FloatArray
    staged_minutes: FloatArray
    recording_min: float

    def inside(self, onset_ms: IntArray) -> BoolArray:
        """Say of each onset whether it lies in bed and in no excluded stretch."""
        return (
            (onset_ms >= self.start_ms)
            & (onset_ms < self.end_ms)
            & self.recorded(onset_ms)
        )

    def recorded(self, onset_ms: IntArray) -> BoolArray:
        """Say of each onset whether it lies in no excluded stretch."""
        return ~inside_ms(onset_ms, self.excluded_ms)


class NightTime(NamedTuple):
    """Scored time of both legs together, of each leg, of the night whatever the legs do.

    `legs` that can be counted on.
    """

    both: ScoredTime
    left: ScoredTime
    right: ScoredTime
    night: ScoredTime
    legs: tuple[str, ...]


def state_masks(stage: StrArray) -> BoolArray:
    """Say of each stage to which states it belongs: shape (8, n), in the order of `STATES`."""
    asleep = sleep_mask(stage)
    rem = stage == str(Stage.REM)
    single = [
        stage == str(name)
        for name in (Stage.WAKE, Stage.N1, Stage.N2, Stage.N3)
    ]
    return np.stack(
        [stage != str(Stage.UNSCORED), asleep, *single, rem, asleep & ~rem]
    )


def night_time(hypnogram: Hypnogram | None, period: ScoredPeriod) -> NightTime:
    """Work out which time counts for what.

    A leg that is unscorable for a part takes that time from everything counted from both legs and
    from itself; a leg that is unscorable throughout counts as not recorded, and the other leg is
    scored alone.
    """
    everything = (
        *period.gaps,
        *period.unscorable.get("both", ()),
        *period.unscorable.get(Side.UNKNOWN.value, ()),
    )
    own = {leg: period.unscorable.get(leg, ()) for leg in ("left", "right")}
    night = _scored_time(hypnogram, period, period.gaps, like=None)
    left, right = (
        _scored_time(hypnogram, period, (*everything, *own[leg]), like=night)
        for leg in ("left", "right")
    )
    alive = [
        leg
        for leg, time in (("left", left), ("right", right))
        if leg in period.legs and _is_alive(time)
    ]
    lost = [interval for leg in alive for interval in own[leg]]
    both = _scored_time(hypnogram, period, (*everything, *lost), like=night)
    unsided = (Side.UNKNOWN.value,) if Side.UNKNOWN.value in period.legs else ()
    return NightTime(both, left, right, night, (*alive, *unsided))


def _is_alive(time: ScoredTime) -> bool:
    """Say whether a leg can be judged for any of the time that counts."""
    return bool(
        time.recording_min > 0
        and not (time.staged_minutes[0] > 0 and time.minutes[0] == 0)
    )


def _scored_time(
    hypnogram: Hypnogram | None,
    period: ScoredPeriod,
    excluded: tuple[Interval, ...],
    *,
    like: ScoredTime | None,
) -> ScoredTime:
    """Sum the minutes of every state outside the excluded intervals.

    `like` is the night whatever the legs do, once it is known.
    """
    excluded_ms, recording_ms = (
        merged_ms(excluded),
        int(to_ms(period.recording_s)),
    )
    if like is not None and np.array_equal(excluded_ms, like.excluded_ms):
        return like
    start_ms, end_ms = bed_span_ms(hypnogram, period)
    clipped = np.clip(excluded_ms, 0, recording_ms)
    recording_min = (
        recording_ms - int((clipped[:, 1] - clipped[:, 0]).sum())
    ) / 60_000
    if hypnogram is None:
        unknown = np.full(len(STATES), np.nan)
        return ScoredTime(
            start_ms, end_ms, excluded_ms, unknown, unknown, recording_min
        )
    minutes = _state_minutes(
        hypnogram, start_ms=start_ms, end_ms=end_ms, excluded_ms=excluded_ms
    )
    return ScoredTime(
        start_ms,
        end_ms,
        excluded_ms,
        minutes,
        minutes if like is None else like.staged_minutes,
        recording_min,
    )


def _state_minutes(
    hypnogram: Hypnogram, *, start_ms: int, end_ms: int, excluded_ms: IntArray
) -> FloatArray:
    """Minutes per state, in the order of `STATES`."""
    minutes = stage_minutes(
        stage_pieces(
            hypnogram, start_ms=start_ms, end_ms=end_ms, excluded_ms=excluded_ms
        )
    )
    names = np.array([str(stage) for stage in minutes])
    return np.asarray(
        state_masks(names).astype(np.float64)
        @ np.array(list(minutes.values())),
        dtype=np.float64,
    )
