"""Two scorings compared: what agrees, what does not, and how large the differences are."""

from collections.abc import Mapping
from dataclasses import dataclass

from ekbom.model.finding import Reason
from ekbom.model.recording import FloatArray, IntArray


@dataclass(frozen=True, eq=False, kw_only=True)
class EventAgreement:
    """Events of two scorings matched one to one, at several degrees of overlap (`iou`, shape (k,)).

    Rows of `matched_a`, `matched_b` are the pairs at the first, lowest overlap;
    `onset_difference_s` is b minus a, likewise offset. `precision`, `recall`, `f1` take a as the
    reference; NaN where there is nothing to divide by.
    """

    side: str
    n_a: int
    n_b: int
    iou: FloatArray
    n_matched: IntArray
    precision: FloatArray
    recall: FloatArray
    f1: FloatArray
    matched_a: IntArray
    matched_b: IntArray
    pair_iou: FloatArray
    onset_difference_s: FloatArray
    offset_difference_s: FloatArray


@dataclass(frozen=True, kw_only=True)
class Kappa:
    """Cohen's kappa with what it was computed from.

    Observed and expected agreement over `n` units.
    """

    value: float | None = None
    observed: float | None = None
    expected: float | None = None
    n: int
    reason: Reason | None = None


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """One event that only one scoring holds, or both with clearly different borders."""

    onset_s: float
    duration_s: float
    side: str
    kind: str
    reason: Reason


@dataclass(frozen=True, eq=False, kw_only=True)
class ScoringAgreement:
    """Two scorings of one night (a is the reference).

    Events per leg, seconds, stages, indices, disagreements.

    `rules`: of either, the rule set of the indices with every option that is not the default, empty
    without movements.
    """

    name_a: str
    name_b: str
    events: Mapping[str, EventAgreement]
    seconds: Mapping[str, Kappa]
    stages: Kappa | None
    index_difference: Mapping[str, float | None]
    disagreements: tuple[Disagreement, ...]
    reason: Reason | None = None
    rules: tuple[str, str] = ("", "")


@dataclass(frozen=True, kw_only=True)
class BlandAltman:
    """Differences b minus a of one index across nights.

    Bias, SD, limits of agreement, their 95 % intervals.
    """

    name: str
    n_nights: int
    bias: float | None = None
    sd: float | None = None
    lower: float | None = None
    upper: float | None = None
    bias_interval: tuple[float, float] | None = None
    reason: Reason | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class NightsAgreement:
    """Two scorings of many nights.

    Each night by name, and the Bland-Altman limits of the indices across nights.
    """

    nights: Mapping[str, ScoringAgreement]
    bland_altman: tuple[BlandAltman, ...]
