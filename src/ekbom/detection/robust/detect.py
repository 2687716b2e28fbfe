"""The robust detector on one block of a recording.

Prepare, envelope, resting level, on and off, evidence.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ekbom.detection.cleaning.heart import HeartRemoval, cancel_heart
from ekbom.detection.cleaning.hum import HumRemoval, remove_hum
from ekbom.detection.cleaning.lost import (
    LostTime,
    find_lost_time,
    share_of_steps,
)
from ekbom.detection.cleaning.slow import fill_gaps, remove_slow
from ekbom.detection.levels import LegLevels
from ekbom.detection.robust.bursts import find_bursts
from ekbom.detection.robust.candidates import OwnCandidates, find_candidates
from ekbom.detection.robust.envelope import own_envelope
from ekbom.detection.robust.grids import Grids, block_power, step_means
from ekbom.detection.robust.rest import resting_power
from ekbom.detection.robust.restless import LocalRest, local_rest
from ekbom.detection.robust.rule import Rule
from ekbom.detection.runs import Crossings
from ekbom.detection.surface.looks import Looks, look_at
from ekbom.detection.trace import BinnedLevels
from ekbom.model.recording import (
    BeatSearch,
    BoolArray,
    FloatArray,
    IntArray,
    LegSignal,
    SignalArray,
    Stretch,
)


@dataclass(frozen=True, eq=False, kw_only=True)
class RobustFindings:
    """What the robust detector gave for a leg or a block of it.

    Candidates, bursts and looks in samples; levels and the number of beats on the level steps;
    which mains frequencies hummed; of a whole leg what figures draw of the envelope and the
    resting level.
    """

    candidates: OwnCandidates
    bursts: Crossings
    looks: Looks
    levels: LegLevels
    beats: FloatArray
    mains_hz: tuple[float, ...]
    drawn: BinnedLevels | None = None


class BlockFindings(NamedTuple):
    """What the detector gave for one block, with envelope and resting level on the fine grid."""

    found: RobustFindings
    envelope_uv: SignalArray
    rest_uv: SignalArray


@dataclass(frozen=True, eq=False, kw_only=True)
class PreparedBlock:
    """A block of a leg on its way to the decision.

    `steady_uv`: without offset, drift and lost time; `hum`, `heart`: what was taken out of that;
    `usable`: level steps that hold enough signal, None if all do.
    """

    steady_uv: SignalArray
    hum: HumRemoval
    heart: HeartRemoval
    lost: LostTime
    usable: BoolArray | None


def detect_block(
    leg: LegSignal, start: int, *, rule: Rule, search: BeatSearch
) -> BlockFindings:
    """Find the movements of one block of one leg, which begins at sample `start`."""
    grids = rule.grids
    stretch = Stretch(start, start + len(leg.emg_uv), leg.fs_hz)
    block = prepare_block(leg, stretch, rule=rule, search=search)
    emg_uv = block.heart.emg_uv
    power = block_power(emg_uv, block=grids.block)
    rest = resting_power(
        step_means(power, grids.blocks_per_step),
        step_s=grids.step_s,
        settings=rule.settings.rest,
        valid=block.usable,
    )
    local = local_rest(power, rest, rule)
    envelope = own_envelope(power, local, rule)
    found = RobustFindings(
        candidates=find_candidates(emg_uv, envelope),
        bursts=find_bursts(envelope, _taken_out(block.heart)),
        looks=look_at(
            leg,
            emg_uv,
            first=start,
            lost=block.lost.samples,
            settings=rule.settings.surface,
        ),
        levels=_levels(block, power, local, rule),
        beats=_beats(block.heart, grids.step, rest.power_uv2.size),
        mains_hz=block.hum.mains_hz,
    )
    return BlockFindings(found, envelope.above_uv, np.sqrt(envelope.rest_uv2))


def prepare_block(
    leg: LegSignal, stretch: Stretch, *, rule: Rule, search: BeatSearch
) -> PreparedBlock:
    """Take out of a leg what is no muscle: offset and drift, lost time, hum, heart beats."""
    settings, step = rule.settings, rule.grids.step
    filled, missing = fill_gaps(leg.emg_uv[:])
    steady = remove_slow(
        filled, fs_hz=leg.fs_hz, half_gain_hz=settings.slow_half_gain_hz
    )
    lost = find_lost_time(leg, missing, step=step, settings=settings.lost)
    if lost.samples is not None:
        steady[lost.samples] = 0.0
    hum = remove_hum(steady, fs_hz=leg.fs_hz, settings=settings.hum)
    heart = cancel_heart(
        hum.emg_uv,
        stretch,
        search=search,
        beats=settings.beats,
        settings=settings.heart,
    )
    most_lost = settings.quality.unscorable_minute_share
    usable = usable_steps(lost, step, most_lost=most_lost)
    return PreparedBlock(
        steady_uv=steady, hum=hum, heart=heart, lost=lost, usable=usable
    )


def usable_steps(
    lost: LostTime, step: int, *, most_lost: float
) -> BoolArray | None:
    """Mark the level steps of which no more than a share is lost; None if nothing is lost."""
    if lost.samples is None:
        return None
    share = share_of_steps(lost.samples, step, lost.missing.size)
    return np.asarray(share <= most_lost)


def _levels(
    block: PreparedBlock,
    power_uv2: SignalArray,
    rest: LocalRest,
    rule: Rule,
) -> LegLevels:
    """Put together what was measured on the level steps.

    The resting level of lost steps is unknown.
    """
    grids, hum, lost = rule.grids, block.hum, block.lost
    rest_uv = np.sqrt(rest.power_uv2)
    middle = np.arange(rest_uv.size) * grids.step + grids.step // 2
    near = rule.settings.heart.near_steps * grids.step
    at = np.minimum(middle // hum.sub_block, hum.rms_uv.size - 1)
    if block.usable is not None:
        rest_uv = np.where(block.usable, rest_uv, np.nan)
    return LegLevels(
        step_s=grids.step_s,
        rest_uv=rest_uv,
        noise_uv=_noise(block, power_uv2, grids),
        hum_uv=hum.rms_uv[at],
        ecg_uv=_heights(block.heart, middle, near),
        cross_talk=np.zeros(rest_uv.size, np.bool_),
        clipped=lost.clipped,
        flat=lost.flat,
        missing=lost.missing,
        restless=rest.restless,
    )


def _noise(
    block: PreparedBlock, power_uv2: SignalArray, grids: Grids
) -> FloatArray:
    """Rms of each level step before hum and heart were taken out, uV."""
    if block.heart.emg_uv is not block.steady_uv:
        power_uv2 = block_power(block.steady_uv, block=grids.block)
    return np.sqrt(step_means(power_uv2, grids.blocks_per_step))


def _heights(heart: HeartRemoval, sample: IntArray, near: int) -> FloatArray:
    """Height of the R wave at some samples, that of the nearest beat.

    0 where no beat lies nearer than `near` samples.
    """
    beats = heart.beats
    if not beats.size:
        return np.zeros(sample.size)
    right = np.minimum(np.searchsorted(beats, sample), beats.size - 1)
    left = np.maximum(right - 1, 0)
    to_left, to_right = (np.abs(beats[at] - sample) for at in (left, right))
    nearest = np.where(to_left <= to_right, left, right)
    there = np.minimum(to_left, to_right) < near
    return np.where(there, heart.height_uv[nearest], 0.0)


def _beats(heart: HeartRemoval, step: int, n_steps: int) -> FloatArray:
    """Count the beats that were taken out in each level step."""
    steps = np.minimum(_taken_out(heart) // step, n_steps - 1)
    return np.bincount(steps, minlength=n_steps).astype(np.float64)


def _taken_out(heart: HeartRemoval) -> IntArray:
    """Give the samples of the beats that were taken out."""
    return heart.beats[heart.height_uv > 0.0]
