"""A whole synthetic night: from parameters and a seed to signals, stages, events and truth."""

from dataclasses import dataclass, replace
from operator import attrgetter

import numpy as np
from numpy.random import Generator

from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.model.events import Event, EventKind, Hypnogram
from ekbom.model.recording import LegSignal
from ekbom.simulation.events import simulate_arousals, simulate_breathing
from ekbom.simulation.heart import Beats, ecg_wave, simulate_beats
from ekbom.simulation.legs import (
    SimulatedLegs,
    simulate_legs,
    synthetic_material,
)
from ekbom.simulation.parameters import NightParameters, check_parameters
from ekbom.simulation.plan import Events, PlannedMovements, plan_movements
from ekbom.simulation.polygraph import (
    Wave,
    fill_channels,
    simulate_breathing_waves,
    simulate_chin,
    simulate_eeg,
)
from ekbom.simulation.sleep import Lights, simulate_hypnogram, simulate_lights

ECG_UV = 1000.0
ECG_STEP_UV = 0.5


@dataclass(frozen=True, eq=False, kw_only=True)
class NightPlan:
    """A night on paper: stages, lights, breathing, movements, arousals, beats; no signal yet."""

    hypnogram: Hypnogram
    lights: Lights
    events: Events
    movements: PlannedMovements
    beats: Beats


@dataclass(frozen=True, eq=False, kw_only=True)
class SimulatedNight:
    """A night with its signals.

    `waves` are all channels but the legs and is empty for a light night.
    """

    parameters: NightParameters
    seed: int
    plan: NightPlan
    legs: SimulatedLegs
    ecg: LegSignal | None
    waves: tuple[Wave, ...] = ()


def plan_night(
    parameters: NightParameters,
    *,
    rng: Generator,
    hypnogram: Hypnogram | None = None,
) -> NightPlan:
    """Plan a night; a hypnogram of a real night may take the place of a drawn one."""
    check_parameters(parameters)
    sleep_rng, breathing_rng, movement_rng, arousal_rng, heart_rng = rng.spawn(
        5
    )
    duration_s = parameters.duration_s
    stages = (
        simulate_hypnogram(duration_s, sleep_rng)
        if hypnogram is None
        else hypnogram
    )
    breathing = simulate_breathing(
        parameters, hypnogram=stages, rng=breathing_rng
    )
    movements = plan_movements(
        parameters, breathing=breathing, hypnogram=stages, rng=movement_rng
    )
    arousals = simulate_arousals(
        parameters, movements, hypnogram=stages, rng=arousal_rng
    )
    onsets_s = np.array([movement.onset_s for movement in movements])
    beats = simulate_beats(
        parameters.heart,
        movement_onset_s=onsets_s,
        duration_s=duration_s,
        rng=heart_rng,
    )
    lights = simulate_lights(duration_s)
    events = sorted(
        (*breathing, *arousals, *_marks(lights)), key=attrgetter("onset_s")
    )
    return NightPlan(
        hypnogram=stages,
        lights=lights,
        events=tuple(events),
        movements=movements,
        beats=beats,
    )


def _marks(lights: Lights) -> tuple[Event, Event]:
    """Lights off and lights on as a technologist marks them."""
    off, on = EventKind.LIGHTS_OFF, EventKind.LIGHTS_ON
    return (
        Event(
            onset_s=lights.off_s, duration_s=0.0, kind=off, label="Lights off"
        ),
        Event(onset_s=lights.on_s, duration_s=0.0, kind=on, label="Lights on"),
    )


def simulate_light_night(
    parameters: NightParameters, *, amplitude: AmplitudeCriteria, seed: int
) -> SimulatedNight:
    """Simulate a night with legs, ECG and truth only; for tests and for measuring a detector.

    Parameters
    ----------
    parameters
        The night.
    amplitude
        The amplitudes at which the truth begins and ends (uV above rest, here: of the movement
        alone).
    seed
        The same seed and parameters give the same night, bit for bit.
    """
    plan_rng, leg_rng, _ = np.random.default_rng(seed).spawn(3)
    plan = plan_night(parameters, rng=plan_rng)
    material = synthetic_material(
        parameters.movements,
        legs=parameters.legs,
        amplitude=amplitude,
        beats=plan.beats,
        duration_s=parameters.duration_s,
    )
    legs = simulate_legs(
        plan.movements,
        legs=parameters.legs,
        material=material,
        amplitude=amplitude,
        duration_s=parameters.duration_s,
        rng=leg_rng,
    )
    return SimulatedNight(
        parameters=parameters,
        seed=seed,
        plan=plan,
        legs=legs,
        ecg=ecg_channel(parameters, beats=plan.beats),
    )


def simulate_night(
    parameters: NightParameters,
    *,
    amplitude: AmplitudeCriteria,
    seed: int,
    n_channels: int = 0,
) -> SimulatedNight:
    """Simulate a full polysomnography.

    With `n_channels` further EEG derivations fill it up to that number.

    Legs, truth, stages and events are those of `simulate_light_night` with the same seed.

    Examples
    --------
    >>> from ekbom import load_rule_set, simulate_night
    >>> from ekbom.rules.load_scoring import amplitude_criteria
    >>> from ekbom.simulation.parameters import NightParameters
    >>> amplitude = amplitude_criteria(load_rule_set("wasm2016"))
    >>> simulate_night(NightParameters(hours=0.2), amplitude=amplitude, seed=1).seed
    1
    """
    light = simulate_light_night(parameters, amplitude=amplitude, seed=seed)
    wave_rng = np.random.default_rng(seed).spawn(3)[2]
    waves = _other_waves(light, wave_rng)
    n_others = 2 + (light.ecg is not None)
    n_waves = max(len(waves), n_channels - n_others)
    return replace(light, waves=fill_channels(waves, n_channels=n_waves))


def _other_waves(night: SimulatedNight, rng: Generator) -> tuple[Wave, ...]:
    """Draw the channels that are neither leg nor ECG."""
    stages, duration_s = night.plan.hypnogram, night.parameters.duration_s
    arousals = tuple(
        event for event in night.plan.events if event.kind == EventKind.AROUSAL
    )
    eeg = simulate_eeg(
        stages, arousals=arousals, duration_s=duration_s, rng=rng
    )
    fs_hz = night.parameters.legs.fs_hz
    chin = simulate_chin(
        stages, arousals=arousals, fs_hz=fs_hz, duration_s=duration_s, rng=rng
    )
    breathing = simulate_breathing_waves(
        night.plan.events, duration_s=duration_s, rng=rng
    )
    return (*eeg, chin, *breathing)


def ecg_channel(
    parameters: NightParameters, *, beats: Beats
) -> LegSignal | None:
    """Draw the ECG channel at the rate of the legs, R wave 1 mV; None where none is recorded."""
    if not parameters.heart.ecg_recorded:
        return None
    fs_hz = parameters.legs.fs_hz
    n_samples = round(parameters.duration_s * fs_hz)
    return LegSignal(
        side="unknown",
        label="ECG",
        emg_uv=ECG_UV * ecg_wave(beats, n_samples=n_samples, fs_hz=fs_hz),
        fs_hz=fs_hz,
        step_uv=ECG_STEP_UV,
        prefilter="HP:0.3Hz LP:70Hz",
    )
