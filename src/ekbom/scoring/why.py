"""Why a movement is no candidate, in no series, or begins a new run: the rule with its values."""

from collections.abc import Callable, Mapping
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
    return _NO_SERIES[NotInSeries(str(judged.rows.series_reason[row]))](
        judged, row
    )


def why_no_candidate(judged: Judged, row: int) -> Reason | None:
    """Say why a movement is no CLM; None for a CLM."""
    return None if judged.rows.clm[row] else _no_candidate(judged, row)


def _no_candidate(judged: Judged, row: int) -> Reason:
    return _NO_CANDIDATE[NonCandidate(str(judged.rows.nonclm_reason[row]))](
        judged, row
    )


def why_run_begins(judged: Judged, row: int) -> Reason:
    """Say what lies before the first CLM of a run, seen from that CLM."""
    return _RUN_STARTS[RunStart(str(judged.rows.run_reason[row]))](judged, row)


def what_lies_between(judged: Judged, row: int) -> Reason:
    """Say what lies before the first CLM of a run, seen from elsewhere."""
    return _BETWEEN[RunStart(str(judged.rows.run_reason[row]))](judged, row)


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


def _seconds(value: float) -> float:
    """Round to whole milliseconds, in which times are compared."""
    return round(float(value), 3)


def _limit_s(limit: Limit | None) -> float:
    return float("inf") if limit is None else limit.value


def _too_long(judged: Judged, row: int) -> Reason:
    limit_s = _limit_s(judged.criteria.clm_max_duration_s)
    duration_s = _seconds(judged.rows.duration_s[row])
    return Reason(
        "longer-than-limit", {"duration_s": duration_s, "limit_s": limit_s}
    )


def _bilateral_too_long(judged: Judged, row: int) -> Reason:
    limit_s = _limit_s(judged.criteria.bilateral_max_duration_s)
    duration_s = _seconds(judged.rows.duration_s[row])
    return Reason(
        "bilateral-longer-than-limit",
        {"duration_s": duration_s, "limit_s": limit_s},
    )


def _part_too_long(judged: Judged, _row: int) -> Reason:
    limit_s = _limit_s(judged.criteria.clm_max_duration_s)
    return Reason("part-longer-than-limit", {"limit_s": limit_s})


def _parts(judged: Judged, row: int) -> Reason:
    parts = int(judged.rows.n_parts[row])
    most = judged.criteria.bilateral_max_parts or 0
    return Reason("too-many-parts", {"parts": parts, "most": most})


def _long(judged: Judged, row: int) -> Mapping[str, float]:
    limit_s = judged.criteria.imi_max_s.value
    interval_s = _seconds(judged.rows.imi_s[row])
    return {"interval_s": interval_s, "limit_s": limit_s}


def _short(judged: Judged, row: int) -> Mapping[str, float]:
    limit_s = judged.criteria.imi_min_s.value
    interval_s = _seconds(judged.rows.imi_s[row])
    return {"interval_s": interval_s, "limit_s": limit_s}


def _nonclm(judged: Judged, row: int) -> Mapping[str, Reason]:
    """Name the movement before a run, and why it is no candidate."""
    other = int(np.flatnonzero(~judged.rows.clm[:row])[-1])
    return {
        "movement": judged.label(other),
        "why": _no_candidate(judged, other),
    }


def _run_too_short(judged: Judged, row: int) -> Reason:
    """Say how long the run is, and what lies before and after it."""
    first, following = run_bounds(judged.rows, row)
    after = Reason("no-clm-follows")
    if following is not None:
        after = Reason(
            "after-it", {"what": what_lies_between(judged, following)}
        )
    values: Values = {
        "size": run_size(judged.rows, row),
        "needed": judged.criteria.series_min_count,
        "before": why_run_begins(judged, first),
        "after": after,
    }
    return Reason("run-too-short", values)


Why = Callable[[Judged, int], Reason]
_NO_CANDIDATE: Mapping[NonCandidate, Why] = {
    NonCandidate.LONGER_THAN_LIMIT: _too_long,
    NonCandidate.PART_LONGER_THAN_LIMIT: _part_too_long,
    NonCandidate.TOO_MANY_PARTS: _parts,
    NonCandidate.BILATERAL_LONGER_THAN_LIMIT: _bilateral_too_long,
    NonCandidate.TRUNCATED: lambda _judged, _row: Reason("truncated"),
    NonCandidate.RHYTHMIC: lambda _judged, _row: Reason("rhythmic"),
    NonCandidate.REM_TWITCHES: lambda _judged, _row: Reason("rem-twitches"),
    NonCandidate.RESPIRATORY: lambda _judged, _row: Reason("respiratory-event"),
    NonCandidate.OUTSIDE_SLEEP: lambda _judged, _row: Reason("outside-sleep"),
}
_RUN_STARTS: Mapping[RunStart, Why] = {
    RunStart.FIRST: lambda _judged, _row: Reason("first-movement"),
    RunStart.GAP: lambda _judged, _row: Reason("recording-gap"),
    RunStart.NONCLM: lambda judged, row: Reason(
        "nonclm-before", _nonclm(judged, row)
    ),
    RunStart.LONG_INTERVAL: lambda judged, row: Reason(
        "long-interval", _long(judged, row)
    ),
    RunStart.SHORT_INTERVAL: lambda judged, row: Reason(
        "short-interval", _short(judged, row)
    ),
    RunStart.STATE_CHANGE: lambda _judged, _row: Reason("state-change"),
}
_BETWEEN: Mapping[RunStart, Why] = {
    RunStart.FIRST: lambda _judged, _row: Reason("nothing-between"),
    RunStart.GAP: lambda _judged, _row: Reason("recording-gap-between"),
    RunStart.NONCLM: lambda judged, row: Reason(
        "nonclm-between", _nonclm(judged, row)
    ),
    RunStart.LONG_INTERVAL: lambda judged, row: Reason(
        "long-interval-between", _long(judged, row)
    ),
    RunStart.SHORT_INTERVAL: lambda judged, row: Reason(
        "short-interval-between", _short(judged, row)
    ),
    RunStart.STATE_CHANGE: lambda _judged, _row: Reason("state-change-between"),
}
_NO_SERIES: Mapping[NotInSeries, Why] = {
    NotInSeries.RUN_TOO_SHORT: _run_too_short,
    NotInSeries.SKIPPED_SHORT_INTERVAL: lambda judged, row: Reason(
        "skipped-short-interval", _short(judged, row)
    ),
    NotInSeries.AFTER_SHORT_INTERVAL: lambda judged, row: Reason(
        "after-short-interval", _short(judged, row)
    ),
}
