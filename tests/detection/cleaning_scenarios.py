"""Small signals that show what the numbers of the cleaning and of the evidence do.

Every scenario `GROUP__NAME` takes the settings of that group and gives what is seen, by name.
"""

from dataclasses import replace

import numpy as np
from known_legs import (
    CRITERIA,
    ROBUST,
)
from small_signals import FS, Seen, leg_of, noise, rms, sine

from ekbom.criteria.detector import (
    CrossTalkSettings,
    EvidenceSettings,
    HumSettings,
    LostSettings,
    MuscleSettings,
    QualitySettings,
)
from ekbom.detection.cleaning.cross_talk import cross_talk_at, same_waveform
from ekbom.detection.cleaning.hum import (
    line_frequencies,
    remove_hum,
    sub_block_samples,
)
from ekbom.detection.cleaning.lost import find_lost_time
from ekbom.detection.evidence import gather_evidence
from ekbom.detection.levels import LegLevels
from ekbom.detection.quality import judge_quality
from ekbom.detection.robust.confidence import FEATURES, confidence_features
from ekbom.detection.robust.muscle import muscle_share
from ekbom.detection.runs import Crossings
from ekbom.detection.surface.looks import Looks
from ekbom.model.recording import FloatArray, SignalArray


def lost__time(settings: LostSettings) -> Seen:
    """A minute with 12 s of one value, 1.5 s at the limit, and 1.5 s seven tenths of a step off."""
    wave = 10.0 * noise(60.0)
    wave[1000:2200] = 5.0
    wave[3000:3150] = 3000.0
    wave[4000:4150] = 3000.0 - 0.7
    lost = find_lost_time(
        leg_of(wave, step_uv=1.0), None, step=100, settings=settings
    )
    return {
        "flat_s": lost.flat.sum(),
        "clipped_s": lost.clipped.sum(),
        "lost_s": 0.0 if lost.samples is None else lost.samples.sum() / FS,
    }


def levels_of(n: int = 120, **columns: FloatArray | float) -> LegLevels:
    """Levels of a quiet leg on a grid of half a second, some of them changed."""
    quiet = {"rest_uv": 1.0, "noise_uv": 1.0, "hum_uv": 0.0, "ecg_uv": 0.0}
    lost = {"clipped": 0.0, "flat": 0.0, "missing": 0.0, "cross_talk": 0.0}
    values = {**quiet, **lost, **columns}
    arrays = {
        name: np.broadcast_to(value, n).astype(np.float64)
        for name, value in values.items()
    }
    cross_talk = arrays.pop("cross_talk") > 0.5
    return LegLevels(
        step_s=0.5,
        cross_talk=cross_talk,
        rest_uv=arrays["rest_uv"],
        noise_uv=arrays["noise_uv"],
        hum_uv=arrays["hum_uv"],
        ecg_uv=arrays["ecg_uv"],
        clipped=arrays["clipped"],
        flat=arrays["flat"],
        missing=arrays["missing"],
    )


NO_LOOKS = Looks(np.zeros(0, np.int64), *np.zeros((4, 0)))
MINUTES = {
    "half_flat": levels_of(flat=np.repeat([1.0, 0.0], [66, 54])),
    "rest_of_24_uv": levels_of(rest_uv=24.0, noise_uv=24.0),
    "hum_of_60_uv": levels_of(hum_uv=60.0, noise_uv=60.0),
    "hum_of_12_rests": levels_of(rest_uv=10.0, hum_uv=120.0, noise_uv=120.0),
    "nearly_silent": levels_of(rest_uv=0.08, noise_uv=0.08),
}


def quality__minutes(settings: QualitySettings) -> Seen:
    """Minutes that are just unscorable, each for one number."""
    leg = leg_of(noise(60.0), step_uv=0.01)
    return {
        name: float(
            judge_quality(
                leg,
                levels,
                NO_LOOKS,
                settings=replace(ROBUST, quality=settings),
            ).unscorable[0]
        )
        for name, levels in MINUTES.items()
    }


