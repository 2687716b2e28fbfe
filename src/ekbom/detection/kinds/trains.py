"""Trains of bursts: at an even rate on one leg, or from leg to leg.

Sources: the criteria of the AASM manual for hypnagogic foot tremor, high-frequency leg movements
and alternating leg muscle activation, as the table ``trains`` gives them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ekbom.criteria.detector import TrainSettings
from ekbom.detection.records import join_rows, map_rows
from ekbom.detection.runs import find_runs
from ekbom.model.movements import LegMovements, Side
from ekbom.model.recording import BoolArray, FloatArray, IntArray, StrArray

STEADY, ALTERNATING = "steady", "alternating"


@dataclass(frozen=True, eq=False, kw_only=True)
class Trains:
    """Trains of a night, sorted by onset, shape (n,) each.

    `side` is `bilateral` for those that alternate; `kind` is ``steady`` or ``alternating``;
    `rate_hz` is that of the bursts as they follow each other on all legs together.
    """

    onset_s: FloatArray
    duration_s: FloatArray
    side: StrArray
    kind: StrArray
    n_bursts: IntArray
    rate_hz: FloatArray


class _Spans(NamedTuple):
    """Stretches of time, sorted by onset."""

    onset_s: FloatArray
    duration_s: FloatArray


def find_trains(
    legs: Sequence[LegMovements], *, settings: TrainSettings
) -> Trains:
    """Find the trains among the bursts of one or two legs.

    Parameters
    ----------
    legs
        The bursts of each leg, sorted by onset.
    settings
        Rates, lengths and the fewest bursts, from the table.
    """
    alone = [
        _trains_of(leg, _steady(leg, settings), settings, kind=STEADY)
        for leg in legs
    ]
    both = _alternating_trains(legs, settings) if len(legs) > 1 else []
    joined: Trains = join_rows([*alone, *both] or [_none()])
    order = np.lexsort((joined.kind, joined.onset_s))
    return map_rows(joined, lambda column: column[order])


def mark_rhythmic(
    movements: LegMovements, trains: Trains, *, settings: TrainSettings
) -> LegMovements:
    """Say of which movements trains cover at least a share; `rhythmic` is set, rows stay.

    A train that alternates concerns both legs.
    """
    rhythmic = np.zeros(movements.onset_s.size, np.bool_)
    for side in np.unique(movements.side).tolist():
        own = movements.side == side
        concerns = (trains.side == side) | (trains.side == Side.BILATERAL.value)
        lasting_s = movements.duration_s[own]
        covered_s = _covered(
            movements.onset_s[own],
            lasting_s,
            _Spans(trains.onset_s[concerns], trains.duration_s[concerns]),
        )
        rhythmic[own] = covered_s >= settings.covered_share * lasting_s
    return replace(movements, rhythmic=rhythmic)


def _steady(bursts: LegMovements, settings: TrainSettings) -> BoolArray:
    """Say of each pair of neighbours whether they may follow each other in a train of one leg."""
    interval_s = np.diff(bursts.onset_s)
    short = bursts.duration_s <= settings.burst_max_s
    rate_hz = 1.0 / np.maximum(interval_s, np.finfo(float).tiny)
    within = (rate_hz >= settings.rate_min_hz) & (
        rate_hz <= settings.rate_max_hz
    )
    return np.asarray(within & short[:-1] & short[1:])


def _alternating_trains(
    legs: Sequence[LegMovements], settings: TrainSettings
) -> list[Trains]:
    """Find trains that go from leg to leg."""
    bursts: LegMovements = join_rows(legs)
    order = np.lexsort((bursts.side, bursts.onset_s))
    bursts = map_rows(bursts, lambda column: column[order])
    interval_s = np.diff(bursts.onset_s)
    short = bursts.duration_s <= settings.alternating_burst_max_s
    rate_hz = 1.0 / np.maximum(interval_s, np.finfo(float).tiny)
    follows = (
        (bursts.side[:-1] != bursts.side[1:])
        & (rate_hz >= settings.alternating_rate_min_hz)
        & (rate_hz <= settings.alternating_rate_max_hz)
        & short[:-1]
        & short[1:]
    )
    return [_trains_of(bursts, follows, settings, kind=ALTERNATING)]


def _trains_of(
    bursts: LegMovements,
    follows: BoolArray,
    settings: TrainSettings,
    *,
    kind: str,
) -> Trains:
    """Make trains of bursts that follow each other at an even rate; too few make none."""
    firsts, lasts = _even_runs(bursts, follows, settings)
    ends_s = bursts.onset_s + bursts.duration_s
    n_bursts = lasts - firsts + 1
    between_s = bursts.onset_s[lasts] - bursts.onset_s[firsts]
    side = (
        np.full(firsts.size, Side.BILATERAL.value)
        if kind == ALTERNATING
        else bursts.side[firsts]
    )
    return Trains(
        onset_s=bursts.onset_s[firsts],
        duration_s=ends_s[lasts] - bursts.onset_s[firsts],
        side=side.astype("<U9"),
        kind=np.full(firsts.size, kind, dtype="<U11"),
        n_bursts=n_bursts,
        rate_hz=(n_bursts - 1) / between_s,
    )


def _even_runs(
    bursts: LegMovements, follows: BoolArray, settings: TrainSettings
) -> tuple[IntArray, IntArray]:
    """First and last burst of each run of at least the fewest, cut where the rhythm breaks."""
    found = [
        (first, last)
        for start, stop in zip(*find_runs(follows), strict=True)
        for first, last in _cut(bursts.onset_s, start, stop, settings)
        if last - first + 1 >= settings.bursts_min
    ]
    rows = np.array(found, dtype=np.int64).reshape(-1, 2)
    return rows[:, 0], rows[:, 1]


def _cut(
    onset_s: FloatArray, start: int, stop: int, settings: TrainSettings
) -> Iterable[tuple[int, int]]:
    """Cut a run of bursts [start, stop] where an interval is no longer like the one before."""
    interval_s = np.diff(onset_s[start : stop + 1])
    ratio = interval_s[1:] / interval_s[:-1]
    steady = (ratio <= settings.steady_ratio) & (
        ratio >= 1.0 / settings.steady_ratio
    )
    borders = [start, *(np.flatnonzero(~steady) + start + 1).tolist(), stop]
    return pairwise(borders)


def _covered(
    onset_s: FloatArray, duration_s: FloatArray, trains: _Spans
) -> FloatArray:
    """Seconds of each movement that lie in trains; below 0 where there are no trains."""
    if not trains.onset_s.size:
        return np.full(onset_s.size, -1.0)
    starts_s, stops_s = _united(trains)
    before_s = np.concatenate(([0.0], np.cumsum(stops_s - starts_s)))

    def passed(time_s: FloatArray) -> FloatArray:
        row = np.searchsorted(starts_s, time_s, side="right")
        last = np.maximum(row - 1, 0)
        over_s = np.minimum(time_s, stops_s[last]) - starts_s[last]
        return np.where(row > 0, before_s[last] + over_s, 0.0)

    return np.asarray(passed(onset_s + duration_s) - passed(onset_s))


def _united(trains: _Spans) -> tuple[FloatArray, FloatArray]:
    """Give starts and ends of the time that trains take up, overlaps joined."""
    ends_s = np.maximum.accumulate(trains.onset_s + trains.duration_s)
    begins = np.append(True, trains.onset_s[1:] > ends_s[:-1])
    last = np.append(begins[1:], True)
    return trains.onset_s[begins], ends_s[last]


def _none() -> Trains:
    text = np.zeros(0, "<U9")
    numbers = np.zeros(0)
    return Trains(
        onset_s=numbers,
        duration_s=numbers,
        side=text,
        kind=text,
        n_bursts=np.zeros(0, np.int64),
        rate_hz=numbers,
    )
