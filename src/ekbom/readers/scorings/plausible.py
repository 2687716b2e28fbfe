"""Marks that can be events of a night: impossible lengths are left out, wrong units refused."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ekbom.criteria.input_limits import EventLimits
from ekbom.model.errors import InputError
from ekbom.model.events import (
    AROUSAL_KINDS,
    RESPIRATORY_KINDS,
    Event,
    EventKind,
)
from ekbom.model.finding import Finding, Severity, Values
from ekbom.readers.scorings.mark import SINGLE_MOVEMENTS, scored_by
from ekbom.readers.scorings.records import Annotations

DAY_S = 86_400.0
NAMED_LENGTHS = 5


class TooLong(StrEnum):
    """Which events were left out because nothing of their kind lasts so long."""

    AROUSALS = "arousal-too-long"
    BREATHING = "breathing-too-long"
    MOVEMENTS = "movement-too-long"


_KINDS = {
    TooLong.AROUSALS: AROUSAL_KINDS,
    TooLong.BREATHING: RESPIRATORY_KINDS,
    TooLong.MOVEMENTS: SINGLE_MOVEMENTS,
}
_WORDS = {
    TooLong.AROUSALS: "arousals",
    TooLong.BREATHING: "breathing events",
    TooLong.MOVEMENTS: "leg movements",
}
_Lengths = dict[EventKind, float]


@dataclass(frozen=True, kw_only=True)
class _Group:
    """The events of one group of kinds that have a length, and those of them that are too long."""

    code: TooLong
    lasting: Sequence[Event]
    too_long: Sequence[Event]

    @property
    def longest_s(self) -> float:
        """The longest length there is."""
        return max(event.duration_s for event in self.too_long)


def plausible(
    annotations: Annotations, limits: EventLimits, *, duration_s: float = 0.0
) -> Annotations:
    """Leave out events that last longer than any of their kind can, with findings that count them.

    Parameters
    ----------
    annotations
        As read, times in s from the file's own time zero.
    limits
        How long an event of a kind can last, bound included; a mark without a length is judged by
        nobody, nor is a kind that no number follows from.
    duration_s
        Length of the recording in s, 0 without one.

    Returns
    -------
    Annotations
        Where no event of a kind of scoring is left, the file is no evidence of that scoring.

    Raises
    ------
    InputError
        The times cannot be seconds: a mark lies days behind the start, or most lengths of a group
        are impossible.
    """
    _refuse_days(annotations, max(limits.night_longest_s, duration_s))
    groups = [
        group
        for group in _groups(annotations.events, _longest_s(limits))
        if group.too_long
    ]
    for group in groups:
        _refuse_unit(group, annotations.name, limits)
    if not groups:
        return annotations
    left_out = {id(event) for group in groups for event in group.too_long}
    kept = tuple(
        event for event in annotations.events if id(event) not in left_out
    )
    lost = scored_by(annotations.events) - scored_by(kept)
    return replace(
        annotations,
        events=kept,
        scored=annotations.scored - lost,
        findings=(
            *annotations.findings,
            *(_finding(group, annotations.name, limits) for group in groups),
        ),
    )


def _longest_s(limits: EventLimits) -> _Lengths:
    """Name the longest length of every kind that has one, s."""
    return {
        **dict.fromkeys(AROUSAL_KINDS, limits.arousal_longest_s),
        **dict.fromkeys(RESPIRATORY_KINDS, limits.apnea_longest_s),
        EventKind.HYPOPNEA: limits.hypopnea_longest_s,
        EventKind.RERA: limits.rera_longest_s,
        **dict.fromkeys(SINGLE_MOVEMENTS, limits.movement_longest_s),
    }


def _groups(events: Sequence[Event], longest_s: _Lengths) -> Iterator[_Group]:
    for code, kinds in _KINDS.items():
        lasting = [
            event
            for event in events
            if event.kind in kinds and event.duration_s > 0
        ]
        yield _Group(
            code=code,
            lasting=lasting,
            too_long=[
                event
                for event in lasting
                if event.duration_s > longest_s[event.kind]
            ],
        )


def _refuse_days(annotations: Annotations, longest_s: float) -> None:
    """Refuse times that no night reaches in seconds."""
    onsets_s = [event.onset_s for event in annotations.events]
    if annotations.hypnogram is not None:
        onsets_s.append(float(annotations.hypnogram.onset_s[-1]))
    last_s = max(onsets_s, default=-math.inf)
    if last_s > longest_s:
        raise InputError(
            f"{annotations.name}: the last mark begins at {last_s:.0f} s, "
            f"{last_s / DAY_S:.1f} days after the start, which is no night in seconds; "
            "if the times are milliseconds, name the columns onset_ms and duration_ms, "
            "else correct the file."
        )


def _refuse_unit(group: _Group, name: str, limits: EventLimits) -> None:
    """Refuse lengths most of which no event can have: they are in another unit."""
    count, total = len(group.too_long), len(group.lasting)
    if (
        count < limits.too_long_marks_refused
        or count < limits.too_long_share_refused * total
    ):
        return
    raise InputError(
        f"{name}: {count} of {total} {_WORDS[group.code]} last longer than any can, "
        f"the longest {group.longest_s:g} s, so these are no seconds; "
        "if they are milliseconds, name the columns onset_ms and duration_ms, "
        "else correct the file."
    )


def _finding(group: _Group, name: str, limits: EventLimits) -> Finding:
    """Say how many events were left out, and how long they are."""
    known_s = _longest_s(limits)
    lengths_s = sorted(
        {event.duration_s for event in group.too_long}, reverse=True
    )
    values: Values = {
        "count": len(group.too_long),
        "total": len(group.lasting),
        "lengths_s": tuple(lengths_s[:NAMED_LENGTHS]),
        "limit_s": min(known_s[event.kind] for event in group.too_long),
    }
    return Finding(TooLong(group.code), Severity.WARNING, name, values)
