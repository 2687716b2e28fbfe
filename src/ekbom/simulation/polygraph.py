"""The other channels of a polysomnography, good enough to look at.

EEG, EOG, chin, breathing and oxygen. Nothing is measured on them here; they make the night a
complete one and show each stage as a reader expects it.
"""

from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from scipy import signal

from ekbom.model.events import RESPIRATORY_KINDS, Event, EventKind
from ekbom.model.hypnogram import Hypnogram, Stage
from ekbom.model.recording import FloatArray, SignalArray
from ekbom.simulation.muscle import emg_noise

EEG_FS_HZ = 128.0
BREATHING_FS_HZ = 32.0
LOOP_S = 600.0
EPOCH_BLEND_S = 1.0
# Bands of the EEG in Hz, and their rms in uV per stage.
BANDS_HZ = {
    "delta": (0.5, 3.0),
    "theta": (4.0, 7.5),
    "alpha": (8.0, 11.5),
    "sigma": (12.0, 15.0),
    "beta": (16.0, 30.0),
}
BAND_UV = {
    Stage.WAKE: (5.0, 4.0, 14.0, 2.0, 5.0),
    Stage.N1: (8.0, 9.0, 5.0, 2.0, 3.5),
    Stage.N2: (16.0, 9.0, 4.0, 4.0, 2.5),
    Stage.N3: (42.0, 9.0, 3.0, 3.0, 1.5),
    Stage.REM: (7.0, 8.0, 4.0, 2.0, 3.5),
    Stage.UNSCORED: (8.0, 5.0, 6.0, 2.0, 4.0),
}
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
EEG_LABELS = {"C3-M2": (0.7, 1.0), "C4-M1": (0.7, 1.0), "F3-M2": (0.4, 0.8), "O1-M2": (1.4, 0.3)}
EOG_LABELS = ("E1-M2", "E2-M2")
EEG_FILTER = "HP:0.3Hz LP:35Hz"
# Eye movements per epoch, and the width of one in seconds.
EYE_MOVEMENTS = {Stage.REM: (8.0, 0.12), Stage.N1: (5.0, 1.2), Stage.WAKE: (6.0, 0.15)}
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


def simulate_eeg(
    hypnogram: Hypnogram,
    *,
    arousals: tuple[Event, ...],
    duration_s: float,
    rng: Generator,
) -> tuple[Wave, ...]:
    """Draw four EEG and two EOG derivations.

    Bands by stage, spindles, alpha during arousals, eye movements.
    """
    n_samples = round(duration_s * EEG_FS_HZ)
    gains = _band_gains(hypnogram, arousals=arousals, n_samples=n_samples)
    spindles = _spindles(hypnogram, n_samples=n_samples, rng=rng)
    slow, theta, alpha, beta = (
        _looped(BANDS_HZ[name], n_samples=n_samples, rng=rng) * gains[name]
        for name in ("delta", "theta", "alpha", "beta")
    )
    shared = slow + theta
    derivations = {}
    for shift, (label, (alpha_share, spindle_share)) in enumerate(EEG_LABELS.items()):
        own = shared + alpha_share * alpha + np.float32(spindle_share) * spindles
        derivations[label] = own + np.roll(beta, 37 * shift)
    eyes = _eye_movements(hypnogram, n_samples=n_samples, rng=rng)
    for label, sign in zip(EOG_LABELS, (1.0, -1.0), strict=True):
        derivations[label] = np.float32(0.4) * shared + np.float32(sign) * eyes
    return tuple(
        Wave(label, samples, EEG_FS_HZ, "uV", 500.0, EEG_FILTER)
        for label, samples in derivations.items()
    )


def simulate_chin(
    hypnogram: Hypnogram,
    *,
    arousals: tuple[Event, ...],
    fs_hz: float,
    duration_s: float,
    rng: Generator,
) -> Wave:
    """Draw the chin EMG: tone by stage, lowest in REM sleep, raised during arousals."""
    n_samples = round(duration_s * fs_hz)
    level = _per_stage(CHIN_UV, hypnogram, n_samples=n_samples, fs_hz=fs_hz)
    _raise_during(level, arousals, by=np.float32(3.0), fs_hz=fs_hz)
    samples = emg_noise(fs_hz)(n_samples, rng) * level
    return Wave("EMG Chin", samples, fs_hz, "uV", 2000.0, "HP:10Hz LP:100Hz")


