"""The robust detector on one block of a recording.

Prepare, envelope, resting level, on and off, evidence.
"""

from dataclasses import dataclass

import numpy as np

from ekbom.criteria.detector import RobustSettings
from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.detection.cleaning.heart import EcgBeats, HeartRemoval, cancel_heart
from ekbom.detection.cleaning.hum import HumRemoval, remove_hum
from ekbom.detection.cleaning.lost import LostTime, find_lost_time, share_of_steps
from ekbom.detection.literal.envelope import block_power, fill_gaps, remove_slow
from ekbom.detection.robust.candidates import OwnCandidates, find_candidates
from ekbom.detection.robust.envelope import OwnEnvelope, own_envelope
from ekbom.detection.robust.rest import resting_power
from ekbom.model.recording import FloatArray, LegSignal, SignalArray


@dataclass(frozen=True, kw_only=True)
class Grids:
    """How samples, fine blocks and level steps lie on each other.

    Whole numbers, whatever the sampling rate.
    """

    fs_hz: float
    block: int
    blocks_per_step: int

    @property
    def step(self) -> int:
        """Samples of one level step."""
        return self.block * self.blocks_per_step

    @property
    def step_s(self) -> float:
        """Length of a level step, s."""
        return self.step / self.fs_hz


def grids_for(fs_hz: float, settings: RobustSettings) -> Grids:
    """Choose the grids nearest to the lengths of the table."""
    block = max(1, round(settings.fine_block_s * fs_hz))
    return Grids(
        fs_hz=fs_hz,
        block=block,
        blocks_per_step=max(1, round(settings.level_step_s * fs_hz / block)),
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class BlockFindings:
    """What one block of a leg gave.

    Candidates in samples of the block, and what was measured on the level steps.

    `as_recorded_uv2`: power before hum and heart were taken out; `hum_uv`, `ecg_uv`: what was taken
    out; `beats`: number of heart beats in each step.
    """

    candidates: OwnCandidates
    envelope: OwnEnvelope
    rest_uv: FloatArray
    as_recorded_uv2: FloatArray
    hum_uv: FloatArray
    ecg_uv: FloatArray
    beats: FloatArray
    lost: LostTime
    mains_hz: tuple[float, ...]


def detect_block(
    leg: LegSignal,
    *,
    grids: Grids,
    amplitude: AmplitudeCriteria,
    settings: RobustSettings,
    ecg: EcgBeats | None = None,
) -> BlockFindings:
    """Find the movements of one block of one leg."""
    filled, missing = fill_gaps(leg.emg_uv)
    steady = remove_slow(filled, fs_hz=leg.fs_hz, half_gain_hz=settings.slow_half_gain_hz)
    lost = find_lost_time(leg, missing, step=grids.step, settings=settings)
    if lost.samples is not None:
        steady[lost.samples] = 0.0
    hum, heart = prepare(steady, fs_hz=leg.fs_hz, ecg=ecg, settings=settings)
    power = block_power(heart.emg_uv, block=grids.block)
    step_power = step_means(power, grids.blocks_per_step)
    n_steps = step_power.size
    usable = None
    if lost.samples is not None:
        usable = (
            share_of_steps(lost.samples, grids.step, n_steps) < settings.unscorable_minute_share
        )
    rest = resting_power(
        step_power,
        step_s=grids.step_s,
        hold_s=settings.rest_hold_s,
        smooth_s=settings.rest_smooth_s,
        valid=usable,
    )
    envelope = own_envelope(
        power,
        rest,
        block=grids.block,
        blocks_per_step=grids.blocks_per_step,
        fs_hz=leg.fs_hz,
        criteria=amplitude,
        settings=settings,
    )
    candidates = find_candidates(heart.emg_uv, envelope, criteria=amplitude, settings=settings)
    changed = heart.emg_uv is not steady
    return BlockFindings(
        candidates=candidates,
        envelope=envelope,
        rest_uv=np.sqrt(rest.power_uv2)
        if usable is None
        else np.where(usable, np.sqrt(rest.power_uv2), np.nan),
        as_recorded_uv2=step_means(block_power(steady, block=grids.block), grids.blocks_per_step)
        if changed
        else step_power,
        hum_uv=hum.rms_uv[
            np.minimum(
                (np.arange(n_steps) * grids.step + grids.step // 2) // hum.sub_block,
                hum.rms_uv.size - 1,
            )
        ],
        ecg_uv=_heights(heart, grids.step, n_steps),
        beats=np.bincount(
            np.minimum(heart.beats[heart.height_uv > 0.0] // grids.step, n_steps - 1),
            minlength=n_steps,
        ).astype(np.float64),
        lost=lost,
        mains_hz=hum.found_hz,
    )


def prepare(
    steady: SignalArray, *, fs_hz: float, ecg: EcgBeats | None, settings: RobustSettings
) -> tuple[HumRemoval, HeartRemoval]:
    """Take hum and heart beats out of a leg that is free from offset and drift."""
    hum = remove_hum(
        steady,
        fs_hz=fs_hz,
        mains_hz=settings.mains_hz,
        harmonics=int(settings.hum_harmonics),
        min_uv=settings.hum_min_uv,
    )
    return hum, cancel_heart(hum.emg_uv, fs_hz=fs_hz, min_uv=settings.ecg_min_uv, ecg=ecg)


def _heights(heart: HeartRemoval, step: int, n_steps: int) -> FloatArray:
    """Height of the R wave at every level step, that of the nearest beat.

    0 where no beat lies within five seconds.
    """
    if not heart.beats.size:
        return np.zeros(n_steps)
    centre = np.arange(n_steps) * step + step // 2
    right = (
        np.clip(np.searchsorted(heart.beats, centre), 1, heart.beats.size - 1)
        if heart.beats.size > 1
        else np.zeros(n_steps, np.int64)
    )
    left = np.maximum(right - 1, 0)
    nearest = np.where(
        np.abs(heart.beats[left] - centre) <= np.abs(heart.beats[right] - centre), left, right
    )
    return np.where(
        np.abs(heart.beats[nearest] - centre) < 10 * step, heart.height_uv[nearest], 0.0
    )


def step_means(values: SignalArray, width: int) -> FloatArray:
    """Mean of consecutive groups.

    An incomplete last group is left out unless it is the only one.
    """
    if values.size < width:
        return np.array([float(np.mean(values)) if values.size else np.nan])
    n = values.size // width
    return np.asarray(values[: n * width].reshape(n, width).mean(axis=1, dtype=np.float64))
