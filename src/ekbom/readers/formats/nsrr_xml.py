"""NSRR annotation XML (``PSGAnnotation``).

Stages and events with concepts as ``readable|original``, also the older dialect.

Times count from the start of the EDF. Stages run over many epochs. Some cohorts write arousals as
technician notes.
"""

from pathlib import Path
from xml.etree.ElementTree import Element

from ekbom.model.errors import InputError
from ekbom.readers.files.text import head_text, number, seconds
from ekbom.readers.files.xml import read_xml, text_of
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.meanings import meaning_of
from ekbom.readers.scorings.records import AnnotationFormat, Annotations, Mark

NAME = "nsrr-xml"
ROOT = "PSGAnnotation"


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether an XML file has the root of this format."""
    return path.suffix.casefold() == ".xml" and f"<{ROOT}" in head_text(head)


def read(path: Path) -> Annotations:
    """Read stages and events; times count from the start of the recording."""
    root = read_xml(path)
    if root.tag != ROOT:
        raise InputError(
            f"{path.name}: the root is <{root.tag}>, not <{ROOT}>; this is no NSRR annotation file."
        )
    elements = list(root.iterfind("ScoredEvents/ScoredEvent"))
    if not elements:
        raise InputError(
            f"{path.name}: there is no scored event in the file; export the annotations again."
        )
    marks = [_mark(element, index, path.name) for index, element in enumerate(elements, start=1)]
    epoch = text_of(root, "EpochLength")
    epoch_s = (
        seconds(epoch, place=f"{path.name}: EpochLength", column="EpochLength") if epoch else 0.0
    )
    return annotations_of(
        marks, name=path.name, format_name=NAME, dialect="nsrr", epoch_s=epoch_s or None
    )


def _mark(element: Element, index: int, name: str) -> Mark:
    place = f"{name}: event {index}"
    duration = text_of(element, "Duration")
    return Mark(
        onset_s=number(text_of(element, "Start", "Starttime"), place=place, column="Start"),
        duration_s=seconds(duration, place=place, column="Duration") if duration else None,
        text=_text(element),
        place=f"event {index}",
        channel=text_of(element, "SignalLocation"),
        is_stage=text_of(element, "EventType").startswith("Stages"),
    )


def _text(element: Element) -> str:
    """Take the concept; a technician note that has a known meaning stands for itself."""
    concept = text_of(element, "EventConcept", "Name")
    note = text_of(element, "Notes")
    return (
        note
        if concept.startswith("Technician Notes") and note and meaning_of(note).known
        else concept
    )


FORMAT = AnnotationFormat(
    name=NAME, title="NSRR annotations (XML)", recognises=recognises, read=read
)