def simulate_breathing_waves(
    events: tuple[Event, ...], *, duration_s: float, rng: Generator
) -> tuple[Wave, ...]:
    """Draw nasal flow, the thoracic belt and oxygen saturation.

    All show the dips of the breathing events.
    """
    n_samples = round(duration_s * BREATHING_FS_HZ)
    phase = _breathing_phase(np.arange(n_samples) / BREATHING_FS_HZ, rng)
    flow_gain, effort_gain = np.ones((2, n_samples), dtype=np.float32)
    saturation = np.full(int(duration_s), 96.0, dtype=np.float32)
    for event in events:
        if event.kind in RESPIRATORY_KINDS:
            inside = _samples_of(event, BREATHING_FS_HZ)
            flow_gain[inside] = 0.5 if event.kind == EventKind.HYPOPNEA else 0.03
            effort_gain[inside] = 0.03 if event.kind == EventKind.APNEA_CENTRAL else 0.7
            _dip(saturation, event)
    noise = 0.02 * rng.standard_normal(n_samples, dtype=np.float32)
    flow = 100.0 * (flow_gain * np.sin(phase) + noise)
    effort = 100.0 * (effort_gain * np.sin(phase - 0.5) + noise)
    return (
        Wave("Flow", flow.astype(np.float32), BREATHING_FS_HZ, "uV", 250.0, ""),
        Wave("Thorax", effort.astype(np.float32), BREATHING_FS_HZ, "uV", 250.0, ""),
        Wave("SpO2", np.round(saturation), 1.0, "%", 128.0, ""),
    )


def _samples_of(event: Event, fs_hz: float) -> slice:
    """Give the samples that lie within an event."""
    return slice(int(event.onset_s * fs_hz), int((event.onset_s + event.duration_s) * fs_hz))


def _breathing_phase(time_s: FloatArray, rng: Generator) -> FloatArray:
    """Draw the phase of breathing, fifteen breaths a minute and wandering."""
    wandering = np.sin(2.0 * np.pi * 0.011 * time_s + rng.uniform(0.0, 6.28))
    return np.asarray(2.0 * np.pi * (0.25 * time_s + 0.3 * wandering))


def _dip(saturation: SignalArray, event: Event) -> None:
    """Lower the saturation after a breathing event, deepest 15 s after its end, in place.

    The longer the event, the deeper.
    """
    start = int(event.onset_s + event.duration_s)
    stop = min(start + 40, len(saturation))
    after_s = np.arange(stop - start, dtype=np.float32)
    fall = np.exp(-0.5 * ((after_s - 15.0) / 7.0) ** 2).astype(np.float32)
    saturation[start:stop] -= np.float32(3.0 + 0.1 * event.duration_s) * fall


def _per_stage(
    values: dict[Stage, float], hypnogram: Hypnogram, *, n_samples: int, fs_hz: float
) -> SignalArray:
    """Give each sample the value of its stage; epochs blend over one second."""
    per_epoch = np.array([values[Stage(stage)] for stage in hypnogram.stage], dtype=np.float32)
    edge_s = hypnogram.onset_s
    end_s = edge_s[-1] + hypnogram.epoch_s
    knots_s = np.sort(np.concatenate([edge_s, edge_s[1:] + EPOCH_BLEND_S, [end_s]]))
    time_s = np.arange(n_samples) / fs_hz
    level: SignalArray = np.interp(time_s, knots_s, np.repeat(per_epoch, 2)).astype(np.float32)
    return level


