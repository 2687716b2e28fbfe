"""Marks as written become annotations.

Texts understood, stages apart from events, everything unknown counted.
"""

import datetime as dt
import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ekbom.model.errors import InputError
from ekbom.model.events import (
    AROUSAL_KINDS,
    RESPIRATORY_KINDS,
    Event,
    EventKind,
    Stage,
)
from ekbom.model.finding import Finding, Severity, Values
from ekbom.model.movements import Side
from ekbom.readers.files.text import shown
from ekbom.readers.scorings.meanings import (
    MOVEMENT_KINDS,
    Meaning,
    meaning_of,
    plain,
    vocabulary,
)
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

SINGLE_MOVEMENTS = (EventKind.LM, EventKind.PLM)
SERIES_MEMBERS = 3
"""A mark named PLM that encloses the onsets of at least so many movements is a series.

Whatever the program means by PLM.
"""

LEG_EMG = re.compile(r"^(left|right)leg(phasic|tonic|any|artifact)$")
"""Marks of EMG activity on a leg and of its artefacts, after the rules of REM sleep behaviour."""

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
    understood = [
        (mark, _meaning(mark, dialect))
        for mark in marks
        if _checked(mark, name)
    ]
    staged = [
        _staged(mark, said.stage) for mark, said in understood if said.stage
    ]
    built = build_hypnogram(staged, name=name, epoch_s=epoch_s)
    events = [event for pair in understood for event in _events(*pair)]
    unique = _without_repetitions(events)
    told = series_told_apart(unique)
    unknown = Counter(mark.text for mark, said in understood if not said.known)
    stages = {"stages"} if built.hypnogram is not None else set()
    return Annotations(
        name=name,
        format=format_name,
        start=start,
        start_has_date=start_has_date,
        hypnogram=built.hypnogram,
        events=tuple(told),
        scored=scored_by(told) | stages,
        findings=(
            *findings,
            *built.findings,
            *unknown_texts(name, unknown),
            *_unused_marks(name, understood),
            *_doubtful_events(name, events, unique, told),
        ),
    )


def scored_by(events: Iterable[Event]) -> frozenset[str]:
    """Name the kinds of scoring that events are evidence of."""
    kinds = {event.kind for event in events}
    return frozenset(
        group
        for group, members in SCORED_GROUPS.items()
        if kinds & set(members)
    )


def _checked(mark: Mark, name: str) -> bool:
    """Refuse a time that no night has; true for any other."""
    if not math.isfinite(mark.onset_s) or abs(mark.onset_s) > LONGEST_TIME_S:
        raise InputError(
            f"{name}: {mark.place} begins at {mark.onset_s} s, which is no time of a night; "
            "if the times are milliseconds, name the columns onset_ms and duration_ms, "
            "else correct the file."
        )
    if (
        mark.duration_s is not None
        and not 0 <= mark.duration_s <= LONGEST_TIME_S
    ):
        raise InputError(
            f"{name}: {mark.place} lasts {mark.duration_s:g} s, which no event can; "
            "if the times are milliseconds, name the columns onset_ms and duration_ms, "
            "else correct the file."
        )
    return True


def _meaning(mark: Mark, dialect: str) -> Meaning:
    """Understand a mark; single letters are stages only where the file says it is a stage."""
    if mark.is_stage:
        stage = meaning_of(mark.text, dialect="stage")
        if stage.stage is not None:
            return stage
    return meaning_of(mark.text, dialect=dialect, channel=mark.channel)


def _staged(mark: Mark, stage: Stage) -> StagedMark:
    return StagedMark(
        onset_ms=round(mark.onset_s * 1000),
        duration_ms=None
        if mark.duration_s is None
        else round(mark.duration_s * 1000),
        stage=stage,
        place=mark.place,
    )


def _events(mark: Mark, meaning: Meaning) -> list[Event]:
    return [
        Event(
            onset_s=mark.onset_s,
            duration_s=mark.duration_s or 0.0,
            kind=kind,
            label=mark.text,
            side=(
                meaning.side if kind in MOVEMENT_KINDS else Side.UNKNOWN
            ).value,
            channel=meaning.channel,
        )
        for kind in meaning.kinds
    ]


def event_order(event: Event) -> tuple[float, float, str, str, str]:
    """Sort events by onset, then length, kind, side and label."""
    return (
        event.onset_s,
        event.duration_s,
        event.kind,
        event.side,
        event.label,
    )


