"""Why a movement is no candidate, in no series, or begins a new run: the rule with its values."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from ekbom.criteria.scoring import Limit, ScoringCriteria
from ekbom.model.finding import Reason, Value
from ekbom.model.movements import ScoredMovements
from ekbom.scoring.rule_names import NonCandidate, NotInSeries, RunStart


def movement_number(row: int) -> Reason:
    """Name a movement by its number in the table, from 1."""
    return Reason("movement", {"movement": row + 1})


class Judged(NamedTuple):
    """Movements as one standard judges them; `label` names a row."""

    rows: ScoredMovements
    criteria: ScoringCriteria
    label: Callable[[int], Reason] = movement_number


Values = Mapping[str, Value | Reason]


def why_not_in_series(judged: Judged, row: int) -> Reason | None:
    """Say why a movement is no PLM; None for a PLM."""
    if judged.rows.plm[row]:
        return None
    if not judged.rows.clm[row]:
        return why_no_candidate(judged, row)
    rule = NotInSeries(str(judged.rows.series_reason[row]))
    return Reason(rule, _SERIES_VALUES[rule](judged, row))


def why_no_candidate(judged: Judged, row: int) -> Reason | None:
    """Say why a movement is no CLM; None for a CLM."""
    return None if judged.rows.clm[row] else _no_candidate(judged, row)


def _no_candidate(judged: Judged, row: int) -> Reason:
    rule = NonCandidate(str(judged.rows.nonclm_reason[row]))
    return Reason(rule, _CANDIDATE_VALUES.get(rule, _nothing)(judged, row))


def why_run_begins(judged: Judged, row: int) -> Reason:
    """Say what lies before the first CLM of a run, seen from that CLM."""
    rule = RunStart(str(judged.rows.run_reason[row]))
    return Reason(rule, _START_VALUES.get(rule, _nothing)(judged, row))


class Between(StrEnum):
    """What lies between two runs, seen from neither of them."""

    GAP = "recording-gap-between"
    NONCLM = "nonclm-between"
    LONG_INTERVAL = "long-interval-between"
    SHORT_INTERVAL = "short-interval-between"
    STATE_CHANGE = "state-change-between"
    FIRST = "nothing-between"


def what_lies_between(judged: Judged, row: int) -> Reason:
    """Say what lies before the first CLM of a run, seen from elsewhere."""
    start = RunStart(str(judged.rows.run_reason[row]))
    return Reason(Between[start.name], _START_VALUES.get(start, _nothing)(judged, row))


def run_bounds(movements: ScoredMovements, row: int) -> tuple[int, int | None]:
    """Find the first row of the run a CLM is in, and the first row of the next run.

    The second is None at the end of the night.
    """
    run = movements.run_id
    first = int(np.flatnonzero(run == run[row])[0])
    later = np.flatnonzero((run > run[row]) & (movements.run_reason != ""))
    return first, int(later[0]) if len(later) else None


def run_size(movements: ScoredMovements, row: int) -> int:
    """Count the CLM of the run a CLM is in."""
    return int(np.count_nonzero(movements.run_id == movements.run_id[row]))


def _nothing(_judged: Judged, _row: int) -> Values:
    return {}


def _seconds(value: float) -> float:
    """Round to whole milliseconds, in which times are compared."""
    return round(float(value), 3)


def _limit_s(limit: Limit | None) -> float:
    return float("inf") if limit is None else limit.value


def _too_long(judged: Judged, row: int) -> Values:
    limit_s = _limit_s(judged.criteria.clm_max_duration_s)
    return {"duration_s": _seconds(judged.rows.duration_s[row]), "limit_s": limit_s}


def _bilateral_too_long(judged: Judged, row: int) -> Values:
    limit_s = _limit_s(judged.criteria.bilateral_max_duration_s)
    return {"duration_s": _seconds(judged.rows.duration_s[row]), "limit_s": limit_s}


def _part_too_long(judged: Judged, _row: int) -> Values:
    return {"limit_s": _limit_s(judged.criteria.clm_max_duration_s)}


def _parts(judged: Judged, row: int) -> Values:
    most = judged.criteria.bilateral_max_parts or 0
    return {"parts": int(judged.rows.n_parts[row]), "most": most}


def _long_interval(judged: Judged, row: int) -> Values:
    limit_s = judged.criteria.imi_max_s.value
    return {"interval_s": _seconds(judged.rows.imi_s[row]), "limit_s": limit_s}


def _short_interval(judged: Judged, row: int) -> Values:
    limit_s = judged.criteria.imi_min_s.value
    return {"interval_s": _seconds(judged.rows.imi_s[row]), "limit_s": limit_s}


def _nonclm_before(judged: Judged, row: int) -> Values:
    """Name the movement before the run, and why it is no candidate."""
    other = int(np.flatnonzero(~judged.rows.clm[:row])[-1])
    return {"movement": judged.label(other), "why": _no_candidate(judged, other)}


def _run_too_short(judged: Judged, row: int) -> Values:
    """Say how long the run is, and what lies before and after it."""
    first, following = run_bounds(judged.rows, row)
    after = Reason("no-clm-follows")
    if following is not None:
        after = Reason("after-it", {"what": what_lies_between(judged, following)})
    return {
        "size": run_size(judged.rows, row),
        "needed": judged.criteria.series_min_count,
        "before": why_run_begins(judged, first),
        "after": after,
    }


ValuesOf = Callable[[Judged, int], Values]
_CANDIDATE_VALUES: Mapping[NonCandidate, ValuesOf] = {
    NonCandidate.LONGER_THAN_LIMIT: _too_long,
    NonCandidate.PART_LONGER_THAN_LIMIT: _part_too_long,
    NonCandidate.TOO_MANY_PARTS: _parts,
    NonCandidate.BILATERAL_LONGER_THAN_LIMIT: _bilateral_too_long,
}
_START_VALUES: Mapping[RunStart, ValuesOf] = {
    RunStart.NONCLM: _nonclm_before,
    RunStart.LONG_INTERVAL: _long_interval,
    RunStart.SHORT_INTERVAL: _short_interval,
}
_SERIES_VALUES: Mapping[NotInSeries, ValuesOf] = {
    NotInSeries.RUN_TOO_SHORT: _run_too_short,
    NotInSeries.SKIPPED_SHORT_INTERVAL: _short_interval,
    NotInSeries.AFTER_SHORT_INTERVAL: _short_interval,
}
