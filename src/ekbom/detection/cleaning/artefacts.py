"""Time in which a leg channel shows no muscle at all.

Disconnected, at the converter's limit, not recorded.
"""

import numpy as np
from scipy import ndimage

from ekbom.detection.literal.crossings import Crossings, Runs, find_runs, samples_at_least
from ekbom.model.recording import BoolArray, FloatArray, IntArray, SignalArray

_SLOW_WINDOW_S = 0.04
_BLOCK_S = 0.02


def find_flat(emg_uv: SignalArray, *, fs_hz: float, min_s: float) -> Runs:
    """Stretches of at least `min_s` in which every sample has the same value.

    No electrode does that.

    Examples
    --------
    >>> import numpy as np
    >>> signal = np.arange(100, dtype=np.float32)
    >>> signal[40:70] = 5.0
    >>> find_flat(signal, fs_hz=10.0, min_s=2.0)
    Runs(start=array([40]), stop=array([70]))
    """
    if emg_uv.size < 2:
        return Runs(np.zeros(0, np.int64), np.zeros(0, np.int64))
    wanted = samples_at_least(min_s, fs_hz)
    probe = max(1, wanted // 4)
    coarse = emg_uv[::probe]
    if not np.any(coarse[1:] == coarse[:-1]):
        return Runs(np.zeros(0, np.int64), np.zeros(0, np.int64))
    same = find_runs(emg_uv[1:] == emg_uv[:-1])
    start, stop = same.start, same.stop + 1
    long_enough = stop - start >= wanted
    return Runs(start[long_enough], stop[long_enough])


def clipped_mask(
    emg_uv: SignalArray, *, clip_uv: tuple[float, float], margin_uv: float
) -> BoolArray | None:
    """Mark samples at the limits of the converter, within `margin_uv`.

    None where there are none.
    """
    low, high = clip_uv
    at_high = (
        np.isfinite(high) and float(np.fmax.reduce(emg_uv, initial=-np.inf)) >= high - margin_uv
    )
    at_low = np.isfinite(low) and float(np.fmin.reduce(emg_uv, initial=np.inf)) <= low + margin_uv
    if not at_high and not at_low:
        return None
    return np.asarray((emg_uv >= high - margin_uv) | (emg_uv <= low + margin_uv))


def paint(runs: Runs, *, size: int, margin: int = 0) -> BoolArray:
    """Mask of `size` samples that is True inside the runs, widened by `margin` samples on either side."""
    change = np.zeros(size + 1, np.int32)
    np.add.at(change, np.clip(runs.start - margin, 0, size), 1)
    np.add.at(change, np.clip(runs.stop + margin, 0, size), -1)
    return np.cumsum(change[:-1]) > 0


def muscle_share(
    emg_uv: SignalArray, found: Crossings, floor_uv2: FloatArray, *, fs_hz: float
) -> FloatArray:
    """Share of the power of each movement that lies in the band of muscle, above about 15 Hz.

    Median over its active time.

    The discharge of an electrode after a cable pop and the sway of a cable are slow curves;
    whatever their height, no muscle is in them. The jump at their beginning is fast but short,
    which the median does not see.

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
    if not found.onset.size:
        return share
    length = found.offset - found.onset
    owner = np.repeat(np.arange(length.size), length)
    first = np.concatenate(([0], np.cumsum(length)[:-1]))
    piece = emg_uv[np.arange(owner.size) - first[owner] + found.onset[owner]]
    width = 2 * round(_SLOW_WINDOW_S * fs_hz / 2.0 - 0.5) + 1
    slow = ndimage.uniform_filter1d(ndimage.uniform_filter1d(piece, width), width)
    block = max(1, round(_BLOCK_S * fs_hz))
    n_blocks = piece.size // block
    power, fast = (
        np.square(x[: n_blocks * block]).reshape(n_blocks, block).mean(axis=1)
        for x in (piece, piece - slow)
    )
    whose = owner[: n_blocks * block : block]
    active = power > floor_uv2[whose]
    _set_medians(share, whose[active], (fast[active] / power[active]).astype(np.float64))
    return share


def _set_medians(values: FloatArray, owner: IntArray, samples: FloatArray) -> None:
    """Set the median of the samples of each owner.

    Owners are sorted, those without samples keep their value.
    """
    if not owner.size:
        return
    ordered = samples[np.lexsort((samples, owner))]
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    last = np.append(first[1:], owner.size) - 1
    values[owner[first]] = (ordered[(first + last) // 2] + ordered[(first + last + 1) // 2]) / 2.0
