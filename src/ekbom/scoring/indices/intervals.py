"""Inter-movement intervals and periodicity.

Counts by length, central interval, both periodicity indices, series.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ekbom.criteria.scoring import Limit, ScoringCriteria
from ekbom.model.finding import Reason
from ekbom.model.movements import ScoredMovements
from ekbom.model.recording import BoolArray, FloatArray, IntArray
from ekbom.model.result import IndexValue
from ekbom.scoring.indices.kinds import MovementKind
from ekbom.scoring.indices.movements import index_value, kind_reason, state_reason
from ekbom.scoring.indices.scored_time import STATES, NightTime, state_masks
from ekbom.scoring.stage_time import to_ms

NO_INTERVAL = Reason("no-interval")
ONE_INTERVAL = Reason("one-interval")
NO_CLM = Reason("no-clm")
NO_SERIES = Reason("no-series")


class IntervalColumns(NamedTuple):
    """The columns one set of series is counted from.

    Intervals (NaN = not measured), PLM, which rows are CLM of that set, series.
    """

    suffix: str
    imi_s: FloatArray
    plm: BoolArray
    clm: BoolArray
    series_id: IntArray
    reason: Reason | None


def interval_columns(movements: ScoredMovements) -> tuple[IntervalColumns, IntervalColumns]:
    """Columns of all CLM, and of CLM after those related to breathing were taken out."""
    main = kind_reason(MovementKind("clm"), movements)
    missing = kind_reason(MovementKind("clm", "nr", needs_breathing=True), movements)
    every = IntervalColumns(
        "", movements.imi_s, movements.plm, movements.clm, movements.series_id, main
    )
    without = IntervalColumns(
        "_nr",
        movements.imi_nr_s,
        movements.plm_nr,
        movements.clm & ~movements.rrlm,
        movements.series_id_nr,
        missing,
    )
    return every, without


def within(imi_ms: IntArray, low: Limit, high: Limit) -> BoolArray:
    """Say of each interval whether it lies between two limits, compared in whole milliseconds."""
    low_ms, high_ms = int(to_ms(low.value)), int(to_ms(high.value))
    above = imi_ms >= low_ms if low.inclusive else imi_ms > low_ms
    below = imi_ms <= high_ms if high.inclusive else imi_ms < high_ms
    return above & below


def in_runs(qualifies: BoolArray, *, min_run: int) -> BoolArray:
    """Say of each interval whether it is in a run of at least `min_run` qualifying ones."""
    padded = np.concatenate(([False], qualifies, [False]))
    change = np.flatnonzero(padded[1:] != padded[:-1])
    start, end = change[::2], change[1::2]
    long_enough = end - start >= min_run
    marks = np.zeros(len(qualifies) + 1, dtype=np.int64)
    np.add.at(marks, start[long_enough], 1)
    np.add.at(marks, end[long_enough], -1)
    return np.cumsum(marks)[:-1] > 0


def interval_indices(
    movements: ScoredMovements, *, time: NightTime, criteria: ScoringCriteria
) -> dict[str, IndexValue]:
    """Intervals and periodicity per state, with and without movements related to breathing.

    An interval belongs to the state in which its later movement begins. Names without a state cover
    the staged time in bed, or the whole recording where there is no hypnogram.
    """
    onset_ms = to_ms(movements.onset_s)
    by_state = state_masks(movements.stage) & time.both.inside(onset_ms)
    unstaged = bool(np.isnan(time.both.minutes[0]))
    if unstaged:
        by_state[0] = time.both.recorded(onset_ms)
    out: dict[str, IndexValue] = {}
    for columns in interval_columns(movements):
        measured = columns.clm & ~np.isnan(columns.imi_s)
        periodic_run = in_periodic_runs(columns, measured=measured, criteria=criteria)
        for row, state in enumerate(STATES):
            reason = columns.reason or (
                None if unstaged and row == 0 else state_reason(time.both, row)
            )
            word = "" if row == 0 else f"_{state}"
            rows = measured & by_state[row]
            out |= _interval_values(
                f"imi{columns.suffix}{word}", columns.imi_s[rows], criteria=criteria, reason=reason
            )
            both = _periodicity(
                columns,
                word=word,
                state=by_state[row],
                rows=rows,
                periodic_run=periodic_run,
                reason=reason,
            )
            out |= _asked_for(both, criteria=criteria)
        reason = columns.reason or (None if unstaged else state_reason(time.both, 0))
        out |= series_indices(movements, columns, counted=by_state[0], reason=reason)
    return out


def in_periodic_runs(
    columns: IntervalColumns, *, measured: BoolArray, criteria: ScoringCriteria
) -> BoolArray:
    """Mark the rows whose interval lies in a run of periodic intervals.

    An interval that was not measured ends a run.
    """
    rows = np.flatnonzero(columns.clm)
    qualifies = np.zeros(len(rows), dtype=bool)
    known = measured[rows]
    qualifies[known] = within(
        to_ms(columns.imi_s[rows][known]), criteria.pi_imi_min_s, criteria.pi_imi_max_s
    )
    out = np.zeros(len(columns.clm), dtype=bool)
    out[rows] = in_runs(qualifies, min_run=criteria.pi_min_intervals)
    return out


def _periodicity(
    columns: IntervalColumns,
    *,
    word: str,
    state: BoolArray,
    rows: BoolArray,
    periodic_run: BoolArray,
    reason: Reason | None,
) -> dict[str, IndexValue]:
    """Both periodicity indices of one state."""
    n_intervals, n_clm = int(np.count_nonzero(rows)), int(np.count_nonzero(columns.clm & state))
    by_intervals = (
        int(np.count_nonzero(rows & periodic_run)) / n_intervals
        if n_intervals and not reason
        else None
    )
    by_movements = (
        int(np.count_nonzero(columns.plm & state)) / n_clm if n_clm and not reason else None
    )
    names = f"pi_intervals{columns.suffix}{word}", f"pi_movements{columns.suffix}{word}"
    return {
        names[0]: index_value(names[0], by_intervals, "", reason or NO_INTERVAL),
        names[1]: index_value(names[1], by_movements, "", reason or NO_CLM),
    }


def _asked_for(
    indices: dict[str, IndexValue], *, criteria: ScoringCriteria
) -> dict[str, IndexValue]:
    """Leave out the periodicity index whose formula was not asked for; the option is the reason."""
    if criteria.pi_formula == "both":
        return indices
    reason = Reason("formula-not-asked", {"formula": criteria.pi_formula})
    wanted = f"pi_{criteria.pi_formula}"
    return {
        name: value if name.startswith(wanted) else index_value(name, None, "", reason)
        for name, value in indices.items()
    }


def _interval_values(
    name: str, imi_s: FloatArray, *, criteria: ScoringCriteria, reason: Reason | None
) -> dict[str, IndexValue]:
    """Numbers of short, periodic and long intervals; mean, median, geometric mean and SD.

    Mean and SD of ln in the standard's range.
    """
    imi_ms = to_ms(imi_s)
    inside = within(imi_ms, criteria.imi_min_s, criteria.imi_max_s)
    short = ~inside & (imi_ms <= to_ms(criteria.imi_min_s.value))
    counts = {"short": short, "periodic": inside, "long": ~inside & ~short}
    out = {
        f"{name}_{kind}_count": index_value(
            f"{name}_{kind}_count", None if reason else float(np.count_nonzero(mask)), "", reason
        )
        for kind, mask in counts.items()
    }
    ln = np.log(imi_s)
    ln_range = np.log(imi_s[within(imi_ms, criteria.ln_imi_min_s, criteria.ln_imi_max_s)])
    spread = ("sd_s", "geometric_sd", "periodic_ln_sd")
    values: dict[str, tuple[float | None, str]] = {
        "mean_s": (_mean(imi_s), "s"),
        "sd_s": (_sd(imi_s), "s"),
        "median_s": (_middle(imi_s), "s"),
        "geometric_mean_s": (_apply(np.exp, _mean(ln)), "s"),
        "geometric_sd": (_apply(np.exp, _sd(ln)), ""),
        "periodic_ln_mean": (_mean(ln_range), "ln s"),
        "periodic_ln_sd": (_sd(ln_range), "ln s"),
    }
    for measure, (value, unit) in values.items():
        why = reason or (ONE_INTERVAL if measure in spread and len(imi_s) else NO_INTERVAL)
        out[f"{name}_{measure}"] = index_value(
            f"{name}_{measure}", None if reason else value, unit, why
        )
    return out


def _mean(values: FloatArray) -> float | None:
    return float(np.mean(values)) if len(values) else None


def _sd(values: FloatArray) -> float | None:
    return float(np.std(values, ddof=1)) if len(values) > 1 else None


def _middle(values: FloatArray) -> float | None:
    return float(np.median(values)) if len(values) else None


def _apply(function: Callable[[float], float], value: float | None) -> float | None:
    return None if value is None else float(function(value))


def series_indices(
    movements: ScoredMovements,
    columns: IntervalColumns,
    *,
    counted: BoolArray,
    reason: Reason | None,
) -> dict[str, IndexValue]:
    """Count series, movements in a series, and how long a series lasts, from the PLM that count.

    A series lasts from the onset of its first to the end of its last counted PLM.
    """
    rows = columns.plm & counted & (columns.series_id > 0)
    _, position, length = np.unique(
        columns.series_id[rows], return_inverse=True, return_counts=True
    )
    start = np.full(len(length), np.inf)
    end = np.full(len(length), -np.inf)
    np.minimum.at(start, position, movements.onset_s[rows])
    np.maximum.at(end, position, movements.onset_s[rows] + movements.duration_s[rows])
    lasting_min = (end - start) / 60
    empty = reason or NO_SERIES
    name = f"series{columns.suffix}"
    values: dict[str, tuple[float | None, str]] = {
        "length_mean": (_mean(length.astype(np.float64)), ""),
        "length_median": (_middle(length.astype(np.float64)), ""),
        "length_max": (float(length.max()) if len(length) else None, ""),
        "duration_mean_min": (_mean(lasting_min), "min"),
        "duration_median_min": (_middle(lasting_min), "min"),
        "duration_total_min": (float(lasting_min.sum()) if len(length) else None, "min"),
    }
    out = {
        f"{name}_{key}": index_value(f"{name}_{key}", None if reason else value, unit, empty)
        for key, (value, unit) in values.items()
    }
    return out | {
        f"{name}_count": index_value(
            f"{name}_count", None if reason else float(len(length)), "", reason
        )
    }
