"""What a movement must meet for an index to count it, each condition with its reason."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ekbom.criteria.index_key import (
    MOVEMENTS,
    RECORDING,
    SIDES,
    STATES,
    IndexKey,
)
from ekbom.criteria.scoring import ScoringCriteria
from ekbom.model.finding import Reason
from ekbom.model.movements import ScoredMovements
from ekbom.model.recording import BoolArray
from ekbom.scoring.indices.intervals import (
    IntervalColumns,
    in_periodic_runs,
    interval_columns,
    length_class,
    within,
)
from ekbom.scoring.indices.kinds import BY_KEY, MovementKind, side_masks
from ekbom.scoring.indices.movements import side_scopes
from ekbom.scoring.indices.scored_time import NightTime, state_masks
from ekbom.scoring.stage_time import to_ms
from ekbom.scoring.why import Judged, why_no_candidate, why_not_in_series

BREATHING_RELATED = Reason("breathing-related")
LENGTHS = ("short_count", "periodic_count", "long_count")
"""Measures that take intervals of one class of length, in the order of the classes."""


class Condition(NamedTuple):
    """One condition of an index: the rows that meet it, and the reason why a row does not."""

    met: BoolArray
    reason: Callable[[int], Reason]


def conditions_of(
    key: IndexKey, judged: Judged, time: NightTime
) -> list[Condition] | None:
    """List what a movement must meet to be counted; None if the index counts no movements.

    Of a share, such as a periodicity index, they are those of its numerator. An interval is that
    of its later movement.
    """
    if key.kind in MOVEMENTS or key.kind == "pi_movements":
        kind = BY_KEY[
            "plm" if key.kind == "pi_movements" else key.kind, key.subset
        ]
        conditions = [
            _kind_condition(judged, kind),
            *_link_conditions(judged.rows, kind),
        ]
    elif key.kind in {"imi", "pi_intervals"}:
        conditions = _interval_conditions(judged, key)
    else:
        return None
    return conditions + _place_conditions(judged.rows, time, key)


def _kind_condition(judged: Judged, kind: MovementKind) -> Condition:
    """Say which rows are of the kind itself, links left aside."""
    met = kind.base_rows(judged.rows)
    if kind.base != "plm_nr":
        met = met & ~judged.rows.excluded

    def reason(row: int) -> Reason:
        if kind.kind in {"lm", "nonclm"}:
            return why_no_candidate(judged, row) or Reason("candidate")
        if kind.base == "plm_nr" and judged.rows.plm[row]:
            return _why_not_rebuilt(judged, row)
        series = int(judged.rows.series_id[row])
        return why_not_in_series(judged, row) or Reason(
            "in-series", {"series": series}
        )

    return Condition(met, reason)


def _why_not_rebuilt(judged: Judged, row: int) -> Reason:
    """Say why a PLM is none any more after breathing-related CLM were taken out."""
    if judged.rows.rrlm[row]:
        return BREATHING_RELATED
    return Reason(
        "rebuilt-run-too-short", {"needed": judged.criteria.series_min_count}
    )


def _link_conditions(
    movements: ScoredMovements, kind: MovementKind
) -> list[Condition]:
    """Say which rows have the link with an arousal or with breathing that the kind asks for."""
    conditions = []
    if kind.arousal is not None:
        linked = Reason(
            "arousal-not-linked" if kind.arousal else "arousal-linked"
        )
        met = movements.arousal_associated == kind.arousal
        conditions.append(Condition(met, lambda _row: linked))
    if kind.breathing is not None:
        related = (
            Reason("not-breathing-related")
            if kind.breathing
            else BREATHING_RELATED
        )
        conditions.append(
            Condition(movements.rrlm == kind.breathing, lambda _row: related)
        )
    return conditions


def _interval_conditions(judged: Judged, key: IndexKey) -> list[Condition]:
    """List what the later movement of an interval must meet for the interval to be taken."""
    columns = interval_columns(judged.rows)[int(key.subset == "nr")]
    measured = columns.measured
    other_length = _taken(columns, key, judged.criteria) | ~measured

    def unmeasured(row: int) -> Reason:
        related = judged.rows.clm[row] and judged.rows.rrlm[row]
        if key.subset == "nr" and related:
            return BREATHING_RELATED
        return why_no_candidate(judged, row) or Reason("no-interval-before")

    def other(row: int) -> Reason:
        interval_s = round(float(columns.imi_s[row]), 3)
        if key.kind == "imi":
            return Reason("other-interval", {"interval_s": interval_s})
        needed = judged.criteria.pi_min_intervals
        values = {"interval_s": interval_s, "needed": needed}
        return Reason("interval-in-no-run", values)

    return [Condition(measured, unmeasured), Condition(other_length, other)]


def _taken(
    columns: IntervalColumns,
    key: IndexKey,
    criteria: ScoringCriteria,
) -> BoolArray:
    """Say which of the intervals that were measured an index takes."""
    if key.kind == "pi_intervals":
        return in_periodic_runs(columns, criteria)
    imi_ms = to_ms(np.where(columns.measured, columns.imi_s, 0.0))
    if key.measure in LENGTHS:
        wanted = LENGTHS.index(key.measure)
        return np.equal(length_class(imi_ms, criteria), wanted)
    if key.measure in {"periodic_ln_mean", "periodic_ln_sd"}:
        return within(imi_ms, criteria.ln_imi_min_s, criteria.ln_imi_max_s)
    return columns.measured


def _place_conditions(
    movements: ScoredMovements, time: NightTime, key: IndexKey
) -> list[Condition]:
    """Say which rows begin in the state, on the side and in the time that an index counts."""
    unstaged = bool(np.isnan(time.both.minutes[0]))
    if key.state == RECORDING or (key.state == "tib" and unstaged):
        recorded = time.both.recorded(to_ms(movements.onset_s))
        return [Condition(recorded, lambda _row: Reason("begins-unjudged"))]
    in_state = state_masks(movements.stage)[STATES.index(key.state)]
    on_side = side_masks(movements)[SIDES.index(key.side)]
    return [
        Condition(
            in_state, lambda row: _other_state(movements, row, key.state)
        ),
        Condition(
            on_side,
            lambda row: Reason(
                "other-side", {"side": str(movements.side[row])}
            ),
        ),
        _time_condition(movements, time, key.side),
    ]


def _other_state(movements: ScoredMovements, row: int, state: str) -> Reason:
    return Reason(
        "other-state", {"stage": str(movements.stage[row]), "state": state}
    )


def _time_condition(
    movements: ScoredMovements, time: NightTime, side: str
) -> Condition:
    """Say which rows begin in time that counts."""
    onset_ms = to_ms(movements.onset_s)
    scope = side_scopes(time)[SIDES.index(side)]
    recorded = scope.recorded(onset_ms)
    return Condition(
        scope.inside(onset_ms),
        lambda row: Reason(
            "begins-out-of-bed" if recorded[row] else "begins-unrecorded"
        ),
    )
