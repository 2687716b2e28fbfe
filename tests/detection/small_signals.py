"""Small signals for the tests of the detection room, and what a scenario gives."""

import numpy as np
from known_legs import (
    muscle,
)

from ekbom.model.recording import (
    BeatMethod,
    FloatArray,
    HeartBeats,
    LegSignal,
    SignalArray,
)

FS = 100.0
Seen = dict[str, float]


def noise(seconds: float, *, fs_hz: float = FS, seed: int = 1) -> FloatArray:
    """Muscle at rest of unit rms."""
    return muscle(
        round(seconds * fs_hz), fs_hz=fs_hz, rng=np.random.default_rng(seed)
    )


def leg_of(
    wave: FloatArray | SignalArray, *, fs_hz: float = FS, step_uv: float = 0.05
) -> LegSignal:
    """A left leg with limits of the converter at 3000 uV."""
    return LegSignal(
        side="left",
        label="L",
        emg_uv=wave.astype(np.float32),
        fs_hz=fs_hz,
        step_uv=step_uv,
        clip_uv=(-3000.0, 3000.0),
    )


def sine(
    seconds: float, hz: float, rms_uv: float, *, fs_hz: float = FS
) -> FloatArray:
    """A sine of some rms."""
    time_s = np.arange(round(seconds * fs_hz)) / fs_hz
    return np.asarray(
        np.sqrt(2.0) * rms_uv * np.sin(2.0 * np.pi * hz * time_s + 0.7)
    )


def rms(values: FloatArray | SignalArray) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(np.square(values))))


def leg_beats(
    seconds: float, *, kinds: int = 1, every_s: float = 0.9
) -> HeartBeats:
    """Beats at regular times, of as many kinds in turn."""
    sample = np.arange(1.0, seconds - 1.0, every_s) * 200.0
    number = np.arange(sample.size)
    kind = np.where(number % 12 == 0, kinds - 1, 0)
    return HeartBeats(
        sample=sample.astype(np.int64), kind=kind, method=BeatMethod.ECG_CHANNEL
    )


def heart_wave(
    beats: HeartBeats, n: int, *, gain: FloatArray | float = 1.0
) -> FloatArray:
    """A wave of unit height at each beat, from -0.2 s to 0.4 s."""
    wave = np.zeros(n)
    lag_s = (np.arange(240) - 100) / 200.0
    shape = np.exp(-np.square(lag_s / 0.012)) + 0.2 * np.exp(
        -np.square((lag_s - 0.3) / 0.05)
    )
    shape += 0.1 * np.exp(-np.square((lag_s + 0.16) / 0.025))
    gains = np.broadcast_to(gain, beats.sample.size)
    for sample, height in zip(beats.sample, gains, strict=True):
        wave[sample - 100 : sample + 140] += height * shape
    return wave
