"""Peaks of a curve that lie apart from each other, in a few passes of NumPy."""

import numpy as np

from ekbom.model.recording import FloatArray, IntArray, SignalArray


def find_peaks_apart(
    values: SignalArray, *, height: SignalArray | FloatArray | float, distance: int
) -> IntArray:
    """Local maxima of at least `height` that are `distance` or more samples apart.

    Of two closer ones the higher is kept.

    The first and the last sample are no peaks; of a flat top its first sample is taken, and of two
    equal peaks the later one.

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
    if values.size < 3:
        return np.zeros(0, np.int64)
    inner = values[1:-1]
    top = (inner > values[:-2]) & (inner >= values[2:])
    at = np.flatnonzero(top & (values >= height)[1:-1]).astype(np.int64) + 1
    rank = np.empty(at.size, np.int64)
    rank[np.argsort(values[at], kind="stable")] = np.arange(at.size)
    kept: list[IntArray] = []
    while at.size:
        first, last = (
            np.searchsorted(at, at - distance, side="right"),
            np.searchsorted(at, at + distance, side="left"),
        )
        bounds = np.stack((first, last), axis=1).reshape(-1)
        highest = np.maximum.reduceat(np.append(rank, -1), bounds)[::2]
        wins = rank == highest
        chosen = at[wins]
        kept.append(chosen)
        covered = np.zeros(at.size + 1, np.int64)
        covered[first[wins]] += 1
        np.subtract.at(covered, last[wins], 1)
        left = np.cumsum(covered[:-1]) == 0
        at, rank = at[left], rank[left]
    return np.sort(np.concatenate(kept)) if kept else at
