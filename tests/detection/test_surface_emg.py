"""A channel that is no leg is said to be none; a leg is never taken for something else."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from known_legs import (
    CRITERIA,
    LITERAL,
    ROBUST,
    beats_wave,
    hum_wave,
    known_leg,
    regular,
)
from scipy import signal

from ekbom.criteria.detector import DetectorSettings
from ekbom.detection.quality import MinuteReason
from ekbom.model.movements import DetectionResult
from ekbom.model.recording import FloatArray, LegSignal
from ekbom.pipeline.detect import find_leg_movements
from ekbom.pipeline.find import detect_legs

MINUTES, FS = 8.0, 256.0
N = int(MINUTES * 60.0 * FS)
CLOCK_S = np.arange(N) / FS
REAL_EMG = (
    Path(__file__).parents[2]
    / "validation"
    / "data"
    / "real_emg"
    / "real_emg.npz"
)
PIECES = ("burst_carrier", "rest_biceps", "rest_bitalino", "rest_chin")
Change = Callable[[FloatArray], FloatArray]


def leg(
    *,
    seed: int = 11,
    rest_uv: float | FloatArray = 1.0,
    added: FloatArray | None = None,
    side: str = "left",
    step_uv: float = 0.05,
) -> LegSignal:
    """A leg with a movement every 21 s."""
    moves = regular(MINUTES, seed=seed)
    made, _ = known_leg(
        minutes=MINUTES,
        rest_uv=rest_uv,
        movements=moves,
        added=added,
        seed=seed,
        side=side,
        step_uv=step_uv,
    )
    return made


def changed(
    own: LegSignal, change: Change, *, step_uv: float = 0.1
) -> LegSignal:
    """The leg as a recorder would store it that does this to it."""
    wave = change(np.asarray(own.emg_uv[:], np.float64))
    digits = (np.round(wave / step_uv) * step_uv).astype(np.float32)
    return replace(own, emg_uv=digits, step_uv=step_uv)


def found_in(
    own: LegSignal, settings: DetectorSettings = ROBUST
) -> DetectionResult:
    return find_leg_movements(own, amplitude=CRITERIA, settings=settings)


def low_pass(hz: float) -> Change:
    sections = signal.butter(2, hz, fs=FS, output="sos")
    return lambda wave: np.asarray(signal.sosfiltfilt(sections, wave))


def high_pass(hz: float) -> Change:
    sections = signal.butter(1, hz, "highpass", fs=FS, output="sos")
    return lambda wave: np.asarray(signal.sosfilt(sections, wave))


def noise_uv(rms_uv: float) -> FloatArray:
    return np.random.default_rng(5).normal(0.0, rms_uv, N)


def breath(per_min: float, height_uv: float) -> FloatArray:
    """A belt: regular as breathing is, with some noise of its amplifier."""
    angle = 2.0 * np.pi * per_min / 60.0 * CLOCK_S
    wave = np.sin(angle + 0.4 * np.sin(0.07 * CLOCK_S))
    return height_uv * wave + noise_uv(0.005 * height_uv)


def pulse(per_min: float, height_uv: float) -> FloatArray:
    """A finger: steep rise, slow fall."""
    angle = 2.0 * np.pi * per_min / 60.0 * CLOCK_S
    wave = signal.sawtooth(angle + 0.5 * np.sin(0.1 * CLOCK_S), 0.2)
    return np.asarray(low_pass(8.0)(height_uv * wave))


def brain(rms_uv: float) -> FloatArray:
    """An EEG: twice the frequency, half the amplitude."""
    spectrum = np.fft.rfft(noise_uv(1.0))
    hz = np.fft.rfftfreq(N, 1.0 / FS)
    wave = np.fft.irfft(spectrum / np.maximum(hz, 0.5), N)
    return np.asarray(rms_uv * wave / wave.std())


RECTIFIED: dict[str, Change] = {
    "full": np.abs,
    "half": lambda wave: np.maximum(wave, 0.0),
    "downwards": lambda wave: -np.abs(wave),
    "without its mean": lambda wave: np.abs(wave) - np.abs(wave).mean(),
    "behind a high-pass of 0.5 Hz": lambda wave: high_pass(0.5)(np.abs(wave)),
    "behind a high-pass of 10 Hz": lambda wave: high_pass(10.0)(np.abs(wave)),
    "ten times as large": lambda wave: 10.0 * np.abs(wave),
}
SLOW: dict[str, Change] = {
    "low-pass of 10 Hz": low_pass(10.0),
    "low-pass of 15 Hz": low_pass(15.0),
    "envelope of 2 Hz": lambda wave: low_pass(2.0)(np.abs(wave)),
    "envelope of 5 Hz": lambda wave: low_pass(5.0)(np.abs(wave)),
    "envelope of 15 Hz": lambda wave: low_pass(15.0)(np.abs(wave)),
    "EEG of 5 uV": lambda _: brain(5.0),
    "EEG of 60 uV": lambda _: brain(60.0),
}
REGULAR = {
    f"{name} {per_min:g} per minute, {height_uv:g} uV": wave(per_min, height_uv)
    for name, wave, per_min in (
        ("breath", breath, 9.0),
        ("breath", breath, 15.0),
        ("breath", breath, 24.0),
        ("pulse", pulse, 50.0),
        ("pulse", pulse, 90.0),
    )
    for height_uv in (20.0, 1000.0)
}


@pytest.mark.parametrize(("settings", "seed"), [(ROBUST, 21), (LITERAL, 22)])
@pytest.mark.parametrize(
    ("reason", "change"),
    [
        *(
            pytest.param(
                MinuteReason.RECTIFIED, change, id=f"rectified, {name}"
            )
            for name, change in RECTIFIED.items()
        ),
        *(
            pytest.param(MinuteReason.TOO_SLOW, change, id=name)
            for name, change in SLOW.items()
        ),
    ],
)
def test_a_channel_that_is_no_raw_emg_is_unscorable_throughout(
    reason: MinuteReason, change: Change, seed: int, settings: DetectorSettings
) -> None:
    result = found_in(changed(leg(seed=seed), change), settings)
    assert set(result.quality.reason.tolist()) == {reason}
    assert result.movements.onset_s.size == 0
    finding = next(
        f for f in result.quality.findings if f.code == "minutes-unscorable"
    )
    assert finding.values["reason"] == reason


def test_rectified_emg_in_coarse_digits_is_unscorable() -> None:
    coarse = changed(leg(), np.abs, step_uv=1.0)
    reasons = set(found_in(coarse).quality.reason.tolist())
    assert reasons == {MinuteReason.RECTIFIED}


@pytest.mark.parametrize("name", REGULAR)
def test_a_regular_slow_wave_is_no_leg(name: str) -> None:
    result = found_in(changed(leg(), lambda _: REGULAR[name]))
    assert result.quality.unscorable.all()
    assert set(result.quality.reason.tolist()) <= {
        MinuteReason.REGULAR_WAVE,
        MinuteReason.HEART_NOT_MUSCLE,
    }


@pytest.mark.parametrize("height_uv", [200.0, 400.0, 1000.0])
def test_an_ecg_is_no_leg(height_uv: float) -> None:
    heart = beats_wave(N, fs_hz=FS, height_uv=height_uv) + noise_uv(1.0)
    quality = found_in(changed(leg(), lambda _: heart)).quality
    assert quality.unscorable.all()
    assert MinuteReason.HEART_NOT_MUSCLE in set(quality.reason.tolist())


@pytest.mark.parametrize("settings", [ROBUST, LITERAL], ids=lambda s: s.id)
@pytest.mark.parametrize(
    ("left_uv", "step_uv"),
    [(0.05, 0.01), (0.1, 0.05), (0.1, 0.1), (0.1, 0.2), (0.15, 0.1)],
)
def test_an_electrode_that_falls_leaves_its_minutes_unscorable(
    left_uv: float, step_uv: float, settings: DetectorSettings
) -> None:
    half = CLOCK_S >= MINUTES * 30.0
    fallen = changed(
        leg(),
        lambda wave: np.where(half, noise_uv(left_uv), wave),
        step_uv=step_uv,
    )
    quality = found_in(fallen, settings).quality
    assert quality.unscorable.tolist() == [False] * 4 + [True] * 4
    assert set(quality.reason[4:].tolist()) <= {
        MinuteReason.ELECTRODE_FALLEN,
        MinuteReason.OFF_THE_SKIN,
        MinuteReason.FLAT,
    }


GOOD: dict[str, LegSignal] = {
    "quiet": leg(rest_uv=0.5),
    "loud": leg(rest_uv=4.0),
    "rising": leg(rest_uv=np.geomspace(1.0, 10.0, N)),
    "falling": leg(rest_uv=np.geomspace(10.0, 0.5, N)),
    "hum": leg(added=hum_wave(N, fs_hz=FS, rms_uv=20.0)),
    "heart": leg(added=beats_wave(N, fs_hz=FS, height_uv=40.0)),
    "wander": leg(added=200.0 * low_pass(0.2)(noise_uv(20.0))),
    "breath beside muscle": leg(added=breath(15.0, 15.0)),
    "sway beside movements": leg(added=200.0 * np.sin(1.88 * CLOCK_S)),
    "offset": leg(added=np.full(N, 900.0)),
    "digits of 1 uV": leg(step_uv=1.0),
    "digits of 2 uV": leg(step_uv=2.0),
}


@pytest.mark.parametrize("settings", [ROBUST, LITERAL], ids=lambda s: s.id)
@pytest.mark.parametrize("name", GOOD)
def test_a_leg_is_taken_for_nothing_else(
    name: str, settings: DetectorSettings
) -> None:
    assert set(found_in(GOOD[name], settings).quality.reason.tolist()) == {""}


@cache
def real_pieces() -> dict[str, tuple[FloatArray, float]]:
    """Surface EMG of people at rest and in contraction, in units of its rms, with its rate."""
    with np.load(REAL_EMG) as stored:
        rates = {
            "burst_carrier": "carrier_fs_hz",
            "rest_chin": "rest_chin_fs_hz",
        }
        return {
            name: (
                np.asarray(stored[name] / float(stored["scale"]), np.float64),
                float(stored[rates.get(name, "rest_fs_hz")]),
            )
            for name in PIECES
        }


@pytest.mark.parametrize("settings", [ROBUST, LITERAL], ids=lambda s: s.id)
@pytest.mark.parametrize("rms_uv", [0.7, 2.0, 6.0])
@pytest.mark.parametrize("name", PIECES)
def test_surface_emg_of_people_is_taken_for_nothing_else(
    name: str, rms_uv: float, settings: DetectorSettings
) -> None:
    piece, fs_hz = real_pieces()[name]
    wave = (rms_uv * piece).astype(np.float32)
    own = LegSignal(
        side="left", label=name, emg_uv=wave, fs_hz=fs_hz, step_uv=0.01
    )
    assert set(found_in(own, settings).quality.reason.tolist()) == {""}


@pytest.mark.parametrize("gain", [0.1, 0.2, 0.5, 0.9, -0.5])
def test_copies_of_the_other_leg_are_no_movements(gain: float) -> None:
    left = leg(seed=31)
    right, truth = known_leg(
        minutes=MINUTES,
        movements=[(15.0 + 60.0 * i, 2.0, 40.0) for i in range(7)],
        seed=32,
        side="right",
    )
    mixed = replace(
        right, emg_uv=right.emg_uv[:] + np.float32(gain) * left.emg_uv[:]
    )
    found = detect_legs(
        (left, mixed), ecg=None, amplitude=CRITERIA, settings=ROBUST
    )
    alone = found_in(left)
    assert found.legs[0].movements.onset_s.size == alone.movements.onset_s.size
    onset_s = found.legs[1].movements.onset_s
    assert onset_s.size == len(truth)
    assert "movements-copied" in {
        finding.code for finding in found.legs[1].quality.findings
    }


def test_movements_of_both_legs_at_once_are_no_copies() -> None:
    legs = (leg(seed=41), leg(seed=41, side="right"))
    own = known_leg(
        minutes=MINUTES,
        movements=regular(MINUTES, seed=41),
        seed=43,
        side="right",
    )[0]
    found = detect_legs(
        (legs[0], own), ecg=None, amplitude=CRITERIA, settings=ROBUST
    )
    for result in found.legs:
        assert result.movements.onset_s.size == len(regular(MINUTES, seed=41))
        assert not result.quality.findings


@pytest.mark.parametrize("gain", [0.05, 0.3, 0.7])
def test_of_two_legs_with_one_waveform_the_weaker_is_the_copy(
    gain: float,
) -> None:
    left = leg(seed=51, rest_uv=4.0)
    right = replace(
        left, side="right", emg_uv=np.float32(gain) * left.emg_uv[:]
    )
    found = detect_legs(
        (left, right), ecg=None, amplitude=CRITERIA, settings=ROBUST
    )
    assert not found.legs[0].quality.unscorable.any()
    assert set(found.legs[1].quality.reason.tolist()) == {
        MinuteReason.CROSS_TALK
    }
