"""Why two standards differ on one night, movement by movement."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ekbom.model.finding import Reason
from ekbom.model.movements import ScoredMovements, Side
from ekbom.model.recording import BoolArray, IntArray, StrArray
from ekbom.scoring.rule_names import NotInSeries
from ekbom.scoring.stage_time import bounds_ms
from ekbom.scoring.why import (
    Judged,
    Values,
    movement_number,
    run_bounds,
    run_size,
    what_lies_between,
    why_no_candidate,
    why_not_in_series,
    why_run_begins,
)

NOTHING = Reason("candidate")
"""Stands where a standard that leaves a movement out gives no reason, which none does."""


@dataclass(frozen=True, kw_only=True)
class MovementDifference:
    """One movement two standards judge differently.

    `row_a`, `row_b` are its numbers from 1 in each table, 0 = in none.
    """

    row_a: int
    row_b: int
    onset_s: float
    in_series_a: bool
    in_series_b: bool
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class RulesDifference:
    """Two standards on one night.

    How many PLM each counts, and every movement they judge differently, in time order.
    """

    name_a: str
    name_b: str
    n_plm_a: int
    n_plm_b: int
    n_both: int
    movements: tuple[MovementDifference, ...]


class Standard(NamedTuple):
    """One of two standards with its rows; `other` maps each to a row of the other, -1 = none."""

    name: str
    judged: Judged
    other: IntArray

    @property
    def rows(self) -> ScoredMovements:
        """Its movements."""
        return self.judged.rows


def two_standards(
    a: tuple[str, Judged], b: tuple[str, Judged]
) -> tuple[Standard, Standard]:
    """Put two standards side by side, each by its name and its judged movements.

    A movement of the second is named by its number in the first table where both mean the same.
    """
    (name_a, judged_a), (name_b, judged_b) = a, b
    a_to_b = match_rows(judged_a.rows, judged_b.rows)
    b_to_a = match_rows(judged_b.rows, judged_a.rows)

    def label(row: int) -> Reason:
        partner = int(b_to_a[row])
        if partner >= 0 and int(a_to_b[partner]) == row:
            return movement_number(partner)
        return Reason("movement-of", {"movement": row + 1, "rules": name_b})

    second = judged_b._replace(label=label)
    return Standard(name_a, judged_a, a_to_b), Standard(name_b, second, b_to_a)


def match_rows(one: ScoredMovements, other: ScoredMovements) -> IntArray:
    """Find for each row the row of the other table that overlaps it longest, -1 where none does.

    Movements on different legs are never the same; a bilateral one may be the same as either.
    """
    times = bounds_ms(one)
    others = bounds_ms(other)
    reach = np.maximum.accumulate(others.end_ms)
    first = np.searchsorted(reach, times.onset_ms, side="right")
    last = np.searchsorted(others.onset_ms, times.end_ms, side="left")
    matched = np.full(len(first), -1, dtype=np.int64)
    for row in np.flatnonzero(last > first).tolist():
        rows = np.arange(first[row], last[row])
        begins = np.maximum(others.onset_ms[rows], times.onset_ms[row])
        lasting = np.minimum(others.end_ms[rows], times.end_ms[row]) - begins
        lasting[~_same_leg(str(one.side[row]), other.side[rows])] = 0
        best = int(np.argmax(lasting))
        if lasting[best] > 0:
            matched[row] = rows[best]
    return matched


def _same_leg(one: str, others: StrArray) -> BoolArray:
    """Say which sides may belong to the same movement."""
    same = (others == one) | (others == Side.BILATERAL.value)
    return np.asarray(same | (one == Side.BILATERAL.value), dtype=np.bool_)


def compare_standards(first: Standard, second: Standard) -> RulesDifference:
    """Count what either standard finds, and list what they judge differently."""
    matched = first.other >= 0
    both = first.rows.plm[matched] & second.rows.plm[first.other[matched]]
    return RulesDifference(
        name_a=first.name,
        name_b=second.name,
        n_plm_a=int(np.count_nonzero(first.rows.plm)),
        n_plm_b=int(np.count_nonzero(second.rows.plm)),
        n_both=int(np.count_nonzero(both)),
        movements=differences(first, second),
    )


def differences(a: Standard, b: Standard) -> tuple[MovementDifference, ...]:
    """List the movements that two standards judge differently, in time order."""
    listed = sorted(
        (*_of_the_first(a, b), *_of_the_second_alone(a, b)),
        key=lambda item: (item.onset_s, item.row_a, item.row_b),
    )
    return tuple(listed)


def _of_the_first(a: Standard, b: Standard) -> Iterator[MovementDifference]:
    for row in range(len(a.rows.onset_s)):
        reason = _difference(a, b, row)
        partner = int(a.other[row])
        if reason is not None:
            yield MovementDifference(
                row_a=row + 1,
                row_b=partner + 1,
                onset_s=float(a.rows.onset_s[row]),
                in_series_a=bool(a.rows.plm[row]),
                in_series_b=partner >= 0 and bool(b.rows.plm[partner]),
                reason=reason,
            )


def _of_the_second_alone(
    a: Standard, b: Standard
) -> Iterator[MovementDifference]:
    for row in np.flatnonzero(b.other < 0).tolist():
        reason = _alone(b, a.name, row)
        if reason is not None:
            yield MovementDifference(
                row_a=0,
                row_b=row + 1,
                onset_s=float(b.rows.onset_s[row]),
                in_series_a=False,
                in_series_b=bool(b.rows.plm[row]),
                reason=reason,
            )


def _difference(a: Standard, b: Standard, row: int) -> Reason | None:
    """Say how a movement of the first standard fares by the second; None if alike."""
    partner = int(a.other[row])
    if partner < 0:
        return _alone(a, b.name, row)
    whole = int(b.other[partner])
    if whole != row and int(a.other[whole]) == partner:
        values: Values = {
            "movement": row + 1,
            "a": a.name,
            "whole": whole + 1,
            "b": b.name,
        }
        return Reason("combined-differently", values)
    return _by_one(a, b, row, partner)


def _by_one(
    a: Standard,
    b: Standard,
    row: int,
    partner: int,
) -> Reason | None:
    """Say that one standard alone takes a movement, into a series or as a candidate."""
    by_series = a.rows.plm[row] != b.rows.plm[partner]
    if not by_series and a.rows.clm[row] == b.rows.clm[partner]:
        return None
    a_says_yes = a.rows.plm[row] if by_series else a.rows.clm[row]
    yes, no, out = (a, b, partner) if a_says_yes else (b, a, row)
    code = "series-by-one" if by_series else "candidate-by-one"
    why = (
        _decisive(no, yes, out)
        if by_series
        else why_no_candidate(no.judged, out) or NOTHING
    )
    return Reason(
        code,
        {
            "movement": row + 1,
            "yes": yes.name,
            "no": no.name,
            "why": why,
        },
    )


def _alone(standard: Standard, other: str, row: int) -> Reason | None:
    """Say that only one standard knows the movement.

    One that it leaves out itself is no difference.
    """
    if standard.rows.excluded[row]:
        return None
    code = "series-alone" if standard.rows.plm[row] else "movement-alone"
    onset_s = round(float(standard.rows.onset_s[row]), 3)
    values: Values = {
        "movement": row + 1,
        "rules": standard.name,
        "onset_s": onset_s,
        "other": other,
    }
    return Reason(code, values)


def _decisive(
    no: Standard,
    yes: Standard,
    row: int,
) -> Reason:
    """Say what keeps a movement out of a series by one standard that the other does not mind."""
    if no.rows.series_reason[row] != NotInSeries.RUN_TOO_SHORT:
        return why_not_in_series(no.judged, row) or NOTHING
    first, following = run_bounds(no.rows, row)
    starts = [first] if following is None else [first, following]
    ends = [_run_end(no, at, row) for at in starts if _is_joined(no, yes, at)]
    if not ends:
        return why_not_in_series(no.judged, row) or NOTHING
    what = (
        ends[0]
        if len(ends) == 1
        else Reason("both", {"first": ends[0], "second": ends[1]})
    )
    return Reason("leaves-run", {"what": what, "size": run_size(no.rows, row)})


def _run_end(no: Standard, start: int, row: int) -> Reason:
    """Say what lies before the first CLM of a run, seen from a movement."""
    if start == row:
        return why_run_begins(no.judged, start)
    what = what_lies_between(no.judged, start)
    return Reason(
        "before-movement", {"movement": no.judged.label(start), "what": what}
    )


def _is_joined(
    no: Standard,
    yes: Standard,
    first: int,
) -> bool:
    """Say whether the other standard has this CLM and one before it in the same series."""
    partner = int(no.other[first])
    if partner < 0 or not yes.rows.plm[partner]:
        return False
    members = np.flatnonzero(yes.rows.series_id == yes.rows.series_id[partner])
    return int(members[0]) < partner
