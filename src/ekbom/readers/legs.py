"""The legs of a recording in uV, with their physical truth checked, and its ECG."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ekbom.criteria.input_limits import PhysicalLimits
from ekbom.model.errors import InputError, UsageError
from ekbom.model.finding import Finding, Severity
from ekbom.model.recording import (
    Channel,
    Derivation,
    LegChoice,
    LegSignal,
)
from ekbom.readers.channels.check import check_leg
from ekbom.readers.channels.choose import Channels, channel_named, choose_legs
from ekbom.readers.channels.units import canonical_unit
from ekbom.readers.edf.edf_file import EdfFile, OpenedEdf, read_edf


@dataclass(frozen=True, kw_only=True)
class _Scale:
    """How a channel comes to uV: factor on its canonical values, and the step of one digit."""

    factor: float
    step_uv: float


def choose_and_read(
    opened: OpenedEdf,
    *,
    left: str | None = None,
    right: str | None = None,
) -> tuple[EdfFile, LegChoice]:
    """Choose the legs and the ECG by the header, then read exactly those.

    Parameters
    ----------
    opened : OpenedEdf
        The recording, its header read.
    left, right : str, optional
        Labels of the leg channels where they should not be chosen from the labels.
    """
    name = opened.name
    channels = opened.channels
    choice = choose_legs(
        channels,
        name=name,
        left=left,
        right=right,
    )
    wanted = choice.taken - {choice.chin}
    keep = {channel_named(channels, label, name=name).index for label in wanted}
    return read_edf(opened, keep=keep), choice


def read_legs(
    edf: EdfFile,
    choice: LegChoice,
    *,
    limits: PhysicalLimits,
    unit: str | None = None,
) -> tuple[LegSignal, ...]:
    """Read the chosen legs in uV and check what they physically are before any rule judges them.

    Parameters
    ----------
    edf : EdfFile
        The recording with the samples of the chosen channels.
    choice : LegChoice
        From `choose_legs`.
    limits : PhysicalLimits
        What a leg must physically be.
    unit : str, optional
        Unit of the leg channels where the header's is wrong, such as ``mV``.

    Returns
    -------
    tuple of LegSignal
        Left, right, unsided as far as chosen; a leg that cannot be scored carries a finding of
        severity `refusal`.

    Raises
    ------
    UsageError
        If `unit` is no voltage.
    InputError
        If two electrodes to be subtracted have two sampling rates.
    """
    sides = {
        "left": choice.left,
        "right": choice.right,
        "unknown": choice.unsided,
    }
    legs = []
    for side, labels in sides.items():
        if not labels:
            continue
        channels = _channels(edf, labels)
        leg = _read_leg(edf, channels, side=side, unit=unit)
        digits = [edf.digits[channel.index] for channel in channels]
        checked = check_leg(leg, channels, digits, limits=limits)
        legs.append(replace(leg, findings=(*leg.findings, *checked)))
    return tuple(legs)


def read_ecg(edf: EdfFile, choice: LegChoice) -> LegSignal | None:
    """Read the chosen ECG in uV as a signal of its own; None where the recording has none."""
    if not choice.ecg:
        return None
    return _read_leg(
        edf, _channels(edf, (choice.ecg,)), side="unknown", unit=None
    )


def _channels(edf: EdfFile, labels: Sequence[str]) -> list[Channel]:
    recording = edf.recording
    return [
        channel_named(recording.channels, label, name=recording.name)
        for label in labels
    ]


def _read_leg(
    edf: EdfFile, channels: Channels, *, side: str, unit: str | None
) -> LegSignal:
    """Read one channel, or the difference of two, in uV."""
    scales = [_scale(edf, channel, unit) for channel in channels]
    _require_one_rate(channels, edf.recording.name)
    first_uv, *others_uv = (
        replace(edf.signal(channel.index), factor=scale.factor)
        for channel, scale in zip(channels, scales, strict=True)
    )
    first = channels[0]
    single = len(channels) == 1
    return LegSignal(
        side=side,
        label=" - ".join(channel.label for channel in channels),
        emg_uv=replace(first_uv, less=tuple(others_uv)),
        fs_hz=first.fs_hz,
        step_uv=float(np.max([scale.step_uv for scale in scales])),
        clip_uv=_clip_uv(first, scales[0].factor)
        if single
        else (-math.inf, math.inf),
        prefilter=first.prefilter,
        gaps=edf.recording.gaps,
        derivation=first.derivation if single else Derivation.DIFFERENCE,
        findings=_findings(edf, channels, unit),
    )


def _require_one_rate(channels: Channels, name: str) -> None:
    if len({channel.fs_hz for channel in channels}) == 1:
        return
    rates = " and ".join(
        f"{channel.label!r} at {channel.fs_hz:g} Hz" for channel in channels
    )
    raise InputError(
        f"{name}: {rates} cannot be subtracted; "
        "name electrodes of one sampling rate with --left or --right"
    )


def _scale(
    edf: EdfFile,
    channel: Channel,
    unit: str | None,
) -> _Scale:
    """Take the scale of the header, or that of the unit a person says."""
    if unit is None:
        return _Scale(factor=1.0, step_uv=channel.step_uv)
    wished = canonical_unit(unit)
    if not wished.is_voltage:
        raise UsageError(f"the unit {unit!r} is no voltage; use uV, mV or V")
    written = canonical_unit(channel.unit_written)
    read_as = written.factor if written.is_voltage else 1.0
    step_uv = abs(edf.header.signals[channel.index].gain) * wished.factor
    return _Scale(factor=wished.factor / read_as, step_uv=step_uv)


def _clip_uv(channel: Channel, factor: float) -> tuple[float, float]:
    low, high = sorted(
        (channel.physical_min * factor, channel.physical_max * factor)
    )
    return low, high


def _findings(
    edf: EdfFile, channels: Channels, unit: str | None
) -> tuple[Finding, ...]:
    """Repeat what was noticed about these channels when the file was opened."""
    labels = {channel.label for channel in channels}
    own = tuple(
        finding
        for finding in edf.recording.findings
        if finding.subject in labels
    )
    if unit is None:
        return own
    values = {"unit": unit, "written": channels[0].unit_written}
    return (
        *own,
        Finding("unit-overridden", Severity.WARNING, channels[0].label, values),
    )
