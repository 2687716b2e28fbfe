"""A scoring as annotation XML of the NSRR (``PSGAnnotation``).

Stages and events with concepts as ``readable|original``, times in seconds from the start of the
EDF. The first event says how long the recording is and at what time of day it began, without its
date. Written after a description of the format and not held against a file of the NSRR.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ekbom.model.events import (
    AROUSAL_KINDS,
    RESPIRATORY_KINDS,
    EventKind,
)
from ekbom.report.exports.scorings.marks import (
    MOVEMENT_KINDS,
    NightMarks,
    WrittenMark,
    decimal_text,
)
from ekbom.report.exports.scorings.standard_texts import (
    NSRR_STAGES,
    clean,
    nsrr_concept,
)

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
STAGES = "Stages|Stages"
TYPES = {
    **dict.fromkeys(AROUSAL_KINDS, "Arousals|Arousals"),
    **dict.fromkeys(RESPIRATORY_KINDS, "Respiratory|Respiratory"),
    EventKind.DESATURATION: "Respiratory|Respiratory",
    **dict.fromkeys(MOVEMENT_KINDS, "Limb Movement|Limb Movement"),
}
EPOCH_S = 30.0


def nsrr_bytes(night: NightMarks) -> bytes:
    """Write the tree: the recording, its stages as long as they last, its marks by onset."""
    root = Element("PSGAnnotation")
    SubElement(root, "SoftwareVersion").text = "ekbom"
    epoch_s = night.hypnogram.epoch_s if night.hypnogram else EPOCH_S
    SubElement(root, "EpochLength").text = decimal_text(epoch_s)
    root.append(_all_events(night))
    indent(root)
    written = tostring(root, encoding="unicode")
    return f"{DECLARATION}\n{written}\n".encode()


def _all_events(night: NightMarks) -> Element:
    events = Element("ScoredEvents")
    events.append(_recording(night))
    for row in night.stages():
        times = (row.onset_s, row.duration_s)
        events.append(_event(STAGES, NSRR_STAGES[row.stage], times))
    for mark in night.marks:
        events.append(_of_mark(mark))
    return events


def _recording(night: NightMarks) -> Element:
    event = _event("", "Recording Start Time", (0.0, night.end_s()))
    if night.start is not None:
        clock = f"00.00.00 {night.start:%H.%M.%S}"
        SubElement(event, "ClockTime").text = clock
    return event


def _of_mark(mark: WrittenMark) -> Element:
    event = _event(
        TYPES.get(mark.kind, ""),
        nsrr_concept(mark),
        (mark.onset_s, mark.duration_s),
    )
    if mark.channel:
        SubElement(event, "SignalLocation").text = clean(mark.channel)
    return event


def _event(group: str, concept: str, times: tuple[float, float]) -> Element:
    event = Element("ScoredEvent")
    for name, text in _fields(group, concept, times):
        SubElement(event, name).text = text
    return event


def _fields(
    group: str, concept: str, times: tuple[float, float]
) -> Iterator[tuple[str, str]]:
    yield "EventType", group
    yield "EventConcept", concept
    yield "Start", decimal_text(times[0])
    yield "Duration", decimal_text(times[1])
