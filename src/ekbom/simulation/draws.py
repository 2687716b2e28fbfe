"""What several parts of a night draw in the same way."""

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator

from ekbom.model.recording import FloatArray, SignalArray

BLOCK_S = 600.0


def log_uniform(low: float, high: float, *, rng: Generator) -> float:
    """Draw a number whose logarithm is even between two limits."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def scattered_times(
    per_h: float, *, duration_s: float, rng: Generator
) -> FloatArray:
    """Draw times without memory, even over the night, sorted, in seconds."""
    n = rng.poisson(per_h * duration_s / 3600.0)
    return np.sort(rng.uniform(0.0, duration_s, n))


def knots_over(duration_s: float, *, step_s: float) -> FloatArray:
    """Place knots at even steps, the last of them beyond the end of the night."""
    return np.arange(0.0, duration_s + 2.0 * step_s, step_s)


def wandering(
    time_s: FloatArray,
    *,
    duration_s: float,
    step_s: float,
    sd: float,
    rng: Generator,
) -> FloatArray:
    """Draw a value that wanders around 0 from knot to knot, at each time of a night."""
    knots_s = knots_over(duration_s, step_s=step_s)
    return np.interp(time_s, knots_s, sd * rng.standard_normal(len(knots_s)))


def blocks(
    emg_uv: SignalArray, fs_hz: float
) -> Iterator[tuple[SignalArray, FloatArray]]:
    """Cut a signal into views of `BLOCK_S`, each with the times of its samples in seconds."""
    size = int(BLOCK_S * fs_hz)
    for start in range(0, len(emg_uv), size):
        view = emg_uv[start : start + size]
        yield view, np.arange(start, start + len(view)) / fs_hz
