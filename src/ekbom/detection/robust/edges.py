"""Where exactly a movement begins and ends: the on and off level without the blur of any window.

A moving window blurs a sharp edge by half its width. The monotone (isotonic) fit of the power
around an edge crosses a level exactly where the running sum of (power - level) has its extreme: no
window, no bias, one sum per edge.
"""

import numpy as np

from ekbom.model.recording import FloatArray, IntArray, SignalArray

_AT_ONCE = 256  # arithmetic: edges that are searched at once, any number gives the same edges


def rising_edges(
    emg_uv: SignalArray,
    level_uv2: FloatArray,
    *,
    start: IntArray,
    stop: IntArray,
) -> IntArray:
    """First sample at which the power has risen to a level, one per search range [start, stop).

    Parameters
    ----------
    emg_uv
        Prepared EMG, shape (n,), uV.
    level_uv2
        Level of each edge, shape (n_edges,), uV^2.
    start, stop
        Search ranges in samples, shape (n_edges,).
    """
    return _extremes(emg_uv, level_uv2, start, stop, sign=-1.0)


def falling_edges(
    emg_uv: SignalArray,
    level_uv2: FloatArray,
    *,
    start: IntArray,
    stop: IntArray,
) -> IntArray:
    """First sample at which the power has fallen to a level for good.

    One per search range [start, stop), with the parameters of `rising_edges`.
    """
    return _extremes(emg_uv, level_uv2, start, stop, sign=1.0)


def _extremes(
    emg_uv: SignalArray,
    level_uv2: FloatArray,
    start: IntArray,
    stop: IntArray,
    *,
    sign: float,
) -> IntArray:
    """Position of the extreme of the running sum of (power - level) in each range.

    Ranges of similar length are searched together.
    """
    found = np.empty(start.size, np.int64)
    length = stop - start
    order = np.argsort(length, kind="stable")
    for rows in np.array_split(order, max(1, start.size // _AT_ONCE)):
        offset = np.arange(int(length[rows].max(initial=1)))
        index = np.minimum(start[rows, None] + offset, emg_uv.size - 1)
        power = np.square(emg_uv[index].astype(np.float64))
        excess = sign * (power - level_uv2[rows, None])
        excess[offset >= length[rows, None]] = -np.inf
        found[rows] = start[rows] + _until_greatest_sum(excess)
    return np.minimum(found, stop)


def _until_greatest_sum(excess: FloatArray) -> IntArray:
    """Count the values of each row up to its greatest running sum; none if no sum is above 0."""
    total = np.cumsum(excess, axis=1)
    best = np.argmax(total, axis=1)
    above = total[np.arange(len(total)), best] > 0.0
    return np.where(above, best + 1, 0)
