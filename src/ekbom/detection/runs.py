"""Stretches of samples: runs of a mask, movements from first sample to end, medians of each."""

import math
from typing import NamedTuple

import numpy as np

from ekbom.model.recording import (
    BoolArray,
    FloatArray,
    IntArray,
    LegSignal,
    SignalArray,
)

_TOLERANCE_SAMPLES = (
    1e-6  # arithmetic: 0.29 s at 100 Hz is 28.999999999999996 samples
)


class Runs(NamedTuple):
    """Stretches in which a mask is True, in samples: [start, stop) each, sorted."""

    start: IntArray
    stop: IntArray

    @property
    def length(self) -> IntArray:
        """Samples of each stretch."""
        return self.stop - self.start

    def where(self, keep: BoolArray) -> "Runs":
        """Keep the stretches that a mask names."""
        return Runs(*(edge[keep] for edge in self))


class Crossings(NamedTuple):
    """Movements in samples: [onset, offset) each.

    `truncated` where the signal ended before the quiet that ends a movement.
    """

    onset: IntArray
    offset: IntArray
    truncated: BoolArray

    @property
    def length(self) -> IntArray:
        """Samples of each movement."""
        return self.offset - self.onset


class Spread(NamedTuple):
    """All samples of some movements one after the other.

    `sample`: its place in the signal; `owner`: the movement it belongs to; `first`: where each
    movement starts among them.
    """

    sample: IntArray
    owner: IntArray
    first: IntArray


def samples_at_least(duration_s: float, fs_hz: float) -> int:
    """Smallest number of samples that last at least `duration_s`; the rate is never rounded."""
    return max(1, math.ceil(duration_s * fs_hz - _TOLERANCE_SAMPLES))


def find_runs(mask: BoolArray) -> Runs:
    """Stretches of True in a mask of shape (n,)."""
    edges = np.flatnonzero(np.diff(mask, prepend=False, append=False))
    return Runs(edges[0::2], edges[1::2])


def paint(runs: Runs, *, size: int, margin: int = 0) -> BoolArray:
    """Mask of `size` samples: True inside the runs, widened by `margin` samples on either side."""
    change = np.zeros(size + 1, np.int32)
    np.add.at(change, np.clip(runs.start - margin, 0, size), 1)
    np.add.at(change, np.clip(runs.stop + margin, 0, size), -1)
    return np.cumsum(change[:-1]) > 0


def select_movements(found: Crossings, keep: BoolArray) -> Crossings:
    """Keep the movements that a mask names."""
    return Crossings(
        found.onset[keep], found.offset[keep], found.truncated[keep]
    )


def samples_of(found: Crossings) -> Spread:
    """List the samples of all movements one after the other."""
    length = found.length
    first = np.cumsum(length) - length
    owner = np.repeat(np.arange(length.size), length)
    sample = np.arange(owner.size) - first[owner] + found.onset[owner]
    return Spread(sample, owner, first)


def lasting(found: Crossings, shortest_s: float, *, fs_hz: float) -> Crossings:
    """Keep the movements of at least `shortest_s`."""
    return select_movements(
        found, found.length >= samples_at_least(shortest_s, fs_hz)
    )


def snippets(leg: LegSignal, starts: IntArray, width: int) -> SignalArray:
    """Cut snippets of `width` samples out of a leg, one row each."""
    return np.stack([leg.emg_uv[at : at + width] for at in starts.tolist()])


def row_medians(rows: SignalArray | FloatArray) -> FloatArray:
    """Median of each row without its NaN (sorted to the end); NaN for a row without any value."""
    ordered = np.sort(rows, axis=1)
    count = np.sum(np.isfinite(ordered), axis=1)
    index = np.arange(rows.shape[0])
    low = ordered[index, np.maximum(count - 1, 0) // 2]
    high = ordered[index, np.minimum(count // 2, rows.shape[1] - 1)]
    return np.where(count > 0, (low + high) / 2.0, np.nan)


def group_medians(
    values: FloatArray, owner: IntArray, first: IntArray
) -> FloatArray:
    """Median of the values of each owner.

    Parameters
    ----------
    values, owner
        Values and the number of their group, sorted by group, shape (n,).
    first
        Where each group starts, shape (n_groups,).
    """
    ordered = values[np.lexsort((values, owner))]
    both = first + np.append(first[1:], owner.size) - 1
    low, high = ordered[both // 2], ordered[(both + 1) // 2]
    return np.asarray((low + high) / 2.0)
