"""Stage marks become a hypnogram: sorted, without overlap, every repair named."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise, zip_longest

import numpy as np

from ekbom.model.errors import InputError
from ekbom.model.events import Hypnogram, Stage
from ekbom.model.finding import Finding, Severity

USUAL_EPOCHS_MS = (30_000, 20_000)
"""Epoch lengths in use.

A file whose intervals are all whole multiples of one of them was scored in it.
"""

ROUNDING_MS = 1_000
"""Overlap of neighbouring stages that whole-second clock times can cause; it is cut.

More is a contradiction.
"""


class Repair(StrEnum):
    """What may have to be repaired in the stages of a night."""

    REPEATED = "stage-repeated"
    LENGTH_MISSING = "stage-length-missing"
    OVERLAP_CUT = "stage-overlap-cut"


@dataclass(frozen=True, kw_only=True)
class StagedMark:
    """One stage mark in whole milliseconds; `duration_ms` is None where the file gives none."""

    onset_ms: int
    duration_ms: int | None
    stage: Stage
    place: str

    @property
    def end_ms(self) -> int:
        """The end of the mark; its onset where it has no length."""
        return self.onset_ms + (self.duration_ms or 0)


Marks = Sequence[StagedMark]


@dataclass(frozen=True, eq=False, kw_only=True)
class BuiltHypnogram:
    """A hypnogram, None where no epoch carries a stage, and what was repaired."""

    hypnogram: Hypnogram | None
    findings: tuple[Finding, ...]


def build_hypnogram(
    marks: Iterable[StagedMark],
    *,
    name: str,
    epoch_s: float | None = None,
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
        mark, overlaps of at most a second are cut, each with a finding.

    Raises
    ------
    InputError
        Two different stages overlap by more than a second, or one mark lies inside another.
    """
    ordered = sorted(marks, key=lambda mark: (mark.onset_ms, mark.place))
    unique = _once_each(ordered)
    filled = _fill_lengths(unique, round((epoch_s or 0) * 1000))
    cut = _cut_overlaps(filled, name)
    if all(mark.stage is Stage.UNSCORED for mark in cut):
        count = {"count": len(cut)}
        unscored = Finding(
            "stages-all-unscored",
            Severity.WARNING,
            name,
            count,
        )
        return BuiltHypnogram(
            hypnogram=None, findings=(unscored,) if cut else ()
        )
    findings = _repairs(
        name,
        len(ordered) - len(unique),
        unique,
        filled,
    )
    hypnogram = _hypnogram(
        cut,
        epoch_s=epoch_s,
        source=name,
    )
    return BuiltHypnogram(hypnogram=hypnogram, findings=tuple(findings))


def _hypnogram(
    marks: Marks, *, epoch_s: float | None, source: str
) -> Hypnogram:
    lengths_ms = [mark.duration_ms or 0 for mark in marks]
    return Hypnogram(
        onset_s=np.array([mark.onset_ms for mark in marks], dtype=np.float64)
        / 1000,
        duration_s=np.array(lengths_ms, dtype=np.float64) / 1000,
        stage=np.array([mark.stage.value for mark in marks]),
        epoch_s=epoch_s or _epoch_ms(lengths_ms) / 1000,
        source=source,
    )


def _once_each(ordered: Iterable[StagedMark]) -> list[StagedMark]:
    """Drop exact repetitions of a mark."""
    unique: dict[tuple[int, int | None, Stage], StagedMark] = {}
    for mark in ordered:
        unique.setdefault((mark.onset_ms, mark.duration_ms, mark.stage), mark)
    return list(unique.values())


def _repairs(
    name: str, repeated: int, unique: Marks, filled: Marks
) -> list[Finding]:
    """Say what was dropped, filled and cut."""
    counts = {
        Repair.REPEATED: repeated,
        Repair.LENGTH_MISSING: sum(not mark.duration_ms for mark in unique),
        Repair.OVERLAP_CUT: sum(
            mark.end_ms > after.onset_ms for mark, after in pairwise(filled)
        ),
    }
    return [
        Finding(Repair(repair), Severity.WARNING, name, {"count": count})
        for repair, count in counts.items()
        if count
    ]


def _epoch_ms(lengths_ms: Sequence[int]) -> int:
    """Tell the scoring epoch.

    The usual length that divides all intervals (the last may be short), else the commonest
    length.
    """
    body = lengths_ms[:-1] or lengths_ms
    for epoch_ms in USUAL_EPOCHS_MS:
        if all(length % epoch_ms == 0 for length in body):
            return epoch_ms
    values, counts = np.unique(body, return_counts=True)
    return int(values[np.argmax(counts)])


def _fill_lengths(marks: Marks, declared_ms: int) -> list[StagedMark]:
    """Give marks without a length the time to the next mark; the last one gets a single epoch."""
    filled = []
    last_ms = declared_ms or USUAL_EPOCHS_MS[0]
    for mark, following in zip_longest(marks, marks[1:]):
        until_next_ms = (
            following.onset_ms - mark.onset_ms if following else last_ms
        )
        length_ms = mark.duration_ms or until_next_ms
        if length_ms > 0:
            filled.append(replace(mark, duration_ms=length_ms))
    return filled


def _cut_overlaps(marks: Marks, name: str) -> list[StagedMark]:
    """Cut an interval where the next begins; refuse two different stages at one time."""
    cut = []
    for mark, following in pairwise(marks):
        if mark.end_ms > following.onset_ms:
            _refuse_contradiction(mark, following, name)
        length_ms = min(mark.end_ms, following.onset_ms) - mark.onset_ms
        if length_ms > 0:
            cut.append(replace(mark, duration_ms=length_ms))
    return [*cut, *marks[-1:]]


def _refuse_contradiction(
    mark: StagedMark,
    following: StagedMark,
    name: str,
) -> None:
    """Refuse an overlap that rounding cannot explain."""
    begins_s = following.onset_ms / 1000
    same = mark.stage is following.stage
    if not same and mark.end_ms - following.onset_ms > ROUNDING_MS:
        raise InputError(
            f"{name}: {mark.place} says {mark.stage} until {mark.end_ms / 1000:g} s "
            f"and {following.place} says {following.stage} from {begins_s:g} s; "
            "two scorings may be mixed, give one."
        )
    if same and mark.end_ms > following.end_ms:
        raise InputError(
            f"{name}: {following.place} ({following.stage} from {begins_s:g} s) "
            f"lies inside {mark.place}; two scorings may be mixed, give one."
        )
