"""Philips Sleepware G3 RML.

Stages as changes, events by type, legs by the EDF signal a movement was marked on.

Some movements name no signal (-1); their side is unknown. Events the program marked by itself are
counted in a finding.
"""

import datetime as dt
from pathlib import Path
from xml.etree.ElementTree import Element

from ekbom.model.errors import InputError
from ekbom.model.finding import Finding, Severity
from ekbom.readers.files.text import head_text, number, seconds, shown
from ekbom.readers.files.xml import read_xml, text_of
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.records import AnnotationFormat, Annotations, Mark

NAME = "sleepware-rml"
ROOT = "PatientStudy"


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether an RML or XML file has the root of this format."""
    return path.suffix.casefold() in (".rml", ".xml") and f"<{ROOT}" in head_text(head)


def read(path: Path) -> Annotations:
    """Read stages and events; time zero is the start of the recording named in the file."""
    root = read_xml(path)
    if root.tag != ROOT:
        raise InputError(
            f"{path.name}: the root is <{root.tag}>, not <{ROOT}>; this is no Sleepware file."
        )
    events = list(root.iterfind("ScoringData/Events/Event"))
    stages = list(root.iterfind("ScoringData/StagingData/UserStaging/NeuroAdultAASMStaging/Stage"))
    if not events and not stages:
        raise InputError(
            f"{path.name}: there is no event and no stage in the file; export the scoring again."
        )
    labels = {channel.get("EdfSignal", ""): _label(channel) for channel in root.iter("Channel")}
    length = root.findtext("Acquisition/Sessions/Session/Duration") or ""
    end_s = (
        seconds(length.strip(), place=f"{path.name}: Session", column="Duration")
        if length.strip()
        else None
    )
    marks = [
        *_stage_marks(stages, end_s, path.name),
        *(_event(element, i, labels, path.name) for i, element in enumerate(events, start=1)),
    ]
    start = _start(root, path.name)
    return annotations_of(
        marks,
        name=path.name,
        format_name=NAME,
        dialect="sleepware",
        start=start,
        findings=_by_program(events, path.name),
    )


def _label(channel: Element) -> str:
    return channel.get("Label") or text_of(channel, "Label")


def _start(root: Element, name: str) -> dt.datetime | None:
    """Read the start of the recording as naive local time; None where the file has none."""
    written = (root.findtext("Acquisition/Sessions/Session/RecordingStart") or "").strip()
    if not written:
        return None
    try:
        return dt.datetime.fromisoformat(written).replace(tzinfo=None)
    except ValueError as error:
        raise InputError(
            f"{name}: RecordingStart is {shown(written)}, which is no date with time; export the scoring again."
        ) from error


def _stage_marks(stages: list[Element], end_s: float | None, name: str) -> list[Mark]:
    """Make each stage last until the next one, the last one until the end of the recording."""
    onsets_s = [
        number(stage.get("Start", ""), place=f"{name}: stage {i}", column="Start")
        for i, stage in enumerate(stages, start=1)
    ]
    ends_s = [*onsets_s, end_s][1:]
    return [
        Mark(
            onset_s=onset_s,
            duration_s=until_s - onset_s if until_s and until_s > onset_s else None,
            text=stage.get("Type", ""),
            place=f"stage {index}",
            is_stage=True,
        )
        for index, (stage, onset_s, until_s) in enumerate(
            zip(stages, onsets_s, ends_s, strict=True), start=1
        )
    ]


def _event(element: Element, index: int, labels: dict[str, str], name: str) -> Mark:
    place = f"{name}: event {index}"
    movement = element.find("LegMovement")
    signal = movement.get("EdfSignal", "") if movement is not None else ""
    return Mark(
        onset_s=number(element.get("Start", ""), place=place, column="Start"),
        duration_s=seconds(element.get("Duration", ""), place=place, column="Duration"),
        text=element.get("Type", ""),
        place=f"event {index}",
        channel=labels.get(signal, ""),
    )


def _by_program(events: list[Element], name: str) -> list[Finding]:
    automatic = sum(element.get("Machine", "").casefold() == "true" for element in events)
    message = f"{automatic} of {len(events)} events were marked by the program and by no person."
    return (
        [Finding(code="events-automatic", severity=Severity.NOTE, message=message, subject=name)]
        if automatic
        else []
    )


FORMAT = AnnotationFormat(
    name=NAME, title="Philips Sleepware G3 scoring (RML)", recognises=recognises, read=read
)
