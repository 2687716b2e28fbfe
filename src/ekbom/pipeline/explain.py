"""From an index back to the movements: which count, which almost do, and what kept each out."""

from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from ekbom.criteria.index_key import IndexKey
from ekbom.model.errors import UsageError
from ekbom.model.finding import Reason
from ekbom.model.movements import ScoredMovements
from ekbom.model.result import IndexValue, RuleSetScore, StudyResult
from ekbom.rules.load_scoring import scoring_criteria
from ekbom.scoring.indices.conditions import Condition, conditions_of
from ekbom.scoring.indices.scored_time import night_time
from ekbom.scoring.why import Judged

MOST_SIMILAR = 12


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


def explain_index(
    result: StudyResult, name: str, *, rule_set: str | None = None
) -> Explanation:
    """Say which movements an index counts, which almost, and which rule kept each of those out.

    Parameters
    ----------
    result
        A scored night.
    name
        An index by its name, such as ``plms_per_h``.
    rule_set
        One of the rule sets the night was scored by; the first if left out.

    Raises
    ------
    UsageError
        If the night was not scored by the rule set, or has no index of that name.

    Examples
    --------
    >>> from ekbom import score_night
    >>> from ekbom.pipeline.explain import explain_index
    >>> result = score_night("night.edf", bootstrap_samples=0)
    >>> plms = result.scores["wasm2016"].indices["plms_count"]
    >>> len(explain_index(result, "plms_count").counting) == plms.value
    True
    """
    score = score_by(result, rule_set or next(iter(result.scores)))
    index = score.indices.get(name) or result.sleep.get(name)
    if index is None:
        raise UsageError(
            f"There is no index {name!r}; indices with such a name are {_similar(name, score)}."
        )
    judged = Judged(score.movements, scoring_criteria(score.rule_set))
    time = night_time(result.hypnogram, result.period)
    conditions = conditions_of(IndexKey.by_name()[index.name], judged, time)
    chosen, formula = score.rule_set.id, _formula(result, name)
    if conditions is None:
        note = Reason("counts-no-movements")
        return Explanation(
            index=index, rule_set=chosen, formula=formula, note=note
        )
    failed = np.sum([~condition.met for condition in conditions], axis=0)
    counting, almost = np.flatnonzero(failed == 0), np.flatnonzero(failed == 1)
    return Explanation(
        index=index,
        rule_set=chosen,
        formula=formula,
        counting=tuple(
            _movement(judged.rows, row) for row in counting.tolist()
        ),
        almost=tuple(
            _movement(judged.rows, row, _reason(conditions, row))
            for row in almost.tolist()
        ),
        n_others=int(np.count_nonzero(failed > 1)),
    )


def score_by(result: StudyResult, rule_set: str) -> RuleSetScore:
    """Take the score by one rule set.

    Raises
    ------
    UsageError
        If the night was not scored by it.
    """
    if rule_set not in result.scores:
        raise UsageError(
            f"The night was not scored by {rule_set!r}; "
            f"it was scored by {', '.join(result.scores)}."
        )
    return result.scores[rule_set]


def _similar(name: str, score: RuleSetScore) -> str:
    """List indices with a name like it."""
    return ", ".join(
        get_close_matches(name, score.indices, n=MOST_SIMILAR, cutoff=0)
    )


def _formula(result: StudyResult, name: str) -> str:
    """Take the formula of an index from the table of indices."""
    definition = (
        None
        if result.index_table is None
        else result.index_table.definitions.get(name)
    )
    return "" if definition is None else definition.formula


def _reason(conditions: list[Condition], row: int) -> Reason:
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
