"""Small signals that show what the numbers of the search for beats and of their removal do.

Every scenario `GROUP__NAME` takes the settings of that group and gives what is seen, by name.
"""

from dataclasses import replace

import numpy as np
from known_legs import (
    ROBUST,
    beats_wave,
)
from small_signals import FS, Seen, heart_wave, leg_beats, noise, rms

from ekbom.context.beat_shape import align, shape_of
from ekbom.context.beats import (
    NightBeats,
    beats_in_leg,
    beats_of_ecg,
    high_enough,
)
from ekbom.context.spikes import Spikes, find_spikes
from ekbom.criteria.detector import (
    BeatSettings,
    HeartSettings,
)
from ekbom.detection.cleaning.heart import cancel_heart, subtract_beats
from ekbom.model.recording import (
    FloatArray,
    HeartBeats,
    LegSignal,
    SignalArray,
    Stretch,
)


def channel(
    seconds: float = 120.0,
    *,
    fs_hz: float = FS,
    height_uv: float = 1000.0,
    **shape: float,
) -> SignalArray:
    """An ECG with a little noise."""
    n = round(seconds * fs_hz)
    rng = np.random.default_rng(6)
    wave = beats_wave(n, fs_hz=fs_hz, height_uv=height_uv, **shape)  # type: ignore[arg-type]
    return (wave + 0.01 * height_uv * rng.standard_normal(n)).astype(np.float32)


ECG = channel(fs_hz=200.0)
PLAIN_ECG = channel(fs_hz=200.0, ectopic_every=10_000)


def ecg_seen(
    wave: FloatArray | SignalArray, settings: BeatSettings
) -> HeartBeats:
    """Beats of an ECG channel of 200 Hz."""
    return beats_of_ecg(wave.astype(np.float32), fs_hz=200.0, settings=settings)


def leg_seen(wave: FloatArray | SignalArray, settings: BeatSettings) -> float:
    """Number of beats that a leg of 200 Hz shows."""
    found = beats_in_leg(
        wave.astype(np.float32), fs_hz=200.0, settings=settings
    )
    return float(found.sample.size)


def swelling(low: float, seconds: float) -> FloatArray:
    """A channel of 120 s whose beats are lower by a factor in its last seconds."""
    n = 24000
    gain = np.where(np.arange(n) / 200.0 < 120.0 - seconds, 1.0, low)
    beats = beats_wave(n, fs_hz=200.0, height_uv=1000.0, ectopic_every=10_000)
    return gain * beats + 10.0 * np.random.default_rng(6).standard_normal(n)


def beats__channel(settings: BeatSettings) -> Seen:
    """Beats of a channel: how many, of another kind, low ones, fast ones, at the border."""
    fast = channel(
        fs_hz=200.0, ectopic_every=10_000, rate_bpm=150.0, irregularity=0.0
    )
    return {
        "beats": float(ecg_seen(ECG, settings).sample.size),
        "of_another_kind": float(ecg_seen(ECG, settings).kind.sum()),
        "low_for_5_s": float(
            ecg_seen(swelling(0.4, 5.0), settings).sample.size
        ),
        "low_for_12_s": float(
            ecg_seen(swelling(0.4, 12.0), settings).sample.size
        ),
        "low_for_40_s": float(
            ecg_seen(swelling(0.25, 40.0), settings).sample.size
        ),
        "at_150_per_min": float(ecg_seen(fast, settings).sample.size),
        "in_4_s": float(ecg_seen(PLAIN_ECG[:800], settings).sample.size),
        "first_s": ecg_seen(PLAIN_ECG, settings).sample[0] / 200.0,
        "first_at_the_border_s": ecg_seen(PLAIN_ECG[60:], settings).sample[0]
        / 200.0,
    }


def beats__height(settings: BeatSettings) -> Seen:
    """How many of the lower spikes among 200 are kept: one, nine in a row, half of all."""

    def kept(low: float, where: slice) -> float:
        power = np.ones(200)
        power[where] = low
        high = high_enough(Spikes(np.arange(200), power), settings)
        return float(high[where].sum())

    return {
        "one_of_0.3": kept(0.3, slice(100, 101)),
        "nine_of_0.15": kept(0.15, slice(100, 109)),
        "ninety_of_0.08": kept(0.08, slice(100, 190)),
    }


