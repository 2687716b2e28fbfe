"""Stage marks become a hypnogram: sorted, without overlap, every repair named."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np

from ekbom.model.errors import InputError
from ekbom.model.finding import Finding, Severity
from ekbom.model.hypnogram import Hypnogram, Stage

USUAL_EPOCHS_MS = (30_000, 20_000)
"""Epoch lengths in use; a file whose intervals are all whole multiples of one of them was scored in it."""

ROUNDING_MS = 1_000
"""Overlap of neighbouring stages that whole-second clock times can cause; it is cut.

More is a contradiction.
"""


@dataclass(frozen=True, kw_only=True)
class StagedMark:
    """One stage mark in whole milliseconds; `duration_ms` is None where the file gives none."""

    onset_ms: int
    duration_ms: int | None
    stage: Stage
    place: str


@dataclass(frozen=True, eq=False, kw_only=True)
class BuiltHypnogram:
    """A hypnogram, None where no epoch carries a stage, and what was repaired."""

    hypnogram: Hypnogram | None
    findings: tuple[Finding, ...]


def build_hypnogram(
    marks: Iterable[StagedMark], *, name: str, epoch_s: float | None = None
) -> BuiltHypnogram:
    """Make one hypnogram of the stage marks of a file.

    Parameters
    ----------
    marks
        Stage marks in any order.
    name
        The file, for messages and as the hypnogram's source.
    epoch_s
        The scoring epoch if the file declares it, in s.

    Returns
    -------
    BuiltHypnogram
        Intervals are half-open. Exact repetitions are dropped, a missing length runs to the next
        mark, overlaps of at most a second are cut, each with a finding; a larger overlap of two
        different stages raises `InputError`.
    """
    ordered = sorted(marks, key=lambda mark: (mark.onset_ms, mark.place))
    unique = list(
        {(mark.onset_ms, mark.duration_ms, mark.stage): mark for mark in reversed(ordered)}.values()
    )[::-1]
    unique.sort(key=lambda mark: mark.onset_ms)
    repeated = len(ordered) - len(unique)
    twice = (
        [
            _note(
                "stage-repeated", f"{repeated} stage marks stand twice; one of each was kept.", name
            )
        ]
        if repeated
        else []
    )
    filled, fill_notes = _fill_lengths(unique, name, round((epoch_s or 0) * 1000))
    cut, cut_notes = _cut_overlaps(filled, name)
    if not any(mark.stage is not Stage.UNSCORED for mark in cut):
        unscored = (
            [
                _note(
                    "stages-all-unscored",
                    f"{name}: all {len(cut)} stage marks are unscored; sleep is unknown.",
                    name,
                )
            ]
            if cut
            else []
        )
        return BuiltHypnogram(hypnogram=None, findings=tuple(unscored))
    lengths = [mark.duration_ms or 0 for mark in cut]
    hypnogram = Hypnogram(
        onset_s=np.array([mark.onset_ms for mark in cut], dtype=np.float64) / 1000,
        duration_s=np.array(lengths, dtype=np.float64) / 1000,
        stage=np.array([mark.stage.value for mark in cut]),
        epoch_s=epoch_s if epoch_s else _epoch_ms(lengths) / 1000,
        source=name,
    )
    return BuiltHypnogram(hypnogram=hypnogram, findings=(*twice, *fill_notes, *cut_notes))


def _note(code: str, message: str, name: str) -> Finding:
    return Finding(code=code, severity=Severity.WARNING, message=message, subject=name)


def _epoch_ms(lengths_ms: list[int]) -> int:
    """Find the scoring epoch.

    The usual length that divides all intervals (the last may be short), else the commonest
    length.
    """
    body = lengths_ms[:-1] or lengths_ms
    for epoch_ms in USUAL_EPOCHS_MS:
        if all(length % epoch_ms == 0 for length in body):
            return epoch_ms
    values, counts = np.unique(body, return_counts=True)
    return int(values[np.argmax(counts)])


def _fill_lengths(
    marks: list[StagedMark], name: str, declared_ms: int
) -> tuple[list[StagedMark], list[Finding]]:
    """Give marks without a length the time to the next mark; the last one gets a single epoch."""
    filled: list[StagedMark] = []
    missing = 0
    for mark, following in zip_longest(marks, marks[1:]):
        if mark.duration_ms:
            filled.append(mark)
            continue
        missing += 1
        length_ms = (
            following.onset_ms - mark.onset_ms if following else declared_ms or USUAL_EPOCHS_MS[0]
        )
        if length_ms > 0:
            filled.append(
                StagedMark(
                    onset_ms=mark.onset_ms,
                    duration_ms=length_ms,
                    stage=mark.stage,
                    place=mark.place,
                )
            )
    message = f"{missing} stage marks have no length; each was taken to last until the next one."
    return filled, [_note("stage-length-missing", message, name)] if missing else []


def _cut_overlaps(marks: list[StagedMark], name: str) -> tuple[list[StagedMark], list[Finding]]:
    """Cut an interval where the next begins; refuse two different stages at one time."""
    kept: list[StagedMark] = []
    overlaps = 0
    for mark, following in zip_longest(marks, marks[1:]):
        end_ms = mark.onset_ms + (mark.duration_ms or 0)
        if following is None or end_ms <= following.onset_ms:
            kept.append(mark)
            continue
        if mark.stage is not following.stage and end_ms - following.onset_ms > ROUNDING_MS:
            raise InputError(
                f"{name}: {mark.place} says {mark.stage} until {end_ms / 1000:g} s and {following.place} says {following.stage} from "
                f"{following.onset_ms / 1000:g} s; two scorings may be mixed, give one."
            )
        overlaps += 1
        if mark.stage is following.stage and end_ms > following.onset_ms + (
            following.duration_ms or 0
        ):
            raise InputError(
                f"{name}: {following.place} ({following.stage} from {following.onset_ms / 1000:g} s) lies inside {mark.place}; "
                f"two scorings may be mixed, give one."
            )
        length_ms = following.onset_ms - mark.onset_ms
        if length_ms > 0:
            kept.append(
                StagedMark(
                    onset_ms=mark.onset_ms,
                    duration_ms=length_ms,
                    stage=mark.stage,
                    place=mark.place,
                )
            )
    return kept, [
        _note(
            "stage-overlap-cut",
            f"{overlaps} stage marks overlap their successor; they were cut.",
            name,
        )
    ] if overlaps else []