def evidence__ends(settings: EvidenceSettings) -> Seen:
    """A movement that rises in a straight line for 1 s, and two at the ends of every range."""
    above = np.concatenate(
        (np.linspace(0.0, 20.0, 100), np.full(50, 20.0))
    ).astype(np.float32)
    found = Crossings(np.array([0]), np.array([150]), np.zeros(1, np.bool_))
    rise = gather_evidence(
        above,
        np.ones_like(above),
        found,
        fs_hz=FS,
        criteria=CRITERIA,
        rise_share=settings.rise_share,
    )
    ends = replace(
        rise,
        rest_uv=np.ones(2),
        peak_above_rest_uv=np.array([0.1, 900.0]),
        area_uv_s=np.array([0.1, 900.0]),
        duration_distance_s=np.array([-0.49, 60.0]),
    )
    features = confidence_features(
        ends, np.ones(2), criteria=CRITERIA, settings=settings
    )
    peak, duration = (
        features[:, FEATURES.index("peak")],
        features[:, FEATURES.index("duration")],
    )
    return {
        "rise_s": rise.rise_time_s[0],
        "weakest": peak[0],
        "strongest": peak[1],
        "shortest": duration[0],
        "longest": duration[1],
    }


def hum_off(
    wave: FloatArray, settings: HumSettings, *, fs_hz: float = FS
) -> SignalArray:
    """What is taken out of a signal as hum."""
    leg_uv = wave.astype(np.float32)
    return leg_uv - remove_hum(leg_uv, fs_hz=fs_hz, settings=settings).emg_uv


def hum__lines(settings: HumSettings) -> Seen:
    """Lines of the mains at some sampling rates, and the samples of a sub-block."""

    def count(fs_hz: float) -> float:
        harmonics = settings.harmonics
        return float(
            sum(
                line_frequencies(
                    hz, fs_hz=fs_hz, harmonics=harmonics, settings=settings
                ).size
                for hz in settings.mains_hz
            )
        )

    return {
        "lines_at_1000_hz": count(1000.0),
        "lines_at_128_hz": count(128.0),
        "lines_at_101_hz": count(101.0),
        "sub_block": float(sub_block_samples(FS, settings)),
    }


def hum__there(settings: HumSettings) -> Seen:
    """Whether some hum is noticed: weak, short, rare, covered by muscle, harmonics alone."""
    rare = sine(60.0, 50.0, 20.0, fs_hz=200.0) * (
        np.arange(12000) / 200.0 % 10.0 > 3.4
    )
    signals = {
        "weak": (
            noise(60.0, fs_hz=200.0) * 0.1 + sine(60.0, 50.0, 0.7, fs_hz=200.0),
            200.0,
        ),
        "of_60_hz": (
            noise(60.0, fs_hz=200.0) + sine(60.0, 60.0, 5.0, fs_hz=200.0),
            200.0,
        ),
        "in_3_s": (
            noise(3.0, fs_hz=200.0) * 0.1 + sine(3.0, 50.0, 5.0, fs_hz=200.0),
            200.0,
        ),
        "rare": (noise(60.0, fs_hz=200.0) + rare, 200.0),
        "third_harmonic": (
            noise(60.0, fs_hz=400.0) + sine(60.0, 150.0, 5.0, fs_hz=400.0),
            400.0,
        ),
    }
    return {
        name: float(hum_off(wave, settings, fs_hz=fs_hz).any())
        for name, (wave, fs_hz) in signals.items()
    }


def hum__followed(settings: HumSettings) -> Seen:
    """What is left of hum that is switched, swells, or lies beside its frequency."""
    fs_hz = 200.0
    time_s = np.arange(24000) / fs_hz
    rest = noise(120.0, fs_hz=fs_hz)
    steady = sine(120.0, 50.0, 10.0, fs_hz=fs_hz)
    switched = steady * ((time_s > 41.0) & (time_s < 79.0))
    swelling = steady * (1.0 + 0.3 * np.sin(2.0 * np.pi * 0.2 * time_s))
    beside = sine(120.0, 50.03, 10.0, fs_hz=fs_hz)
    off = hum_off(rest + switched, settings, fs_hz=fs_hz)
    return {
        "touched_s": float(np.count_nonzero(off) / fs_hz),
        "left_of_steady": rms(
            hum_off(rest + steady, settings, fs_hz=fs_hz) - steady
        ),
        "left_of_swelling": rms(
            hum_off(0.1 * rest + swelling, settings, fs_hz=fs_hz) - swelling
        ),
        "left_of_beside": rms(
            hum_off(0.1 * rest + beside, settings, fs_hz=fs_hz) - beside
        ),
    }


