"""Bursts and trains that show what their numbers do.

Every scenario `GROUP__NAME` takes the settings of that group and gives what is seen, by name.
"""

from collections.abc import Sequence

import numpy as np
from known_legs import CRITERIA, known_leg
from small_signals import Seen

from ekbom.criteria.detector import RobustSettings, TrainSettings
from ekbom.detection.kinds.trains import find_trains, mark_rhythmic
from ekbom.detection.kinds.twitches import mark_twitches
from ekbom.detection.robust.bursts import without_beats
from ekbom.detection.runs import Crossings
from ekbom.model.movements import LegMovements
from ekbom.pipeline.detect import find_leg_movements

Burst = tuple[float, float, float]


def robust__bursts(settings: RobustSettings) -> Seen:
    """Trains of real bursts: with deep pauses, with shallow ones, with short ones, tiny ones."""
    deep = [(10.0 + 0.6 * k, 0.3, 40.0) for k in range(10)]
    beside = [(40.2, 0.25, 12.0), (40.8, 0.25, 200.0), (41.4, 0.25, 12.0)]
    close = [(60.0 + 0.37 * k, 0.28, 60.0) for k in range(6)]
    tiny = [(80.0 + k, 0.06, 60.0) for k in range(6)]
    return {
        "deep": _count(settings, deep),
        "beside_a_strong_one": _count(settings, beside),
        "with_short_pauses": _count(settings, close),
        "tiny": _count(settings, tiny),
    }


def _count(settings: RobustSettings, planned: Sequence[Burst]) -> float:
    leg, _ = known_leg(minutes=2.0, movements=planned)
    found = find_leg_movements(leg, amplitude=CRITERIA, settings=settings)
    assert found.bursts is not None
    return float(found.bursts.onset_s.size)


def trains__steady(settings: TrainSettings) -> Seen:
    """Trains of one leg, written down: how many are found of each kind."""
    return {
        "of_four": trains([row(4, 1.0)], settings),
        "of_long_bursts": trains([row(8, 2.0, lasting_s=0.9)], settings),
        "slow": trains([row(8, 3.0)], settings),
        "fast": trains([row(8, 0.3, lasting_s=0.1)], settings),
        "unsteady": trains([of_times([0, 1, 2.7, 3.7, 5.4, 6.4])], settings),
    }


def trains__alternating(settings: TrainSettings) -> Seen:
    """Trains from leg to leg, too slow on each leg alone."""

    def both(every_s: float, lasting_s: float = 0.3) -> float:
        left = row(2, 2 * every_s, lasting_s=lasting_s)
        right = row(2, 2 * every_s, every_s, lasting_s=lasting_s, side="right")
        return trains([left, right], settings)

    return {
        "slow": both(1.8),
        "fast": both(0.36, 0.2),
        "long": both(1.0, 0.65),
    }


def trains__marked(settings: TrainSettings) -> Seen:
    """Movements that a train covers by six tenths, and that are made of bursts."""
    covered = of_times([0.0], lasting_s=5.3 / 0.6)
    found = find_trains([row(6, 1.0)], settings=settings)
    rhythmic = mark_rhythmic(covered, found, settings=settings).rhythmic
    made = mark_twitches(
        of_times([0.0], lasting_s=2.0),
        [row(2, 1.0, lasting_s=0.45)],
        settings=settings,
    ).twitches
    assert rhythmic is not None
    assert made is not None
    return {"rhythmic": float(rhythmic.sum()), "twitches": float(made.sum())}


def trains__beats(settings: TrainSettings) -> Seen:
    """Two bursts with a beat in them, of 0.1 and of 0.3 s, and one without."""
    bursts = Crossings(
        np.array([0, 1000, 2000]),
        np.array([100, 1300, 2100]),
        np.zeros(3, bool),
    )
    longest = round(1000 * settings.beat_burst_max_s)
    left = without_beats(bursts, np.array([50, 1050]), longest=longest)
    return {"left": float(left.onset.size)}


def row(
    n: int,
    every_s: float,
    start_s: float = 0.0,
    *,
    lasting_s: float = 0.3,
    side: str = "left",
) -> LegMovements:
    """Write down bursts at an even rate."""
    times = [start_s + every_s * k for k in range(n)]
    return of_times(times, lasting_s=lasting_s, side=side)


def of_times(
    onset_s: Sequence[float], *, lasting_s: float = 0.3, side: str = "left"
) -> LegMovements:
    """Write down bursts at some times."""
    n = len(onset_s)
    return LegMovements(
        onset_s=np.array(onset_s, dtype=float),
        duration_s=np.full(n, lasting_s),
        side=np.full(n, side),
        truncated=np.zeros(n, bool),
    )


def trains(legs: Sequence[LegMovements], settings: TrainSettings) -> float:
    return float(find_trains(legs, settings=settings).onset_s.size)
