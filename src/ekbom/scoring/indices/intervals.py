"""Inter-movement intervals: counts by length, centre and spread, periodicity, series."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from ekbom.criteria.index_key import SERIES_MEASURES, STATES, IndexKey
from ekbom.criteria.scoring import Limit, ScoringCriteria
from ekbom.model.finding import Reason
from ekbom.model.movements import ScoredMovements
from ekbom.model.recording import BoolArray, FloatArray, IntArray
from ekbom.model.result import IndexValue
from ekbom.scoring.bounds import largest_ms, smallest_ms
from ekbom.scoring.indices.kinds import CLM, CLM_NR
from ekbom.scoring.indices.movements import kind_reason, state_reason
from ekbom.scoring.indices.scored_night import ScoredNight
from ekbom.scoring.indices.scored_time import state_masks
from ekbom.scoring.indices.values import index_value
from ekbom.scoring.stage_time import to_ms

NO_INTERVAL = Reason("no-interval")
ONE_INTERVAL = Reason("one-interval")
NO_CLM = Reason("no-clm")
NO_SERIES = Reason("no-series")
SHORT, PERIODIC, LONG = 0, 1, 2
"""Classes of the length of an interval."""
SPREADS = ("sd_s", "geometric_sd", "periodic_ln_sd")
Values = Mapping[str, float | None]


class IntervalColumns(NamedTuple):
    """The columns one set of series is counted from, shape (n,) each.

    `subset` is that of the keys. `imi_s` is NaN where no interval was measured, `clm` marks the CLM
    of the set, `reason` says why the set cannot be counted.
    """

    subset: str
    imi_s: FloatArray
    plm: BoolArray
    clm: BoolArray
    series_id: IntArray
    reason: Reason | None

    @property
    def measured(self) -> BoolArray:
        """Whether an interval before the row was measured."""
        return np.asarray(self.clm & ~np.isnan(self.imi_s), dtype=np.bool_)


class _OfState(NamedTuple):
    """One set of intervals in one state: its rows, and why they cannot be counted."""

    columns: IntervalColumns
    state: str
    rows: BoolArray
    reason: Reason | None

    @property
    def imi_s(self) -> FloatArray:
        """The intervals of the state."""
        return self.columns.imi_s[self.columns.measured & self.rows]

    def key(self, kind: str) -> IndexKey:
        """Give the key of a kind of index, without a measure."""
        return IndexKey(kind, self.columns.subset, self.state)


def interval_columns(
    movements: ScoredMovements,
) -> tuple[IntervalColumns, IntervalColumns]:
    """Columns of all CLM, and of CLM after those related to breathing were taken out."""
    every = IntervalColumns(
        "",
        movements.imi_s,
        movements.plm,
        movements.clm,
        movements.series_id,
        kind_reason(CLM, movements),
    )
    without = IntervalColumns(
        "nr",
        movements.imi_nr_s,
        movements.plm_nr,
        movements.clm & ~movements.rrlm,
        movements.series_id_nr,
        kind_reason(CLM_NR, movements),
    )
    return every, without


def within(imi_ms: IntArray, low: Limit, high: Limit) -> BoolArray:
    """Say of each interval whether it lies between two limits, in whole milliseconds."""
    return (imi_ms >= smallest_ms(low)) & (imi_ms <= largest_ms(high))


def length_class(imi_ms: IntArray, criteria: ScoringCriteria) -> IntArray:
    """Give each interval its class: `SHORT`, `PERIODIC` (inside the limits) or `LONG`."""
    inside = within(imi_ms, criteria.imi_min_s, criteria.imi_max_s)
    short = imi_ms <= to_ms(criteria.imi_min_s.value)
    return np.where(inside, PERIODIC, np.where(short, SHORT, LONG))


def in_runs(qualifies: BoolArray, *, min_run: int) -> BoolArray:
    """Say of each interval whether it lies in a run of `min_run` or more that qualify.

    Examples
    --------
    >>> in_runs(np.array([True, False, True, True]), min_run=2).tolist()
    [False, False, True, True]
    """
    change = np.flatnonzero(np.diff(qualifies, prepend=~qualifies[:1]))
    length = np.diff(np.append(change, len(qualifies)))
    return qualifies & np.repeat(length >= min_run, length)


def in_periodic_runs(
    columns: IntervalColumns, criteria: ScoringCriteria
) -> BoolArray:
    """Mark the rows whose interval lies in a run of periodic intervals.

    An interval that was not measured ends a run.
    """
    rows = np.flatnonzero(columns.clm)
    imi_s = columns.imi_s[rows]
    known = ~np.isnan(imi_s)
    imi_ms = to_ms(np.where(known, imi_s, 0.0))
    periodic = known & within(
        imi_ms, criteria.pi_imi_min_s, criteria.pi_imi_max_s
    )
    marked = np.zeros(len(columns.clm), dtype=bool)
    marked[rows] = in_runs(periodic, min_run=criteria.pi_min_intervals)
    return marked


def interval_indices(night: ScoredNight) -> Iterator[IndexValue]:
    """Intervals and periodicity per state, with and without movements related to breathing.

    An interval belongs to the state in which its later movement begins. Names without a state cover
    the staged time in bed, or the whole recording where there is no hypnogram.
    """
    both = night.time.both
    onset_ms = to_ms(night.movements.onset_s)
    by_state = state_masks(night.movements.stage) & both.inside(onset_ms)
    unstaged = bool(np.isnan(both.minutes[0]))
    if unstaged:
        by_state[0] = both.recorded(onset_ms)
    reasons = [state_reason(both, row) for row in range(len(STATES))]
    reasons[0] = None if unstaged else reasons[0]
    for columns in interval_columns(night.movements):
        periodic = in_periodic_runs(columns, night.criteria)
        for state, rows, why in zip(STATES, by_state, reasons, strict=True):
            part = _OfState(columns, state, rows, columns.reason or why)
            yield from _interval_values(part, night.criteria)
            yield _of_intervals(part, periodic, night.criteria)
            yield _of_movements(part, night.criteria)
        reason = columns.reason or reasons[0]
        yield from _series_indices(
            night.movements, columns, by_state[0], reason
        )


def _of_intervals(
    part: _OfState, periodic: BoolArray, criteria: ScoringCriteria
) -> IndexValue:
    """Share of the intervals that lie in periodic runs."""
    rows = part.columns.measured & part.rows
    n, n_periodic = (
        int(np.count_nonzero(rows)),
        int(np.count_nonzero(rows & periodic)),
    )
    reason = _not_asked("intervals", criteria) or part.reason
    share = n_periodic / n if n and not reason else None
    return index_value(part.key("pi_intervals"), share, reason or NO_INTERVAL)


def _of_movements(part: _OfState, criteria: ScoringCriteria) -> IndexValue:
    """Share of the CLM that are PLM."""
    n = int(np.count_nonzero(part.columns.clm & part.rows))
    n_plm = int(np.count_nonzero(part.columns.plm & part.rows))
    reason = _not_asked("movements", criteria) or part.reason
    share = n_plm / n if n and not reason else None
    return index_value(part.key("pi_movements"), share, reason or NO_CLM)


def _not_asked(formula: str, criteria: ScoringCriteria) -> Reason | None:
    """Say that an option asks for the other periodicity index only."""
    if criteria.pi_formula in {"both", formula}:
        return None
    return Reason("formula-not-asked", {"formula": criteria.pi_formula})


def _interval_values(
    part: _OfState, criteria: ScoringCriteria
) -> Iterator[IndexValue]:
    """Numbers of short, periodic and long intervals, their centre and their spread."""
    imi_s, key, reason = part.imi_s, part.key("imi"), part.reason
    imi_ms = to_ms(imi_s)
    sizes = np.bincount(length_class(imi_ms, criteria), minlength=3).tolist()
    for name, size in zip(("short", "periodic", "long"), sizes, strict=True):
        count_key = key._replace(measure=f"{name}_count")
        yield index_value(count_key, None if reason else size, reason)
    in_range = imi_s[
        within(imi_ms, criteria.ln_imi_min_s, criteria.ln_imi_max_s)
    ]
    for measure, value in (_of_all(imi_s) | _of_ln_range(in_range)).items():
        why = ONE_INTERVAL if measure in SPREADS and len(imi_s) else NO_INTERVAL
        full = key._replace(measure=measure)
        yield index_value(full, None if reason else value, reason or why)


def _of_all(imi_s: FloatArray) -> dict[str, float | None]:
    """Centre and spread of all intervals; mean and SD of ln are given as exp."""
    ln = np.log(imi_s)
    ln_mean, ln_sd = _mean(ln), _sd(ln)
    return {
        "mean_s": _mean(imi_s),
        "sd_s": _sd(imi_s),
        "median_s": _median(imi_s),
        "geometric_mean_s": None if ln_mean is None else float(np.exp(ln_mean)),
        "geometric_sd": None if ln_sd is None else float(np.exp(ln_sd)),
    }


def _of_ln_range(imi_s: FloatArray) -> dict[str, float | None]:
    """Mean and SD of ln in the range of the standard."""
    ln = np.log(imi_s)
    return {"periodic_ln_mean": _mean(ln), "periodic_ln_sd": _sd(ln)}


def _mean(values: FloatArray) -> float | None:
    return float(np.mean(values)) if len(values) else None


def _sd(values: FloatArray) -> float | None:
    return float(np.std(values, ddof=1)) if len(values) > 1 else None


def _median(values: FloatArray) -> float | None:
    return float(np.median(values)) if len(values) else None


def _series_indices(
    movements: ScoredMovements,
    columns: IntervalColumns,
    counted: BoolArray,
    reason: Reason | None,
) -> Iterator[IndexValue]:
    """Count series, the movements in a series, and how long a series lasts.

    A series lasts from the onset of its first to the end of its last counted PLM.
    """
    rows = columns.plm & counted & (columns.series_id > 0)
    _, position, length = np.unique(
        columns.series_id[rows], return_inverse=True, return_counts=True
    )
    onset_s = movements.onset_s[rows]
    start, end = np.full(len(length), np.inf), np.full(len(length), -np.inf)
    np.minimum.at(start, position, onset_s)
    np.maximum.at(end, position, onset_s + movements.duration_s[rows])
    values = _series_values(length.astype(np.float64), (end - start) / 60)
    for measure in SERIES_MEASURES:
        key = IndexKey("series", columns.subset, "tib", "", measure)
        yield index_value(
            key, None if reason else values[measure], reason or NO_SERIES
        )


def _series_values(length: FloatArray, lasting_min: FloatArray) -> Values:
    """Measure the series of a night, from the PLM in each and the minutes each lasts."""
    return {
        "count": float(len(length)),
        "length_mean": _mean(length),
        "length_median": _median(length),
        "length_max": float(length.max()) if len(length) else None,
        "duration_mean_min": _mean(lasting_min),
        "duration_median_min": _median(lasting_min),
        "duration_total_min": float(lasting_min.sum()) if len(length) else None,
    }
