"""What an annotation file brings.

Marks as written, the annotations made of them, and the card of a format.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ekbom.model.events import Event, Hypnogram
from ekbom.model.finding import Finding


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One mark as a file writes it, before its text is understood.

    Times are seconds from the file's time zero; `duration_s` is None where the file gives none.
    `place` says where the mark stands (such as ``row 12``), `channel` names the signal it was made
    on. `is_stage`: the file says it is a sleep stage.
    """

    onset_s: float
    duration_s: float | None
    text: str
    place: str
    channel: str = ""
    is_stage: bool = False


@dataclass(frozen=True, eq=False, kw_only=True)
class Annotations:
    """What one annotation file says about a night.

    Times are seconds from `start`, a naive local time; with `start` None they count from the start
    of the recording. `start_has_date` is False where the file gives clock times only;
    `other_starts` are further readings of a date that can be read in several ways. `scored`
    names the kinds of scoring the file is evidence of: any of ``stages``, ``arousals``,
    ``breathing``, ``movements``.
    """

    name: str
    format: str
    start: dt.datetime | None
    hypnogram: Hypnogram | None
    events: tuple[Event, ...]
    scored: frozenset[str]
    start_has_date: bool = True
    other_starts: tuple[dt.datetime, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AnnotationFormat:
    """A format of annotation files: its name, how it is recognised and how it is read.

    `recognises(path, head)` sees the first bytes of the file (at least 4,096 where there are as
    many) and opens nothing; `read(path)` returns `Annotations` or raises `InputError` with one
    sentence.
    """

    name: str
    title: str
    recognises: Callable[[Path, bytes], bool]
    read: Callable[[Path], Annotations]
