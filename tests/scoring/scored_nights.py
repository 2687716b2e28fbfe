"""Small nights written by hand, scored through the engine and counted.

What the tests of the indices share.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ekbom.criteria.scoring import ScoringCriteria
from ekbom.model.events import (
    AROUSAL_KINDS,
    RESPIRATORY_KINDS,
    Event,
    EventKind,
    Hypnogram,
)
from ekbom.model.movements import LegMovements, ScoredMovements
from ekbom.model.result import IndexValue, ScoredPeriod
from ekbom.rules.load_scoring import load_rule_set, scoring_criteria
from ekbom.scoring.indices.compute import compute_indices
from ekbom.scoring.indices.scored_night import NightSources, ready_to_count
from ekbom.scoring.indices.scored_night import ScoredNight as CountedNight
from ekbom.scoring.links import event_times
from ekbom.scoring.night import ScoredLegs, score_movements

Mark = tuple[str, float, float]
BOTH = frozenset({"arousals", "breathing"})
WASM = scoring_criteria(load_rule_set("wasm2016"))


class ScoredNight(NamedTuple):
    """A night on its way: movements of the legs, scored rows, stages, events."""

    legs: LegMovements
    movements: ScoredMovements
    hypnogram: Hypnogram | None
    events: tuple[Event, ...]


def leg_movements(marks: Sequence[Mark]) -> LegMovements:
    """Make movements from (L, R or U, onset, duration)."""
    ordered = sorted(marks, key=lambda mark: mark[1])
    names = {"L": "left", "R": "right", "U": "unknown"}
    return LegMovements(
        onset_s=np.array([mark[1] for mark in ordered], dtype=np.float64),
        duration_s=np.array([mark[2] for mark in ordered], dtype=np.float64),
        side=np.array([names[mark[0]] for mark in ordered], dtype="<U9"),
        truncated=np.zeros(len(ordered), dtype=bool),
    )


def hypnogram_of(*stages: tuple[float, float, str]) -> Hypnogram:
    """Make a hypnogram from (start, end, stage)."""
    return Hypnogram(
        onset_s=np.array([stage[0] for stage in stages], dtype=np.float64),
        duration_s=np.array(
            [stage[1] - stage[0] for stage in stages], dtype=np.float64
        ),
        stage=np.array([stage[2] for stage in stages], dtype="<U8"),
        epoch_s=30.0,
    )


def event_list(
    *,
    arousals: Sequence[tuple[float, float]] = (),
    breathing: Sequence[tuple[float, float]] = (),
) -> tuple[Event, ...]:
    """Make events from (start, end)."""
    kinds = ((arousals, EventKind.AROUSAL), (breathing, EventKind.APNEA))
    return tuple(
        Event(onset_s=on, duration_s=off - on, kind=kind, label=kind.value)
        for times, kind in kinds
        for on, off in times
    )


def scored_night(
    marks: Sequence[Mark],
    hypnogram: Hypnogram | None,
    *,
    events: tuple[Event, ...] = (),
    scored: frozenset[str] = BOTH,
    criteria: ScoringCriteria = WASM,
) -> ScoredNight:
    """Score a night."""
    breathing = (
        event_times(events, kinds=RESPIRATORY_KINDS)
        if "breathing" in scored
        else None
    )
    arousals = (
        event_times(events, kinds=AROUSAL_KINDS)
        if "arousals" in scored
        else None
    )
    found = score_movements(
        leg_movements(marks),
        criteria=criteria,
        hypnogram=hypnogram,
        respiratory=breathing,
        arousals=arousals,
    )
    return ScoredNight(found.legs, found.movements, hypnogram, events)


def count(
    night: ScoredNight,
    *,
    period: ScoredPeriod,
    scored: frozenset[str] = BOTH,
    criteria: ScoringCriteria = WASM,
) -> dict[str, IndexValue]:
    """Compute every index of a night."""
    return compute_indices(
        night.movements,
        night.legs,
        night.hypnogram,
        period=period,
        events=night.events,
        scored=scored,
        criteria=criteria,
    )


def counted_night(
    night: ScoredNight,
    *,
    period: ScoredPeriod,
    scored: frozenset[str] = BOTH,
    criteria: ScoringCriteria = WASM,
) -> CountedNight:
    """Make a night ready to be counted."""
    rows = ScoredLegs(night.legs, night.movements)
    return ready_to_count(
        rows,
        NightSources(night.hypnogram, period, night.events, scored),
        criteria,
    )


def random_marks(
    rng: np.random.Generator, *, n: int, length_s: float
) -> list[Mark]:
    """Draw awkward movements: many intervals near the limits, some of both legs, some too long."""
    step = rng.choice(
        [0.4, 0.7, 3.0, 10.0, 12.5, 20.0, 90.0, 90.125, 140.0],
        size=n,
        p=[0.1, 0.1, 0.1, 0.1, 0.15, 0.25, 0.05, 0.05, 0.1],
    )
    onset = np.cumsum(step)
    duration = rng.choice(
        [0.5, 1.0, 2.5, 10.0, 11.0], size=n, p=[0.2, 0.35, 0.35, 0.05, 0.05]
    )
    leg = rng.choice(["L", "R"], size=n)
    return [
        (str(leg[i]), float(onset[i]), float(duration[i]))
        for i in range(n)
        if onset[i] < length_s
    ]
