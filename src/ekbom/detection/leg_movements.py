"""Hop 2: the leg movements of one leg, with quality, evidence and everything that was done to the signal."""

import numpy as np

from ekbom.criteria.detector import DetectorSettings, LiteralSettings, RobustSettings
from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.detection.cleaning.preparation import report_preparation
from ekbom.detection.evidence import gather_evidence, select_rows
from ekbom.detection.literal.crossings import Crossings, select_movements
from ekbom.detection.literal.detect import detect_literally, literal_levels
from ekbom.detection.quality import MINUTE_S, judge_quality
from ekbom.detection.robust.blocks import RobustFindings, detect_robustly
from ekbom.detection.shared import SharedWork
from ekbom.detection.trace import draw_trace
from ekbom.model.errors import UsageError
from ekbom.model.movements import DetectionResult, LegMovements, LegQuality, MovementEvidence
from ekbom.model.recording import BoolArray, LegSignal


def find_leg_movements(
    leg: LegSignal,
    *,
    amplitude: AmplitudeCriteria,
    settings: DetectorSettings,
    ecg: LegSignal | None = None,
    other_leg: LegSignal | None = None,
    keep_trace: bool = True,
    shared: SharedWork | None = None,
) -> DetectionResult:
    """Find the leg movements of one leg (hop 2).

    Parameters
    ----------
    leg
        EMG of one leg in uV; time that was not recorded is NaN.
    amplitude
        On and off levels and durations of the standard, from its table.
    settings
        The detector, from its table: literal or robust.
    ecg
        The ECG channel of the same recording, if there is one; the robust detector finds the heart
        beats in it.
    other_leg
        The other leg, to notice that both channels carry the same waveform.
    keep_trace
        Keep what figures draw.
    shared
        Pass one object with both legs of a night, and what both need (beats of the ECG, likeness of
        the legs) is worked out once.

    Returns
    -------
    DetectionResult
        Movements whose onset lies in scorable minutes, the quality of every minute, and the
        preparation of the signal.
    """
    if leg.emg_uv.ndim != 1 or not leg.emg_uv.size or not leg.fs_hz > 0.0:
        raise UsageError(
            f"The {leg.side} leg needs one row of samples and a positive rate, not shape {leg.emg_uv.shape} at {leg.fs_hz} Hz; "
            "check the channel."
        )
    if isinstance(settings, LiteralSettings):
        return _literal(leg, amplitude=amplitude, settings=settings, keep_trace=keep_trace)
    if isinstance(settings, RobustSettings):
        found = detect_robustly(
            leg, amplitude=amplitude, settings=settings, ecg=ecg, other_leg=other_leg, shared=shared
        )
        return _robust(leg, found, settings=settings, keep_trace=keep_trace)
    raise UsageError(
        f"No detector is known for the settings {settings.id!r}; use the tables 'literal' or 'robust'."
    )


def _literal(
    leg: LegSignal, *, amplitude: AmplitudeCriteria, settings: LiteralSettings, keep_trace: bool
) -> DetectionResult:
    """Run the literal detector on one leg."""
    steps = detect_literally(leg, amplitude=amplitude, settings=settings)
    quality = judge_quality(leg, literal_levels(leg, steps, settings=settings), settings=settings)
    keep = in_scorable_time(steps.found, quality, fs_hz=leg.fs_hz)
    found = select_movements(steps.found, keep)
    above = steps.envelope_uv - steps.rest_uv
    evidence = gather_evidence(above, steps.rest_uv, found, fs_hz=leg.fs_hz, criteria=amplitude)
    trace = None
    if keep_trace:
        trace = draw_trace(
            leg,
            steps.envelope_uv,
            steps.rest_uv,
            level_step_s=1.0 / leg.fs_hz,
            bin_s=settings.trace_bin_s,
        )
    return DetectionResult(
        movements=_rows(leg, found, evidence), quality=quality, detector=settings.id, trace=trace
    )


def _robust(
    leg: LegSignal, all_found: RobustFindings, *, settings: RobustSettings, keep_trace: bool
) -> DetectionResult:
    """Judge the quality of a leg and keep what the robust detector found in scorable time."""
    quality = judge_quality(leg, all_found.levels, settings=settings)
    keep = in_scorable_time(all_found.found, quality, fs_hz=leg.fs_hz)
    accepted = keep & all_found.accepted
    trace = None
    if keep_trace:
        total = np.hypot(all_found.envelope_uv, all_found.fine_rest_uv)
        trace = draw_trace(
            leg,
            total,
            all_found.fine_rest_uv,
            level_step_s=all_found.fine_s,
            bin_s=settings.trace_bin_s,
        )
    return DetectionResult(
        movements=_rows(
            leg,
            select_movements(all_found.found, accepted),
            select_rows(all_found.evidence, accepted),
        ),
        candidates=_rows(
            leg, select_movements(all_found.found, keep), select_rows(all_found.evidence, keep)
        ),
        quality=quality,
        detector=settings.id,
        preparation=report_preparation(
            leg.side, all_found.levels, mains_hz=all_found.mains_hz, n_beats=all_found.n_beats
        ),
        trace=trace,
    )


def _rows(leg: LegSignal, found: Crossings, evidence: MovementEvidence) -> LegMovements:
    """Turn samples into seconds."""
    return LegMovements(
        onset_s=found.onset / leg.fs_hz,
        duration_s=(found.offset - found.onset) / leg.fs_hz,
        side=np.full(found.onset.size, leg.side),
        truncated=found.truncated,
        evidence=evidence,
    )


def in_scorable_time(found: Crossings, quality: LegQuality, *, fs_hz: float) -> BoolArray:
    """Say for each movement whether it begins in a minute that can be scored."""
    minute = np.minimum(
        (found.onset / fs_hz / MINUTE_S).astype(np.int64), quality.unscorable.size - 1
    )
    return ~quality.unscorable[minute]
