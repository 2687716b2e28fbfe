"""When movements come: intervals, how they follow each other, and the course of the night."""

from typing import NamedTuple

import numpy as np

from ekbom.criteria.indices import IndexSettings
from ekbom.criteria.scoring import ScoringCriteria
from ekbom.model.finding import Reason
from ekbom.model.hypnogram import Hypnogram
from ekbom.model.index import IntervalStructure, NightProfile, ScoredPeriod, TransitionMatrix
from ekbom.model.movements import ScoredMovements
from ekbom.model.recording import BoolArray, FloatArray, IntArray
from ekbom.scoring.indices.intervals import within
from ekbom.scoring.indices.mixture import interval_mixture
from ekbom.scoring.indices.scored_time import night_time
from ekbom.scoring.night import without_excluded
from ekbom.scoring.reasons import NO_HYPNOGRAM, NO_PLMS, NO_SLEEP
from ekbom.scoring.stage_time import elapsed_ms, sleep_mask, stage_pieces, to_ms

CLASSES = ("short", "periodic", "long")
HOUR_MS = 3_600_000


class SleepTime(NamedTuple):
    """Stretches of scorable sleep in ms, sorted and without overlap."""

    onset_ms: IntArray
    end_ms: IntArray

    def minutes_between(self, edges_ms: IntArray) -> FloatArray:
        """Minutes of sleep between consecutive edges: one fewer than edges."""
        return np.diff(elapsed_ms(edges_ms, self.onset_ms, self.end_ms)) / 60_000


