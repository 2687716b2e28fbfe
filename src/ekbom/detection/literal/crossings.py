"""Step three: where a leg movement begins and ends, from an envelope and a resting level.

Order of the WASM 2016 reading (Ferri et al. 2016, as set out in the rule table): on, off, minimum
duration, morphology. It works on any envelope, of any unit that the criteria share; no smoothing
happens here.
"""

import numpy as np

from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.detection.runs import (
    Crossings,
    find_runs,
    lasting,
    samples_at_least,
    select_movements,
)
from ekbom.model.recording import BoolArray, FloatArray, IntArray, SignalArray

Level = SignalArray | FloatArray | float
TOLERANCE_UV = 1e-6  # arithmetic: 1.3 + 8 and 9.3 are the same level; far below any amplifier


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
    found = pair_crossings(
        on_mask(above_uv, criteria),
        quiet_mask(above_uv, criteria),
        hold=samples_at_least(criteria.offset_hold_s, fs_hz),
        gap_start=find_runs(np.isnan(above_uv)).start,
    )
    found = lasting(found, criteria.min_duration_s, fs_hz=fs_hz)
    if not criteria.morphology:
        return found
    keep = has_morphology(above_uv, found, fs_hz=fs_hz, criteria=criteria)
    return select_movements(found, keep)


def pair_crossings(
    on: BoolArray,
    quiet: BoolArray,
    *,
    hold: int | IntArray,
    gap_start: IntArray | None = None,
) -> Crossings:
    """Pair every first active sample with the start of the next quiet stretch.

    A quiet stretch has at least `hold` samples; there may be one number for each of them. Where a
    gap or the end of the signal comes first, the movement ends there and is `truncated`.
    """
    stretches = find_runs(quiet)
    held = stretches.start[stretches.length >= hold]
    gaps = np.zeros(0, np.int64) if gap_start is None else gap_start
    ends = np.concatenate((held, gaps, [on.size]))
    order = np.argsort(ends, kind="stable")
    cut, ends = order >= held.size, ends[order]
    onset = find_runs(on).start
    which = np.searchsorted(ends, onset, side="right")
    first = np.flatnonzero(np.diff(which, prepend=-1))
    return Crossings(onset[first], ends[which[first]], cut[which[first]])


def on_mask(
    above_uv: SignalArray | FloatArray, criteria: AmplitudeCriteria
) -> BoolArray:
    """Mark samples that reach the on level, by the reading the table chooses."""
    if criteria.onset_inclusive:
        return above_uv >= criteria.onset_above_rest_uv - TOLERANCE_UV
    return above_uv > criteria.onset_above_rest_uv + TOLERANCE_UV


def quiet_mask(
    above_uv: SignalArray | FloatArray, criteria: AmplitudeCriteria
) -> BoolArray:
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
    """Say for each movement whether some stretch of it has the median the standard asks for."""
    width = samples_at_least(criteria.morphology_window_s, fs_hz)
    level = criteria.morphology_median_uv - TOLERANCE_UV
    keep = found.length >= width
    for row in np.flatnonzero(keep).tolist():
        own = above_uv[found.onset[row] : found.offset[row]]
        keep[row] = _some_window_reaches(own, width, level)
    return keep


def _some_window_reaches(
    own_uv: SignalArray | FloatArray, width: int, level: float
) -> bool:
    """Say whether the median of any window of `width` samples reaches a level.

    It does exactly when more than half of the samples do; only for windows of even length with
    exactly half of them at the level is a median computed.
    """
    reached = np.concatenate(([0], np.cumsum(own_uv >= level, dtype=np.int32)))
    twice = 2 * (reached[width:] - reached[:-width])
    if twice.max() > width:
        return True
    tied = (
        own_uv[start : start + width]
        for start in np.flatnonzero(twice == width)
    )
    return any(float(np.median(window)) >= level for window in tied)
