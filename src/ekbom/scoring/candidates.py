"""Both legs become one table.

Movements that belong together are combined, and each is a candidate (CLM) or not.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ekbom.criteria.scoring import ScoringCriteria
from ekbom.model.movements import Candidates, LegMovements, Side
from ekbom.model.recording import BoolArray, IntArray, StrArray
from ekbom.scoring.bounds import largest_ms
from ekbom.scoring.legs import group_duration_s
from ekbom.scoring.rule_names import TEXT, NonCandidate
from ekbom.scoring.stage_time import bounds_ms


class _Parts(NamedTuple):
    """One-sided movements in the order they are grouped.

    `row` points into the table of the legs.
    """

    row: IntArray
    onset_ms: IntArray
    end_ms: IntArray
    side: StrArray

    def take(self, rows: IntArray) -> "_Parts":
        """Take some of the parts in the given order."""
        return _Parts(
            row=self.row[rows],
            onset_ms=self.onset_ms[rows],
            end_ms=self.end_ms[rows],
            side=self.side[rows],
        )


def combine_candidates(
    legs: LegMovements,
    *,
    criteria: ScoringCriteria,
    left_out: StrArray | None = None,
) -> Candidates:
    """Combine the movements of both legs and say which are candidates.

    Parameters
    ----------
    legs
        Movements of both legs after `join_leg_movements`.
    criteria
        The standard.
    left_out
        Shape (n,): for standards that look at breathing and sleep before the legs are combined, the
        reason why a movement is no LM, empty where it is one (see
        `ekbom.scoring.links.left_out_before_combination`).

    Notes
    -----
    1. ``gap``: movements of both legs are chained while the next onset lies closer to the latest
       offset than the gap. A chain that is no candidate leaves no candidate of its parts behind.
    2. ``onset``: two consecutive movements of different legs are paired by the distance of their
       onsets; a third one stays separate. Movements that are no LM by the standard are looked over.
    3. Movements without a side are never combined.
    4. Of a movement that a person marked on both legs at once the parts are unknown; it is held to
       the limit of a bilateral one.

    Examples
    --------
    >>> from ekbom import combine_candidates, load_rule_set, read_result
    >>> from ekbom.rules.load_scoring import scoring_criteria
    >>> criteria = scoring_criteria(load_rule_set("wasm2016"))
    >>> legs = read_result("result.json").leg_movements
    >>> candidates = combine_candidates(legs, criteria=criteria)
    >>> len(candidates.onset_s) <= len(legs.onset_s)
    True
    """
    reason = _not_lm(legs, criteria=criteria)
    if left_out is not None:
        reason = np.where(reason == "", left_out, reason).astype(TEXT)
    parts = _sorted_parts(legs)
    starts = _group_starts(
        parts, lm=(reason == "")[parts.row], criteria=criteria
    )
    return _table(
        legs, parts=_grouped(parts, starts), reason=reason, criteria=criteria
    )


class _Groups(NamedTuple):
    """Parts ordered group by group, and the position of the first part of each group."""

    parts: _Parts
    first: IntArray

    @property
    def n_parts(self) -> IntArray:
        """Number of parts of each group."""
        return np.diff(np.append(self.first, len(self.parts.row))).astype(
            np.int64
        )


def _not_lm(legs: LegMovements, *, criteria: ScoringCriteria) -> StrArray:
    """Name the rule by which a movement of one leg is no LM at all, empty where it is one."""
    reason = np.full(len(legs.onset_s), "", dtype=TEXT)
    if not criteria.over_long_is_lm:
        too_long = _length_ms(legs) > largest_ms(criteria.clm_max_duration_s)
        reason[too_long & ~legs.truncated] = NonCandidate.LONGER_THAN_LIMIT
    if criteria.rhythmic_policy == "drop" and legs.rhythmic is not None:
        reason[legs.rhythmic] = NonCandidate.RHYTHMIC
    return reason


def _length_ms(legs: LegMovements) -> IntArray:
    """Duration of each movement in ms, from rounded onset to rounded offset."""
    onset, end = bounds_ms(legs)
    return end - onset


def _sorted_parts(legs: LegMovements) -> _Parts:
    """Sort the movements of both legs by onset.

    Ties by offset and side, so that the order of the input is of no consequence.
    """
    onset, end = bounds_ms(legs)
    row = np.lexsort((legs.side, end, onset))
    return _Parts(
        row=row,
        onset_ms=onset[row],
        end_ms=end[row],
        side=legs.side[row],
    )


def _group_starts(
    parts: _Parts,
    *,
    lm: BoolArray,
    criteria: ScoringCriteria,
) -> IntArray:
    """Give the number of the group each part belongs to, in the order in which groups begin."""
    combinable = np.flatnonzero(lm & (parts.side != Side.UNKNOWN.value))
    joins_previous = np.zeros(len(parts.row), dtype=bool)
    subset = parts.take(combinable)
    joins = (
        _chained(subset, criteria=criteria)
        if criteria.leg_combination == "gap"
        else _paired(subset, criteria=criteria)
    )
    joins_previous[combinable] = joins
    group = np.empty(len(parts.row), dtype=np.int64)
    group[~joins_previous] = np.arange(np.count_nonzero(~joins_previous))
    leader = np.maximum.accumulate(np.where(joins, -1, np.arange(len(joins))))
    group[combinable] = group[combinable[leader]]
    return group


def _chained(parts: _Parts, *, criteria: ScoringCriteria) -> BoolArray:
    """Say of each part whether its gap to the latest offset so far joins it to what came before."""
    joins = np.zeros(len(parts.row), dtype=bool)
    if criteria.bilateral_gap_s is not None and len(joins):
        latest = np.maximum.accumulate(parts.end_ms)
        joins[1:] = parts.onset_ms[1:] <= latest[:-1] + largest_ms(
            criteria.bilateral_gap_s
        )
    return joins


def _paired(parts: _Parts, *, criteria: ScoringCriteria) -> BoolArray:
    """Say of each part whether it is the second of a pair.

    Other leg, onset close to the part before, which is in no pair yet.
    """
    joins = np.zeros(len(parts.row), dtype=bool)
    if criteria.leg_merge_onset_s is None or not len(joins):
        return joins
    close = np.diff(parts.onset_ms) <= largest_ms(criteria.leg_merge_onset_s)
    able = np.concatenate(
        ([False], close & (parts.side[1:] != parts.side[:-1]))
    )
    position = np.arange(len(joins))
    run_start = np.maximum.accumulate(np.where(able, -1, position))
    return np.asarray(able & ((position - run_start) % 2 == 1), dtype=bool)


def _grouped(parts: _Parts, group: IntArray) -> _Groups:
    """Order the parts group by group."""
    order = np.argsort(group, kind="stable")
    first = np.flatnonzero(np.diff(group[order], prepend=-1))
    return _Groups(parts=parts.take(order), first=first)


def _table(
    legs: LegMovements,
    *,
    parts: _Groups,
    reason: StrArray,
    criteria: ScoringCriteria,
) -> Candidates:
    """Write one row per group."""
    rows, first, n_parts = parts.parts.row, parts.first, parts.n_parts
    lead = rows[first]
    excluded = reason[lead] != ""
    judged = _nonclm_reason(legs, parts, criteria=criteria)
    nonclm = np.where(excluded, reason[lead], judged).astype(TEXT)
    reference = (
        lead
        if criteria.group_reference == "first"
        else rows[first + n_parts - 1]
    )
    return Candidates(
        onset_s=legs.onset_s[lead],
        duration_s=group_duration_s(legs, rows=rows, first=first),
        side=_sides(parts),
        n_parts=n_parts,
        clm=nonclm == "",
        nonclm_reason=nonclm,
        excluded=excluded,
        interval_from_s=legs.onset_s[reference],
        parts=_part_rows(rows, first),
    )


def _sides(groups: _Groups) -> StrArray:
    """Name the leg of each group, or that it has parts of both."""
    side = groups.parts.side
    first = groups.first
    left, right = (
        _any(side == leg.value, first) for leg in (Side.LEFT, Side.RIGHT)
    )
    return np.where(left & right, Side.BILATERAL.value, side[first])


def _nonclm_reason(
    legs: LegMovements,
    groups: _Groups,
    *,
    criteria: ScoringCriteria,
) -> StrArray:
    """Name the rule by which a combined movement is no candidate.

    Of several the first of: truncated, rhythmic, parts, whole.
    """
    parts, first = groups
    reason = np.full(len(first), "", dtype=TEXT)
    for fails, rule in _failures(groups, criteria=criteria):
        reason[fails] = rule
    if criteria.rhythmic_policy == "nonclm" and legs.rhythmic is not None:
        reason[_any(legs.rhythmic[parts.row], first)] = NonCandidate.RHYTHMIC
    reason[_any(legs.truncated[parts.row], first)] = NonCandidate.TRUNCATED
    return reason


def _failures(
    groups: _Groups, *, criteria: ScoringCriteria
) -> Iterator[tuple[BoolArray, NonCandidate]]:
    """Give the groups that fail each limit of length and number; the last named rule counts."""
    parts, first = groups
    marked_both = parts.side == Side.BILATERAL.value
    several = (groups.n_parts > 1) | _any(marked_both, first)
    if criteria.bilateral_max_duration_s is not None:
        whole = _max(parts.end_ms, first) - parts.onset_ms[first]
        too_long = whole > largest_ms(criteria.bilateral_max_duration_s)
        yield several & too_long, NonCandidate.BILATERAL_LONGER_THAN_LIMIT
    if criteria.bilateral_max_parts is not None:
        yield (
            groups.n_parts > criteria.bilateral_max_parts,
            NonCandidate.TOO_MANY_PARTS,
        )
    long_part = _any(_too_long(parts, marked_both, criteria=criteria), first)
    yield long_part & several, NonCandidate.PART_LONGER_THAN_LIMIT
    yield long_part & ~several, NonCandidate.LONGER_THAN_LIMIT


def _too_long(
    parts: _Parts, marked_both: BoolArray, *, criteria: ScoringCriteria
) -> BoolArray:
    """Say of each part whether it is too long for one leg.

    Of a movement marked on both legs only the whole is known.
    """
    too_long = parts.end_ms - parts.onset_ms > largest_ms(
        criteria.clm_max_duration_s
    )
    return (
        too_long
        if criteria.bilateral_max_duration_s is None
        else too_long & ~marked_both
    )


def _part_rows(rows: IntArray, first: IntArray) -> tuple[tuple[int, ...], ...]:
    """List the rows of the parts of each group."""
    numbers = rows.tolist()
    edges = [*first.tolist(), len(rows)]
    return tuple(tuple(numbers[start:end]) for start, end in pairwise(edges))


def _any(flags: BoolArray, first: IntArray) -> BoolArray:
    """Say of each group whether the flag is set in one of its parts."""
    return (
        np.logical_or.reduceat(flags, first)
        if len(first)
        else np.zeros(0, dtype=bool)
    )


def _max(values: IntArray, first: IntArray) -> IntArray:
    """Take the largest value of each group."""
    return (
        np.maximum.reduceat(values, first)
        if len(first)
        else np.zeros(0, dtype=np.int64)
    )
