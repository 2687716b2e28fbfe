"""Annotations on the time axis of the recording; what lies outside it is counted."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from ekbom.criteria.input_limits import EventLimits
from ekbom.model.errors import InputError
from ekbom.model.events import Event, Hypnogram, Stage
from ekbom.model.finding import Finding, Severity
from ekbom.readers.scorings.belonging import (
    refuse_other_date,
    refuse_shifted,
    with_nearest_date,
)
from ekbom.readers.scorings.plausible import plausible
from ekbom.readers.scorings.records import Annotations

DAY_S = 86_400.0
HALF_DAY_S = DAY_S / 2


@dataclass(frozen=True, kw_only=True)
class Axis:
    """The time axis of a night: its naive local start, None where unknown, and its length in s."""

    start: dt.datetime | None
    duration_s: float


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """By what a scoring is judged; without limits it is taken as it is.

    `ignore_dates`: a scoring of another date is taken by its clock times.
    """

    limits: EventLimits | None = None
    ignore_dates: bool = False


AS_IT_IS = Judgement()


def judged(
    annotations: Annotations,
    axis: Axis,
    judgement: Judgement,
) -> Annotations:
    """Leave out what can be no event, read an ambiguous date, refuse another night's scoring.

    Parameters
    ----------
    annotations
        As read, times in s from their own `start`.
    axis
        The axis of the night.
    judgement
        The limits, and whether dates count.

    Raises
    ------
    InputError
        The times are no seconds, or the scoring has the date of another night.
    """
    dated = with_nearest_date(annotations, start=axis.start)
    limits = judgement.limits
    if limits is None:
        return dated
    if not judgement.ignore_dates:
        refuse_other_date(dated, start=axis.start, limits=limits)
    return plausible(dated, limits, duration_s=axis.duration_s)


def place(
    annotations: Annotations, axis: Axis, judgement: Judgement = AS_IT_IS
) -> Annotations:
    """Bring the annotations of a file onto the axis of a recording and cut them to its length.

    Parameters
    ----------
    annotations
        As read, times in s from their own `start`.
    axis
        The axis of the recording.
    judgement
        By what the file is judged.

    Raises
    ------
    InputError
        The file belongs to another night: by its date, because nothing of it lies inside the
        recording, or because most of its hypnogram does not. Or its times are no seconds.
    """
    annotations = judged(annotations, axis, judgement)
    if axis.start is None and annotations.start is not None:
        unknown = Finding(
            "recording-start-unknown", Severity.NOTE, annotations.name
        )
        annotations = replace(
            annotations, findings=(*annotations.findings, unknown)
        )
    aligned = align(annotations, start=axis.start)
    fitted = fit(aligned, duration_s=axis.duration_s)
    if not fitted.events and fitted.hypnogram is None:
        _refuse_other_night(aligned, axis.duration_s)
    if judgement.limits is not None:
        refuse_shifted(
            aligned,
            fitted,
            duration_s=axis.duration_s,
            limits=judgement.limits,
        )
    return fitted


def align(
    annotations: Annotations, *, start: dt.datetime | None
) -> Annotations:
    """Move annotations with absolute times onto an axis that begins at `start`.

    Parameters
    ----------
    annotations
        As read, times in s from their own `start`.
    start
        Naive local start of the recording; None leaves the times as they are.

    Returns
    -------
    Annotations
        Times in s from `start`. Where the dates lie more than half a day apart (a date removed or
        changed by anonymisation) only the clock times count, and a finding says so.
    """
    if start is None or annotations.start is None:
        return annotations
    # A file may carry fractions of a second its twin rounded away; milliseconds are all that times
    # are compared in.
    shift_s = (
        round((annotations.start - start) / dt.timedelta(milliseconds=1)) / 1000
    )
    findings = annotations.findings
    far = abs(shift_s) > HALF_DAY_S
    if far and annotations.start_has_date:
        days = {"days": abs(shift_s) / DAY_S}
        differs = Finding(
            "date-differs", Severity.WARNING, annotations.name, days
        )
        findings = (*findings, differs)
    if far or not annotations.start_has_date:
        shift_s = (shift_s + HALF_DAY_S) % DAY_S - HALF_DAY_S
    moved = shifted(annotations, by_s=shift_s)
    return replace(moved, start=start, start_has_date=True, findings=findings)


def shifted(annotations: Annotations, *, by_s: float) -> Annotations:
    """Move all times by `by_s` seconds, exact to the millisecond, and nothing else."""
    hypnogram = annotations.hypnogram
    if hypnogram is not None:
        onset_s = np.round((hypnogram.onset_s + by_s) * 1000) / 1000
        hypnogram = replace(hypnogram, onset_s=onset_s)
    events = tuple(
        replace(event, onset_s=round((event.onset_s + by_s) * 1000) / 1000)
        for event in annotations.events
    )
    return replace(
        annotations,
        hypnogram=hypnogram,
        events=events,
    )


def fit(annotations: Annotations, *, duration_s: float) -> Annotations:
    """Leave out what lies outside the recording, with a finding that counts it.

    Parameters
    ----------
    annotations
        On the axis of the recording.
    duration_s
        Length of the recording in s.
    """
    events = annotations.events
    inside = tuple(event for event in events if _is_inside(event, duration_s))
    whole = annotations.hypnogram
    hypnogram = None if whole is None else _cut(whole, duration_s)
    fitted = replace(
        annotations,
        hypnogram=hypnogram,
        events=inside,
    )
    noticed = _left_out(annotations, fitted, duration_s)
    return replace(fitted, findings=(*annotations.findings, *noticed))


def _left_out(
    before: Annotations, fitted: Annotations, duration_s: float
) -> Iterator[Finding]:
    """Count what lies outside the recording."""
    count = len(before.events) - len(fitted.events)
    if count:
        outside = (
            event
            for event in before.events
            if not _is_inside(event, duration_s)
        )
        values = {
            "count": count,
            "duration_s": duration_s,
            "first_s": next(outside).onset_s,
        }
        yield Finding(
            "event-outside-recording", Severity.WARNING, before.name, values
        )
    if before.hypnogram is None or fitted.hypnogram is None:
        return
    lost_s = float(
        before.hypnogram.duration_s.sum() - fitted.hypnogram.duration_s.sum()
    )
    if lost_s >= before.hypnogram.epoch_s:
        lost = {"lost_s": lost_s, "duration_s": duration_s}
        yield Finding(
            "hypnogram-outside-recording", Severity.WARNING, before.name, lost
        )


def uncovered(
    hypnogram: Hypnogram | None, *, duration_s: float
) -> tuple[Finding, ...]:
    """Say how much of a recording has no stage, if that is two epochs or more."""
    if hypnogram is None:
        return ()
    staged = hypnogram.stage != Stage.UNSCORED
    unstaged_s = duration_s - float(hypnogram.duration_s[staged].sum())
    if unstaged_s < 2 * hypnogram.epoch_s:
        return ()
    values = {"unstaged_min": unstaged_s / 60, "total_min": duration_s / 60}
    return (
        Finding(
            "hypnogram-shorter", Severity.WARNING, hypnogram.source, values
        ),
    )


def _refuse_other_night(aligned: Annotations, duration_s: float) -> None:
    onsets_s = [event.onset_s for event in aligned.events]
    if aligned.hypnogram is not None:
        onsets_s += aligned.hypnogram.onset_s.tolist()
    if onsets_s:
        raise InputError(
            f"{aligned.name}: every annotation lies outside the recording of {duration_s:g} s, "
            f"the first at {min(onsets_s):g} s; it belongs to another recording."
        )


def _is_inside(event: Event, duration_s: float) -> bool:
    """Tell whether an event reaches into the recording.

    A mark without length may stand on its very end.
    """
    if event.duration_s > 0:
        return (
            event.onset_s < duration_s and event.onset_s + event.duration_s > 0
        )
    return 0 <= event.onset_s <= duration_s


def _cut(hypnogram: Hypnogram, duration_s: float) -> Hypnogram | None:
    """Cut the hypnogram to the recording; None where nothing of it lies inside."""
    begin_s = np.maximum(hypnogram.onset_s, 0.0)
    end_s = np.minimum(hypnogram.onset_s + hypnogram.duration_s, duration_s)
    inside = end_s > begin_s
    if not inside.any():
        return None
    return replace(
        hypnogram,
        onset_s=begin_s[inside],
        duration_s=np.round((end_s - begin_s)[inside] * 1000) / 1000,
        stage=hypnogram.stage[inside],
    )
