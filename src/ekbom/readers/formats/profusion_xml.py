"""Compumedics Profusion XML (``CMPStudyConfig``).

Events by name and channel, one stage code per epoch.

The program builds its own series of periodic movements by its own interval; here its marks count as
single movements, and series are built anew from them.
"""

from pathlib import Path
from xml.etree.ElementTree import Element

from ekbom.model.errors import InputError
from ekbom.readers.files.text import head_text, number, seconds, shown
from ekbom.readers.files.xml import read_xml, text_of
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.records import AnnotationFormat, Annotations, Mark
from ekbom.readers.scorings.stage_codes import RK_CODES, coded_stage

NAME = "profusion-xml"
ROOT = "CMPStudyConfig"


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether an XML file has the root of this format."""
    return path.suffix.casefold() == ".xml" and f"<{ROOT}" in head_text(head)


def read(path: Path) -> Annotations:
    """Read stages and events; times count from the start of the recording."""
    root = read_xml(path)
    if root.tag != ROOT:
        raise InputError(
            f"{path.name}: the root is <{root.tag}>, not <{ROOT}>; this is no Profusion file."
        )
    events = [
        _event(element, index, path.name)
        for index, element in enumerate(root.iterfind("ScoredEvents/ScoredEvent"), start=1)
    ]
    stages = list(root.iterfind("SleepStages/SleepStage"))
    epoch = text_of(root, "EpochLength")
    if stages and not epoch:
        raise InputError(
            f"{path.name}: no EpochLength stands beside the stages ({len(stages)}); their times are unknown."
        )
    epoch_s = (
        seconds(epoch, place=f"{path.name}: EpochLength", column="EpochLength") if epoch else 0.0
    )
    staged = [_stage(element, index, epoch_s, path.name) for index, element in enumerate(stages)]
    if not events and not staged:
        raise InputError(
            f"{path.name}: there is no event and no stage in the file; export the annotations again."
        )
    return annotations_of(
        [*staged, *events],
        name=path.name,
        format_name=NAME,
        dialect="profusion",
        epoch_s=epoch_s or None,
    )


def _event(element: Element, index: int, name: str) -> Mark:
    place = f"{name}: event {index}"
    duration = text_of(element, "Duration")
    return Mark(
        onset_s=number(text_of(element, "Start"), place=place, column="Start"),
        duration_s=seconds(duration, place=place, column="Duration") if duration else None,
        text=text_of(element, "Name"),
        place=f"event {index}",
        channel=text_of(element, "Input"),
    )


def _stage(element: Element, index: int, epoch_s: float, name: str) -> Mark:
    written = (element.text or "").strip()
    code = int(written) if written.isascii() and written.isdecimal() and len(written) == 1 else None
    named = None if code is None else coded_stage(code, codes=RK_CODES)
    if named is None:
        raise InputError(
            f"{name}: epoch {index + 1}: {shown(written)} is no stage code; 0 to 5 or 9 is expected."
        )
    return Mark(
        onset_s=index * epoch_s,
        duration_s=epoch_s,
        text=named,
        place=f"epoch {index + 1}",
        is_stage=True,
    )


FORMAT = AnnotationFormat(
    name=NAME, title="Compumedics Profusion scoring (XML)", recognises=recognises, read=read
)
