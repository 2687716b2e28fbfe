"""Hop 2: the leg movements of one leg, with quality and evidence.

The result also says what was done to the signal.
"""

from dataclasses import replace

import numpy as np

from ekbom.criteria.detector import LiteralSettings, RobustSettings
from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.detection.cleaning.cross_talk import Likeness
from ekbom.detection.evidence import gather_evidence
from ekbom.detection.literal.detect import (
    LiteralSteps,
    detect_literally,
    literal_levels,
)
from ekbom.detection.preparation import report_preparation
from ekbom.detection.quality import judge_quality
from ekbom.detection.records import map_rows
from ekbom.detection.robust.blocks import detect_robustly
from ekbom.detection.robust.candidates import OwnCandidates
from ekbom.detection.runs import Crossings, select_movements
from ekbom.detection.surface.smooth import MINUTE_S
from ekbom.detection.trace import BinnedLevels, draw_trace
from ekbom.detection.unrest import find_unrest
from ekbom.model.errors import UsageError
from ekbom.model.movements import (
    DetectionResult,
    LegMovements,
    LegQuality,
    LegTrace,
    MovementEvidence,
)
from ekbom.model.recording import BeatSearch, BoolArray, LegSignal


def detect_literal_leg(
    leg: LegSignal,
    *,
    amplitude: AmplitudeCriteria,
    settings: LiteralSettings,
    keep_trace: bool = True,
) -> DetectionResult:
    """Find the leg movements of one leg with the literal detector.

    The parameters are those of `detect_robust_leg`.
    """
    _require_samples(leg)
    steps = detect_literally(leg, amplitude=amplitude, settings=settings)
    levels = literal_levels(leg, steps, settings=settings)
    quality = judge_quality(leg, levels, steps.looks, settings=settings)
    keep = in_scorable_time(steps.found, quality, fs_hz=leg.fs_hz)
    found = select_movements(steps.found, keep)
    evidence = gather_evidence(
        steps.envelope_uv - steps.rest_uv,
        steps.rest_uv,
        found,
        fs_hz=leg.fs_hz,
        criteria=amplitude,
        rise_share=settings.evidence.rise_share,
    )
    return DetectionResult(
        movements=_rows(leg, found, evidence),
        quality=quality,
        detector=settings.id,
        trace=_drawn(leg, steps, settings) if keep_trace else None,
    )


def detect_robust_leg(
    leg: LegSignal,
    *,
    amplitude: AmplitudeCriteria,
    settings: RobustSettings,
    search: BeatSearch,
    likeness: Likeness | None = None,
    keep_trace: bool = True,
) -> DetectionResult:
    """Find the leg movements of one leg with the robust detector.

    Parameters
    ----------
    leg
        EMG of one leg in uV; time that was not recorded is NaN.
    amplitude
        On and off levels and durations of the standard, from its table.
    settings
        The detector, from its table.
    search
        Gives the heart beats of a stretch of the leg.
    likeness
        Likeness to the other leg, None if there is no other.
    keep_trace
        Keep what figures draw.

    Returns
    -------
    DetectionResult
        Movements whose onset lies in scorable minutes, the quality of every minute, and the
        preparation of the signal.

    Raises
    ------
    UsageError
        If the leg holds no samples in one row.
    """
    _require_samples(leg)
    whole = detect_robustly(
        leg,
        amplitude=amplitude,
        settings=settings,
        search=search,
        likeness=likeness,
    )
    quality = judge_quality(leg, whole.levels, whole.looks, settings=settings)
    keep = in_scorable_time(whole.candidates.found, quality, fs_hz=leg.fs_hz)
    considered = map_rows(whole.candidates, lambda column: column[keep])
    sure = ~(considered.evidence.confidence < settings.counted_confidence)
    counted, doubtful = (
        _chosen(considered, considered.accepted & which)
        for which in (sure, ~sure)
    )
    quality = replace(
        quality,
        findings=quality.findings
        + find_unrest(leg.side, whole.levels, settings=settings.restless),
    )
    return DetectionResult(
        movements=_rows(leg, counted.found, counted.evidence),
        doubtful=_rows(leg, doubtful.found, doubtful.evidence),
        candidates=_rows(leg, considered.found, considered.evidence),
        bursts=_rows(leg, _scorable(whole.bursts, quality, leg), None),
        quality=quality,
        detector=settings.id,
        preparation=report_preparation(
            leg.side,
            whole.levels,
            mains_hz=whole.mains_hz,
            n_beats=int(whole.beats.sum()),
        ),
        trace=draw_trace(leg, whole.drawn)
        if keep_trace and whole.drawn
        else None,
    )


def _drawn(
    leg: LegSignal, steps: LiteralSteps, settings: LiteralSettings
) -> LegTrace:
    """Draw what the literal detector took."""
    levels = BinnedLevels(
        leg,
        bin_s=settings.trace_bin_s,
        step_s=1.0 / leg.fs_hz,
        size=steps.rest_uv.size,
    )
    levels.add(steps.envelope_uv, steps.rest_uv)
    return draw_trace(leg, levels)


def _chosen(candidates: OwnCandidates, which: BoolArray) -> OwnCandidates:
    """Keep some candidates."""
    return map_rows(candidates, lambda column: column[which])


def _require_samples(leg: LegSignal) -> None:
    """Refuse a leg without samples in one row or without a rate."""
    shape = (len(leg.emg_uv), *leg.emg_uv[:1].shape[1:])
    if len(shape) != 1 or not shape[0] or not leg.fs_hz > 0.0:
        raise UsageError(
            f"The {leg.side} leg needs one row of samples and a positive rate, "
            f"not shape {shape} at {leg.fs_hz} Hz; check the channel."
        )


def _rows(
    leg: LegSignal, found: Crossings, evidence: MovementEvidence | None
) -> LegMovements:
    """Turn samples into seconds."""
    return LegMovements(
        onset_s=found.onset / leg.fs_hz,
        duration_s=found.length / leg.fs_hz,
        side=np.full(found.onset.size, leg.side),
        truncated=found.truncated,
        evidence=evidence,
    )


def _scorable(
    found: Crossings, quality: LegQuality, leg: LegSignal
) -> Crossings:
    """Keep what begins in a minute that can be scored."""
    keep = in_scorable_time(found, quality, fs_hz=leg.fs_hz)
    return select_movements(found, keep)


def in_scorable_time(
    found: Crossings, quality: LegQuality, *, fs_hz: float
) -> BoolArray:
    """Say for each movement whether it begins in a minute that can be scored."""
    minute = (found.onset / fs_hz / MINUTE_S).astype(np.int64)
    return ~quality.unscorable[np.minimum(minute, quality.unscorable.size - 1)]
