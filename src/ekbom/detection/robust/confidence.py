"""How sure a movement is.

The calibrated chance that a candidate is a leg movement by the truth of known nights.
"""

from dataclasses import replace

import numpy as np

from ekbom.criteria.detector import (
    Coefficients,
    ConfidenceModel,
    EvidenceSettings,
)
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
_Z_95 = 1.96  # arithmetic: half width of the 95 % interval of a normal value
_LEAST = 1e-3  # arithmetic: keeps logarithms finite
_MOST_LOGIT = 30.0  # arithmetic: beyond it a chance is 0 or 1 to every digit


def confidence_features(
    evidence: MovementEvidence,
    muscle: FloatArray,
    *,
    criteria: AmplitudeCriteria,
    settings: EvidenceSettings,
) -> FloatArray:
    """Compute what the confidence rests on, shape (n, len(FEATURES)).

    Everything is a ratio to the limits of the standard. `peak` and `strength`: logarithm of the
    highest and of the mean own rms over the on level; `duration`: logarithm of the duration over
    the shortest allowed; `rest`: logarithm of 1 + (resting level / on level)^2; `muscle`: share of
    the power in the band of muscle. Values are held within the range in which they still tell
    movements apart.

    Parameters
    ----------
    muscle
        Share of the power of each candidate in the band of muscle, 0 to 1.
    """
    on, shortest = criteria.onset_above_rest_uv, criteria.min_duration_s
    duration_s = np.maximum(evidence.duration_distance_s + shortest, _LEAST)
    peaks = (settings.peak_log_min, settings.peak_log_max)
    peak = _log_within(evidence.peak_above_rest_uv, on, *peaks)
    strength = _log_within(evidence.area_uv_s / duration_s, on, *peaks)
    limits = (settings.duration_log_min, settings.duration_log_max)
    duration = np.clip(np.log(duration_s / shortest), *limits)
    rest = np.log1p(np.square(np.nan_to_num(evidence.rest_uv) / on))
    one, share = np.ones_like(peak), np.clip(muscle, 0.0, 1.0)
    squares = (np.square(peak), np.square(duration))
    columns = (one, peak, squares[0], duration, squares[1], strength, rest)
    return np.stack((*columns, peak * rest, duration * rest, share), axis=1)


def _log_within(
    values: FloatArray, unit: float, low: float, high: float
) -> FloatArray:
    """Logarithm of the ratio of values to a unit, held within limits."""
    return np.clip(np.log(np.maximum(values, _LEAST) / unit), low, high)


def with_confidence(
    evidence: MovementEvidence,
    features: FloatArray,
    accepted: BoolArray,
    *,
    model: ConfidenceModel,
) -> MovementEvidence:
    """Add the chance that each candidate is a leg movement, with its 95 % interval.

    `accepted` candidates met the rule and have a model of their own, since meeting it says most of
    what can be said.
    """
    logit, error = np.zeros(accepted.size), np.zeros(accepted.size)
    for rows, side in ((accepted, model.accepted), (~accepted, model.rejected)):
        logit[rows], error[rows] = _log_odds(features[rows], side)
    return replace(
        evidence,
        confidence=_chance(logit),
        confidence_low=_chance(logit - _Z_95 * error),
        confidence_high=_chance(logit + _Z_95 * error),
    )


def _log_odds(
    features: FloatArray, side: Coefficients
) -> tuple[FloatArray, FloatArray]:
    """Log odds of each row by one logistic model, and their standard error."""
    n = features.shape[1]
    covariance = np.asarray(side.covariance).reshape(n, n)
    variance = np.einsum("ij,jk,ik->i", features, covariance, features)
    return features @ np.asarray(side.coefficients), np.sqrt(
        np.maximum(variance, 0.0)
    )


def _chance(logit: FloatArray) -> FloatArray:
    """Turn log odds into a chance."""
    return 1.0 / (1.0 + np.exp(-np.clip(logit, -_MOST_LOGIT, _MOST_LOGIT)))
