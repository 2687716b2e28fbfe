"""The other channels of a polysomnography, good enough to look at.

EEG, EOG, chin, breathing and oxygen. Nothing is measured on them here; they make the night a
complete one and show each stage as a reader expects it.
"""

from collections.abc import Iterator
from functools import partial
from math import tau
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from scipy import signal

from ekbom.model.events import (
    RESPIRATORY_KINDS,
    Event,
    EventKind,
    Hypnogram,
    Stage,
)
from ekbom.model.recording import FloatArray, SignalArray
from ekbom.simulation.muscle import emg_noise
from ekbom.simulation.plan import Events

EEG_FS_HZ = 128.0
BREATHING_FS_HZ = 32.0
LOOP_S = 600.0
EPOCH_BLEND_S = 1.0
# Bands of the EEG in Hz, and their rms in uV per stage.
BANDS_HZ = {
    "delta": (0.5, 3.0),
    "theta": (4.0, 7.5),
    "alpha": (8.0, 11.5),
    "beta": (16.0, 30.0),
}
BAND_UV = {
    Stage.WAKE: (5.0, 4.0, 14.0, 5.0),
    Stage.N1: (8.0, 9.0, 5.0, 3.5),
    Stage.N2: (16.0, 9.0, 4.0, 2.5),
    Stage.N3: (42.0, 9.0, 3.0, 1.5),
    Stage.REM: (7.0, 8.0, 4.0, 3.5),
    Stage.UNSCORED: (8.0, 5.0, 6.0, 4.0),
}
# What an arousal multiplies a band with.
AROUSAL_GAIN = {"alpha": 3.0, "beta": 2.0}
CHIN_UV = {
    Stage.WAKE: 9.0,
    Stage.N1: 5.0,
    Stage.N2: 3.5,
    Stage.N3: 3.0,
    Stage.REM: 1.2,
    Stage.UNSCORED: 6.0,
}
SPINDLES_PER_MIN = {Stage.N2: 3.0, Stage.N3: 1.0}
# Share of alpha and spindles that each derivation sees; the slow waves are seen by all.
EEG_LABELS = {
    "C3-M2": (0.7, 1.0),
    "C4-M1": (0.7, 1.0),
    "F3-M2": (0.4, 0.8),
    "O1-M2": (1.4, 0.3),
}
# The eyes see their movements with opposite signs.
EOG_LABELS = {"E1-M2": 1.0, "E2-M2": -1.0}
EEG_FILTER = "HP:0.3Hz LP:35Hz"
# Eye movements per epoch, and the width of one in seconds.
EYE_MOVEMENTS = {
    Stage.REM: (8.0, 0.12),
    Stage.N1: (5.0, 1.2),
    Stage.WAKE: (6.0, 0.15),
}
# What is left of flow and effort during a hypopnea and a central apnea, and during other events.
BREATHING_GAIN = {
    EventKind.HYPOPNEA: (0.5, 0.7),
    EventKind.APNEA_CENTRAL: (0.03, 0.03),
}
OBSTRUCTED_GAIN = (0.03, 0.7)
EXTRA_LABELS = (
    "F4-M1",
    "O2-M1",
    "Fz-M1",
    "Cz-M1",
    "Pz-M1",
    "P3-M2",
    "P4-M1",
    "T3-M2",
    "T4-M1",
    "T5-M2",
    "T6-M1",
    "Fp1-M2",
    "Fp2-M1",
    "F7-M2",
    "F8-M1",
)


class Wave(NamedTuple):
    """One channel: label, samples, rate, unit, largest value that its file can hold."""

    label: str
    samples: SignalArray
    fs_hz: float
    unit: str
    limit: float
    prefilter: str


_eeg_wave = partial(
    Wave, fs_hz=EEG_FS_HZ, unit="uV", limit=500.0, prefilter=EEG_FILTER
)
_breath_wave = partial(
    Wave, fs_hz=BREATHING_FS_HZ, unit="uV", limit=250.0, prefilter=""
)


def simulate_eeg(
    hypnogram: Hypnogram,
    *,
    arousals: Events,
    duration_s: float,
    rng: Generator,
) -> tuple[Wave, ...]:
    """Draw four EEG and two EOG derivations.

    Bands by stage, spindles, alpha during arousals, eye movements.
    """
    n_samples = round(duration_s * EEG_FS_HZ)
    spindles = _spindles(hypnogram, n_samples=n_samples, rng=rng)
    slow, theta, alpha, beta = _bands(hypnogram, arousals, n_samples, rng)
    shared = slow + theta
    waves = []
    for shift, (label, (alpha_share, spindle_share)) in enumerate(
        EEG_LABELS.items()
    ):
        own = shared + alpha_share * alpha + spindle_share * spindles
        waves.append(_eeg_wave(label, own + np.roll(beta, 37 * shift)))
    eyes = _eye_movements(hypnogram, n_samples=n_samples, rng=rng)
    return (*waves, *_eog(0.4 * shared, eyes))


