"""Scorings of several files become one.

Which hypnogram counts, which events, lights, movements a person marked.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ekbom.model.errors import InputError, UsageError
from ekbom.model.events import Event, EventKind, Hypnogram
from ekbom.model.finding import Finding, Severity
from ekbom.model.movements import LegMovements, Side
from ekbom.model.recording import BoolArray
from ekbom.readers.scorings.mark import (
    SCORED_GROUPS,
    SINGLE_MOVEMENTS,
    event_order,
)
from ekbom.readers.scorings.meanings import plain
from ekbom.readers.scorings.records import Annotations

DECLARABLE = tuple(SCORED_GROUPS)


@dataclass(frozen=True, eq=False, kw_only=True)
class Scoring:
    """What people or programs scored of one night, on the axis of the recording."""

    hypnogram: Hypnogram | None
    events: tuple[Event, ...]
    lights_off_s: float | None
    lights_on_s: float | None
    scored: frozenset[str]
    findings: tuple[Finding, ...]


class _Lights(NamedTuple):
    """When the lights went off and on, s, and what is doubtful about it."""

    off_s: float | None
    on_s: float | None
    findings: list[Finding]


def join_scorings(
    own: Annotations | None,
    files: Sequence[Annotations],
    *,
    declared: Collection[str],
) -> Scoring:
    """Join the annotations of the recording itself and of files given beside it.

    Parameters
    ----------
    own
        What the recording carries, None without a recording. Any kind of scoring that a file brings
        replaces it.
    files
        Annotations of the files, aligned; their events are united, exact repetitions dropped.
    declared
        Kinds of scoring the user declares as done even if no event was marked: ``arousals``,
        ``breathing``, ``movements``.

    Raises
    ------
    InputError
        Two files bring different hypnograms.
    UsageError
        An unknown kind of scoring is declared.
    """
    _check_declared(declared)
    replaced = tuple(sorted(own.scored & _scored(files))) if own else ()
    own_events = _without(own.events, replaced) if own else ()
    events, repeated = _united([own_events, *(file.events for file in files)])
    hypnogram = _one_hypnogram(files)
    if hypnogram is None and own is not None:
        hypnogram = own.hypnogram
    lights = _lights(events)
    parts = (own, *files) if own else files
    findings = [finding for part in parts for finding in part.findings]
    if repeated:
        count = {"count": repeated}
        findings.append(Finding("event-in-two-files", Severity.NOTE, "", count))
    if hypnogram is None:
        findings.append(Finding("hypnogram-none", Severity.WARNING))
    if own and replaced:
        kinds = {"kinds": replaced}
        findings.append(
            Finding("own-scoring-replaced", Severity.NOTE, own.name, kinds)
        )
    return Scoring(
        hypnogram=hypnogram,
        events=events,
        lights_off_s=lights.off_s,
        lights_on_s=lights.on_s,
        scored=_scored(parts) | frozenset(declared),
        findings=(*findings, *lights.findings),
    )


def marked_movements(
    events: Iterable[Event], *, name: str
) -> tuple[LegMovements, tuple[Finding, ...]]:
    """Take the single movements out of events, sorted by onset; series marks are none.

    A movement marked twice on one leg (as LM and as PLM) is one movement, the longer mark counts. A
    mark without a duration, or whose text says ``interrupted``, is `truncated`: its length is
    unknown. One whose text says ``rhythmic`` belongs to a train.
    """
    single = [event for event in events if event.kind in SINGLE_MOVEMENTS]
    single.sort(key=lambda event: (*_leg_moment(event), -event.duration_s))
    longest: dict[tuple[int, str], Event] = {}
    for event in single:
        longest.setdefault(_leg_moment(event), event)
    rows = list(longest.values())
    return _table(rows), tuple(
        _movement_findings(rows, len(single) - len(rows), name)
    )


def _table(rows: Sequence[Event]) -> LegMovements:
    duration_s = np.array([row.duration_s for row in rows], dtype=np.float64)
    rhythmic = _says(rows, "rhythmic")
    return LegMovements(
        onset_s=np.array([row.onset_s for row in rows], dtype=np.float64),
        duration_s=duration_s,
        side=np.array([row.side for row in rows], dtype=np.str_),
        truncated=(duration_s == 0) | _says(rows, "interrupted"),
        rhythmic=rhythmic if rhythmic.any() else None,
    )


def _says(rows: Sequence[Event], word: str) -> BoolArray:
    """Tell of each movement whether its text holds a word."""
    said = [word in plain(row.label).split() for row in rows]
    return np.array(said, dtype=np.bool_)


def _leg_moment(event: Event) -> tuple[int, str]:
    return round(event.onset_s * 1000), event.side


def _movement_findings(
    rows: Sequence[Event], n_twice: int, name: str
) -> Iterator[Finding]:
    """Say which movements are doubtful."""
    if n_twice:
        yield Finding(
            "movement-marked-twice", Severity.NOTE, name, {"count": n_twice}
        )
    if overlapping := _overlapping(rows):
        yield Finding(
            "movement-overlap", Severity.WARNING, name, {"count": overlapping}
        )
    if unsided := sum(row.side == Side.UNKNOWN for row in rows):
        counts = {"count": unsided, "total": len(rows)}
        yield Finding("movement-without-side", Severity.NOTE, name, counts)


def _check_declared(declared: Collection[str]) -> None:
    for name in declared:
        if name not in DECLARABLE:
            raise UsageError(
                f"{name!r} cannot be declared as scored; known are {', '.join(DECLARABLE)}."
            )


def _scored(parts: Iterable[Annotations]) -> frozenset[str]:
    return frozenset[str]().union(*(part.scored for part in parts))


def _without(
    events: Iterable[Event], groups: Iterable[str]
) -> tuple[Event, ...]:
    """Leave out the events of some kinds of scoring."""
    kinds = {kind for group in groups for kind in SCORED_GROUPS.get(group, ())}
    return tuple(event for event in events if event.kind not in kinds)


def _one_hypnogram(files: Sequence[Annotations]) -> Hypnogram | None:
    """Take the one hypnogram the files bring, or refuse two that differ."""
    staged = [
        (file.name, file.hypnogram)
        for file in files
        if file.hypnogram is not None
    ]
    for (name, first), (other_name, other) in pairwise(staged):
        if not same_hypnogram(first, other):
            raise InputError(
                f"{name} and {other_name} bring two different hypnograms; give one."
            )
    return staged[0][1] if staged else None


def same_hypnogram(first: Hypnogram, second: Hypnogram) -> bool:
    """Say whether two hypnograms stage the same time alike."""
    columns = ("onset_s", "duration_s", "stage")
    return all(
        np.array_equal(getattr(first, name), getattr(second, name))
        for name in columns
    )


def _united(parts: Iterable[Iterable[Event]]) -> tuple[tuple[Event, ...], int]:
    """Unite events of several files, sorted by onset; count those that stand in two.

    An event of equal time, kind and side counts once.
    """
    unique: dict[tuple[int, int, str, str], Event] = {}
    repeated = 0
    for part in parts:
        of_this_file = {_identity(event): event for event in part}
        repeated += len(unique.keys() & of_this_file.keys())
        unique = of_this_file | unique
    return tuple(sorted(unique.values(), key=event_order)), repeated


def _identity(event: Event) -> tuple[int, int, str, str]:
    """Say what makes two marks the same event; another event is known by its text alone."""
    kind = event.kind.value + event.label * (event.kind is EventKind.OTHER)
    return (
        round(event.onset_s * 1000),
        round(event.duration_s * 1000),
        kind,
        event.side,
    )


def _lights(events: Sequence[Event]) -> _Lights:
    """Take the first lights-off and the last lights-on; a wrong order is no pair."""
    off = _onsets_s(events, EventKind.LIGHTS_OFF)
    on = _onsets_s(events, EventKind.LIGHTS_ON)
    findings = []
    if max(len(off), len(on)) > 1:
        counts = {"off": len(off), "on": len(on)}
        findings.append(
            Finding(
                "lights-repeated",
                Severity.NOTE,
                "",
                counts,
            )
        )
    off_s = min(off, default=None)
    on_s = max(on, default=None)
    if off_s is None or on_s is None or on_s > off_s:
        return _Lights(off_s, on_s, findings)
    times = {"off_s": off_s, "on_s": on_s}
    findings.append(
        Finding(
            "lights-order",
            Severity.WARNING,
            "",
            times,
        )
    )
    return _Lights(None, None, findings)


def _onsets_s(events: Sequence[Event], kind: EventKind) -> list[float]:
    return [event.onset_s for event in events if event.kind is kind]


def _overlapping(rows: Sequence[Event]) -> int:
    """Count movements that begin before the end of an earlier one on the same leg."""
    ends: dict[str, float] = {}
    count = 0
    for row in rows:
        end_s = ends.get(row.side, -np.inf)
        count += row.onset_s < end_s
        ends[row.side] = max(end_s, row.onset_s + row.duration_s)
    return count


def marked_sides(marked: LegMovements) -> tuple[str, ...]:
    """Name the legs a person marked; both where nothing says otherwise."""
    if set(marked.side.tolist()) == {Side.UNKNOWN.value}:
        return (Side.UNKNOWN.value,)
    return (Side.LEFT.value, Side.RIGHT.value)
