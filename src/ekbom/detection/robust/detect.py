"""The robust detector on one block of a recording.

Prepare, envelope, resting level, on and off, evidence.
"""

from dataclasses import dataclass

import numpy as np

from ekbom.criteria.detector import RobustSettings
from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.detection.cleaning.heart import HeartRemoval, cancel_heart
from ekbom.detection.cleaning.hum import HumRemoval, remove_hum
from ekbom.detection.cleaning.lost import (
    LostTime,
    find_lost_time,
    share_of_steps,
)
from ekbom.detection.cleaning.slow import fill_gaps, remove_slow
from ekbom.detection.levels import LegLevels
from ekbom.detection.robust.candidates import OwnCandidates, find_candidates
from ekbom.detection.robust.envelope import own_envelope
from ekbom.detection.robust.grids import Grids, block_power, step_means
from ekbom.detection.robust.rest import resting_power
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

    Candidates in samples; levels and the number of beats on the level steps; envelope and resting
    level on the fine grid of `fine_s` seconds; which mains frequencies hummed.
    """

    candidates: OwnCandidates
    levels: LegLevels
    beats: FloatArray
    envelope_uv: SignalArray
    fine_rest_uv: SignalArray
    fine_s: float
    mains_hz: tuple[float, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class PreparedBlock:
    """A block of a leg on its way to the decision.

    `steady`: without offset, drift and lost time; `hum`, `heart`: what was taken out of that;
    `usable`: level steps that hold enough signal, None if all do.
    """

    grids: Grids
    steady_uv: SignalArray
    hum: HumRemoval
    heart: HeartRemoval
    lost: LostTime
    usable: BoolArray | None


def detect_block(
    leg: LegSignal,
    start: int,
    *,
    grids: Grids,
    amplitude: AmplitudeCriteria,
    settings: RobustSettings,
    search: BeatSearch,
) -> RobustFindings:
    """Find the movements of one block of one leg, which begins at sample `start`."""
    stretch = Stretch(start, start + leg.emg_uv.size, leg.fs_hz)
    block = prepare_block(
        leg, stretch, grids=grids, settings=settings, search=search
    )
    power = block_power(block.heart.emg_uv, block=grids.block)
    rest = resting_power(
        step_means(power, grids.blocks_per_step),
        step_s=grids.step_s,
        settings=settings.rest,
        valid=block.usable,
    )
    envelope = own_envelope(
        power, rest, grids=grids, criteria=amplitude, settings=settings
    )
    return RobustFindings(
        candidates=find_candidates(
            block.heart.emg_uv, envelope, criteria=amplitude, settings=settings
        ),
        levels=_levels(
            block, power, np.sqrt(rest.power_uv2), settings.heart.near_steps
        ),
        beats=_beats(block.heart, grids.step, rest.power_uv2.size),
        envelope_uv=envelope.above_uv,
        fine_rest_uv=np.sqrt(envelope.rest_uv2),
        fine_s=grids.fine_s,
        mains_hz=block.hum.mains_hz,
    )


def prepare_block(
    leg: LegSignal,
    stretch: Stretch,
    *,
    grids: Grids,
    settings: RobustSettings,
    search: BeatSearch,
) -> PreparedBlock:
    """Take out of a leg what is no muscle: offset and drift, lost time, hum, heart beats."""
    filled, missing = fill_gaps(leg.emg_uv)
    steady = remove_slow(
        filled, fs_hz=leg.fs_hz, half_gain_hz=settings.slow_half_gain_hz
    )
    lost = find_lost_time(leg, missing, step=grids.step, settings=settings.lost)
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
    return PreparedBlock(
        grids=grids,
        steady_uv=steady,
        hum=hum,
        heart=heart,
        lost=lost,
        usable=usable_steps(
            lost, grids.step, most_lost=settings.quality.unscorable_minute_share
        ),
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
    rest_uv: FloatArray,
    near_steps: int,
) -> LegLevels:
    """Put together what was measured on the level steps.

    The resting level of lost steps is unknown.
    """
    grids, hum, lost = block.grids, block.hum, block.lost
    middle = np.arange(rest_uv.size) * grids.step + grids.step // 2
    untouched = block.heart.emg_uv is block.steady_uv
    as_recorded = (
        power_uv2
        if untouched
        else block_power(block.steady_uv, block=grids.block)
    )
    return LegLevels(
        step_s=grids.step_s,
        rest_uv=rest_uv
        if block.usable is None
        else np.where(block.usable, rest_uv, np.nan),
        noise_uv=np.sqrt(step_means(as_recorded, grids.blocks_per_step)),
        hum_uv=hum.rms_uv[
            np.minimum(middle // hum.sub_block, hum.rms_uv.size - 1)
        ],
        ecg_uv=_heights(block.heart, middle, near_steps * grids.step),
        cross_talk=np.zeros(rest_uv.size, np.bool_),
        clipped=lost.clipped,
        flat=lost.flat,
        missing=lost.missing,
    )


def _heights(heart: HeartRemoval, sample: IntArray, near: int) -> FloatArray:
    """Height of the R wave at some samples, that of the nearest beat.

    0 where no beat lies nearer than `near` samples.
    """
    beats = heart.beats
    if not beats.size:
        return np.zeros(sample.size)
    right = np.minimum(np.searchsorted(beats, sample), beats.size - 1)
    left = np.maximum(right - 1, 0)
    nearer_left = np.abs(beats[left] - sample) <= np.abs(beats[right] - sample)
    nearest = np.where(nearer_left, left, right)
    return np.where(
        np.abs(beats[nearest] - sample) < near, heart.height_uv[nearest], 0.0
    )


def _beats(heart: HeartRemoval, step: int, n_steps: int) -> FloatArray:
    """Count the beats that were taken out in each level step."""
    taken_out = heart.beats[heart.height_uv > 0.0]
    steps = np.minimum(taken_out // step, n_steps - 1)
    return np.bincount(steps, minlength=n_steps).astype(np.float64)
