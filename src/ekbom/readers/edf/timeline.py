"""When each record of a file was recorded.

One continuous axis from recording start, gaps kept as gaps.
"""

from typing import NamedTuple

import numpy as np

from ekbom.model.errors import InputError
from ekbom.model.recording import FloatArray, Interval
from ekbom.readers.edf.findings import FindingLog

# Record times are written with rounding and jitter; a deviation up to this is no gap. It is shorter
# than any event that is scored.
_JITTER_S = 0.02
# A time stamp that would stretch a night over more than this is damaged, not a pause.
_MAX_GAP_S = 7 * 86400.0


class Segment(NamedTuple):
    """Records that follow each other without a gap; `start_s` counts from recording start."""

    first_record: int
    n_records: int
    start_s: float


class Timeline(NamedTuple):
    """Where records lie. `offset_s` is the first record's time after the start written in the header."""

    offset_s: float
    duration_s: float
    segments: tuple[Segment, ...]
    gaps: tuple[Interval, ...]


def build_timeline(
    record_onset_s: FloatArray,
    *,
    n_records: int,
    record_s: float,
    discontinuous: bool,
    name: str,
    found: FindingLog,
) -> Timeline:
    """Place every record on the axis.

    Parameters
    ----------
    record_onset_s : array, shape (n_records,) or (0,)
        Time of each record after the start in the header, s; NaN where unreadable; empty for a file
        without time-keeping.
    n_records, record_s : int, float
        Number of records that are there, and how long each lasts in s.
    discontinuous : bool
        The file declares that it may have gaps (EDF+D).

    Raises
    ------
    InputError
        If a record claims a time that no night can have.
    """
    duration_s = n_records * record_s
    if not record_onset_s.size or not record_s:
        offset_s = (
            float(record_onset_s[0])
            if record_onset_s.size and np.isfinite(record_onset_s[0])
            else 0.0
        )
        return Timeline(offset_s, duration_s, (Segment(0, n_records, 0.0),), ())
    onset_s = _fill_unreadable(record_onset_s, record_s, found)
    offset_s = float(onset_s[0])
    segments = _segments(onset_s - offset_s, record_s, found)
    last = segments[-1]
    duration_s = last.start_s + last.n_records * record_s
    gaps = _gaps(segments, record_s)
    _check(gaps, duration_s, discontinuous=discontinuous, name=name, found=found)
    return Timeline(offset_s, duration_s, segments, gaps)


def _fill_unreadable(onset_s: FloatArray, record_s: float, found: FindingLog) -> FloatArray:
    """Let a record without a readable time follow the one before it."""
    unreadable = np.flatnonzero(~np.isfinite(onset_s))
    if not unreadable.size:
        return onset_s
    found.warn(
        "record-time-unreadable",
        f"{unreadable.size} of {onset_s.size} records do not say when they begin, the first is record {unreadable[0] + 1};"
        " each is placed after the record before it",
    )
    filled = onset_s.copy()
    for record in unreadable:
        filled[record] = filled[record - 1] + record_s if record else 0.0
    return filled


def _segments(start_s: FloatArray, record_s: float, found: FindingLog) -> tuple[Segment, ...]:
    n_records = start_s.size
    if np.max(np.abs(start_s - np.arange(n_records) * record_s)) <= _JITTER_S:
        return (Segment(0, n_records, 0.0),)
    firsts, starts, backwards = [0], [0.0], 0
    for record, start in enumerate(start_s.tolist()):
        expected = starts[-1] + (record - firsts[-1]) * record_s
        if start > expected + _JITTER_S:
            firsts.append(record)
            starts.append(start)
        elif start < expected - _JITTER_S:
            backwards += 1
    if backwards:
        found.warn(
            "record-time-backwards",
            f"{backwards} of {n_records} records claim to begin before the record before them ended; they are placed after it",
        )
    counts = np.diff([*firsts, n_records]).tolist()
    return tuple(Segment(*parts) for parts in zip(firsts, counts, starts, strict=True))


def _gaps(segments: tuple[Segment, ...], record_s: float) -> tuple[Interval, ...]:
    ends = [segment.start_s + segment.n_records * record_s for segment in segments]
    return tuple(
        Interval(onset_s=end, duration_s=after.start_s - end)
        for end, after in zip(ends, segments[1:], strict=False)
    )


def _check(
    gaps: tuple[Interval, ...],
    duration_s: float,
    *,
    discontinuous: bool,
    name: str,
    found: FindingLog,
) -> None:
    if not gaps:
        return
    total_s = sum(gap.duration_s for gap in gaps)
    if total_s > _MAX_GAP_S:
        raise InputError(
            f"{name}: the records claim gaps of {total_s:.0f} s in {duration_s:.0f} s, which no night has;"
            " the record times are damaged, export the recording again"
        )
    message = f"{len(gaps)} gap(s) of {total_s:.1f} s in total, the first at {gaps[0].onset_s:.1f} s; they are kept as gaps"
    if discontinuous:
        found.note("gaps", message)
    else:
        found.warn("gaps-undeclared", f"the file declares to be continuous but has {message}")
