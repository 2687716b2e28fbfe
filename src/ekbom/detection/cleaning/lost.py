"""Time without a usable sample: not recorded, flat, or at the limits of the converter for long."""

from typing import NamedTuple

import numpy as np

from ekbom.criteria.detector import DetectorSettings
from ekbom.detection.cleaning.artefacts import clipped_mask, find_flat, paint
from ekbom.detection.literal.crossings import Runs, find_runs, samples_at_least
from ekbom.model.recording import BoolArray, FloatArray, LegSignal

_MARGIN_S = 0.3


class LostTime(NamedTuple):
    """What was lost of a stretch of one leg: the samples (None.

    Nothing), and the shares per step of a grid by reason.
    """

    samples: BoolArray | None
    clipped: FloatArray
    flat: FloatArray
    missing: FloatArray


def find_lost_time(
    leg: LegSignal, missing: BoolArray | None, *, step: int, settings: DetectorSettings
) -> LostTime:
    """Find what cannot be used of a leg.

    Flat and clipped stretches are widened by 0.3 s for the jumps at their ends.

    Parameters
    ----------
    missing
        Samples that were not recorded, None if all were.
    step
        Samples per step of the grid on which the shares are given.
    """
    n_steps = max(1, leg.emg_uv.size // step)
    none = np.zeros(n_steps)
    step_uv = leg.step_uv if np.isfinite(leg.step_uv) else 0.0
    clipped = clipped_mask(
        leg.emg_uv, clip_uv=leg.clip_uv, margin_uv=settings.clip_margin_steps * step_uv
    )
    flat = find_flat(leg.emg_uv, fs_hz=leg.fs_hz, min_s=settings.flat_min_s)
    margin = round(_MARGIN_S * leg.fs_hz)
    lost = missing
    if flat.start.size:
        lost = _add(lost, paint(flat, size=leg.emg_uv.size, margin=margin))
    if clipped is not None:
        runs = find_runs(clipped)
        held = runs.stop - runs.start >= samples_at_least(settings.clip_min_s, leg.fs_hz)
        lost = _add(
            lost,
            paint(Runs(runs.start[held], runs.stop[held]), size=leg.emg_uv.size, margin=margin),
        )
    clipped_share = none if clipped is None else share_of_steps(clipped, step, n_steps)
    flat_share = (
        share_of_steps(paint(flat, size=leg.emg_uv.size), step, n_steps)
        if flat.start.size
        else none
    )
    return LostTime(
        lost,
        clipped_share,
        np.maximum(flat_share - clipped_share, 0.0),
        none if missing is None else share_of_steps(missing, step, n_steps),
    )


def _add(lost: BoolArray | None, more: BoolArray) -> BoolArray:
    """Join two masks."""
    return more if lost is None else lost | more


def share_of_steps(mask: BoolArray, step: int, n_steps: int) -> FloatArray:
    """Share of True in each step."""
    if mask.size < step:
        return np.full(n_steps, float(np.mean(mask)) if mask.size else 1.0)
    return np.asarray(mask[: n_steps * step].reshape(n_steps, step).mean(axis=1))
