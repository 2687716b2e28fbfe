"""How sure an index is: a bootstrap over series, and the distance from a line per hour."""

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from ekbom.criteria.indices import IndexSettings
from ekbom.criteria.scoring import Limit, ScoringCriteria
from ekbom.model.finding import Reason
from ekbom.model.hypnogram import Hypnogram
from ekbom.model.index import LimitDistance, ResampledIndex, ScoredPeriod
from ekbom.model.movements import ScoredMovements
from ekbom.model.recording import BoolArray, FloatArray, IntArray
from ekbom.scoring.indices.intervals import IntervalColumns, in_periodic_runs, interval_columns
from ekbom.scoring.indices.scored_time import NightTime, night_time
from ekbom.scoring.indices.time_structure import sleep_time
from ekbom.scoring.night import without_excluded
from ekbom.scoring.reasons import NO_HYPNOGRAM, NO_SLEEP
from ekbom.scoring.stage_time import elapsed_ms, sleep_mask, to_ms

CHUNK = 2_000_000
"""Draws held in memory at once."""


class NightBlocks(NamedTuple):
    """What a night is cut into for resampling, shape (n_blocks,) each; see `night_blocks`."""

    plm: FloatArray
    clm: FloatArray
    periodic_intervals: FloatArray
    intervals: FloatArray
    minutes: FloatArray
    n_series: int