def _band_gains(
    hypnogram: Hypnogram, *, arousals: tuple[Event, ...], n_samples: int
) -> dict[str, SignalArray]:
    """Give the rms of each band over the night."""
    gains = {}
    for index, name in enumerate(BANDS_HZ):
        values = {stage: rms[index] for stage, rms in BAND_UV.items()}
        gains[name] = _per_stage(values, hypnogram, n_samples=n_samples, fs_hz=EEG_FS_HZ)
    _raise_during(gains["alpha"], arousals, by=np.float32(3.0), fs_hz=EEG_FS_HZ)
    _raise_during(gains["beta"], arousals, by=np.float32(2.0), fs_hz=EEG_FS_HZ)
    return gains


def _raise_during(
    level: SignalArray, events: tuple[Event, ...], *, by: np.float32, fs_hz: float
) -> None:
    """Multiply a level during events, in place."""
    for event in events:
        level[_samples_of(event, fs_hz)] *= by


def _looped(band_hz: tuple[float, float], *, n_samples: int, rng: Generator) -> SignalArray:
    """Draw noise of one band with unit rms.

    It comes round after about ten minutes, each band at its own time.
    """
    n_loop = min(n_samples, int((LOOP_S + rng.uniform(0.0, 60.0)) * EEG_FS_HZ))
    frequency_hz = np.fft.rfftfreq(n_loop, 1.0 / EEG_FS_HZ)
    inside = (frequency_hz >= band_hz[0]) & (frequency_hz <= band_hz[1])
    spectrum = np.zeros(len(frequency_hz), dtype=np.complex64)
    spectrum[inside] = np.exp(2j * np.pi * rng.random(int(inside.sum())))
    loop = np.fft.irfft(spectrum, n_loop)
    return np.resize((loop / loop.std()).astype(np.float32), n_samples)


def _spindles(hypnogram: Hypnogram, *, n_samples: int, rng: Generator) -> SignalArray:
    """Draw sleep spindles of half a second to 1.5 s at 12 to 15 Hz."""
    wave = np.zeros(n_samples, dtype=np.float32)
    for onset_s, stage in zip(hypnogram.onset_s.tolist(), hypnogram.stage.tolist(), strict=True):
        per_min = SPINDLES_PER_MIN.get(Stage(stage), 0.0)
        for _ in range(int(rng.poisson(per_min * hypnogram.epoch_s / 60.0))):
            time_s = np.arange(int(rng.uniform(0.5, 1.5) * EEG_FS_HZ)) / EEG_FS_HZ
            start = int((onset_s + rng.uniform(0.0, hypnogram.epoch_s - 1.5)) * EEG_FS_HZ)
            spindle = _spindle(time_s, rng)[: max(0, n_samples - start)]
            wave[start : start + len(time_s)] += spindle
    return wave


def _spindle(time_s: FloatArray, rng: Generator) -> SignalArray:
    """Draw one spindle that waxes and wanes."""
    waxing = rng.uniform(15.0, 30.0) * signal.windows.hann(len(time_s))
    wave = np.sin(2.0 * np.pi * rng.uniform(12.0, 15.0) * time_s)
    return np.asarray(waxing * wave, np.float32)


def _eye_movements(hypnogram: Hypnogram, *, n_samples: int, rng: Generator) -> SignalArray:
    """Draw rapid eye movements in REM sleep, slow ones in N1, blinks in wake.

    They are opposite on the two eyes.
    """
    wave = np.zeros(n_samples, dtype=np.float32)
    for onset_s, stage in zip(hypnogram.onset_s.tolist(), hypnogram.stage.tolist(), strict=True):
        count, width_s = EYE_MOVEMENTS.get(Stage(stage), (0.0, 1.0))
        half = int(3.0 * width_s * EEG_FS_HZ)
        shape = signal.windows.gaussian(2 * half + 1, width_s * EEG_FS_HZ)
        for at_s in rng.uniform(0.0, hypnogram.epoch_s, int(rng.poisson(count))).tolist():
            start = int((onset_s + at_s) * EEG_FS_HZ) - half
            bump = (rng.normal(0.0, 60.0) * shape).astype(np.float32)
            if 0 <= start <= n_samples - len(bump):
                wave[start : start + len(bump)] += bump
    return wave


def fill_channels(waves: tuple[Wave, ...], *, n_channels: int) -> tuple[Wave, ...]:
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
