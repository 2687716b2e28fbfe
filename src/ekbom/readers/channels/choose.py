"""Which channels stand for the legs, the chin and the heart, and why."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from ekbom.model.errors import UsageError
from ekbom.model.finding import Finding, Reason, Severity
from ekbom.model.recording import Channel, Derivation, LegChoice, Role
from ekbom.readers.channels.labels import labels_are_partners, plain_label

Channels = Sequence[Channel]
"""Channels in the order of the file, or in that of a choice."""

Reasons = dict[str, Reason]
"""Why a channel was taken or left out, by its label."""

_SIDE_ROLES = {"left": Role.LEFT_LEG, "right": Role.RIGHT_LEG}
_LEG_ROLES = frozenset({*_SIDE_ROLES.values(), Role.LEG})
_BOTH_LEGS = frozenset({Derivation.ONE_CHANNEL, Derivation.LEFT_AGAINST_RIGHT})


class WithoutSide(StrEnum):
    """What a channel stands for that does not say which leg it is."""

    BOTH_LEGS = "legs-unsided"
    LEG_AGAINST_LEG = "leg-against-leg"
    ONE_LEG = "leg-without-side"


_WITHOUT_SIDE = {
    Derivation.ONE_CHANNEL: WithoutSide.BOTH_LEGS,
    Derivation.LEFT_AGAINST_RIGHT: WithoutSide.LEG_AGAINST_LEG,
    Derivation.PAIR: WithoutSide.ONE_LEG,
}


class _Pick(NamedTuple):
    """Labels picked for one leg, why, and what had to be assumed."""

    labels: tuple[str, ...] = ()
    reason: Reason | None = None
    findings: tuple[Finding, ...] = ()


class _Montage(NamedTuple):
    """What was picked for each leg."""

    left: _Pick = _Pick()
    right: _Pick = _Pick()
    unsided: _Pick = _Pick()

    def reasons(self) -> Reasons:
        """Say of every label that was picked why."""
        return {
            label: pick.reason
            for pick in self
            for label in pick.labels
            if pick.reason
        }


def choose_legs(
    channels: Channels,
    *,
    name: str,
    left: str | None = None,
    right: str | None = None,
) -> LegChoice:
    """Choose the channels that stand for the left leg, the right leg, the chin and the heart.

    Parameters
    ----------
    channels : sequence of Channel
        As the header declares them.
    name : str
        Name of the recording, for messages.
    left, right : str, optional
        Label of the channel to use instead of the automatic choice; two labels with a comma between
        are subtracted.

    Returns
    -------
    LegChoice
        Without any leg where no label names one; a finding of severity `refusal` then says so. Two
        channels that do not say which leg they are become left and right in the order of the file,
        with a finding.

    Raises
    ------
    UsageError
        If no channel has the label asked for, or both legs would be the same channel.
    """
    montage = _Montage(
        left=_named(channels, left, "--left", name)
        if left
        else _automatic(channels, "left"),
        right=_named(channels, right, "--right", name)
        if right
        else _automatic(channels, "right"),
    )
    _refuse_same_leg(montage, name)
    if not montage.left.labels and not montage.right.labels:
        montage = _without_side(channels)
    chin = _best_label(channels, Role.CHIN)
    ecg = _best_label(channels, Role.ECG)
    heads = {chin: Reason("label-names-chin"), ecg: Reason("label-names-ecg")}
    noticed = [finding for pick in montage for finding in pick.findings]
    return LegChoice(
        left=montage.left.labels,
        right=montage.right.labels,
        unsided=montage.unsided.labels,
        chin=chin,
        ecg=ecg,
        reasons=_reasons(channels, heads | montage.reasons()),
        findings=(*noticed, *_missing_leg(channels, montage, name)),
    )


def _refuse_same_leg(montage: _Montage, name: str) -> None:
    labels = montage.left.labels
    if labels and labels == montage.right.labels:
        raise UsageError(
            f"{name}: {labels[0]!r} cannot be both legs; name another channel for one of them"
        )


def channel_named(channels: Channels, label: str, *, name: str) -> Channel:
    """Find the channel with this label: as written, or else with case and separators set aside.

    Parameters
    ----------
    channels, label
        Where to look, and for what.
    name
        Name of the recording, for the message.

    Raises
    ------
    UsageError
        If there is none; the message lists the labels there are.
    """
    for key in (str, plain_label):
        for channel in channels:
            if key(channel.label) == key(label):
                return channel
    labels = ", ".join(repr(channel.label) for channel in channels) or "none"
    raise UsageError(
        f"{name}: there is no channel {label!r}; its channels are {labels}"
    )


def _named(channels: Channels, wish: str, option: str, name: str) -> _Pick:
    """Take the channel, or the two channels to be subtracted, that a person named."""
    try:
        labels: tuple[str, ...] = (
            channel_named(channels, wish, name=name).label,
        )
    except UsageError:
        if wish.count(",") != 1:
            raise
        parts = (part.strip() for part in wish.split(","))
        labels = tuple(
            channel_named(channels, part, name=name).label for part in parts
        )
    return _Pick(labels, Reason("named-by-hand", {"option": option}))


def _automatic(channels: Channels, side: str) -> _Pick:
    """Choose for one leg: a pair before two single electrodes before one single electrode."""
    own = _usable(channels, _SIDE_ROLES[side])
    pairs = _fastest_first(_derived(own, Derivation.PAIR))
    singles = _derived(own, Derivation.SINGLE_ELECTRODE)
    singles.sort(key=lambda channel: _electrode_order(channel.label))
    if pairs:
        return _of_pair(pairs[0], singles, side)
    if not singles:
        return _Pick()
    first = singles[0]
    if len(singles) > 1 and first.fs_hz == singles[1].fs_hz:
        return _difference(first, singles[1])
    alone = Finding("single-electrode", Severity.WARNING, first.label)
    return _Pick(
        (first.label,), Reason("only-electrode", {"side": side}), (alone,)
    )


def _of_pair(pair: Channel, singles: Channels, side: str) -> _Pick:
    """Take a pair, or make one where a second electrode shows that it is the first."""
    for single in singles:
        if (
            labels_are_partners(pair.label, single.label)
            and single.fs_hz == pair.fs_hz
        ):
            return _difference(pair, single)
    reason = Reason("label-names-leg", {"side": side})
    if pair.reason is None:
        return _Pick((pair.label,), reason)
    values = {"number": str(pair.reason.values["number"]), "side": side}
    assumed = Finding("side-assumed", Severity.WARNING, pair.label, values)
    return _Pick((pair.label,), reason, (assumed,))


def _difference(first: Channel, second: Channel) -> _Pick:
    reason = Reason(
        "bipolar-difference", {"first": first.label, "second": second.label}
    )
    other = {"other": second.label}
    subtracted = Finding(
        "electrodes-subtracted", Severity.NOTE, first.label, other
    )
    return _Pick((first.label, second.label), reason, (subtracted,))


def _without_side(channels: Channels) -> _Montage:
    """Choose where no label names a side.

    Two legs of unknown side, one channel for both, or left against right.
    """
    usable = _usable(channels, Role.LEG)
    legs = _derived(usable, Derivation.PAIR)
    if len(legs) > 1:
        return _in_file_order(legs[0].label, legs[1].label)
    shared = _fastest_first(_derived(usable, *_BOTH_LEGS))
    for channel in (*legs, *shared):
        code = _WITHOUT_SIDE[channel.derivation or Derivation.PAIR]
        unsided = Finding(code, Severity.WARNING, channel.label)
        return _Montage(
            unsided=_Pick((channel.label,), Reason(code), (unsided,))
        )
    return _Montage()


def _in_file_order(first: str, second: str) -> _Montage:
    """Take two legs that do not say which they are as left and right, with a finding."""
    assumed = Finding(
        "sides-assumed", Severity.WARNING, first, {"other": second}
    )
    return _Montage(
        left=_Pick(
            (first,), Reason("left-by-order", {"other": second}), (assumed,)
        ),
        right=_Pick((second,), Reason("right-by-order", {"other": first})),
    )


def _usable(channels: Channels, role: Role) -> list[Channel]:
    """List the channels of a role that have samples; of a label written twice the first."""
    by_label: dict[str, Channel] = {}
    for channel in channels:
        if channel.role is role and channel.fs_hz > 0:
            by_label.setdefault(channel.label, channel)
    return list(by_label.values())


def _derived(channels: Channels, *derivations: Derivation) -> list[Channel]:
    """Leave only the channels that are derived in one of these ways."""
    return [
        channel for channel in channels if channel.derivation in derivations
    ]


def _fastest_first(channels: Channels) -> list[Channel]:
    """Sort by sampling rate, fastest first, then as in the file."""
    return sorted(channels, key=lambda channel: -channel.fs_hz)


def _electrode_order(label: str) -> tuple[int, str]:
    """Order electrodes of a leg: 1 before 2, plus before minus, upper before lower."""
    last = plain_label(label)[-1:]
    return "1+u2-l".find(last) if last else 0, label


def _best_label(channels: Channels, role: Role) -> str:
    fastest = _fastest_first(_usable(channels, role))
    return fastest[0].label if fastest else ""


def _missing_leg(
    channels: Channels,
    montage: _Montage,
    name: str,
) -> Iterator[Finding]:
    """Say that one leg, or that no leg can be scored."""
    missing = [
        side for side in _SIDE_ROLES if not getattr(montage, side).labels
    ]
    if montage.unsided.labels or not missing:
        return
    if missing == list(_SIDE_ROLES):
        labels = tuple(repr(channel.label) for channel in channels) or ("none",)
        yield Finding(
            "no-leg",
            Severity.REFUSAL,
            name,
            {"labels": labels},
        )
    else:
        (other,) = _SIDE_ROLES.keys() - set(missing)
        sides = {"missing": missing[0], "other": other}
        yield Finding(
            "one-leg",
            Severity.WARNING,
            name,
            sides,
        )


def _reasons(channels: Channels, taken: Reasons) -> Reasons:
    """Say for every channel that names a leg, the chin or the heart why it was taken or not."""
    reasons = {}
    for channel in channels:
        reason = taken.get(channel.label) if channel.label else None
        reason = reason or _left_out(channel)
        if reason is not None:
            reasons[channel.label] = reason
    return reasons


def _left_out(channel: Channel) -> Reason | None:
    """Say why a channel that names a leg is not used; None for any other channel."""
    if channel.role is Role.OTHER:
        return channel.reason
    if channel.role not in _LEG_ROLES:
        return None
    if not channel.fs_hz:
        return Reason("no-samples")
    return Reason("another-preferred", {"derivation": str(channel.derivation)})
