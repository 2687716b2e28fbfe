"""What spoils a leg channel.

Hum, cable pops, saturation, a lost electrode, a wandering baseline, a coarse converter.
"""

from math import pi, tau
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from ekbom.model.recording import FloatArray, Interval, SignalArray
from ekbom.simulation.draws import blocks, knots_over, log_uniform
from ekbom.simulation.parameters import LegParameters

# Harmonics of the mains and their share of the fundamental.
HARMONICS = ((1, 1.0), (2, 0.12), (3, 0.35), (5, 0.15))
ARTEFACT_MARGIN_S = 0.5


Intervals = tuple[Interval, ...]


class Switched(NamedTuple):
    """A value over time as knots: seconds and value."""

    time_s: FloatArray
    value: FloatArray


def hum_presence(
    legs: LegParameters, *, duration_s: float, rng: Generator
) -> Switched:
    """Draw when hum is there (0 to 1).

    It comes and goes over minutes, at once or within seconds.
    """
    share = legs.hum_on_share
    if share >= 1.0:
        return Switched(np.array([0.0, duration_s]), np.ones(2))
    on = bool(rng.random() < share)
    at_s = 0.0
    knots = [(at_s, on)]
    while at_s < duration_s:
        mean_s = max(60.0, 900.0 * (share if on else 1.0 - share))
        change_s = at_s + rng.uniform(0.3, 1.7) * mean_s
        at_s = change_s + log_uniform(0.02, 10.0, rng=rng)
        knots += [(change_s, on), (at_s, not on)]
        on = not on
    return Switched(*np.array(knots, dtype=float).T)


def add_hum(
    emg_uv: SignalArray,
    presence: Switched,
    *,
    legs: LegParameters,
    rng: Generator,
) -> None:
    """Add hum with its harmonics in place.

    Its frequency wanders by some hundredths of a hertz, its height by a tenth.
    """
    knots_s = knots_over(len(emg_uv) / legs.fs_hz, step_s=30.0)
    slip = np.cumsum(rng.normal(0.0, 0.25, len(knots_s)))
    height = (
        legs.hum_uv
        * np.sqrt(2.0)
        * np.exp(0.1 * rng.standard_normal(len(knots_s)))
    )
    phases = rng.uniform(0.0, tau, len(HARMONICS)).tolist()
    for piece, time_s in blocks(emg_uv, legs.fs_hz):
        envelope = np.interp(time_s, knots_s, height) * np.interp(
            time_s, *presence
        )
        if envelope.any():
            angle = tau * legs.hum_hz * time_s + np.interp(
                time_s, knots_s, slip
            )
            _add_harmonics(piece, envelope, angle, phases, legs)


def _add_harmonics(
    piece: SignalArray,
    envelope: FloatArray,
    angle: FloatArray,
    phases: list[float],
    legs: LegParameters,
) -> None:
    """Add those harmonics that the sampling rate can hold, in place."""
    for (order, share), phase in zip(HARMONICS, phases, strict=True):
        if order * legs.hum_hz < 0.5 * legs.fs_hz:
            wave = share * envelope * np.sin(order * angle + phase)
            piece[:] += wave.astype(np.float32)


def add_wander(
    emg_uv: SignalArray, *, legs: LegParameters, rng: Generator
) -> None:
    """Add a slow baseline in place: knots every four seconds, joined smoothly."""
    duration_s = len(emg_uv) / legs.fs_hz
    values = legs.wander_uv * rng.uniform(-1.0, 1.0, int(duration_s / 4.0) + 2)
    for piece, time_s in blocks(emg_uv, legs.fs_hz):
        part, left = np.modf(time_s / 4.0)
        blend = 0.5 - 0.5 * np.cos(pi * part)
        index = left.astype(int)
        wander = values[index] * (1.0 - blend) + values[index + 1] * blend
        piece[:] += wander.astype(np.float32)


