"""What speaks for each movement: levels, area, rise, bursts, distance from the thresholds."""

import numpy as np

from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.detection.runs import Crossings, Spread, group_medians, samples_of
from ekbom.model.movements import MovementEvidence
from ekbom.model.recording import BoolArray, FloatArray, IntArray, SignalArray

_NUMBERS = (
    "rest_uv",
    "peak_above_rest_uv",
    "median_above_rest_uv",
    "area_uv_s",
    "rise_time_s",
    "confidence",
)


def gather_evidence(
    above_uv: SignalArray,
    rest_uv: SignalArray,
    found: Crossings,
    *,
    fs_hz: float,
    criteria: AmplitudeCriteria,
    rise_share: float,
) -> MovementEvidence:
    """Describe the movements of one leg by the envelope above rest in which they were found.

    Rise time: onset to the first sample at `rise_share` of the peak. A burst is a stretch at or
    above the on level. The confidence is left unknown (NaN).

    Parameters
    ----------
    above_uv, rest_uv
        Envelope above rest and resting level, shape (n,), uV.
    found
        Movements in samples of these arrays; each has at least one.
    """
    if not found.onset.size:
        return _no_evidence()
    samples = samples_of(found)
    level = above_uv[samples.sample].astype(np.float64)
    peak = np.maximum.reduceat(level, samples.first)
    area = np.add.reduceat(np.maximum(level, 0.0), samples.first)
    high = level >= rise_share * peak[samples.owner]
    unknown = np.full(found.onset.size, np.nan)
    return MovementEvidence(
        rest_uv=rest_uv[found.onset].astype(np.float64),
        peak_above_rest_uv=peak,
        median_above_rest_uv=group_medians(level, samples.owner, samples.first),
        area_uv_s=area / fs_hz,
        rise_time_s=_first_true(high, samples) / fs_hz,
        n_bursts=_bursts(level >= criteria.onset_above_rest_uv, samples),
        confidence=unknown,
        onset_distance_uv=peak - criteria.onset_above_rest_uv,
        duration_distance_s=found.length / fs_hz - criteria.min_duration_s,
        confidence_low=unknown,
        confidence_high=unknown,
    )


def _no_evidence() -> MovementEvidence:
    """Evidence of no movement."""
    numbers: dict[str, FloatArray] = dict.fromkeys(_NUMBERS, np.zeros(0))
    return MovementEvidence(**numbers, n_bursts=np.zeros(0, np.int64))


def _first_true(mask: BoolArray, samples: Spread) -> IntArray:
    """Count the samples from each onset to the first one that a mask marks."""
    at = np.where(mask, np.arange(mask.size), mask.size)
    return np.minimum.reduceat(at, samples.first) - samples.first


def _bursts(on: BoolArray, samples: Spread) -> IntArray:
    """Count the stretches of each movement that a mask marks, at least one."""
    begins = on & ~np.concatenate(([False], on[:-1]))
    begins[samples.first] = on[samples.first]
    return np.maximum(
        np.add.reduceat(begins.astype(np.int64), samples.first), 1
    )
