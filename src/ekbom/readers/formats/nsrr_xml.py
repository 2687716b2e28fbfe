"""NSRR annotation XML (``PSGAnnotation``).

Stages and events with concepts as ``readable|original``, also the older dialect.

Times count from the start of the EDF. Stages run over many epochs. Some cohorts write arousals as
technician notes.
"""

from pathlib import Path

from ekbom.model.errors import InputError
from ekbom.readers.files.xml import (
    Entry,
    entries,
    has_root,
    read_root,
    seconds_of,
)
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.meanings import meaning_of
from ekbom.readers.scorings.records import AnnotationFormat, Annotations, Mark

NAME = "nsrr-xml"
ROOT = "PSGAnnotation"


def read(path: Path) -> Annotations:
    """Read stages and events; times count from the start of the recording."""
    root = read_root(path, ROOT, what="NSRR annotation file")
    events = entries(
        root.iterfind("ScoredEvents/ScoredEvent"), file=path.name, what="event"
    )
    if not events:
        raise InputError(
            f"{path.name}: there is no scored event in the file; export the annotations again."
        )
    marks = [_mark(entry) for entry in events]
    epoch_s = seconds_of(root, "EpochLength", place=f"{path.name}: EpochLength")
    return annotations_of(
        marks,
        name=path.name,
        format_name=NAME,
        dialect="nsrr",
        epoch_s=epoch_s or None,
    )


def _mark(entry: Entry) -> Mark:
    return Mark(
        onset_s=entry.number("Start", "Starttime"),
        duration_s=entry.seconds("Duration"),
        text=_text(entry),
        place=entry.where,
        channel=entry.text("SignalLocation"),
        is_stage=entry.text("EventType").startswith("Stages"),
    )


def _text(entry: Entry) -> str:
    """Take the concept; a technician note that has a known meaning stands for itself."""
    concept = entry.text("EventConcept", "Name")
    note = entry.text("Notes")
    speaks = (
        concept.startswith("Technician Notes")
        and note
        and meaning_of(note).known
    )
    return note if speaks else concept


FORMAT = AnnotationFormat(
    name=NAME,
    title="NSRR annotations (XML)",
    recognises=has_root(ROOT, ".xml"),
    read=read,
)
