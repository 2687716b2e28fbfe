"""Movements of one leg: bursts that belong together are one; too short ones do not exist."""

from dataclasses import fields
from typing import Any

import numpy as np

from ekbom.criteria.scoring import ScoringCriteria
from ekbom.model.errors import InputError
from ekbom.model.movements import LegMovements, MovementEvidence
from ekbom.model.recording import BoolArray, IntArray
from ekbom.scoring.bounds import largest_ms, smallest_ms
from ekbom.scoring.stage_time import to_ms

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


def join_leg_movements(legs: LegMovements, *, criteria: ScoringCriteria) -> LegMovements:
    """Join movements of a leg that are closer than the standard's gap; drop the too short ones.

    The gap runs from the latest offset so far to the next onset. A joined movement is truncated or
    rhythmic if one of its bursts is. Movements without a side join among themselves. The result is
    sorted by onset; the order of the input is of no consequence.

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
    onset, end = to_ms(legs.onset_s), to_ms(legs.onset_s + legs.duration_s)
    order = np.lexsort((end, onset, legs.side))
    starts = _starts(
        legs.side[order],
        onset[order],
        end[order],
        largest_gap_ms=largest_ms(criteria.same_leg_gap_s),
    )
    joined = _joined(legs, order=order, starts=starts)
    length = to_ms(joined.onset_s + joined.duration_s) - to_ms(joined.onset_s)
    keep = np.flatnonzero(length >= smallest_ms(criteria.lm_min_duration_s))
    return _rows(
        joined, keep[np.lexsort((joined.side[keep], joined.duration_s[keep], joined.onset_s[keep]))]
    )


def _check(legs: LegMovements) -> None:
    """Refuse times no rule can be applied to."""
    wrong = np.flatnonzero(
        ~np.isfinite(legs.onset_s) | ~np.isfinite(legs.duration_s) | ~(legs.duration_s >= 0)
    )
    if len(wrong):
        row = int(wrong[0])
        raise InputError(
            f"Leg movement {row} starts at {legs.onset_s[row]} s "
            f"and lasts {legs.duration_s[row]} s; "
            "give a start in seconds and a duration that is not negative."
        )


def _starts(side: np.ndarray, onset: IntArray, end: IntArray, *, largest_gap_ms: int) -> BoolArray:
    """Mark the first burst of each movement; rows are sorted by leg and onset."""
    starts = np.ones(len(onset), dtype=bool)
    for leg in np.unique(side):
        rows = np.flatnonzero(side == leg)
        latest = np.maximum.accumulate(end[rows])
        starts[rows[1:]] = onset[rows[1:]] > latest[:-1] + largest_gap_ms
    return starts


def _joined(legs: LegMovements, *, order: IntArray, starts: BoolArray) -> LegMovements:
    """Make one movement of each group of bursts."""
    first = np.flatnonzero(starts)
    if len(first) == len(order):
        return _rows(legs, order)
    onset, end = legs.onset_s[order], (legs.onset_s + legs.duration_s)[order]
    single = np.diff(np.append(first, len(order))) == 1
    duration = np.where(
        single,
        legs.duration_s[order][first],
        np.round(np.maximum.reduceat(end, first) - onset[first], 6),
    )
    return LegMovements(
        onset_s=onset[first],
        duration_s=duration,
        side=legs.side[order][first],
        truncated=np.logical_or.reduceat(legs.truncated[order], first),
        rhythmic=None
        if legs.rhythmic is None
        else np.logical_or.reduceat(legs.rhythmic[order], first),
        evidence=None
        if legs.evidence is None
        else _joined_evidence(legs.evidence, order=order, first=first),
    )


def _joined_evidence(
    evidence: MovementEvidence, *, order: IntArray, first: IntArray
) -> MovementEvidence:
    """Sum what adds up; keep the strongest amplitude and the least confidence of the bursts.

    Of all else stands what the first burst says.
    """
    joined: dict[str, Any] = {}  # Any: columns of numbers of several kinds
    for field in fields(evidence):
        column = getattr(evidence, field.name)
        how = _EVIDENCE_OF_A_GROUP.get(field.name)
        joined[field.name] = (
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
        columns = {field.name: getattr(evidence, field.name) for field in fields(evidence)}
        evidence = MovementEvidence(
            **{name: column[rows] if len(column) else column for name, column in columns.items()}
        )
    return LegMovements(
        onset_s=legs.onset_s[rows],
        duration_s=legs.duration_s[rows],
        side=legs.side[rows],
        truncated=legs.truncated[rows],
        rhythmic=None if legs.rhythmic is None else legs.rhythmic[rows],
        evidence=evidence,
    )
