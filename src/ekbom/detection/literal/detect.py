"""The literal detector: rectified EMG, moving mean, local median, then the on and off levels."""

from typing import NamedTuple

import numpy as np

from ekbom.criteria.detector import LiteralSettings
from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.detection.cleaning.lost import find_lost_time
from ekbom.detection.cleaning.slow import fill_gaps, remove_slow
from ekbom.detection.levels import LegLevels
from ekbom.detection.literal.crossings import find_threshold_crossings
from ekbom.detection.literal.envelope import moving_rectified
from ekbom.detection.literal.rest import resting_level_three_pass
from ekbom.detection.runs import Crossings
from ekbom.detection.surface.looks import Looks, look_at
from ekbom.model.recording import BoolArray, FloatArray, LegSignal, SignalArray


class LiteralSteps(NamedTuple):
    """The three visible steps of one leg.

    Envelope and resting level (uV, one value per sample), movements and looks in samples.
    """

    envelope_uv: SignalArray
    rest_uv: SignalArray
    found: Crossings
    missing: BoolArray | None
    looks: Looks


def detect_literally(
    leg: LegSignal, *, amplitude: AmplitudeCriteria, settings: LiteralSettings
) -> LiteralSteps:
    """Take the rule as it is written: envelope, resting level, on and off."""
    filled, missing = fill_gaps(leg.emg_uv[:])
    steady = remove_slow(
        filled, fs_hz=leg.fs_hz, half_gain_hz=settings.slow_half_gain_hz
    )
    envelope = moving_rectified(
        steady, fs_hz=leg.fs_hz, window_s=settings.envelope_window_s
    )
    if missing is not None:
        envelope[missing] = np.nan
    rest = resting_level_three_pass(
        envelope, fs_hz=leg.fs_hz, settings=settings
    )
    found = find_threshold_crossings(
        envelope, rest, fs_hz=leg.fs_hz, criteria=amplitude
    )
    looks = look_at(
        leg, steady, first=0, lost=missing, settings=settings.surface
    )
    return LiteralSteps(envelope, rest, found, missing, looks)


def literal_levels(
    leg: LegSignal, steps: LiteralSteps, *, settings: LiteralSettings
) -> LegLevels:
    """Measure the quality of the leg on a grid.

    Hum and ECG are left in by this detector and not measured (NaN).
    """
    step = max(1, round(settings.level_step_s * leg.fs_hz))
    rest = _on_grid(steps.rest_uv, step)
    unknown = np.full(rest.size, np.nan)
    lost = find_lost_time(leg, steps.missing, step=step, settings=settings.lost)
    return LegLevels(
        step_s=step / leg.fs_hz,
        rest_uv=rest,
        noise_uv=rest,
        hum_uv=unknown,
        ecg_uv=unknown,
        cross_talk=np.zeros(rest.size, np.bool_),
        clipped=lost.clipped,
        flat=lost.flat,
        missing=lost.missing,
    )


def _on_grid(values: SignalArray, step: int) -> FloatArray:
    """Every `step`-th value, taken from the middle of each step."""
    n_steps = max(1, values.size // step)
    middle = np.arange(n_steps) * step + step // 2
    return values[np.minimum(middle, values.size - 1)].astype(np.float64)
