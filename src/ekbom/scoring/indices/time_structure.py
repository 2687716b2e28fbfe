"""When movements come: intervals, how they follow each other, the course over the night."""

from typing import NamedTuple

import numpy as np

from ekbom.criteria.indices import IndexSettings
from ekbom.criteria.scoring import ScoringCriteria
from ekbom.model.events import Hypnogram
from ekbom.model.finding import Reason
from ekbom.model.recording import BoolArray, FloatArray, IntArray
from ekbom.model.result import IntervalStructure, NightProfile, TransitionMatrix
from ekbom.scoring.indices.intervals import (
    IntervalColumns,
    interval_columns,
    length_class,
    mean,
    sd,
    within,
)
from ekbom.scoring.indices.mixture import interval_mixture
from ekbom.scoring.indices.scored_night import ScoredNight
from ekbom.scoring.reasons import NO_HYPNOGRAM, NO_PLMS, NO_SLEEP
from ekbom.scoring.stage_time import (
    CountedTime,
    Spans,
    elapsed_ms,
    sleep_mask,
    stage_pieces,
    to_ms,
)

CLASSES = ("short", "periodic", "long")
HOUR_MS = 3_600_000
THIRDS = 3


class _Bins(NamedTuple):
    """A histogram: edges, count per bin, values outside, middle of the fullest bin."""

    edges: FloatArray
    counts: IntArray
    n_outside: int
    mode: float | None


def counted_in_sleep(night: ScoredNight) -> BoolArray:
    """Say which movements begin in scorable sleep, or in scorable recording without stages."""
    onset_ms = to_ms(night.movements.onset_s)
    if night.hypnogram is None:
        return night.time.both.recorded(onset_ms)
    return night.time.both.inside(onset_ms) & sleep_mask(night.movements.stage)


def interval_structure(
    night: ScoredNight, settings: IndexSettings
) -> IntervalStructure:
    """Describe the intervals between CLM of which the later begins in sleep.

    Without a hypnogram, all intervals of the recording.

    Notes
    -----
    1. Bins are [edge, next edge); the last bin holds its upper edge too. Intervals outside the bins
    are counted apart.
    2. The mode is the middle of the fullest bin, the first one of several.
    3. `mean_ln` and `sd_ln` are of the intervals in the range the standard's report set names, the
    mixture is of all intervals.
    4. A transition is counted where two intervals were measured between three consecutive CLM and
    the last begins in sleep.
    """
    criteria, counted = night.criteria, counted_in_sleep(night)
    columns, _ = interval_columns(night.movements)
    imi_s = columns.imi_s[counted & columns.measured]
    imi_ms = to_ms(imi_s)
    in_s = _bins_of_seconds(imi_ms, criteria)
    in_ln = _bins_of_ln(imi_ms, criteria)
    in_range = within(imi_ms, criteria.ln_imi_min_s, criteria.ln_imi_max_s)
    ln = np.log(imi_s[in_range])
    return IntervalStructure(
        n_intervals=len(imi_s),
        edges_s=in_s.edges,
        counts=in_s.counts,
        edges_ln=in_ln.edges,
        counts_ln=in_ln.counts,
        n_outside_s=in_s.n_outside,
        n_outside_ln=in_ln.n_outside,
        mode_s=in_s.mode,
        mode_ln_s=None if in_ln.mode is None else float(np.exp(in_ln.mode)),
        mean_ln=mean(ln),
        sd_ln=sd(ln),
        mixture=interval_mixture(imi_s[imi_s > 0], criteria=settings.mixture),
        transitions=transition_matrix(columns, counted, criteria),
    )


def _bins_of_seconds(imi_ms: IntArray, criteria: ScoringCriteria) -> _Bins:
    edges_ms = to_ms(
        _edges(criteria.imi_histogram_max_s, criteria.imi_histogram_bin_s)
    )
    return _bins(imi_ms, edges_ms, edges_ms / 1000.0)


def _bins_of_ln(imi_ms: IntArray, criteria: ScoringCriteria) -> _Bins:
    edges = _edges(criteria.ln_imi_histogram_max, criteria.ln_imi_histogram_bin)
    return _bins(imi_ms, to_ms(np.exp(edges)), edges)


def _edges(last: float, bin_width: float) -> FloatArray:
    """Edges of equal bins from 0 to the last whole bin."""
    n_bins = round(last / bin_width)
    # arithmetic: nine decimals take away what multiplying has added
    return np.round(np.arange(n_bins + 1, dtype=np.float64) * bin_width, 9)


def _bins(
    values_ms: IntArray,
    edges_ms: IntArray,
    edges: FloatArray,
) -> _Bins:
    """Count values in half-open bins, the last one closed; count those outside too."""
    counts = np.histogram(values_ms, edges_ms)[0].astype(np.int64)
    row = int(np.argmax(counts))
    mode = float(edges[row] + edges[row + 1]) / 2 if counts[row] else None
    return _Bins(
        edges,
        counts,
        len(values_ms) - int(counts.sum()),
        mode,
    )


