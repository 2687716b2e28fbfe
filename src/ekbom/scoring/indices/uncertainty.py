"""How sure an index is: a bootstrap over series, and the distance from a line per hour."""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from ekbom.criteria.index_key import RECORDING, IndexKey
from ekbom.criteria.indices import IndexSettings
from ekbom.criteria.scoring import Limit, ScoringCriteria
from ekbom.model.finding import Reason
from ekbom.model.recording import BoolArray, FloatArray, IntArray
from ekbom.model.result import LimitDistance, ResampledIndex
from ekbom.scoring.indices.intervals import (
    IntervalColumns,
    in_periodic_runs,
    interval_columns,
    sd,
)
from ekbom.scoring.indices.scored_night import ScoredNight
from ekbom.scoring.indices.time_structure import (
    counted_in_sleep,
    minutes_between,
    sleep_time,
)
from ekbom.scoring.reasons import NO_HYPNOGRAM, NO_SLEEP
from ekbom.scoring.stage_time import Spans, elapsed_ms, to_ms

CHUNK = 2_000_000
"""arithmetic: draws held in memory at once."""
PLM, CLM, PERIODIC, INTERVALS, MINUTES = range(5)
"""Columns of the sums over blocks."""
PLM_INDEX = IndexKey("plm", "", "sleep", "", "per_h")


class NightBlocks(NamedTuple):
    """What a night is cut into for resampling, shape (n_blocks,) each; see `night_blocks`."""

    plm: FloatArray
    clm: FloatArray
    periodic_intervals: FloatArray
    intervals: FloatArray
    minutes: FloatArray
    n_series: int

    @property
    def columns(self) -> tuple[FloatArray, ...]:
        """The five columns that are summed."""
        return (
            self.plm,
            self.clm,
            self.periodic_intervals,
            self.intervals,
            self.minutes,
        )


class Resampling(NamedTuple):
    """How often a night is resampled, and from which source of randomness."""

    rng: np.random.Generator
    n_resamples: int


class _Resamples(NamedTuple):
    """The blocks of a night and their sums in each resample, shape (n_resamples, 5).

    `reason` says why there are none, `unknown` that nothing is known at all.
    """

    blocks: NightBlocks
    sums: FloatArray
    reason: Reason | None
    unknown: bool


class _Index(NamedTuple):
    """An index of a resample: its key, its formula over the sums, the line it is compared with."""

    key: IndexKey
    formula: Callable[[FloatArray], FloatArray]
    limit: Limit | None = None


def bootstrap_indices(
    night: ScoredNight, settings: IndexSettings, resampling: Resampling
) -> tuple[ResampledIndex, ...]:
    """Bootstrap the PLM index and both periodicity indices of sleep over the series of a night.

    Movements of one series are no independent witnesses: they come or stay away together. Resampled
    are therefore the blocks of `night_blocks`, each with its sleep, so that the time without PLM
    varies with the number of series.

    Parameters
    ----------
    night
        A scored night. Without a hypnogram the rates are per hour of recording.
    settings
        Coverage of the interval, fewest series.
    resampling
        Source of randomness and number of resamples; the same state of the generator gives the
        same answer.

    Returns
    -------
    tuple of ResampledIndex
        ``plms_per_h``, ``plms_nr_per_h``, ``pi_movements_sleep``, ``pi_intervals_sleep``; without a
        hypnogram ``plm_per_recording_h``, ``plm_nr_per_recording_h``, ``pi_movements``,
        ``pi_intervals``.

    Notes
    -----
    1. Each resample draws as many blocks as there are, with replacement; the index is the ratio of
    the sums.
    2. The interval is that of percentiles. Resamples without any sleep, or any CLM, are left out of
    it.
    3. With fewer series than the table asks for there is nothing to resample, and no interval is
    given.
    """
    of_all, without = interval_columns(night.movements)
    every = _resample(night, of_all, settings, resampling)
    rebuilt = _resample(night, without, settings, resampling)
    rate_state, share_state = (
        ("sleep", "sleep")
        if night.hypnogram is not None
        else (RECORDING, "tib")
    )
    limit = night.criteria.plmi_limit_adult_per_h
    rate = _Index(IndexKey("plm", "", rate_state, "", "per_h"), _rate, limit)
    rate_nr = rate._replace(key=rate.key._replace(subset="nr"))
    movements = _Index(
        IndexKey("pi_movements", "", share_state), _share_of_movements
    )
    intervals = _Index(
        IndexKey("pi_intervals", "", share_state), _share_of_intervals
    )
    level = settings.bootstrap_level_percent
    return (
        _summary(rate, every, level),
        _summary(rate_nr, rebuilt, level),
        _summary(movements, every, level),
        _summary(intervals, every, level),
    )


