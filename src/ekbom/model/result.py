"""The result of a night: what was read and found, what it counts to, every choice on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ekbom.frames.equal import Comparable
from ekbom.frames.night import ScoredNight
from ekbom.model.events import Event, Hypnogram
from ekbom.model.finding import Finding, Reason
from ekbom.model.movements import (
    DetectionResult,
    LegMovements,
    LegQuality,
    LegTrace,
    ScoredMovements,
)
from ekbom.model.recording import (
    FloatArray,
    IntArray,
    Interval,
    LegChoice,
    Recording,
)
from ekbom.model.source import Parameter, RuleSet, Source

SCHEMA_VERSION = "1.3"


class ScoredKind(StrEnum):
    """What somebody may have scored in a night."""

    STAGES = "stages"
    AROUSALS = "arousals"
    BREATHING = "breathing"
    MOVEMENTS = "movements"


@dataclass(frozen=True, kw_only=True)
class ScoredPeriod:
    """The time that may enter a numerator or a denominator, seconds from recording start."""

    recording_s: float
    lights_off_s: float | None = None  #: None: not marked, no bound
    lights_on_s: float | None = None
    gaps: tuple[Interval, ...] = ()
    #: what cannot be judged: of `left`, `right`, the channel without side (`unknown`), or `both`
    unscorable: Mapping[str, tuple[Interval, ...]] = field(default_factory=dict)
    legs: tuple[str, ...] = ("left", "right")  #: `unknown`: without side


@dataclass(frozen=True, kw_only=True)
class IndexDefinition:
    """One index as the table defines it."""

    name: str
    title: str
    formula: str  #: in words, what is divided by what
    unit: str
    source: Source
    report: tuple[tuple[str, str], ...] = ()  #: standard, how it asks
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
    """Log-normal mixture of intervals, by centre; empty with `reason` where no fit is possible."""

    weight: FloatArray
    centre_s: FloatArray
    sd_ln: FloatArray
    bic: FloatArray  #: for 1, 2, ... components; the smallest decided
    n_intervals: int
    log_likelihood: float
    reason: Reason | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class TransitionMatrix:
    """How intervals follow each other: `counts[i, j]` times class j came right after class i."""

    classes: tuple[str, ...]
    counts: IntArray
    probability: FloatArray  #: by row, NaN if none


@dataclass(frozen=True, eq=False, kw_only=True)
class IntervalStructure:
    """The inter-movement intervals of a night: histograms, mode, moments of ln, mixture."""

    n_intervals: int
    edges_s: FloatArray  #: bins are [edge, next edge), the last one closed
    counts: IntArray
    edges_ln: FloatArray
    counts_ln: IntArray
    n_outside_s: int  #: outside the bins
    n_outside_ln: int
    mode_s: float | None
    mode_ln_s: float | None
    mean_ln: float | None
    sd_ln: float | None
    mixture: Mixture
    transitions: TransitionMatrix


@dataclass(frozen=True, eq=False, kw_only=True)
class NightProfile:
    """PLM by hour and third from sleep onset; None with `reason` where it cannot be told."""

    hour_start_s: FloatArray
    count: IntArray  #: PLMS in each hour
    sleep_min: FloatArray  #: scored sleep in each hour
    per_h: FloatArray  #: NaN without sleep
    slope_per_h2: float | None  #: change per hour, weighted by sleep
    third_count: IntArray
    third_sleep_min: FloatArray
    third_share: FloatArray | None  #: of the PLMS, in each third
    reason: Reason | None = None


@dataclass(frozen=True, kw_only=True)
class ResampledIndex:
    """Bootstrap of one index over blocks of the night; `low` to `high` by percentiles."""

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
    share_above_limit: float | None = None  #: of the resamples
    reason: Reason | None = None


@dataclass(frozen=True, kw_only=True)
class LimitDistance:
    """How far an index stands from a line: more is positive, fewer is negative."""

    name: str
    population: str
    limit_per_h: float
    above: bool | None
    movements: int | None  #: fewest PLMS that change the answer
    minutes: float | None  #: of sleep, to the same PLMS on the line
    reason: Reason | None = None


@dataclass(frozen=True, kw_only=True)
class IndexValue:
    """One index by its printed name: a number with unit, or None with the reason why."""

    name: str
    value: float | None
    unit: str
    reason: Reason | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class RuleSetScore(Comparable):
    """One night scored by one rule set; what was not asked for is None or empty."""

    rule_set: RuleSet
    leg_movements: LegMovements  #: `movements.parts` are its rows
    movements: ScoredMovements
    indices: Mapping[str, IndexValue]
    intervals: IntervalStructure | None = None
    profile: NightProfile | None = None
    uncertainty: tuple[ResampledIndex, ...] = ()
    limits: tuple[LimitDistance, ...] = ()


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class StudyResult(ScoredNight):
    """A scored night (hops 1-5); with `index_table` and `sources` it explains itself."""

    software_version: str
    recording: Recording
    choice: LegChoice
    hypnogram: Hypnogram | None
    events: tuple[Event, ...]
    scored: frozenset[str]  #: what somebody scored: `ScoredKind`
    lights_off_s: float | None
    lights_on_s: float | None
    period: ScoredPeriod  #: the time that could count, by every rule set
    unscorable: tuple[Interval, ...]
    leg_movements: LegMovements
    quality: tuple[LegQuality, ...]
    traces: tuple[LegTrace, ...] = field(compare=False)
    detection: tuple[DetectionResult, ...]
    detector: str
    scores: Mapping[str, RuleSetScore]  #: the first is the main one
    sleep: Mapping[str, IndexValue]
    findings: tuple[Finding, ...]
    seed: int
    digest: str
    index_table: IndexTable | None = field(default=None, compare=False)
    sources: Mapping[str, str] = field(default_factory=dict)  #: by key
