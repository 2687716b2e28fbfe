"""The time an index may be counted in: what is scored, per state of the night and per leg."""

from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import NamedTuple

import numpy as np

from ekbom.criteria.index_key import STATES
from ekbom.model.events import Hypnogram, Stage
from ekbom.model.movements import Side
from ekbom.model.recording import (
    BoolArray,
    FloatArray,
    Interval,
    StrArray,
)
from ekbom.model.result import ScoredPeriod
from ekbom.scoring.indices.sleep import bed_time
from ekbom.scoring.stage_time import (
    CountedTime,
    merged_ms,
    sleep_mask,
    stage_minutes,
    stage_pieces,
    to_ms,
)

LEGS = (Side.LEFT.value, Side.RIGHT.value)


@dataclass(frozen=True, eq=False, kw_only=True)
class ScoredTime(CountedTime):
    """Time that counts for one leg or for both, and what was staged before legs took time away.

    `minutes`, `staged_minutes`: shape (8,), in the order of `STATES`; NaN where there is no
    hypnogram. `recording_min`: recorded and scorable minutes, lights and stages left aside.
    """

    minutes: FloatArray
    staged_minutes: FloatArray
    recording_min: float


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
    time_without = partial(_scored_time, hypnogram, period)
    lost = period.unscorable
    unsided = Side.UNKNOWN.value
    shared = (*period.gaps, *lost.get("both", ()), *lost.get(unsided, ()))
    night = time_without(period.gaps, like=None)
    legs = {
        leg: time_without((*shared, *lost.get(leg, ())), like=night)
        for leg in LEGS
    }
    alive = [leg for leg in LEGS if leg in period.legs and _is_alive(legs[leg])]
    own = chain.from_iterable(lost.get(leg, ()) for leg in alive)
    both = time_without((*shared, *own), like=night)
    alive += [leg for leg in period.legs if leg == unsided]
    return NightTime(
        both,
        legs["left"],
        legs["right"],
        night,
        tuple(alive),
    )


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
    excluded_ms = merged_ms(excluded)
    if like is not None and np.array_equal(excluded_ms, like.excluded_ms):
        return like
    bed = bed_time(hypnogram, period, excluded_ms)
    recording = CountedTime(
        start_ms=0,
        end_ms=int(to_ms(period.recording_s)),
        excluded_ms=excluded_ms,
    )
    minutes = _state_minutes(hypnogram, bed)
    return ScoredTime(
        **vars(bed),
        minutes=minutes,
        staged_minutes=minutes if like is None else like.staged_minutes,
        recording_min=recording.length_ms / 60_000,
    )


def _state_minutes(hypnogram: Hypnogram | None, bed: CountedTime) -> FloatArray:
    """Minutes per state, in the order of `STATES`; NaN where nobody staged."""
    if hypnogram is None:
        return np.full(len(STATES), np.nan)
    minutes = stage_minutes(stage_pieces(hypnogram, bed))
    names = np.array([str(stage) for stage in minutes])
    of_states = state_masks(names) @ np.array(list(minutes.values()))
    return np.asarray(of_states, dtype=np.float64)
