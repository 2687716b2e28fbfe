"""Sleep statistics of a night from its hypnogram.

TIB, SPT, TST, latencies, WASO, efficiency, stages, awakenings, arousals.
"""

from typing import NamedTuple

import numpy as np

from ekbom.model.finding import Reason
from ekbom.model.hypnogram import NREM_STAGES, SLEEP_STAGES, Hypnogram, Stage
from ekbom.model.index import ScoredPeriod
from ekbom.model.recording import FloatArray, IntArray
from ekbom.model.result import IndexValue
from ekbom.scoring.reasons import (
    AROUSALS_NOT_SCORED,
    NO_HYPNOGRAM,
    NO_SLEEP,
    NOTHING_STAGED,
    state_not_scored,
)
from ekbom.scoring.stage_time import (
    StagePieces,
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
STAGE_NAMES = {Stage.WAKE: "w", Stage.N1: "n1", Stage.N2: "n2", Stage.N3: "n3", Stage.REM: "rem"}
UNITS = {
    **dict.fromkeys(
        (
            "tib",
            "spt",
            "tst",
            "sol",
            "sol_persistent",
            "rem_latency",
            "waso",
            "waso_lights_on",
            "unscored",
        ),
        "min",
    ),
    **dict.fromkeys((*STAGE_NAMES.values(), "nrem"), "min"),
}


class SleepSpan(NamedTuple):
    """Bounds in ms from recording start.

    The period in bed, and first and last moment of sleep (None without sleep).
    """

    start_ms: int
    end_ms: int
    sleep_onset_ms: int | None
    sleep_end_ms: int | None


def bed_span_ms(hypnogram: Hypnogram | None, period: ScoredPeriod) -> tuple[int, int]:
    """Bound the time in bed: lights off to lights on.

    A mark that is missing is replaced by the first or last staged moment.
    """
    start, end = 0, int(to_ms(period.recording_s))
    if hypnogram is not None:
        staged = hypnogram.stage != str(Stage.UNSCORED)
        if np.any(staged):
            start = int(to_ms(hypnogram.onset_s[staged]).min())
            end = int(to_ms(hypnogram.onset_s[staged] + hypnogram.duration_s[staged]).max())
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
    return SleepSpan(start_ms, end_ms, int(pieces.onset_ms[rows[0]]), int(pieces.end_ms[rows[-1]]))


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
        return _all_unknown(NO_HYPNOGRAM) | _value(
            "tib_min", tib_min if period.lights_off_s is not None else None, "min", NO_HYPNOGRAM
        )
    pieces = stage_pieces(
        hypnogram, start_ms=start_ms, end_ms=end_ms, excluded_ms=merged_ms(period.gaps)
    )
    minutes = stage_minutes(pieces)
    if minutes[Stage.UNSCORED] >= sum(minutes.values()):
        return _all_unknown(NOTHING_STAGED) | _value("tib_min", tib_min, "min")
    span = sleep_span(pieces, start_ms=start_ms, end_ms=end_ms)
    return (
        _stage_shares(minutes, tib_min=tib_min)
        | _latencies(pieces, span, persistent_ms=int(to_ms(persistent_sleep_s)))
        | _continuity(pieces, span, minutes=minutes)
        | _arousals(
            hypnogram,
            span,
            arousal_onset_s,
            excluded_ms=merged_ms(period.gaps),
            tst_min=_total_sleep(minutes),
        )
    )


def _value(
    name: str, value: float | None, unit: str, reason: Reason | None = None
) -> dict[str, IndexValue]:
    """Make one entry; the reason is kept only where there is no number."""
    number = None if value is None else float(value)
    return {
        name: IndexValue(
            name=name, value=number, unit=unit, reason=reason if number is None else None
        )
    }


def _total_sleep(minutes: dict[Stage, float]) -> float:
    return sum(minutes[stage] for stage in SLEEP_STAGES)


def _stage_shares(minutes: dict[Stage, float], *, tib_min: float) -> dict[str, IndexValue]:
    """Minutes of each stage, their shares of TST, TST itself and sleep efficiency."""
    tst = _total_sleep(minutes)
    out = (
        _value("tib_min", tib_min, "min")
        | _value("tst_min", tst, "min")
        | _value("unscored_min", minutes[Stage.UNSCORED], "min")
    )
    out |= _value("se_percent", 100 * tst / tib_min if tib_min else None, "%", NOTHING_STAGED)
    for stage, name in STAGE_NAMES.items():
        out |= _value(f"{name}_min", minutes[stage], "min")
        if stage is not Stage.WAKE:
            out |= _value(
                f"{name}_percent", 100 * minutes[stage] / tst if tst else None, "%", NO_SLEEP
            )
    nrem = sum(minutes[stage] for stage in NREM_STAGES)
    return (
        out
        | _value("nrem_min", nrem, "min")
        | _value("nrem_percent", 100 * nrem / tst if tst else None, "%", NO_SLEEP)
    )


def _latencies(
    pieces: StagePieces, span: SleepSpan, *, persistent_ms: int
) -> dict[str, IndexValue]:
    """Time from lights off to sleep and to persistent sleep, from sleep onset to REM sleep."""
    onset = span.sleep_onset_ms
    rem = pieces.onset_ms[pieces.stage == str(Stage.REM)]
    persistent = _persistent_onset(pieces, persistent_ms=persistent_ms)
    no_rem = NO_SLEEP if onset is None else NO_REM
    return (
        _value(
            "sol_min", None if onset is None else (onset - span.start_ms) / 60_000, "min", NO_SLEEP
        )
        | _value(
            "sol_persistent_min",
            None if persistent is None else (persistent - span.start_ms) / 60_000,
            "min",
            NO_SLEEP if onset is None else NO_PERSISTENT_SLEEP,
        )
        | _value(
            "rem_latency_min",
            None if onset is None or not len(rem) else (int(rem[0]) - onset) / 60_000,
            "min",
            no_rem,
        )
    )


def _persistent_onset(pieces: StagePieces, *, persistent_ms: int) -> int | None:
    """Onset of the first stretch of unbroken sleep of at least `persistent_ms`, ms."""
    bouts = _bouts(pieces.onset_ms, pieces.end_ms, sleep_mask(pieces.stage).astype(np.int64))
    long_enough = (bouts.kind == 1) & (bouts.end_ms - bouts.onset_ms >= persistent_ms)
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
    pieces: StagePieces, span: SleepSpan, *, minutes: dict[Stage, float]
) -> dict[str, IndexValue]:
    """Sleep period, wake after sleep onset, awakenings and transitions from sleep to wake."""
    names = ("spt_min", "waso_min", "waso_lights_on_min")
    tst = _total_sleep(minutes)
    if span.sleep_onset_ms is None or span.sleep_end_ms is None:
        out = {
            key: value
            for name in names
            for key, value in _value(name, None, "min", NO_SLEEP).items()
        }
        out |= _value("sme_percent", None, "%", NO_SLEEP) | _value(
            "awakenings_per_h", None, "/h", NO_SLEEP
        )
        return (
            out
            | _value("awakenings_count", None, "", NO_SLEEP)
            | _value("sleep_to_wake_per_h", None, "/h", NO_SLEEP)
        )
    wake = pieces.stage == str(Stage.WAKE)
    after_onset = wake & (pieces.onset_ms >= span.sleep_onset_ms)
    within = after_onset & (pieces.end_ms <= span.sleep_end_ms)
    length = (pieces.end_ms - pieces.onset_ms) / 60_000
    spt_min = (span.sleep_end_ms - span.sleep_onset_ms) / 60_000
    awakenings, transitions = _awakenings(pieces)
    return (
        _value("spt_min", spt_min, "min")
        | _value("waso_min", float(length[within].sum()), "min")
        | _value("waso_lights_on_min", float(length[after_onset].sum()), "min")
        | _value("sme_percent", 100 * tst / spt_min, "%")
        | _value("awakenings_count", awakenings, "")
        | _value("awakenings_per_h", 60 * awakenings / tst, "/h")
        | _value("sleep_to_wake_per_h", 60 * transitions / tst, "/h")
    )


