"""The robust detector on one block of a recording: prepare, envelope, resting level, on and off."""

from dataclasses import dataclass

import numpy as np

from ekbom.detection.artefacts import clipped_mask, find_flat, paint
from ekbom.detection.envelope import block_power, fill_gaps, remove_slow
from ekbom.detection.own_envelope import OwnEnvelope, find_own_movements, own_envelope
from ekbom.detection.resting_power import RestingPower, resting_power
from ekbom.detection.threshold import Crossings, find_runs, has_morphology, samples_at_least, select_movements
from ekbom.model.detector import RobustSettings
from ekbom.model.recording import BoolArray, FloatArray, LegSignal, SignalArray
from ekbom.model.rules import AmplitudeCriteria


@dataclass(frozen=True, kw_only=True)
class Grids:
    """How samples, fine blocks and level steps lie on each other: whole numbers, whatever the sampling rate."""

    fs_hz: float
    block: int
    blocks_per_step: int

    @property
    def step(self) -> int:
        """Samples of one level step."""
        return self.block * self.blocks_per_step

    @property
    def fine_s(self) -> float:
        """Length of a fine block, s."""
        return self.block / self.fs_hz

    @property
    def step_s(self) -> float:
        """Length of a level step, s."""
        return self.step / self.fs_hz


def grids_for(fs_hz: float, settings: RobustSettings) -> Grids:
    """Choose the grids nearest to the lengths of the table."""
    block = max(1, round(settings.fine_block_s * fs_hz))
    return Grids(fs_hz=fs_hz, block=block, blocks_per_step=max(1, round(settings.level_step_s * fs_hz / block)))


@dataclass(frozen=True, eq=False, kw_only=True)
class BlockFindings:
    """What one block of a leg gave: movements in samples of the block, envelope, resting level, lost time per level step."""

    found: Crossings
    envelope: OwnEnvelope
    rest: RestingPower
    noise_uv2: FloatArray
    clipped: FloatArray
    flat: FloatArray
    missing: FloatArray


def detect_block(leg: LegSignal, *, grids: Grids, amplitude: AmplitudeCriteria, settings: RobustSettings) -> BlockFindings:
    """Find the movements of one block of one leg."""
    filled, missing = fill_gaps(leg.emg_uv)
    steady = remove_slow(filled, fs_hz=leg.fs_hz, half_gain_hz=settings.slow_half_gain_hz)
    lost = _lost_samples(leg, missing, settings=settings)
    if lost is not None:
        steady[lost] = 0.0
    power = block_power(steady, block=grids.block)
    step_power = _means(power, grids.blocks_per_step)
    usable = None if lost is None else _share(lost, grids.step, step_power.size) < settings.unscorable_minute_share
    rest = resting_power(step_power, step_s=grids.step_s, hold_s=settings.rest_hold_s, smooth_s=settings.rest_smooth_s, valid=usable)
    envelope = own_envelope(
        power, rest, block=grids.block, blocks_per_step=grids.blocks_per_step, fs_hz=leg.fs_hz, criteria=amplitude, settings=settings
    )
    found = find_own_movements(steady, envelope, criteria=amplitude)
    found = keep_movements(found, envelope, criteria=amplitude)
    none = np.zeros(step_power.size)
    return BlockFindings(found=found, envelope=envelope, rest=rest, noise_uv2=step_power, clipped=none, flat=none, missing=none)


def keep_movements(found: Crossings, envelope: OwnEnvelope, *, criteria: AmplitudeCriteria) -> Crossings:
    """Drop what is too short or has not the morphology the standard asks for."""
    long_enough = found.offset - found.onset >= samples_at_least(criteria.min_duration_s, envelope.fs_hz)
    found = select_movements(found, long_enough)
    if not criteria.morphology or not found.onset.size:
        return found
    block = envelope.block
    on_grid = Crossings(found.onset // block, -(-found.offset // block), found.truncated)
    return select_movements(found, has_morphology(envelope.above_uv, on_grid, fs_hz=envelope.fs_hz / block, criteria=criteria))


def _lost_samples(leg: LegSignal, missing: BoolArray | None, *, settings: RobustSettings) -> BoolArray | None:
    """Mark samples without muscle: not recorded, flat, or at the limits of the converter for long."""
    step_uv = leg.step_uv if np.isfinite(leg.step_uv) else 0.0
    clipped = clipped_mask(leg.emg_uv, clip_uv=leg.clip_uv, margin_uv=settings.clip_margin_steps * step_uv)
    flat = find_flat(leg.emg_uv, fs_hz=leg.fs_hz, min_s=settings.flat_min_s)
    lost = missing
    if flat.start.size:
        painted = paint(flat, size=leg.emg_uv.size, margin=round(0.3 * leg.fs_hz))
        lost = painted if lost is None else lost | painted
    if clipped is not None:
        runs = find_runs(clipped)
        long_run = runs.stop - runs.start >= samples_at_least(settings.clip_min_s, leg.fs_hz)
        painted = paint(type(runs)(runs.start[long_run], runs.stop[long_run]), size=leg.emg_uv.size, margin=round(0.3 * leg.fs_hz))
        lost = painted if lost is None else lost | painted
    return lost


def _means(values: SignalArray, width: int) -> FloatArray:
    """Mean of consecutive groups; the last group may be incomplete and is left out unless it is the only one."""
    n = max(1, values.size // width)
    if values.size < width:
        return np.array([float(np.mean(values)) if values.size else np.nan])
    return np.asarray(values[: n * width].reshape(n, width).mean(axis=1, dtype=np.float64))


def _share(mask: BoolArray, width: int, n: int) -> FloatArray:
    """Share of True in consecutive groups."""
    if mask.size < width:
        return np.full(n, float(mask.mean()))
    return np.asarray(mask[: n * width].reshape(n, width).mean(axis=1))
