"""Nights with known truth.

From formulas alone, or from real EMG, ECG and hypnograms placed by a plan.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import numpy as np

from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.model.events import Event, Hypnogram
from ekbom.model.recording import LegSignal
from ekbom.simulation.legs import SimulatedLegs, simulate_legs
from ekbom.simulation.night import (
    ECG_STEP_UV,
    ECG_UV,
    plan_night,
    simulate_light_night,
)
from ekbom.simulation.parameters import LegParameters
from validation.detector.conditions import Condition
from validation.detector.material import (
    OWN_HEART,
    RESTS,
    real_ecg,
    real_hypnogram,
    real_material,
)


class Material(StrEnum):
    """What a night is made of."""

    SYNTHETIC = "synthetic"
    REAL = "semi-synthetic"


@dataclass(frozen=True, eq=False, kw_only=True)
class KnownNight:
    """One night of a condition: signals, truth, stages, events."""

    condition: Condition
    material: Material
    seed: int
    hours: float
    legs: SimulatedLegs
    ecg: LegSignal | None
    hypnogram: Hypnogram
    events: tuple[Event, ...]

    @property
    def name(self) -> str:
        """Give the night a name for files and figures."""
        return f"{self.condition.name} ({self.material}, seed {self.seed})"


def _rest_of(legs: LegParameters, *, seed: int) -> str:
    """Choose a resting muscle by the seed.

    One with its own heart beat is kept from nights with the ECG of another person.
    """
    choices = [
        rest
        for rest in RESTS
        if rest != OWN_HEART or not (legs.ecg_left_uv or legs.ecg_right_uv)
    ]
    return choices[seed % len(choices)]


def make_night(
    condition: Condition,
    *,
    material: Material,
    amplitude: AmplitudeCriteria,
    hours: float,
    seed: int,
) -> KnownNight:
    """Make one night; the same arguments give the same night.

    Where the resting muscle carries its own heart beat the night has no ECG channel: the only one
    there is belongs to another person.
    """
    parameters = condition.parameters(hours=hours)
    known = partial(
        KnownNight,
        condition=condition,
        material=material,
        seed=seed,
        hours=hours,
    )
    if material == Material.SYNTHETIC:
        night = simulate_light_night(parameters, amplitude=amplitude, seed=seed)
        return known(
            legs=night.legs,
            ecg=night.ecg,
            hypnogram=night.plan.hypnogram,
            events=night.plan.events,
        )
    plan_rng, leg_rng, stage_rng, ecg_rng = np.random.default_rng(
        [seed, 1]
    ).spawn(4)
    fs_hz, duration_s = parameters.legs.fs_hz, parameters.duration_s
    hypnogram = real_hypnogram(duration_s=duration_s, rng=stage_rng)
    plan = plan_night(parameters, rng=plan_rng, hypnogram=hypnogram)
    rest = _rest_of(parameters.legs, seed=seed)
    heart = real_ecg(duration_s=duration_s, fs_hz=fs_hz, rng=ecg_rng)
    legs = simulate_legs(
        plan.movements,
        legs=parameters.legs,
        material=real_material(
            parameters.legs, amplitude=amplitude, ecg=heart, rest=rest
        ),
        amplitude=amplitude,
        duration_s=duration_s,
        rng=leg_rng,
    )
    channel = LegSignal(
        side="unknown",
        label="ECG",
        emg_uv=np.float32(ECG_UV) * heart.channel_wave,
        fs_hz=fs_hz,
        step_uv=ECG_STEP_UV,
    )
    ecg = (
        channel if parameters.heart.ecg_recorded and rest != OWN_HEART else None
    )
    return known(legs=legs, ecg=ecg, hypnogram=hypnogram, events=plan.events)
