"""The plan of a night: when which leg moves, how long and how strongly; no signal yet."""

from dataclasses import dataclass, replace
from itertools import compress
from operator import attrgetter

import numpy as np
from numpy.random import Generator

from ekbom.model.events import RESPIRATORY_KINDS, Event, Hypnogram, Stage
from ekbom.model.movements import Side
from ekbom.model.recording import FloatArray
from ekbom.simulation.draws import scattered_times
from ekbom.simulation.parameters import (
    EventParameters,
    MovementParameters,
    NightParameters,
)
from ekbom.simulation.sleep import stage_at

Events = tuple[Event, ...]
SIDES = (str(Side.LEFT), str(Side.RIGHT))


@dataclass(frozen=True, kw_only=True)
class PlannedMovement:
    """One contraction of one leg; `group` is shared by the parts of a movement of both legs."""

    onset_s: float
    duration_s: float
    peak_uv: float
    side: str
    kind: str
    group: int


PlannedMovements = tuple[PlannedMovement, ...]


def plan_movements(
    parameters: NightParameters,
    *,
    breathing: Events,
    hypnogram: Hypnogram,
    rng: Generator,
) -> PlannedMovements:
    """Plan every contraction of both legs, sorted by onset.

    Series run through NREM sleep and wake and end in REM sleep. Movements after breathing events
    begin around `breathing_delay_s` after their end. No two contractions of one leg come closer
    than `gap_min_s`.
    """
    movements, duration_s = parameters.movements, parameters.duration_s
    onsets = {
        "periodic": _series_onsets(movements, hypnogram, duration_s, rng),
        "breathing": _breathing_onsets(
            parameters.events, breathing=breathing, rng=rng
        ),
    }
    scattered = {
        "tonic": movements.tonic_per_h,
        "isolated": movements.isolated_per_h,
        "short_burst": movements.short_bursts_per_h,
    }
    for kind, per_h in scattered.items():
        onsets[kind] = scattered_times(per_h, duration_s=duration_s, rng=rng)
    # Where two movements of a leg would touch, the one further down gives way.
    drawn = [
        (onset_s, kind)
        for kind, own_s in onsets.items()
        for onset_s in own_s.tolist()
    ]
    parts: list[PlannedMovement] = []
    for group, (onset_s, kind) in enumerate(drawn, start=1):
        parts += _parts(
            movements, onset_s=onset_s, kind=kind, group=group, rng=rng
        )
    return _without_conflicts(
        parts, gap_s=movements.gap_min_s, duration_s=duration_s
    )


def _series_onsets(
    movements: MovementParameters,
    hypnogram: Hypnogram,
    duration_s: float,
    rng: Generator,
) -> FloatArray:
    """Draw series of log-normal intervals until the night is full."""
    onsets: list[float] = []
    if movements.periodic_per_h > 0.0:
        pause_s = _pause(movements)
        time_s = rng.uniform(0.2, 0.8) * pause_s
        while time_s < duration_s:
            series_s = time_s + _series(movements, rng)
            in_rem = np.append(
                stage_at(hypnogram, series_s) == str(Stage.REM), True
            )
            onsets += series_s[: int(np.argmax(in_rem))].tolist()
            time_s = float(series_s[-1]) + pause_s * rng.uniform(0.5, 1.5)
    return np.array(onsets, dtype=float)


def _pause(movements: MovementParameters) -> float:
    """Give the mean time between two series, in seconds."""
    mean_interval_s = movements.interval_s * float(
        np.exp(0.5 * movements.interval_log_sd**2)
    )
    per_movement_s = 3600.0 / movements.periodic_per_h
    return max(
        100.0, movements.series_length * (per_movement_s - mean_interval_s)
    )


def _series(movements: MovementParameters, rng: Generator) -> FloatArray:
    """Draw the onsets of one series, counted from its first movement."""
    n = 4 + int(rng.poisson(max(0.0, movements.series_length - 4.0)))
    spread = np.exp(movements.interval_log_sd * rng.standard_normal(n))
    return np.concatenate(
        [[0.0], np.cumsum(movements.interval_s * spread[:-1])]
    )


