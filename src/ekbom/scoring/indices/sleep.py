"""Sleep statistics of a night from its hypnogram.

TIB, SPT, TST, latencies, WASO, efficiency, stages, awakenings, arousals.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from ekbom.criteria.index_key import RATES, SLEEP_MEASURES, IndexKey
from ekbom.model.events import NREM_STAGES, SLEEP_STAGES, Hypnogram, Stage
from ekbom.model.finding import Reason
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
    CountedTime,
    Spans,
    StagePieces,
    bounds_ms,
    merged_ms,
    sleep_mask,
    stage_at_ms,
    stage_minutes,
    stage_pieces,
    to_ms,
    united,
)

NO_REM = state_not_scored("rem")
NO_PERSISTENT_SLEEP = Reason("no-persistent-sleep")
STAGES_OF_SLEEP = {
    "n1": (Stage.N1,),
    "n2": (Stage.N2,),
    "n3": (Stage.N3,),
    "rem": (Stage.REM,),
    "nrem": NREM_STAGES,
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
    """First and last moment of sleep in ms from recording start."""

    onset_ms: int
    end_ms: int


def bed_time(
    hypnogram: Hypnogram | None, period: ScoredPeriod, excluded_ms: IntArray
) -> CountedTime:
    """Bound the time in bed: lights off to lights on, without the excluded intervals.

    A mark that is missing is replaced by the first or last staged moment.
    """
    start = 0
    end = int(to_ms(period.recording_s))
    if hypnogram is not None:
        staged = bounds_ms(hypnogram).take(
            hypnogram.stage != str(Stage.UNSCORED)
        )
        if len(staged.onset_ms):
            start = int(staged.onset_ms.min())
            end = int(staged.end_ms.max())
    if period.lights_off_s is not None:
        start = int(to_ms(period.lights_off_s))
    if period.lights_on_s is not None:
        end = int(to_ms(period.lights_on_s))
    return CountedTime(
        start_ms=start, end_ms=max(start, end), excluded_ms=excluded_ms
    )


def sleep_span(pieces: StagePieces) -> SleepSpan | None:
    """Find the first and the last moment of sleep, None without sleep."""
    rows = np.flatnonzero(sleep_mask(pieces.stage))
    if not len(rows):
        return None
    return SleepSpan(
        int(pieces.onset_ms[rows[0]]), int(pieces.end_ms[rows[-1]])
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
    bed = bed_time(hypnogram, period, merged_ms(period.gaps))
    tib_min = (bed.end_ms - bed.start_ms) / 60_000
    if hypnogram is None:
        bed_is_known = period.lights_off_s is not None
        return _unknown(NO_HYPNOGRAM) | _tib(tib_min if bed_is_known else None)
    pieces = stage_pieces(hypnogram, bed)
    minutes = stage_minutes(pieces)
    if minutes[Stage.UNSCORED] >= sum(minutes.values()):
        return _unknown(NOTHING_STAGED) | _tib(tib_min)
    arousals = None
    if arousal_onset_s is not None:
        arousals = _count_in_sleep(hypnogram, bed, to_ms(arousal_onset_s))
    persistent = _persistent_onset(pieces, int(to_ms(persistent_sleep_s)))
    tst_min = sum(minutes[stage] for stage in SLEEP_STAGES)
    values = (
        *_stage_shares(
            minutes,
            tst_min=tst_min,
            tib_min=tib_min,
        ),
        *_latencies(pieces, bed.start_ms, persistent),
        *_continuity(pieces, tst_min),
        *_arousals(arousals, tst_min),
    )
    return {value.name: value for value in values}


def _value(
    kind: str,
    measure: str,
    value: float | None,
    reason: Reason | None = None,
) -> IndexValue:
    """Make one statistic; the reason is kept only where there is no number."""
    return index_value(IndexKey(kind, measure=measure), value, reason)


def _tib(tib_min: float | None) -> dict[str, IndexValue]:
    value = _value(
        "tib",
        "min",
        tib_min,
        NO_HYPNOGRAM,
    )
    return {value.name: value}


def _stage_shares(
    minutes: Mapping[Stage, float],
    *,
    tst_min: float,
    tib_min: float,
) -> Iterator[IndexValue]:
    """Minutes of each stage, their shares of TST, TST itself and sleep efficiency."""
    efficiency = 100 * tst_min / tib_min if tib_min else None
    yield _value("tib", "min", tib_min)
    yield _value("tst", "min", tst_min)
    yield _value("unscored", "min", minutes[Stage.UNSCORED])
    yield _value(
        "se",
        "percent",
        efficiency,
        NOTHING_STAGED,
    )
    yield _value("w", "min", minutes[Stage.WAKE])
    for name, stages in STAGES_OF_SLEEP.items():
        stage_min = sum(minutes[stage] for stage in stages)
        share = 100 * stage_min / tst_min if tst_min else None
        yield _value(name, "min", stage_min)
        yield _value(
            name,
            "percent",
            share,
            NO_SLEEP,
        )


def _latencies(
    pieces: StagePieces,
    start_ms: int,
    persistent_ms: int | None,
) -> Iterator[IndexValue]:
    """Time from lights off to sleep and to persistent sleep, from sleep onset to REM sleep."""
    asleep = sleep_span(pieces)
    onset = asleep.onset_ms if asleep else None
    rem = pieces.onset_ms[pieces.stage == str(Stage.REM)]
    first_rem = int(rem[0]) if len(rem) else None
    no_persistent = NO_PERSISTENT_SLEEP if asleep else NO_SLEEP
    no_rem = NO_REM if asleep else NO_SLEEP
    times = (
        ("sol", start_ms, onset, NO_SLEEP),
        ("sol_persistent", start_ms, persistent_ms, no_persistent),
        ("rem_latency", onset, first_rem, no_rem),
    )
    for kind, begins, ends, reason in times:
        yield _value(
            kind,
            "min",
            _minutes(begins, ends),
            reason,
        )


def _minutes(start_ms: int | None, end_ms: int | None) -> float | None:
    """Time between two moments, None where either did not come."""
    if start_ms is None or end_ms is None:
        return None
    return (end_ms - start_ms) / 60_000


def _persistent_onset(pieces: StagePieces, persistent_ms: int) -> int | None:
    """Onset of the first stretch of unbroken sleep of at least `persistent_ms`, ms."""
    asleep = Spans(pieces.onset_ms, pieces.end_ms).take(
        sleep_mask(pieces.stage)
    )
    unbroken = united(asleep, touching=True)
    lasting_ms = unbroken.end_ms - unbroken.onset_ms
    onsets = unbroken.onset_ms[lasting_ms >= persistent_ms]
    return int(onsets[0]) if len(onsets) else None


def _continuity(pieces: StagePieces, tst_min: float) -> Iterator[IndexValue]:
    """Sleep period, wake after sleep onset, awakenings and transitions from sleep to wake."""
    asleep = sleep_span(pieces)
    values: tuple[float | None, ...] = (None,) * len(CONTINUITY)
    if asleep is not None:
        values = _continuity_values(pieces, asleep, tst_min)
    for (kind, measure), value in zip(CONTINUITY, values, strict=True):
        yield _value(
            kind,
            measure,
            value,
            NO_SLEEP,
        )


def _continuity_values(
    pieces: StagePieces,
    asleep: SleepSpan,
    tst_min: float,
) -> tuple[float, ...]:
    """Give the values of `CONTINUITY` in its order."""
    wake = pieces.stage == str(Stage.WAKE)
    after_onset = wake & (pieces.onset_ms >= asleep.onset_ms)
    within = after_onset & (pieces.end_ms <= asleep.end_ms)
    length = (pieces.end_ms - pieces.onset_ms) / 60_000
    spt_min = (asleep.end_ms - asleep.onset_ms) / 60_000
    awakenings, transitions = _awakenings(pieces)
    return (
        spt_min,
        float(length[within].sum()),
        float(length[after_onset].sum()),
        100 * tst_min / spt_min,
        awakenings,
        60 * awakenings / tst_min,
        60 * transitions / tst_min,
    )


def _awakenings(pieces: StagePieces) -> tuple[int, int]:
    """Count bouts of wake between sleep and sleep, and wake that begins right where sleep ends.

    Unscored time is looked over.
    """
    staged = pieces.stage != str(Stage.UNSCORED)
    asleep = sleep_mask(pieces.stage[staged])
    onset = pieces.onset_ms[staged]
    end = pieces.end_ms[staged]
    falls_awake = asleep[:-1] & ~asleep[1:]
    sleeps_again = int(np.count_nonzero(~asleep[:-1] & asleep[1:])) - int(
        len(asleep) > 0 and not asleep[0]
    )
    touching = end[:-1] == onset[1:]
    return sleeps_again, int(np.count_nonzero(falls_awake & touching))


def _count_in_sleep(
    hypnogram: Hypnogram,
    bed: CountedTime,
    onset_ms: IntArray,
) -> int:
    """Count the events that begin in sleep, in bed and in time that was recorded."""
    asleep = sleep_mask(stage_at_ms(hypnogram, onset_ms))
    return int(np.count_nonzero(asleep & bed.inside(onset_ms)))


def _arousals(count: int | None, tst_min: float) -> Iterator[IndexValue]:
    """Arousals of sleep, and per hour of TST."""
    key = IndexKey(
        "arousals",
        state="sleep",
        measure="count",
    )
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
