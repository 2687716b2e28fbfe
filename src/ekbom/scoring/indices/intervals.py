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


def within(
    imi_ms: IntArray,
    low: Limit,
    high: Limit,
) -> BoolArray:
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
    imi_ms = to_ms(np.where(columns.measured, columns.imi_s, 0.0))
    in_range = within(imi_ms, criteria.pi_imi_min_s, criteria.pi_imi_max_s)
    periodic = (in_range & columns.measured)[columns.clm]
    marked = np.zeros(len(columns.clm), dtype=bool)
    marked[columns.clm] = in_runs(periodic, min_run=criteria.pi_min_intervals)
    return marked


def interval_indices(night: ScoredNight) -> Iterator[IndexValue]:
    """Intervals and periodicity per state, with and without movements related to breathing.

    An interval belongs to the state in which its later movement begins. Names without a state cover
    the staged time in bed, or the whole recording where there is no hypnogram.
    """
    states = _states(night)
    for columns in interval_columns(night.movements):
        periodic = in_periodic_runs(columns, night.criteria)
        for state in states:
            reason = columns.reason or state.reason
            part = _OfState(
                columns,
                state.name,
                state.rows,
                reason,
            )
            yield from _interval_values(part, night.criteria)
            yield _of_intervals(part, periodic, night.criteria)
            yield _of_movements(part, night.criteria)
        in_bed = _OfState(
            columns,
            "tib",
            states[0].rows,
            columns.reason or states[0].reason,
        )
        yield from _series_indices(night.movements, in_bed)


class _State(NamedTuple):
    """A state: the rows that begin in it, and why nothing of it can be counted."""

    name: str
    rows: BoolArray
    reason: Reason | None


def _states(night: ScoredNight) -> list[_State]:
    """Divide the movements; the first state is the whole recording where nobody staged."""
    both = night.time.both
    onset_ms = to_ms(night.movements.onset_s)
    rows = state_masks(night.movements.stage) & both.inside(onset_ms)
    states = [
        _State(name, rows[at], state_reason(both, at))
        for at, name in enumerate(STATES)
    ]
    if np.isnan(both.minutes[0]):
        states[0] = _State(STATES[0], both.recorded(onset_ms), None)
    return states


def _of_intervals(
    part: _OfState,
    periodic: BoolArray,
    criteria: ScoringCriteria,
) -> IndexValue:
    """Share of the intervals that lie in periodic runs."""
    rows = part.columns.measured & part.rows
    reason = _not_asked("intervals", criteria) or part.reason
    share = None if reason else _share(rows & periodic, rows)
    return index_value(part.key("pi_intervals"), share, reason or NO_INTERVAL)


def _of_movements(part: _OfState, criteria: ScoringCriteria) -> IndexValue:
    """Share of the CLM that are PLM."""
    clm = part.columns.clm & part.rows
    plm = part.columns.plm & part.rows
    reason = _not_asked("movements", criteria) or part.reason
    share = None if reason else _share(plm, clm)
    return index_value(part.key("pi_movements"), share, reason or NO_CLM)


def _share(rows: BoolArray, of: BoolArray) -> float | None:
    """Divide the numbers of two sets of rows, None where the second is empty."""
    n = int(np.count_nonzero(of))
    return int(np.count_nonzero(rows)) / n if n else None


def _not_asked(formula: str, criteria: ScoringCriteria) -> Reason | None:
    """Say that an option asks for the other periodicity index only."""
    if criteria.pi_formula in {"both", formula}:
        return None
    return Reason("formula-not-asked", {"formula": criteria.pi_formula})


def _interval_values(
    part: _OfState, criteria: ScoringCriteria
) -> Iterator[IndexValue]:
    """Numbers of short, periodic and long intervals, their centre and their spread."""
    imi_s = part.imi_s
    key = part.key("imi")
    reason = part.reason
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
    ln_mean = mean(ln)
    ln_sd = sd(ln)
    return {
        "mean_s": mean(imi_s),
        "sd_s": sd(imi_s),
        "median_s": median(imi_s),
        "geometric_mean_s": None if ln_mean is None else float(np.exp(ln_mean)),
        "geometric_sd": None if ln_sd is None else float(np.exp(ln_sd)),
    }


def _of_ln_range(imi_s: FloatArray) -> dict[str, float | None]:
    """Mean and SD of ln in the range of the standard."""
    ln = np.log(imi_s)
    return {"periodic_ln_mean": mean(ln), "periodic_ln_sd": sd(ln)}


def mean(values: FloatArray) -> float | None:
    """Mean, None of nothing."""
    return float(np.mean(values)) if len(values) else None


def sd(values: FloatArray) -> float | None:
    """SD (n - 1), None of fewer than two."""
    return float(np.std(values, ddof=1)) if len(values) > 1 else None


def median(values: FloatArray) -> float | None:
    """Median, None of nothing."""
    return float(np.median(values)) if len(values) else None


def _series_indices(
    movements: ScoredMovements, in_bed: _OfState
) -> Iterator[IndexValue]:
    """Count series, the movements in a series, and how long a series lasts.

    A series lasts from the onset of its first to the end of its last counted PLM.
    """
    columns = in_bed.columns
    reason = in_bed.reason
    rows = columns.plm & in_bed.rows & (columns.series_id > 0)
    _, position, length = np.unique(
        columns.series_id[rows],
        return_inverse=True,
        return_counts=True,
    )
    onset_s = movements.onset_s[rows]
    start = np.full(len(length), np.inf)
    end = np.full(len(length), -np.inf)
    np.minimum.at(start, position, onset_s)
    np.maximum.at(end, position, onset_s + movements.duration_s[rows])
    values = _series_values(length.astype(np.float64), (end - start) / 60)
    for measure in SERIES_MEASURES:
        key = in_bed.key("series")._replace(measure=measure)
        value = None if reason else values[measure]
        yield index_value(key, value, reason or NO_SERIES)


def _series_values(length: FloatArray, lasting_min: FloatArray) -> Values:
    """Measure the series of a night, from the PLM in each and the minutes each lasts."""
    return {
        "count": float(len(length)),
        "length_mean": mean(length),
        "length_median": median(length),
        "length_max": float(length.max()) if len(length) else None,
        "duration_mean_min": mean(lasting_min),
        "duration_median_min": median(lasting_min),
        "duration_total_min": float(lasting_min.sum()) if len(length) else None,
    }
