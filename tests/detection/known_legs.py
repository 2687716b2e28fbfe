"""Legs with known movements for the tests of the detection room.

Made here, from formulas and a seed.
"""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from scipy import signal

from ekbom.criteria.detector import (
    DetectorSettings,
    LiteralSettings,
    RobustSettings,
)
from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.model.recording import FloatArray, LegSignal
from ekbom.rules.load_detection import load_detector

Settings = TypeVar("Settings", bound=DetectorSettings)


def detector(kind: type[Settings], name: str) -> Settings:
    """Load the settings of a detector as the record they are."""
    settings = load_detector(name)
    assert isinstance(settings, kind)
    return settings


ROBUST, LITERAL = (
    detector(RobustSettings, "robust"),
    detector(LiteralSettings, "literal"),
)

CRITERIA = AmplitudeCriteria(
    onset_above_rest_uv=8.0,
    offset_above_rest_uv=2.0,
    offset_hold_s=0.5,
    offset_inclusive=True,
    min_duration_s=0.5,
    morphology=True,
    morphology_median_uv=2.0,
    morphology_window_s=0.5,
)


def muscle(n: int, *, fs_hz: float, rng: np.random.Generator) -> FloatArray:
    """Gaussian noise in the band of surface EMG, unit rms."""
    sos = signal.butter(
        2, [15.0, min(90.0, 0.45 * fs_hz)], "band", fs=fs_hz, output="sos"
    )
    wave = signal.sosfilt(sos, rng.standard_normal(n + 400))[400:]
    return np.asarray(wave / wave.std())


def trapezoid(
    duration_s: float,
    *,
    fs_hz: float,
    peak_uv: float,
    rise_s: float = 0.1,
    fall_s: float = 0.2,
) -> FloatArray:
    """Envelope of one movement, uV."""
    time_s = np.arange(int(duration_s * fs_hz)) / fs_hz
    return np.asarray(
        peak_uv
        * np.clip(
            np.minimum(
                (time_s + 1.0 / fs_hz) / rise_s, (duration_s - time_s) / fall_s
            ),
            0.0,
            1.0,
        )
    )


def known_leg(
    *,
    minutes: float = 6.0,
    fs_hz: float = 256.0,
    rest_uv: float | FloatArray = 1.0,
    movements: Sequence[tuple[float, float, float]] = (),
    added: FloatArray | None = None,
    step_uv: float = 0.05,
    seed: int = 1,
    side: str = "left",
) -> tuple[LegSignal, FloatArray]:
    """Make a leg with movements (onset s, duration s, peak uV).

    Also gives the true onsets and ends, shape (n, 2), s.
    """
    rng = np.random.default_rng(seed)
    n = int(minutes * 60.0 * fs_hz)
    wave = rest_uv * muscle(n, fs_hz=fs_hz, rng=rng)
    truth = []
    for onset_s, duration_s, peak_uv in movements:
        start = int(onset_s * fs_hz)
        envelope = trapezoid(duration_s, fs_hz=fs_hz, peak_uv=peak_uv)
        wave[start : start + envelope.size] += envelope * muscle(
            envelope.size, fs_hz=fs_hz, rng=rng
        )
        on, above = (
            np.flatnonzero(envelope >= 8.0),
            np.flatnonzero(envelope >= 2.0),
        )
        if on.size:
            truth.append(
                ((start + on[0]) / fs_hz, (start + above[-1] + 1) / fs_hz)
            )
    if added is not None:
        wave = wave + added[:n]
    digits = (np.round(wave / step_uv) * step_uv).astype(np.float32)
    leg = LegSignal(
        side=side,
        label=f"TA {side}",
        emg_uv=digits,
        fs_hz=fs_hz,
        step_uv=step_uv,
        clip_uv=(-3000.0, 3000.0),
    )
    return leg, np.array(truth).reshape(-1, 2)


def regular(
    minutes: float,
    *,
    every_s: float = 21.0,
    seed: int = 3,
    peak_uv: tuple[float, float] = (15.0, 90.0),
) -> list[tuple[float, float, float]]:
    """Movements at regular times with durations of 0.8 to 5 s and different strength."""
    rng = np.random.default_rng(seed)
    onsets = np.arange(8.0, minutes * 60.0 - 10.0, every_s)
    return [
        (
            float(t),
            float(rng.uniform(0.8, 5.0)),
            float(np.exp(rng.uniform(*np.log(peak_uv)))),
        )
        for t in onsets
    ]


def f1(truth: FloatArray, onset_s: FloatArray, duration_s: FloatArray) -> float:
    """F1 at an overlap (intersection over union) of one half."""
    found = np.stack((onset_s, onset_s + duration_s), axis=1)
    if not truth.size and not found.size:
        return 1.0
    shared = np.minimum(truth[:, None, 1], found[None, :, 1]) - np.maximum(
        truth[:, None, 0], found[None, :, 0]
    )
    whole = np.maximum(truth[:, None, 1], found[None, :, 1]) - np.minimum(
        truth[:, None, 0], found[None, :, 0]
    )
    hits = (
        int(((shared / whole) >= 0.5).any(axis=1).sum())
        if found.size and truth.size
        else 0
    )
    return 2.0 * hits / (len(truth) + len(found))


def beats_wave(
    n: int,
    *,
    fs_hz: float,
    height_uv: float,
    rate_bpm: float = 64.0,
    ectopic_every: int = 25,
    irregularity: float = 0.04,
    seed: int = 5,
) -> FloatArray:
    """ECG with QRS, P and T waves and some wide premature beats, uV."""
    rng = np.random.default_rng(seed)
    wave = np.zeros(n)
    beat_s, number = 0.5, 0
    while beat_s < n / fs_hz - 1.0:
        number += 1
        premature = number % ectopic_every == 0
        start = int((beat_s - 0.3) * fs_hz)
        time_s = (
            np.arange(max(start, 0), start + int(0.8 * fs_hz)) / fs_hz - beat_s
        )
        if premature:
            shape = 1.2 * np.exp(-np.square(time_s / 0.045)) - 0.6 * np.exp(
                -np.square((time_s - 0.1) / 0.05)
            )
        else:
            shape = np.exp(-np.square(time_s / 0.012)) - 0.25 * np.exp(
                -np.square((time_s - 0.03) / 0.014)
            )
            shape += 0.2 * np.exp(
                -np.square((time_s - 0.26) / 0.05)
            ) + 0.1 * np.exp(-np.square((time_s + 0.16) / 0.025))
        at = max(start, 0)
        wave[at : at + shape.size] += shape[: n - at]
        beat_s += (
            60.0
            / rate_bpm
            * max(0.4, 1.0 + irregularity * rng.standard_normal())
            * (1.4 if premature else 1.0)
        )
    return height_uv * wave


def hum_wave(
    n: int, *, fs_hz: float, rms_uv: float, mains_hz: float = 50.0
) -> FloatArray:
    """Mains hum with its third harmonic, on in every other minute, uV."""
    time_s = np.arange(n) / fs_hz
    wave = np.sin(2.0 * np.pi * (mains_hz + 0.02) * time_s) + 0.3 * np.sin(
        6.0 * np.pi * (mains_hz + 0.02) * time_s + 1.0
    )
    return np.asarray(np.sqrt(2.0) * rms_uv * wave * (time_s // 60.0 % 2 == 0))