def _awakenings(pieces: StagePieces) -> tuple[int, int]:
    """Count bouts of wake between sleep and sleep, and wake that begins where sleep ends.

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


def _arousals(
    hypnogram: Hypnogram,
    span: SleepSpan,
    onset_s: FloatArray | None,
    *,
    excluded_ms: IntArray,
    tst_min: float,
) -> dict[str, IndexValue]:
    """Arousals that begin in sleep, counted and per hour of TST."""
    if onset_s is None:
        return _value("arousals_count", None, "", AROUSALS_NOT_SCORED) | _value(
            "arousals_per_h", None, "/h", AROUSALS_NOT_SCORED
        )
    onset_ms = to_ms(onset_s)
    counts = (
        sleep_mask(stage_at_ms(hypnogram, onset_ms))
        & (onset_ms >= span.start_ms)
        & (onset_ms < span.end_ms)
    )
    count = int(np.count_nonzero(counts & ~inside_ms(onset_ms, excluded_ms)))
    rate = 60 * count / tst_min if tst_min else None
    return _value("arousals_count", count, "") | _value("arousals_per_h", rate, "/h", NO_SLEEP)


def _all_unknown(reason: Reason) -> dict[str, IndexValue]:
    """Every statistic without a number, for one reason."""
    units = {f"{name}_min": unit for name, unit in UNITS.items()}
    units |= {f"{name}_percent": "%" for name in ("n1", "n2", "n3", "rem", "nrem", "se", "sme")}
    units |= {
        "awakenings_count": "",
        "awakenings_per_h": "/h",
        "sleep_to_wake_per_h": "/h",
        "arousals_count": "",
        "arousals_per_h": "/h",
    }
    return {
        name: IndexValue(name=name, value=None, unit=unit, reason=reason)
        for name, unit in units.items()
    }
