"""Physical truth of a leg channel before any microvolt rule.

Unit, step, rate, band, flat stretches, clipping.
"""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from ekbom.criteria.physical import PhysicalLimits
from ekbom.model.finding import Finding, Severity
from ekbom.model.recording import Channel, LegSignal, SignalArray
from ekbom.readers.channels.prefilter import parse_prefilter
from ekbom.readers.edf.findings import finding_about
from ekbom.readers.edf.samples import Digital


def check_leg(
    leg: LegSignal,
    channels: Sequence[Channel],
    digits: Sequence[Digital],
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
    if not leg.emg_uv.size:
        return (_finding("no-samples", Severity.REFUSAL, "the channel holds no sample", leg),)
    return (
        *_step(leg, limits),
        *_rate(leg, limits),
        *_band(leg, limits),
        *_flat(leg, limits),
        *_clipping(leg, channels, digits, limits),
    )


def flat_share(emg_uv: SignalArray, *, window_samples: int) -> float:
    """Share of the windows of `window_samples` samples in which the signal does not change at all; gaps are left out."""
    n_windows = emg_uv.size // window_samples
    if not n_windows:
        return float(emg_uv.size > 0 and np.ptp(emg_uv) == 0)
    windows = emg_uv[: n_windows * window_samples].reshape(n_windows, window_samples)
    spread = windows.max(axis=1) - windows.min(axis=1)
    recorded = np.isfinite(spread)
    return float(np.mean(spread[recorded] == 0)) if recorded.any() else 1.0


def clipped_share(digits: Digital, channel: Channel) -> float:
    """Share of the samples that lie at or beyond the digital limits of the channel."""
    low, high = sorted((channel.digital_min, channel.digital_max))
    if not digits.size or (digits.min() > low and digits.max() < high):
        return 0.0
    return float(np.count_nonzero(digits <= low) + np.count_nonzero(digits >= high)) / digits.size


def _no_scale(leg: LegSignal, channels: Sequence[Channel]) -> Iterator[Finding]:
    for channel in channels:
        if math.isnan(channel.step_uv) and channel.unit_written and channel.unit != "uV":
            message = f"the unit {channel.unit_written!r} is no voltage; microvolt rules cannot judge it unless the right unit is named"
            yield _finding("unit-not-voltage", Severity.REFUSAL, message, leg)
        elif math.isnan(channel.step_uv):
            yield _finding(
                "no-scale",
                Severity.REFUSAL,
                "the header gives no usable range, so digits cannot become microvolts",
                leg,
            )


def _step(leg: LegSignal, limits: PhysicalLimits) -> Iterator[Finding]:
    if leg.step_uv > limits.step_refused_uv:
        message = (
            f"one digit is {leg.step_uv:.4g} uV and may not be above {limits.step_refused_uv:g} uV;"
            " the rise that makes a movement cannot be seen"
        )
        yield _finding("step-too-coarse", Severity.REFUSAL, message, leg)
    elif leg.step_uv > limits.step_noted_uv:
        message = f"one digit is {leg.step_uv:.4g} uV, coarse above {limits.step_noted_uv:g} uV; onsets and ends may move"
        yield _finding("step-coarse", Severity.WARNING, message, leg)


def _rate(leg: LegSignal, limits: PhysicalLimits) -> Iterator[Finding]:
    if leg.fs_hz / 2 <= limits.band_low_hz:
        message = f"sampled at {leg.fs_hz:g} Hz, it holds nothing of the EMG above {limits.band_low_hz:g} Hz"
        yield _finding("rate-too-low", Severity.REFUSAL, message, leg)
    elif leg.fs_hz < limits.min_fs_hz:
        message = f"sampled at {leg.fs_hz:g} Hz, the standard asks for at least {limits.min_fs_hz:g} Hz; EMG above {leg.fs_hz / 2:g} Hz is lost"
        yield _finding("rate-low", Severity.WARNING, message, leg)


def _band(leg: LegSignal, limits: PhysicalLimits) -> Iterator[Finding]:
    declared = parse_prefilter(leg.prefilter)
    wished = f"{limits.band_low_hz:g}-{limits.band_high_hz:g} Hz"
    if declared.high_pass_hz is None and declared.low_pass_hz is None:
        yield _finding(
            "filter-undeclared",
            Severity.NOTE,
            f"the file does not declare the filter of the leg; {wished} is asked for",
            leg,
        )
    if declared.low_pass_hz is not None and declared.low_pass_hz < limits.band_high_hz:
        yield _finding(
            "band-narrow",
            Severity.WARNING,
            f"low-pass at {declared.low_pass_hz:g} Hz, the band asked for is {wished}",
            leg,
        )
    if declared.high_pass_hz is not None and declared.high_pass_hz > limits.band_low_hz:
        yield _finding(
            "band-narrow",
            Severity.WARNING,
            f"high-pass at {declared.high_pass_hz:g} Hz, the band asked for is {wished}",
            leg,
        )
    if declared.notch_hz is not None:
        yield _finding(
            "notch",
            Severity.NOTE,
            f"a notch filter at {declared.notch_hz:g} Hz took a part of the EMG",
            leg,
        )


def _flat(leg: LegSignal, limits: PhysicalLimits) -> Iterator[Finding]:
    share = flat_share(leg.emg_uv, window_samples=max(2, round(limits.flat_window_s * leg.fs_hz)))
    message = f"the signal does not change at all in {share:.1%} of the time"
    if share >= limits.flat_share_refused:
        yield _finding("flat", Severity.REFUSAL, f"{message}; the leg was not connected", leg)
    elif share >= limits.flat_share_noted:
        yield _finding(
            "flat-partly", Severity.WARNING, f"{message}; nothing can be found there", leg
        )


def _clipping(
    leg: LegSignal, channels: Sequence[Channel], digits: Sequence[Digital], limits: PhysicalLimits
) -> Iterator[Finding]:
    share = max(
        clipped_share(samples, channel) for samples, channel in zip(digits, channels, strict=True)
    )
    message = f"{share:.2%} of the samples lie at the limit of the converter"
    if share >= limits.clipped_share_refused:
        yield _finding("clipped", Severity.REFUSAL, f"{message}; amplitudes mean nothing", leg)
    elif share >= limits.clipped_share_noted:
        yield _finding(
            "clipped-partly", Severity.WARNING, f"{message}; amplitudes there are too small", leg
        )


def _finding(code: str, severity: Severity, message: str, leg: LegSignal) -> Finding:
    return finding_about(leg.label, code, severity, message)
