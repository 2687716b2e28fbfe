"""The common shape of heart beats, and how much each beat resembles it."""

from typing import NamedTuple

import numpy as np

from ekbom.criteria.detector import BeatSettings
from ekbom.model.recording import FloatArray, IntArray, SignalArray

_NO_ENERGY = (
    1e-9  # arithmetic: keeps a quotient finite where the signal is zero
)
_NOT_ZERO = np.float32(
    1e-12
)  # arithmetic: marks a sample of the shape that happens to be zero


class Aligned(NamedTuple):
    """Beats at the place where they fit the common shape best, and their correlation with it."""

    sample: IntArray
    likeness: FloatArray


def align(
    wave: SignalArray, peaks: IntArray, *, fs_hz: float, settings: BeatSettings
) -> Aligned:
    """Move every peak to where it fits the common shape best."""
    reach = round(settings.core_s * fs_hz)
    slack = max(1, round(settings.align_s * fs_hz))
    border = reach + settings.align_rounds * slack
    peaks = peaks[(peaks >= border) & (peaks < wave.size - border)]
    aligned = Aligned(peaks, np.zeros(peaks.size))
    if peaks.size < settings.least_peaks:
        return aligned
    for _ in range(settings.align_rounds):
        shape = shape_of(wave, aligned.sample, fs_hz=fs_hz, settings=settings)
        aligned = _moved(wave, aligned.sample, shape, slack)
    return aligned


def _moved(
    wave: SignalArray, peaks: IntArray, shape: SignalArray, slack: int
) -> Aligned:
    """Move each peak by at most `slack` samples to its best correlation with the shape."""
    reach = shape.size // 2
    slide = _sliding(shape, 2 * slack + 1)
    rows = wave[peaks[:, None] + np.arange(-reach - slack, reach + slack + 1)]
    energy = np.square(rows) @ (slide != 0.0).astype(np.float32)
    score = rows @ slide / np.sqrt(np.maximum(energy, np.float32(_NO_ENERGY)))
    best = np.argmax(score, axis=1)
    moved = np.clip(
        peaks + best - slack, reach + slack, wave.size - reach - slack - 1
    )
    return Aligned(moved, score[np.arange(peaks.size), best].astype(np.float64))


def _sliding(shape: SignalArray, positions: int) -> SignalArray:
    """Matrix whose columns hold a shape moved on by one sample each.

    One product with it gives the scores of all positions.
    """
    matrix = np.zeros((shape.size + positions - 1, positions), np.float32)
    marked = np.where(shape == 0.0, _NOT_ZERO, shape)
    for position in range(positions):
        matrix[position : position + shape.size, position] = marked
    return matrix


def shape_of(
    wave: SignalArray, peaks: IntArray, *, fs_hz: float, settings: BeatSettings
) -> SignalArray:
    """Learn the common shape around the peaks, of unit energy.

    It is the mean of the beats that resemble their median.
    """
    reach = round(settings.core_s * fs_hz)
    rows = wave[peaks[:, None] + np.arange(-reach, reach + 1)]
    rows = rows / np.maximum(
        np.linalg.norm(rows, axis=1, keepdims=True), _NO_ENERGY
    )
    sample = rows[:: max(1, rows.shape[0] // settings.shape_beats)]
    middle = _of_unit_energy(np.median(sample, axis=0))
    alike = rows[rows @ middle > settings.alike_for_shape]
    enough = alike.shape[0] >= settings.least_peaks
    return _of_unit_energy((alike if enough else rows).mean(axis=0))


def _of_unit_energy(shape: FloatArray | SignalArray) -> SignalArray:
    """Scale a shape so that its squares sum up to one."""
    return np.asarray(
        shape / max(float(np.linalg.norm(shape)), _NO_ENERGY), np.float32
    )


def likeness_to(
    shape: SignalArray, wave: SignalArray, places: IntArray
) -> FloatArray:
    """Correlation of the signal around each place with a shape of unit energy."""
    reach = shape.size // 2
    rows = wave[places[:, None] + np.arange(-reach, reach + 1)]
    energy = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    return np.asarray(
        rows @ shape / np.maximum(energy, np.float32(_NO_ENERGY)), np.float64
    )
