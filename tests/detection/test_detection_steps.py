"""The visible steps alone on arrays: envelope, resting level, edges, hum, heart, artefacts."""

from dataclasses import replace

import numpy as np
import pytest
from known_legs import (
    LITERAL,
    ROBUST,
    beats_wave,
    hum_wave,
    known_leg,
    muscle,
    regular,
)
from readable_detection import crossing_readable

from ekbom.context.beats import NightBeats, beats_in_leg, beats_of_ecg
from ekbom.detection.cleaning.cross_talk import same_waveform
from ekbom.detection.cleaning.heart import HeartRemoval, cancel_heart
from ekbom.detection.cleaning.hum import line_frequencies, remove_hum
from ekbom.detection.cleaning.lost import LostTime, find_flat
from ekbom.detection.cleaning.slow import fill_gaps, remove_slow
from ekbom.detection.literal.envelope import moving_rectified
from ekbom.detection.literal.rest import resting_level_three_pass
from ekbom.detection.robust.detect import usable_steps
from ekbom.detection.robust.edges import (
    falling_edges,
    rising_edges,
)
from ekbom.detection.robust.muscle import muscle_share
from ekbom.detection.robust.rest import resting_power
from ekbom.detection.runs import Crossings
from ekbom.model.recording import FloatArray, LegSignal, SignalArray, Stretch

FS = 256.0


def rms(values: FloatArray | SignalArray) -> float:
    return float(np.sqrt(np.mean(np.square(values))))


def without_heart(
    wave: FloatArray, ecg: LegSignal | None = None
) -> HeartRemoval:
    search = NightBeats(ecg, settings=ROBUST.beats)
    stretch = Stretch(0, wave.size, FS)
    leg_uv = wave.astype(np.float32)
    return cancel_heart(
        leg_uv,
        stretch,
        search=search,
        beats=ROBUST.beats,
        settings=ROBUST.heart,
    )


def test_moving_mean_stays_exact_over_a_long_loud_and_then_quiet_signal() -> (
    None
):
    wave = np.concatenate(
        (np.full(200_000, 3000.0), np.full(200_000, 0.5))
    ).astype(np.float32)
    quiet = moving_rectified(wave, fs_hz=FS, window_s=0.1)[-1000:]
    assert quiet == pytest.approx(0.5, rel=1e-3)


def test_moving_rectified_of_a_square_wave_is_its_height() -> None:
    wave = np.tile(np.array([4.0, -4.0], np.float32), 500)
    assert moving_rectified(wave, fs_hz=FS, window_s=0.1) == pytest.approx(4.0)


@pytest.mark.parametrize(
    ("frequency_hz", "gain"),
    [(0.3, 0.004), (4.5, 0.5), (20.0, 1.0), (60.0, 1.0)],
)
def test_remove_slow_keeps_muscle_and_takes_sway(
    frequency_hz: float, gain: float
) -> None:
    time_s = np.arange(int(120 * FS)) / FS
    wave = (100.0 + np.sin(2 * np.pi * frequency_hz * time_s)).astype(
        np.float32
    )
    kept = remove_slow(wave, fs_hz=FS, half_gain_hz=4.5)
    assert rms(kept[2000:-2000]) == pytest.approx(gain / np.sqrt(2), abs=0.01)


def test_remove_slow_answers_a_step_without_ringing() -> None:
    wave = np.zeros(int(20 * FS), np.float32)
    wave[int(10 * FS) :] = 1000.0
    kept = np.abs(remove_slow(wave, fs_hz=FS, half_gain_hz=4.5))
    assert kept[int(10.3 * FS) :].max() < 1.0


def test_gaps_are_bridged_and_named() -> None:
    filled, missing = fill_gaps(
        np.array([1.0, np.nan, np.nan, 4.0], np.float32)
    )
    assert filled.tolist() == [1.0, 2.0, 3.0, 4.0]
    assert missing is not None
    assert missing.tolist() == [False, True, True, False]


@pytest.mark.parametrize(
    ("held_s", "is_rest"), [(20.0, False), (58.0, False), (120.0, True)]
)
def test_raised_level_up_to_60_s_is_activity_longer_is_rest(
    held_s: float, is_rest: bool
) -> None:
    power = np.ones(1200)
    power[400 : 400 + int(held_s * 2)] = 100.0
    found = resting_power(power, step_s=0.5, settings=ROBUST.rest)
    assert bool(found.power_uv2[400 + int(held_s)] > 50.0) is is_rest
    assert found.power_uv2[100] == pytest.approx(1.0, rel=0.05)


def test_resting_power_follows_a_drift_within_ten_per_cent() -> None:
    rng = np.random.default_rng(2)
    level = np.linspace(1.0, 10.0, 4000)
    power = np.square(level) * rng.chisquare(90, 4000) / 90
    power[::40] *= 50.0
    found = resting_power(power, step_s=0.5, settings=ROBUST.rest)
    assert np.abs(np.sqrt(found.power_uv2) / level - 1.0).max() < 0.1
    assert found.freedom_per_s == pytest.approx(180.0, rel=0.3)


