"""Events of two scorings matched one to one by how much they overlap."""

from typing import NamedTuple

import numpy as np

from ekbom.model.recording import FloatArray, IntArray
from ekbom.scoring.agreement.records import EventAgreement
from ekbom.scoring.stage_time import Spans


class Pairs(NamedTuple):
    """Pairs of events that overlap.

    Rows of both scorings and intersection over union, in time order.
    """

    row_a: IntArray
    row_b: IntArray
    iou: FloatArray

    def take(self, rows: IntArray) -> "Pairs":
        """Take some of the pairs in the given order."""
        return Pairs(self.row_a[rows], self.row_b[rows], self.iou[rows])


def overlapping_pairs(a: Spans, b: Spans) -> Pairs:
    """List every pair that overlaps at all.

    Both scorings are sorted and free of overlap, so the list runs like a staircase.
    """
    row_a, row_b = _staircase(a, b)
    one = a.take(row_a)
    other = b.take(row_b)
    ends = np.sort([one.end_ms, other.end_ms], axis=0)
    onsets = np.sort([one.onset_ms, other.onset_ms], axis=0)
    common = ends[0] - onsets[1]
    whole = ends[1] - onsets[0]
    return Pairs(row_a, row_b, common / np.maximum(whole, 1))


def _staircase(a: Spans, b: Spans) -> tuple[IntArray, IntArray]:
    """Rows of both scorings for every pair that overlaps."""
    low = np.searchsorted(b.end_ms, a.onset_ms, side="right")
    high = np.searchsorted(b.onset_ms, a.end_ms, side="left")
    n = np.maximum(high - low, 0)
    row_a = np.repeat(np.arange(len(n), dtype=np.int64), n)
    step = np.arange(len(row_a), dtype=np.int64) - np.repeat(
        np.cumsum(n) - n, n
    )
    return row_a, np.repeat(low, n) + step


def best_matching(pairs: Pairs, *, min_iou: float) -> IntArray:
    """Choose pairs of at least `min_iou` so that no event is used twice.

    As many as possible, and of those the best overlapping.

    Events of one scoring do not overlap each other, so an optimal choice keeps the order of time.
    Along the staircase the best choice up to each pair is either the best without it, or the pair
    with the best choice that ends before both its events.

    Returns
    -------
    array of int
        Rows of `pairs`, ascending.
    """
    rows = np.flatnonzero(pairs.iou >= min_iou)
    a = pairs.row_a[rows]
    b = pairs.row_b[rows]
    ends_before = np.minimum(
        np.searchsorted(a, a), np.searchsorted(b, b)
    ).tolist()
    worth = [(0, 0.0)]
    taken = []
    for iou, before in zip(pairs.iou[rows].tolist(), ends_before, strict=True):
        n_pairs, overlap = worth[before]
        with_it = (n_pairs + 1, overlap + iou)
        taken.append(with_it > worth[-1])
        worth.append(max(with_it, worth[-1]))
    return np.asarray(rows[_walked_back(taken, ends_before)], dtype=np.int64)


def _walked_back(taken: list[bool], ends_before: list[int]) -> IntArray:
    """Follow the best choice back from the last pair: its pairs, ascending."""
    chosen = []
    k = len(taken)
    while k:
        k -= 1
        if taken[k]:
            chosen.append(k)
            k = ends_before[k]
    return np.array(chosen[::-1], dtype=np.int64)


def event_agreement(
    a: Spans, b: Spans, *, side: str, iou: tuple[float, ...]
) -> EventAgreement:
    """Compare the events of one leg; a is the reference.

    Parameters
    ----------
    a, b
        Events of both scorings.
    side
        Name of the leg, kept in the answer.
    iou
        Degrees of overlap, ascending; the pairs themselves are those of the first.
    """
    pairs = overlapping_pairs(a, b)
    matchings = [best_matching(pairs, min_iou=level) for level in iou]
    n_matched = np.array([len(rows) for rows in matchings], dtype=np.int64)
    best = pairs.take(matchings[0])
    one = a.take(best.row_a)
    other = b.take(best.row_b)
    n_a = len(a.onset_ms)
    n_b = len(b.onset_ms)
    return EventAgreement(
        side=side,
        n_a=n_a,
        n_b=n_b,
        iou=np.array(iou),
        n_matched=n_matched,
        precision=_share(n_matched, n_b),
        recall=_share(n_matched, n_a),
        f1=_share(2 * n_matched, n_a + n_b),
        matched_a=best.row_a,
        matched_b=best.row_b,
        pair_iou=best.iou,
        onset_difference_s=(other.onset_ms - one.onset_ms) / 1000,
        offset_difference_s=(other.end_ms - one.end_ms) / 1000,
    )


def _share(count: IntArray, of: int) -> FloatArray:
    """Divide counts, NaN where there is nothing to divide by."""
    return count / of if of else np.full(len(count), np.nan)