def _breathing_onsets(
    events: EventParameters, *, breathing: Events, rng: Generator
) -> FloatArray:
    """Draw the movements that follow the ends of breathing events."""
    own = [event for event in breathing if event.kind in RESPIRATORY_KINDS]
    ends_s = np.array(
        [event.onset_s + event.duration_s for event in own], dtype=float
    )
    chosen = rng.random(len(ends_s)) < events.breathing_movement_share
    delay_s = np.clip(
        rng.normal(events.breathing_delay_s, 1.2, len(ends_s)), -1.0, 8.0
    )
    return np.asarray((ends_s + delay_s)[chosen])


def _parts(
    movements: MovementParameters,
    *,
    onset_s: float,
    kind: str,
    group: int,
    rng: Generator,
) -> list[PlannedMovement]:
    """Draw the contraction of one leg and, where the other joins, of both."""
    first = int(rng.random() >= movements.left_share)
    both = rng.random() < movements.bilateral_share and kind != "short_burst"
    lag_s = abs(rng.normal(0.0, 0.15))
    part, joining = (
        PlannedMovement(
            onset_s=onset_s,
            duration_s=_duration(movements, kind=kind, rng=rng),
            peak_uv=_peak(movements, rng=rng),
            side=side,
            kind=kind,
            group=group,
        )
        for side in (SIDES[first], SIDES[1 - first])
    )
    like_first_s = _clipped_duration(
        movements, part.duration_s * rng.uniform(0.7, 1.25)
    )
    lasting_s = joining.duration_s if kind == "tonic" else like_first_s
    joining = replace(joining, onset_s=onset_s + lag_s, duration_s=lasting_s)
    return [part, joining] if both else [part]


def _duration(
    movements: MovementParameters, *, kind: str, rng: Generator
) -> float:
    """Draw how long a contraction lasts, in seconds."""
    if kind == "short_burst":
        return rng.uniform(
            movements.short_burst_min_s, movements.short_burst_max_s
        )
    if kind == "tonic":
        return rng.uniform(movements.tonic_min_s, movements.tonic_max_s)
    spread = float(np.exp(movements.duration_log_sd * rng.standard_normal()))
    return _clipped_duration(movements, movements.duration_s * spread)


def _clipped_duration(movements: MovementParameters, lasting_s: float) -> float:
    """Hold a duration between the shortest and the longest movement."""
    return float(
        np.clip(lasting_s, movements.duration_min_s, movements.duration_max_s)
    )


def _peak(movements: MovementParameters, *, rng: Generator) -> float:
    """Draw the strongest rms of a contraction, in uV."""
    drawn_uv = movements.peak_uv * float(
        np.exp(movements.peak_log_sd * rng.standard_normal())
    )
    return float(
        np.clip(drawn_uv, movements.peak_min_uv, movements.peak_max_uv)
    )


def _without_conflicts(
    parts: list[PlannedMovement], *, gap_s: float, duration_s: float
) -> PlannedMovements:
    """Keep the parts that lie inside the recording and leave a gap to those before them.

    Those before them in the list, that is, on the same leg.
    """
    inside = [
        part
        for part in parts
        if 5.0 < part.onset_s < duration_s - part.duration_s - 5.0
    ]
    kept: list[PlannedMovement] = []
    for side in SIDES:
        kept += _first_come(
            [part for part in inside if part.side == side], gap_s
        )
    return tuple(sorted(kept, key=attrgetter("onset_s", "side")))


def _first_come(
    own: list[PlannedMovement], gap_s: float
) -> list[PlannedMovement]:
    """Keep of the contractions of one leg those that touch none that is kept already."""
    starts = np.array([part.onset_s for part in own], dtype=float)
    ends = starts + np.array([part.duration_s for part in own], dtype=float)
    taken = np.zeros(len(own), dtype=bool)
    for i in range(len(own)):
        near = (starts < ends[i] + gap_s) & (ends + gap_s > starts[i])
        taken[i] = not near[taken].any()
    return list(compress(own, taken))
