"""The rule that kept a movement out, said in half a sentence with the value it was decided by."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ekbom.criteria.scoring import Limit, ScoringCriteria
from ekbom.model.movements import ScoredMovements
from ekbom.scoring.why import NonCandidate, NotInSeries, RunStart


class Judged(NamedTuple):
    """Movements as one standard judges them; `label` names a row in a sentence."""

    rows: ScoredMovements
    criteria: ScoringCriteria
    label: Callable[[int], str] = lambda row: f"LM {row + 1}"


Sentence = Callable[[Judged, int], str]


def why_not_in_series(judged: Judged, row: int) -> str:
    """Say why a movement is no PLM; empty for a PLM."""
    if judged.rows.plm[row]:
        return ""
    if not judged.rows.clm[row]:
        return why_no_candidate(judged, row)
    return SERIES_SENTENCES[NotInSeries(str(judged.rows.series_reason[row]))](judged, row)


def why_no_candidate(judged: Judged, row: int) -> str:
    """Say why a movement is no CLM; empty for a CLM."""
    if judged.rows.clm[row]:
        return ""
    return CANDIDATE_SENTENCES[NonCandidate(str(judged.rows.nonclm_reason[row]))](judged, row)


def why_run_begins(judged: Judged, row: int) -> str:
    """Say what lies before the first CLM of a run."""
    return START_SENTENCES[RunStart(str(judged.rows.run_reason[row]))](judged, row)


def run_bounds(movements: ScoredMovements, row: int) -> tuple[int, int | None]:
    """Find the first row of the run a CLM is in, and that of the next run (None at the end)."""
    members = np.flatnonzero(movements.run_id == movements.run_id[row])
    later = np.flatnonzero(
        (movements.run_id > movements.run_id[row]) & (movements.run_reason != "")
    )
    return int(members[0]), int(later[0]) if len(later) else None


def number_text(value: float) -> str:
    """Write a number with no more digits than it has, at most three decimals."""
    return f"{round(value, 3):g}" if abs(value) < 1e5 else f"{value:.3f}"


def _limit(limit: Limit | None) -> str:
    """Write a limit."""
    return "no limit" if limit is None else f"{number_text(limit.value)} s"


def _too_long(judged: Judged, row: int) -> str:
    lasts = number_text(float(judged.rows.duration_s[row]))
    return f"it lasts {lasts} s, a candidate at most {_limit(judged.criteria.clm_max_duration_s)}"


def _bilateral_too_long(judged: Judged, row: int) -> str:
    lasts = number_text(float(judged.rows.duration_s[row]))
    return (
        f"it lasts {lasts} s, a bilateral candidate at most "
        f"{_limit(judged.criteria.bilateral_max_duration_s)}"
    )


def _parts(judged: Judged, row: int) -> str:
    return (
        f"it has {judged.rows.n_parts[row]} parts, "
        f"a candidate at most {judged.criteria.bilateral_max_parts}"
    )


def _run_too_short(judged: Judged, row: int) -> str:
    first, following = run_bounds(judged.rows, row)
    size = int(np.count_nonzero(judged.rows.run_id == judged.rows.run_id[row]))
    before = why_run_begins(judged, first)
    after = "no CLM follows" if following is None else f"after it {_after(judged, following)}"
    return (
        f"its run has {size} CLM and a series needs {judged.criteria.series_min_count}: "
        f"{before}, {after}"
    )


def _after(judged: Judged, following: int) -> str:
    """Say what lies between a run and the next one, seen from the run."""
    return why_run_begins(judged, following).replace(" before it", "", 1)


def _interval(judged: Judged, row: int) -> str:
    return number_text(float(judged.rows.imi_s[row]))


def _long_interval(judged: Judged, row: int) -> str:
    return (
        f"the interval before it is {_interval(judged, row)} s, "
        f"above {_limit(judged.criteria.imi_max_s)}"
    )


def _short_interval(judged: Judged, row: int) -> str:
    return (
        f"the interval before it is {_interval(judged, row)} s, "
        f"below {_limit(judged.criteria.imi_min_s)}"
    )


def _nonclm_before(judged: Judged, row: int) -> str:
    earlier = np.flatnonzero(~judged.rows.clm[:row])
    if not len(earlier):
        return "a movement before it is no candidate"
    other = int(earlier[-1])
    return f"{judged.label(other)} before it is no candidate ({why_no_candidate(judged, other)})"


CANDIDATE_SENTENCES: dict[NonCandidate, Sentence] = {
    NonCandidate.LONGER_THAN_LIMIT: _too_long,
    NonCandidate.PART_LONGER_THAN_LIMIT: lambda judged, _row: (
        f"a part of it lasts longer than {_limit(judged.criteria.clm_max_duration_s)}"
    ),
    NonCandidate.TOO_MANY_PARTS: _parts,
    NonCandidate.BILATERAL_LONGER_THAN_LIMIT: _bilateral_too_long,
    NonCandidate.TRUNCATED: lambda _judged, _row: (
        "it runs into the end of the signal, so that its length is unknown"
    ),
    NonCandidate.RHYTHMIC: lambda _judged, _row: "it is part of a rhythmic train",
    NonCandidate.RESPIRATORY: lambda _judged, _row: "it belongs to a respiratory event",
    NonCandidate.OUTSIDE_SLEEP: lambda _judged, _row: "no part of it lies in an epoch of sleep",
}
START_SENTENCES: dict[RunStart, Sentence] = {
    RunStart.FIRST: lambda _judged, _row: "no CLM lies before it",
    RunStart.GAP: lambda _judged, _row: "the recording has a gap before it",
    RunStart.NONCLM: _nonclm_before,
    RunStart.LONG_INTERVAL: _long_interval,
    RunStart.SHORT_INTERVAL: _short_interval,
    RunStart.STATE_CHANGE: lambda _judged, _row: "sleep and wake change before it",
}
SERIES_SENTENCES: dict[NotInSeries, Sentence] = {
    NotInSeries.NOT_A_CANDIDATE: why_no_candidate,
    NotInSeries.RUN_TOO_SHORT: _run_too_short,
    NotInSeries.SKIPPED_SHORT_INTERVAL: lambda judged, row: (
        f"{_short_interval(judged, row)}, and the later CLM is looked over"
    ),
    NotInSeries.AFTER_SHORT_INTERVAL: lambda judged, row: (
        f"{_short_interval(judged, row)}, and it may not open a series"
    ),
}