def test_three_pass_level_leaves_movements_out() -> None:
    rng = np.random.default_rng(1)
    envelope = rng.normal(1.0, 0.1, 60_000).astype(np.float32)
    envelope[::1000] = 50.0
    for start in range(0, 60_000, 2000):
        envelope[start : start + 500] = 40.0
    level = resting_level_three_pass(envelope, fs_hz=100.0, settings=LITERAL)
    assert level == pytest.approx(1.0, abs=0.1)


def test_edges_of_a_sharp_burst_are_exact_and_equal_to_the_readable_search() -> (
    None
):
    rng = np.random.default_rng(4)
    wave = rng.standard_normal(4000).astype(np.float32)
    wave[1000:1800] *= 40.0
    start, stop = np.array([900, 1600]), np.array([1200, 2100])
    up = rising_edges(wave, np.full(2, 65.0), start=start, stop=stop)
    down = falling_edges(wave, np.full(2, 5.0), start=start, stop=stop)
    assert abs(up[0] - 1000) <= 3
    assert abs(down[1] - 1800) <= 3
    for row in (0, 1):
        assert up[row] == crossing_readable(
            wave, 65.0, start=start[row], stop=stop[row], rising=True
        )
        assert down[row] == crossing_readable(
            wave, 5.0, start=start[row], stop=stop[row], rising=False
        )


@pytest.mark.parametrize(
    ("mains_hz", "fs_hz"),
    [(50.0, 256.0), (60.0, 256.0), (50.0, 100.0), (60.0, 128.0), (50.0, 499.9)],
)
def test_hum_goes_and_muscle_stays(mains_hz: float, fs_hz: float) -> None:
    rng = np.random.default_rng(1)
    n = int(240 * fs_hz)
    quiet = muscle(n, fs_hz=fs_hz, rng=rng)
    time_s = np.arange(n) / fs_hz
    hum = np.sqrt(2.0) * 20.0 * np.sin(2 * np.pi * mains_hz * time_s + 0.7)
    removed = remove_hum(
        (quiet + hum).astype(np.float32), fs_hz=fs_hz, settings=ROBUST.hum
    )
    assert removed.mains_hz == (mains_hz,)
    assert rms(removed.emg_uv - quiet) < 0.35


def test_without_hum_nothing_is_touched() -> None:
    leg, _ = known_leg(movements=regular(6.0))
    emg_uv = leg.emg_uv[:]
    removed = remove_hum(emg_uv, fs_hz=FS, settings=ROBUST.hum)
    assert removed.emg_uv is emg_uv


def test_lines_fold_at_half_the_rate() -> None:
    lines = line_frequencies(
        50.0, fs_hz=128.0, harmonics=3, settings=ROBUST.hum
    )
    assert lines.tolist() == [50.0, 28.0, 22.0]
    lines = line_frequencies(
        60.0, fs_hz=100.0, harmonics=2, settings=ROBUST.hum
    )
    assert lines.tolist() == [40.0, 20.0]


@pytest.mark.parametrize("with_channel", [True, False])
def test_heart_goes_and_muscle_stays(with_channel: bool) -> None:
    rng = np.random.default_rng(1)
    n = int(300 * FS)
    quiet = muscle(n, fs_hz=FS, rng=rng)
    heart = beats_wave(n, fs_hz=FS, height_uv=40.0, ectopic_every=10_000)
    channel_uv = (25.0 * heart + 20.0 * rng.standard_normal(n)).astype(
        np.float32
    )
    channel = LegSignal(
        side="unknown", label="ECG", emg_uv=channel_uv, fs_hz=FS, step_uv=0.5
    )
    removed = without_heart(quiet + heart, channel if with_channel else None)
    assert rms(removed.emg_uv - quiet) < 0.12 * rms(heart) + 0.3
    assert np.median(removed.height_uv) == pytest.approx(40.0, rel=0.1)


def test_beats_of_an_ecg_and_its_premature_ones() -> None:
    n = int(120 * FS)
    ecg_uv = beats_wave(n, fs_hz=FS, height_uv=1000.0).astype(np.float32)
    beats = beats_of_ecg(ecg_uv, fs_hz=FS, settings=ROBUST.beats)
    assert 0 < np.mean(beats.kind) < 0.1
    assert np.median(np.diff(beats.sample)) / FS == pytest.approx(
        60.0 / 64.0, rel=0.05
    )


