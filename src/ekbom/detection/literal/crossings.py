"""Step three: where a leg movement begins and ends, from an envelope and a resting level.

Order of the WASM 2016 reading (Ferri et al. 2016, as set out in the rule table): on, off, minimum
duration, morphology. Both functions work on any envelope, of any unit that the criteria share; no
smoothing happens here.
"""

import math
from typing import NamedTuple

import numpy as np

from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.model.recording import BoolArray, FloatArray, IntArray, SignalArray

Level = SignalArray | FloatArray | float
TOLERANCE_UV = 1e-6
"""Bounds are compared with this slack, far below any amplifier's resolution.

1.3 + 8 and 9.3 are the same level.
"""
_TOLERANCE_SAMPLES = 1e-6


class Crossings(NamedTuple):
    """Movements in samples: [onset, offset) each.

    `truncated` where the signal ended before 0.5 s of quiet.
    """

    onset: IntArray
    offset: IntArray
    truncated: BoolArray


class Runs(NamedTuple):
    """Stretches in which a mask is True, in samples: [start, stop) each, sorted."""

    start: IntArray
    stop: IntArray


def samples_at_least(duration_s: float, fs_hz: float) -> int:
    """Smallest number of samples that last at least `duration_s`; the rate is never rounded."""
    return max(1, math.ceil(duration_s * fs_hz - _TOLERANCE_SAMPLES))


def find_runs(mask: BoolArray) -> Runs:
    """Stretches of True in a mask of shape (n,)."""
    if mask.size == 0:
        return Runs(np.zeros(0, np.int64), np.zeros(0, np.int64))
    edges = np.flatnonzero(mask[1:] != mask[:-1]).astype(np.int64) + 1
    if mask[0]:
        edges = np.concatenate(([0], edges))
    if mask[-1]:
        edges = np.concatenate((edges, [mask.size]))
    return Runs(edges[0::2], edges[1::2])


def find_threshold_crossings(
    envelope_uv: SignalArray | FloatArray,
    rest_uv: Level,
    *,
    fs_hz: float,
    criteria: AmplitudeCriteria,
) -> Crossings:
    """Find the leg movements of one envelope by the on and off levels of a standard.

    Onset: first sample at or above rest + `onset_above_rest_uv`. Offset: first sample of the first
    stretch of at least `offset_hold_s` that does not exceed rest + `offset_above_rest_uv` (below
    it, where the table asks for the strict reading). Movements shorter than `min_duration_s` are
    dropped, then those without the morphology the table asks for.

    Parameters
    ----------
    envelope_uv
        Envelope, shape (n,), uV. NaN is a gap: a movement that runs into it ends there and is
        `truncated`.
    rest_uv
        Resting level, uV: one number or shape (n,).
    fs_hz
        Sampling frequency of both; used as it is, never rounded.
    criteria
        Levels, hold, minimum duration and morphology.

    Returns
    -------
    Crossings
        Sorted and disjoint; `offset` is the first sample after the movement.

    Examples
    --------
    >>> import numpy as np
    >>> criteria = AmplitudeCriteria(
    ...     onset_above_rest_uv=8,
    ...     offset_above_rest_uv=2,
    ...     offset_hold_s=0.5,
    ...     offset_inclusive=True,
    ...     min_duration_s=0.5,
    ...     morphology=True,
    ...     morphology_median_uv=2,
    ...     morphology_window_s=0.5,
    ... )
    >>> envelope = np.repeat([1.0, 11.0, 1.0], [500, 200, 500])
    >>> find_threshold_crossings(envelope, 1.0, fs_hz=100.0, criteria=criteria).onset
    array([500])
    """
    above_uv = envelope_uv - np.asarray(rest_uv, envelope_uv.dtype)
    found = _on_and_off(above_uv, fs_hz=fs_hz, criteria=criteria)
    long_enough = found.offset - found.onset >= samples_at_least(criteria.min_duration_s, fs_hz)
    found = select_movements(found, long_enough)
    if not criteria.morphology or not found.onset.size:
        return found
    keep = has_morphology(above_uv, found, fs_hz=fs_hz, criteria=criteria)
    return select_movements(found, keep)


def select_movements(found: Crossings, keep: BoolArray) -> Crossings:
    """Keep the movements that a mask names."""
    return Crossings(found.onset[keep], found.offset[keep], found.truncated[keep])


def _on_and_off(
    above_uv: SignalArray | FloatArray, *, fs_hz: float, criteria: AmplitudeCriteria
) -> Crossings:
    """Pair every first crossing of the on level with the next quiet stretch that lasts long enough."""
    return pair_crossings(
        on_mask(above_uv, criteria),
        quiet_mask(above_uv, criteria),
        hold=samples_at_least(criteria.offset_hold_s, fs_hz),
        gap_start=find_runs(np.isnan(above_uv)).start,
    )