def bootstrap_indices(
    movements: ScoredMovements,
    hypnogram: Hypnogram | None,
    *,
    period: ScoredPeriod,
    criteria: ScoringCriteria,
    settings: IndexSettings,
    rng: np.random.Generator,
    n_resamples: int,
) -> tuple[ResampledIndex, ...]:
    """Bootstrap the PLM index and both periodicity indices of sleep over the series of a night.

    Movements of one series are no independent witnesses: they come or stay away together. Resampled
    are therefore the blocks of `night_blocks`, each with its sleep, so that the time without PLM
    varies with the number of series.

    Parameters
    ----------
    movements, hypnogram, period, criteria
        As for `compute_indices`. Without a hypnogram the rates are per hour of recording.
    settings
        Coverage of the interval.
    rng
        Source of randomness; the same generator state gives the same answer.
    n_resamples
        Number of resamples.

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
    movements, time = without_excluded(movements), night_time(hypnogram, period)
    names = ("plms_per_h", "plms_nr_per_h", "pi_movements_sleep", "pi_intervals_sleep")
    if hypnogram is None:
        names = ("plm_per_recording_h", "plm_nr_per_recording_h", "pi_movements", "pi_intervals")
    limit = criteria.plmi_limit_adult_per_h
    every, without = (
        _resample(
            movements,
            columns,
            hypnogram,
            period,
            time,
            criteria=criteria,
            rng=rng,
            n_resamples=n_resamples,
            min_series=settings.bootstrap_min_series,
        )
        for columns in interval_columns(movements)
    )
    level = settings.bootstrap_level_percent
    return (
        _summary(names[0], every, _rate, level=level, limit=limit),
        _summary(names[1], without, _rate, level=level, limit=limit),
        _summary(names[2], every, _share_of_movements, level=level, limit=None),
        _summary(names[3], every, _share_of_intervals, level=level, limit=None),
    )


class _Resamples(NamedTuple):
    """The blocks of a night and their sums in each resample, shape (n_resamples, 5).

    `reason`: why there are none; `unknown`: nothing is known at all.
    """

    blocks: NightBlocks
    sums: FloatArray
    reason: Reason | None
    unknown: bool


def night_blocks(
    movements: ScoredMovements,
    columns: IntervalColumns,
    hypnogram: Hypnogram | None,
    *,
    period: ScoredPeriod,
    time: NightTime,
    criteria: ScoringCriteria,
) -> NightBlocks:
    """Cut the night into blocks, one per series and one for what follows the last.

    A block reaches from the end of one series (its last PLM) to the end of the next: it holds a
    series, the time without PLM before it, and the isolated and short-interval CLM in that time.
    The last block holds the rest of the night, which has no PLM. Movements and intervals belong to
    the block in which the (later) movement begins, and count if that is in scorable sleep; without
    a hypnogram, if it is in scorable recording.
    """
    onset_ms = to_ms(movements.onset_s)
    counted = (
        time.both.recorded(onset_ms)
        if hypnogram is None
        else time.both.inside(onset_ms) & sleep_mask(movements.stage)
    )
    edges = _block_edges(onset_ms, columns)
    block = np.searchsorted(edges, onset_ms, side="left")
    measured = columns.clm & ~np.isnan(columns.imi_s)
    runs = in_periodic_runs(columns, measured=measured, criteria=criteria)

    def per_block(rows: BoolArray) -> FloatArray:
        return np.bincount(block[rows & counted], minlength=len(edges) + 1).astype(np.float64)

    return NightBlocks(
        plm=per_block(columns.plm),
        clm=per_block(columns.clm),
        periodic_intervals=per_block(measured & runs),
        intervals=per_block(measured),
        minutes=_block_minutes(edges, hypnogram, period=period, time=time),
        n_series=len(edges),
    )


def _block_edges(onset_ms: IntArray, columns: IntervalColumns) -> IntArray:
    """Onset of the last PLM of every series, in time order."""
    rows = np.flatnonzero(columns.plm & (columns.series_id > 0))
    last = np.ones(len(rows), dtype=bool)
    last[:-1] = columns.series_id[rows][1:] != columns.series_id[rows][:-1]
    return np.sort(onset_ms[rows[last]])


def _block_minutes(
    edges: IntArray, hypnogram: Hypnogram | None, *, period: ScoredPeriod, time: NightTime
) -> FloatArray:
    """Minutes of scorable sleep, or of scorable recording, in every block."""
    start, end = (
        (0, int(to_ms(period.recording_s)))
        if hypnogram is None
        else (time.both.start_ms, time.both.end_ms)
    )
    bounds = np.clip(np.concatenate(([start], edges, [end])), start, end)
    if hypnogram is not None:
        return sleep_time(hypnogram, period).minutes_between(bounds)
    excluded = np.clip(time.both.excluded_ms, start, end)
    return np.diff(bounds - elapsed_ms(bounds, excluded[:, 0], excluded[:, 1])) / 60_000


def _resample(
    movements: ScoredMovements,
    columns: IntervalColumns,
    hypnogram: Hypnogram | None,
    period: ScoredPeriod,
    time: NightTime,
    *,
    criteria: ScoringCriteria,
    rng: np.random.Generator,
    n_resamples: int,
    min_series: int,
) -> _Resamples:
    """Draw the resamples of one set of series, or say why there are none."""
    blocks = night_blocks(
        movements, columns, hypnogram, period=period, time=time, criteria=criteria
    )
    reason = columns.reason
    if not reason and hypnogram is not None and not blocks.minutes.sum():
        reason = NO_SLEEP
    unknown = bool(reason)
    if not reason and blocks.n_series < min_series:
        reason = Reason("fewer-series", {"n": blocks.n_series, "needed": min_series})
    table = np.stack(
        [blocks.plm, blocks.clm, blocks.periodic_intervals, blocks.intervals, blocks.minutes],
        axis=1,
    )
    sums = (
        np.empty((0, 5))
        if reason
        else np.concatenate(list(_draws(table, rng=rng, n_resamples=n_resamples)))
    )
    return _Resamples(blocks, sums, reason, unknown)


def _draws(
    table: FloatArray, *, rng: np.random.Generator, n_resamples: int
) -> Iterator[FloatArray]:
    """Sum the drawn rows of a table of blocks, some resamples at a time."""
    n = len(table)
    step = max(1, CHUNK // n)
    for done in range(0, n_resamples, step):
        chosen = rng.integers(0, n, size=(min(step, n_resamples - done), n), dtype=np.int32)
        yield np.stack([column[chosen].sum(axis=1) for column in table.T], axis=1)


def _rate(sums: FloatArray) -> FloatArray:
    return np.asarray(60 * _ratio(sums[:, 0], sums[:, 4]), dtype=np.float64)


def _share_of_movements(sums: FloatArray) -> FloatArray:
    return _ratio(sums[:, 0], sums[:, 1])


def _share_of_intervals(sums: FloatArray) -> FloatArray:
    return _ratio(sums[:, 2], sums[:, 3])


def _ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    """Divide, NaN where there is nothing to divide by."""
    quotient = np.full(len(above), np.nan)
    np.divide(above, below, out=quotient, where=below > 0)
    return quotient


def _summary(
    name: str,
    drawn: _Resamples,
    index: Callable[[FloatArray], FloatArray],
    *,
    level: float,
    limit: Limit | None,
) -> ResampledIndex:
    """Summarise the resamples of one index."""
    blocks = drawn.blocks
    totals = np.array(
        [
            [
                part.sum()
                for part in (
                    blocks.plm,
                    blocks.clm,
                    blocks.periodic_intervals,
                    blocks.intervals,
                    blocks.minutes,
                )
            ]
        ]
    )
    estimate = float(index(totals)[0])
    values = index(drawn.sums)
    values = values[~np.isnan(values)]
    known = bool(len(values))
    tail = (100 - level) / 2
    low, high = np.percentile(values, [tail, 100 - tail]) if known else (0.0, 0.0)
    above = (
        values >= limit.value
        if limit is not None and limit.inclusive
        else values > (limit.value if limit is not None else math.inf)
    )
    return ResampledIndex(
        name=name,
        estimate=None if math.isnan(estimate) or drawn.unknown else estimate,
        standard_error=float(np.std(values, ddof=1)) if len(values) > 1 else None,
        low=float(low) if known else None,
        high=float(high) if known else None,
        level_percent=level,
        n_blocks=len(blocks.plm),
        n_series=blocks.n_series,
        n_resamples=len(values),
        limit=None if limit is None else limit.value,
        share_above_limit=float(np.mean(above)) if known and limit is not None else None,
        reason=drawn.reason or (None if known else Reason("no-resample")),
    )


def limit_distances(
    plms_count: int | None, sleep_min: float | None, *, criteria: ScoringCriteria
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
    lines = (("adult", criteria.plmi_limit_adult_per_h), ("child", criteria.plmi_limit_child_per_h))
    return tuple(_distance(population, limit, plms_count, sleep_min) for population, limit in lines)


def _distance(
    population: str, limit: Limit, plms_count: int | None, sleep_min: float | None
) -> LimitDistance:
    """Distance from one line, in whole movements and in minutes.

    Counted in fractions, so that the line itself is met exactly.
    """
    name = "plms_per_h"
    if plms_count is None or not sleep_min:
        reason = (
            NO_SLEEP
            if sleep_min == 0
            else NO_HYPNOGRAM
            if sleep_min is None
            else Reason("plms-unknown")
        )
        return LimitDistance(
            name=name,
            population=population,
            limit_per_h=limit.value,
            above=None,
            movements=None,
            minutes=None,
            reason=reason,
        )
    on_the_line = Fraction(limit.value) * int(to_ms(sleep_min * 60)) / 3_600_000
    highest_below = math.ceil(on_the_line) - 1 if limit.inclusive else math.floor(on_the_line)
    above = plms_count > highest_below
    movements = highest_below - plms_count if above else highest_below + 1 - plms_count
    minutes = float(60 * Fraction(plms_count) / Fraction(limit.value)) - sleep_min
    return LimitDistance(
        name=name,
        population=population,
        limit_per_h=limit.value,
        above=above,
        movements=movements,
        minutes=minutes,
    )
