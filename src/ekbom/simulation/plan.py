"""The plan of a night: when which leg moves, how long and how strongly; no signal yet."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from ekbom.model.events import RESPIRATORY_KINDS, Event
from ekbom.model.hypnogram import Hypnogram, Stage
from ekbom.model.movements import Side
from ekbom.model.recording import BoolArray, FloatArray, IntArray
from ekbom.simulation.parameters import EventParameters, MovementParameters
from ekbom.simulation.sleep import stage_at

# Which plan gives way where two movements of a leg would touch: the one further down.
KINDS = ("periodic", "breathing", "tonic", "isolated", "short_burst")
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


class _Times(NamedTuple):
    """Onsets of movements to be planned, with their kinds as indices into `KINDS`."""

    onset_s: FloatArray
    kind: IntArray


def plan_movements(
    movements: MovementParameters,
    *,
    events: EventParameters,
    breathing: tuple[Event, ...],
    hypnogram: Hypnogram,
    duration_s: float,
    rng: Generator,
) -> tuple[PlannedMovement, ...]:
    """Plan every contraction of both legs, sorted by onset.

    Series run through NREM sleep and wake and end in REM sleep. Movements after breathing events
    begin around `breathing_delay_s` after their end. No two contractions of one leg come closer
    than `gap_min_s`.
    """
    times = _concatenate(
        _series_onsets(movements, hypnogram=hypnogram, duration_s=duration_s, rng=rng),
        _breathing_onsets(events, breathing=breathing, rng=rng),
        _scattered(movements.tonic_per_h, kind="tonic", duration_s=duration_s, rng=rng),
        _scattered(movements.isolated_per_h, kind="isolated", duration_s=duration_s, rng=rng),
        _scattered(
            movements.short_bursts_per_h, kind="short_burst", duration_s=duration_s, rng=rng
        ),
    )
    drawn = zip(times.onset_s.tolist(), times.kind.tolist(), strict=True)
    parts = [
        part
        for group, (onset_s, kind) in enumerate(drawn, start=1)
        for part in _parts(movements, onset_s=onset_s, kind=KINDS[kind], group=group, rng=rng)
    ]
    return _without_conflicts(parts, gap_s=movements.gap_min_s, duration_s=duration_s)


def _concatenate(*times: _Times) -> _Times:
    """Join onsets of several kinds in the order given."""
    return _Times(
        np.concatenate([t.onset_s for t in times]), np.concatenate([t.kind for t in times])
    )


def _series_onsets(
    movements: MovementParameters,
    *,
    hypnogram: Hypnogram,
    duration_s: float,
    rng: Generator,
) -> _Times:
    """Draw series of log-normal intervals until the night is full."""
    if movements.periodic_per_h <= 0.0:
        return _times([], "periodic")
    mean_interval_s = movements.interval_s * float(np.exp(0.5 * movements.interval_log_sd**2))
    per_movement_s = 3600.0 / movements.periodic_per_h
    pause_s = max(100.0, movements.series_length * (per_movement_s - mean_interval_s))
    onsets: list[float] = []
    time_s = rng.uniform(0.2, 0.8) * pause_s
    while time_s < duration_s:
        series_s = time_s + _series(movements, rng)
        in_rem = np.append(stage_at(hypnogram, series_s) == str(Stage.REM), True)
        onsets += series_s[: int(np.argmax(in_rem))].tolist()
        time_s = float(series_s[-1]) + pause_s * rng.uniform(0.5, 1.5)
    return _times(onsets, "periodic")


def _series(movements: MovementParameters, rng: Generator) -> FloatArray:
    """Draw the onsets of one series, counted from its first movement."""
    n = 4 + int(rng.poisson(max(0.0, movements.series_length - 4.0)))
    spread = np.exp(movements.interval_log_sd * rng.standard_normal(n))
    return np.concatenate([[0.0], np.cumsum(movements.interval_s * spread[:-1])])


def _times(onset_s: FloatArray | list[float], kind: str) -> _Times:
    """Onsets of one kind."""
    return _Times(np.array(onset_s, dtype=float), np.full(len(onset_s), KINDS.index(kind)))


def _breathing_onsets(
    events: EventParameters, *, breathing: tuple[Event, ...], rng: Generator
) -> _Times:
    """Draw the movements that follow the ends of breathing events."""
    own = [event for event in breathing if event.kind in RESPIRATORY_KINDS]
    ends_s = np.array([event.onset_s + event.duration_s for event in own], dtype=float)
    chosen = rng.random(len(ends_s)) < events.breathing_movement_share
    delay_s = np.clip(rng.normal(events.breathing_delay_s, 1.2, len(ends_s)), -1.0, 8.0)
    return _times((ends_s + delay_s)[chosen], "breathing")


def _scattered(per_h: float, *, kind: str, duration_s: float, rng: Generator) -> _Times:
    """Scatter movements of one kind evenly over the night."""
    n = int(rng.poisson(per_h * duration_s / 3600.0))
    return _times(np.sort(rng.uniform(0.0, duration_s, n)), kind)


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
    lag_s = float(abs(rng.normal(0.0, 0.15)))
    draws = [(_duration(movements, kind=kind, rng=rng), _peak(movements, rng=rng)) for _ in SIDES]
    (lasting_s, peak_uv), (other_s, other_uv) = draws
    like_first_s = _clipped_duration(movements, lasting_s * rng.uniform(0.7, 1.25))

    def part(onset_s: float, lasting_s: float, peak_uv: float, side: str) -> PlannedMovement:
        return PlannedMovement(
            onset_s=onset_s,
            duration_s=lasting_s,
            peak_uv=peak_uv,
            side=side,
            kind=kind,
            group=group,
        )

    parts = [part(onset_s, lasting_s, peak_uv, SIDES[first])]
    if both:
        second_s = other_s if kind == "tonic" else like_first_s
        parts.append(part(onset_s + lag_s, second_s, other_uv, SIDES[1 - first]))
    return parts


def _duration(movements: MovementParameters, *, kind: str, rng: Generator) -> float:
    """Draw how long a contraction lasts, in seconds."""
    if kind == "short_burst":
        return float(rng.uniform(movements.short_burst_min_s, movements.short_burst_max_s))
    if kind == "tonic":
        return float(rng.uniform(movements.tonic_min_s, movements.tonic_max_s))
    spread = float(np.exp(movements.duration_log_sd * rng.standard_normal()))
    return _clipped_duration(movements, movements.duration_s * spread)


def _clipped_duration(movements: MovementParameters, lasting_s: float) -> float:
    """Hold a duration between the shortest and the longest movement."""
    return float(np.clip(lasting_s, movements.duration_min_s, movements.duration_max_s))


def _peak(movements: MovementParameters, *, rng: Generator) -> float:
    """Draw the strongest rms of a contraction, in uV."""
    drawn_uv = movements.peak_uv * float(np.exp(movements.peak_log_sd * rng.standard_normal()))
    return float(np.clip(drawn_uv, movements.peak_min_uv, movements.peak_max_uv))


def _without_conflicts(
    parts: list[PlannedMovement], *, gap_s: float, duration_s: float
) -> tuple[PlannedMovement, ...]:
    """Keep the parts that lie inside the recording and leave a gap to those before them.

    Those before them in the list, that is, on the same leg.
    """
    kept: list[PlannedMovement] = []
    for side in SIDES:
        own = [
            part
            for part in parts
            if part.side == side and 5.0 < part.onset_s < duration_s - part.duration_s - 5.0
        ]
        kept += _first_come(own, gap_s)
    return tuple(sorted(kept, key=lambda part: (part.onset_s, part.side)))


def _first_come(own: list[PlannedMovement], gap_s: float) -> list[PlannedMovement]:
    """Keep of the contractions of one leg those that touch none that is kept already."""
    starts = np.array([part.onset_s for part in own], dtype=float)
    ends = starts + np.array([part.duration_s for part in own], dtype=float)
    taken = np.zeros(len(own), dtype=bool)
    for i in range(len(own)):
        taken[i] = not _touches(starts, ends, i, gap_s=gap_s)[taken].any()
    return [part for part, keep in zip(own, taken, strict=True) if keep]


def _touches(starts: FloatArray, ends: FloatArray, index: int, *, gap_s: float) -> BoolArray:
    """Tell which contractions come closer than `gap_s` to one of them."""
    touching: BoolArray = (starts < ends[index] + gap_s) & (ends + gap_s > starts[index])
    return touching