def pair_crossings(
    on: BoolArray, quiet: BoolArray, *, hold: int, gap_start: IntArray | None = None
) -> Crossings:
    """Pair every first active sample with the start of the next quiet stretch of at least `hold` samples.

    Where a gap or the end of the signal comes first, the movement ends there and is `truncated`.
    """
    on_start = find_runs(on).start
    stretches = find_runs(quiet)
    held = stretches.stop - stretches.start >= hold
    breaks = np.append(gap_start if gap_start is not None else np.zeros(0, np.int64), on.size)
    ends = np.concatenate((stretches.start[held], breaks))
    order = np.argsort(ends, kind="stable")
    cut = (np.arange(ends.size) >= ends.size - breaks.size)[order]
    ends = ends[order]
    which = np.searchsorted(ends, on_start, side="right")
    first = np.flatnonzero(np.diff(which, prepend=-1))
    return Crossings(on_start[first], ends[which[first]], cut[which[first]])


def on_mask(above_uv: SignalArray | FloatArray, criteria: AmplitudeCriteria) -> BoolArray:
    """Mark samples that reach the on level, by the reading the table chooses."""
    if criteria.onset_inclusive:
        return above_uv >= criteria.onset_above_rest_uv - TOLERANCE_UV
    return above_uv > criteria.onset_above_rest_uv + TOLERANCE_UV


def quiet_mask(above_uv: SignalArray | FloatArray, criteria: AmplitudeCriteria) -> BoolArray:
    """Mark samples that do not exceed the off level, by the reading the table chooses."""
    if criteria.offset_inclusive:
        return above_uv <= criteria.offset_above_rest_uv + TOLERANCE_UV
    return above_uv < criteria.offset_above_rest_uv - TOLERANCE_UV


def has_morphology(
    above_uv: SignalArray | FloatArray,
    found: Crossings,
    *,
    fs_hz: float,
    criteria: AmplitudeCriteria,
) -> BoolArray:
    """Say for each movement whether some stretch of it has the median the standard asks for.

    The median of a window reaches a level exactly when more than half of its samples do; only for
    windows of even length with exactly half of them at the level is a median computed.
    """
    width = samples_at_least(criteria.morphology_window_s, fs_hz)
    level = criteria.morphology_median_uv - TOLERANCE_UV
    keep = np.zeros(found.onset.size, np.bool_)
    long_enough = np.flatnonzero(found.offset - found.onset >= width)
    if not long_enough.size:
        return keep
    for row in long_enough.tolist():
        start = int(found.onset[row])
        reached = np.concatenate(
            ([0], np.cumsum(above_uv[start : found.offset[row]] >= level, dtype=np.int32))
        )
        twice = 2 * (reached[width:] - reached[:-width])
        keep[row] = twice.max() > width or _tied_window_reaches(
            above_uv, start + np.flatnonzero(twice == width), width, level
        )
    return keep


def _tied_window_reaches(
    above_uv: SignalArray | FloatArray, starts: IntArray, width: int, level: float
) -> bool:
    """Look at the windows whose median falls between two samples."""
    return any(float(np.median(above_uv[start : start + width])) >= level for start in starts)


def find_threshold_crossings_readable(
    envelope_uv: SignalArray | FloatArray,
    rest_uv: Level,
    *,
    fs_hz: float,
    criteria: AmplitudeCriteria,
) -> Crossings:
    """Find the same movements sample by sample.

    Slow, kept to be read and to test `find_threshold_crossings` against.
    """
    above = np.asarray(envelope_uv - np.asarray(rest_uv, envelope_uv.dtype)).tolist()
    hold = samples_at_least(criteria.offset_hold_s, fs_hz)
    rows: list[tuple[int, int, bool]] = []
    position = 0
    while position < len(above):
        if not _reaches_on(above[position], criteria):
            position += 1
            continue
        end, truncated = _end_of_movement(above, position, hold, criteria)
        rows.append((position, end, truncated))
        position = end
    kept = [row for row in rows if _is_movement(above[row[0] : row[1]], fs_hz, criteria)]
    columns = np.array([[row[0], row[1]] for row in kept], np.int64).reshape(-1, 2)
    return Crossings(columns[:, 0], columns[:, 1], np.array([row[2] for row in kept], np.bool_))


def _reaches_on(level: float, criteria: AmplitudeCriteria) -> bool:
    """Say whether one sample starts a movement."""
    if criteria.onset_inclusive:
        return level >= criteria.onset_above_rest_uv - TOLERANCE_UV
    return level > criteria.onset_above_rest_uv + TOLERANCE_UV


def _end_of_movement(
    above: list[float], start: int, hold: int, criteria: AmplitudeCriteria
) -> tuple[int, bool]:
    """Start of the first stretch of `hold` quiet samples after `start`, else the next gap or the end of the signal."""
    limit = criteria.offset_above_rest_uv
    run = 0
    for position in range(start, len(above)):
        if math.isnan(above[position]):
            return position, True
        quiet = (
            above[position] <= limit + TOLERANCE_UV
            if criteria.offset_inclusive
            else above[position] < limit - TOLERANCE_UV
        )
        run = run + 1 if quiet else 0
        if run == hold:
            return position - hold + 1, False
    return len(above), True


def _is_movement(above: list[float], fs_hz: float, criteria: AmplitudeCriteria) -> bool:
    """Minimum duration, then morphology."""
    if len(above) < samples_at_least(criteria.min_duration_s, fs_hz):
        return False
    if not criteria.morphology:
        return True
    width = samples_at_least(criteria.morphology_window_s, fs_hz)
    starts = range(len(above) - width + 1)
    return any(
        float(np.median(above[s : s + width])) >= criteria.morphology_median_uv - TOLERANCE_UV
        for s in starts
    )
