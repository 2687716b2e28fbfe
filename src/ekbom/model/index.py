"""What is counted from a scored night.

The period that counts, how indices are defined, and their tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ekbom.model.finding import Reason
from ekbom.model.recording import FloatArray, IntArray, Interval
from ekbom.model.source import Parameter, Source


@dataclass(frozen=True, kw_only=True)
class ScoredPeriod:
    """The time that may enter a numerator or a denominator, seconds from recording start.

    `lights_off_s`, `lights_on_s` bound it (None: not marked, the staged time or the recording
    bounds it). `gaps` were not recorded. `unscorable` are the stretches of a leg (`left`, `right`),
    of the one channel without side (`unknown`) or of everything (`both`) that cannot be judged.
    `legs` names the legs that were recorded; `unknown` stands for one channel without side.
    """

    recording_s: float
    lights_off_s: float | None = None
    lights_on_s: float | None = None
    gaps: tuple[Interval, ...] = ()
    unscorable: Mapping[str, tuple[Interval, ...]] = field(default_factory=dict)
    legs: tuple[str, ...] = ("left", "right")


@dataclass(frozen=True, kw_only=True)
class IndexDefinition:
    """One index as the table defines it; `formula` says in words what is divided by what.

    `report` lists the standards that ask for it, each with its level: ``required`` or ``optional``.
    """

    name: str
    title: str
    formula: str
    unit: str
    source: Source
    report: tuple[tuple[str, str], ...] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class IndexTable:
    """The table of indices: parameters, definitions by name, and the digest of the table."""

    title: str
    last_checked: str
    parameters: Mapping[str, Parameter]
    definitions: Mapping[str, IndexDefinition]
    digest: str


@dataclass(frozen=True, eq=False, kw_only=True)
class Mixture:
    """Log-normal mixture of intervals.

    Per component weight, centre (s) and SD of ln, sorted by centre.

    `bic` lists the criterion for 1, 2, ... components; the smallest decided. Empty arrays with
    `reason` where no fit is possible.
    """

    weight: FloatArray
    centre_s: FloatArray
    sd_ln: FloatArray
    bic: FloatArray
    n_intervals: int
    log_likelihood: float
    reason: Reason | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class TransitionMatrix:
    """How intervals follow each other: `counts[i, j]` times class j came right after class i.

    `probability` by row, NaN if none.
    """

    classes: tuple[str, ...]
    counts: IntArray
    probability: FloatArray


@dataclass(frozen=True, eq=False, kw_only=True)
class IntervalStructure:
    """The inter-movement intervals of a night.

    Two histograms, most frequent interval, mean and SD of ln, mixture, transitions.

    Bins are half-open [edge, next edge), the last one closed. `n_intervals` were measured,
    `n_outside_*` lie outside the bins.
    """

    n_intervals: int
    edges_s: FloatArray
    counts: IntArray
    edges_ln: FloatArray
    counts_ln: IntArray
    n_outside_s: int
    n_outside_ln: int
    mode_s: float | None
    mode_ln_s: float | None
    mean_ln: float | None
    sd_ln: float | None
    mixture: Mixture
    transitions: TransitionMatrix


@dataclass(frozen=True, eq=False, kw_only=True)
class NightProfile:
    """The course of PLM over the night, hour by hour and third by third from sleep onset.

    `hour_start_s`: start of each hour; `count`: PLMS in it; `sleep_min`: scored sleep in it;
    `per_h`: rate, NaN without sleep. `slope_per_h2`: change of the rate per hour of the night, each
    hour weighted by its sleep. `third_share`: share of the PLMS in each third of the sleep period.
    None with `reason` where the night cannot give it.
    """

    hour_start_s: FloatArray
    count: IntArray
    sleep_min: FloatArray
    per_h: FloatArray
    slope_per_h2: float | None
    third_count: IntArray
    third_sleep_min: FloatArray
    third_share: FloatArray | None
    reason: Reason | None = None


@dataclass(frozen=True, kw_only=True)
class ResampledIndex:
    """Bootstrap of one index over blocks of the night.

    Estimate, standard error, percentile interval.

    `share_above_limit` is the share of resamples on the high side of `limit`; None where the index
    has no limit.
    """

    name: str
    estimate: float | None
    standard_error: float | None
    low: float | None
    high: float | None
    level_percent: float
    n_blocks: int
    n_series: int
    n_resamples: int
    limit: float | None = None
    share_above_limit: float | None = None
    reason: Reason | None = None


@dataclass(frozen=True, kw_only=True)
class LimitDistance:
    """How far an index stands from a line.

    Above it or not, movements and minutes that would change that.

    `movements`: fewest PLMS more (positive) or fewer (negative) for which the answer changes.
    `minutes`: minutes of sleep more (positive) or fewer (negative) at which the same PLMS would
    stand exactly on the line.
    """

    name: str
    population: str
    limit_per_h: float
    above: bool | None
    movements: int | None
    minutes: float | None
    reason: Reason | None = None


@dataclass(frozen=True, kw_only=True)
class WakeTestSession:
    """One session of an immobilization test.

    PLM in wake, minutes of wake, index, mean and largest discomfort.
    """

    start_s: float
    duration_min: float
    wake_min: float | None
    plmw_count: int
    plmw_per_h: float | None
    discomfort_mean: float | None
    discomfort_max: float | None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, kw_only=True)
class WakeTest:
    """A suggested immobilization test, single (`sit`) or multiple (`msit`).

    Its sessions and the index over all of them.

    `rules`: the rule set with every option that is not the default, and its digest.
    """

    protocol: str
    sessions: tuple[WakeTestSession, ...]
    plmw_per_h: float | None
    discomfort_mean: float | None
    valid: bool
    reasons: tuple[Reason, ...] = ()
    rules: tuple[str, str] = ("", "")
