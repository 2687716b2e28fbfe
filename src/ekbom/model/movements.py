"""Leg movements on their way: one leg, both combined, associated, in series; columns are added."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from ekbom.frames.table import Table
from ekbom.model.finding import Finding, Reason
from ekbom.model.recording import BoolArray, FloatArray, IntArray, StrArray


class Side(StrEnum):
    """The leg or legs of a movement; unknown is one channel for both, or a mark without side."""

    LEFT = "left"
    RIGHT = "right"
    BILATERAL = "bilateral"
    UNKNOWN = "unknown"


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class MovementEvidence(Table):
    """What speaks for each movement of a leg, shape (n,) each; uV of the detector's envelope."""

    rest_uv: FloatArray
    peak_above_rest_uv: FloatArray
    median_above_rest_uv: FloatArray
    area_uv_s: FloatArray
    rise_time_s: FloatArray
    n_bursts: IntArray
    confidence: FloatArray  #: chance that this is an LM, or NaN
    #: from the on level, from the shortest duration; then the 95 % interval of the confidence
    onset_distance_uv: FloatArray = field(default_factory=lambda: np.zeros(0))
    duration_distance_s: FloatArray = field(default_factory=lambda: np.zeros(0))
    confidence_low: FloatArray = field(default_factory=lambda: np.zeros(0))
    confidence_high: FloatArray = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class LegMovements(Table):
    """LM of one or both legs before the legs are combined (hop 2), by onset, shape (n,) each."""

    onset_s: FloatArray  #: seconds from recording start
    duration_s: FloatArray
    side: StrArray  #: values of `Side`
    truncated: BoolArray  #: by a gap or the end: its length is unknown
    evidence: MovementEvidence | None = None
    rhythmic: BoolArray | None = None  #: in a train; None: not looked for
    twitches: BoolArray | None = None  #: several bursts, none as long as an LM


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Candidates(Table):
    """Movements after both legs are combined (hop 3): CLM and other LM, by onset, shape (n,)."""

    onset_s: FloatArray
    duration_s: FloatArray
    side: StrArray
    n_parts: IntArray  #: how many one-sided movements are in it
    clm: BoolArray
    nonclm_reason: StrArray  #: empty for a CLM, else the rule that kept it out
    excluded: BoolArray  #: no LM by the standard: shown, never counted
    interval_from_s: FloatArray  #: the interval to the next CLM begins here
    parts: tuple[tuple[int, ...], ...]  #: rows of the `LegMovements`


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class AssociatedMovements(Candidates):
    """The same rows with stage at onset and links to breathing and arousals (hop 4)."""

    stage: StrArray
    rrlm: BoolArray
    arousal_associated: BoolArray
    respiratory_scored: bool  #: False: unknown, never no; the reason says why
    arousals_scored: bool
    respiratory_reason: Reason | None = None
    arousals_reason: Reason | None = None
    needs_respiratory: bool = False  #: no main count without `rrlm`


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ScoredMovements(AssociatedMovements):
    """The same rows with intervals and series (hop 5); `..._nr` without respiratory-related CLM."""

    imi_s: FloatArray  #: NaN where no interval is measured
    series_id: IntArray  #: from 1; 0 is in no series
    plm: BoolArray
    short_interval: BoolArray
    isolated: BoolArray
    imi_nr_s: FloatArray
    series_id_nr: IntArray
    plm_nr: BoolArray
    series_reason: StrArray  #: why in no series, empty for a PLM
    run_id: IntArray  #: CLM inside the limits of intervals; 0 is none
    run_reason: StrArray  #: at the first CLM of a run, why it begins


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class LegQuality(Table):
    """Quality of one leg, minute by minute: shape (n_minutes,) each; amplitudes in uV."""

    side: str
    minute_start_s: FloatArray
    rest_uv: FloatArray
    noise_uv: FloatArray
    hum_uv: FloatArray  #: rms of the hum before it was taken out
    ecg_uv: FloatArray  #: height of the R wave before it was taken out
    saturated_share: FloatArray
    unscorable: BoolArray  #: these minutes leave numerator and denominator
    reason: StrArray  #: a `MinuteReason`, empty where the minute can be judged
    scored_share: float
    findings: tuple[Finding, ...] = ()
    disconnected_share: FloatArray = field(default_factory=lambda: np.zeros(0))
    #: share of the minute in which both legs carried the same waveform
    cross_talk_share: FloatArray = field(default_factory=lambda: np.zeros(0))
    step_uv: float = float("nan")


@dataclass(frozen=True, eq=False, kw_only=True)
class TraceStretch:
    """A short stretch of one leg around one movement, kept at full rate for figures."""

    start_s: float
    fs_hz: float  #: sample i lies at start_s + i / fs_hz
    movement: int  #: row among the movements of its leg, -1 for none
    emg_uv: FloatArray
    envelope_uv: FloatArray
    rest_uv: FloatArray


@dataclass(frozen=True, eq=False, kw_only=True)
class LegTrace:
    """What figures draw of one leg, per bin of `bin_s` seconds."""

    side: str
    bin_s: float
    emg_min_uv: FloatArray
    emg_max_uv: FloatArray
    envelope_uv: FloatArray
    rest_uv: FloatArray
    stretches: tuple[TraceStretch, ...] = ()


@dataclass(frozen=True, eq=False, kw_only=True)
class DetectionResult:
    """Hop 2 of one leg: movements, quality, traces, and how the signal was prepared."""

    movements: LegMovements
    quality: LegQuality
    detector: str
    preparation: tuple[Finding, ...] = ()
    trace: LegTrace | None = field(default=None, compare=False)
    candidates: LegMovements | None = None  #: all considered, if it tells
    doubtful: LegMovements | None = None  #: met the rule, too unsure to count
    bursts: LegMovements | None = None  #: of movements and trains, if it tells
