"""Scorings of several files become one.

Which hypnogram counts, which events, lights, movements a person marked.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ekbom.model.errors import InputError, UsageError
from ekbom.model.events import Event, EventKind
from ekbom.model.finding import Finding, Severity
from ekbom.model.hypnogram import Hypnogram
from ekbom.model.movements import LegMovements
from ekbom.readers.scorings.mark import SCORED_GROUPS
from ekbom.readers.scorings.records import Annotations

DECLARABLE = tuple(SCORED_GROUPS)
SINGLE_MOVEMENTS = (EventKind.LM, EventKind.PLM)


@dataclass(frozen=True, eq=False, kw_only=True)
class Scoring:
    """What people or programs scored of one night, on the axis of the recording."""

    hypnogram: Hypnogram | None
    events: tuple[Event, ...]
    lights_off_s: float | None
    lights_on_s: float | None
    scored: frozenset[str]
    findings: tuple[Finding, ...]


def join_scorings(
    own: Annotations | None, files: Sequence[Annotations], *, declared: Collection[str]
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
        Kinds of scoring the user declares as done even if no event was found: ``arousals``,
        ``breathing``, ``movements``.

    Raises
    ------
    InputError
        Two files bring different hypnograms.
    """
    _check_declared(declared)
    given = frozenset[str]().union(*(file.scored for file in files))
    kept, replaced = _own_events(own, given)
    events, repeated = _united([kept, *(file.events for file in files)])
    lights_off_s, lights_on_s, lights_findings = _lights(events)
    hypnogram = _one_hypnogram(files) or (own.hypnogram if own else None)
    findings = [
        finding for part in ([own] if own else []) + list(files) for finding in part.findings
    ]
    if repeated:
        findings.append(
            _note(
                "event-in-two-files",
                f"{repeated} events stand in two files with the same time and kind; one of each was kept.",
            )
        )
    if hypnogram is None:
        findings.append(
            _warning(
                "hypnogram-none",
                "No hypnogram was given; sleep is unknown and rates count the hours of the recording.",
            )
        )
    scored = given | (own.scored if own else frozenset()) | frozenset(declared)
    return Scoring(
        hypnogram=hypnogram,
        events=events,
        lights_off_s=lights_off_s,
        lights_on_s=lights_on_s,
        scored=scored,
        findings=(*findings, *replaced, *lights_findings),
    )


def marked_movements(
    events: Iterable[Event], *, name: str
) -> tuple[LegMovements, tuple[Finding, ...]]:
    """Take the single movements out of events, sorted by onset; series marks are none.

    A movement marked twice on one leg (as LM and as PLM) is one movement, the longer mark counts. A
    mark without a duration is `truncated`: its length is unknown.
    """
    single = sorted(
        (event for event in events if event.kind in SINGLE_MOVEMENTS),
        key=lambda e: (round(e.onset_s * 1000), e.side, -e.duration_s),
    )
    unique = {(round(event.onset_s * 1000), event.side): event for event in reversed(single)}
    rows = list(reversed(unique.values()))
    findings = []
    if len(rows) < len(single):
        message = f"{len(single) - len(rows)} movements are marked twice on one leg at the same onset; the longer mark was kept."
        findings.append(_note("movement-marked-twice", message, name))
    overlapping = _overlapping(rows)
    if overlapping:
        message = f"{overlapping} marked movements begin before the movement before them on the same leg has ended."
        findings.append(_warning("movement-overlap", message, name))
    if any(row.side == "unknown" for row in rows):
        message = f"{sum(row.side == 'unknown' for row in rows)} of {len(rows)} marked movements have no side; they are not combined bilaterally."
        findings.append(_note("movement-without-side", message, name))
    movements = LegMovements(
        onset_s=np.array([row.onset_s for row in rows], dtype=np.float64),
        duration_s=np.array([row.duration_s for row in rows], dtype=np.float64),
        side=np.array([row.side for row in rows], dtype=np.str_),
        truncated=np.array([row.duration_s == 0 for row in rows], dtype=np.bool_),
    )
    return movements, tuple(findings)


