"""Candidates become periodic series.

Intervals from onset to onset, runs inside the limits, runs long enough to count.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ekbom.criteria.scoring import ScoringCriteria
from ekbom.model.movements import AssociatedMovements, ScoredMovements
from ekbom.model.recording import (
    BoolArray,
    FloatArray,
    IntArray,
    Interval,
    StrArray,
)
from ekbom.scoring.bounds import largest_ms, smallest_ms
from ekbom.scoring.rule_names import TEXT, NonCandidate, NotInSeries, RunStart
from ekbom.scoring.stage_time import interval_bounds_ms, sleep_mask, to_ms

_NOT_MEASURED = int(np.iinfo(np.int64).min)


class _Runs(NamedTuple):
    """Runs of CLM that follow each other inside the limits; shape (n,) each.

    `imi_ms` is `_NOT_MEASURED` where there is none; `run` counts from 1, 0 = in no run; `start` is
    the reason at the first CLM of a run; `why_not` the reason why a CLM is in no run.
    """

    imi_ms: IntArray
    run: IntArray
    start: StrArray
    why_not: StrArray


class _Row(NamedTuple):
    """What the pass over the movements needs of one of them."""

    onset_ms: int
    interval_from_ms: int
    clm: bool
    stretch: int
    state: str


def periodic_series(
    associated: AssociatedMovements,
    *,
    gaps: Sequence[Interval],
    criteria: ScoringCriteria,
) -> ScoredMovements:
    """Measure the intervals and build the series, with and without breathing-related movements.

    Parameters
    ----------
    associated
        Movements with stage and links, sorted by onset.
    gaps
        Time that was not recorded or cannot be judged; no interval is measured across it.
    criteria
        The standard.

    Notes
    -----
    1. A truncated movement ends a run under every standard: how long it was is not known.
    2. For the second set of series every breathing-related CLM is taken out and the intervals are
       measured anew; movements that are no CLM stay and keep ending runs.
    3. Where the standard leaves breathing-related CLM out of the main count, both sets are the
       same.

    Examples
    --------
    >>> from ekbom import associate, combine_candidates, load_rule_set, periodic_series, read_result
    >>> from ekbom.rules.load_scoring import scoring_criteria
    >>> night, criteria = read_result("result.json"), scoring_criteria(load_rule_set("wasm2016"))
    >>> candidates = combine_candidates(night.leg_movements, criteria=criteria)
    >>> rows = associate(
    ...     candidates,
    ...     hypnogram=night.hypnogram,
    ...     respiratory=None,
    ...     arousals=None,
    ...     criteria=criteria,
    ... )
    >>> scored = periodic_series(rows, gaps=(), criteria=criteria)
    >>> int(scored.plm.sum()) > 0
    True
    """
    rows = _without_respiratory(associated, criteria=criteria)
    stretch = _stretches(to_ms(rows.onset_s), gaps, criteria)
    plain = rebuilt = _runs(rows, ~rows.excluded, stretch, criteria)
    related = rows.rrlm & rows.clm
    if related.any():
        keep = ~rows.excluded & ~related
        rebuilt = _runs(rows, keep, stretch, criteria)
    series, series_nr = (
        _series(runs, criteria=criteria) for runs in (plain, rebuilt)
    )
    plm = series > 0
    short = (
        rows.clm
        & (plain.imi_ms != _NOT_MEASURED)
        & (plain.imi_ms < smallest_ms(criteria.imi_min_s))
    )
    return ScoredMovements(
        **vars(rows),
        imi_s=_seconds(plain.imi_ms),
        series_id=series,
        plm=plm,
        short_interval=short,
        isolated=rows.clm & ~plm & ~short,
        imi_nr_s=_seconds(rebuilt.imi_ms),
        series_id_nr=series_nr,
        plm_nr=series_nr > 0,
        series_reason=_reasons(rows, runs=plain, plm=plm),
        run_id=plain.run,
        run_reason=plain.start,
    )


def _without_respiratory(
    associated: AssociatedMovements, *, criteria: ScoringCriteria
) -> AssociatedMovements:
    """Mark breathing-related CLM as left out where the standard does so before it builds series."""
    out = associated.rrlm & associated.clm
    if not criteria.respiratory_excluded_before_series or not out.any():
        return associated
    reason = associated.nonclm_reason.astype(TEXT)
    reason[out] = NonCandidate.RESPIRATORY
    return replace(
        associated,
        clm=associated.clm & ~out,
        excluded=associated.excluded | out,
        nonclm_reason=reason,
    )


def _runs(
    rows: AssociatedMovements,
    keep: BoolArray,
    stretch: IntArray,
    criteria: ScoringCriteria,
) -> _Runs:
    """Pass once over the movements that are kept and those that end runs."""
    used = np.flatnonzero((keep & rows.clm) | _breaks(rows, criteria=criteria))
    onset = to_ms(rows.onset_s)
    from_ms = to_ms(rows.interval_from_s)
    columns = (onset, from_ms, rows.clm, stretch, _states(rows.stage))
    chosen = (column[used].tolist() for column in columns)
    listed = [_Row(*values) for values in zip(*chosen, strict=True)]
    return _spread(
        _pass(listed, criteria=criteria),
        used=used,
        n=len(onset),
    )


def _breaks(
    rows: AssociatedMovements, *, criteria: ScoringCriteria
) -> BoolArray:
    """Mark the movements that end a run.

    Truncated ones always, other LM that are no CLM where the standard says so.
    """
    truncated = rows.nonclm_reason == NonCandidate.TRUNCATED.value
    if not criteria.nonclm_breaks:
        return np.asarray(truncated, dtype=bool)
    too_long = rows.nonclm_reason == NonCandidate.LONGER_THAN_LIMIT.value
    ends = ~rows.clm & (~rows.excluded | too_long)
    return np.asarray(ends | truncated, dtype=bool)


def _stretches(
    onset_ms: IntArray,
    gaps: Sequence[Interval],
    criteria: ScoringCriteria,
) -> IntArray:
    """Give each stretch between gaps a number; two onsets of one number have no gap between them.

    An onset inside a gap, which only a mark by a person can have, is a stretch of its own. There is
    one stretch where a gap breaks no series.
    """
    if not criteria.gap_breaks_series:
        return np.zeros(len(onset_ms), dtype=np.int64)
    starts, ends = (np.sort(edges) for edges in interval_bounds_ms(gaps))
    begun = np.searchsorted(starts, onset_ms, side="left")
    ended = np.searchsorted(ends, onset_ms, side="right")
    alone = -1 - np.arange(len(onset_ms))
    stretch = np.where(begun > ended, alone, begun + ended)
    return np.asarray(stretch, dtype=np.int64)


def _states(stage: StrArray) -> StrArray:
    """Name the state at each onset: sleep, wake or unscored."""
    return np.where(sleep_mask(stage), "sleep", stage)


class _Step(NamedTuple):
    """What the pass says of one movement: its columns in `_Runs`."""

    imi_ms: int = _NOT_MEASURED
    run: int = 0
    start: str = ""
    why_not: str = ""


class _Limits(NamedTuple):
    """Shortest and longest interval of a run in ms, both inclusive."""

    shortest: int
    longest: int


def _pass(rows: list[_Row], *, criteria: ScoringCriteria) -> list[_Step]:
    """Follow the movements in order of onset and count the runs of CLM."""
    left_out = _after_short_interval(criteria)
    steps: list[_Step] = []
    run, reopen = 0, False
    for row, link in zip(rows, _links(rows, criteria=criteria), strict=True):
        step = link
        if link.start == RunStart.SHORT_INTERVAL and left_out:
            reopen = left_out == NotInSeries.AFTER_SHORT_INTERVAL
            step = _Step(link.imi_ms, why_not=left_out)
        elif row.clm:
            start = link.start or (RunStart.SHORT_INTERVAL if reopen else "")
            run, reopen = run + bool(start), False
            step = _Step(link.imi_ms, run, start)
        steps.append(step)
    return steps


def _after_short_interval(criteria: ScoringCriteria) -> str:
    """Say why a CLM after a too short interval is in no run, empty where it begins one."""
    if criteria.short_imi == "skip_later":
        return NotInSeries.SKIPPED_SHORT_INTERVAL
    return (
        ""
        if criteria.series_start_after_short_imi
        else NotInSeries.AFTER_SHORT_INTERVAL
    )


def _links(rows: list[_Row], *, criteria: ScoringCriteria) -> Iterator[_Step]:
    """Give the interval before each CLM and why a run would begin there; other rows stay empty."""
    limits = _Limits(
        smallest_ms(criteria.imi_min_s), largest_ms(criteria.imi_max_s)
    )
    previous: _Row | None = None
    why = RunStart.FIRST
    for row in rows:
        link = _Step()
        if not row.clm:
            previous, why = None, RunStart.NONCLM
        elif previous is None:
            link = _Step(start=why)
        else:
            link = _link(row, previous, limits=limits, criteria=criteria)
        yield link
        skipped = (
            link.start == RunStart.SHORT_INTERVAL
            and criteria.short_imi == "skip_later"
        )
        if row.clm and not skipped:
            previous = row


def _link(
    row: _Row,
    previous: _Row,
    *,
    limits: _Limits,
    criteria: ScoringCriteria,
) -> _Step:
    """Measure the interval between two CLM; `start` is empty if the second continues the run."""
    if row.stretch != previous.stretch:
        return _Step(start=RunStart.GAP)
    imi = row.onset_ms - previous.interval_from_ms
    if imi > limits.longest:
        return _Step(imi, start=RunStart.LONG_INTERVAL)
    if imi < limits.shortest:
        return _Step(imi, start=RunStart.SHORT_INTERVAL)
    continues = criteria.series_cross_wake or row.state == previous.state
    return _Step(imi, start="" if continues else RunStart.STATE_CHANGE)


def _spread(
    steps: list[_Step],
    *,
    used: IntArray,
    n: int,
) -> _Runs:
    """Put what the pass said back on the rows of the table."""
    runs = _Runs(
        imi_ms=np.full(n, _NOT_MEASURED, dtype=np.int64),
        run=np.zeros(n, dtype=np.int64),
        start=np.full(n, "", dtype=TEXT),
        why_not=np.full(n, "", dtype=TEXT),
    )
    for column, values in zip(runs, zip(*steps, strict=True), strict=False):
        column[used] = values
    return runs


def _series(runs: _Runs, *, criteria: ScoringCriteria) -> IntArray:
    """Give the runs that are long enough their numbers from 1 in the order of the night.

    0 = in no series.
    """
    size = np.bincount(runs.run, minlength=1)
    enough = size >= criteria.series_min_count
    enough[0] = False
    number = np.where(enough, np.cumsum(enough), 0)
    return np.asarray(number[runs.run], dtype=np.int64)


def _reasons(
    rows: AssociatedMovements,
    *,
    runs: _Runs,
    plm: BoolArray,
) -> StrArray:
    """Say of each movement why it is in no series, empty for a PLM."""
    reason = np.where(
        runs.why_not != "", runs.why_not, NotInSeries.RUN_TOO_SHORT.value
    )
    reason = np.where(rows.clm, reason, NotInSeries.NOT_A_CANDIDATE.value)
    return np.where(plm, "", reason).astype(TEXT)


def _seconds(ms: IntArray) -> FloatArray:
    """Turn intervals into seconds, NaN where none was measured.

    Below 0 only between a pair and what begins inside it.
    """
    return np.where(ms != _NOT_MEASURED, ms / 1000.0, np.nan)
