"""Muscle activity: noise of unit rms that sounds like surface EMG, and the level of rest."""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.random import Generator
from scipy import signal

from ekbom.model.recording import FloatArray, SignalArray
from ekbom.simulation.draws import blocks, wandering
from ekbom.simulation.parameters import LegParameters

NoiseSource = Callable[[int, Generator], SignalArray]
"""Gives so many samples of unit-rms noise."""

# Band of a leg channel as sleep recorders declare it; the upper edge gives way to the sampling
# rate.
LEG_BAND_HZ = (10.0, 100.0)
LEVEL_STEP_S = 1.0


def emg_noise(fs_hz: float) -> NoiseSource:
    """Make a source of band-limited Gaussian noise with unit rms.

    Gaussian noise in the recording band is what many motor units firing without order add up to.
    """
    band = (LEG_BAND_HZ[0], min(LEG_BAND_HZ[1], 0.42 * fs_hz))
    sections = signal.butter(
        2, band, btype="bandpass", fs=fs_hz, output="sos"
    ).astype(np.float32)
    response = np.abs(signal.freqz_sos(sections, worN=4096)[1])
    gain = np.float32(1.0 / np.sqrt(np.mean(response**2)))

    return partial(_filtered, sections, gain)


def _filtered(
    sections: SignalArray, gain: np.float32, n: int, rng: Generator
) -> SignalArray:
    """Draw white noise and filter it."""
    filtered: SignalArray = signal.sosfilt(
        sections, rng.standard_normal(n, dtype=np.float32)
    )
    return filtered * gain


def rest_level(
    legs: LegParameters, *, duration_s: float, rng: Generator
) -> FloatArray:
    """Draw the resting level of one leg, uV rms, one value per `LEVEL_STEP_S`.

    Drift is geometric from `rest_uv` to `rest_end_uv`; steps lead to another level between a
    quarter of the base and `rest_step_max_uv` within 2 to 50 s and stay at least three minutes;
    wandering has a time scale of two minutes.
    """
    time_s = (
        np.arange(int(duration_s / LEVEL_STEP_S) + 2, dtype=np.float64)
        * LEVEL_STEP_S
    )
    ends_uv = np.maximum([legs.rest_uv, legs.rest_end_uv or legs.rest_uv], 1e-6)
    level = np.exp(np.interp(time_s, [0.0, duration_s], np.log(ends_uv)))
    if legs.rest_steps_per_h > 0.0:
        level *= _steps(legs, time_s=time_s, rng=rng)
    if legs.rest_wobble > 0.0:
        wobble = wandering(
            time_s,
            duration_s=duration_s,
            step_s=60.0,
            sd=legs.rest_wobble,
            rng=rng,
        )
        level *= np.exp(wobble)
    return np.asarray(level)


def _steps(
    legs: LegParameters, *, time_s: FloatArray, rng: Generator
) -> FloatArray:
    """Draw factors on the resting level that change within a minute and stay for a while."""
    at_s, knots_s, factors = 0.0, [0.0], [1.0]
    limits = np.log([0.5, max(1.0, legs.rest_step_max_uv / legs.rest_uv)])
    while True:
        at_s += max(180.0, rng.exponential(3600.0 / legs.rest_steps_per_h))
        if at_s >= time_s[-1]:
            return np.exp(np.interp(time_s, knots_s, np.log(factors)))
        changed_s = at_s + rng.uniform(2.0, 50.0)
        knots_s += [at_s, changed_s]
        factors += [factors[-1], float(np.exp(rng.uniform(*limits)))]
        at_s = changed_s


def add_level(
    emg_uv: SignalArray, level_uv: FloatArray, *, fs_hz: float
) -> None:
    """Multiply unit noise with a level given per `LEVEL_STEP_S`, in place and block by block."""
    second = np.arange(len(level_uv)) * LEVEL_STEP_S
    for piece, time_s in blocks(emg_uv, fs_hz):
        piece[:] *= np.interp(time_s, second, level_uv).astype(np.float32)
