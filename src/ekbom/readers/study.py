"""Hop 1: everything one night brings, read once and joined.

Recording, legs, hypnogram, events, marked movements.

The wings of this room and what each may use: `files` (bytes, text, XML, clock) and `channels`
(labels, choice, units, checks) use nothing beside them; `edf` uses both; `scorings` (from marks to
stages and events) uses `files` and the labels of `channels`; `formats` use `files`, `scorings` and
`edf`; `anonymous` uses all but `formats`. `legs`, `join` and this module stand above them.
"""

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, NamedTuple, NoReturn

from ekbom.criteria.input_limits import EventLimits, PhysicalLimits
from ekbom.model.errors import InputError, UsageError
from ekbom.model.events import Event, Hypnogram
from ekbom.model.finding import Finding, Severity
from ekbom.model.movements import LegMovements
from ekbom.model.recording import LegChoice, LegSignal, Recording
from ekbom.readers.edf.edf_file import EdfFile, open_edf
from ekbom.readers.formats.edf_annotations import annotations_in
from ekbom.readers.formats.registry import read_annotations
from ekbom.readers.join import Scoring, join_scorings, marked_movements
from ekbom.readers.legs import choose_and_read, read_ecg, read_legs
from ekbom.readers.scorings.align import (
    Axis,
    Judgement,
    align,
    fit,
    judged,
    place,
    uncovered,
)
from ekbom.readers.scorings.records import Annotations

