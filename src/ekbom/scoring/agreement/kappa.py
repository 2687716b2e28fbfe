"""Agreement beyond chance: of units of time with movement or not, and of stages."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ekbom.model.events import Hypnogram, Stage
from ekbom.model.finding import Reason
from ekbom.model.recording import IntArray, StrArray
from ekbom.scoring.agreement.records import Kappa
from ekbom.scoring.stage_time import (
    Spans,
    bounds_ms,
    elapsed_ms,
    stage_at_ms,
    to_ms,
)

ONE_LABEL = Reason("one-label")
NO_UNITS = Reason("no-common-time")
STAGED = tuple(str(stage) for stage in Stage if stage is not Stage.UNSCORED)


class CommonEpochs(NamedTuple):
    """Epochs that both hypnograms staged: onset (ms) and the stage in each, shape (n,) each."""

    onset_ms: IntArray
    stages_a: StrArray
    stages_b: StrArray


def cohen_kappa(counts: IntArray) -> Kappa:
    """Cohen's kappa of a square table of counts, rows a, columns b.

    Examples
    --------
    >>> cohen_kappa(np.array([[20, 5], [10, 15]])).value
    0.4
    """
    n = int(counts.sum())
    if not n:
        return Kappa(n=0, reason=NO_UNITS)
    observed = float(np.trace(counts)) / n
    margins = counts.sum(axis=0) * counts.sum(axis=1)
    expected = float(margins.sum()) / n**2
    known = Kappa(
        observed=observed,
        expected=expected,
        n=n,
    )
    if math.isclose(expected, 1.0):
        return replace(known, reason=ONE_LABEL)
    return replace(
        known, value=round((observed - expected) / (1 - expected), 12)
    )


def unit_kappa(
    a: Spans,
    b: Spans,
    *,
    end_ms: int,
    unit_ms: int,
) -> Kappa:
    """Kappa over equal units of time, movement or not."""
    edges = np.arange(0, end_ms // unit_ms + 1, dtype=np.int64) * unit_ms
    moving = [
        2 * np.diff(elapsed_ms(edges, spans)) >= unit_ms for spans in (a, b)
    ]
    return cohen_kappa(_cross_table(*moving, labels=(False, True)))


def stage_kappa(a: Hypnogram, b: Hypnogram) -> Kappa:
    """Cohen's kappa of the stages of two hypnograms over epochs that both staged.

    The shorter epoch of the two is the unit.
    """
    epochs = common_epochs(a, b)
    return cohen_kappa(
        _cross_table(epochs.stages_a, epochs.stages_b, labels=STAGED)
    )


def common_epochs(a: Hypnogram, b: Hypnogram) -> CommonEpochs:
    """Stage by either in every epoch of the shorter length that both staged."""
    onset_ms = _common_onsets(a, b)
    stages_a = stage_at_ms(a, onset_ms)
    stages_b = stage_at_ms(b, onset_ms)
    known = np.isin(stages_a, STAGED) & np.isin(stages_b, STAGED)
    return CommonEpochs(onset_ms[known], stages_a[known], stages_b[known])


def _common_onsets(a: Hypnogram, b: Hypnogram) -> IntArray:
    """Cut the time that both hypnograms span into epochs."""
    if not (len(a.onset_s) and len(b.onset_s)):
        return np.empty(0, dtype=np.int64)
    (onset_a, end_a), (onset_b, end_b) = bounds_ms(a), bounds_ms(b)
    start = max(onset_a[0], onset_b[0])
    end = min(end_a[-1], end_b[-1])
    return np.arange(
        start,
        end,
        epoch_ms(a, b),
        dtype=np.int64,
    )


def epoch_ms(a: Hypnogram, b: Hypnogram) -> int:
    """Length of the shorter epoch."""
    return int(to_ms(min(a.epoch_s, b.epoch_s)))


def _cross_table(
    a: np.ndarray,
    b: np.ndarray,
    *,
    labels: Sequence[str | bool],
) -> IntArray:
    """Count how often each label of a meets each label of b: rows a, columns b."""
    is_a, is_b = (
        np.array([units == label for label in labels], dtype=np.int64)
        for units in (a, b)
    )
    return is_a @ is_b.T