def night_blocks(night: ScoredNight, columns: IntervalColumns) -> NightBlocks:
    """Cut the night into blocks, one per series and one for what follows the last.

    A block reaches from the end of one series (its last PLM) to the end of the next: it holds a
    series, the time without PLM before it, and the isolated and short-interval CLM in that time.
    The last block holds the rest of the night, which has no PLM. Movements and intervals belong to
    the block in which the (later) movement begins, and count if that is in scorable sleep; without
    a hypnogram, if it is in scorable recording.
    """
    onset_ms = to_ms(night.movements.onset_s)
    counted = counted_in_sleep(night)
    edges = _block_edges(onset_ms, columns)
    block = np.searchsorted(edges, onset_ms, side="left")
    periodic = in_periodic_runs(columns, night.criteria)

    def per_block(rows: BoolArray) -> FloatArray:
        return np.bincount(
            block[rows & counted], minlength=len(edges) + 1
        ).astype(np.float64)

    return NightBlocks(
        plm=per_block(columns.plm),
        clm=per_block(columns.clm),
        periodic_intervals=per_block(columns.measured & periodic),
        intervals=per_block(columns.measured),
        minutes=_block_minutes(edges, night),
        n_series=len(edges),
    )


def _block_edges(onset_ms: IntArray, columns: IntervalColumns) -> IntArray:
    """Onset of the last PLM of every series, in time order."""
    rows = np.flatnonzero(columns.plm & (columns.series_id > 0))
    series = columns.series_id[rows]
    last = np.append(series[1:] != series[:-1], True)[: len(rows)]
    return np.sort(onset_ms[rows[last]])


def _block_minutes(edges: IntArray, night: ScoredNight) -> FloatArray:
    """Minutes of scorable sleep, or of scorable recording, in every block."""
    time = night.time.both
    start = time.start_ms
    end = time.end_ms
    if night.hypnogram is None:
        start = 0
        end = int(to_ms(night.period.recording_s))
    bounds = np.clip(np.concatenate(([start], edges, [end])), start, end)
    if night.hypnogram is not None:
        return minutes_between(bounds, sleep_time(night.hypnogram, time))
    excluded = Spans(*np.clip(time.excluded_ms, start, end).T)
    return np.diff(bounds - elapsed_ms(bounds, excluded)) / 60_000


def _resample(
    night: ScoredNight,
    columns: IntervalColumns,
    settings: IndexSettings,
    resampling: Resampling,
) -> _Resamples:
    """Draw the resamples of one set of series, or say why there are none."""
    blocks = night_blocks(night, columns)
    reason = columns.reason
    needed = settings.bootstrap_min_series
    if not reason and night.hypnogram is not None and not blocks.minutes.sum():
        reason = NO_SLEEP
    unknown = reason is not None
    if not reason and blocks.n_series < needed:
        reason = Reason(
            "fewer-series", {"n": blocks.n_series, "needed": needed}
        )
    if reason:
        return _Resamples(blocks, np.empty((0, 5)), reason, unknown)
    sums = np.concatenate(
        list(_draws(np.stack(blocks.columns, axis=1), resampling))
    )
    return _Resamples(blocks, sums, reason, unknown)


