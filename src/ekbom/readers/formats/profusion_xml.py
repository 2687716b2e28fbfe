"""Compumedics Profusion XML (``CMPStudyConfig``).

Events by name and channel, one stage code per epoch.

The program builds its own series of periodic movements by its own interval; here its marks count as
single movements, and series are built anew from them.
"""

from pathlib import Path

from ekbom.model.errors import InputError
from ekbom.readers.files.text import shown
from ekbom.readers.files.xml import (
    Entry,
    entries,
    has_root,
    read_root,
    seconds_of,
)
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.records import AnnotationFormat, Annotations, Mark
from ekbom.readers.scorings.stage_codes import RK_CODES, coded_stage

NAME = "profusion-xml"
ROOT = "CMPStudyConfig"


def read(path: Path) -> Annotations:
    """Read stages and events; times count from the start of the recording."""
    name = path.name
    root = read_root(path, ROOT, what="Profusion file")
    events = entries(
        root.iterfind("ScoredEvents/ScoredEvent"), file=name, what="event"
    )
    stages = entries(
        root.iterfind("SleepStages/SleepStage"), file=name, what="epoch"
    )
    movements = [_event(entry) for entry in events]
    epoch_s = seconds_of(root, "EpochLength", place=f"{name}: EpochLength")
    if stages and epoch_s is None:
        raise InputError(
            f"{name}: no EpochLength stands beside the stages ({len(stages)}); "
            "their times are unknown."
        )
    staged = [
        _stage(entry, index, epoch_s or 0.0)
        for index, entry in enumerate(stages)
    ]
    if not movements and not staged:
        raise InputError(
            f"{name}: there is no event and no stage in the file; export the annotations again."
        )
    return annotations_of(
        [*staged, *movements],
        name=name,
        format_name=NAME,
        dialect="profusion",
        epoch_s=epoch_s or None,
    )


def _event(entry: Entry) -> Mark:
    return Mark(
        onset_s=entry.number("Start"),
        duration_s=entry.seconds("Duration"),
        text=entry.text("Name"),
        place=entry.where,
        channel=entry.text("Input"),
    )


def _stage(entry: Entry, index: int, epoch_s: float) -> Mark:
    written = (entry.element.text or "").strip()
    is_code = written.isascii() and written.isdecimal() and len(written) == 1
    named = coded_stage(int(written), codes=RK_CODES) if is_code else None
    if named is None:
        raise InputError(
            f"{entry.place}: {shown(written)} is no stage code; 0 to 5 or 9 is expected."
        )
    return Mark(
        onset_s=index * epoch_s,
        duration_s=epoch_s,
        text=named,
        place=entry.where,
        is_stage=True,
    )


FORMAT = AnnotationFormat(
    name=NAME,
    title="Compumedics Profusion scoring (XML)",
    recognises=has_root(ROOT, ".xml"),
    read=read,
)