MARKS_ONLY = "marks"
"""`Recording.format` of a night that came in by its marks alone."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Study:
    """What one night brings (hop 1).

    Recording, legs, hypnogram, events, or movements a person marked.

    `scored` names what was scored by somebody, as values of `ScoredKind`. A kind that is not named
    there was never looked for, which is not the same as none in it.
    """

    recording: Recording
    choice: LegChoice
    legs: tuple[LegSignal, ...]
    ecg: LegSignal | None
    hypnogram: Hypnogram | None
    events: tuple[Event, ...]
    marked_movements: LegMovements | None
    lights_off_s: float | None
    lights_on_s: float | None
    scored: frozenset[str]
    findings: tuple[Finding, ...] = ()


class _Marked(NamedTuple):
    """Movements a person marked, None where they are to be taken from the EMG."""

    movements: LegMovements | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Given:
    """What was given beside a recording: files of annotations, one of marked movements."""

    files: tuple[Annotations, ...]
    marked: Annotations | None
    declared: Collection[str]
    judgement: Judgement

    @property
    def parts(self) -> tuple[Annotations, ...]:
        """Every file that was read."""
        return self.files if self.marked is None else (*self.files, self.marked)

    def placed(self, axis: Axis) -> "_Given":
        """Bring every file onto the axis of the recording."""
        parts = tuple(place(file, axis, self.judgement) for file in self.parts)
        return self.with_parts(parts)

    def with_parts(self, parts: tuple[Annotations, ...]) -> "_Given":
        """Put other annotations in the place of those of every file, in their order."""
        marked = None if self.marked is None else parts[-1]
        return replace(self, files=parts[: len(self.files)], marked=marked)


def open_study(
    recording: str | Path | BinaryIO | None,
    *,
    annotations: str | Path | Sequence[str | Path] = (),
    movements: str | Path | None = None,
    left: str | None = None,
    right: str | None = None,
    scored: str | Collection[str] | None = None,
    limits: PhysicalLimits | None = None,
    unit: str | None = None,
    event_limits: EventLimits | None = None,
    ignore_dates: bool = False,
) -> Study:
    """Open one night.

    Parameters
    ----------
    recording
        EDF, EDF+ or BDF file, or a binary file object; None for a night that is only marked (the
        side door).
    annotations
        One file or several with hypnogram and events, in any registered format. What they bring
        replaces what the recording itself carries.
    movements
        A file of leg movements a person marked: ``onset_s, duration_s, side``, or any registered
        format with leg movements.
    left, right
        Labels of the leg channels where they should not be chosen from the labels.
    scored
        Kinds of scoring declared as done even where no event was marked: ``arousals``,
        ``breathing``, ``movements``.
    limits
        What a leg must physically be before a microvolt rule may judge it; needed with a recording.
    unit
        Unit of the leg channels where the header's is wrong, such as ``mV``.
    event_limits
        How long an event can last and what makes a scoring one of another night; without them
        every scoring is taken as it is.
    ignore_dates
        Take a scoring of another date by its clock times.

    Returns
    -------
    Study
        Times in s from recording start; without a recording from the start of the first file that
        names one. `marked_movements` is None where the movements are to be found in the EMG.

    Raises
    ------
    InputError
        A file is missing, damaged, in no known format, contradicts itself or belongs to another
        night.
    UsageError
        An unknown kind of scoring, or neither a recording nor any marks.

    Examples
    --------
    >>> from ekbom import open_study
    >>> from ekbom.rules.load_detection import load_physical_limits
    >>> study = open_study("night.edf", limits=load_physical_limits())
    >>> [leg.side for leg in study.legs]
    ['left', 'right']
    """
    beside = _paths(annotations)
    marks = _paths(movements or ())
    given = _Given(
        files=tuple(map(read_annotations, beside)),
        marked=read_annotations(marks[0]) if marks else None,
        declared=[scored] if isinstance(scored, str) else scored or (),
        judgement=Judgement(limits=event_limits, ignore_dates=ignore_dates),
    )
    if recording is None:
        return _marked_night(given, [*beside, *marks])
    if limits is None:
        raise UsageError(
            "A recording needs physical limits of its leg channels; take them from a rule set."
        )
    source = Path(recording) if isinstance(recording, str) else recording
    edf, choice = choose_and_read(
        open_edf(source),
        left=left,
        right=right,
    )
    legs = read_legs(
        edf,
        choice,
        limits=limits,
        unit=unit,
    )
    return _recorded_night(
        edf,
        choice,
        legs,
        given,
    )


def _paths(files: str | Path | Sequence[str | Path]) -> tuple[Path, ...]:
    """Take one file or several, as text or as paths."""
    if isinstance(files, str | Path):
        return (Path(files),)
    return tuple(map(Path, files))


def _recorded_night(
    edf: EdfFile,
    choice: LegChoice,
    legs: tuple[LegSignal, ...],
    given: _Given,
) -> Study:
    """Join a recording with what was given beside it."""
    recording = edf.recording
    axis = Axis(start=recording.start, duration_s=recording.duration_s)
    placed = given.placed(axis)
    staged = any(file.hypnogram is not None for file in given.files)
    own = fit(
        judged(
            annotations_in(edf, stages_wanted=not staged),
            axis,
            given.judgement,
        ),
        duration_s=recording.duration_s,
    )
    scoring = join_scorings(own, placed.files, declared=given.declared)
    marked = _marked(placed.marked, scoring, needed=not legs)
    study = _study(
        recording,
        scoring,
        marked,
        choice.findings,
    )
    return replace(
        study,
        choice=choice,
        legs=legs,
        ecg=read_ecg(edf, choice),
    )


def _study(
    recording: Recording,
    scoring: Scoring,
    marked: _Marked,
    noticed: Iterable[Finding],
) -> Study:
    """Put a night together; its legs are not yet in it."""
    unstaged = uncovered(scoring.hypnogram, duration_s=recording.duration_s)
    findings = (*noticed, *scoring.findings, *unstaged, *marked.findings)
    return Study(
        recording=recording,
        choice=LegChoice(),
        legs=(),
        ecg=None,
        marked_movements=marked.movements,
        **(vars(scoring) | {"findings": findings}),
    )


def _marked_night(given: _Given, paths: Sequence[Path]) -> Study:
    """Open a night without a recording: marked movements and annotations only."""
    if not given.parts:
        raise UsageError(
            "There is nothing to score; give a recording, or marked movements with annotations."
        )
    origin = _origin(given.parts)
    start = origin.start if origin else None
    placed = _from_zero(given, start)
    scoring = join_scorings(None, placed.files, declared=given.declared)
    marked = _marked(placed.marked, scoring, needed=True)
    if marked.movements is None:
        _refuse_unmarked(paths)
    recording = Recording(
        name=(given.marked or given.parts[0]).name,
        format=MARKS_ONLY,
        start=start,
        duration_s=_end_s(scoring, marked.movements),
        channels=(),
        sha256=_digest(paths),
    )
    noticed = _origin_findings(origin, given.parts) if origin else ()
    study = _study(recording, scoring, marked, noticed)
    return replace(study, scored=study.scored | {"movements"})


def _refuse_unmarked(paths: Sequence[Path]) -> NoReturn:
    names = ", ".join(path.name for path in paths)
    raise InputError(
        f"{names}: no leg movement is marked; give marked movements, "
        "or declare movements as scored if there are none."
    )


def _from_zero(given: _Given, start: dt.datetime | None) -> _Given:
    """Align the files and leave out what lies before time zero.

    Without a recording nothing bounds the other end.
    """
    axis = Axis(start=start, duration_s=0.0)
    aligned = [
        align(judged(part, axis, given.judgement), start=start)
        for part in given.parts
    ]
    end_s = max((_last_s(part) for part in aligned), default=0.0)
    return given.with_parts(
        tuple(fit(part, duration_s=end_s) for part in aligned)
    )


def _last_s(part: Annotations | Scoring) -> float:
    """Tell when the last stage or event ends, s; 0 without any."""
    ends_s = [event.onset_s + event.duration_s for event in part.events]
    if part.hypnogram is not None:
        ends_s.append(
            float(part.hypnogram.onset_s[-1] + part.hypnogram.duration_s[-1])
        )
    return max(ends_s, default=0.0)


def _origin(parts: Sequence[Annotations]) -> Annotations | None:
    """Take the first file that names its start with the date, else the first that names it."""
    absolute = [part for part in parts if part.start is not None]
    dated = [part for part in absolute if part.start_has_date]
    return next(iter(dated or absolute), None)


def _origin_findings(
    origin: Annotations, parts: Sequence[Annotations]
) -> Iterator[Finding]:
    """Say which file gave time zero, and which files count from it without naming a start."""
    clock = {"clock": f"{origin.start:%H:%M:%S}"}
    if origin.start_has_date:
        yield Finding("time-zero-assumed", Severity.NOTE, origin.name, clock)
    else:
        yield Finding("time-zero-undated", Severity.NOTE, origin.name, clock)
    relative = tuple(part.name for part in parts if part.start is None)
    if relative:
        yield Finding(
            "times-counted-along",
            Severity.NOTE,
            origin.name,
            {"names": relative},
        )


def _marked(
    marked: Annotations | None, scoring: Scoring, *, needed: bool
) -> _Marked:
    """Take the movements a person marked.

    Those of the movement file, else those of the events where no leg was recorded.
    """
    if marked is None:
        if needed and "movements" in scoring.scored:
            return _Marked(
                *marked_movements(scoring.events, name="annotations")
            )
        return _Marked()
    if "movements" not in marked.scored:
        raise InputError(
            f"{marked.name}: no leg movement is marked in this file; "
            "give a file with leg movements."
        )
    movements, findings = marked_movements(marked.events, name=marked.name)
    return _Marked(movements, (*marked.findings, *findings))


def _end_s(scoring: Scoring, movements: LegMovements) -> float:
    """Tell the end of the last stage, event or movement, in s."""
    ends_s = movements.onset_s + movements.duration_s
    return float(max(_last_s(scoring), *ends_s.tolist(), 0.0))


def _digest(paths: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()
