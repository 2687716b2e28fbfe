"""How well a leg could be judged, minute by minute, and which minutes leave the count."""

import numpy as np

from ekbom.criteria.detector import QualitySettings
from ekbom.detection.levels import LegLevels
from ekbom.model.finding import Finding, Severity
from ekbom.model.movements import LegQuality, MinuteReason
from ekbom.model.recording import BoolArray, FloatArray, IntArray, LegSignal, StrArray

MINUTE_S = 60.0  # arithmetic: seconds of a minute
_TOLERANCE = 1e-9  # arithmetic: a whole number of minutes is no minute more


def judge_quality(leg: LegSignal, levels: LegLevels, *, settings: QualitySettings) -> LegQuality:
    """Sum the levels up per minute and mark the minutes that cannot be scored, with the reason."""
    duration_s = leg.emg_uv.size / leg.fs_hz
    n_minutes = max(1, int(np.ceil(duration_s / MINUTE_S - _TOLERANCE)))
    rows = _rows_of_minutes(levels.rest_uv.size, levels.step_s, n_minutes)
    lost = {name: getattr(levels, name)[rows].mean(axis=1) for name in ("clipped", "flat")}
    start_s = np.arange(n_minutes, dtype=np.float64) * MINUTE_S
    reason = _reasons(leg, levels, rows, settings)
    seconds = np.minimum(MINUTE_S, duration_s - start_s)
    unscorable = reason != ""
    return LegQuality(
        side=leg.side,
        minute_start_s=start_s,
        rest_uv=_medians(levels.rest_uv[rows]),
        noise_uv=_medians(levels.noise_uv[rows]),
        hum_uv=_medians(levels.hum_uv[rows]),
        ecg_uv=_medians(levels.ecg_uv[rows]),
        saturated_share=lost["clipped"],
        disconnected_share=lost["flat"] + levels.missing[rows].mean(axis=1),
        cross_talk_share=levels.cross_talk[rows].mean(axis=1),
        step_uv=leg.step_uv,
        unscorable=unscorable,
        reason=reason,
        scored_share=float(np.sum(seconds[~unscorable]) / np.sum(seconds)),
        findings=_findings(leg, reason),
    )


def _rows_of_minutes(n_steps: int, step_s: float, n_minutes: int) -> IntArray:
    """List the indices of the grid steps of each minute, one row per minute.

    A step past the end repeats the last one.
    """
    starts = np.ceil(np.arange(n_minutes) * MINUTE_S / step_s - _TOLERANCE).astype(np.int64)
    per_minute = max(1, int(MINUTE_S / step_s))
    return np.asarray(np.minimum(starts[:, None] + np.arange(per_minute), n_steps - 1), np.int64)


def _medians(rows: FloatArray) -> FloatArray:
    """Median of what is known in each row, NaN where nothing is."""
    ordered = np.sort(rows, axis=1)
    count = np.sum(np.isfinite(ordered), axis=1)
    index = np.arange(rows.shape[0])
    low = ordered[index, np.maximum(count - 1, 0) // 2]
    high = ordered[index, np.minimum(count // 2, rows.shape[1] - 1)]
    return np.where(count > 0, (low + high) / 2.0, np.nan)


def _reasons(
    leg: LegSignal, levels: LegLevels, rows: IntArray, settings: QualitySettings
) -> StrArray:
    """Name for each minute why it cannot be scored; empty where it can.

    Of several reasons the one that is named last in the list is given; `OFF_THE_SKIN` only where
    there is no other.
    """
    rest = _medians(levels.rest_uv[rows])
    clipped, flat, missing, cross_talk = (
        column[rows].mean(axis=1)
        for column in (levels.clipped, levels.flat, levels.missing, levels.cross_talk)
    )
    share = settings.unscorable_minute_share
    reasons = {
        MinuteReason.OFF_THE_SKIN: _off_the_skin(leg, levels, rows, settings),
        MinuteReason.CROSS_TALK: cross_talk > share,
        MinuteReason.NOISE: (rest > settings.noise_unscorable_uv) | ~np.isfinite(rest),
        MinuteReason.SIGNAL_LOST: clipped + flat + missing > share,
        MinuteReason.SATURATED: clipped > share,
        MinuteReason.FLAT: flat > share,
        MinuteReason.NOT_RECORDED: missing > share,
    }
    named = np.full(rest.size, "", dtype="<U32")
    for reason, held in reasons.items():
        named[held] = reason
    return named


def _off_the_skin(
    leg: LegSignal, levels: LegLevels, rows: IntArray, settings: QualitySettings
) -> BoolArray:
    """Say of each minute whether the electrode is off the skin without being flat.

    There is nothing but hum, or hardly any noise.
    """
    rest, hum = _medians(levels.rest_uv[rows]), _medians(levels.hum_uv[rows])
    humming = (hum >= settings.hum_unscorable_uv) & (hum > settings.hum_unscorable_ratio * rest)
    silent = _medians(levels.noise_uv[rows]) < settings.silent_unscorable_uv
    could_be_seen = leg.step_uv < settings.silent_unscorable_uv
    return np.asarray(humming | (silent & could_be_seen), dtype=bool)


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