def transition_matrix(
    columns: IntervalColumns,
    counted: BoolArray,
    criteria: ScoringCriteria,
) -> TransitionMatrix:
    """Count how short, periodic and long intervals follow each other."""
    known = columns.measured[columns.clm]
    imi_s = np.where(known, columns.imi_s[columns.clm], 0.0)
    kind = length_class(to_ms(imi_s), criteria)
    both = known[:-1] & known[1:] & counted[columns.clm][1:]
    counts = np.zeros((len(CLASSES), len(CLASSES)), dtype=np.int64)
    np.add.at(counts, (kind[:-1][both], kind[1:][both]), 1)
    total = counts.sum(axis=1, keepdims=True)
    return TransitionMatrix(
        classes=CLASSES,
        counts=counts,
        probability=np.where(total > 0, counts / np.maximum(total, 1), np.nan),
    )


def sleep_time(hypnogram: Hypnogram, time: CountedTime) -> Spans:
    """Find the sleep in a scored time: staged as sleep, in bed, in no excluded stretch."""
    pieces = stage_pieces(hypnogram, time)
    spans = Spans(pieces.onset_ms, pieces.end_ms)
    return spans.take(sleep_mask(pieces.stage))


def minutes_between(edges_ms: IntArray, spans: Spans) -> FloatArray:
    """Minutes of the spans between consecutive edges: one fewer than edges."""
    return np.diff(elapsed_ms(edges_ms, spans)) / 60_000


def night_profile(night: ScoredNight) -> NightProfile:
    """Count PLMS by hour and by third, from the first scorable sleep to the last.

    Notes
    -----
    1. An hour's rate is its PLMS per hour of the sleep in it; an hour without sleep has none (NaN)
    and no part in the slope.
    2. The slope is the weighted least-squares line through the rates at the middles of the hours,
    weights are minutes of sleep.
    3. Thirds divide the time from sleep onset to the end of sleep; the shares sum to 1.
    """
    if night.hypnogram is None:
        return _no_profile(NO_HYPNOGRAM)
    sleep = sleep_time(night.hypnogram, night.time.both)
    if not len(sleep.onset_ms):
        return _no_profile(NO_SLEEP)
    start = int(sleep.onset_ms[0])
    end = int(sleep.end_ms[-1])
    hours = np.append(np.arange(start, end, HOUR_MS, dtype=np.int64), end)
    thirds = np.rint(np.linspace(start, end, THIRDS + 1)).astype(np.int64)
    plms_ms = _plms_onsets_ms(night)
    count = _counts(plms_ms, hours)
    third_count = _counts(plms_ms, thirds)
    sleep_min = minutes_between(hours, sleep)
    rate = _per_hour(count, sleep_min)
    total = int(third_count.sum())
    return NightProfile(
        hour_start_s=hours[:-1] / 1000.0,
        count=count,
        sleep_min=sleep_min,
        per_h=rate,
        slope_per_h2=_slope(hours, rate, sleep_min),
        third_count=third_count,
        third_sleep_min=minutes_between(thirds, sleep),
        third_share=third_count / total if total else None,
        reason=None if total else NO_PLMS,
    )


def _per_hour(count: IntArray, minutes: FloatArray) -> FloatArray:
    """Rates, NaN without any minutes."""
    rate = np.full(len(count), np.nan)
    np.divide(
        60 * count,
        minutes,
        out=rate,
        where=minutes > 0,
    )
    return rate


def _plms_onsets_ms(night: ScoredNight) -> IntArray:
    """Onsets of the PLMS that count, sorted, in ms."""
    return np.sort(
        to_ms(night.movements.onset_s)[
            night.movements.plm & counted_in_sleep(night)
        ]
    )


def _counts(times_ms: IntArray, edges_ms: IntArray) -> IntArray:
    """Count sorted times between consecutive edges."""
    return np.diff(np.searchsorted(times_ms, edges_ms, side="left")).astype(
        np.int64
    )


def _slope(
    edges_ms: IntArray,
    rate: FloatArray,
    weight: FloatArray,
) -> float | None:
    """Fit a weighted line through the rates at the middles of the hours.

    None with fewer than two hours of sleep.
    """
    known = weight > 0
    if np.count_nonzero(known) < 2:
        return None
    middle_h = (edges_ms[:-1] + edges_ms[1:] - 2 * edges_ms[0]) / (2 * HOUR_MS)
    x = middle_h[known]
    y = rate[known]
    w = weight[known]
    x_away = x - np.average(x, weights=w)
    y_away = y - np.average(y, weights=w)
    return float(np.sum(w * x_away * y_away) / np.sum(w * x_away**2))


def _no_profile(reason: Reason) -> NightProfile:
    empty, none = np.empty(0), np.empty(0, dtype=np.int64)
    return NightProfile(
        hour_start_s=empty,
        count=none,
        sleep_min=empty,
        per_h=empty,
        slope_per_h2=None,
        third_count=none,
        third_sleep_min=empty,
        third_share=None,
        reason=reason,
    )
