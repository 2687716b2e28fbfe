"""Marks as written become annotations.

Texts understood, stages apart from events, everything unknown counted.
"""

import datetime as dt
import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ekbom.model.errors import InputError
from ekbom.model.events import AROUSAL_KINDS, MOVEMENT_KINDS, RESPIRATORY_KINDS, Event, EventKind
from ekbom.model.finding import Finding, Severity
from ekbom.model.movements import Side
from ekbom.readers.files.text import shown
from ekbom.readers.scorings.meanings import Meaning, meaning_of
from ekbom.readers.scorings.records import Annotations, Mark
from ekbom.readers.scorings.stages import StagedMark, build_hypnogram

SCORED_GROUPS = {
    "arousals": AROUSAL_KINDS,
    "breathing": RESPIRATORY_KINDS,
    "movements": MOVEMENT_KINDS,
}
"""Kinds of scoring and the events that are evidence of them.

``stages`` is evidenced by a hypnogram.
"""

SERIES_MEMBERS = 3
"""A mark named PLM that encloses the onsets of at least so many movements is a series, whatever the program means by PLM."""

NAMED_TEXTS = 5
LONGEST_TIME_S = 1e7


def annotations_of(
    marks: Iterable[Mark],
    *,
    name: str,
    format_name: str,
    dialect: str = "",
    start: dt.datetime | None = None,
    start_has_date: bool = True,
    epoch_s: float | None = None,
    scorer: str = "",
    findings: Sequence[Finding] = (),
) -> Annotations:
    """Understand the marks of one file.

    Parameters
    ----------
    marks
        Marks in any order, times in s from `start`.
    name, format_name
        File name without folder, and the name of its format.
    dialect
        Which program's words come first in the table of texts.
    start
        Naive local time of time zero, None if times count from the start of the recording.
    start_has_date
        False where only the clock time of `start` is known.
    epoch_s
        Scoring epoch in s where the file declares it.
    scorer
        Who scored, where the file says so by a role, never a person's name.
    findings
        What the format's reader noticed before.

    Returns
    -------
    Annotations
        Events sorted by onset. Texts without a meaning in the table stay as `EventKind.OTHER`,
        counted in a finding.

    Raises
    ------
    InputError
        A time that is not finite, a negative duration, or two different stages at one time.
    """
    staged: list[StagedMark] = []
    events: list[Event] = []
    unknown: Counter[str] = Counter()
    for mark in marks:
        _check_times(mark, name)
        meaning = _meaning(mark, dialect)
        if meaning.stage is not None:
            staged.append(_staged(mark, meaning))
            continue
        if not meaning.known:
            unknown[mark.text] += 1
        events.extend(_events(mark, meaning, scorer))
    built = build_hypnogram(staged, name=name, epoch_s=epoch_s)
    unique, repeated = _without_repetitions(events)
    told, series = _series_told_apart(unique)
    return Annotations(
        name=name,
        format=format_name,
        start=start,
        start_has_date=start_has_date,
        hypnogram=built.hypnogram,
        events=tuple(told),
        scored=scored_by(told) | ({"stages"} if built.hypnogram is not None else set()),
        findings=(
            *findings,
            *built.findings,
            *_event_findings(name, unknown, repeated, series, told),
        ),
    )


def scored_by(events: Iterable[Event]) -> frozenset[str]:
    """Name the kinds of scoring that events are evidence of."""
    kinds = {event.kind for event in events}
    return frozenset(group for group, members in SCORED_GROUPS.items() if kinds & set(members))


def _check_times(mark: Mark, name: str) -> None:
    if not math.isfinite(mark.onset_s) or abs(mark.onset_s) > LONGEST_TIME_S:
        raise InputError(
            f"{name}: {mark.place} begins at {mark.onset_s} s, which is no time of a night; correct the file."
        )
    if mark.duration_s is not None and not 0 <= mark.duration_s <= LONGEST_TIME_S:
        raise InputError(
            f"{name}: {mark.place} lasts {mark.duration_s:g} s, which no event can; correct the file."
        )


def _meaning(mark: Mark, dialect: str) -> Meaning:
    """Understand a mark; where the file says it is a stage, single letters count and anything else is refused to be guessed."""
    if mark.is_stage:
        stage = meaning_of(mark.text, dialect="stage")
        if stage.stage is not None:
            return stage
    return meaning_of(mark.text, dialect=dialect, channel=mark.channel)


