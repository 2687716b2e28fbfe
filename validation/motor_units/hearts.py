"""Hearts of several shapes and rhythms, as a leg and as an ECG channel see them."""

from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from ekbom.model.recording import BoolArray, FloatArray
from validation.motor_units.channel import amplified
from validation.motor_units.recipes import Channel, Heart

# Centre (s after the R wave), height and width (s) of each wave.
SHAPES = {
    "narrow": (
        (-0.16, 0.1, 0.02),
        (-0.02, -0.15, 0.007),
        (0.0, 1.0, 0.009),
        (0.022, -0.3, 0.009),
        (0.28, 0.25, 0.05),
    ),
    "broad": (
        (-0.18, 0.08, 0.02),
        (-0.012, 0.9, 0.02),
        (0.035, 0.8, 0.022),
        (0.09, -0.3, 0.03),
        (0.3, -0.35, 0.06),
    ),
    "biphasic": (
        (-0.012, 1.0, 0.01),
        (0.014, -0.9, 0.012),
        (0.25, 0.35, 0.045),
    ),
    "paced": (
        (-0.06, 1.2, 0.0025),
        (0.0, 0.8, 0.03),
        (0.07, -0.6, 0.035),
        (0.3, -0.4, 0.06),
    ),
}
PREMATURE = ((0.0, 1.2, 0.03), (0.09, -0.7, 0.04), (0.32, -0.4, 0.07))
BEFORE_S, AFTER_S = 0.35, 0.65
PHASES = 8


class Beats(NamedTuple):
    """R waves in s, and which of them are premature."""

    time_s: FloatArray
    premature: BoolArray


def draw_beats(heart: Heart, duration_s: float, rng: Generator) -> Beats:
    """Draw the beats of a night by the rhythm of the heart."""
    n = int(duration_s * 2.5)
    mean_s = 60.0 / rng.uniform(54.0, 80.0)
    if heart.rhythm == "fibrillating":
        intervals = np.maximum(0.34, mean_s * rng.gamma(18.0, 1.0 / 18.0, n))
    else:
        breath = 0.03 * np.sin(2.0 * np.pi * np.arange(n) / 4.3)
        intervals = mean_s * (1.0 + breath + 0.015 * rng.standard_normal(n))
    premature = np.zeros(n, np.bool_)
    if heart.rhythm == "ectopic":
        premature = rng.random(n) < 0.06
        premature[1:] &= ~premature[:-1]
    early = np.where(premature, 0.36, 0.0) * mean_s
    time_s = np.cumsum(intervals) - early
    inside = time_s < duration_s - 1.0
    return Beats(time_s[inside], premature[inside])


def heart_wave(
    heart: Heart, beats: Beats, channel: Channel, n: int
) -> FloatArray:
    """Draw the heart on a channel: behind its filters, the R wave 1 high."""
    fs_hz = channel.fs_hz
    wave = np.zeros(n)
    length = int((BEFORE_S + AFTER_S) * fs_hz)
    for premature, shape in ((False, SHAPES[heart.shape]), (True, PREMATURE)):
        rows = beats.time_s[beats.premature == premature]
        fine = np.floor((rows - BEFORE_S) * fs_hz * PHASES).astype(np.int64)
        first, phase = np.divmod(fine, PHASES)
        shapes = _shapes(shape, fs_hz, length)
        sample = first[:, None] + np.arange(length)
        inside = (sample >= 0) & (sample < n)
        wave += np.bincount(sample[inside], shapes[phase][inside], minlength=n)
    one = np.zeros(length + int(fs_hz))
    one[:length] = _shapes(SHAPES[heart.shape], fs_hz, length)[0]
    height = float(np.abs(amplified(one, channel)).max())
    return amplified(wave, channel) / height


def _shapes(
    waves: tuple[tuple[float, float, float], ...], fs_hz: float, length: int
) -> FloatArray:
    """Draw one beat at some fractions of a sample, shape (PHASES, length)."""
    sample = np.arange(length)[None, :] - np.arange(PHASES)[:, None] / PHASES
    time_s = sample / fs_hz - BEFORE_S
    beat = np.zeros(time_s.shape)
    for at_s, height, width_s in waves:
        beat += height * np.exp(-0.5 * ((time_s - at_s) / width_s) ** 2)
    return beat
