"""The literal detector: rectified EMG, moving mean, local median, on at rest + 8 uV, off at rest + 2 uV."""

from typing import NamedTuple

import numpy as np

from ekbom.criteria.detector import DetectorSettings, LiteralSettings
from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.detection.cleaning.lost import find_lost_time
from ekbom.detection.literal.crossings import Crossings, find_threshold_crossings
from ekbom.detection.literal.envelope import fill_gaps, moving_rectified, remove_slow
from ekbom.detection.literal.rest import resting_level_three_pass
from ekbom.detection.quality import LegLevels
from ekbom.model.recording import BoolArray, FloatArray, LegSignal, SignalArray

LEVEL_STEP_S = 0.5


class LiteralSteps(NamedTuple):
    """The three visible steps of one leg.

    Envelope and resting level (uV, one value per sample), movements in samples.
    """

    envelope_uv: SignalArray
    rest_uv: SignalArray
    found: Crossings
    missing: BoolArray | None


def detect_literally(
    leg: LegSignal, *, amplitude: AmplitudeCriteria, settings: LiteralSettings
) -> LiteralSteps:
    """Take the rule as it is written: envelope, resting level, on and off."""
    filled, missing = fill_gaps(leg.emg_uv)
    steady = remove_slow(filled, fs_hz=leg.fs_hz, half_gain_hz=settings.slow_half_gain_hz)
    envelope = moving_rectified(steady, fs_hz=leg.fs_hz, window_s=settings.envelope_window_s)
    if missing is not None:
        envelope[missing] = np.nan
    rest = resting_level_three_pass(
        envelope,
        fs_hz=leg.fs_hz,
        window_s=settings.rest_window_s,
        step_s=settings.rest_step_s,
        block_s=settings.rest_block_s,
        passes=int(settings.rest_passes),
        exclude_sd=settings.rest_exclude_sd,
    )
    found = find_threshold_crossings(envelope, rest, fs_hz=leg.fs_hz, criteria=amplitude)
    return LiteralSteps(envelope, rest, found, missing)


def literal_levels(leg: LegSignal, steps: LiteralSteps, *, settings: DetectorSettings) -> LegLevels:
    """Measure the quality of the leg on a grid.

    Hum and ECG are left in by this detector and not measured (NaN).
    """
    step = max(1, round(LEVEL_STEP_S * leg.fs_hz))
    rest = on_grid(steps.rest_uv, step)
    unknown = np.full(rest.size, np.nan)
    lost = find_lost_time(leg, steps.missing, step=step, settings=settings)
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


def on_grid(values: SignalArray, step: int) -> FloatArray:
    """Every `step`-th value, taken from the middle of each step."""
    n_steps = max(1, values.size // step)
    return values[np.minimum(np.arange(n_steps) * step + step // 2, values.size - 1)].astype(
        np.float64
    )
