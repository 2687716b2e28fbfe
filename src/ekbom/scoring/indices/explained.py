"""The movements behind an index: which count, which almost do, and what kept each out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ekbom.criteria.index_key import IndexKey
from ekbom.model.finding import Reason
from ekbom.model.movements import ScoredMovements
from ekbom.model.result import IndexValue
from ekbom.scoring.indices.conditions import Condition, conditions_of
from ekbom.scoring.indices.scored_time import NightTime
from ekbom.scoring.why import Judged


@dataclass(frozen=True, kw_only=True)
class ExplainedMovement:
    """One movement and what it has to do with the index.

    `movement` is its number in movements.csv, from 1. `reason` is None if it counts, else the one
    rule that kept it out.
    """

    movement: int
    onset_s: float
    duration_s: float
    side: str
    stage: str
    reason: Reason | None = None


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """An index with the movements behind it.

    `counting` are the movements it counts; `almost` fail exactly one of its conditions; `n_others`
    fail more than one. Of a share, such as a periodicity index, they are those of its numerator. An
    interval is listed by its later movement. For an index that counts no movements both lists are
    empty and `note` says so.
    """

    index: IndexValue
    rule_set: str
    formula: str
    counting: tuple[ExplainedMovement, ...] = ()
    almost: tuple[ExplainedMovement, ...] = ()
    n_others: int = 0
    note: Reason | None = None


def with_movements(
    explanation: Explanation, judged: Judged, time: NightTime
) -> Explanation:
    """List the movements that the index counts, and those that fail one of its conditions."""
    key = IndexKey.by_name()[explanation.index.name]
    conditions = conditions_of(key, judged, time)
    if conditions is None:
        return replace(explanation, note=Reason("counts-no-movements"))
    failed = np.sum([~condition.met for condition in conditions], axis=0)
    return replace(
        explanation,
        counting=tuple(
            _movement(judged.rows, row)
            for row in np.flatnonzero(failed == 0).tolist()
        ),
        almost=tuple(
            _movement(judged.rows, row, _reason(conditions, row))
            for row in np.flatnonzero(failed == 1).tolist()
        ),
        n_others=int(np.count_nonzero(failed > 1)),
    )


def _reason(conditions: Sequence[Condition], row: int) -> Reason:
    """Take the reason of the condition the row fails."""
    return next(
        condition.reason(row)
        for condition in conditions
        if not condition.met[row]
    )


def _movement(
    movements: ScoredMovements, row: int, reason: Reason | None = None
) -> ExplainedMovement:
    """Write one movement."""
    return ExplainedMovement(
        movement=row + 1,
        onset_s=float(movements.onset_s[row]),
        duration_s=float(movements.duration_s[row]),
        side=str(movements.side[row]),
        stage=str(movements.stage[row]),
        reason=reason,
    )
