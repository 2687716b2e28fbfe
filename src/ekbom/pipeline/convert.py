"""What a file says of a night, read whole, so that it can be written in another format."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from ekbom.model.events import Event, Hypnogram
from ekbom.model.finding import Finding
from ekbom.readers.edf.edf_file import open_edf, read_edf
from ekbom.readers.formats import edf_annotations
from ekbom.readers.formats.registry import read_annotations
from ekbom.readers.formats.tables.declared_columns import (
    declared,
    read_declared,
)
from ekbom.readers.signals.foreign import (
    ForeignRecording,
    is_foreign,
    open_foreign,
)


@dataclass(frozen=True, eq=False, kw_only=True)
class ReadScoring:
    """Stages and events of one file; times in s from `start`, a naive local time.

    `duration_s` and `n_signals` are of a recording, None and 0 for a file of marks.
    """

    name: str
    format: str
    start: dt.datetime | None
    start_has_date: bool
    duration_s: float | None
    n_signals: int
    hypnogram: Hypnogram | None
    events: tuple[Event, ...]
    scored: frozenset[str]
    findings: tuple[Finding, ...]


def read_scoring(path: Path, *, columns: str = "") -> ReadScoring:
    """Read a recording or a scoring of any registered format.

    Parameters
    ----------
    path
        The file.
    columns
        What the columns of a table are called, such as ``onset=Start,duration=Len[ms],text=Event``;
        the file is then read as such a table.

    Raises
    ------
    InputError
        The file cannot be read, or is in no known format.
    """
    found = (
        read_declared(path, declared(columns))
        if columns
        else read_annotations(path)
    )
    duration_s, n_signals = None, 0
    has_date = found.start_has_date
    if found.format == edf_annotations.NAME:
        recording = read_edf(open_edf(path), keep=()).recording
        n_signals = len(recording.channels)
        duration_s = recording.duration_s if n_signals else None
        has_date = recording.date is not None
    return ReadScoring(
        name=found.name,
        format=found.format,
        start=found.start,
        start_has_date=has_date,
        duration_s=duration_s,
        n_signals=n_signals,
        hypnogram=found.hypnogram,
        events=found.events,
        scored=found.scored,
        findings=found.findings,
    )


def open_signals(path: Path) -> ForeignRecording | None:
    """Open a recording that another package reads; None where it is none of these.

    Raises
    ------
    MissingExtraError
        The package is not installed; the message names the extra.
    """
    return open_foreign(path) if is_foreign(path) else None
