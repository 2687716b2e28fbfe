"""The resting leg: noise of some colour whose level is even, steps, drifts, or breathes."""

from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from ekbom.model.recording import FloatArray
from validation.motor_units.channel import amplified
from validation.motor_units.plan import lasting
from validation.motor_units.recipes import Channel, Rest

GRID_HZ = 20.0
BREATH_S = (3.2, 5.0)
INSPIRATION = 0.45
"""Share of a breath."""
SLOW_HZ, FAST_HZ = 45.0, 60.0


class Spans(NamedTuple):
    """Stretches of time: onset and end, s."""

    onset_s: FloatArray
    end_s: FloatArray


NO_SPANS = Spans(np.zeros(0), np.zeros(0))


def coloured(
    n: int, colour: str, channel: Channel, rng: Generator
) -> FloatArray:
    """Draw noise of one colour behind the amplifier, of unit rms."""
    spectrum = np.fft.rfft(rng.standard_normal(n))
    hz = np.fft.rfftfreq(n, 1.0 / channel.fs_hz)
    noise = np.fft.irfft(spectrum * _gain(np.maximum(hz, 1.0), colour), n)
    out = amplified(noise, channel)
    return out / float(np.sqrt(np.mean(np.square(out))))


def _gain(hz: FloatArray, colour: str) -> FloatArray:
    """Give the gain of a colour at some frequencies."""
    gains = {
        "flat": np.ones(hz.size),
        "pink": hz**-0.5,
        "slow": 1.0 / (1.0 + (hz / SLOW_HZ) ** 4),
        "fast": (hz / FAST_HZ) ** 2 / (1.0 + (hz / FAST_HZ) ** 2),
    }
    return gains[colour]


def breaths(duration_s: float, rng: Generator) -> Spans:
    """Draw the inspirations of a night, one after the other."""
    periods = rng.uniform(*BREATH_S, int(duration_s / BREATH_S[0]) + 2)
    slow = np.interp(
        np.arange(periods.size),
        np.arange(0, periods.size + 20, 20),
        rng.uniform(0.85, 1.15, -(-(periods.size + 20) // 20)),
    )
    onset_s = np.cumsum(0.2 * periods + 0.8 * slow * np.mean(BREATH_S))
    inside = onset_s < duration_s - BREATH_S[1]
    onset_s = onset_s[inside]
    return Spans(onset_s, onset_s + INSPIRATION * np.mean(BREATH_S))


def level_of(
    rest: Rest, duration_s: float, rng: Generator
) -> tuple[FloatArray, Spans]:
    """Draw the level on a grid of `GRID_HZ`, uV rms, and the stretches in which it is raised."""
    time_s = np.arange(int(duration_s * GRID_HZ) + 2) / GRID_HZ
    low, high = rest.level_uv, max(rest.high_uv, rest.level_uv)
    if rest.pattern == "drift":
        share = np.interp(
            time_s, [0.0, 0.6 * duration_s, duration_s], [0, 1, 0]
        )
        return low * (high / low) ** share, NO_SPANS
    if rest.pattern == "breath":
        spans = breaths(duration_s, rng)
        depth = rng.uniform(0.7, 1.0, spans.onset_s.size)
        raised = swelling(time_s, spans, depth)
        return np.sqrt(low**2 + (high**2 - low**2) * raised), spans
    if rest.pattern == "two levels":
        spans = _dwellings(rest, duration_s, rng)
        return low + (high - low) * _held(time_s, spans), spans
    return np.full(time_s.size, low), NO_SPANS


def swelling(time_s: FloatArray, spans: Spans, depth: FloatArray) -> FloatArray:
    """Rise and fall within every span as a squared sine of some depth; 0 elsewhere."""
    row = np.searchsorted(spans.onset_s, time_s, side="right") - 1
    inside = (row >= 0) & (time_s < spans.end_s[row])
    row = np.maximum(row, 0)
    length = spans.end_s[row] - spans.onset_s[row]
    phase = (time_s - spans.onset_s[row]) / length
    return np.where(inside, depth[row] * np.sin(np.pi * phase) ** 2, 0.0)


def _dwellings(rest: Rest, duration_s: float, rng: Generator) -> Spans:
    """Draw when the higher of two levels is held."""
    edges = [lasting(rest.dwell_s, rng)]
    while edges[-1] < duration_s:
        edges.append(edges[-1] + lasting(rest.dwell_s, rng))
    pairs = np.array(edges[: len(edges) // 2 * 2]).reshape(-1, 2)
    return Spans(pairs[:, 0], np.minimum(pairs[:, 1], duration_s))


def _held(time_s: FloatArray, spans: Spans) -> FloatArray:
    """Give 1 within every span and 0 elsewhere, passing over in a fifth of a second."""
    knots = np.sort(np.concatenate((spans.onset_s, spans.end_s)))
    turns = np.repeat(knots, 2) + np.tile([-0.1, 0.1], knots.size)
    values = np.tile([0.0, 1.0, 1.0, 0.0], spans.onset_s.size)
    return np.asarray(np.interp(time_s, turns, values, left=0.0, right=0.0))


def over_samples(level: FloatArray, n: int, fs_hz: float) -> FloatArray:
    """Spread a level on the grid of `GRID_HZ` over samples."""
    return np.asarray(
        np.interp(np.arange(n) / fs_hz, np.arange(level.size) / GRID_HZ, level)
    )
