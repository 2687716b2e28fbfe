"""Hop 1: everything one night brings, read once and joined.

Recording, legs, hypnogram, events, marked movements.
"""

import datetime as dt
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from ekbom.criteria.physical import PhysicalLimits
from ekbom.model.errors import InputError, UsageError
from ekbom.model.finding import Finding, Severity
from ekbom.model.movements import LegMovements
from ekbom.model.recording import LegChoice, Recording
from ekbom.model.result import Study
from ekbom.readers.edf.edf_file import open_edf
from ekbom.readers.formats.edf_annotations import annotations_in
from ekbom.readers.formats.registry import read_annotations
from ekbom.readers.join import Scoring, join_scorings, marked_movements
from ekbom.readers.legs import choose_and_read, read_ecg, read_legs
from ekbom.readers.scorings.align import align, fit_to_recording, require_same_night, uncovered
from ekbom.readers.scorings.records import Annotations

MARKS_ONLY = "marks"
"""`Recording.format` of a night that came in by its marks alone."""


def open_study(
    recording: Path | BinaryIO | None,
    *,
    annotations: Sequence[Path] = (),
    movements: Path | None = None,
    left: str | None = None,
    right: str | None = None,
    scored: Collection[str] | None = None,
    limits: PhysicalLimits | None = None,
    unit: str | None = None,
) -> Study:
    """Open one night.

    Parameters
    ----------
    recording
        EDF, EDF+ or BDF file, or a binary file object; None for a night that is only marked (the
        side door).
    annotations
        Files with hypnogram and events, in any registered format. What they bring replaces what the
        recording itself carries.
    movements
        A file of leg movements a person marked: ``onset_s, duration_s, side``, or any registered
        format with leg movements.
    left, right
        Labels of the leg channels where they should not be chosen from the labels.
    scored
        Kinds of scoring declared as done even where no event was found: ``arousals``,
        ``breathing``, ``movements``.
    limits
        What a leg must physically be before a microvolt rule may judge it; needed with a recording.
    unit
        Unit of the leg channels where the header's is wrong, such as ``mV``.

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
    """
    files = [read_annotations(path) for path in annotations]
    marked = read_annotations(movements) if movements is not None else None
    if recording is None:
        return _marked_night(
            files,
            marked,
            [*annotations, *([movements] if movements else [])],
            declared=scored or (),
        )
    if limits is None:
        raise UsageError(
            "A recording needs physical limits of its leg channels; take them from a rule set."
        )
    edf, choice = choose_and_read(open_edf(recording), left=left, right=right)
    legs = read_legs(edf, choice, limits=limits, unit=unit)
    duration_s = edf.recording.duration_s
    staged = any(file.hypnogram is not None for file in files)
    own = fit_to_recording(annotations_in(edf, stages_wanted=not staged), duration_s=duration_s)
    scoring = join_scorings(
        own, [_placed(file, edf.recording) for file in files], declared=scored or ()
    )
    placed = _placed(marked, edf.recording) if marked is not None else None
    taken, findings = _movements(placed, scoring, needed=not legs)
    return Study(
        recording=edf.recording,
        choice=choice,
        legs=legs,
        ecg=read_ecg(edf, choice),
        hypnogram=scoring.hypnogram,
        events=scoring.events,
        marked_movements=taken,
        lights_off_s=scoring.lights_off_s,
        lights_on_s=scoring.lights_on_s,
        scored=scoring.scored,
        findings=(
            *choice.findings,
            *scoring.findings,
            *uncovered(scoring.hypnogram, duration_s=duration_s),
            *findings,
        ),
    )


def _placed(file: Annotations, recording: Recording) -> Annotations:
    """Bring a file onto the axis of the recording and cut it to the recording's length."""
    if recording.start is None and file.start is not None:
        message = f"The recording has no start time; the times of {file.name} were counted from its own start."
        file = replace(file, findings=(*file.findings, _own_start(message, file.name)))
    aligned = align(file, start=recording.start)
    require_same_night(aligned, duration_s=recording.duration_s)
    return fit_to_recording(aligned, duration_s=recording.duration_s)


