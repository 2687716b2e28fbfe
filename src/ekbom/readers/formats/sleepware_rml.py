"""Philips Sleepware G3 RML.

Stages as changes, events by type, legs by the EDF signal a movement was marked on.

Some movements name no signal (-1); their side is unknown. Events the program marked by itself are
counted in a finding.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element

from ekbom.model.errors import InputError
from ekbom.model.finding import Finding, Severity
from ekbom.readers.files.text import seconds, shown
from ekbom.readers.files.xml import (
    Entry,
    entries,
    has_root,
    read_root,
    seconds_of,
    text_of,
)
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.records import AnnotationFormat, Annotations, Mark

NAME = "sleepware-rml"
ROOT = "PatientStudy"
SESSION = "Acquisition/Sessions/Session"
EVENTS = "ScoringData/Events/Event"
STAGES = "ScoringData/StagingData/UserStaging/NeuroAdultAASMStaging/Stage"


def read(path: Path) -> Annotations:
    """Read stages and events; time zero is the start of the recording named in the file."""
    name = path.name
    root = read_root(path, ROOT, what="Sleepware file")
    events = entries(root.iterfind(EVENTS), file=name, what="event")
    stages = entries(root.iterfind(STAGES), file=name, what="stage")
    if not events and not stages:
        raise InputError(
            f"{name}: there is no event and no stage in the file; export the scoring again."
        )
    session = root.find(SESSION)
    if session is None:
        session = Element(SESSION)
    end_s = seconds_of(session, "Duration", place=f"{name}: Session")
    labels = {
        channel.get("EdfSignal", ""): text_of(channel, "Label")
        for channel in root.iter("Channel")
    }
    marks = [
        *_stage_marks(stages, end_s),
        *(_event(entry, labels) for entry in events),
    ]
    return annotations_of(
        marks,
        name=name,
        format_name=NAME,
        dialect="sleepware",
        start=_start(session, name),
        findings=_by_program(events, name),
    )


def _start(session: Element, name: str) -> dt.datetime | None:
    """Read the start of the recording as naive local time; None where the file has none."""
    written = text_of(session, "RecordingStart")
    if not written:
        return None
    try:
        return dt.datetime.fromisoformat(written).replace(tzinfo=None)
    except ValueError as error:
        raise InputError(
            f"{name}: RecordingStart is {shown(written)}, which is no date with time; "
            "export the scoring again."
        ) from error


def _stage_marks(stages: Sequence[Entry], end_s: float | None) -> list[Mark]:
    """Make each stage last until the next one, the last one until the end of the recording."""
    onsets_s = [entry.number("Start") for entry in stages]
    ends_s = [*onsets_s, end_s][1:]
    return [
        Mark(
            onset_s=onset_s,
            duration_s=until_s - onset_s
            if until_s and until_s > onset_s
            else None,
            text=entry.text("Type"),
            place=entry.where,
            is_stage=True,
        )
        for entry, onset_s, until_s in zip(
            stages, onsets_s, ends_s, strict=True
        )
    ]


def _event(entry: Entry, labels: Mapping[str, str]) -> Mark:
    movement = entry.element.find("LegMovement")
    signal = "" if movement is None else movement.get("EdfSignal", "")
    return Mark(
        onset_s=entry.number("Start"),
        duration_s=seconds(
            entry.text("Duration"), place=entry.place, column="Duration"
        ),
        text=entry.text("Type"),
        place=entry.where,
        channel=labels.get(signal, ""),
    )


def _by_program(events: Sequence[Entry], name: str) -> list[Finding]:
    """Count the events the program marked by itself."""
    automatic = sum(
        entry.text("Machine").casefold() == "true" for entry in events
    )
    if not automatic:
        return []
    counts = {"count": automatic, "total": len(events)}
    return [Finding("events-automatic", Severity.NOTE, name, counts)]


FORMAT = AnnotationFormat(
    name=NAME,
    title="Philips Sleepware G3 scoring (RML)",
    recognises=has_root(ROOT, ".rml", ".xml"),
    read=read,
)