def _eog(brain: SignalArray, eyes: SignalArray) -> Iterator[Wave]:
    """Give what the electrodes beside the eyes see."""
    for label, sign in EOG_LABELS.items():
        yield _eeg_wave(label, brain + sign * eyes)


def simulate_chin(
    hypnogram: Hypnogram,
    *,
    arousals: Events,
    fs_hz: float,
    duration_s: float,
    rng: Generator,
) -> Wave:
    """Draw the chin EMG: tone by stage, lowest in REM sleep, raised during arousals."""
    n_samples = round(duration_s * fs_hz)
    level = _per_stage(CHIN_UV, hypnogram, n_samples=n_samples, fs_hz=fs_hz)
    _raise_during(level, arousals, by=3.0, fs_hz=fs_hz)
    samples = emg_noise(fs_hz)(n_samples, rng) * level
    return Wave("EMG Chin", samples, fs_hz, "uV", 2000.0, "HP:10Hz LP:100Hz")


def simulate_breathing_waves(
    events: Events, *, duration_s: float, rng: Generator
) -> tuple[Wave, ...]:
    """Draw nasal flow, the thoracic belt and oxygen saturation.

    All show the dips of the breathing events.
    """
    own = tuple(event for event in events if event.kind in RESPIRATORY_KINDS)
    flow, effort = _breathing(own, round(duration_s * BREATHING_FS_HZ), rng)
    return (
        _breath_wave("Flow", flow),
        _breath_wave("Thorax", effort),
        Wave("SpO2", _saturation(own, duration_s), 1.0, "%", 128.0, ""),
    )


def _breathing(events: Events, n_samples: int, rng: Generator) -> SignalArray:
    """Draw flow and effort, shape (2, n); effort comes a little later."""
    phase = _breathing_phase(np.arange(n_samples) / BREATHING_FS_HZ, rng)
    waves = np.sin([phase, phase - 0.5])
    noise = 0.02 * rng.standard_normal(n_samples, dtype=np.float32)
    drawn = 100.0 * (_breathing_gains(events, n_samples) * waves + noise)
    return drawn.astype(np.float32)


def _breathing_gains(events: Events, n_samples: int) -> SignalArray:
    """Give what is left of flow and effort at each sample, shape (2, n)."""
    gains = np.ones((2, n_samples), dtype=np.float32)
    for event in events:
        left = BREATHING_GAIN.get(event.kind, OBSTRUCTED_GAIN)
        gains[:, _samples_of(event, BREATHING_FS_HZ)] = np.array(left)[:, None]
    return gains


def _saturation(events: Events, duration_s: float) -> SignalArray:
    """Draw oxygen saturation in whole percent, one value per second."""
    saturation = np.full(int(duration_s), 96.0, dtype=np.float32)
    for event in events:
        _dip(saturation, event)
    return np.round(saturation)


def _samples_of(event: Event, fs_hz: float) -> slice:
    """Give the samples that lie within an event."""
    return slice(
        int(event.onset_s * fs_hz),
        int((event.onset_s + event.duration_s) * fs_hz),
    )


def _breathing_phase(time_s: FloatArray, rng: Generator) -> FloatArray:
    """Draw the phase of breathing, fifteen breaths a minute and wandering."""
    wandering = np.sin(tau * 0.011 * time_s + rng.uniform(0.0, 6.28))
    return np.asarray(tau * (0.25 * time_s + 0.3 * wandering))


def _dip(saturation: SignalArray, event: Event) -> None:
    """Lower the saturation after a breathing event, deepest 15 s after its end, in place.

    The longer the event, the deeper.
    """
    fallen = saturation[int(event.onset_s + event.duration_s) :][:40]
    after_s = np.arange(len(fallen), dtype=np.float32)
    fall = np.exp(-0.5 * ((after_s - 15.0) / 7.0) ** 2).astype(np.float32)
    fallen -= (3.0 + 0.1 * event.duration_s) * fall


def _per_stage(
    values: dict[Stage, float],
    hypnogram: Hypnogram,
    *,
    n_samples: int,
    fs_hz: float,
) -> SignalArray:
    """Give each sample the value of its stage; epochs blend over one second."""
    per_epoch = np.array(
        [values[Stage(stage)] for stage in hypnogram.stage], dtype=np.float32
    )
    edge_s = hypnogram.onset_s
    end_s = edge_s[-1] + hypnogram.epoch_s
    knots_s = np.sort(
        np.concatenate([edge_s, edge_s[1:] + EPOCH_BLEND_S, [end_s]])
    )
    time_s = np.arange(n_samples) / fs_hz
    level: SignalArray = np.interp(
        time_s, knots_s, np.repeat(per_epoch, 2)
    ).astype(np.float32)
    return level


