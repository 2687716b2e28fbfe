"""A pool of motor units: recruited by size, firing faster as the drive rises.

Small units come first. The power that a drive leads to is the sum of rate and energy of the units
that fire, so that the drive of a wanted own rms is known, and with it the truth.
"""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from ekbom.model.recording import FloatArray, IntArray
from validation.motor_units.channel import energies
from validation.motor_units.recipes import Channel

N_UNITS = 80
SIZE_RANGE = 25.0
"""Height of the largest unit over that of the smallest."""
RECRUITED_AT = (0.002, 0.7)
"""Drive at which the first and the last unit fire."""
LEAST_HZ, MOST_HZ, HZ_PER_DRIVE = 8.0, 30.0, 40.0
N_PHASES = 4
WAVE_S = 0.03
N_DRIVES = 2000


@dataclass(frozen=True, eq=False, kw_only=True)
class Pool:
    """The units of one leg.

    `waves`: before the amplifier, shape (n_units, phases, samples); `threshold`: drive at which
    each one starts; `energy_uv2s`: of one discharge behind the amplifier; `drive`, `rms_uv`: which
    own rms each drive leads to.
    """

    fs_hz: float
    waves: FloatArray
    threshold: FloatArray
    energy_uv2s: FloatArray
    drive: FloatArray
    rms_uv: FloatArray
    irregular: float


@dataclass(frozen=True, eq=False, kw_only=True)
class Discharges:
    """Discharges of some units: which unit, and when."""

    unit: IntArray
    time_s: FloatArray


def make_pool(channel: Channel, rng: Generator) -> Pool:
    """Draw the units of one leg."""
    rank = np.linspace(0.0, 1.0, N_UNITS)
    height = rng.uniform(5.0, 8.0) * SIZE_RANGE**rank
    height *= np.exp(0.15 * rng.standard_normal(N_UNITS))
    low, high = np.log(RECRUITED_AT)
    threshold = np.exp(low + (high - low) * rank)
    waves = _waves(height, channel.fs_hz, rng)
    energy = energies(waves[:, 0], channel)
    drive = np.linspace(0.0, 1.0, N_DRIVES)
    power = _rates(drive, threshold).T @ energy
    return Pool(
        fs_hz=channel.fs_hz,
        waves=waves,
        threshold=threshold,
        energy_uv2s=energy,
        drive=drive,
        rms_uv=np.sqrt(power),
        irregular=rng.uniform(0.15, 0.3),
    )


def _waves(height: FloatArray, fs_hz: float, rng: Generator) -> FloatArray:
    """Draw the discharge of each unit at some fractions of a sample: two or three phases."""
    n = int(WAVE_S * fs_hz)
    sample = np.arange(n)[None, :] - np.arange(N_PHASES)[:, None] / N_PHASES
    time_s = sample / fs_hz - WAVE_S / 2.0
    width_s = rng.uniform(0.0025, 0.005, (height.size, 1, 1))
    x = time_s[None] / width_s
    share = rng.uniform(0.0, 1.0, (height.size, 1, 1))
    wave = (share * x + (1.0 - share) * (1.0 - 2.0 * x * x)) * np.exp(-x * x)
    sign = rng.choice([-1.0, 1.0], (height.size, 1, 1))
    top = np.abs(wave).max(axis=(1, 2), keepdims=True)
    return np.asarray(sign * height[:, None, None] * wave / top)


def _rates(drive: FloatArray, threshold: FloatArray) -> FloatArray:
    """Rate of each unit at each drive, shape (n_units, n_drives), 0 below its threshold."""
    above = drive[None, :] - threshold[:, None]
    rate = np.minimum(LEAST_HZ + HZ_PER_DRIVE * above, MOST_HZ)
    return np.where(above >= 0.0, rate, 0.0)


def contraction(
    pool: Pool, wanted_uv: FloatArray, start_s: float, rng: Generator
) -> tuple[Discharges, FloatArray]:
    """Let the units follow a wanted own rms; give their discharges and the rms that is due.

    Parameters
    ----------
    wanted_uv
        Own rms sample by sample, from `start_s` on.
    """
    drive = np.interp(wanted_uv, pool.rms_uv, pool.drive)
    drive[wanted_uv < pool.rms_uv[pool.rms_uv > 0.0][0]] = 0.0
    active = np.flatnonzero(pool.threshold <= drive.max())
    rates = _rates(drive, pool.threshold[active])
    due_uv = np.sqrt(rates.T @ pool.energy_uv2s[active])
    counts = np.cumsum(rates, axis=1) / pool.fs_hz
    units, times = [], []
    for row, unit in enumerate(active.tolist()):
        at_s = _discharge_times(counts[row], pool, rng)
        times.append(start_s + at_s)
        units.append(np.full(at_s.size, unit))
    return Discharges(
        unit=np.concatenate([*units, np.zeros(0, np.int64)]),
        time_s=np.concatenate([*times, np.zeros(0)]),
    ), due_uv


def _discharge_times(
    count: FloatArray, pool: Pool, rng: Generator
) -> FloatArray:
    """Draw the times of one unit whose expected number of discharges rises as given, s."""
    n = int(count[-1] + 1.0)
    due = rng.random() + np.arange(n) + pool.irregular * rng.standard_normal(n)
    due = due[(due > 0.0) & (due < count[-1])]
    time_s = np.arange(count.size) / pool.fs_hz
    return np.asarray(np.interp(due, count, time_s))


def steady_train(
    pool: Pool,
    *,
    rate_hz: float,
    span_s: tuple[float, float],
    rng: Generator,
) -> FloatArray:
    """Draw the times of a unit that fires at an even rate from one time to another, s."""
    lasting_s = span_s[1] - span_s[0]
    intervals = rng.normal(
        1.0, pool.irregular, int(2.0 * rate_hz * lasting_s) + 8
    )
    times = np.cumsum(np.maximum(intervals, 0.3)) / rate_hz
    return span_s[0] + times[times < lasting_s]


def voltage(
    pool: Pool, discharges: Discharges, n_samples: int, gain: FloatArray
) -> FloatArray:
    """Add up the waves of all discharges, each times its gain, before the amplifier, uV."""
    at = discharges.time_s * pool.fs_hz
    first = np.floor(at).astype(np.int64)
    phase = ((at - first) * N_PHASES).astype(np.int64)
    sample = first[:, None] + np.arange(pool.waves.shape[2])
    wave = pool.waves[discharges.unit, phase] * gain[:, None]
    inside = (sample >= 0) & (sample < n_samples)
    total = np.bincount(sample[inside], wave[inside], minlength=n_samples)
    return total.astype(np.float64)
