"""When each record of a file was recorded.

One continuous axis from recording start, gaps kept as gaps.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ekbom.model.errors import InputError
from ekbom.model.finding import Finding, Severity
from ekbom.model.recording import FloatArray, Interval
from ekbom.readers.edf.fields import Noticed
from ekbom.readers.edf.header import EdfHeader

# Record times are written with rounding and jitter; a deviation up to this is no gap. It is shorter
# than any event that is scored.
_JITTER_S = 0.02
# A time stamp that would stretch a night over more than this is damaged, not a pause.
_MAX_GAP_S = 1.5 * 86400.0


class Segment(NamedTuple):
    """Records that follow each other without a gap; `start_s` counts from recording start."""

    first_record: int
    n_records: int
    start_s: float


class Timeline(NamedTuple):
    """Where records lie.

    `offset_s` is the first record's time after the start written in the header.
    """

    offset_s: float
    duration_s: float
    segments: tuple[Segment, ...]
    gaps: tuple[Interval, ...]


def build_timeline(
    record_onset_s: FloatArray,
    header: EdfHeader,
    *,
    n_records: int,
    name: str,
    noticed: Noticed,
) -> Timeline:
    """Place every record on the axis.

    Parameters
    ----------
    record_onset_s : array, shape (n_records,) or (0,)
        Time of each record after the start in the header, s; NaN where unreadable; empty for a file
        without time-keeping.
    header : EdfHeader
        Tells how long a record lasts, and whether the file declares that it may have gaps.
    n_records : int
        Number of records that are there.
    name : str
        The file, for messages.
    noticed : list of Finding
        Receives what had to be assumed.

    Raises
    ------
    InputError
        If a record claims a time that no night can have.
    """
    record_s = header.record_s
    if not record_onset_s.size or not record_s:
        offset_s = float(np.nan_to_num(record_onset_s[:1]).sum())
        return Timeline(
            offset_s,
            n_records * record_s,
            (Segment(0, n_records, 0.0),),
            (),
        )
    onset_s = _fill_unreadable(record_onset_s, record_s, noticed)
    offset_s = float(onset_s[0])
    segments = _segments(onset_s - offset_s, record_s, noticed)
    duration_s = segments[-1].start_s + segments[-1].n_records * record_s
    gaps = _gaps(segments, record_s)
    if gaps:
        noticed.append(
            _gap_finding(
                gaps,
                header,
                duration_s=duration_s,
                name=name,
            )
        )
    return Timeline(
        offset_s,
        duration_s,
        segments,
        gaps,
    )


def _fill_unreadable(
    onset_s: FloatArray, record_s: float, noticed: Noticed
) -> FloatArray:
    """Let a record without a readable time follow the one before it."""
    unreadable = np.flatnonzero(~np.isfinite(onset_s)).tolist()
    if not unreadable:
        return onset_s
    values = {
        "count": len(unreadable),
        "total": onset_s.size,
        "first": unreadable[0] + 1,
    }
    noticed.append(
        Finding("record-time-unreadable", Severity.WARNING, "", values)
    )
    filled = onset_s.copy()
    for record in unreadable:
        filled[record] = filled[record - 1] + record_s if record else 0.0
    return filled


def _segments(
    start_s: FloatArray, record_s: float, noticed: Noticed
) -> tuple[Segment, ...]:
    n_records = start_s.size
    if np.max(np.abs(start_s - np.arange(n_records) * record_s)) <= _JITTER_S:
        return (Segment(0, n_records, 0.0),)
    firsts = [0]
    starts = [0.0]
    backwards = 0
    for record, start in enumerate(start_s.tolist()):
        expected = starts[-1] + (record - firsts[-1]) * record_s
        if start > expected + _JITTER_S:
            firsts.append(record)
            starts.append(start)
        elif start < expected - _JITTER_S:
            backwards += 1
    if backwards:
        values = {"count": backwards, "total": n_records}
        noticed.append(
            Finding("record-time-backwards", Severity.WARNING, "", values)
        )
    counts = np.diff([*firsts, n_records]).tolist()
    return tuple(map(Segment, firsts, counts, starts))


def _gaps(
    segments: tuple[Segment, ...], record_s: float
) -> tuple[Interval, ...]:
    gaps = []
    for before, after in pairwise(segments):
        end_s = before.start_s + before.n_records * record_s
        gaps.append(Interval(onset_s=end_s, duration_s=after.start_s - end_s))
    return tuple(gaps)


def _gap_finding(
    gaps: tuple[Interval, ...],
    header: EdfHeader,
    *,
    duration_s: float,
    name: str,
) -> Finding:
    """Count the gaps; refuse those no night can have."""
    total_s = sum(gap.duration_s for gap in gaps)
    if total_s > _MAX_GAP_S:
        raise InputError(
            f"{name}: the records claim gaps of {total_s:.0f} s in {duration_s:.0f} s, "
            "which no night has; the record times are damaged, export the recording again"
        )
    values = {
        "count": len(gaps),
        "total_s": total_s,
        "first_s": gaps[0].onset_s,
    }
    if header.discontinuous:
        return Finding("gaps", Severity.NOTE, "", values)
    return Finding("gaps-undeclared", Severity.WARNING, "", values)
