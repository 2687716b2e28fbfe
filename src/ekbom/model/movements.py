"""Leg movements on their way: one leg, both legs combined, associated, in series.

Rows are only added to.
"""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from ekbom.model.finding import Finding, Reason
from ekbom.model.recording import BoolArray, FloatArray, IntArray, StrArray


class Side(StrEnum):
    """The leg or legs a movement was seen on.

    Unknown = one channel for both legs or a mark without side.
    """

    LEFT = "left"
    RIGHT = "right"
    BILATERAL = "bilateral"
    UNKNOWN = "unknown"


@dataclass(frozen=True, eq=False, kw_only=True)
class MovementEvidence:
    """What speaks for each movement of a leg.

    All arrays of shape (n,), amplitudes in uV of the detector's envelope.

    `onset_distance_uv`: peak above rest minus the on level; `duration_distance_s`: duration minus
    the shortest allowed. `confidence` is the calibrated chance that this is an LM, with its 95 %
    interval; NaN where the detector has none.
    """

    rest_uv: FloatArray
    peak_above_rest_uv: FloatArray
    median_above_rest_uv: FloatArray
    area_uv_s: FloatArray
    rise_time_s: FloatArray
    n_bursts: IntArray
    confidence: FloatArray
    onset_distance_uv: FloatArray = field(default_factory=lambda: np.zeros(0))
    duration_distance_s: FloatArray = field(default_factory=lambda: np.zeros(0))
    confidence_low: FloatArray = field(default_factory=lambda: np.zeros(0))
    confidence_high: FloatArray = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True, eq=False, kw_only=True)
class LegMovements:
    """LM of one or both legs before the legs are combined (hop 2), sorted by onset.

    `onset_s`, `duration_s`: shape (n,), seconds from recording start. `side`: shape (n,), `Side`
    values as text. `truncated`: the movement ran into the end of the signal or a gap; its length is
    unknown. `rhythmic`: part of a train of bursts, None where nobody looked for trains.
    """

    onset_s: FloatArray
    duration_s: FloatArray
    side: StrArray
    truncated: BoolArray
    evidence: MovementEvidence | None = None
    rhythmic: BoolArray | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Candidates:
    """Movements after both legs are combined (hop 3).

    CLM and other LM, sorted by onset, shape (n,) each.

    `n_parts` is the number of one-sided movements in it; `parts[i]` are their rows in the
    `LegMovements` it was made from. `nonclm_reason` is empty for a CLM, else the name of the rule
    that kept it out. `excluded`: by the standard no LM at all; the row stays for explanation and
    counts nowhere. `interval_from_s`: where the interval to the next CLM is measured from.
    """

    onset_s: FloatArray
    duration_s: FloatArray
    side: StrArray
    n_parts: IntArray
    clm: BoolArray
    nonclm_reason: StrArray
    excluded: BoolArray
    interval_from_s: FloatArray
    parts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class AssociatedMovements(Candidates):
    """The same rows with stage at onset and links to breathing and arousals (hop 4).

    Where breathing events or arousals were never scored, or the standard has no rule for them, the
    flags are all False, `respiratory_scored` or `arousals_scored` says so, and the reason beside it
    says why: the answer is 'unknown', never 'no'. `needs_respiratory`: the standard leaves
    breathing-related movements out of its main count, which is then unknown too.
    """

    stage: StrArray
    rrlm: BoolArray
    arousal_associated: BoolArray
    respiratory_scored: bool
    arousals_scored: bool
    respiratory_reason: Reason | None = None
    arousals_reason: Reason | None = None
    needs_respiratory: bool = False


@dataclass(frozen=True, eq=False, kw_only=True)
class ScoredMovements(AssociatedMovements):
    """The same rows with intervals and series (hop 5).

    `imi_s` is NaN where no interval is measured; `series_id` numbers the series from 1, 0 = in no
    series; the `_nr` columns are the series built anew without respiratory-related CLM.
    `series_reason` names the rule that kept a movement out of a series, empty for a PLM. `run_id`
    numbers the runs of CLM that follow each other inside the limits, also those too short for a
    series (0 = in no run); `run_reason` says at the first CLM of a run why a new run begins there.
    """

    imi_s: FloatArray
    series_id: IntArray
    plm: BoolArray
    short_interval: BoolArray
    isolated: BoolArray
    imi_nr_s: FloatArray
    series_id_nr: IntArray
    plm_nr: BoolArray
    series_reason: StrArray
    run_id: IntArray
    run_reason: StrArray


class MinuteReason(StrEnum):
    """Why a minute of a leg cannot be scored."""

    CROSS_TALK = "cross-talk"
    FLAT = "flat"
    NOISE = "noise"
    NOT_RECORDED = "not-recorded"
    OFF_THE_SKIN = "off-the-skin"
    SATURATED = "saturated"
    SIGNAL_LOST = "signal-lost"


@dataclass(frozen=True, eq=False, kw_only=True)
class LegQuality:
    """Quality of one leg, minute by minute: shape (n_minutes,) each; amplitudes in uV.

    `unscorable` minutes leave numerator and denominator; `reason` is a `MinuteReason`, empty where
    the minute can be judged. `hum_uv` and `ecg_uv` are what stood in the signal before anything was
    taken out (rms of the hum, height of the R wave). `cross_talk_share`: share of the minute in
    which both legs carried the same waveform.
    """

    side: str
    minute_start_s: FloatArray
    rest_uv: FloatArray
    noise_uv: FloatArray
    hum_uv: FloatArray
    ecg_uv: FloatArray
    saturated_share: FloatArray
    unscorable: BoolArray
    reason: StrArray
    scored_share: float
    findings: tuple[Finding, ...] = ()
    disconnected_share: FloatArray = field(default_factory=lambda: np.zeros(0))
    cross_talk_share: FloatArray = field(default_factory=lambda: np.zeros(0))
    step_uv: float = float("nan")


@dataclass(frozen=True, eq=False, kw_only=True)
class TraceStretch:
    """A short stretch of one leg around one movement, kept at full rate for figures.

    Sample i lies at start_s + i / fs_hz.

    `movement` is the row of the movement among those of its leg, -1 for a stretch without one;
    arrays in uV, equal length.
    """

    start_s: float
    fs_hz: float
    movement: int
    emg_uv: FloatArray
    envelope_uv: FloatArray
    rest_uv: FloatArray


@dataclass(frozen=True, eq=False, kw_only=True)
class LegTrace:
    """What figures draw of one leg.

    Min/max of the EMG, envelope and resting level per bin of `bin_s` seconds (uV).
    """

    side: str
    bin_s: float
    emg_min_uv: FloatArray
    emg_max_uv: FloatArray
    envelope_uv: FloatArray
    rest_uv: FloatArray
    stretches: tuple[TraceStretch, ...] = ()


@dataclass(frozen=True, eq=False, kw_only=True)
class DetectionResult:
    """Hop 2 of one leg: movements, quality, traces, and how the signal was prepared.

    `candidates` are all stretches that were considered, those below the threshold included, with
    their confidence; None where the detector states none.
    """

    movements: LegMovements
    quality: LegQuality
    detector: str
    preparation: tuple[Finding, ...] = ()
    trace: LegTrace | None = None
    candidates: LegMovements | None = None
