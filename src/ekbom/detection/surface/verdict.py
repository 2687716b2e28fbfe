"""Which minutes of a channel cannot be surface EMG of a leg, and why."""

from typing import NamedTuple

import numpy as np

from ekbom.criteria.detector import SurfaceSettings
from ekbom.detection.runs import row_medians
from ekbom.detection.surface.looks import Looks, look_samples
from ekbom.detection.surface.smooth import MINUTE_S, over_minutes
from ekbom.detection.surface.sway import Sway, is_large
from ekbom.model.recording import BoolArray, FloatArray, LegSignal


class Levels(NamedTuple):
    """Levels of each minute that tell muscle from other things, uV."""

    rest_uv: FloatArray
    noise_uv: FloatArray
    ecg_uv: FloatArray


class NoMuscle(NamedTuple):
    """Minutes that cannot be surface EMG, shape (n_minutes,) each, by what they are instead."""

    fallen: BoolArray
    slow: BoolArray
    rectified: BoolArray
    regular: BoolArray
    heart: BoolArray


def judge_surface(
    leg: LegSignal,
    levels: Levels,
    looks: Looks,
    sway: Sway,
    *,
    settings: SurfaceSettings,
) -> NoMuscle:
    """Say of each minute what it is where it cannot be the surface EMG of a leg."""
    n_minutes = levels.rest_uv.size
    minutes = _minutes_of(looks, n_minutes, leg.fs_hz, settings)
    limit_hz = min(
        settings.median_least_hz,
        settings.median_least_share * 0.5 * leg.fs_hz,
    )
    uneven = np.abs(minutes.asymmetry) > settings.asymmetry_most
    one_sided = minutes.one_sided > 0.5
    return NoMuscle(
        fallen=_fallen(levels.rest_uv, settings),
        slow=_throughout(minutes.median_hz < limit_hz, settings),
        rectified=_throughout(uneven | one_sided, settings),
        regular=_regular(sway, looks, levels.rest_uv, settings),
        heart=_heart(levels, minutes.rms_uv, settings),
    )


def _minutes_of(
    looks: Looks, n_minutes: int, fs_hz: float, settings: SurfaceSettings
) -> Looks:
    """Medians of the looks of each minute, smoothed over the minutes around.

    A minute without any look shows nothing: infinite frequency, no asymmetry.
    """
    hop = look_samples(fs_hz, settings)[1]
    per_minute = max(1, round(MINUTE_S / settings.look_every_s))
    place = looks.start // hop
    known = place < n_minutes * per_minute
    without = {
        "median_hz": np.inf,
        "asymmetry": 0.0,
        "one_sided": 0.0,
        "rms_uv": 0.0,
    }
    columns = {}
    for name, nothing in without.items():
        rows = np.full(n_minutes * per_minute, np.nan)
        rows[place[known]] = getattr(looks, name)[known]
        minute = row_medians(rows.reshape(n_minutes, per_minute))
        shown = np.where(np.isnan(minute), nothing, minute)
        columns[name] = over_minutes(shown, settings.smooth_minutes, np.median)
    return Looks(start=np.arange(n_minutes), **columns)


def _throughout(flagged: BoolArray, settings: SurfaceSettings) -> BoolArray:
    """Every minute where most minutes are flagged: a channel is one thing."""
    most = float(np.mean(flagged)) > settings.throughout_share
    return np.ones(flagged.size, np.bool_) if most else flagged


def _fallen(rest_uv: FloatArray, settings: SurfaceSettings) -> BoolArray:
    """Minutes whose resting level lies at the noise of an amplifier and far below the others."""
    known = rest_uv[np.isfinite(rest_uv)]
    if not known.size:
        return np.zeros(rest_uv.size, np.bool_)
    usual_uv = float(np.quantile(known, settings.fallen_quantile))
    low_uv = min(settings.fallen_uv, settings.fallen_ratio * usual_uv)
    return np.asarray(rest_uv < low_uv)


def _heart(
    levels: Levels, left_uv: FloatArray, settings: SurfaceSettings
) -> BoolArray:
    """Minutes of high heart beats that leave little when they are taken out."""
    high = levels.ecg_uv > settings.heart_most_uv
    quiet = levels.noise_uv > settings.heart_left_ratio * left_uv
    return np.asarray(high & quiet)


def _has_bursts(looks: Looks, settings: SurfaceSettings) -> bool:
    """Say whether a channel has bursts of fast waves now and then, as a muscle that moves."""
    if not looks.rms_uv.size:
        return False
    high_uv = settings.burst_ratio * float(np.median(looks.rms_uv))
    fast = np.isfinite(looks.median_hz) & (
        looks.median_hz >= settings.median_least_hz
    )
    share = float(np.mean(fast & (looks.rms_uv > high_uv)))
    return share > settings.burst_share


def _regular(
    sway: Sway,
    looks: Looks,
    rest_uv: FloatArray,
    settings: SurfaceSettings,
) -> BoolArray:
    """Minutes of a channel that sways regularly, far above its faster waves, most of the time.

    A channel with bursts of fast waves beside has a muscle in it.
    """
    n = sway.rms_uv.size
    flagged = np.zeros(rest_uv.size, np.bool_)
    large = is_large(sway.rms_uv, rest_uv[:n], settings)
    flagged[:n] = large & (sway.regularity > settings.regular_least)
    most = float(np.mean(flagged)) > settings.throughout_share
    alive = _has_bursts(looks, settings)
    return np.full(flagged.size, most and not alive)