def _without_repetitions(events: Iterable[Event]) -> list[Event]:
    """Sort by onset and drop exact repetitions of a mark."""
    unique = {}
    for event in events:
        times_ms = round(event.onset_s * 1000), round(event.duration_s * 1000)
        unique[
            *times_ms, event.kind, event.label, event.channel, event.side
        ] = event
    return sorted(unique.values(), key=event_order)


def series_told_apart(events: Sequence[Event]) -> list[Event]:
    """Tell a PLM mark that encloses other movement marks from a PLM mark that is one movement."""
    movements = [event for event in events if event.kind in SINGLE_MOVEMENTS]
    onsets = [event.onset_s for event in movements]

    def holds_a_series(mark: Event) -> bool:
        first = bisect_left(onsets, mark.onset_s)
        last = bisect_left(onsets, mark.onset_s + mark.duration_s)
        return _members(mark, movements[first:last]) >= SERIES_MEMBERS

    return [
        replace(event, kind=EventKind.PLM_SERIES)
        if event.kind is EventKind.PLM and holds_a_series(event)
        else event
        for event in events
    ]


def _members(mark: Event, inside: Iterable[Event]) -> int:
    """Count the onsets of shorter movements inside a mark, on its own leg where it has one."""
    same_leg = [
        other for other in inside if mark.side in (other.side, Side.UNKNOWN)
    ]
    return len(
        {
            other.onset_s
            for other in same_leg
            if other.duration_s < mark.duration_s
        }
    )


def unknown_texts(name: str, unknown: Counter[str]) -> Iterator[Finding]:
    """Count texts without a meaning.

    Only those that occur more than once are quoted, as free notes may name a person.
    """
    if unknown:
        counts = {"count": unknown.total(), "texts": len(unknown)}
        yield Finding("text-unknown", Severity.NOTE, name, counts)
    common = unknown.most_common(NAMED_TEXTS)
    quoted = tuple(
        f"{shown(text)} ({count})" for text, count in common if count > 1
    )
    if quoted:
        yield Finding(
            "text-unknown-repeated", Severity.NOTE, name, {"quoted": quoted}
        )


def _unused_marks(
    name: str, understood: Iterable[tuple[Mark, Meaning]]
) -> Iterator[Finding]:
    """Name the marks with a length that are understood but from which nothing is counted.

    Marks of EMG on a leg are told apart: they could be taken for leg movements. Only texts of the
    table are quoted, so none is a free note.
    """
    known = {text for _, text in vocabulary()}
    texts = [
        mark.text if plain(mark.text) in known else said.kinds[0].value
        for mark, said in understood
        if said.known
        and set(said.kinds) & {EventKind.OTHER, EventKind.ARTEFACT}
        and mark.duration_s
    ]
    on_legs = Counter(text for text in texts if LEG_EMG.search(plain(text)))
    others = Counter(text for text in texts if text not in on_legs)
    if on_legs:
        values: Values = {"count": on_legs.total(), "quoted": _quoted(on_legs)}
        yield Finding("leg-emg-marks-unused", Severity.WARNING, name, values)
    if others:
        values = {"count": others.total(), "quoted": _quoted(others)}
        yield Finding("marks-unused", Severity.NOTE, name, values)


def _quoted(texts: Counter[str]) -> tuple[str, ...]:
    """Quote each text with its count, the commonest first."""
    return tuple(
        f"{shown(text)} ({count})" for text, count in texts.most_common()
    )


def _doubtful_events(
    name: str,
    events: Sequence[Event],
    unique: Sequence[Event],
    told: Sequence[Event],
) -> Iterator[Finding]:
    """Say which events were dropped or read as a series, and which have no duration."""
    if count := len(events) - len(unique):
        yield Finding(
            "event-repeated", Severity.WARNING, name, {"count": count}
        )
    if count := sum(
        a.kind is not b.kind for a, b in zip(unique, told, strict=True)
    ):
        yield Finding("plm-means-series", Severity.NOTE, name, {"count": count})
    if count := sum(
        event.kind in SINGLE_MOVEMENTS and not event.duration_s
        for event in told
    ):
        yield Finding(
            "movement-without-duration",
            Severity.WARNING,
            name,
            {"count": count},
        )
