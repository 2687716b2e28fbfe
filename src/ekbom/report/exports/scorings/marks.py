"""A scoring as it is written for other programs: stages, and marks with kind, side and series."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from ekbom.model.events import (
    AROUSAL_KINDS,
    RESPIRATORY_KINDS,
    Event,
    EventKind,
    Hypnogram,
    Stage,
)
from ekbom.model.movements import LegMovements, ScoredMovements, Side
from ekbom.model.result import ScoredKind, StudyResult
from ekbom.report.exports.movement_columns import leg_rows
from ekbom.report.numbers import main_rule_set

MOVEMENT_KINDS = (EventKind.LM, EventKind.PLM, EventKind.PLM_SERIES)
INTERRUPTED = "interrupted"
"""A movement that a gap or the end of the recording cut: its length is not known."""
RHYTHMIC = "rhythmic"
"""A movement in a train of them, which no standard counts as a candidate."""
EVIDENCE = {
    ScoredKind.AROUSALS: AROUSAL_KINDS,
    ScoredKind.BREATHING: RESPIRATORY_KINDS,
    ScoredKind.MOVEMENTS: MOVEMENT_KINDS,
}
"""Kinds of scoring, and the marks that show that it was done."""


@dataclass(frozen=True, kw_only=True)
class WrittenMark:
    """One mark: [onset_s, onset_s + duration_s) in seconds from the start of the recording.

    `series_id` is 0 outside every series, `rule` names what kept a movement from being a candidate.
    """

    onset_s: float
    duration_s: float  #: 0 where the source gives none
    kind: EventKind
    side: str = Side.UNKNOWN.value
    label: str = ""  #: the text of the source
    channel: str = ""
    series_id: int = 0
    qualities: tuple[str, ...] = ()  #: of `INTERRUPTED` and `RHYTHMIC`
    rule: str = ""

    @property
    def name(self) -> str:
        """Name kind, qualities and leg in one word, such as ``plm_left``."""
        return "_".join([*self.qualities, self.kind.value, *self.legs])

    @property
    def legs(self) -> tuple[str, ...]:
        """Give the side of a movement, nothing where it has none."""
        sided = self.kind in MOVEMENT_KINDS and self.side != Side.UNKNOWN.value
        return (self.side,) if sided else ()


@dataclass(frozen=True, kw_only=True)
class StageRow:
    """One interval of the hypnogram, s."""

    onset_s: float
    duration_s: float
    stage: Stage


@dataclass(frozen=True, eq=False, kw_only=True)
class NightMarks:
    """What is to be written of one night, and what no format of marks has a place for.

    Attributes
    ----------
    name
        The file or folder it comes from.
    start
        Naive local time of time zero, None where nobody knows; `start_has_date` is False where
        only the time of day is known.
    duration_s
        Length of the recording, None where the source does not say.
    hypnogram, marks
        Stages, and marks sorted by onset.
    scored
        Kinds of scoring that were done.
    n_signals
        Signals of the source.
    lost_s
        Time in which the legs could not be judged, and gaps.
    legs
        Legs that were recorded, empty where the source does not say.
    rule_sets
        Rule sets of a result, the first is the one written.
    measured
        Whether the source has amplitudes, confidence and reasons of the movements.
    """

    name: str
    start: dt.datetime | None
    start_has_date: bool = True
    duration_s: float | None = None
    hypnogram: Hypnogram | None
    marks: tuple[WrittenMark, ...]
    scored: frozenset[str]
    n_signals: int = 0
    lost_s: float = 0.0
    legs: tuple[str, ...] = ()
    rule_sets: tuple[str, ...] = ()
    measured: bool = False

    @property
    def undone(self) -> tuple[str, ...]:
        """Kinds of scoring that were done although no mark shows it."""
        kinds = {mark.kind for mark in self.marks}
        return tuple(
            scored.value
            for scored, evidence in EVIDENCE.items()
            if scored.value in self.scored and not kinds & set(evidence)
        )

    def stages(self, *, by_epoch: bool = False) -> list[StageRow]:
        """List the intervals of the hypnogram, or its epochs one by one."""
        staged = self.hypnogram
        if staged is None:
            return []
        rows = [
            StageRow(onset_s=onset_s, duration_s=lasting_s, stage=Stage(stage))
            for onset_s, lasting_s, stage in zip(
                staged.onset_s.tolist(),
                staged.duration_s.tolist(),
                staged.stage.tolist(),
                strict=True,
            )
        ]
        if not by_epoch:
            return rows
        return [part for row in rows for part in _epochs(row, staged.epoch_s)]

    def end_s(self) -> float:
        """Tell the end of the recording, or else of the last stage or mark, s."""
        ends = [row.onset_s + row.duration_s for row in self.stages()]
        ends += [mark.onset_s + mark.duration_s for mark in self.marks]
        return max([*ends, self.duration_s or 0.0])


def _epochs(row: StageRow, epoch_s: float) -> Iterator[StageRow]:
    """Split an interval into its epochs; a rest stays at its end."""
    epoch_ms = max(1, round(epoch_s * 1000))
    begin_ms = round(row.onset_s * 1000)
    end_ms = round((row.onset_s + row.duration_s) * 1000)
    for from_ms in range(begin_ms, end_ms, epoch_ms):
        length_ms = min(epoch_ms, end_ms - from_ms)
        yield StageRow(
            onset_s=from_ms / 1000,
            duration_s=length_ms / 1000,
            stage=row.stage,
        )


def decimal_text(value: float) -> str:
    """Write a number so that reading it gives the same number, never with an exponent.

    Examples
    --------
    >>> decimal_text(30.0), decimal_text(0.1 + 0.2), decimal_text(1e-7)
    ('30', '0.30000000000000004', '0.0000001')
    """
    return plain_decimal(Decimal(repr(float(value))))


def plain_decimal(value: Decimal) -> str:
    """Write a decimal number without an exponent and without zeros at its end."""
    written = format(value, "f")
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def marks_of_events(events: Iterable[Event]) -> tuple[WrittenMark, ...]:
    """Take the events of a scoring as they are."""
    return _ordered(_mark(event) for event in events)


def marks_of_result(result: StudyResult) -> NightMarks:
    """Take hypnogram, events and the movements and series of the main rule set of a result."""
    others = [
        _mark(event)
        for event in result.events
        if event.kind not in MOVEMENT_KINDS
    ]
    score = result.scores[main_rule_set(result)]
    legs = leg_rows(result)
    return NightMarks(
        name=result.recording.name,
        start=result.recording.start,
        start_has_date=result.recording.date is not None,
        duration_s=result.recording.duration_s,
        hypnogram=result.hypnogram,
        marks=_ordered(
            [
                *others,
                *_movements(legs, score.movements),
                *_series(score.movements),
            ]
        ),
        scored=result.scored | {ScoredKind.MOVEMENTS.value},
        n_signals=len(result.recording.channels),
        lost_s=_lost_s(result),
        legs=result.period.legs,
        rule_sets=tuple(result.scores),
        measured=legs.evidence is not None,
    )


def _mark(event: Event) -> WrittenMark:
    return WrittenMark(
        onset_s=event.onset_s,
        duration_s=event.duration_s,
        kind=event.kind,
        side=event.side,
        label=event.label,
        channel=event.channel,
    )


def _ordered(marks: Iterable[WrittenMark]) -> tuple[WrittenMark, ...]:
    return tuple(
        sorted(marks, key=lambda mark: (mark.onset_s, mark.name, mark.label))
    )


def _movements(
    legs: LegMovements, rows: ScoredMovements
) -> Iterator[WrittenMark]:
    """Give every movement of a leg with what the movement it is part of counts as."""
    holder = {
        part: row for row, parts in enumerate(rows.parts) for part in parts
    }
    for part, onset_s in enumerate(legs.onset_s.tolist()):
        row = holder.get(part)
        plm = row is not None and bool(rows.plm[row])
        yield WrittenMark(
            onset_s=onset_s,
            duration_s=float(legs.duration_s[part]),
            kind=EventKind.PLM if plm else EventKind.LM,
            side=str(legs.side[part]),
            series_id=0 if row is None else int(rows.series_id[row]),
            qualities=_qualities(legs, part),
            rule="" if row is None else str(rows.nonclm_reason[row]),
        )


def _qualities(legs: LegMovements, part: int) -> tuple[str, ...]:
    cut = bool(legs.truncated[part])
    swings = legs.rhythmic is not None and bool(legs.rhythmic[part])
    return (INTERRUPTED,) * cut + (RHYTHMIC,) * swings


def _series(rows: ScoredMovements) -> Iterator[WrittenMark]:
    """Give every series, from the onset of its first movement to the end of its last."""
    for series_id in range(1, int(rows.series_id.max(initial=0)) + 1):
        members = np.flatnonzero(rows.series_id == series_id)
        if members.size:
            onset_s = float(rows.onset_s[members].min())
            ends_s = rows.onset_s[members] + rows.duration_s[members]
            yield WrittenMark(
                onset_s=onset_s,
                duration_s=float(ends_s.max()) - onset_s,
                kind=EventKind.PLM_SERIES,
                series_id=series_id,
            )


def _lost_s(result: StudyResult) -> float:
    """Add up the time that the score leaves out: of the leg that lost most, and gaps."""
    lost_s = [
        sum(stretch.duration_s for stretch in stretches)
        for stretches in result.period.unscorable.values()
    ]
    gaps_s = sum(gap.duration_s for gap in result.period.gaps)
    return max(lost_s, default=0.0) + gaps_s