def _check_declared(declared: Collection[str]) -> None:
    for name in declared:
        if name not in DECLARABLE:
            raise UsageError(
                f"{name!r} cannot be declared as scored; known are {', '.join(DECLARABLE)}."
            )


def _own_events(
    own: Annotations | None, given: frozenset[str]
) -> tuple[tuple[Event, ...], list[Finding]]:
    """Leave out of the recording's own events the kinds that a file brings."""
    if own is None:
        return (), []
    replaced = sorted(own.scored & given)
    kinds = {kind for group in replaced if group in SCORED_GROUPS for kind in SCORED_GROUPS[group]}
    message = f"The recording carries {', '.join(replaced)} itself; those of the given files were taken instead."
    findings = [_note("own-scoring-replaced", message, own.name)] if replaced else []
    return tuple(event for event in own.events if event.kind not in kinds), findings


def _one_hypnogram(files: Sequence[Annotations]) -> Hypnogram | None:
    """Take the one hypnogram the files bring, or refuse two that differ."""
    found = [file for file in files if file.hypnogram is not None]
    for other in found[1:]:
        if not _equal(found[0].hypnogram, other.hypnogram):
            raise InputError(
                f"{found[0].name} and {other.name} bring two different hypnograms; give one."
            )
    return found[0].hypnogram if found else None


def _equal(first: Hypnogram | None, second: Hypnogram | None) -> bool:
    if first is None or second is None:
        return first is second
    same_times = np.array_equal(first.onset_s, second.onset_s) and np.array_equal(
        first.duration_s, second.duration_s
    )
    return same_times and np.array_equal(first.stage, second.stage)


def _united(parts: Iterable[Iterable[Event]]) -> tuple[tuple[Event, ...], int]:
    """Unite events of several files, sorted by onset.

    An event of equal time, kind and side counts once.
    """
    unique: dict[tuple[int, int, str, str], Event] = {}
    repeated = 0
    for part in parts:
        of_this_file = {
            (
                round(e.onset_s * 1000),
                round(e.duration_s * 1000),
                e.kind.value + e.label * (e.kind is EventKind.OTHER),
                e.side,
            ): e
            for e in part
        }
        repeated += len(unique.keys() & of_this_file.keys())
        unique = of_this_file | unique
    return tuple(
        sorted(unique.values(), key=lambda e: (e.onset_s, e.duration_s, e.kind, e.side, e.label))
    ), repeated


def _lights(events: Sequence[Event]) -> tuple[float | None, float | None, list[Finding]]:
    """Take the first lights-off and the last lights-on; a pair in the wrong order is no pair."""
    off = [event.onset_s for event in events if event.kind is EventKind.LIGHTS_OFF]
    on = [event.onset_s for event in events if event.kind is EventKind.LIGHTS_ON]
    off_s = min(off) if off else None
    on_s = max(on) if on else None
    findings = []
    if len(off) > 1 or len(on) > 1:
        message = f"Lights went off {len(off)} times and on {len(on)} times; the time between the first off and the last on was taken."
        findings.append(_note("lights-repeated", message))
    if off_s is not None and on_s is not None and on_s <= off_s:
        findings.append(
            _warning(
                "lights-order",
                f"Lights on at {on_s:g} s is not after lights off at {off_s:g} s; neither was used.",
            )
        )
        return None, None, findings
    return off_s, on_s, findings


def _overlapping(rows: Sequence[Event]) -> int:
    """Count movements that begin before the end of an earlier one on the same leg."""
    ends: dict[str, float] = {}
    count = 0
    for row in rows:
        count += row.onset_s < ends.get(row.side, -np.inf)
        ends[row.side] = max(ends.get(row.side, -np.inf), row.onset_s + row.duration_s)
    return count


def _note(code: str, message: str, subject: str = "") -> Finding:
    return Finding(code=code, severity=Severity.NOTE, message=message, subject=subject)


def _warning(code: str, message: str, subject: str = "") -> Finding:
    return replace(_note(code, message, subject), severity=Severity.WARNING)
