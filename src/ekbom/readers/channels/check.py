"""Physical truth of a leg channel before any microvolt rule.

Unit, step, rate, band, flat stretches, clipping.
"""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from ekbom.criteria.input_limits import PhysicalLimits
from ekbom.model.finding import Finding, Severity, Values
from ekbom.model.recording import (
    Channel,
    LegSignal,
    Samples,
    Shape,
    SignalArray,
)
from ekbom.readers.channels.prefilter import parse_prefilter

_SAMPLES_AT_ONCE = 1 << 20
Findings = Iterator[Finding]
DigitArray = np.ndarray[Shape, np.dtype[np.int16 | np.int32]]
"""Samples as a file stores them, before they become physical values."""


def check_leg(
    leg: LegSignal,
    channels: Sequence[Channel],
    digits: Sequence[DigitArray],
    *,
    limits: PhysicalLimits,
) -> tuple[Finding, ...]:
    """Check one leg as a whole.

    Parameters
    ----------
    leg : LegSignal
        The leg in uV.
    channels, digits : sequences
        The channels it was made of and their samples as digits.
    limits : PhysicalLimits
        From the table of physical limits.

    Returns
    -------
    tuple of Finding
        Severity `refusal` where no microvolt rule may judge the leg at all.
    """
    if math.isnan(leg.step_uv):
        return tuple(_no_scale(leg, channels))
    if not len(leg.emg_uv):
        return (Finding("no-samples", Severity.REFUSAL, leg.label),)
    pairs = zip(digits, channels, strict=True)
    shares = (clipped_share(samples, channel) for samples, channel in pairs)
    clipped = max(shares, default=0.0)
    return (
        *_step(leg, limits),
        *_rate(leg, limits),
        *_band(leg, limits),
        *_flat(leg, limits),
        *_clipping(leg, clipped, limits),
    )


def flat_share(emg_uv: Samples, *, window_samples: int) -> float:
    """Share of the windows in which the signal does not change at all; gaps are left out.

    Examples
    --------
    >>> flat_share(np.array([0, 0, 1, 2], np.float32), window_samples=2)
    0.5
    """
    n_windows = len(emg_uv) // window_samples
    if not n_windows:
        few = emg_uv[:]
        return float(few.size > 0 and np.ptp(few) == 0)
    spread = np.concatenate([*_spreads(emg_uv, n_windows, window_samples)])
    recorded = np.isfinite(spread)
    return float(np.mean(spread[recorded] == 0)) if recorded.any() else 1.0


def _spreads(
    emg_uv: Samples, n_windows: int, window_samples: int
) -> Iterator[SignalArray]:
    """Measure how far the samples of each window lie apart, some windows at a time."""
    at_once = max(1, _SAMPLES_AT_ONCE // window_samples)
    for first in range(0, n_windows, at_once):
        last = min(first + at_once, n_windows)
        stretch = emg_uv[first * window_samples : last * window_samples]
        yield np.ptp(stretch.reshape(-1, window_samples), axis=1)


def clipped_share(digits: DigitArray, channel: Channel) -> float:
    """Share of the samples that lie at or beyond the digital limits of the channel."""
    low, high = sorted((channel.digital_min, channel.digital_max))
    if not digits.size or (digits.min() > low and digits.max() < high):
        return 0.0
    at_once = max(1, _SAMPLES_AT_ONCE * len(digits) // digits.size)
    stretches = (
        digits[first : first + at_once]
        for first in range(0, len(digits), at_once)
    )
    at_limit = sum(
        np.count_nonzero(some <= low) + np.count_nonzero(some >= high)
        for some in stretches
    )
    return float(at_limit) / digits.size


def _no_scale(leg: LegSignal, channels: Sequence[Channel]) -> Findings:
    for channel in channels:
        if not math.isnan(channel.step_uv):
            continue
        if channel.unit_written and channel.unit != "uV":
            unit = {"unit": channel.unit_written}
            yield Finding("unit-not-voltage", Severity.REFUSAL, leg.label, unit)
        else:
            yield Finding("no-scale", Severity.REFUSAL, leg.label)


def _step(leg: LegSignal, limits: PhysicalLimits) -> Findings:
    step_uv = leg.step_uv
    if step_uv > limits.step_refused_uv:
        values = {"step_uv": step_uv, "limit_uv": limits.step_refused_uv}
        yield Finding("step-too-coarse", Severity.REFUSAL, leg.label, values)
    elif step_uv > limits.step_noted_uv:
        values = {"step_uv": step_uv, "limit_uv": limits.step_noted_uv}
        yield Finding("step-coarse", Severity.WARNING, leg.label, values)


def _rate(leg: LegSignal, limits: PhysicalLimits) -> Findings:
    fs_hz, nyquist_hz = leg.fs_hz, leg.fs_hz / 2
    if nyquist_hz <= limits.band_low_hz:
        values = {"fs_hz": fs_hz, "low_hz": limits.band_low_hz}
        yield Finding("rate-too-low", Severity.REFUSAL, leg.label, values)
    elif fs_hz < limits.min_fs_hz:
        values = {
            "fs_hz": fs_hz,
            "needed_hz": limits.min_fs_hz,
            "lost_above_hz": nyquist_hz,
        }
        yield Finding("rate-low", Severity.WARNING, leg.label, values)


def _band(leg: LegSignal, limits: PhysicalLimits) -> Findings:
    declared = parse_prefilter(leg.prefilter)
    low_hz, high_hz = limits.band_low_hz, limits.band_high_hz
    wished = {"low_hz": low_hz, "high_hz": high_hz}
    corners = {
        "low-pass": declared.low_pass_hz,
        "high-pass": declared.high_pass_hz,
    }
    if all(corner_hz is None for corner_hz in corners.values()):
        yield Finding("filter-undeclared", Severity.NOTE, leg.label, wished)
    for name, corner_hz in corners.items():
        if corner_hz is None:
            continue
        if corner_hz < high_hz if name == "low-pass" else corner_hz > low_hz:
            values: Values = {"filter": name, "corner_hz": corner_hz, **wished}
            yield Finding("band-narrow", Severity.WARNING, leg.label, values)
    if declared.notch_hz is not None:
        yield Finding(
            "notch", Severity.NOTE, leg.label, {"notch_hz": declared.notch_hz}
        )


def _flat(leg: LegSignal, limits: PhysicalLimits) -> Findings:
    window_samples = max(2, round(limits.flat_window_s * leg.fs_hz))
    share = flat_share(leg.emg_uv, window_samples=window_samples)
    if share >= limits.flat_share_refused:
        yield Finding("flat", Severity.REFUSAL, leg.label, {"share": share})
    elif share >= limits.flat_share_noted:
        yield Finding(
            "flat-partly", Severity.WARNING, leg.label, {"share": share}
        )


def _clipping(leg: LegSignal, share: float, limits: PhysicalLimits) -> Findings:
    if share >= limits.clipped_share_refused:
        yield Finding("clipped", Severity.REFUSAL, leg.label, {"share": share})
    elif share >= limits.clipped_share_noted:
        yield Finding(
            "clipped-partly", Severity.WARNING, leg.label, {"share": share}
        )
