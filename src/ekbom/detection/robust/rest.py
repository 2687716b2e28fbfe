"""Step two of the robust detector: the resting power of the muscle.

It follows drift and steps but no movement. A raised level held up to a limit (60 s) is a movement,
held longer it is the new rest. That sentence is a morphological opening: the level that remains
when every rise shorter than the limit is cut off. Opening keeps a step or a ramp to a lasting level
where it is, which no moving median does. What it gives is a lower bound of the noise; a running
median of the quiet steps around it then gives the level itself.
"""

from typing import NamedTuple

import numpy as np
from scipy import ndimage

from ekbom.criteria.detector import RestSettings
from ekbom.detection.cleaning.slow import bridge
from ekbom.model.recording import BoolArray, FloatArray

NO_POWER_UV2 = (
    1e-4  # arithmetic: far below any digital step, keeps logarithms finite
)
_MAD_OF_ONE_SD = (
    0.6745  # arithmetic: median absolute deviation of a normal value of unit sd
)
_MEDIAN_OF_CHI_SQUARE = (
    1.5  # arithmetic: median of chi-square over its mean, 1 - 1 / (1.5 freedom)
)


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
    settings: RestSettings,
    valid: BoolArray | None = None,
) -> RestingPower:
    """Find the resting power of a leg on a grid of `step_s` seconds.

    Parameters
    ----------
    power_uv2
        Mean square of the prepared EMG in each step, shape (n,), uV^2.
    valid
        Steps that hold signal at all; others are bridged.
    """
    log_power = np.log(np.maximum(power_uv2, NO_POWER_UV2))
    usable = np.isfinite(log_power)
    if valid is not None:
        usable &= valid
    if not usable.any():
        unknown = np.full(power_uv2.shape, np.nan)
        return RestingPower(unknown, 2.0 / step_s, usable)
    log_power = bridge(log_power, usable)
    floor = _floor(log_power, step_s, settings)
    smooth = _Smoothing(log_power, floor, settings.smooth_s / step_s)
    quiet, sd = _quiet(log_power, usable, smooth, settings)
    freedom = max(1.0, 2.0 / (sd * sd))
    mean = smooth.level(quiet) + 1.0 / freedom / _MEDIAN_OF_CHI_SQUARE
    return RestingPower(np.exp(mean), freedom / step_s, quiet)


def _quiet(
    log_power: FloatArray,
    usable: BoolArray,
    smooth: "_Smoothing",
    settings: RestSettings,
) -> tuple[BoolArray, float]:
    """Mark the steps that are rest, and measure how much the logarithm of their power varies."""
    coarse = log_power < smooth.floor + np.log(settings.coarse_ratio)
    quiet = usable & coarse
    level = smooth.level(quiet)
    sd = _log_sd(log_power[quiet] - level[quiet], settings)
    lowest = level - settings.quiet_below_sd * sd
    highest = level + settings.quiet_sd * sd
    return usable & (log_power < highest) & (log_power > lowest), sd


class _Smoothing:
    """Running median of the quiet steps, measured from the floor, so that its steps stay sharp."""

    def __init__(
        self, log_power: FloatArray, floor: FloatArray, steps: float
    ) -> None:
        """Take the power and its floor, and the length of the median in steps."""
        self._log_power = log_power
        self._width = _odd(steps)
        self.floor = floor
        self._steady = ndimage.median_filter(floor, self._width, mode="reflect")

    def level(self, quiet: BoolArray) -> FloatArray:
        """Give the median of the quiet steps, bridged over activity."""
        if not quiet.any():
            return self._steady
        above = bridge(self._log_power - self._steady, quiet)
        median = ndimage.median_filter(above, self._width, mode="reflect")
        return self._steady + median


def _odd(steps: float) -> int:
    """Odd number nearest to a number of steps, at least three."""
    return 2 * max(1, round(steps / 2.0)) + 1


def _floor(
    log_power: FloatArray, step_s: float, settings: RestSettings
) -> FloatArray:
    """Cut off every rise shorter than `hold_s`, keep everything longer where it is."""
    smooth = max(1, round(settings.floor_smooth_s / step_s))
    hold = _odd(settings.hold_s / step_s)
    evened = ndimage.uniform_filter1d(log_power, smooth, mode="reflect")
    eroded = ndimage.minimum_filter1d(evened, hold, mode="reflect")
    return ndimage.maximum_filter1d(eroded, hold, mode="reflect")


def _log_sd(deviation: FloatArray, settings: RestSettings) -> float:
    """Robust standard deviation of the logarithm of the power.

    Taken from its lower side, which no movement reaches.
    """
    below = -deviation[deviation < 0.0]
    if below.size < settings.spread_min_steps:
        return settings.spread_unknown
    sd = np.median(below) / _MAD_OF_ONE_SD
    return float(np.clip(sd, settings.spread_min, settings.spread_max))