def beats__shape(settings: BeatSettings) -> Seen:
    """The common shape of beats of two kinds, and beats aligned to it."""
    fs_hz, n = 200.0, 400
    peaks = 200 + 100 * np.arange(n)
    lag_s = (np.arange(60) - 30) / fs_hz
    narrow = np.exp(-np.square(lag_s / 0.01))
    wide = -np.exp(-np.square((lag_s - 0.02) / 0.03))
    rng = np.random.default_rng(3)

    def wave(kinds: FloatArray) -> SignalArray:
        signal = 0.02 * rng.standard_normal(200 + 100 * n + 200)
        for peak, kind in zip(peaks, kinds, strict=True):
            signal[peak - 30 : peak + 30] += wide if kind else narrow
        return signal.astype(np.float32)

    def narrowness(kinds: FloatArray) -> float:
        shape = shape_of(wave(kinds), peaks, fs_hz=fs_hz, settings=settings)
        reach = shape.size // 2
        own = narrow[30 - reach : 31 + reach]
        return float(shape @ own / np.linalg.norm(own))

    displaced = peaks + rng.integers(-9, 10, n)
    aligned = align(
        wave(np.zeros(n)), displaced, fs_hz=fs_hz, settings=settings
    )
    shape = shape_of(wave(np.zeros(n)), peaks, fs_hz=fs_hz, settings=settings)
    return {
        "samples": float(shape.size),
        "of_three_in_ten_wide": narrowness(
            np.tile(np.repeat([1.0, 0.0], [3, 7]), n // 10)
        ),
        "of_every_second_wide": narrowness(
            np.tile(np.array([0.0, 1.0]), n // 2)
        ),
        "likeness_of_displaced": float(np.mean(aligned.likeness)),
        "displaced_by_s": float(np.mean(np.abs(aligned.sample - peaks)))
        / fs_hz,
    }


def beats__spikes(settings: BeatSettings) -> Seen:
    """Spikes of a channel, of noise, and of a channel in noise that changes."""
    quiet, loud = noise(120.0, fs_hz=200.0), noise(60.0, fs_hz=200.0, seed=2)
    level = np.where(np.arange(24000) / 200.0 % 12.0 < 6.0, 1.0, 6.0)
    found = find_spikes(PLAIN_ECG, fs_hz=200.0, settings=settings)
    mixed = (
        level * quiet + beats_wave(24000, fs_hz=200.0, height_uv=20.0)
    ).astype(np.float32)
    return {
        "spikes": float(found.sample.size),
        "power": float(np.median(found.power)),
        "of_noise": float(
            find_spikes(
                loud.astype(np.float32), fs_hz=200.0, settings=settings
            ).sample.size
        ),
        "in_changing_noise": float(
            find_spikes(mixed, fs_hz=200.0, settings=settings).sample.size
        ),
        "of_8_s": float(
            find_spikes(mixed[:60], fs_hz=200.0, settings=settings).power.sum()
        ),
    }


def heart_leg(
    rate_bpm: float = 64.0, irregularity: float = 0.04, height_uv: float = 30.0
) -> FloatArray:
    """A leg at rest of 120 s at 200 Hz with heart beats."""
    rest = noise(120.0, fs_hz=200.0)
    return rest + beats_wave(
        rest.size,
        fs_hz=200.0,
        height_uv=height_uv,
        rate_bpm=rate_bpm,
        irregularity=irregularity,
        ectopic_every=10_000,
    )


def beats__leg(settings: BeatSettings) -> Seen:
    """Beats that a leg shows itself: regular, weak, slow, fast, irregular, few."""
    rest, steady = noise(120.0, fs_hz=200.0), heart_leg()
    n = np.arange(rest.size)
    return {
        "steady": leg_seen(steady, settings),
        "irregular": leg_seen(heart_leg(80.0, 0.28), settings),
        "irregular_slow": leg_seen(heart_leg(40.0, 0.28), settings),
        "irregular_fast": leg_seen(heart_leg(120.0, 0.28), settings),
        "for_20_s": leg_seen(np.where(n < 20 * 200, steady, rest), settings),
        "in_12_s": leg_seen(steady[: 12 * 200], settings),
    }


def beats__weak_leg(settings: BeatSettings) -> Seen:
    """Beats of a leg that hardly stand out, so that only their rhythm tells them from muscle."""
    return {
        "of_2.5_uv": leg_seen(heart_leg(64.0, 0.02, 2.5), settings),
        "of_4_uv": leg_seen(heart_leg(64.0, 0.02, 4.0), settings),
        "irregular": leg_seen(heart_leg(64.0, 0.1, 4.0), settings),
        "slow": leg_seen(heart_leg(40.0, 0.02, 4.0), settings),
        "fast": leg_seen(heart_leg(120.0, 0.02, 4.0), settings),
    }


def beats__unit(settings: BeatSettings) -> Seen:
    """A motor unit that fires on is no heart."""
    rng, n = np.random.default_rng(3), 24000
    out = {}
    for per_s in (4.0, 6.0, 8.0):
        fired = np.cumsum(
            rng.gamma(20.0, 200.0 / per_s / 20.0, int(120 * per_s * 0.9))
        )
        at = np.zeros(n)
        at[fired[fired < n].astype(np.int64)] = 1.0
        unit = 12.0 * np.convolve(at, [0.2, -0.6, 1.0, -0.7, 0.2], mode="same")
        out[f"{per_s:g}_per_s"] = leg_seen(
            noise(120.0, fs_hz=200.0) + unit, settings
        )
    return out


def beats__glance(settings: BeatSettings) -> Seen:
    """Beats at a glance on a channel of ten minutes."""
    ecg = LegSignal(
        side="unknown",
        label="ECG",
        emg_uv=channel(600.0),
        fs_hz=FS,
        step_uv=0.5,
    )
    search = NightBeats(ecg, settings=settings)
    stretch = Stretch(0, 60000, FS, glance=True)
    return {
        "beats": float(search(np.zeros(0, np.float32), stretch).sample.size)
    }


def heart__wave(settings: HeartSettings) -> Seen:
    """What is left of a heart in a leg: of plain beats, of ones that swell, shift, or are few."""
    n, beats = 24000, leg_beats(120.0)
    rest = noise(120.0, fs_hz=200.0)
    rng = np.random.default_rng(4)
    seen: Seen = {}

    def left(
        name: str,
        wave: FloatArray,
        found: HeartBeats = beats,
        muscle_uv: float = 1.0,
    ) -> None:
        removed = subtract_beats(
            (muscle_uv * rest + wave).astype(np.float32),
            found,
            fs_hz=200.0,
            settings=settings,
        )
        seen[name] = rms(removed.emg_uv - muscle_uv * rest)

    plain = heart_wave(beats, n)
    left("plain", 30.0 * plain)
    left("of_0.8_uv", 0.8 * plain, muscle_uv=0.02)
    left("of_1.5_uv", 1.5 * plain, muscle_uv=0.02)
    left("in_loud_muscle", 3.0 * plain, muscle_uv=8.0)
    left("in_muscle", 6.0 * plain, muscle_uv=8.0)
    left(
        "swelling",
        30.0
        * heart_wave(beats, n, gain=rng.normal(1.0, 0.3, beats.sample.size)),
    )
    left(
        "changing",
        30.0
        * heart_wave(beats, n, gain=np.linspace(0.2, 2.0, beats.sample.size)),
    )
    moved = replace(
        beats, sample=beats.sample + rng.integers(-1, 2, beats.sample.size)
    )
    left("shifted", 30.0 * plain, moved)
    few = leg_beats(14.0)
    left("of_14_beats", 30.0 * heart_wave(few, n), few)
    loud = rest * np.where(np.arange(n) % 4000 < 1200, 4.0, 1.0)
    removed = subtract_beats(
        (loud + 6.0 * plain).astype(np.float32),
        beats,
        fs_hz=200.0,
        settings=settings,
    )
    seen["beside_movements"] = rms(removed.emg_uv - loud)
    last = removed.emg_uv - loud
    seen["after_the_last"] = rms(last[beats.sample[-1] :])
    return seen


def heart__glance(settings: HeartSettings) -> Seen:
    """Whether a heart is taken out of 12 minutes that shows no beat at a glance."""
    n, beats = 200 * 720, leg_beats(720.0)
    leg_uv = noise(720.0, fs_hz=200.0) + 30.0 * heart_wave(beats, n)
    none = leg_beats(0.0)

    def search(_: SignalArray, stretch: Stretch) -> HeartBeats:
        return none if stretch.glance else beats

    removed = cancel_heart(
        leg_uv.astype(np.float32),
        Stretch(0, n, 200.0),
        search=search,
        beats=ROBUST.beats,
        settings=settings,
    )
    return {"beats": float((removed.height_uv > 0.0).sum())}


def heart__loud(settings: HeartSettings) -> Seen:
    """Beats taken out of seven minutes of which the middle third is loud but for six beats."""
    n, beats = 84000, leg_beats(420.0)
    level = np.where((np.arange(n) > 15000) & (np.arange(n) < 48000), 20.0, 1.0)
    for sample in beats.sample[160:166]:
        level[sample - 60 : sample + 110] = 1.0
    leg_uv = level * noise(420.0, fs_hz=200.0) + 30.0 * heart_wave(beats, n)
    removed = subtract_beats(
        leg_uv.astype(np.float32), beats, fs_hz=200.0, settings=settings
    )
    return {"beats": float((removed.height_uv > 0.0).sum())}
