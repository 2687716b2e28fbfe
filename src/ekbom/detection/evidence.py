"""What speaks for each movement: levels, area, rise, bursts, distance from the thresholds."""

import numpy as np

from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.detection.literal.crossings import Crossings
from ekbom.model.movements import MovementEvidence
from ekbom.model.recording import FloatArray, IntArray, SignalArray

_RISE_SHARE = 0.9


def gather_evidence(
    above_uv: SignalArray,
    rest_uv: SignalArray,
    found: Crossings,
    *,
    fs_hz: float,
    criteria: AmplitudeCriteria,
) -> MovementEvidence:
    """Describe the movements of one leg by the envelope above rest that they were found on.

    Rise time: onset to the first sample at nine tenths of the peak. A burst is a stretch at or
    above the on level. The confidence is left unknown (NaN).

    Parameters
    ----------
    above_uv, rest_uv
        Envelope above rest and resting level, shape (n,), uV.
    found
        Movements in samples of these arrays; each has at least one.
    """
    n = found.onset.size
    unknown = np.full(n, np.nan)
    if not n:
        return _table(np.zeros((5, 0)), np.zeros(0, np.int64), np.zeros(0), unknown, criteria)
    index, first, owner = _all_samples(found)
    level = above_uv[index].astype(np.float64)
    peak = np.maximum.reduceat(level, first)
    reached = np.where(level >= _RISE_SHARE * peak[owner], np.arange(index.size), index.size)
    rise = (np.minimum.reduceat(reached, first) - first) / fs_hz
    area = np.add.reduceat(np.maximum(level, 0.0), first) / fs_hz
    on = level >= criteria.onset_above_rest_uv
    begins = on & ~np.concatenate(([False], on[:-1]))
    begins[first] = on[first]
    bursts = np.maximum(np.add.reduceat(begins.astype(np.int64), first), 1)
    values = np.stack(
        (rest_uv[found.onset].astype(np.float64), peak, _medians(level, first, owner), area, rise)
    )
    return _table(values, bursts, (found.offset - found.onset) / fs_hz, unknown, criteria)


def _table(
    values: FloatArray,
    bursts: IntArray,
    duration_s: FloatArray,
    unknown: FloatArray,
    criteria: AmplitudeCriteria,
) -> MovementEvidence:
    """Name the columns."""
    return MovementEvidence(
        rest_uv=values[0],
        peak_above_rest_uv=values[1],
        median_above_rest_uv=values[2],
        area_uv_s=values[3],
        rise_time_s=values[4],
        n_bursts=bursts,
        confidence=unknown,
        onset_distance_uv=values[1] - criteria.onset_above_rest_uv,
        duration_distance_s=duration_s - criteria.min_duration_s,
        confidence_low=unknown,
        confidence_high=unknown,
    )


def _all_samples(found: Crossings) -> tuple[IntArray, IntArray, IntArray]:
    """List the samples of all movements one after the other, where each movement starts among them, and whose each sample is."""
    length = found.offset - found.onset
    first = np.concatenate(([0], np.cumsum(length)[:-1])).astype(np.int64)
    owner = np.repeat(np.arange(length.size), length)
    return np.arange(owner.size) - first[owner] + found.onset[owner], first, owner


def _medians(level: FloatArray, first: IntArray, owner: IntArray) -> FloatArray:
    """Median of each movement."""
    ordered = level[np.lexsort((level, owner))]
    last = np.append(first[1:], level.size) - 1
    return np.asarray((ordered[(first + last) // 2] + ordered[-(-(first + last) // 2)]) / 2.0)


def join_evidence(parts: list[MovementEvidence]) -> MovementEvidence:
    """Put the rows of several tables one after the other."""
    names = MovementEvidence.__dataclass_fields__
    return MovementEvidence(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    )


def select_rows(
    evidence: MovementEvidence, rows: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> MovementEvidence:
    """Keep the rows a mask names."""
    return MovementEvidence(
        **{name: getattr(evidence, name)[rows] for name in MovementEvidence.__dataclass_fields__}
    )
