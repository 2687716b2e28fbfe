"""Step two of the robust detector.

The resting power of the muscle, following drift and steps but no movement.

A raised level held up to a limit (60 s) is a movement, held longer it is the new rest. That
sentence is a morphological opening: the level that remains when every rise shorter than the limit
is cut off. Opening keeps a step or a ramp to a lasting level where it is, which no moving median
does. What it gives is a lower bound of the noise; a running median of the quiet steps around it
then gives the level itself.
"""

from typing import NamedTuple

import numpy as np
from scipy import ndimage

from ekbom.model.recording import BoolArray, FloatArray

_FLOOR_UV2 = 1e-4
_COARSE_RATIO = 2.2
_QUIET_SD = 3.5


class RestingPower(NamedTuple):
    """Resting power on a regular grid, uV^2, and how much it fluctuates there.

    `freedom_per_s`: degrees of freedom per second that the power of the resting signal shows
    (chi-square); twice the bandwidth in Hz for Gaussian noise, fewer for a restless muscle.
    `quiet`: steps that were taken as rest.
    """

    power_uv2: FloatArray
    freedom_per_s: float
    quiet: BoolArray


def resting_power(
    power_uv2: FloatArray,
    *,
    step_s: float,
    hold_s: float,
    smooth_s: float,
    valid: BoolArray | None = None,
) -> RestingPower:
    """Find the resting power of a leg on a grid of `step_s` seconds.

    Parameters
    ----------
    power_uv2
        Mean square of the prepared EMG in each step, shape (n,), uV^2.
    hold_s
        A rise shorter than this is activity, a longer one is rest.
    smooth_s
        Width of the running median of the quiet steps.
    valid
        Steps that hold signal at all; others are bridged.
    """
    log_power = np.log(np.maximum(power_uv2, _FLOOR_UV2))
    usable = np.isfinite(log_power) if valid is None else valid & np.isfinite(log_power)
    if not usable.any():
        return RestingPower(np.full(power_uv2.shape, np.nan), 2.0 / step_s, usable)
    log_power = _bridge(log_power, usable)
    per_second = max(1, round(1.0 / step_s))
    hold = 2 * max(1, round(hold_s / step_s / 2.0)) + 1
    smooth = 2 * max(1, round(smooth_s / step_s / 2.0)) + 1
    floor = _opened(ndimage.uniform_filter1d(log_power, per_second, mode="reflect"), hold)
    quiet = usable & (log_power < floor + np.log(_COARSE_RATIO))
    steady = np.asarray(ndimage.median_filter(floor, smooth, mode="reflect"))
    level = steady + _median_of_quiet(log_power - steady, quiet, smooth)
    sd = _log_sd(log_power[quiet] - level[quiet])
    quiet = (
        usable & (log_power < level + _QUIET_SD * sd) & (log_power > level - 2.0 * _QUIET_SD * sd)
    )
    level = steady + _median_of_quiet(log_power - steady, quiet, smooth)
    freedom = max(1.0, 2.0 / (sd * sd))
    return RestingPower(np.exp(level + 1.0 / freedom / 1.5), freedom / step_s, quiet)


def _bridge(values: FloatArray, known: BoolArray) -> FloatArray:
    """Straight lines over what is not known."""
    if known.all():
        return values
    return np.interp(np.arange(values.size), np.flatnonzero(known), values[known])


def _opened(values: FloatArray, width: int) -> FloatArray:
    """Cut off every rise shorter than `width` steps, keep everything longer where it is."""
    eroded = ndimage.minimum_filter1d(values, width, mode="reflect")
    return np.asarray(ndimage.maximum_filter1d(eroded, width, mode="reflect"))


def _median_of_quiet(above_floor: FloatArray, quiet: BoolArray, width: int) -> FloatArray:
    """Take the running median of the quiet steps, bridged over activity.

    Measured from the floor, so that its steps stay sharp.
    """
    if not quiet.any():
        return np.zeros(above_floor.shape)
    return np.asarray(ndimage.median_filter(_bridge(above_floor, quiet), width, mode="reflect"))


def _log_sd(deviation: FloatArray) -> float:
    """Robust standard deviation of the logarithm of the power, from its lower side, which no movement reaches."""
    below = -deviation[deviation < 0.0]
    if below.size < 8:
        return 0.2
    return float(np.clip(np.median(below) / 0.6745, 0.03, 0.6))
