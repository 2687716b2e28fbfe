"""Small signals that show what the numbers do that tell the surface EMG of a leg from others.

Every scenario `GROUP__NAME` takes the settings of that group and gives what is seen, by name.
"""

import numpy as np
from known_legs import CRITERIA
from small_signals import FS, Seen, leg_of, noise, sine

from ekbom.criteria.detector import RobustSettings, SurfaceSettings
from ekbom.detection.copies import copied_movements, without_copies
from ekbom.detection.surface.looks import Looks, look_at
from ekbom.detection.surface.sway import Sway, slow_sway
from ekbom.detection.surface.verdict import Levels, NoMuscle, judge_surface
from ekbom.model.movements import (
    DetectionResult,
    LegMovements,
    LegQuality,
    MovementEvidence,
)
from ekbom.model.recording import FloatArray

N = 20


def looked(
    wave: FloatArray, settings: SurfaceSettings, *, step_uv: float = 0.0
) -> Looks:
    """What looks at a wave show that nothing was taken out of."""
    leg = leg_of(wave, step_uv=step_uv)
    return look_at(leg, leg.emg_uv[:], first=0, lost=None, settings=settings)


def surface__looks(settings: SurfaceSettings) -> Seen:
    """How often and how long is looked; slow waves; tails; samples on one side of zero."""
    wave = noise(120.0)
    place = np.arange(wave.size) % 20
    often = np.random.default_rng(6).random(wave.size) < 0.15
    tailed = np.where(often, 4.0, wave)
    rare = np.where(place == 0, 1.0, 0.0) + 0.0001 * np.abs(wave)
    spiky = sine(120.0, 10.0, 1.0) + np.where(place == 0, 9.0, 0.0) * (
        np.arange(wave.size) % 200 < 20
    )
    far = 4.0 + np.clip(wave, -3.0, 3.0)

    def uneven(tails: FloatArray, step_uv: float = 0.0) -> float:
        looks = looked(tails, settings, step_uv=step_uv)
        return float(np.nan_to_num(np.median(looks.asymmetry)))

    return {
        "count": float(looked(wave, settings).start.size),
        "in_61_s": float(looked(wave[:6100], settings).start.size),
        "median_hz": float(
            np.median(looked(wave + sine(120.0, 6.0, 20.0), settings).median_hz)
        ),
        "humming": uneven(np.abs(wave) + sine(120.0, 40.0, 0.4)),
        "spiky": float(np.isinf(looked(spiky, settings).median_hz).mean()),
        "tailed": uneven(tailed),
        "coarse": uneven(np.abs(wave), step_uv=0.4),
        "rare": float(looked(rare, settings).one_sided.mean()),
        "far": float(looked(far, settings).one_sided.mean()),
    }


def looks_of(
    *,
    median_hz: FloatArray | float = 60.0,
    asymmetry: FloatArray | float = 0.0,
    burst_uv: float = 1.0,
    fs_hz: float = 256.0,
    every_s: float = 30.0,
) -> Looks:
    """Looks at twenty minutes, two in each, some of them changed, one in twenty with a burst."""
    start = np.arange(2 * N) * round(every_s * fs_hz)
    level_uv = np.where(np.arange(2 * N) % 20 == 0, burst_uv, 1.0)

    def column(value: FloatArray | float) -> FloatArray:
        return np.repeat(np.broadcast_to(np.asarray(value, float), N), 2)

    return Looks(
        start, column(median_hz), column(asymmetry), np.zeros(2 * N), level_uv
    )


QUIET_SWAY = Sway(np.zeros(N), np.zeros(N))


def judged(
    settings: SurfaceSettings,
    *,
    looks: Looks | None = None,
    sway: Sway = QUIET_SWAY,
    rest_uv: FloatArray | float = 1.0,
    ecg_uv: float = 0.0,
    fs_hz: float = 256.0,
) -> NoMuscle:
    """The verdict on twenty minutes."""
    return judge_surface(
        leg_of(np.zeros(10), fs_hz=fs_hz),
        Levels(
            np.broadcast_to(np.asarray(rest_uv, float), N),
            np.full(N, 0.2 * ecg_uv),
            np.full(N, ecg_uv),
        ),
        looks or looks_of(fs_hz=fs_hz),
        sway,
        settings=settings,
    )