def _marked_night(
    files: Sequence[Annotations],
    marked: Annotations | None,
    paths: Sequence[Path],
    *,
    declared: Collection[str],
) -> Study:
    """Open a night without a recording: marked movements and annotations only."""
    parts = [*files, *([marked] if marked is not None else [])]
    if not parts:
        raise UsageError(
            "There is nothing to score; give a recording, or marked movements with annotations."
        )
    start, findings = _common_start(parts)
    aligned = _from_zero([align(part, start=start) for part in parts])
    scoring = join_scorings(None, aligned[: len(files)], declared=declared)
    taken, movement_findings = _movements(
        aligned[-1] if marked is not None else None, scoring, needed=True
    )
    if taken is None:
        names = ", ".join(path.name for path in paths)
        raise InputError(
            f"{names}: no leg movement is marked; give marked movements, or declare movements as scored if there are none."
        )
    duration_s = _end_s(scoring, taken)
    recording = Recording(
        name=(marked or parts[0]).name,
        format=MARKS_ONLY,
        start=start,
        duration_s=duration_s,
        channels=(),
        sha256=_digest(paths),
    )
    return Study(
        recording=recording,
        choice=LegChoice(),
        legs=(),
        ecg=None,
        hypnogram=scoring.hypnogram,
        events=scoring.events,
        marked_movements=taken,
        lights_off_s=scoring.lights_off_s,
        lights_on_s=scoring.lights_on_s,
        scored=scoring.scored | {"movements"},
        findings=(
            *findings,
            *scoring.findings,
            *uncovered(scoring.hypnogram, duration_s=duration_s),
            *movement_findings,
        ),
    )


def _from_zero(parts: Sequence[Annotations]) -> list[Annotations]:
    """Leave out what lies before time zero, and say so.

    Without a recording nothing bounds the other end.
    """
    events_s = [event.onset_s + event.duration_s for part in parts for event in part.events]
    stages_s = [
        float(part.hypnogram.onset_s[-1] + part.hypnogram.duration_s[-1])
        for part in parts
        if part.hypnogram is not None
    ]
    end_s = max([*events_s, *stages_s], default=0.0)
    return [fit_to_recording(part, duration_s=end_s) for part in parts]


def _common_start(parts: Sequence[Annotations]) -> tuple[dt.datetime | None, list[Finding]]:
    """Take the start of the first file that names one with its date as time zero, and say so."""
    absolute = [part for part in parts if part.start is not None]
    dated = [part for part in absolute if part.start_has_date]
    first = (dated or absolute)[0] if absolute else None
    if first is None or first.start is None:
        return None, []
    relative = [part.name for part in parts if part.start is None]
    undated = "" if first.start_has_date else " Its date is not known."
    also = f" The times of {', '.join(relative)} were counted from there too." if relative else ""
    return first.start, [
        _own_start(
            f"There is no recording; time zero is {first.start:%H:%M:%S}, the start of {first.name}.{undated}{also}",
            first.name,
        )
    ]


def _own_start(message: str, name: str) -> Finding:
    return Finding(code="time-zero-assumed", severity=Severity.NOTE, message=message, subject=name)


def _movements(
    marked: Annotations | None, scoring: Scoring, *, needed: bool
) -> tuple[LegMovements | None, tuple[Finding, ...]]:
    """Take the movements a person marked.

    Those of the movement file, else those of the events where no leg was recorded.
    """
    if marked is not None:
        if "movements" not in marked.scored:
            raise InputError(
                f"{marked.name}: no leg movement is marked in this file; give a file with leg movements."
            )
        movements, findings = marked_movements(marked.events, name=marked.name)
        return movements, (*marked.findings, *findings)
    if not needed or "movements" not in scoring.scored:
        return None, ()
    return marked_movements(scoring.events, name="annotations")


def _end_s(scoring: Scoring, movements: LegMovements) -> float:
    """Find the end of the last stage, event or movement, in s."""
    ends_s = [event.onset_s + event.duration_s for event in scoring.events]
    ends_s += list(movements.onset_s + movements.duration_s)
    if scoring.hypnogram is not None:
        ends_s.append(float(scoring.hypnogram.onset_s[-1] + scoring.hypnogram.duration_s[-1]))
    return float(max(ends_s, default=0.0))


def _digest(paths: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()
