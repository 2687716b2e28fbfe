"""What no standard fixes but the indices need."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class MixtureCriteria:
    """How a log-normal mixture of inter-movement intervals is fitted; centres in seconds."""

    max_components: int
    min_intervals: int
    min_sd_ln: float
    bin_ln: float
    start_centres_s: tuple[float, ...]
    max_iterations: int
    tolerance: float


@dataclass(frozen=True, kw_only=True)
class IndexSettings:
    """What no standard fixes but the indices need; the table of indices gives it."""

    persistent_sleep_s: float
    mixture: MixtureCriteria
    bootstrap_level_percent: float
    bootstrap_min_series: int
    wake_test_min: float
    wake_test_tolerance_min: float
    wake_test_sessions: int


@dataclass(frozen=True, kw_only=True)
class NightsSettings:
    """How several nights of one person are judged.

    Level of the intervals, the precision of a mean that is called stable (percent of it), and from
    how many nights on the spread is judged.
    """

    level_percent: float
    precision_percent: float
    at_least: int


@dataclass(frozen=True, kw_only=True)
class AgreementSettings:
    """How two scorings are compared.

    Degrees of overlap (intersection over union), length of a unit for kappa, which borders to
    list.
    """

    iou: tuple[float, ...]
    unit_s: float
    listed_iou: float
    level_percent: float
