"""Sleep statistics of a night from its hypnogram.

TIB, SPT, TST, latencies, WASO, efficiency, stages, awakenings, arousals.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from ekbom.criteria.index_key import RATES, SLEEP_MEASURES, IndexKey
from ekbom.model.finding import Reason
from ekbom.model.hypnogram import NREM_STAGES, SLEEP_STAGES, Hypnogram, Stage
from ekbom.model.recording import FloatArray, IntArray
from ekbom.model.result import IndexValue, ScoredPeriod
from ekbom.scoring.indices.values import index_value
from ekbom.scoring.reasons import (
    AROUSALS_NOT_SCORED,
    NO_HYPNOGRAM,
    NO_SLEEP,
    NOTHING_STAGED,
    state_not_scored,
)
from ekbom.scoring.stage_time import (
    StagePieces,
    bounds_ms,
    inside_ms,
    merged_ms,
    sleep_mask,
    stage_at_ms,
    stage_minutes,
    stage_pieces,
    to_ms,
)

NO_REM = state_not_scored("rem")
NO_PERSISTENT_SLEEP = Reason("no-persistent-sleep")
STAGES_OF_SLEEP = {
    "n1": Stage.N1,
    "n2": Stage.N2,
    "n3": Stage.N3,
    "rem": Stage.REM,
}
CONTINUITY = (
    ("spt", "min"),
    ("waso", "min"),
    ("waso_lights_on", "min"),
    ("sme", "percent"),
    ("awakenings", "count"),
    ("awakenings", "per_h"),
    ("sleep_to_wake", "per_h"),
)


class SleepSpan(NamedTuple):
    """Bounds in ms from recording start.

    The period in bed, and first and last moment of sleep (None without sleep).
    """

    start_ms: int
    end_ms: int
    sleep_onset_ms: int | None
    sleep_end_ms: int | None


def bed_span_ms(
    hypnogram: Hypnogram | None, period: ScoredPeriod
) -> tuple[int, int]:
    """Bound the time in bed: lights off to lights on.

    A mark that is missing is replaced by the first or last staged moment.
    """
    start, end = 0, int(to_ms(period.recording_s))
    if hypnogram is not None:
        staged = hypnogram.stage != str(Stage.UNSCORED)
        if np.any(staged):
            onset_ms, end_ms = bounds_ms(hypnogram)
            start, end = int(onset_ms[staged].min()), int(end_ms[staged].max())
    if period.lights_off_s is not None:
        start = int(to_ms(period.lights_off_s))
    if period.lights_on_s is not None:
        end = int(to_ms(period.lights_on_s))
    return start, max(start, end)


def sleep_span(pieces: StagePieces, *, start_ms: int, end_ms: int) -> SleepSpan:
    """Find the first and the last moment of sleep between two bounds."""
    rows = np.flatnonzero(sleep_mask(pieces.stage))
    if not len(rows):
        return SleepSpan(start_ms, end_ms, None, None)
    return SleepSpan(
        start_ms,
        end_ms,
        int(pieces.onset_ms[rows[0]]),
        int(pieces.end_ms[rows[-1]]),
    )


def sleep_statistics(
    hypnogram: Hypnogram | None,
    *,
    period: ScoredPeriod,
    arousal_onset_s: FloatArray | None,
    persistent_sleep_s: float,
) -> dict[str, IndexValue]:
    """Sleep statistics of one night.

    Parameters
    ----------
    hypnogram
        Scored stages, or None: every statistic but `tib_min` is then not computable.
    period
        Lights off and on, recording gaps. Unscorable legs do not touch sleep statistics.
    arousal_onset_s
        Onsets of scored arousals in seconds, None where arousals were never scored.
    persistent_sleep_s
        Length of unbroken sleep that counts as persistent, seconds.

    Returns
    -------
    dict
        `IndexValue` by name, minutes unless the name says otherwise; not computable ones hold a
        reason.

    Notes
    -----
    1. `waso_min` is wake between the first and the last epoch of sleep; `waso_lights_on_min` adds
    the wake after the last one.
    2. `rem_latency_min` runs from sleep onset, `sol_min` from lights off, both to the first epoch
    whatever its length.
    3. Unscored epochs and recording gaps are in TIB and SPT, in no stage, and neither sleep nor
    wake.
    4. `awakenings_count` counts bouts of wake that follow sleep and are followed by sleep again;
    the final one is not counted.
    """
    start_ms, end_ms = bed_span_ms(hypnogram, period)
    tib_min = (end_ms - start_ms) / 60_000
    if hypnogram is None:
        bed_is_known = period.lights_off_s is not None
        return _unknown(NO_HYPNOGRAM) | _tib(tib_min if bed_is_known else None)
    gaps_ms = merged_ms(period.gaps)
    pieces = stage_pieces(
        hypnogram, start_ms=start_ms, end_ms=end_ms, excluded_ms=gaps_ms
    )
    minutes = stage_minutes(pieces)
    if minutes[Stage.UNSCORED] >= sum(minutes.values()):
        return _unknown(NOTHING_STAGED) | _tib(tib_min)
    span = sleep_span(pieces, start_ms=start_ms, end_ms=end_ms)
    arousals = None
    if arousal_onset_s is not None:
        arousals = _arousals_in_sleep(
            hypnogram, span, to_ms(arousal_onset_s), gaps_ms
        )
    values = (
        *_stage_shares(minutes, tib_min=tib_min),
        *_latencies(pieces, span, persistent_ms=int(to_ms(persistent_sleep_s))),
        *_continuity(pieces, span, tst_min=_total_sleep(minutes)),
        *_arousals(arousals, tst_min=_total_sleep(minutes)),
    )
    return {value.name: value for value in values}


def _value(
    kind: str, measure: str, value: float | None, reason: Reason | None = None
) -> IndexValue:
    """Make one statistic; the reason is kept only where there is no number."""
    return index_value(IndexKey(kind, measure=measure), value, reason)


def _tib(tib_min: float | None) -> dict[str, IndexValue]:
    value = _value("tib", "min", tib_min, NO_HYPNOGRAM)
    return {value.name: value}


def _total_sleep(minutes: Mapping[Stage, float]) -> float:
    return sum(minutes[stage] for stage in SLEEP_STAGES)


def _stage_shares(
    minutes: Mapping[Stage, float], *, tib_min: float
) -> Iterator[IndexValue]:
    """Minutes of each stage, their shares of TST, TST itself and sleep efficiency."""
    tst = _total_sleep(minutes)
    nrem = sum(minutes[stage] for stage in NREM_STAGES)
    asleep = {
        name: minutes[stage] for name, stage in STAGES_OF_SLEEP.items()
    } | {"nrem": nrem}
    yield _value("tib", "min", tib_min)
    yield _value("tst", "min", tst)
    yield _value("unscored", "min", minutes[Stage.UNSCORED])
    yield _value(
        "se",
        "percent",
        100 * tst / tib_min if tib_min else None,
        NOTHING_STAGED,
    )
    yield _value("w", "min", minutes[Stage.WAKE])
    for name, stage_min in asleep.items():
        yield _value(name, "min", stage_min)
        yield _value(
            name, "percent", 100 * stage_min / tst if tst else None, NO_SLEEP
        )


def _latencies(
    pieces: StagePieces, span: SleepSpan, *, persistent_ms: int
) -> Iterator[IndexValue]:
    """Time from lights off to sleep and to persistent sleep, from sleep onset to REM sleep."""
    onset = span.sleep_onset_ms
    persistent = _persistent_onset(pieces, persistent_ms=persistent_ms)
    rem = pieces.onset_ms[pieces.stage == str(Stage.REM)]
    first_rem = int(rem[0]) if len(rem) else None
    asleep = None if onset is None else NO_PERSISTENT_SLEEP
    yield _value("sol", "min", _minutes(span.start_ms, onset), NO_SLEEP)
    yield _value(
        "sol_persistent",
        "min",
        _minutes(span.start_ms, persistent),
        asleep or NO_SLEEP,
    )
    no_rem = NO_SLEEP if onset is None else NO_REM
    yield _value("rem_latency", "min", _minutes(onset, first_rem), no_rem)


def _minutes(start_ms: int | None, end_ms: int | None) -> float | None:
    """Time between two moments, None where either did not come."""
    return (
        None
        if start_ms is None or end_ms is None
        else (end_ms - start_ms) / 60_000
    )


def _persistent_onset(pieces: StagePieces, *, persistent_ms: int) -> int | None:
    """Onset of the first stretch of unbroken sleep of at least `persistent_ms`, ms."""
    bouts = _bouts(
        pieces.onset_ms,
        pieces.end_ms,
        sleep_mask(pieces.stage).astype(np.int64),
    )
    long_enough = (bouts.kind == 1) & (
        bouts.end_ms - bouts.onset_ms >= persistent_ms
    )
    return int(bouts.onset_ms[long_enough][0]) if np.any(long_enough) else None


class _Bouts(NamedTuple):
    """Stretches of one kind without a break, in time order."""

    onset_ms: IntArray
    end_ms: IntArray
    kind: IntArray


def _bouts(onset_ms: IntArray, end_ms: IntArray, kind: IntArray) -> _Bouts:
    """Join touching pieces of one kind."""
    starts = np.ones(len(onset_ms), dtype=bool)
    starts[1:] = (kind[1:] != kind[:-1]) | (onset_ms[1:] != end_ms[:-1])
    first = np.flatnonzero(starts)
    last = np.append(first[1:] - 1, len(onset_ms) - 1) if len(first) else first
    return _Bouts(onset_ms[first], end_ms[last], kind[first])


def _continuity(
    pieces: StagePieces, span: SleepSpan, *, tst_min: float
) -> Iterator[IndexValue]:
    """Sleep period, wake after sleep onset, awakenings and transitions from sleep to wake."""
    if span.sleep_onset_ms is None or span.sleep_end_ms is None:
        yield from (
            _value(kind, measure, None, NO_SLEEP)
            for kind, measure in CONTINUITY
        )
        return
    wake = pieces.stage == str(Stage.WAKE)
    after_onset = wake & (pieces.onset_ms >= span.sleep_onset_ms)
    within = after_onset & (pieces.end_ms <= span.sleep_end_ms)
    length = (pieces.end_ms - pieces.onset_ms) / 60_000
    spt_min = (span.sleep_end_ms - span.sleep_onset_ms) / 60_000
    awakenings, transitions = _awakenings(pieces)
    values = (
        spt_min,
        float(length[within].sum()),
        float(length[after_onset].sum()),
        100 * tst_min / spt_min,
        awakenings,
        60 * awakenings / tst_min,
        60 * transitions / tst_min,
    )
    for (kind, measure), value in zip(CONTINUITY, values, strict=True):
        yield _value(kind, measure, value)


def _awakenings(pieces: StagePieces) -> tuple[int, int]:
    """Count bouts of wake between sleep and sleep, and wake that begins right where sleep ends.

    Unscored time is looked over.
    """
    staged = pieces.stage != str(Stage.UNSCORED)
    asleep = sleep_mask(pieces.stage[staged])
    onset, end = pieces.onset_ms[staged], pieces.end_ms[staged]
    falls_awake = asleep[:-1] & ~asleep[1:]
    sleeps_again = int(np.count_nonzero(~asleep[:-1] & asleep[1:])) - int(
        len(asleep) > 0 and not asleep[0]
    )
    touching = end[:-1] == onset[1:]
    return sleeps_again, int(np.count_nonzero(falls_awake & touching))


def _arousals_in_sleep(
    hypnogram: Hypnogram,
    span: SleepSpan,
    onset_ms: IntArray,
    excluded_ms: IntArray,
) -> int:
    """Count the arousals that begin in sleep, in bed and in time that was recorded."""
    in_bed = (onset_ms >= span.start_ms) & (onset_ms < span.end_ms)
    asleep = sleep_mask(stage_at_ms(hypnogram, onset_ms))
    return int(
        np.count_nonzero(asleep & in_bed & ~inside_ms(onset_ms, excluded_ms))
    )


def _arousals(count: int | None, *, tst_min: float) -> Iterator[IndexValue]:
    """Arousals of sleep, and per hour of TST."""
    key = IndexKey("arousals", state="sleep", measure="count")
    why = AROUSALS_NOT_SCORED if count is None else NO_SLEEP
    rate = None if count is None or not tst_min else 60 * count / tst_min
    yield index_value(key, count, why)
    yield index_value(key._replace(measure="per_h"), rate, why)


def _unknown(reason: Reason) -> dict[str, IndexValue]:
    """Every statistic without a number, for one reason."""
    keys = [
        IndexKey(kind, measure=measure)
        for kind, measures in SLEEP_MEASURES.items()
        for measure in measures
    ]
    keys += [
        IndexKey("arousals", state="sleep", measure=measure)
        for measure in RATES
    ]
    return {key.name: index_value(key, None, reason) for key in keys}
