"""How well a leg could be judged, minute by minute, and which minutes leave the count."""

import numpy as np

from ekbom.criteria.detector import QualitySettings
from ekbom.detection.levels import LegLevels
from ekbom.model.finding import Finding, Severity
from ekbom.model.movements import LegQuality
from ekbom.model.recording import BoolArray, FloatArray, IntArray, LegSignal, StrArray

MINUTE_S = 60.0
OFF_THE_SKIN = "electrode off the skin"


def judge_quality(leg: LegSignal, levels: LegLevels, *, settings: QualitySettings) -> LegQuality:
    """Sum the levels up per minute and mark the minutes that cannot be scored, each with its reason."""
    n_minutes = max(1, int(np.ceil(leg.emg_uv.size / leg.fs_hz / MINUTE_S - 1e-9)))
    rows = _rows_of_minutes(levels.rest_uv.size, levels.step_s, n_minutes)
    rest, noise = _medians(levels.rest_uv[rows]), _medians(levels.noise_uv[rows])
    clipped, flat, missing = (
        values[rows].mean(axis=1) for values in (levels.clipped, levels.flat, levels.missing)
    )
    cross_talk = levels.cross_talk[rows].mean(axis=1)
    hum = _medians(levels.hum_uv[rows])
    reason = _reasons(rest, clipped, flat, missing, cross_talk, settings=settings)
    reason[
        (reason == "") & _off_the_skin(rest, noise, hum, step_uv=leg.step_uv, settings=settings)
    ] = OFF_THE_SKIN
    unscorable = reason != ""
    seconds = np.full(n_minutes, MINUTE_S)
    seconds[-1] = leg.emg_uv.size / leg.fs_hz - MINUTE_S * (n_minutes - 1)
    scored_share = float(np.sum(seconds[~unscorable]) / np.sum(seconds))
    return LegQuality(
        side=leg.side,
        minute_start_s=np.arange(n_minutes, dtype=np.float64) * MINUTE_S,
        rest_uv=rest,
        noise_uv=noise,
        hum_uv=hum,
        ecg_uv=_medians(levels.ecg_uv[rows]),
        saturated_share=clipped,
        disconnected_share=flat + missing,
        cross_talk_share=cross_talk,
        step_uv=leg.step_uv,
        unscorable=unscorable,
        reason=reason,
        scored_share=scored_share,
        summary=_summary(leg.side, scored_share, rest, unscorable),
        findings=_findings(leg, reason),
    )


def _rows_of_minutes(n_steps: int, step_s: float, n_minutes: int) -> IntArray:
    """List the indices of the grid steps of each minute, one row per minute.

    A step past the end repeats the last one.
    """
    starts = np.ceil(np.arange(n_minutes) * MINUTE_S / step_s - 1e-9).astype(np.int64)
    per_minute = max(1, int(MINUTE_S / step_s))
    return np.asarray(np.minimum(starts[:, None] + np.arange(per_minute), n_steps - 1), np.int64)


def _medians(rows: FloatArray) -> FloatArray:
    """Median of what is known in each row, NaN where nothing is."""
    ordered = np.sort(rows, axis=1)
    count = np.sum(np.isfinite(ordered), axis=1)
    index = np.arange(rows.shape[0])
    middle = (
        ordered[index, np.maximum(count - 1, 0) // 2]
        + ordered[index, np.minimum(count // 2, rows.shape[1] - 1)]
    ) / 2.0
    return np.where(count > 0, middle, np.nan)


def _reasons(
    rest: FloatArray,
    clipped: FloatArray,
    flat: FloatArray,
    missing: FloatArray,
    cross_talk: FloatArray,
    *,
    settings: QualitySettings,
) -> StrArray:
    """Name for each minute why it cannot be scored; empty where it can.

    The first reason that holds is given.
    """
    share = settings.unscorable_minute_share
    text = np.full(rest.size, "", dtype="<U32")
    for held, name in (
        (cross_talk > share, "cross-talk"),
        ((rest > settings.noise_unscorable_uv) | ~np.isfinite(rest), "noise"),
        (clipped + flat + missing > share, "signal lost"),
        (clipped > share, "saturated"),
        (flat > share, "flat"),
        (missing > share, "not recorded"),
    ):
        text[held] = name
    return text


def _off_the_skin(
    rest: FloatArray,
    noise: FloatArray,
    hum: FloatArray,
    *,
    step_uv: float,
    settings: QualitySettings,
) -> BoolArray:
    """Say of each minute whether the electrode is off the skin without being flat.

    Nothing but hum, or hardly any noise.
    """
    humming = (hum >= settings.hum_unscorable_uv) & (hum > settings.hum_unscorable_ratio * rest)
    silent = (noise < settings.silent_unscorable_uv) & (step_uv < settings.silent_unscorable_uv)
    return np.asarray(humming | silent, dtype=bool)


def _summary(side: str, scored_share: float, rest: FloatArray, unscorable: BoolArray) -> str:
    """One sentence for a person."""
    known = rest[~unscorable & np.isfinite(rest)]
    level = (
        f"median resting level {np.median(known):.1f} uV"
        if known.size
        else "no resting level could be measured"
    )
    return f"{side} leg: {100.0 * scored_share:.1f} % of the recording could be scored, {level}."


def _findings(leg: LegSignal, reason: StrArray) -> tuple[Finding, ...]:
    """One finding per reason that took time away."""
    names, counts = np.unique(reason[reason != ""], return_counts=True)
    return tuple(
        Finding(
            code="minutes-unscorable",
            severity=Severity.WARNING,
            message=f"{count} of {reason.size} minutes of the {leg.side} leg cannot be scored: {name}; they leave every count.",
            subject=leg.side,
        )
        for name, count in zip(names, counts, strict=True)
    )
