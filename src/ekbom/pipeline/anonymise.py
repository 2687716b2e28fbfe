"""A recording or a scoring without what names a person, and what was taken out of it."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from ekbom.model.errors import UsageError
from ekbom.model.finding import Finding, Severity
from ekbom.pipeline.convert import ReadScoring, read_scoring
from ekbom.readers.anonymous.clean_events import clean_events
from ekbom.readers.anonymous.clean_recording import (
    CleanRecording,
    clean_recording,
)
from ekbom.readers.anonymous.identity import Removed
from ekbom.readers.formats import edf_annotations
from ekbom.readers.formats.registry import format_of

RECORDINGS = (".edf", ".bdf", ".rec")
ANONYMOUS = "anonymous"
DATE = Removed.DATE
Removals = Mapping[Removed, int]


class CleanScoring(NamedTuple):
    """A scoring without free text and day, and what was taken out of it."""

    scoring: ReadScoring
    removed: Removals


def is_recording(path: Path, out: Path) -> bool:
    """Tell whether a file is EDF or BDF and is to stay it."""
    kept = out.suffix.casefold() in RECORDINGS
    return kept and format_of(path).name == edf_annotations.NAME


def anonymous_recording(path: Path, *, weeks: int = 0) -> CleanRecording:
    """Open a recording to be written without a person; see `CleanRecording.parts`."""
    return clean_recording(path, weeks=weeks)


def anonymous_scoring(path: Path, *, weeks: int = 0) -> CleanScoring:
    """Read a scoring and take free text and the day out of it.

    Parameters
    ----------
    path
        A file in any registered format.
    weeks
        By how many weeks the day is moved; 0 takes it out.
    """
    found = read_scoring(path)
    events, removed = clean_events(found.events)
    moved = _moved(found.start, weeks, found.name)
    if found.start is not None and found.start_has_date:
        removed[Removed.DATE] += 1
    clean = replace(
        found,
        name=ANONYMOUS,
        start=moved,
        start_has_date=found.start_has_date and bool(weeks),
        events=events,
        findings=(),
    )
    return CleanScoring(clean, removed)


def removal_findings(removed: Removals, name: str) -> Iterator[Finding]:
    """Say what was taken out, never what it was."""
    for kind in Removed:
        if removed.get(kind):
            count = {"count": removed[kind]}
            yield Finding(Removed(kind), Severity.NOTE, name, count)


def require_other_name(out: Path, recording: CleanRecording) -> None:
    """Refuse a name of the new file that says who it is.

    Raises
    ------
    UsageError
        A word of the patient or recording field stands in it.
    """
    name = out.name.casefold()
    if any(word in name for word in recording.header.words):
        raise UsageError(
            "The name of the new file holds a word of the patient or recording field; "
            "choose another name."
        )


def _moved(
    start: dt.datetime | None, weeks: int, name: str
) -> dt.datetime | None:
    if start is None:
        return None
    try:
        return start + dt.timedelta(weeks=weeks)
    except OverflowError as error:
        raise UsageError(
            f"{name}: moved by {weeks} weeks the night leaves the calendar; give fewer weeks."
        ) from error