def _bands(
    hypnogram: Hypnogram, arousals: Events, n_samples: int, rng: Generator
) -> Iterator[SignalArray]:
    """Draw the waves of each band over the night."""
    for index, (name, band_hz) in enumerate(BANDS_HZ.items()):
        values = {stage: rms[index] for stage, rms in BAND_UV.items()}
        level = _per_stage(
            values, hypnogram, n_samples=n_samples, fs_hz=EEG_FS_HZ
        )
        _raise_during(
            level, arousals, by=AROUSAL_GAIN.get(name, 1.0), fs_hz=EEG_FS_HZ
        )
        yield _looped(band_hz, n_samples=n_samples, rng=rng) * level


def _raise_during(
    level: SignalArray, events: Events, *, by: float, fs_hz: float
) -> None:
    """Multiply a level during events, in place."""
    for event in events:
        level[_samples_of(event, fs_hz)] *= by


def _looped(
    band_hz: tuple[float, float], *, n_samples: int, rng: Generator
) -> SignalArray:
    """Draw noise of one band with unit rms.

    It comes round after about ten minutes, each band at its own time.
    """
    n_loop = min(n_samples, int((LOOP_S + rng.uniform(0.0, 60.0)) * EEG_FS_HZ))
    frequency_hz = np.fft.rfftfreq(n_loop, 1.0 / EEG_FS_HZ)
    inside = (frequency_hz >= band_hz[0]) & (frequency_hz <= band_hz[1])
    spectrum = np.zeros(len(frequency_hz), dtype=np.complex64)
    spectrum[inside] = np.exp(1j * tau * rng.random(int(inside.sum())))
    loop = np.fft.irfft(spectrum, n_loop)
    return np.resize((loop / loop.std()).astype(np.float32), n_samples)


def _spindles(
    hypnogram: Hypnogram, *, n_samples: int, rng: Generator
) -> SignalArray:
    """Draw sleep spindles of half a second to 1.5 s at 12 to 15 Hz."""
    wave = np.zeros(n_samples, dtype=np.float32)
    latest_s = hypnogram.epoch_s - 1.5
    for onset_s, stage in _epochs(hypnogram):
        mean = SPINDLES_PER_MIN.get(stage, 0.0) * hypnogram.epoch_s / 60.0
        for _ in range(rng.poisson(mean)):
            time_s = (
                np.arange(int(rng.uniform(0.5, 1.5) * EEG_FS_HZ)) / EEG_FS_HZ
            )
            start = int((onset_s + rng.uniform(0.0, latest_s)) * EEG_FS_HZ)
            piece = wave[start : start + len(time_s)]
            piece += _spindle(time_s, rng)[: len(piece)]
    return wave


def _epochs(hypnogram: Hypnogram) -> Iterator[tuple[float, Stage]]:
    """Give onset and stage of each epoch."""
    return zip(
        hypnogram.onset_s.tolist(),
        map(Stage, hypnogram.stage.tolist()),
        strict=True,
    )


def _spindle(time_s: FloatArray, rng: Generator) -> SignalArray:
    """Draw one spindle that waxes and wanes."""
    waxing = rng.uniform(15.0, 30.0) * signal.windows.hann(len(time_s))
    wave = np.sin(tau * rng.uniform(12.0, 15.0) * time_s)
    return np.asarray(waxing * wave, np.float32)


def _eye_movements(
    hypnogram: Hypnogram, *, n_samples: int, rng: Generator
) -> SignalArray:
    """Draw rapid eye movements in REM sleep, slow ones in N1, blinks in wake.

    They are opposite on the two eyes.
    """
    wave = np.zeros(n_samples, dtype=np.float32)
    for onset_s, stage in _epochs(hypnogram):
        count, width_s = EYE_MOVEMENTS.get(stage, (0.0, 1.0))
        shape = _eye_movement(width_s)
        for at_s in rng.uniform(
            0.0, hypnogram.epoch_s, rng.poisson(count)
        ).tolist():
            start = int((onset_s + at_s) * EEG_FS_HZ) - len(shape) // 2
            bump = (rng.normal(0.0, 60.0) * shape).astype(np.float32)
            if 0 <= start <= n_samples - len(bump):
                wave[start : start + len(bump)] += bump
    return wave


def _eye_movement(width_s: float) -> FloatArray:
    """Give the shape of one eye movement, 1 high."""
    half = int(3.0 * width_s * EEG_FS_HZ)
    return np.asarray(
        signal.windows.gaussian(2 * half + 1, width_s * EEG_FS_HZ)
    )


def fill_channels(
    waves: tuple[Wave, ...], *, n_channels: int
) -> tuple[Wave, ...]:
    """Add further EEG derivations until the night has `n_channels`.

    They are turned copies of the first four.
    """
    extra = []
    for index in range(n_channels - len(waves)):
        model = waves[index % len(EEG_LABELS)]
        beyond = index - len(EXTRA_LABELS)
        label = f"AUX{beyond + 1}" if beyond >= 0 else EXTRA_LABELS[index]
        samples = np.roll(model.samples, 1009 * (index + 1))
        extra.append(model._replace(label=label, samples=samples))
    return waves + tuple(extra)
