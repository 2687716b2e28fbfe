"""Regular slow waves in a leg: breathing or the pulse instead of muscle."""

from typing import NamedTuple

import numpy as np
from scipy import fft

from ekbom.criteria.detector import SurfaceSettings
from ekbom.detection.surface.smooth import MINUTE_S, over_minutes
from ekbom.model.recording import (
    BoolArray,
    FloatArray,
    LegSignal,
    SignalArray,
)

_BINS_APART = 4  # arithmetic: half a second and less between samples, any number tells the same
_AT_ONCE = 4096  # arithmetic: bins that are worked on at once, any number gives the same means


class Sway(NamedTuple):
    """Slow waves of each minute of a leg, shape (n_minutes,) each.

    `rms_uv`: their size; `regularity`: how much a wave looks like the next one, correlation.
    """

    rms_uv: FloatArray
    regularity: FloatArray


def slow_sway(
    leg: LegSignal, rest_uv: FloatArray, *, settings: SurfaceSettings
) -> Sway:
    """Measure the slow waves of every whole minute of a leg as recorded; zero for the others.

    The likeness of a minute to itself some time later is averaged over the minutes around, so
    that a wandering baseline, which repeats itself by chance only, averages out. A leg that hardly
    varies beside its resting level `rest_uv` has no such wave and is not searched for one.
    """
    per_bin = max(1, round(leg.fs_hz / settings.sway_hz))
    n_minutes = min(int(len(leg.emg_uv) / (MINUTE_S * leg.fs_hz)), rest_uv.size)
    if not _varies(leg, per_bin, rest_uv[:n_minutes], settings):
        return Sway(np.zeros(n_minutes), np.zeros(n_minutes))
    per_minute = round(MINUTE_S * leg.fs_hz / per_bin)
    bins = _bin_means(leg, per_bin)
    n_minutes = min(n_minutes, bins.size // per_minute)
    rows = bins[: n_minutes * per_minute].reshape(n_minutes, per_minute)
    rows = rows - rows.mean(axis=1, keepdims=True)
    bin_s = per_bin / leg.fs_hz
    return Sway(rows.std(axis=1), _regularity(rows, bin_s, settings))


def _varies(
    leg: LegSignal,
    per_bin: int,
    rest_uv: FloatArray,
    settings: SurfaceSettings,
) -> bool:
    """Say whether a leg varies most of the time as a large slow wave does.

    A few samples of each minute are enough to tell.
    """
    apart = _BINS_APART * per_bin
    per_minute = round(MINUTE_S * leg.fs_hz / apart)
    few = np.nan_to_num(leg.emg_uv[::apart])
    n_minutes = min(rest_uv.size, few.size // per_minute)
    rows = few[: n_minutes * per_minute].reshape(n_minutes, per_minute)
    spread_uv = rows.std(axis=1, dtype=np.float64)
    large = is_large(spread_uv, rest_uv[:n_minutes], settings)
    most = float(np.mean(large)) if large.size else 0.0
    return most > settings.throughout_share


def is_large(
    wave_uv: FloatArray, rest_uv: FloatArray, settings: SurfaceSettings
) -> BoolArray:
    """Whether waves are so large that there is nothing else beside."""
    above_uv = settings.sway_ratio * np.nan_to_num(rest_uv)
    return (wave_uv > above_uv) & (wave_uv > settings.sway_least_uv)


def _bin_means(leg: LegSignal, per_bin: int) -> FloatArray:
    """Means of bins of samples; a bin with time that was not recorded holds zero."""
    n_bins = len(leg.emg_uv) // per_bin
    means = [
        _means(
            leg.emg_uv[first * per_bin : (first + _AT_ONCE) * per_bin], per_bin
        )
        for first in range(0, n_bins, _AT_ONCE)
    ]
    return np.asarray(np.nan_to_num(np.concatenate([*means, np.zeros(0)])))


def _means(samples: SignalArray, per_bin: int) -> FloatArray:
    """Means of the whole bins of a stretch."""
    n_bins = len(samples) // per_bin
    rows = samples[: n_bins * per_bin].reshape(n_bins, per_bin)
    return np.asarray(rows.mean(axis=1, dtype=np.float64))


def _regularity(
    rows: FloatArray, bin_s: float, settings: SurfaceSettings
) -> FloatArray:
    """Highest likeness of each minute to itself one period later."""
    n_minutes, size = rows.shape
    first = max(1, round(settings.period_min_s / bin_s))
    last = min(round(settings.period_max_s / bin_s), size // 2)
    if not n_minutes or first >= last:
        return np.zeros(n_minutes)
    spectrum = fft.rfft(rows, 2 * size, axis=1)
    likeness = fft.irfft(np.square(np.abs(spectrum)), 2 * size, axis=1)
    energy = np.maximum(likeness[:, :1], np.finfo(np.float64).tiny)
    overlap = 1.0 - np.arange(last + 1) / size
    own = likeness[:, : last + 1] / energy / overlap
    around = over_minutes(own, settings.smooth_minutes, np.mean)
    turned = np.maximum.accumulate(around < 0.0, axis=1)
    lags = np.arange(last + 1) >= first
    return np.asarray(np.where(turned & lags, around, 0.0).max(axis=1))
