"""Whether a scoring that was moved is noticed, and a correct one is left alone.

``python3 run.py validate fit``: simulated nights with hypnograms of formulas and of people, moved
by minutes to an hour; and people's own scorings with marked movements, as they are.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ekbom.context.scoring_fit import awakenings, scoring_shift
from ekbom.model.events import Event, Hypnogram
from ekbom.model.finding import Finding
from ekbom.model.movements import LegMovements
from ekbom.rules.load_detection import load_scoring_fit
from ekbom.simulation.night import plan_night
from ekbom.simulation.parameters import (
    EventParameters,
    MovementParameters,
    NightParameters,
)
from validation.detector.material import real_hypnogram

SHIFTS_MIN = (0.0, 0.5, 5.0, 10.0, 30.0, 60.0, -5.0, -30.0)
CLOSE_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of night: how much its scoring has in common with its movements."""

    name: str
    periodic_per_h: float = 0.0
    arousal_share: float = 0.0
    breathing_per_h: float = 0.0
    moving_awake: float = 0.0
    events_scored: bool = True
    linked: bool = True


KINDS = (
    Kind(
        name="PLM, a third with arousal",
        periodic_per_h=30.0,
        arousal_share=0.35,
        breathing_per_h=4.0,
        moving_awake=0.5,
    ),
    Kind(
        name="PLM, a tenth with arousal",
        periodic_per_h=30.0,
        arousal_share=0.1,
        breathing_per_h=4.0,
        moving_awake=0.5,
    ),
    Kind(
        name="few movements, a third with arousal",
        periodic_per_h=4.0,
        arousal_share=0.35,
        breathing_per_h=4.0,
        moving_awake=0.5,
    ),
    Kind(
        name="apnea, no PLM",
        arousal_share=0.35,
        breathing_per_h=30.0,
        moving_awake=0.5,
    ),
    Kind(
        name="PLM, only stages scored, 9 of 10 awakenings with a movement",
        periodic_per_h=20.0,
        moving_awake=0.9,
        events_scored=False,
    ),
    Kind(
        name="no PLM, only stages scored, 9 of 10 awakenings with a movement",
        moving_awake=0.9,
        events_scored=False,
    ),
    Kind(
        name="PLM, only stages scored, half of awakenings with a movement",
        periodic_per_h=20.0,
        moving_awake=0.5,
        events_scored=False,
    ),
    Kind(
        name="PLM, arousals and breathing at other times",
        periodic_per_h=60.0,
        breathing_per_h=20.0,
        linked=False,
    ),
)


class Night(NamedTuple):
    """A night on paper."""

    movements: LegMovements
    hypnogram: Hypnogram
    events: tuple[Event, ...]
    duration_s: float


def make_night(kind: Kind, *, hours: float, real: bool, seed: int) -> Night:
    """Plan a night; the legs move at the beginning of some awakenings, strongly."""
    rng = np.random.default_rng([seed, 5])
    parameters = NightParameters(
        hours=hours,
        movements=MovementParameters(
            periodic_per_h=kind.periodic_per_h, isolated_per_h=8.0
        ),
        events=EventParameters(
            breathing_per_h=kind.breathing_per_h,
            arousal_share=kind.arousal_share,
            breathing_movement_share=0.4 if kind.linked else 0.0,
        ),
    )
    duration_s = parameters.duration_s
    hypnogram = real_hypnogram(duration_s=duration_s, rng=rng) if real else None
    plan = plan_night(parameters, rng=rng, hypnogram=hypnogram)
    onset_s = np.array([one.onset_s for one in plan.movements])
    lasting_s = np.array([one.duration_s for one in plan.movements])
    waking_s = awakenings(plan.hypnogram)
    waking_s = waking_s[rng.random(waking_s.size) < kind.moving_awake]
    waking_s = waking_s + rng.uniform(-15.0, 15.0, waking_s.size)
    turning_s = rng.uniform(0.0, duration_s, rng.poisson(2.0 * hours))
    body_s = np.concatenate((waking_s, turning_s))
    starts = np.concatenate((onset_s, body_s))
    lengths = np.concatenate((lasting_s, rng.uniform(4.0, 20.0, body_s.size)))
    order = np.argsort(starts)
    starts = np.clip(starts[order], 0.0, duration_s - 1.0)
    movements = LegMovements(
        onset_s=starts,
        duration_s=lengths[order],
        side=np.full(starts.size, "left"),
        truncated=np.zeros(starts.size, np.bool_),
    )
    events = plan.events if kind.events_scored else ()
    return Night(movements, plan.hypnogram, events, duration_s)


def moved(night: Night, shift_s: float) -> Night:
    """Set the scoring of a night later by so many seconds."""
    stages = replace(night.hypnogram, onset_s=night.hypnogram.onset_s + shift_s)
    events = tuple(
        replace(event, onset_s=event.onset_s + shift_s)
        for event in night.events
        if 0.0 <= event.onset_s + shift_s < night.duration_s
    )
    return night._replace(hypnogram=stages, events=events)


def found_on(night: Night) -> tuple[Finding, ...]:
    """Say what is found on a night."""
    return scoring_shift(
        night.movements,
        night.hypnogram,
        night.events,
        duration_s=night.duration_s,
        settings=load_scoring_fit(),
    )


def is_right(found: Sequence[Finding], shift_s: float) -> bool:
    """Say whether a finding names the shift to a minute."""
    for finding in found:
        size = finding.values["shift_s"]
        if not isinstance(size, float):
            continue
        signed = size if finding.code == "scoring-late" else -size
        if abs(signed - shift_s) <= CLOSE_S:
            return True
    return False


def rows(n_nights: int) -> Iterator[str]:
    """Give one row per kind of night: shares noticed with the right shift, and false findings."""
    head = " | ".join(f"{shift:+g} min" for shift in SHIFTS_MIN[1:])
    yield f"| night | correct: false findings | {head} | wrong place |"
    yield "| --- " * (len(SHIFTS_MIN) + 2) + "|"
    for kind in KINDS:
        cells, wrong, total = [], 0, 0
        for shift_min in SHIFTS_MIN:
            hits = said = 0
            for seed in range(n_nights):
                night = make_night(
                    kind,
                    hours=6.0 + seed % 3,
                    real=seed % 2 == 1,
                    seed=1000 + seed,
                )
                found = found_on(moved(night, 60.0 * shift_min))
                said += bool(found)
                hits += is_right(found, 60.0 * shift_min)
            cells.append(said if shift_min == 0.0 else hits)
            wrong += said - hits if shift_min else 0
            total += n_nights if shift_min else 0
        shares = " | ".join(f"{hits / n_nights:.0%}" for hits in cells[1:])
        yield (
            f"| {kind.name} | {cells[0]} of {n_nights} | {shares} "
            f"| {wrong} of {total} |"
        )


def main(arguments: Sequence[str]) -> int:
    """Write the table."""
    n_nights = int(arguments[0]) if arguments else 100
    for row in rows(n_nights):
        sys.stdout.write(row + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