def _staged(mark: Mark, meaning: Meaning) -> StagedMark:
    if meaning.stage is None:
        raise ValueError(f"{mark.text!r} is no stage")
    duration_ms = None if mark.duration_s is None else round(mark.duration_s * 1000)
    return StagedMark(
        onset_ms=round(mark.onset_s * 1000),
        duration_ms=duration_ms,
        stage=meaning.stage,
        place=mark.place,
    )


def _events(mark: Mark, meaning: Meaning, scorer: str) -> list[Event]:
    duration_s = mark.duration_s or 0.0
    return [
        Event(
            onset_s=mark.onset_s,
            duration_s=duration_s,
            kind=kind,
            label=mark.text,
            side=(meaning.side if kind in MOVEMENT_KINDS else Side.UNKNOWN).value,
            channel=meaning.channel,
            scorer=scorer,
        )
        for kind in meaning.kinds
    ]


def _without_repetitions(events: Sequence[Event]) -> tuple[list[Event], int]:
    """Sort by onset and drop exact repetitions of a mark."""
    unique = {
        (round(e.onset_s * 1000), round(e.duration_s * 1000), e.kind, e.label, e.channel, e.side): e
        for e in events
    }
    ordered = sorted(
        unique.values(), key=lambda e: (e.onset_s, e.duration_s, e.kind, e.side, e.label)
    )
    return ordered, len(events) - len(unique)


def _series_told_apart(events: Sequence[Event]) -> tuple[list[Event], int]:
    """Tell a PLM mark that encloses other movement marks from a PLM mark that is one movement."""
    movements = [event for event in events if event.kind in (EventKind.LM, EventKind.PLM)]
    onsets = [event.onset_s for event in movements]
    told: list[Event] = []
    for event in events:
        if event.kind is EventKind.PLM:
            inside = movements[
                bisect_left(onsets, event.onset_s) : bisect_left(
                    onsets, event.onset_s + event.duration_s
                )
            ]
            told.append(
                replace(event, kind=EventKind.PLM_SERIES)
                if _members(event, inside) >= SERIES_MEMBERS
                else event
            )
        else:
            told.append(event)
    return told, sum(a.kind is not b.kind for a, b in zip(events, told, strict=True))


def _members(mark: Event, inside: Sequence[Event]) -> int:
    """Count the onsets of shorter movements inside a mark, on its own leg where it has one."""
    same_leg = [other for other in inside if mark.side in (other.side, Side.UNKNOWN)]
    return len({other.onset_s for other in same_leg if other.duration_s < mark.duration_s})


def _event_findings(
    name: str, unknown: Counter[str], repeated: int, series: int, events: Sequence[Event]
) -> list[Finding]:
    """Say what was not understood, dropped or told apart."""
    found: list[Finding] = []
    if unknown:
        found.append(_unknown_finding(name, unknown))
    if repeated:
        message = (
            f"{repeated} events stand twice with the same time and text; one of each was kept."
        )
        found.append(
            Finding(code="event-repeated", severity=Severity.WARNING, message=message, subject=name)
        )
    if series:
        message = f"{series} marks named PLM enclose other movement marks and were read as whole series, not as movements."
        found.append(
            Finding(code="plm-means-series", severity=Severity.NOTE, message=message, subject=name)
        )
    bare = sum(
        event.kind in (EventKind.LM, EventKind.PLM) and event.duration_s == 0 for event in events
    )
    if bare:
        message = f"{bare} leg movements have no duration; no duration rule can be applied to them."
        found.append(
            Finding(
                code="movement-without-duration",
                severity=Severity.WARNING,
                message=message,
                subject=name,
            )
        )
    return found


def _unknown_finding(name: str, unknown: Counter[str]) -> Finding:
    """Count texts without a meaning.

    Only those that occur more than once are quoted, as free notes may name a person.
    """
    quoted = [
        f"{shown(text)} ({count})" for text, count in unknown.most_common(NAMED_TEXTS) if count > 1
    ]
    listed = f": {', '.join(quoted)}" if quoted else ""
    message = f"{unknown.total()} marks have one of {len(unknown)} texts without a known meaning and were kept as other events{listed}."
    return Finding(code="text-unknown", severity=Severity.NOTE, message=message, subject=name)