def quiet_times(
    busy: Intervals,
    *,
    n: int,
    lasting_s: float,
    duration_s: float,
    rng: Generator,
) -> list[float]:
    """Draw onsets of stretches that touch no busy interval.

    Fewer than `n` where there is no room.
    """
    starts = np.array([interval.onset_s for interval in busy])
    ends = starts + np.array([interval.duration_s for interval in busy])
    latest_s = max(2.1, duration_s - lasting_s - 2.0)
    onsets: list[float] = []
    for onset_s in rng.uniform(2.0, latest_s, 4 * n).tolist():
        near = (starts < onset_s + lasting_s + 1.0) & (ends > onset_s - 1.0)
        if len(onsets) < n and not near.any():
            onsets.append(onset_s)
    return onsets


def add_pops(
    emg_uv: SignalArray, onsets_s: list[float], *, fs_hz: float, rng: Generator
) -> None:
    """Add cable pops in place.

    A jump of 80 to 1000 uV that swings back within a quarter of a second.
    """
    time_s = np.arange(int(0.3 * fs_hz)) / fs_hz
    for onset_s in onsets_s:
        height = log_uniform(80.0, 1000.0, rng=rng) * rng.choice([-1.0, 1.0])
        swing = np.cos(tau * rng.uniform(4.0, 14.0) * time_s)
        decay = np.exp(-time_s / rng.uniform(0.01, 0.04))
        start = int(onset_s * fs_hz)
        pop = height * (swing * decay)
        emg_uv[start : start + len(time_s)] += pop.astype(np.float32)


def add_saturations(
    emg_uv: SignalArray,
    onsets_s: list[float],
    *,
    legs: LegParameters,
    rng: Generator,
) -> Intervals:
    """Drive the signal beyond the converter's limit in place and give these times.

    Each lasts half a second to five seconds.
    """
    beyond_uv = legs.step_uv * 2.0**legs.bits
    marked = []
    for onset_s in onsets_s:
        lasting_s = rng.uniform(0.5, 5.0)
        start = int(onset_s * legs.fs_hz)
        limit_uv = beyond_uv * float(rng.choice([-1.0, 1.0]))
        emg_uv[start : start + int(lasting_s * legs.fs_hz)] = limit_uv
        whole_s = lasting_s + 2.0 * ARTEFACT_MARGIN_S
        marked.append(
            Interval(onset_s=onset_s - ARTEFACT_MARGIN_S, duration_s=whole_s)
        )
    return tuple(marked)


def add_electrode_off(
    emg_uv: SignalArray, *, legs: LegParameters, rng: Generator
) -> Intervals:
    """Let the electrode fall off for `electrode_off_min` in the middle of the night, in place.

    The first third of that time the loose cable picks up strong hum, then the channel is flat.
    """
    lasting_s = legs.electrode_off_min * 60.0
    duration_s = len(emg_uv) / legs.fs_hz
    onset_s = rng.uniform(0.2, 0.4) * max(0.0, duration_s - lasting_s)
    end_s = min(duration_s, onset_s + lasting_s)
    start, stop = int(onset_s * legs.fs_hz), int(end_s * legs.fs_hz)
    time_s = np.arange(start, stop) / legs.fs_hz
    picked_up = _antenna(time_s, legs) * (time_s < onset_s + lasting_s / 3.0)
    emg_uv[start:stop] = picked_up + 0.02 * rng.standard_normal(len(time_s))
    return (Interval(onset_s=onset_s - 1.0, duration_s=lasting_s + 2.0),)


def _antenna(time_s: FloatArray, legs: LegParameters) -> FloatArray:
    """Give the hum that a loose cable picks up."""
    return np.asarray(120.0 * np.sin(tau * legs.hum_hz * 0.999 * time_s))


def convert(emg_uv: SignalArray, *, legs: LegParameters) -> tuple[float, float]:
    """Clip and round to the converter's digits in place; give its limits in uV."""
    top = 2 ** (legs.bits - 1) - 1
    np.divide(emg_uv, legs.step_uv, out=emg_uv)
    np.round(emg_uv, out=emg_uv)
    np.clip(emg_uv, -top, top, out=emg_uv)
    np.multiply(emg_uv, legs.step_uv, out=emg_uv)
    return -top * legs.step_uv, top * legs.step_uv