@pytest.mark.parametrize("rest_uv", [1.0, 3.0])
def test_a_heart_without_rhythm_is_known_by_its_wave(rest_uv: float) -> None:
    n = int(300 * FS)
    quiet = rest_uv * muscle(n, fs_hz=FS, rng=np.random.default_rng(2))
    heart = beats_wave(
        n,
        fs_hz=FS,
        height_uv=30.0,
        rate_bpm=80.0,
        ectopic_every=10_000,
        irregularity=0.28,
    )
    removed = without_heart(quiet + heart)
    assert rms(removed.emg_uv - quiet) < 0.2 * rms(heart) + 0.3


@pytest.mark.parametrize("per_s", [6.0, 9.0, 12.0])
def test_a_motor_unit_that_fires_on_is_no_heart(per_s: float) -> None:
    rng, n = np.random.default_rng(3), int(300 * FS)
    wave = np.zeros(n)
    fired = np.cumsum(
        rng.gamma(20.0, FS / per_s / 20.0, int(300 * per_s * 0.9))
    ).astype(np.int64)
    wave[fired[fired < n]] = 1.0
    unit = 12.0 * np.convolve(wave, [0.2, -0.6, 1.0, -0.7, 0.2], mode="same")
    leg_uv = (muscle(n, fs_hz=FS, rng=rng) + unit).astype(np.float32)
    assert (
        beats_in_leg(leg_uv, fs_hz=FS, settings=ROBUST.beats).sample.size == 0
    )


def test_muscle_alone_has_no_heart() -> None:
    leg, _ = known_leg(movements=regular(6.0))
    assert (
        beats_in_leg(leg.emg_uv[:], fs_hz=FS, settings=ROBUST.beats).sample.size
        == 0
    )


def test_flat_stretches() -> None:
    wave = np.random.default_rng(1).standard_normal(5000).astype(np.float32)
    wave[1000:3000] = 7.0
    assert find_flat(wave, fs_hz=100.0, min_s=10.0).start.tolist() == [1000]
    assert find_flat(wave, fs_hz=100.0, min_s=30.0).start.size == 0


def test_a_slow_discharge_holds_no_muscle() -> None:
    rng = np.random.default_rng(1)
    wave = rng.standard_normal(2000)
    wave[200:1000] += 500.0 * np.exp(-np.arange(800) / 200.0)
    wave[1200:1800] *= 30.0
    found = Crossings(
        np.array([200, 1200]), np.array([1000, 1800]), np.zeros(2, bool)
    )
    slow, fast = muscle_share(
        wave.astype(np.float32),
        found,
        np.full(2, 9.0),
        fs_hz=FS,
        settings=ROBUST.muscle,
    )
    assert slow < 0.1
    assert fast > 0.6


def test_cross_talk_is_the_same_waveform_not_the_same_hum_or_heart() -> None:
    n = int(120 * FS)
    shared = hum_wave(n, fs_hz=FS, rms_uv=20.0) + beats_wave(
        n, fs_hz=FS, height_uv=40.0
    )
    left, _ = known_leg(minutes=2.0, added=shared, seed=1)
    right, _ = known_leg(minutes=2.0, added=shared, seed=2, side="right")
    settings, hum = ROBUST.cross_talk, ROBUST.hum
    assert (
        same_waveform(left, right, settings=settings, hum=hum).value.max() < 0.8
    )
    assert (
        same_waveform(left, left, settings=settings, hum=hum).value.min() > 0.99
    )


def test_cross_talk_is_not_asked_of_legs_of_different_rates() -> None:
    left, _ = known_leg(minutes=2.0, seed=1)
    other = replace(left, side="right", fs_hz=2.0 * FS)
    settings, hum = ROBUST.cross_talk, ROBUST.hum
    likeness = same_waveform(left, other, settings=settings, hum=hum)
    assert likeness.value.size == likeness.time_s.size == 0


def test_step_is_usable_until_more_than_the_share_of_the_table_is_lost() -> (
    None
):
    share = ROBUST.quality.unscorable_minute_share
    samples = np.zeros(300, np.bool_)
    samples[: round(100 * share)] = True
    samples[100 : 101 + round(100 * share)] = True
    nothing = np.zeros(3)
    lost = LostTime(samples, clipped=nothing, flat=nothing, missing=nothing)
    usable = usable_steps(lost, 100, most_lost=share)
    assert usable is not None
    assert usable.tolist() == [True, False, True]
    whole = lost._replace(samples=None)
    assert usable_steps(whole, 100, most_lost=share) is None


def test_hum_of_a_recording_shorter_than_a_window_is_taken_out() -> None:
    """Three seconds hold enough sub-blocks to judge, but no whole window to glance at."""
    n = int(3 * FS)
    rng = np.random.default_rng(5)
    hum = hum_wave(n, fs_hz=FS, rms_uv=20.0)
    wave = muscle(n, fs_hz=FS, rng=rng) + hum
    cleaned = remove_hum(wave.astype(np.float32), fs_hz=FS, settings=ROBUST.hum)
    assert cleaned.mains_hz == (50.0,)
    assert rms(cleaned.emg_uv) < 2.0
