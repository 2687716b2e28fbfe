"""The legs of a recording.

Which channels stand for them, why, and their EMG in uV with its physical truth checked.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ekbom.criteria.physical import PhysicalLimits
from ekbom.model.errors import InputError, UsageError
from ekbom.model.finding import Finding, Severity
from ekbom.model.recording import Channel, LegChoice, LegSignal, Recording, Role, SignalArray
from ekbom.readers.channels.check import check_leg
from ekbom.readers.channels.labels import (
    LEFT_AGAINST_RIGHT,
    ONE_CHANNEL,
    PAIR,
    SINGLE,
    labels_are_partners,
    plain_label,
)
from ekbom.readers.channels.units import canonical_unit
from ekbom.readers.edf.edf_file import EdfFile
from ekbom.readers.edf.findings import finding_about

_SIDE_ROLES = {"left": Role.LEFT_LEG, "right": Role.RIGHT_LEG}


class _Pick(NamedTuple):
    """Labels picked for one leg, why, and what had to be assumed."""

    labels: tuple[str, ...]
    why: str
    findings: tuple[Finding, ...] = ()


def choose_legs(
    recording: Recording, *, left: str | None = None, right: str | None = None
) -> LegChoice:
    """Choose the channels that stand for the left leg, the right leg, the chin and the heart.

    Parameters
    ----------
    recording : Recording
        As opened.
    left, right : str, optional
        Label of the channel to use instead of the automatic choice; two labels with a comma between
        are subtracted.

    Returns
    -------
    LegChoice
        Without any leg where none was found; a finding of severity `refusal` then says so. Two
        channels that do not say which leg they are become left and right in the order of the file,
        with a finding.

    Raises
    ------
    UsageError
        If no channel has the label asked for, or both legs would be the same channel.
    """
    picks = {
        "left": _named(recording, left, "--left") if left else _automatic(recording, "left"),
        "right": _named(recording, right, "--right") if right else _automatic(recording, "right"),
    }
    if picks["left"].labels and picks["left"].labels == picks["right"].labels:
        raise UsageError(
            f"{recording.name}: {picks['left'].labels[0]!r} cannot be both legs; name another channel for one of them"
        )
    unsided = _Pick((), "")
    if not picks["left"].labels and not picks["right"].labels:
        picks, unsided = _without_side(recording)
    chin, ecg = _best(recording, Role.CHIN), _best(recording, Role.ECG)
    findings = (
        *picks["left"].findings,
        *picks["right"].findings,
        *unsided.findings,
        *_missing_leg(recording, picks, unsided),
    )
    taken = {label: pick.why for pick in (*picks.values(), unsided) for label in pick.labels}
    return LegChoice(
        left=picks["left"].labels,
        right=picks["right"].labels,
        unsided=unsided.labels,
        chin=chin,
        ecg=ecg,
        reasons=_reasons(recording, taken, chin, ecg),
        findings=findings,
    )


def read_legs(
    edf: EdfFile, choice: LegChoice, *, limits: PhysicalLimits, unit: str | None = None
) -> tuple[LegSignal, ...]:
    """Read the chosen legs in uV and check what they physically are before any rule judges them.

    Parameters
    ----------
    edf : EdfFile
        The opened recording.
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
    """
    sides = {"left": choice.left, "right": choice.right, "unknown": choice.unsided}
    chosen = {
        side: [channel_named(edf.recording, label) for label in labels]
        for side, labels in sides.items()
        if labels
    }
    kept = edf.keeping([channel.index for channels in chosen.values() for channel in channels])
    legs = []
    for side, channels in chosen.items():
        leg = _read_leg(kept, channels, side=side, unit=unit)
        digits = [kept.digital[channel.index] for channel in channels]
        legs.append(
            replace(leg, findings=(*leg.findings, *check_leg(leg, channels, digits, limits=limits)))
        )
    return tuple(legs)


def read_ecg(edf: EdfFile, choice: LegChoice) -> LegSignal | None:
    """Read the chosen ECG in uV as a signal of its own; None where the recording has none."""
    if not choice.ecg:
        return None
    return _read_leg(edf, [channel_named(edf.recording, choice.ecg)], side="unknown", unit=None)


def channel_named(recording: Recording, label: str) -> Channel:
    """Find the channel with this label: as written, or else with case and separators set aside.

    Raises
    ------
    UsageError
        If there is none; the message lists the labels there are.
    """
    for key in (str, plain_label):
        for channel in recording.channels:
            if key(channel.label) == key(label):
                return channel
    labels = ", ".join(repr(channel.label) for channel in recording.channels)
    raise UsageError(
        f"{recording.name}: there is no channel {label!r}; its channels are {labels or 'none'}"
    )


def _named(recording: Recording, wish: str, option: str) -> _Pick:
    """Take the channel, or the two channels to be subtracted, that a person named."""
    try:
        labels: tuple[str, ...] = (channel_named(recording, wish).label,)
    except UsageError:
        if wish.count(",") != 1:
            raise
        labels = tuple(channel_named(recording, part.strip()).label for part in wish.split(","))
    return _Pick(labels, f"named with {option}")


def _automatic(recording: Recording, side: str) -> _Pick:
    """Choose for one leg: a pair before two single electrodes before one single electrode."""
    channels = _usable(recording, _SIDE_ROLES[side])
    pairs = _preferred([channel for channel in channels if channel.derivation == PAIR])
    singles = sorted(
        (channel for channel in channels if channel.derivation == SINGLE),
        key=lambda channel: _electrode_order(channel.label),
    )
    if pairs:
        partner = [
            single
            for single in singles
            if labels_are_partners(pairs[0].label, single.label) and single.fs_hz == pairs[0].fs_hz
        ]
        if partner:
            return _difference(pairs[0], partner[0])
        assumed = (
            (_finding("side-assumed", pairs[0].reason, pairs[0].label),) if pairs[0].reason else ()
        )
        return _Pick((pairs[0].label,), f"the label names the {side} leg", assumed)
    if len(singles) > 1 and singles[0].fs_hz == singles[1].fs_hz:
        return _difference(singles[0], singles[1])
    if singles:
        message = "a single electrode without its partner, taken as it is; it holds whatever its reference picks up"
        return _Pick(
            (singles[0].label,),
            f"the only electrode of the {side} leg",
            (_finding("single-electrode", message, singles[0].label),),
        )
    return _Pick((), "")


def _difference(first: Channel, second: Channel) -> _Pick:
    why = f"{first.label} minus {second.label} is the bipolar derivation of the leg"
    message = f"{second.label} was subtracted from it to make the bipolar derivation of the leg"
    return _Pick(
        (first.label, second.label),
        why,
        (_finding("electrodes-subtracted", message, first.label, severity=Severity.NOTE),),
    )


def _without_side(recording: Recording) -> tuple[dict[str, _Pick], _Pick]:
    """Choose where no label names a side.

    Two legs of unknown side, one channel for both, or left against right.
    """
    channels = _usable(recording, Role.LEG)
    numbered = [channel for channel in channels if channel.derivation == PAIR]
    nobody = _Pick((), "")
    if len(numbered) > 1:
        message = f"taken as the left and {numbered[1].label} as the right leg; the labels do not say which is which"
        other = f"taken as the right leg beside {numbered[0].label}; the labels do not say which is which"
        found = (_finding("side-assumed", message, numbered[0].label),)
        return {
            "left": _Pick((numbered[0].label,), message, found),
            "right": _Pick((numbered[1].label,), other),
        }, nobody
    shared = numbered or _preferred(
        [channel for channel in channels if channel.derivation in {ONE_CHANNEL, LEFT_AGAINST_RIGHT}]
    )
    if not shared:
        return {"left": nobody, "right": nobody}, nobody
    what = {
        ONE_CHANNEL: "one channel for both legs",
        LEFT_AGAINST_RIGHT: "the left leg against the right, where movements of both legs may cancel each other",
        PAIR: "one leg of unknown side",
    }[shared[0].derivation]
    message = f"taken as {what}; movements have no side and legs cannot be combined"
    return {"left": nobody, "right": nobody}, _Pick(
        (shared[0].label,), message, (_finding("legs-unsided", message, shared[0].label),)
    )


def _usable(recording: Recording, role: Role) -> list[Channel]:
    """List the channels of a role that have samples; of a label written twice the first."""
    by_label: dict[str, Channel] = {}
    for channel in recording.channels:
        if channel.role is role and channel.fs_hz > 0:
            by_label.setdefault(channel.label, channel)
    return list(by_label.values())


def _preferred(channels: Sequence[Channel]) -> list[Channel]:
    """Sort by sampling rate, fastest first, then as in the file."""
    return sorted(channels, key=lambda channel: -channel.fs_hz)


def _electrode_order(label: str) -> tuple[int, str]:
    """Order electrodes of a leg: 1 before 2, plus before minus, upper before lower."""
    last = plain_label(label)[-1:]
    return "1+u2-l".find(last) if last else 0, label


def _best(recording: Recording, role: Role) -> str:
    channels = _preferred(_usable(recording, role))
    return channels[0].label if channels else ""


def _missing_leg(
    recording: Recording, picks: dict[str, _Pick], unsided: _Pick
) -> tuple[Finding, ...]:
    missing = [side for side, pick in picks.items() if not pick.labels]
    if unsided.labels or not missing:
        return ()
    if len(missing) == 1:
        other = "right" if missing[0] == "left" else "left"
        return (
            _finding(
                "one-leg",
                f"there is no channel of the {missing[0]} leg; only the {other} leg can be scored",
                recording.name,
            ),
        )
    labels = ", ".join(repr(channel.label) for channel in recording.channels)
    message = f"no channel names a leg; its channels are {labels or 'none'}; name one with --left or --right"
    return (_finding("no-leg", message, recording.name, severity=Severity.REFUSAL),)


def _reasons(recording: Recording, taken: dict[str, str], chin: str, ecg: str) -> dict[str, str]:
    """Say for every channel that names a leg, the chin or the heart why it was taken or left out."""
    reasons = {}
    for channel in recording.channels:
        label = channel.label
        if label in taken:
            reasons[label] = taken[label]
        elif label in {chin, ecg} and label:
            reasons[label] = f"the label names the {'chin' if label == chin else 'ECG'}"
        elif channel.role is Role.OTHER and channel.derivation:
            reasons[label] = f"left out: {channel.derivation}"
        elif channel.role in {Role.LEFT_LEG, Role.RIGHT_LEG, Role.LEG}:
            reasons[label] = (
                f"left out: {channel.derivation}, another channel was preferred"
                if channel.fs_hz
                else "left out: no samples"
            )
    return reasons


def _read_leg(
    edf: EdfFile, channels: Sequence[Channel], *, side: str, unit: str | None
) -> LegSignal:
    """Read one channel, or the difference of two, in uV."""
    scales = [_unit_scale(channel, unit) for channel in channels]
    first = channels[0]
    if any(channel.fs_hz != first.fs_hz for channel in channels):
        rates = " and ".join(f"{channel.label!r} at {channel.fs_hz:g} Hz" for channel in channels)
        raise InputError(
            f"{edf.recording.name}: {rates} cannot be subtracted; name electrodes of one sampling rate with --left or --right"
        )
    signals = edf.read_signals([channel.index for channel in channels])
    emg_uv = _combine(
        [_scaled(signal, scale) for signal, scale in zip(signals, scales, strict=True)]
    )
    overridden = _finding(
        "unit-overridden",
        f"the unit was taken as {unit} where the file says {first.unit_written!r}",
        first.label,
    )
    return LegSignal(
        side=side,
        label=" - ".join(channel.label for channel in channels),
        emg_uv=emg_uv,
        fs_hz=first.fs_hz,
        step_uv=float(np.max([_step_uv(edf, channel, unit) for channel in channels])),
        clip_uv=_clip_uv(first, scales[0]) if len(channels) == 1 else (-math.inf, math.inf),
        prefilter=first.prefilter,
        gaps=edf.recording.gaps,
        derivation=first.derivation
        if len(channels) == 1
        else f"{first.label} minus {channels[1].label}",
        findings=(*_own_findings(edf.recording, channels), *((overridden,) if unit else ())),
    )


def _unit_scale(channel: Channel, unit: str | None) -> float:
    """Return the factor from the channel's canonical unit to uV when a person says what the unit is."""
    if unit is None:
        return 1.0
    wished = canonical_unit(unit)
    if not wished.is_voltage:
        raise UsageError(f"the unit {unit!r} is no voltage; use uV, mV or V")
    written = canonical_unit(channel.unit_written)
    return wished.factor / (written.factor if written.is_voltage else 1.0)


def _step_uv(edf: EdfFile, channel: Channel, unit: str | None) -> float:
    if unit is None:
        return channel.step_uv
    return abs(edf.header.signals[channel.index].gain) * canonical_unit(unit).factor


def _scaled(signal: SignalArray, scale: float) -> SignalArray:
    if scale != 1.0:
        signal *= scale
    return signal


def _combine(signals: Sequence[SignalArray]) -> SignalArray:
    first = signals[0]
    for other in signals[1:]:
        first -= other
    return first


def _clip_uv(channel: Channel, scale: float) -> tuple[float, float]:
    low, high = sorted((channel.physical_min * scale, channel.physical_max * scale))
    return low, high


def _own_findings(recording: Recording, channels: Sequence[Channel]) -> tuple[Finding, ...]:
    """Repeat what was found about these channels while the file was opened."""
    labels = {channel.label for channel in channels}
    return tuple(finding for finding in recording.findings if finding.subject in labels)


def _finding(
    code: str, message: str, subject: str, *, severity: Severity = Severity.WARNING
) -> Finding:
    return finding_about(subject, code, severity, message)