def hum__coherence(settings: HumSettings) -> Seen:
    """Seconds of 10 minutes in which hum of a twentieth to the full power of rest is known."""
    fs_hz = 200.0
    rest = noise(600.0, fs_hz=fs_hz)
    shares = np.repeat(np.linspace(0.05, 1.0, 60), 2000)
    wave = rest + shares * sine(600.0, 50.0, 1.0, fs_hz=fs_hz)
    return {
        "known_s": float(
            np.count_nonzero(hum_off(wave, settings, fs_hz=fs_hz)) / fs_hz
        )
    }


def cross_talk__likeness(settings: CrossTalkSettings) -> Seen:
    """Legs of one waveform: whole, with own noise, at times, slow, hum; and how often looked."""
    fs_hz, seconds = 200.0, 120.0
    shared, own = (
        noise(seconds, fs_hz=fs_hz),
        noise(seconds, fs_hz=fs_hz, seed=2),
    )
    clock_s = np.arange(shared.size) / fs_hz

    def seen(left: FloatArray, right: FloatArray) -> float:
        legs = (leg_of(left, fs_hz=fs_hz), leg_of(right, fs_hz=fs_hz))
        likeness = same_waveform(*legs, settings=settings, hum=ROBUST.hum)
        return float(
            np.mean(cross_talk_at(likeness, 240, 0.5, settings=settings))
        )

    def value(left: FloatArray, right: FloatArray) -> float:
        legs = (leg_of(left, fs_hz=fs_hz), leg_of(right, fs_hz=fs_hz))
        return float(
            np.mean(
                same_waveform(*legs, settings=settings, hum=ROBUST.hum).value
            )
        )

    legs = (leg_of(shared, fs_hz=fs_hz), leg_of(shared, fs_hz=fs_hz))
    slow, near = (
        sine(seconds, 10.0, 20.0, fs_hz=fs_hz),
        sine(seconds, 48.0, 20.0, fs_hz=fs_hz),
    )
    burst = shared * (clock_s % 15.0 < 1.1) * 5.0
    return {
        "with_own_noise": seen(shared, shared + 0.15 * own),
        "looks": float(
            same_waveform(*legs, settings=settings, hum=ROBUST.hum).time_s.size
        ),
        "first_look_s": same_waveform(
            *legs, settings=settings, hum=ROBUST.hum
        ).time_s[0],
        "louder": seen(1.6 * shared, shared),
        "slow": value(shared + slow, own + slow),
        "near_hum": value(shared + near, own + near),
        "burst": value(shared + burst, own + burst),
    }


def muscle__share(settings: MuscleSettings) -> Seen:
    """Share of muscle in a burst, in a slow sway, and in a discharge that jumps at first."""
    wave = noise(40.0, fs_hz=200.0, seed=3)
    wave[1000:2000] *= 20.0
    wave[3000:4000] += sine(5.0, 12.0, 30.0, fs_hz=200.0)
    wave[5000:6000] += 500.0 * np.exp(-np.arange(1000) / 100.0)
    wave[7000:7400] += sine(2.0, 8.0, 1.6, fs_hz=200.0)
    found = Crossings(
        np.array([1000, 3000, 5000, 7000]),
        np.array([2000, 4000, 6000, 7400]),
        np.zeros(4, bool),
    )
    shares = muscle_share(
        wave.astype(np.float32),
        found,
        np.full(4, 4.0),
        fs_hz=200.0,
        settings=settings,
    )
    return dict(
        zip(
            ("burst", "sway", "discharge", "weak"), shares.tolist(), strict=True
        )
    )
