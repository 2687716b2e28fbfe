"""Hop 2: the leg movements of one leg, with quality, evidence and everything that was done to the signal."""

import numpy as np

from ekbom.detection.evidence import gather_evidence
from ekbom.detection.literal import detect_literally, literal_levels
from ekbom.detection.quality import MINUTE_S, LegLevels, judge_quality
from ekbom.detection.robust import detect_block, grids_for
from ekbom.detection.threshold import Crossings, select_movements
from ekbom.detection.trace import draw_trace
from ekbom.model.detector import DetectorSettings, LiteralSettings, RobustSettings
from ekbom.model.errors import UsageError
from ekbom.model.movements import DetectionResult, LegMovements, LegQuality
from ekbom.model.recording import BoolArray, LegSignal
from ekbom.model.rules import AmplitudeCriteria


def find_leg_movements(
    leg: LegSignal,
    *,
    amplitude: AmplitudeCriteria,
    settings: DetectorSettings,
    ecg: LegSignal | None = None,  # noqa: ARG001 - the literal detector does not use it
    other_leg: LegSignal | None = None,  # noqa: ARG001 - the literal detector does not use it
    keep_trace: bool = True,
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
        The ECG channel of the same recording, if there is one; the robust detector finds the heart beats in it.
    other_leg
        The other leg, to notice that both channels carry the same waveform.
    keep_trace
        Keep what figures draw.

    Returns
    -------
    DetectionResult
        Movements whose onset lies in scorable minutes, the quality of every minute, and the preparation of the signal.
    """
    if leg.emg_uv.ndim != 1 or not leg.fs_hz > 0.0:
        raise UsageError(
            f"The {leg.side} leg needs one row of samples and a positive rate, not shape {leg.emg_uv.shape} at {leg.fs_hz} Hz; "
            "check the channel."
        )
    if isinstance(settings, LiteralSettings):
        return _literal(leg, amplitude=amplitude, settings=settings, keep_trace=keep_trace)
    if isinstance(settings, RobustSettings):
        grids = grids_for(leg.fs_hz, settings)
        b = detect_block(leg, grids=grids, amplitude=amplitude, settings=settings)
        z = np.zeros(b.rest.power_uv2.size)
        lv = LegLevels(
            step_s=grids.step_s,
            rest_uv=np.sqrt(b.rest.power_uv2),
            noise_uv=z,
            hum_uv=z,
            ecg_uv=z,
            cross_talk=z > 0,
            clipped=z,
            flat=z,
            missing=z,
        )
        q = judge_quality(leg, lv, settings=settings)
        mv = LegMovements(
            onset_s=b.found.onset / leg.fs_hz,
            duration_s=(b.found.offset - b.found.onset) / leg.fs_hz,
            side=np.full(b.found.onset.size, leg.side),
            truncated=b.found.truncated,
        )
        return DetectionResult(movements=mv, quality=q, detector=settings.id)
    raise UsageError(f"No detector is known for the settings {settings.id!r}; use the tables 'literal' or 'robust'.")


def _literal(leg: LegSignal, *, amplitude: AmplitudeCriteria, settings: LiteralSettings, keep_trace: bool) -> DetectionResult:
    """Run the literal detector on one leg."""
    steps = detect_literally(leg, amplitude=amplitude, settings=settings)
    quality = judge_quality(leg, literal_levels(leg, steps, settings=settings), settings=settings)
    found = keep_scorable(steps.found, quality, fs_hz=leg.fs_hz)
    evidence = gather_evidence(steps.envelope_uv - steps.rest_uv, steps.rest_uv, found, fs_hz=leg.fs_hz, criteria=amplitude)
    trace = None
    if keep_trace:
        trace = draw_trace(leg, steps.envelope_uv, steps.rest_uv, level_step_s=1.0 / leg.fs_hz, bin_s=settings.trace_bin_s)
    movements = LegMovements(
        onset_s=found.onset / leg.fs_hz,
        duration_s=(found.offset - found.onset) / leg.fs_hz,
        side=np.full(found.onset.size, leg.side),
        truncated=found.truncated,
        evidence=evidence,
    )
    return DetectionResult(movements=movements, quality=quality, detector=settings.id, trace=trace)


def keep_scorable(found: Crossings, quality: LegQuality, *, fs_hz: float) -> Crossings:
    """Leave out movements that begin in a minute that cannot be scored."""
    minute = np.minimum((found.onset / fs_hz / MINUTE_S).astype(np.int64), quality.unscorable.size - 1)
    keep: BoolArray = ~quality.unscorable[minute]
    return select_movements(found, keep)
