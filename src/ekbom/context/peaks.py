"""Peaks of a curve that lie apart from each other, in a few passes of NumPy."""

import numpy as np

from ekbom.model.recording import BoolArray, FloatArray, IntArray, SignalArray


def find_peaks_apart(
    values: SignalArray,
    *,
    height: SignalArray | FloatArray | float,
    distance: int,
) -> IntArray:
    """Local maxima of at least `height` that are `distance` or more samples apart.

    Of two closer ones the higher is kept. The first and the last sample are no peaks; of a flat
    top its first sample is taken, and of two equal peaks the later one.

    Parameters
    ----------
    values
        Curve, shape (n,).
    height
        Least height, one number or shape (n,).
    distance
        Least distance of two peaks in samples.

    Examples
    --------
    >>> import numpy as np
    >>> find_peaks_apart(np.array([0, 3, 0, 5, 0, 0, 0, 4, 0], np.float32), height=1.0, distance=3)
    array([3, 7])
    """
    at = _tops(values, values >= height)
    rank = np.empty(at.size, np.int64)
    rank[np.argsort(values[at], kind="stable")] = np.arange(at.size)
    kept = [at[:0]]
    while at.size:
        first = np.searchsorted(at, at - distance, side="right")
        last = np.searchsorted(at, at + distance, side="left")
        wins = rank == _highest(rank, first, last)
        kept.append(at[wins])
        left = ~_covered(first[wins], last[wins], at.size)
        at, rank = at[left], rank[left]
    return np.sort(np.concatenate(kept))


def _tops(values: SignalArray, high: BoolArray) -> IntArray:
    """Find what is higher than the sample before and not lower than the one after."""
    inner = values[1:-1]
    top = (inner > values[:-2]) & (inner >= values[2:])
    return np.flatnonzero(top & high[1:-1]).astype(np.int64) + 1


def _highest(rank: IntArray, first: IntArray, last: IntArray) -> IntArray:
    """Highest rank among the peaks [first, last) around each peak."""
    bounds = np.stack((first, last), axis=1).reshape(-1)
    return np.maximum.reduceat(np.append(rank, -1), bounds)[::2]


def _covered(first: IntArray, last: IntArray, size: int) -> BoolArray:
    """Which of `size` peaks lie in any of the ranges [first, last)."""
    change = np.zeros(size + 1, np.int64)
    change[first] += 1
    np.subtract.at(change, last, 1)
    return np.cumsum(change[:-1]) > 0