def surface__minutes(settings: SurfaceSettings) -> Seen:
    """Minutes that are just no surface EMG, each for one number."""
    first_twelve = np.arange(N) < 12
    slow = looks_of(median_hz=16.0)
    at_64_hz = looks_of(median_hz=16.0, fs_hz=64.0)
    low = np.where(np.arange(N) < 8, 0.15, 1.0)
    lower = np.where(np.arange(N) < 8, 0.15, 0.5)
    mostly_off = np.where(np.arange(N) < 16, 0.1, 1.0)

    def swaying(
        rms_uv: float, regularity: float, burst_uv: float = 1.0
    ) -> float:
        sway = Sway(np.full(N, rms_uv), np.full(N, regularity))
        verdict = judged(
            settings,
            looks=looks_of(burst_uv=burst_uv),
            sway=sway,
            rest_uv=0.1,
        )
        return float(verdict.regular.sum())

    def uneven(minutes: FloatArray) -> float:
        looks = looks_of(asymmetry=minutes)
        return float(judged(settings, looks=looks).rectified.sum())

    return {
        "of_16_hz": float(judged(settings, looks=slow).slow.sum()),
        "of_16_hz_at_64_hz": float(
            judged(settings, looks=at_64_hz, fs_hz=64.0).slow.sum()
        ),
        "uneven_by_0.2": uneven(np.full(N, 0.2)),
        "two_uneven": uneven(np.where(np.arange(N) // 2 == 4, 0.5, 0.0)),
        "twelve_uneven": uneven(np.where(first_twelve, 0.5, 0.0)),
        "fallen_to_0.15": float(judged(settings, rest_uv=low).fallen.sum()),
        "fallen_from_0.5": float(judged(settings, rest_uv=lower).fallen.sum()),
        "mostly_off": float(judged(settings, rest_uv=mostly_off).fallen.sum()),
        "heart_of_150_uv": float(judged(settings, ecg_uv=150.0).heart.sum()),
        "sway_of_0.6": swaying(50.0, 0.6),
        "sway_of_4_uv": swaying(4.0, 0.9),
        "sway_with_bursts": swaying(50.0, 0.9, 6.0),
    }


def surface__sway(settings: SurfaceSettings) -> Seen:
    """Slow waves: fast, of ten seconds, and of a second that is soon forgotten."""
    time_s = np.arange(30000) / FS
    rng = np.random.default_rng(4)
    waves = zip(
        rng.uniform(0.85, 1.15, 60), rng.uniform(0.0, 6.0, 60), strict=True
    )
    fading = sum(np.sin(6.283 * hz * time_s + phase) for hz, phase in waves)
    fast = slow_sway(
        leg_of(20.0 * np.sin(6.0 * np.pi * time_s)),
        np.full(10, 0.1),
        settings=settings,
    )
    long = slow_sway(
        leg_of(sine(300.0, 0.1, 20.0)), np.full(10, 0.1), settings=settings
    )
    first = slow_sway(leg_of(5.0 * fading), np.full(10, 0.1), settings=settings)
    return {
        "rms_of_3_hz": float(fast.rms_uv.mean()),
        "of_10_s": float(long.regularity.mean()),
        "fading": float(first.regularity.mean()),
    }


def movement(
    onset_s: float, *, duration_s: float = 2.0, rest_uv: float = 1.0
) -> LegMovements:
    """One movement."""
    one = np.ones(1)
    evidence = MovementEvidence(
        rest_uv=rest_uv * one,
        peak_above_rest_uv=one,
        median_above_rest_uv=one,
        area_uv_s=one,
        rise_time_s=one,
        n_bursts=np.ones(1, np.int64),
        confidence=one,
        onset_distance_uv=one,
        duration_distance_s=one,
        confidence_low=one,
        confidence_high=one,
    )
    return LegMovements(
        onset_s=np.array([onset_s]),
        duration_s=np.array([duration_s]),
        side=np.array(["left"]),
        truncated=np.zeros(1, np.bool_),
        evidence=evidence,
    )


def copied(
    own: FloatArray,
    other: FloatArray,
    settings: RobustSettings,
    *,
    shared_s: float = 2.0,
) -> float:
    """Whether the movement of one leg is taken for a copy of that of the other."""
    legs = leg_of(own, fs_hz=200.0), leg_of(other, fs_hz=200.0)
    marked = copied_movements(
        (legs[0], movement(4.0)),
        (legs[1], movement(4.0, duration_s=shared_s)),
        amplitude=CRITERIA,
        settings=settings,
    )
    return float(marked.sum())


def robust__copies(settings: RobustSettings) -> Seen:
    """Copies with much, little and no activity of their own, and how often they are noted."""
    shared, own = (noise(10.0, fs_hz=200.0, seed=seed) for seed in (1, 2))
    results = [
        DetectionResult(movements=joined, quality=quality, detector="robust")
        for joined, quality in (
            (movement(4.0), empty_quality("left")),
            (movement(4.0), empty_quality("right")),
        )
    ]
    legs = [
        leg_of(wave, fs_hz=200.0) for wave in (30.0 * shared, 90.0 * shared)
    ]
    kept = without_copies(legs, results, amplitude=CRITERIA, settings=settings)
    return {
        "strong": copied(60.0 * shared + 15.0 * own, 200.0 * shared, settings),
        "weak": copied(8.0 * shared + 5.5 * own, 200.0 * shared, settings),
        "short": copied(60.0 * shared, 200.0 * shared, settings, shared_s=0.9),
        "warned": float(
            sum(f.severity == "warning" for f in kept[0].quality.findings)
        ),
    }


def empty_quality(side: str) -> LegQuality:
    """The quality of a leg that says nothing."""
    nothing = np.zeros(0)
    return LegQuality(
        side=side,
        minute_start_s=nothing,
        rest_uv=nothing,
        noise_uv=nothing,
        hum_uv=nothing,
        ecg_uv=nothing,
        saturated_share=nothing,
        unscorable=np.zeros(0, np.bool_),
        reason=np.zeros(0, np.str_),
        scored_share=1.0,
    )
