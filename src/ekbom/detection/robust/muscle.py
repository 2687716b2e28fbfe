"""Muscle or discharge: how much of a movement lies in the band of muscle."""

import numpy as np
from scipy import ndimage

from ekbom.criteria.detector import MuscleSettings
from ekbom.detection.runs import Crossings, group_medians, samples_of
from ekbom.model.recording import FloatArray, SignalArray


def muscle_share(
    emg_uv: SignalArray,
    found: Crossings,
    floor_uv2: FloatArray,
    *,
    fs_hz: float,
    settings: MuscleSettings,
) -> FloatArray:
    """Share of the power of each movement that lies in the band of muscle, above about 15 Hz.

    It is the median over the active time of the movement. The discharge of an electrode after a
    cable pop and the sway of a cable are slow curves; whatever their height, no muscle is in them.
    The jump at their beginning is fast but short, which the median does not see.

    Parameters
    ----------
    floor_uv2
        Power above which a block of a movement is active, one value per movement, uV^2.

    Returns
    -------
    numpy.ndarray
        Shape (n_movements,), 0 to 1; 1 where no block is active.
    """
    share = np.ones(found.onset.size)
    if not share.size:
        return share
    samples = samples_of(found)
    piece = emg_uv[samples.sample]
    block = max(1, round(settings.block_s * fs_hz))
    power = _block_powers(piece, block)
    fast = _block_powers(piece - _slow_part(piece, fs_hz, settings), block)
    owner = samples.owner[: power.size * block : block]
    active = power > floor_uv2[owner]
    ratio = (fast[active] / power[active]).astype(np.float64)
    first = np.flatnonzero(np.diff(owner[active], prepend=-1))
    share[owner[active][first]] = group_medians(ratio, owner[active], first)
    return share


def _slow_part(
    piece: SignalArray, fs_hz: float, settings: MuscleSettings
) -> SignalArray:
    """Slow part of a signal: two moving means over the odd number of samples below the window."""
    width = 2 * round(settings.slow_window_s * fs_hz / 2.0 - 0.5) + 1
    once = ndimage.uniform_filter1d(piece, width)
    return np.asarray(ndimage.uniform_filter1d(once, width), np.float32)


def _block_powers(piece: SignalArray, block: int) -> SignalArray:
    """Mean square of each whole block."""
    n_blocks = piece.size // block
    squares = np.square(piece[: n_blocks * block])
    return np.asarray(squares.reshape(n_blocks, block).mean(axis=1))
