"""Movements of one leg: bursts that belong together are joined, too short ones dropped."""

from typing import Any

import numpy as np

from ekbom.criteria.scoring import ScoringCriteria
from ekbom.model.errors import InputError
from ekbom.model.movements import LegMovements, MovementEvidence
from ekbom.model.recording import BoolArray, FloatArray, IntArray
from ekbom.scoring.bounds import largest_ms, smallest_ms
from ekbom.scoring.stage_time import bounds_ms

_EVIDENCE_OF_A_GROUP = {
    "peak_above_rest_uv": np.maximum,
    "median_above_rest_uv": np.maximum,
    "onset_distance_uv": np.maximum,
    "area_uv_s": np.add,
    "n_bursts": np.add,
    "confidence": np.minimum,
    "confidence_low": np.minimum,
    "confidence_high": np.minimum,
}


def join_leg_movements(
    legs: LegMovements, *, criteria: ScoringCriteria
) -> LegMovements:
    """Join movements of the same leg closer than the standard's gap, then drop too short ones.

    The gap runs from the latest offset so far to the next onset. A joined movement is truncated or
    rhythmic if one of its parts is, and made of twitches if all are. Movements without a side join
    among themselves. The result is sorted by onset; the order of the input is of no consequence.

    Raises
    ------
    InputError
        If a time is no number or a duration is negative.

    Examples
    --------
    >>> from ekbom import join_leg_movements, load_rule_set, read_result
    >>> from ekbom.rules.load_scoring import scoring_criteria
    >>> criteria = scoring_criteria(load_rule_set("wasm2016"))
    >>> legs = read_result("result.json").leg_movements
    >>> len(join_leg_movements(legs, criteria=criteria).onset_s) == len(legs.onset_s)
    True
    """
    _check(legs)
    onset, end = bounds_ms(legs)
    order = np.lexsort((end, onset, legs.side))
    starts = _starts(
        legs.side[order],
        onset[order],
        end[order],
        largest_gap_ms=largest_ms(criteria.same_leg_gap_s),
    )
    joined = _joined(legs, order=order, starts=starts)
    first, last = bounds_ms(joined)
    keep = np.flatnonzero(
        last - first >= smallest_ms(criteria.lm_min_duration_s)
    )
    return _rows(
        joined,
        keep[
            np.lexsort(
                (
                    joined.side[keep],
                    joined.duration_s[keep],
                    joined.onset_s[keep],
                )
            )
        ],
    )


def _check(legs: LegMovements) -> None:
    """Refuse times no rule can be applied to."""
    wrong = np.flatnonzero(
        ~np.isfinite(legs.onset_s)
        | ~np.isfinite(legs.duration_s)
        | ~(legs.duration_s >= 0)
    )
    if len(wrong):
        row = int(wrong[0])
        raise InputError(
            f"Leg movement {row} starts at {legs.onset_s[row]} s "
            f"and lasts {legs.duration_s[row]} s; "
            "give a start in seconds and a duration that is not negative."
        )


def _starts(
    side: np.ndarray,
    onset: IntArray,
    end: IntArray,
    *,
    largest_gap_ms: int,
) -> BoolArray:
    """Mark the first burst of each movement; rows are sorted by leg and onset."""
    starts = np.ones(len(onset), dtype=bool)
    for leg in np.unique(side):
        rows = np.flatnonzero(side == leg)
        latest = np.maximum.accumulate(end[rows])
        starts[rows[1:]] = onset[rows[1:]] > latest[:-1] + largest_gap_ms
    return starts


def _joined(
    legs: LegMovements, *, order: IntArray, starts: BoolArray
) -> LegMovements:
    """Make one movement of each group of bursts."""
    first = np.flatnonzero(starts)
    if len(first) == len(order):
        return _rows(legs, order)
    return LegMovements(
        onset_s=legs.onset_s[order][first],
        duration_s=group_duration_s(legs, rows=order, first=first),
        side=legs.side[order][first],
        truncated=np.logical_or.reduceat(legs.truncated[order], first),
        rhythmic=None
        if legs.rhythmic is None
        else np.logical_or.reduceat(legs.rhythmic[order], first),
        twitches=None
        if legs.twitches is None
        else np.logical_and.reduceat(legs.twitches[order], first),
        evidence=None
        if legs.evidence is None
        else _joined_evidence(legs.evidence, order=order, first=first),
    )


def group_duration_s(
    legs: LegMovements,
    *,
    rows: IntArray,
    first: IntArray,
) -> FloatArray:
    """Time from the earliest onset to the latest offset.

    A movement of one part keeps its duration as it was read.
    """
    if not len(first):
        return np.empty(0)
    end = np.maximum.reduceat((legs.onset_s + legs.duration_s)[rows], first)
    single = np.diff(np.append(first, len(rows))) == 1
    return np.where(
        single,
        legs.duration_s[rows[first]],
        np.round(end - legs.onset_s[rows[first]], 6),
    )


def _joined_evidence(
    evidence: MovementEvidence, *, order: IntArray, first: IntArray
) -> MovementEvidence:
    """Join the evidence of bursts: see the table; what it does not name is that of the first."""
    joined: dict[str, Any] = {}  # Any: columns of numbers of several kinds
    for name, column in vars(evidence).items():
        how = _EVIDENCE_OF_A_GROUP.get(name)
        joined[name] = (
            column
            if not len(column)
            else how.reduceat(column[order], first)
            if how
            else column[order][first]
        )
    return MovementEvidence(**joined)


def _rows(legs: LegMovements, rows: IntArray) -> LegMovements:
    """Take rows of the table in the given order."""
    evidence = legs.evidence
    if evidence is not None:
        evidence = MovementEvidence(
            **{
                name: column[rows] if len(column) else column
                for name, column in vars(evidence).items()
            }
        )
    return LegMovements(
        onset_s=legs.onset_s[rows],
        duration_s=legs.duration_s[rows],
        side=legs.side[rows],
        truncated=legs.truncated[rows],
        rhythmic=None if legs.rhythmic is None else legs.rhythmic[rows],
        twitches=None if legs.twitches is None else legs.twitches[rows],
        evidence=evidence,
    )
