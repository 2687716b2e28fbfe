"""How sure a movement is.

The calibrated chance that a candidate is a leg movement by the truth of known nights.
"""

from dataclasses import replace

import numpy as np

from ekbom.criteria.detector import ConfidenceModel
from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.model.movements import MovementEvidence
from ekbom.model.recording import BoolArray, FloatArray

FEATURES = (
    "one",
    "peak",
    "peak_squared",
    "duration",
    "duration_squared",
    "strength",
    "rest",
    "peak_by_rest",
    "duration_by_rest",
    "muscle",
)
_Z_95 = 1.96
_PEAK_RANGE = (-1.5, 2.0)
_DURATION_RANGE = (-1.5, 2.0)


def confidence_features(
    evidence: MovementEvidence, muscle: FloatArray, *, criteria: AmplitudeCriteria
) -> FloatArray:
    """Compute what the confidence rests on, shape (n, len(FEATURES)).

    Everything as a ratio to the limits of the standard.

    `peak` and `strength`: logarithm of the highest and of the mean own rms over the on level;
    `duration`: logarithm of the duration over the shortest allowed; `rest`: logarithm of 1 +
    (resting level / on level)^2; `muscle`: share of the power in the band of muscle. Values are
    held within the range in which they still tell movements apart.

    Parameters
    ----------
    muscle
        Share of the power of each candidate in the band of muscle, 0 to 1.
    """
    on, shortest = criteria.onset_above_rest_uv, criteria.min_duration_s
    duration_s = np.maximum(evidence.duration_distance_s + shortest, 1e-3)
    mean_uv = evidence.area_uv_s / duration_s
    peak = np.clip(np.log(np.maximum(evidence.peak_above_rest_uv, 1e-3) / on), *_PEAK_RANGE)
    strength = np.clip(np.log(np.maximum(mean_uv, 1e-3) / on), *_PEAK_RANGE)
    duration = np.clip(np.log(duration_s / shortest), *_DURATION_RANGE)
    rest = np.log1p(np.square(np.nan_to_num(evidence.rest_uv) / on))
    columns = (
        np.ones_like(peak),
        peak,
        np.square(peak),
        duration,
        np.square(duration),
        strength,
        rest,
        peak * rest,
        duration * rest,
        np.clip(muscle, 0.0, 1.0),
    )
    return np.stack(columns, axis=1)


def with_confidence(
    evidence: MovementEvidence,
    muscle: FloatArray,
    accepted: BoolArray,
    *,
    criteria: AmplitudeCriteria,
    model: ConfidenceModel,
) -> MovementEvidence:
    """Add the chance that each candidate is a leg movement, with its 95 % interval.

    `accepted` candidates met the rule and have a model of their own, since meeting it says most of
    what can be said.
    """
    features = confidence_features(evidence, muscle, criteria=criteria)
    logit, spread = np.zeros(accepted.size), np.zeros(accepted.size)
    for rows, side in ((accepted, model.accepted), (~accepted, model.rejected)):
        chosen = features[rows]
        logit[rows] = chosen @ np.asarray(side.coefficients)
        covariance = np.asarray(side.covariance).reshape(chosen.shape[1], chosen.shape[1])
        spread[rows] = np.sqrt(
            np.maximum(np.einsum("ij,jk,ik->i", chosen, covariance, chosen), 0.0)
        )
    return replace(
        evidence,
        confidence=_chance(logit),
        confidence_low=_chance(logit - _Z_95 * spread),
        confidence_high=_chance(logit + _Z_95 * spread),
    )


def _chance(logit: FloatArray) -> FloatArray:
    """Turn log odds into a chance."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logit, -30.0, 30.0))))