def interval_structure(
    movements: ScoredMovements,
    hypnogram: Hypnogram | None,
    *,
    period: ScoredPeriod,
    criteria: ScoringCriteria,
    settings: IndexSettings,
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
    movements, time = without_excluded(movements), night_time(hypnogram, period)
    onset_ms = to_ms(movements.onset_s)
    counted = (
        time.both.recorded(onset_ms)
        if hypnogram is None
        else time.both.inside(onset_ms) & sleep_mask(movements.stage)
    )
    rows = counted & movements.clm & ~np.isnan(movements.imi_s)
    imi_s, imi_ms = movements.imi_s[rows], to_ms(movements.imi_s[rows])
    edges_ms = to_ms(_edges(criteria.imi_histogram_max_s, bin_width=criteria.imi_histogram_bin_s))
    edges_ln = _edges(criteria.ln_imi_histogram_max, bin_width=criteria.ln_imi_histogram_bin)
    counts, outside = _histogram(imi_ms, edges_ms)
    counts_ln, outside_ln = _histogram(imi_ms, to_ms(np.exp(edges_ln)))
    in_range = np.log(imi_s[within(imi_ms, criteria.ln_imi_min_s, criteria.ln_imi_max_s)])
    middle, middle_ln = _mode(edges_ms / 1000.0, counts), _mode(edges_ln, counts_ln)
    return IntervalStructure(
        n_intervals=len(imi_s),
        edges_s=edges_ms / 1000.0,
        counts=counts,
        edges_ln=edges_ln,
        counts_ln=counts_ln,
        n_outside_s=outside,
        n_outside_ln=outside_ln,
        mode_s=middle,
        mode_ln_s=None if middle_ln is None else float(np.exp(middle_ln)),
        mean_ln=float(np.mean(in_range)) if len(in_range) else None,
        sd_ln=float(np.std(in_range, ddof=1)) if len(in_range) > 1 else None,
        mixture=interval_mixture(imi_s[imi_s > 0], criteria=settings.mixture),
        transitions=transition_matrix(movements, counted=counted, criteria=criteria),
    )


def _edges(last: float, *, bin_width: float) -> FloatArray:
    """Edges of equal bins from 0 to the last whole bin."""
    return np.round(np.arange(round(last / bin_width) + 1, dtype=np.float64) * bin_width, 9)


def _histogram(values: IntArray, edges: IntArray) -> tuple[IntArray, int]:
    """Count values in half-open bins, the last one closed; count those outside too."""
    inside = values[(values >= edges[0]) & (values <= edges[-1])]
    row = np.minimum(np.searchsorted(edges, inside, side="right") - 1, len(edges) - 2)
    return np.bincount(row, minlength=len(edges) - 1).astype(np.int64), len(values) - len(inside)


def _mode(edges: FloatArray, counts: IntArray) -> float | None:
    """Give the middle of the fullest bin, None where all are empty."""
    row = int(np.argmax(counts))
    return float(edges[row] + edges[row + 1]) / 2 if counts[row] else None


def transition_matrix(
    movements: ScoredMovements, *, counted: BoolArray, criteria: ScoringCriteria
) -> TransitionMatrix:
    """Count how short, periodic and long intervals follow each other."""
    clm = np.flatnonzero(movements.clm)
    imi_s = movements.imi_s[clm]
    known = ~np.isnan(imi_s)
    imi_ms = to_ms(np.where(known, imi_s, 0.0))
    inside = within(imi_ms, criteria.imi_min_s, criteria.imi_max_s)
    kind = np.where(inside, 1, np.where(imi_ms <= to_ms(criteria.imi_min_s.value), 0, 2))
    both = known[:-1] & known[1:] & counted[clm][1:]
    counts = (
        np.bincount(kind[:-1][both] * 3 + kind[1:][both], minlength=9)
        .reshape(3, 3)
        .astype(np.int64)
    )
    total = counts.sum(axis=1, keepdims=True)
    probability = np.where(total > 0, counts / np.maximum(total, 1), np.nan)
    return TransitionMatrix(classes=CLASSES, counts=counts, probability=probability)


def sleep_time(hypnogram: Hypnogram, period: ScoredPeriod) -> SleepTime:
    """Find the scorable sleep of a night: staged as sleep, in bed, recorded, both legs judged."""
    time = night_time(hypnogram, period).both
    pieces = stage_pieces(
        hypnogram, start_ms=time.start_ms, end_ms=time.end_ms, excluded_ms=time.excluded_ms
    )
    asleep = sleep_mask(pieces.stage)
    return SleepTime(pieces.onset_ms[asleep], pieces.end_ms[asleep])


def night_profile(
    movements: ScoredMovements, hypnogram: Hypnogram | None, *, period: ScoredPeriod
) -> NightProfile:
    """Count PLMS by hour and by third, from the first scorable sleep to the last.

    Notes
    -----
    1. An hour's rate is its PLMS per hour of the sleep in it; an hour without sleep has none (NaN)
    and no part in the slope.
    2. The slope is the weighted least-squares line through the rates at the middles of the hours,
    weights are minutes of sleep.
    3. Thirds divide the time from sleep onset to the end of sleep; the shares sum to 1.
    """
    if hypnogram is None:
        return _no_profile(NO_HYPNOGRAM)
    sleep = sleep_time(hypnogram, period)
    if not len(sleep.onset_ms):
        return _no_profile(NO_SLEEP)
    start, end = int(sleep.onset_ms[0]), int(sleep.end_ms[-1])
    plms_ms = _plms_onsets_ms(without_excluded(movements), hypnogram, period)
    hours = np.append(np.arange(start, end, HOUR_MS), end)
    count, sleep_min = _counts(plms_ms, hours), sleep.minutes_between(hours)
    rate = np.divide(60 * count, sleep_min, out=np.full(len(count), np.nan), where=sleep_min > 0)
    thirds = np.rint(np.linspace(start, end, 4)).astype(np.int64)
    third_count = _counts(plms_ms, thirds)
    total = int(third_count.sum())
    return NightProfile(
        hour_start_s=hours[:-1] / 1000.0,
        count=count,
        sleep_min=sleep_min,
        per_h=rate,
        slope_per_h2=_slope((hours[:-1] + hours[1:] - 2 * start) / (2 * HOUR_MS), rate, sleep_min),
        third_count=third_count,
        third_sleep_min=sleep.minutes_between(thirds),
        third_share=third_count / total if total else None,
        reason=None if total else NO_PLMS,
    )


def _plms_onsets_ms(
    movements: ScoredMovements, hypnogram: Hypnogram, period: ScoredPeriod
) -> IntArray:
    """Onsets of the PLMS that count, sorted, in ms."""
    onset_ms = to_ms(movements.onset_s)
    inside = night_time(hypnogram, period).both.inside(onset_ms)
    return np.sort(onset_ms[movements.plm & sleep_mask(movements.stage) & inside])


def _counts(times_ms: IntArray, edges_ms: IntArray) -> IntArray:
    """Count sorted times between consecutive edges."""
    return np.diff(np.searchsorted(times_ms, edges_ms, side="left")).astype(np.int64)


def _slope(hour: FloatArray, rate: FloatArray, weight: FloatArray) -> float | None:
    """Fit a weighted line through the rates; None with fewer than two hours of sleep."""
    known = weight > 0
    if np.count_nonzero(known) < 2:
        return None
    x, y, w = hour[known], rate[known], weight[known]
    x_mean, y_mean = np.average(x, weights=w), np.average(y, weights=w)
    return float(np.sum(w * (x - x_mean) * (y - y_mean)) / np.sum(w * (x - x_mean) ** 2))


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