def _draws(table: FloatArray, resampling: Resampling) -> Iterator[FloatArray]:
    """Sum the drawn rows of a table of blocks, some resamples at a time."""
    n = len(table)
    step = max(1, CHUNK // n)
    for done in range(0, resampling.n_resamples, step):
        size = min(step, resampling.n_resamples - done), n
        chosen = resampling.rng.integers(
            0,
            n,
            size=size,
            dtype=np.int32,
        )
        yield np.stack(
            [column[chosen].sum(axis=1) for column in table.T], axis=1
        )


def _rate(sums: FloatArray) -> FloatArray:
    return np.asarray(60 * _ratio(sums, PLM, MINUTES), dtype=np.float64)


def _share_of_movements(sums: FloatArray) -> FloatArray:
    return _ratio(sums, PLM, CLM)


def _share_of_intervals(sums: FloatArray) -> FloatArray:
    return _ratio(sums, PERIODIC, INTERVALS)


def _ratio(
    sums: FloatArray,
    above: int,
    below: int,
) -> FloatArray:
    """Divide two columns, NaN where there is nothing to divide by."""
    quotient = np.full(len(sums), np.nan)
    np.divide(
        sums[:, above],
        sums[:, below],
        out=quotient,
        where=sums[:, below] > 0,
    )
    return quotient


def _summary(index: _Index, drawn: _Resamples, level: float) -> ResampledIndex:
    """Summarise the resamples of one index."""
    values = index.formula(drawn.sums)
    values = values[~np.isnan(values)]
    low, high = _percentiles(values, level)
    reason = None if len(values) else Reason("no-resample")
    return ResampledIndex(
        name=index.key.name,
        estimate=_estimate(index, drawn),
        standard_error=sd(values),
        low=low,
        high=high,
        level_percent=level,
        n_blocks=len(drawn.blocks.plm),
        n_series=drawn.blocks.n_series,
        n_resamples=len(values),
        limit=None if index.limit is None else index.limit.value,
        share_above_limit=_share_above(values, index.limit),
        reason=drawn.reason or reason,
    )


def _estimate(index: _Index, drawn: _Resamples) -> float | None:
    """Give the index of the night itself."""
    totals = np.array([[column.sum() for column in drawn.blocks.columns]])
    estimate = float(index.formula(totals)[0])
    return None if math.isnan(estimate) or drawn.unknown else estimate


def _percentiles(
    values: FloatArray, level: float
) -> tuple[float | None, float | None]:
    """Bound the middle `level` percent of the resamples."""
    if not len(values):
        return None, None
    tail = (100 - level) / 2
    low, high = np.percentile(values, [tail, 100 - tail]).tolist()
    return low, high


def _share_above(values: FloatArray, limit: Limit | None) -> float | None:
    """Share of the resamples on the high side of a line; None without values or line."""
    if limit is None or not len(values):
        return None
    return float(
        np.mean(
            values >= limit.value if limit.inclusive else values > limit.value
        )
    )


def limit_distances(
    plms_count: int | None,
    sleep_min: float | None,
    *,
    criteria: ScoringCriteria,
) -> tuple[LimitDistance, ...]:
    """Say how far the PLM index stands from the line for adults and from that for children.

    Parameters
    ----------
    plms_count
        PLMS that count, None where they are not known.
    sleep_min
        Scorable minutes of sleep under the index, None where not known.
    criteria
        Holds both lines, and whether an index on the line counts as above.

    Examples
    --------
    80 PLMS in 300 minutes are 16/h, above 15/h; five fewer would be 15/h exactly, which is not
    above it, so the distance is -5 movements. The same 80 PLMS would stand on the line after 20
    minutes more of sleep.
    """
    lines = (
        ("adult", criteria.plmi_limit_adult_per_h),
        ("child", criteria.plmi_limit_child_per_h),
    )
    return tuple(
        _distance(population, limit, plms_count, sleep_min)
        for population, limit in lines
    )


def _distance(
    population: str,
    limit: Limit,
    plms_count: int | None,
    sleep_min: float | None,
) -> LimitDistance:
    """Distance from one line, in whole movements and in minutes.

    Counted in fractions, so that the line itself is met exactly.
    """
    unknown = LimitDistance(
        name=PLM_INDEX.name,
        population=population,
        limit_per_h=limit.value,
        above=None,
        movements=None,
        minutes=None,
    )
    if plms_count is None or not sleep_min:
        return replace(unknown, reason=_why_unknown(sleep_min))
    on_the_line = Fraction(limit.value) * int(to_ms(sleep_min * 60)) / 3_600_000
    highest_below = (
        math.ceil(on_the_line) - 1
        if limit.inclusive
        else math.floor(on_the_line)
    )
    above = plms_count > highest_below
    wanted = highest_below if above else highest_below + 1
    minutes = (
        float(60 * Fraction(plms_count) / Fraction(limit.value)) - sleep_min
    )
    return replace(
        unknown, above=above, movements=wanted - plms_count, minutes=minutes
    )


def _why_unknown(sleep_min: float | None) -> Reason:
    if sleep_min is None:
        return NO_HYPNOGRAM
    return Reason("plms-unknown") if sleep_min else NO_SLEEP
