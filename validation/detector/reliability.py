"""Is the confidence what it says? Candidates, their stated chance, how often they were true."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ekbom.model.movements import DetectionResult, LegMovements
from ekbom.model.recording import BoolArray, FloatArray
from ekbom.simulation.plan import SIDES
from validation.detector.measure import match, spans_of
from validation.detector.nights import KnownNight
from validation.detector.ours import Detected

N_BINS = 10
N_RESAMPLES = 500
DOUBTFUL = (0.05, 0.95)


class Labelled(NamedTuple):
    """Stated confidence of candidates and whether each was a true movement."""

    confidence: FloatArray
    true: BoolArray


@dataclass(frozen=True, eq=False, kw_only=True)
class Reliability:
    """Calibration over all candidates.

    `error` is the expected calibration error with its 95 % interval over nights.

    `doubtful_error` is the same over the `n_doubtful` candidates with a stated confidence of 0.05
    to 0.95: the clear ones flatter.
    """

    n_candidates: int
    n_below: int
    error: float
    error_low: float
    error_high: float
    n_doubtful: int
    doubtful_error: float
    bin_confidence: FloatArray
    bin_true: FloatArray
    bin_count: FloatArray


def candidates_of(result: DetectionResult) -> LegMovements | None:
    """Give what a detector considered, with confidence; None where it states none."""
    considered = (
        result.candidates if result.candidates is not None else result.movements
    )
    if (
        considered.evidence is None
        or not np.isfinite(considered.evidence.confidence).any()
    ):
        return None
    return considered


def label_candidates(night: KnownNight, detected: Detected) -> Labelled:
    """Tell for every candidate whether a true movement of its leg overlaps it by half or more."""
    confidence, true = [np.zeros(0)], [np.zeros(0, dtype=bool)]
    truth = night.legs.truth.leg_movements()
    for side, result in zip(
        SIDES, (detected.left, detected.right), strict=True
    ):
        considered = candidates_of(result)
        if considered is None or considered.evidence is None:
            continue
        spoilt = night.legs.spoilt.get(side, ())
        stated = dict(
            zip(
                considered.onset_s.tolist(),
                considered.evidence.confidence.tolist(),
                strict=True,
            )
        )
        spans = spans_of(considered, side=side, without=spoilt)
        paired = match(spans_of(truth, side=side, without=spoilt), spans)
        hit = np.zeros(len(spans.onset_s), dtype=bool)
        hit[paired.found_rows] = True
        confidence.append(
            np.array(
                [stated[onset_s] for onset_s in spans.onset_s.tolist()],
                dtype=float,
            )
        )
        true.append(hit)
    return Labelled(np.concatenate(confidence), np.concatenate(true))


def reliability(
    nights: Sequence[Labelled], *, n_below: int, rng: np.random.Generator
) -> Reliability | None:
    """Measure calibration over nights; None where there is no candidate with a confidence."""
    labelled = [night for night in nights if len(night.confidence)]
    if not labelled:
        return None
    everything = _together(labelled)
    confidence, true, count = _bins(everything)
    drawn = [
        _error(
            _together(
                [
                    labelled[i]
                    for i in rng.integers(
                        0, len(labelled), len(labelled)
                    ).tolist()
                ]
            )
        )
        for _ in range(N_RESAMPLES)
    ]
    doubtful = (everything.confidence >= DOUBTFUL[0]) & (
        everything.confidence <= DOUBTFUL[1]
    )
    low, high = np.percentile(drawn, [2.5, 97.5]).tolist()
    return Reliability(
        n_candidates=len(everything.confidence),
        n_below=n_below,
        error=_error(everything),
        error_low=low,
        error_high=high,
        n_doubtful=int(doubtful.sum()),
        doubtful_error=_error(
            Labelled(everything.confidence[doubtful], everything.true[doubtful])
        )
        if doubtful.any()
        else 0.0,
        bin_confidence=confidence,
        bin_true=true,
        bin_count=count,
    )


def _together(nights: Sequence[Labelled]) -> Labelled:
    """Put the candidates of several nights together, without those whose confidence is unknown."""
    confidence = np.concatenate([night.confidence for night in nights])
    true = np.concatenate([night.true for night in nights])
    known = np.isfinite(confidence)
    return Labelled(confidence[known], true[known])


def _bins(labelled: Labelled) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give mean confidence, share of true ones and count in ten bins of equal width.

    Empty bins are NaN.
    """
    index = np.minimum((labelled.confidence * N_BINS).astype(int), N_BINS - 1)
    count = np.bincount(index, minlength=N_BINS).astype(float)
    with np.errstate(invalid="ignore"):
        confidence = (
            np.bincount(index, weights=labelled.confidence, minlength=N_BINS)
            / count
        )
        true = (
            np.bincount(
                index, weights=labelled.true.astype(float), minlength=N_BINS
            )
            / count
        )
    return confidence, true, count


def _error(labelled: Labelled) -> float:
    """Give the expected calibration error.

    The mean distance of stated and true share, weighted by count.
    """
    confidence, true, count = _bins(labelled)
    return float(np.nansum(np.abs(confidence - true) * count) / count.sum())
