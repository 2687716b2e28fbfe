"""Time without a usable sample: not recorded, flat, or at the limits of the converter for long."""

from typing import NamedTuple

import numpy as np

from ekbom.criteria.detector import LostSettings
from ekbom.detection.runs import Runs, find_runs, paint, samples_at_least
from ekbom.model.recording import BoolArray, FloatArray, LegSignal, SignalArray

_PROBES = 4  # arithmetic: a flat stretch holds four samples of this coarse look, two are enough


class LostTime(NamedTuple):
    """What was lost of a stretch of one leg.

    `samples`: mask of the lost samples, None where nothing was lost. The others are shares per
    step of a grid, by reason.
    """

    samples: BoolArray | None
    clipped: FloatArray
    flat: FloatArray
    missing: FloatArray


def find_lost_time(
    leg: LegSignal,
    missing: BoolArray | None,
    *,
    step: int,
    settings: LostSettings,
) -> LostTime:
    """Find what cannot be used of a leg.

    Flat and clipped stretches are widened by `margin_s` for the jumps at their ends.

    Parameters
    ----------
    missing
        Samples that were not recorded, None if all were.
    step
        Samples per step of the grid on which the shares are given.
    """
    emg_uv, fs_hz = leg.emg_uv[:], leg.fs_hz
    size = emg_uv.size
    margin, n_steps = round(settings.margin_s * fs_hz), max(1, size // step)
    clipped = _clipped(leg, settings)
    flat_runs = find_flat(emg_uv, fs_hz=fs_hz, min_s=settings.flat_min_s)
    flat = paint(flat_runs, size=size) if flat_runs.start.size else None
    masks = (
        missing,
        None if flat is None else paint(flat_runs, size=size, margin=margin),
        None if clipped is None else _held(clipped, fs_hz, margin, settings),
    )
    lost = [mask for mask in masks if mask is not None]
    clipped_share = share_of_steps(clipped, step, n_steps)
    flat_share = np.maximum(
        share_of_steps(flat, step, n_steps) - clipped_share, 0.0
    )
    return LostTime(
        np.logical_or.reduce(lost) if lost else None,
        clipped_share,
        flat_share,
        share_of_steps(missing, step, n_steps),
    )


def find_flat(emg_uv: SignalArray, *, fs_hz: float, min_s: float) -> Runs:
    """Stretches of at least `min_s` in which every sample has the same value.

    No electrode does that.

    Examples
    --------
    >>> import numpy as np
    >>> signal = np.arange(100, dtype=np.float32)
    >>> signal[40:70] = 5.0
    >>> find_flat(signal, fs_hz=10.0, min_s=2.0)
    Runs(start=array([40]), stop=array([70]))
    """
    wanted = samples_at_least(min_s, fs_hz)
    coarse = emg_uv[:: max(1, wanted // _PROBES)]
    if not np.any(coarse[1:] == coarse[:-1]):
        return find_runs(np.zeros(0, np.bool_))
    same = find_runs(emg_uv[1:] == emg_uv[:-1])
    whole = Runs(same.start, same.stop + 1)
    return whole.where(whole.length >= wanted)


def _clipped(leg: LegSignal, settings: LostSettings) -> BoolArray | None:
    """Mark samples at the limits of the converter; None where there are none."""
    step_uv = leg.step_uv if np.isfinite(leg.step_uv) else 0.0
    margin_uv = settings.clip_margin_steps * step_uv
    low_uv, high_uv = leg.clip_uv[0] + margin_uv, leg.clip_uv[1] - margin_uv
    emg_uv = leg.emg_uv[:]
    lowest = float(np.fmin.reduce(emg_uv, initial=np.inf))
    highest = float(np.fmax.reduce(emg_uv, initial=-np.inf))
    at_low = np.isfinite(low_uv) and lowest <= low_uv
    at_high = np.isfinite(high_uv) and highest >= high_uv
    if not at_low and not at_high:
        return None
    return (emg_uv >= high_uv) | (emg_uv <= low_uv)


def _held(
    clipped: BoolArray, fs_hz: float, margin: int, settings: LostSettings
) -> BoolArray:
    """Mark the stretches at the limits that last too long to belong to a strong movement."""
    runs = find_runs(clipped)
    held = runs.where(
        runs.length >= samples_at_least(settings.clip_min_s, fs_hz)
    )
    return paint(held, size=clipped.size, margin=margin)


def share_of_steps(
    mask: BoolArray | None, step: int, n_steps: int
) -> FloatArray:
    """Share of True in each step; zeros for no mask at all."""
    if mask is None:
        return np.zeros(n_steps)
    if mask.size < step:
        return np.full(n_steps, float(np.mean(mask)) if mask.size else 1.0)
    return np.asarray(
        mask[: n_steps * step].reshape(n_steps, step).mean(axis=1)
    )
