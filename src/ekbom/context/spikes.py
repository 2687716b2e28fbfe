"""Narrow peaks of power, as QRS complexes are."""

from typing import NamedTuple

import numpy as np
from scipy import ndimage

from ekbom.context.peaks import find_peaks_apart
from ekbom.criteria.detector import BeatSettings
from ekbom.model.recording import FloatArray, IntArray, SignalArray

_NO_POWER = 1e-9  # arithmetic: keeps a quotient finite where the signal is zero


class Spikes(NamedTuple):
    """Spikes of a signal: the sample of the greatest deflection, and the power there.

    `power` is the ratio to the usual power around. Shape (n_spikes,) each.
    """

    sample: IntArray
    power: FloatArray


def find_spikes(
    wave: SignalArray, *, fs_hz: float, settings: BeatSettings
) -> Spikes:
    """Find the narrow peaks of power of a signal that is free from drift."""
    block = max(1, round(settings.grid_s * fs_hz))

    def blocks(duration_s: float) -> int:
        return round(duration_s * fs_hz / block)

    feature = _smooth_power(wave, block, blocks(settings.feature_s))
    around = max(1, blocks(settings.around_s))
    usual = _usual(feature, around, settings.sparse_blocks)
    found = find_peaks_apart(
        feature,
        height=settings.spike_ratio * usual,
        distance=max(1, blocks(settings.refractory_s)),
    )
    reach = round(settings.core_s * fs_hz)
    border = settings.border_cores * reach
    centre = found * block + block // 2
    centre = centre[(centre >= border) & (centre < wave.size - border)]
    at = np.minimum(centre // block, feature.size - 1)
    power = feature[at] / np.maximum(usual[at], _NO_POWER)
    return Spikes(_deflections(wave, centre, reach), power.astype(np.float64))


def _smooth_power(wave: SignalArray, block: int, width: int) -> SignalArray:
    """Mean square of blocks, smoothed over an odd number of them."""
    n = wave.size // block
    rows = wave[: n * block].reshape(n, block)
    power = np.einsum("ij,ij->i", rows, rows) / np.float32(block)
    return np.asarray(
        ndimage.uniform_filter1d(power, 2 * (width // 2) + 1), np.float32
    )


def _usual(feature: SignalArray, width: int, sparse: int) -> SignalArray:
    """Median of stretches of `width` values, held over each stretch.

    The last one takes in what is left over.
    """
    if feature.size < width:
        middle = np.median(feature) if feature.size else 0.0
        return np.full(feature.size, middle, np.float32)
    n = feature.size // width
    medians = np.median(
        feature[: n * width].reshape(n, width)[:, ::sparse], axis=1
    )
    at = np.minimum(np.arange(feature.size) // width, n - 1)
    return medians[at].astype(np.float32)


def _deflections(wave: SignalArray, centre: IntArray, reach: int) -> IntArray:
    """Sample of the greatest deflection within `reach` of each centre."""
    if not centre.size:
        return centre
    rows = np.abs(wave[centre[:, None] + np.arange(-reach, reach + 1)])
    return np.asarray(centre - reach + np.argmax(rows, axis=1), np.int64)
