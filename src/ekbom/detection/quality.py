"""How well a leg could be judged, minute by minute, and which minutes leave the count."""

from enum import StrEnum
from typing import NamedTuple

import numpy as np

from ekbom.criteria.detector import DetectorSettings, QualitySettings
from ekbom.detection.levels import LegLevels
from ekbom.detection.runs import row_medians
from ekbom.detection.surface.looks import Looks
from ekbom.detection.surface.smooth import MINUTE_S
from ekbom.detection.surface.sway import slow_sway
from ekbom.detection.surface.verdict import Levels, NoMuscle, judge_surface
from ekbom.model.finding import Finding, Severity
from ekbom.model.movements import LegQuality
from ekbom.model.recording import (
    BoolArray,
    FloatArray,
    IntArray,
    LegSignal,
    StrArray,
)

_TOLERANCE = 1e-9  # arithmetic: a whole number of minutes is no minute more


class MinuteReason(StrEnum):
    """Why a minute of a leg cannot be scored."""

    CROSS_TALK = "cross-talk"
    ELECTRODE_FALLEN = "electrode-fallen"
    FLAT = "flat"
    HEART_NOT_MUSCLE = "heart-not-muscle"
    NOISE = "noise"
    NOT_RECORDED = "not-recorded"
    OFF_THE_SKIN = "off-the-skin"
    RECTIFIED = "rectified"
    REGULAR_WAVE = "regular-wave"
    SATURATED = "saturated"
    SIGNAL_LOST = "signal-lost"
    TOO_SLOW = "too-slow"


class _Minutes(NamedTuple):
    """What was measured on each minute: medians of the levels, means of the shares."""

    rest_uv: FloatArray
    noise_uv: FloatArray
    hum_uv: FloatArray
    ecg_uv: FloatArray
    cross_talk: FloatArray
    clipped: FloatArray
    flat: FloatArray
    missing: FloatArray


def judge_quality(
    leg: LegSignal,
    levels: LegLevels,
    looks: Looks,
    *,
    settings: DetectorSettings,
) -> LegQuality:
    """Sum the levels up per minute and mark the minutes that cannot be scored, with the reason."""
    duration_s = len(leg.emg_uv) / leg.fs_hz
    n_minutes = max(1, int(np.ceil(duration_s / MINUTE_S - _TOLERANCE)))
    start_s = np.arange(n_minutes, dtype=np.float64) * MINUTE_S
    minutes = _per_minute(levels, n_minutes)
    surface = judge_surface(
        leg,
        Levels(minutes.rest_uv, minutes.noise_uv, minutes.ecg_uv),
        looks,
        slow_sway(leg, minutes.rest_uv, settings=settings.surface),
        settings=settings.surface,
    )
    reason = _reasons(minutes, surface, leg.step_uv, settings.quality)
    unscorable = reason != ""
    seconds = np.minimum(MINUTE_S, duration_s - start_s)
    return LegQuality(
        side=leg.side,
        minute_start_s=start_s,
        rest_uv=minutes.rest_uv,
        noise_uv=minutes.noise_uv,
        hum_uv=minutes.hum_uv,
        ecg_uv=minutes.ecg_uv,
        saturated_share=minutes.clipped,
        disconnected_share=minutes.flat + minutes.missing,
        cross_talk_share=minutes.cross_talk,
        step_uv=leg.step_uv,
        unscorable=unscorable,
        reason=reason,
        scored_share=float(np.sum(seconds[~unscorable]) / np.sum(seconds)),
        findings=_findings(leg, reason),
    )


def _per_minute(levels: LegLevels, n_minutes: int) -> _Minutes:
    """Sum the levels up per minute."""
    rows = _rows_of_minutes(levels.rest_uv.size, levels.step_s, n_minutes)
    amplitudes = (levels.rest_uv, levels.noise_uv, levels.hum_uv, levels.ecg_uv)
    shares = (levels.cross_talk, levels.clipped, levels.flat, levels.missing)
    medians = (row_medians(column[rows]) for column in amplitudes)
    return _Minutes(*medians, *(column[rows].mean(axis=1) for column in shares))


def _rows_of_minutes(n_steps: int, step_s: float, n_minutes: int) -> IntArray:
    """List the indices of the grid steps of each minute, one row per minute.

    A step past the end repeats the last one.
    """
    starts = np.ceil(
        np.arange(n_minutes) * MINUTE_S / step_s - _TOLERANCE
    ).astype(np.int64)
    per_minute = max(1, int(MINUTE_S / step_s))
    return np.asarray(
        np.minimum(starts[:, None] + np.arange(per_minute), n_steps - 1),
        np.int64,
    )


def _reasons(
    minutes: _Minutes,
    surface: NoMuscle,
    step_uv: float,
    settings: QualitySettings,
) -> StrArray:
    """Name for each minute why it cannot be scored; empty where it can.

    Of several reasons the one that is named last in the list is given: that samples are lost
    before what they look like.
    """
    share, rest = settings.unscorable_minute_share, minutes.rest_uv
    lost = minutes.clipped + minutes.flat + minutes.missing
    reasons = {
        MinuteReason.ELECTRODE_FALLEN: surface.fallen,
        MinuteReason.OFF_THE_SKIN: _off_the_skin(minutes, step_uv, settings),
        MinuteReason.TOO_SLOW: surface.slow,
        MinuteReason.RECTIFIED: surface.rectified,
        MinuteReason.REGULAR_WAVE: surface.regular,
        MinuteReason.HEART_NOT_MUSCLE: surface.heart,
        MinuteReason.CROSS_TALK: minutes.cross_talk > share,
        MinuteReason.NOISE: (rest > settings.noise_unscorable_uv)
        | ~np.isfinite(rest),
        MinuteReason.SIGNAL_LOST: lost > share,
        MinuteReason.SATURATED: minutes.clipped > share,
        MinuteReason.FLAT: minutes.flat > share,
        MinuteReason.NOT_RECORDED: minutes.missing > share,
    }
    named = np.full(rest.size, "", dtype="<U32")
    for reason, held in reasons.items():
        named[held] = reason
    return named


def _off_the_skin(
    minutes: _Minutes, step_uv: float, settings: QualitySettings
) -> BoolArray:
    """Say of each minute whether the electrode is off the skin without being flat.

    There is nothing but hum, or hardly any noise although the digital step could show some.
    """
    least_uv = settings.silent_unscorable_uv
    far_above_uv = settings.hum_unscorable_ratio * minutes.rest_uv
    humming = (minutes.hum_uv >= settings.hum_unscorable_uv) & (
        minutes.hum_uv > far_above_uv
    )
    silent = (minutes.noise_uv < least_uv) & (step_uv < least_uv)
    return np.asarray(humming | silent, dtype=bool)


def _findings(leg: LegSignal, reason: StrArray) -> tuple[Finding, ...]:
    """One finding per reason that took time away."""
    names, counts = np.unique(reason[reason != ""], return_counts=True)
    return tuple(
        Finding(
            "minutes-unscorable",
            Severity.WARNING,
            leg.side,
            {"count": count, "minutes": reason.size, "reason": name},
        )
        for name, count in zip(names.tolist(), counts.tolist(), strict=True)
    )
