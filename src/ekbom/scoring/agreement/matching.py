"""Events of two scorings matched one to one by how much they overlap."""

from typing import NamedTuple

import numpy as np

from ekbom.model.index import EventAgreement
from ekbom.model.recording import FloatArray, IntArray


class Spans(NamedTuple):
    """Events in whole ms [onset_ms, end_ms), sorted and without overlap, shape (n,) each."""

    onset_ms: IntArray
    end_ms: IntArray


class Pairs(NamedTuple):
    """Pairs of events that overlap.

    Rows of both scorings and intersection over union, in time order.
    """

    row_a: IntArray
    row_b: IntArray
    iou: FloatArray


def united(onset_ms: IntArray, end_ms: IntArray) -> Spans:
    """Sort events and unite those that overlap."""
    order = np.argsort(onset_ms, kind="stable")
    onset, end = onset_ms[order], end_ms[order]
    if not len(onset):
        return Spans(onset, end)
    reach = np.maximum.accumulate(end)
    first = np.flatnonzero(np.concatenate(([True], onset[1:] >= reach[:-1])))
    last = np.append(first[1:] - 1, len(onset) - 1)
    return Spans(onset[first], reach[last])


def overlapping_pairs(a: Spans, b: Spans) -> Pairs:
    """List every pair that overlaps at all.

    Both scorings are sorted and free of overlap, so the list runs like a staircase.
    """
    low = np.searchsorted(b.end_ms, a.onset_ms, side="right")
    high = np.searchsorted(b.onset_ms, a.end_ms, side="left")
    n = np.maximum(high - low, 0)
    row_a = np.repeat(np.arange(len(n), dtype=np.int64), n)
    start = np.repeat(np.cumsum(n) - n, n)
    row_b = np.repeat(low, n) + np.arange(int(n.sum()), dtype=np.int64) - start
    common = np.minimum(a.end_ms[row_a], b.end_ms[row_b]) - np.maximum(
        a.onset_ms[row_a], b.onset_ms[row_b]
    )
    whole = np.maximum(a.end_ms[row_a], b.end_ms[row_b]) - np.minimum(
        a.onset_ms[row_a], b.onset_ms[row_b]
    )
    return Pairs(row_a, row_b, common / np.maximum(whole, 1))


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
    a, b, iou = pairs.row_a[rows].tolist(), pairs.row_b[rows].tolist(), pairs.iou[rows].tolist()
    worth, before = [(0, 0.0)], [0]
    taken = [False]
    free = 0
    for k in range(len(a)):
        while free < k and a[free] < a[k] and b[free] < b[k]:
            free += 1
        with_it = (worth[free][0] + 1, worth[free][1] + iou[k])
        taken.append(with_it > worth[k])
        worth.append(max(with_it, worth[k]))
        before.append(free)
    chosen, k = [], len(a)
    while k:
        if taken[k]:
            chosen.append(k - 1)
            k = before[k]
        else:
            k -= 1
    return np.asarray(rows[np.array(chosen[::-1], dtype=np.int64)], dtype=np.int64)


def event_agreement(a: Spans, b: Spans, *, side: str, iou: tuple[float, ...]) -> EventAgreement:
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
    row_a, row_b = pairs.row_a[matchings[0]], pairs.row_b[matchings[0]]
    n_a, n_b = len(a.onset_ms), len(b.onset_ms)
    return EventAgreement(
        side=side,
        n_a=n_a,
        n_b=n_b,
        iou=np.array(iou),
        n_matched=n_matched,
        precision=_share(n_matched, n_b),
        recall=_share(n_matched, n_a),
        f1=_share(2 * n_matched, n_a + n_b),
        matched_a=row_a,
        matched_b=row_b,
        pair_iou=pairs.iou[matchings[0]],
        onset_difference_s=(b.onset_ms[row_b] - a.onset_ms[row_a]) / 1000,
        offset_difference_s=(b.end_ms[row_b] - a.end_ms[row_a]) / 1000,
    )


def _share(count: IntArray, of: int) -> FloatArray:
    """Divide counts, NaN where there is nothing to divide by."""
    return count / of if of else np.full(len(count), np.nan)
