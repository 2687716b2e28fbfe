"""The heart: when it beats, and what an electrode sees of it."""

from dataclasses import dataclass
from math import tau

import numpy as np
from numpy.random import Generator
from scipy import signal

from ekbom.model.recording import BoolArray, FloatArray, SignalArray
from ekbom.simulation.draws import wandering
from ekbom.simulation.parameters import HeartParameters

RATE_STEP_S = 0.25
# Centre (s after the R wave), height (share of the R wave) and width (s) of P, Q, R, S and T.
NORMAL_WAVES = (
    (-0.17, 0.10, 0.022),
    (-0.028, -0.10, 0.008),
    (0.0, 1.0, 0.011),
    (0.030, -0.22, 0.010),
    (0.27, 0.26, 0.050),
)
ECTOPIC_WAVES = ((0.0, 1.25, 0.034), (0.10, -0.55, 0.045), (0.33, -0.35, 0.070))
Waves = tuple[tuple[float, float, float], ...]
WAVE_S = (-0.3, 0.6)
PHASES = 8
FILTER_PAD_S = 0.5


@dataclass(frozen=True, eq=False, kw_only=True)
class Beats:
    """R waves in seconds from recording start, and which of them are premature beats."""

    time_s: FloatArray
    ectopic: BoolArray


def simulate_beats(
    heart: HeartParameters,
    *,
    movement_onset_s: FloatArray,
    duration_s: float,
    rng: Generator,
) -> Beats:
    """Draw the beats of a night.

    Breathing arrhythmia, slow wandering, and a rise after each movement.
    """
    time_s = np.arange(0.0, duration_s, RATE_STEP_S)
    resting_bpm = _resting_rate(heart, time_s, duration_s, rng)
    rate_bpm = resting_bpm + _rises(time_s, movement_onset_s)
    beats = np.cumsum(rate_bpm / 60.0 * RATE_STEP_S)
    r_s = np.interp(np.arange(1.0, beats[-1]), beats, time_s)
    ectopic = rng.random(len(r_s)) < heart.ectopic_share
    ectopic[1:] &= ~ectopic[:-1]
    early_s = 0.38 * np.diff(r_s, prepend=r_s[:1])
    return Beats(time_s=r_s - np.where(ectopic, early_s, 0.0), ectopic=ectopic)


def _resting_rate(
    heart: HeartParameters,
    time_s: FloatArray,
    duration_s: float,
    rng: Generator,
) -> FloatArray:
    """Draw the heart rate of a resting body: breathing arrhythmia and slow wandering."""
    breathing_bpm = 2.0 * np.sin(tau * 0.25 * time_s + rng.uniform(0.0, 6.28))
    slow_bpm = wandering(
        time_s, duration_s=duration_s, step_s=30.0, sd=2.5, rng=rng
    )
    return np.asarray(heart.heart_rate_bpm + breathing_bpm + slow_bpm)


def _rises(time_s: FloatArray, onset_s: FloatArray) -> FloatArray:
    """Add up the changes of heart rate around movements: up 8 bpm at 4 s, down 3 bpm at 10 s."""
    after_s = np.arange(-4.0, 24.0, RATE_STEP_S)
    rise_bpm = 8.0 * np.exp(-0.5 * ((after_s - 4.0) / 2.0) ** 2)
    fall_bpm = 3.0 * np.exp(-0.5 * ((after_s - 10.0) / 2.5) ** 2)
    impulses = np.zeros(len(time_s))
    index = ((onset_s - 4.0) / RATE_STEP_S).astype(int)
    np.add.at(impulses, index[(index >= 0) & (index < len(time_s))], 1.0)
    return signal.oaconvolve(impulses, rise_bpm - fall_bpm)[: len(time_s)]


def ecg_wave(
    beats: Beats, *, n_samples: int, fs_hz: float, high_pass_hz: float = 0.0
) -> SignalArray:
    """Draw the ECG as an electrode sees it.

    A normal R wave is 1 high after the high-pass of the channel. Each beat starts at its own
    fraction of a sample, to the eighth.
    """
    shapes = _shapes(fs_hz, high_pass_hz)
    wave = np.zeros(n_samples, dtype=np.float32)
    first = np.floor((beats.time_s + WAVE_S[0]) * fs_hz * PHASES).astype(int)
    length = shapes.shape[2]
    for fine_start, odd in zip(
        first.tolist(), beats.ectopic.astype(int).tolist(), strict=True
    ):
        start, phase = divmod(fine_start, PHASES)
        if 0 <= start <= n_samples - length:
            wave[start : start + length] += shapes[odd, phase]
    return wave


def _shapes(fs_hz: float, high_pass_hz: float) -> SignalArray:
    """Draw a normal and a premature beat, shape (2, 8, n), the normal one 1 high."""
    both = (NORMAL_WAVES, ECTOPIC_WAVES)
    shapes = np.stack(
        [_templates(waves, fs_hz, high_pass_hz) for waves in both]
    )
    return shapes * (1.0 / float(shapes[0].max()))


def _templates(waves: Waves, fs_hz: float, high_pass_hz: float) -> SignalArray:
    """Draw one beat at eight fractions of a sample, shape (8, n)."""
    fine_hz = fs_hz * PHASES
    beat = _fine_beat(waves, fine_hz=fine_hz, high_pass_hz=high_pass_hz)
    n = len(beat) // PHASES - 1
    # Row 0 begins a whole sample late, row 7 an eighth of one.
    rows = [
        beat[start:][: n * PHASES : PHASES] for start in range(PHASES, 0, -1)
    ]
    return np.stack(rows).astype(np.float32)


def _fine_beat(
    waves: Waves, *, fine_hz: float, high_pass_hz: float
) -> FloatArray:
    """Draw one beat at the fine rate, with the high-pass of its channel."""
    pad_s = FILTER_PAD_S if high_pass_hz else 0.0
    n_fine = int((WAVE_S[1] - WAVE_S[0] + 2.0 * pad_s) * fine_hz)
    beat = _summed(waves, np.arange(n_fine) / fine_hz + WAVE_S[0] - pad_s)
    if not high_pass_hz:
        return beat
    sections = signal.butter(
        1, high_pass_hz, btype="highpass", fs=fine_hz, output="sos"
    )
    pad = int(pad_s * fine_hz)
    return np.asarray(signal.sosfiltfilt(sections, beat)[pad : n_fine - pad])


def _summed(waves: Waves, time_s: FloatArray) -> FloatArray:
    """Add up waves of a Gaussian shape, each with its time, height and width."""
    beat = np.zeros(time_s.size)
    for at, height, width in waves:
        beat += height * np.exp(-0.5 * ((time_s - at) / width) ** 2)
    return beat
