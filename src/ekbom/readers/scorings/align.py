"""Annotations are brought onto the time axis of the recording, and what lies outside it is named."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ekbom.model.errors import InputError
from ekbom.model.events import Event
from ekbom.model.finding import Finding, Severity
from ekbom.model.hypnogram import Hypnogram, Stage
from ekbom.readers.scorings.records import Annotations

DAY_S = 86_400.0
HALF_DAY_S = DAY_S / 2


def align(annotations: Annotations, *, start: dt.datetime | None) -> Annotations:
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
    shift_s = round((annotations.start - start) / dt.timedelta(milliseconds=1)) / 1000
    clock_s = (shift_s + HALF_DAY_S) % DAY_S - HALF_DAY_S
    findings = annotations.findings
    if not annotations.start_has_date or abs(shift_s) > HALF_DAY_S:
        if annotations.start_has_date:
            message = f"The dates of annotations and recording differ by {abs(shift_s) / DAY_S:.1f} days; the clock times were aligned."
            findings = (*findings, _finding("date-differs", message, annotations.name))
        shift_s = clock_s
    return replace(
        shifted(annotations, by_s=shift_s), start=start, start_has_date=True, findings=findings
    )


def shifted(annotations: Annotations, *, by_s: float) -> Annotations:
    """Move all times by `by_s` seconds, exact to the millisecond, and nothing else."""
    hypnogram = annotations.hypnogram
    if hypnogram is not None:
        hypnogram = replace(hypnogram, onset_s=np.round((hypnogram.onset_s + by_s) * 1000) / 1000)
    events = tuple(
        replace(event, onset_s=round((event.onset_s + by_s) * 1000) / 1000)
        for event in annotations.events
    )
    return replace(annotations, hypnogram=hypnogram, events=events)


def fit_to_recording(annotations: Annotations, *, duration_s: float) -> Annotations:
    """Leave out what lies outside the recording, with a finding that counts it.

    Parameters
    ----------
    annotations
        On the axis of the recording.
    duration_s
        Length of the recording in s.
    """
    inside = tuple(
        event
        for event in annotations.events
        if _overlaps(event.onset_s, event.duration_s, duration_s)
    )
    outside = [
        event
        for event in annotations.events
        if not _overlaps(event.onset_s, event.duration_s, duration_s)
    ]
    hypnogram, cut = _fit_hypnogram(annotations, duration_s)
    findings = (*annotations.findings, *_left_out(outside, annotations.name, duration_s), *cut)
    return replace(annotations, hypnogram=hypnogram, events=inside, findings=findings)


def require_same_night(annotations: Annotations, *, duration_s: float) -> None:
    """Refuse a file of which nothing lies inside the recording.

    Raises
    ------
    InputError
        It belongs to another night.
    """
    fitted = fit_to_recording(annotations, duration_s=duration_s)
    onsets_s = [event.onset_s for event in annotations.events]
    if annotations.hypnogram is not None:
        onsets_s += annotations.hypnogram.onset_s.tolist()
    if onsets_s and not fitted.events and fitted.hypnogram is None:
        raise InputError(
            f"{annotations.name}: every annotation lies outside the recording of {duration_s:g} s, the first at {min(onsets_s):g} s; "
            f"it belongs to another recording."
        )


def uncovered(hypnogram: Hypnogram | None, *, duration_s: float) -> tuple[Finding, ...]:
    """Say how much of a recording of `duration_s` seconds has no stage, if that is two epochs or more."""
    if hypnogram is None:
        return ()
    unstaged_s = duration_s - float(hypnogram.duration_s[hypnogram.stage != Stage.UNSCORED].sum())
    if unstaged_s < 2 * hypnogram.epoch_s:
        return ()
    message = f"The hypnogram leaves {unstaged_s / 60:.1f} of {duration_s / 60:.1f} min without a stage; sleep there is unknown."
    return (_finding("hypnogram-shorter", message, hypnogram.source),)


def _overlaps(onset_s: float, length_s: float, duration_s: float) -> bool:
    """Tell whether [onset, onset + length) reaches into the recording.

    A mark without length may stand on its very end.
    """
    return (
        onset_s <= duration_s
        and (onset_s + length_s > 0 or onset_s >= 0)
        and not (length_s > 0 and onset_s >= duration_s)
    )


def _left_out(outside: Sequence[Event], name: str, duration_s: float) -> list[Finding]:
    if not outside:
        return []
    message = f"{len(outside)} events lie outside the recording of {duration_s:g} s, the first at {outside[0].onset_s:g} s; they were left out."
    return [_finding("event-outside-recording", message, name)]


def _fit_hypnogram(
    annotations: Annotations, duration_s: float
) -> tuple[Hypnogram | None, list[Finding]]:
    """Cut the hypnogram to the recording; None where nothing of it lies inside."""
    hypnogram = annotations.hypnogram
    if hypnogram is None:
        return None, []
    begin_s = np.maximum(hypnogram.onset_s, 0.0)
    end_s = np.minimum(hypnogram.onset_s + hypnogram.duration_s, duration_s)
    kept = end_s > begin_s
    if not kept.any():
        return None, []
    cut = replace(
        hypnogram,
        onset_s=begin_s[kept],
        duration_s=np.round((end_s - begin_s)[kept] * 1000) / 1000,
        stage=hypnogram.stage[kept],
    )
    lost_s = float(hypnogram.duration_s.sum() - cut.duration_s.sum())
    if lost_s < hypnogram.epoch_s:
        return cut, []
    message = f"{lost_s:g} s of the hypnogram lie outside the recording of {duration_s:g} s; they were cut off."
    return cut, [_finding("hypnogram-outside-recording", message, annotations.name)]


def _finding(code: str, message: str, name: str) -> Finding:
    return Finding(code=code, severity=Severity.WARNING, message=message, subject=name)
