"""A hypnogram with realistic cycles: deep sleep early, REM sleep late, wake in between."""

from itertools import chain, repeat
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from ekbom.model.events import SLEEP_STAGES, Hypnogram, Stage
from ekbom.model.recording import BoolArray, FloatArray, StrArray

EPOCH_S = 30.0
# Minutes of N1, N2, N3, N2, REM in the first to the sixth cycle of a healthy night; later cycles
# repeat the last.
CYCLES_MIN = (
    (4, 14, 34, 16, 7),
    (3, 22, 26, 18, 16),
    (3, 30, 12, 20, 22),
    (3, 38, 4, 16, 28),
    (4, 42, 0, 12, 32),
    (4, 40, 0, 12, 30),
)
CYCLE_STAGES = (Stage.N1, Stage.N2, Stage.N3, Stage.N2, Stage.REM)


class Lights(NamedTuple):
    """Lights off and lights on, seconds from recording start."""

    off_s: float
    on_s: float


def simulate_lights(duration_s: float) -> Lights:
    """Place lights off and on: five minutes inside the recording, less in a short one."""
    margin_s = min(300.0, EPOCH_S * round(0.02 * duration_s / EPOCH_S))
    return Lights(margin_s, duration_s - margin_s)


def simulate_hypnogram(duration_s: float, rng: Generator) -> Hypnogram:
    """Draw the stages of a night, one interval per 30-s epoch; the last may be shorter.

    Sleep comes 5 to 25 minutes after lights off (sooner in a short recording), in cycles of N1, N2,
    N3, N2, REM whose parts vary by a fifth, with short awakenings between and within them.
    """
    n_epochs = int(np.ceil(duration_s / EPOCH_S))
    lights = simulate_lights(duration_s)
    latency_s = min(rng.uniform(300.0, 1500.0), 0.05 * duration_s)
    stages = _stages(n_epochs, lights.off_s + latency_s, rng)
    onset_s = np.arange(n_epochs, dtype=np.float64) * EPOCH_S
    stage = np.where(onset_s < lights.on_s, stages, Stage.WAKE)
    return Hypnogram(
        onset_s=onset_s,
        duration_s=np.minimum(EPOCH_S, duration_s - onset_s),
        stage=stage,
        epoch_s=EPOCH_S,
        source="simulated",
    )


def _stages(n_epochs: int, asleep_s: float, rng: Generator) -> list[Stage]:
    """Draw wake until sleep comes and cycles from then on."""
    stages = [Stage.WAKE] * max(1, round(asleep_s / EPOCH_S))
    cycles = chain(CYCLES_MIN, repeat(CYCLES_MIN[-1]))
    while len(stages) < n_epochs:
        stages += _cycle(next(cycles), rng)
    return stages[:n_epochs]


def _cycle(minutes: tuple[int, ...], rng: Generator) -> list[Stage]:
    """Draw the epochs of one sleep cycle; an awakening may follow each of its parts."""
    stages: list[Stage] = []
    for stage, minute in zip(CYCLE_STAGES, minutes, strict=True):
        stages += [stage] * round(2.0 * minute * rng.uniform(0.8, 1.2))
        if minute and rng.random() < 0.25:
            awake, light = int(rng.integers(1, 7)), int(rng.integers(1, 4))
            stages += [Stage.WAKE] * awake + [Stage.N1] * light
    return stages


def stage_at(hypnogram: Hypnogram, time_s: FloatArray) -> StrArray:
    """Look up the stage at each time, shape (n,).

    An onset on a boundary belongs to the later epoch.
    """
    index = np.searchsorted(hypnogram.onset_s, time_s, side="right") - 1
    return hypnogram.stage[np.maximum(index, 0)]


def asleep_at(hypnogram: Hypnogram, time_s: FloatArray) -> BoolArray:
    """Tell for each time whether its epoch is sleep."""
    return np.isin(stage_at(hypnogram, time_s), list(SLEEP_STAGES))
