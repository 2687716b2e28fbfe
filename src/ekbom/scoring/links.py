"""What a movement belongs to: the stage at its onset, breathing events, arousals."""

from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

import numpy as np

from ekbom.criteria.scoring import ScoringCriteria
from ekbom.model.events import Event, EventKind, Hypnogram, Stage
from ekbom.model.finding import Reason
from ekbom.model.movements import AssociatedMovements, Candidates, LegMovements
from ekbom.model.recording import BoolArray, FloatArray, IntArray, StrArray
from ekbom.scoring.bounds import largest_ms
from ekbom.scoring.reasons import (
    AROUSALS_NOT_DEFINED,
    AROUSALS_NOT_SCORED,
    BREATHING_NOT_DEFINED,
    BREATHING_NOT_SCORED,
)
from ekbom.scoring.rule_names import TEXT, NonCandidate
from ekbom.scoring.stage_time import (
    Spans,
    bounds_ms,
    sleep_mask,
    stage_at_ms,
    to_ms,
)


class EventTimes(NamedTuple):
    """Scored events in any order, seconds from recording start, shape (n,) each."""

    onset_s: FloatArray
    duration_s: FloatArray


class _Windows(NamedTuple):
    """Closed time windows [start_ms, end_ms]."""

    start_ms: IntArray
    end_ms: IntArray


def event_times(
    events: Sequence[Event], *, kinds: Collection[EventKind]
) -> EventTimes:
    """Take the times of the events of some kinds."""
    chosen = [event for event in events if event.kind in kinds]
    return EventTimes(
        np.array([event.onset_s for event in chosen], dtype=float),
        np.array([event.duration_s for event in chosen], dtype=float),
    )


def left_out_before_combination(
    legs: LegMovements,
    *,
    hypnogram: Hypnogram | None,
    respiratory: EventTimes | None,
    criteria: ScoringCriteria,
) -> StrArray:
    """Name the rule by which its time keeps a movement of one leg from being an LM.

    It is empty where nothing does. Only standards that exclude the time of a respiratory event, or
    ask for a part in sleep, leave anything out by that; the breathing is looked at first, twitches
    in REM sleep last. Without a hypnogram, or where breathing was never scored, nothing is left out
    by it.
    """
    reason = np.full(len(legs.onset_s), "", dtype=TEXT)
    times = bounds_ms(legs)
    if criteria.require_portion_in_sleep and hypnogram is not None:
        asleep = _meets(times, _sleep(hypnogram), "any")
        reason[~asleep] = NonCandidate.OUTSIDE_SLEEP
    if _breathing_first(criteria) and respiratory is not None:
        windows = _respiratory_windows(respiratory, criteria=criteria)
        related = _meets(times, windows, criteria.respiratory_overlap)
        reason[related] = NonCandidate.RESPIRATORY
    twitches = _rem_twitches(legs, hypnogram, criteria=criteria)
    reason[twitches & (reason == "")] = NonCandidate.REM_TWITCHES
    return reason


def _rem_twitches(
    legs: LegMovements,
    hypnogram: Hypnogram | None,
    *,
    criteria: ScoringCriteria,
) -> BoolArray:
    """Say which movements begin in REM sleep and are made of twitches."""
    if legs.twitches is None or hypnogram is None:
        return np.zeros(len(legs.onset_s), np.bool_)
    if criteria.rem_twitch_policy == "keep":
        return np.zeros(len(legs.onset_s), np.bool_)
    stage = stage_at_ms(hypnogram, bounds_ms(legs).onset_ms)
    return np.asarray(legs.twitches & (stage == Stage.REM.value))


def _breathing_first(criteria: ScoringCriteria) -> bool:
    """Say whether breathing is looked at before the legs are combined."""
    return (
        criteria.respiratory_rule == "event_period"
        and criteria.respiratory_excluded_before_series
    )


def associate(
    candidates: Candidates,
    *,
    hypnogram: Hypnogram | None,
    respiratory: EventTimes | None,
    arousals: EventTimes | None,
    criteria: ScoringCriteria,
) -> AssociatedMovements:
    """Add the stage at onset and the links to breathing events and arousals.

    Parameters
    ----------
    candidates
        Movements after both legs are combined.
    hypnogram
        Scored stages; None = sleep is unknown and every stage is `UNSCORED`.
    respiratory, arousals
        Scored events; None = nobody scored them, which is not the same as none found.
    criteria
        The standard.

    Notes
    -----
    1. An onset exactly on the border of two epochs belongs to the later one.
    2. One arousal may be linked with several movements, and one breathing event too.
    3. Where a standard leaves breathing-related movements out before the legs are combined, `rrlm`
       is what was left out.

    Examples
    --------
    >>> from ekbom import associate, combine_candidates, load_rule_set, read_result
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
    >>> bool(rows.rrlm.any())
    False
    """
    times = bounds_ms(candidates)
    breathing = _breathing_links(candidates, respiratory, criteria)
    aroused = _arousal_links(times, arousals, criteria)
    return AssociatedMovements(
        **vars(candidates),
        stage=_stages(hypnogram, times.onset_ms),
        rrlm=breathing.linked,
        arousal_associated=aroused.linked,
        respiratory_scored=not breathing.unknown,
        arousals_scored=not aroused.unknown,
        respiratory_reason=breathing.unknown,
        arousals_reason=aroused.unknown,
        needs_respiratory=criteria.respiratory_excluded_before_series
        and criteria.respiratory_rule != "undefined",
    )


def _stages(hypnogram: Hypnogram | None, onset_ms: IntArray) -> StrArray:
    """Name the stage at each onset."""
    if hypnogram is None:
        return np.full(len(onset_ms), Stage.UNSCORED.value)
    return stage_at_ms(hypnogram, onset_ms)


class _Links(NamedTuple):
    """Which movements are linked with events of a kind, shape (n,); why that is unknown."""

    linked: BoolArray
    unknown: Reason | None = None


def _breathing_links(
    candidates: Candidates,
    respiratory: EventTimes | None,
    criteria: ScoringCriteria,
) -> _Links:
    """Say of each movement whether it is breathing-related."""
    none = np.zeros(len(candidates.onset_s), dtype=bool)
    if criteria.respiratory_rule == "undefined":
        return _Links(none, BREATHING_NOT_DEFINED)
    if respiratory is None:
        return _Links(none, BREATHING_NOT_SCORED)
    if _breathing_first(criteria):
        related = candidates.nonclm_reason == NonCandidate.RESPIRATORY.value
        return _Links(np.asarray(related, dtype=bool))
    windows = _respiratory_windows(respiratory, criteria=criteria)
    times = bounds_ms(candidates)
    return _Links(_meets(times, windows, criteria.respiratory_overlap))


def _arousal_links(
    times: Spans,
    arousals: EventTimes | None,
    criteria: ScoringCriteria,
) -> _Links:
    """Say of each movement whether an arousal overlaps it or lies closer than the gap."""
    none = np.zeros(len(times.onset_ms), dtype=bool)
    if criteria.arousal_gap_s is None:
        return _Links(none, AROUSALS_NOT_DEFINED)
    if arousals is None:
        return _Links(none, AROUSALS_NOT_SCORED)
    gap, (onset, end) = largest_ms(criteria.arousal_gap_s), bounds_ms(arousals)
    return _Links(_meets(times, _Windows(onset - gap, end + gap), "any"))


def _respiratory_windows(
    respiratory: EventTimes, *, criteria: ScoringCriteria
) -> _Windows:
    """Lay the standard's window around each end, or the margin around each respiratory event."""
    onset, end = bounds_ms(respiratory)
    window = criteria.respiratory_window_s
    margin = criteria.respiratory_margin_s
    if criteria.respiratory_rule == "event_end" and window is not None:
        edge = 0 if window.inclusive else 1
        first = to_ms(window.start) + edge
        last = to_ms(window.end) - edge
        return _Windows(end + first, end + last)
    margin_ms = 0 if margin is None else largest_ms(margin)
    return _Windows(onset - margin_ms, end + margin_ms)


def _sleep(hypnogram: Hypnogram) -> _Windows:
    """Windows that a half-open movement meets exactly if it overlaps half-open sleep."""
    asleep = sleep_mask(hypnogram.stage)
    onset, end = bounds_ms(hypnogram)
    return _Windows(onset[asleep] + 1, end[asleep] - 1)


def _meets(
    times: Spans,
    windows: _Windows,
    overlap: Literal["any", "onset", "full"],
) -> BoolArray:
    """Say of each movement whether some window holds any part, the onset, or all of it.

    Of the windows that begin early enough the one that lasts longest decides, so one sorted pass
    answers for all.
    """
    onset, end = times
    if not len(windows.start_ms):
        return np.zeros(len(onset), dtype=bool)
    order = np.argsort(windows.start_ms, kind="stable")
    latest = np.maximum.accumulate(windows.end_ms[order])
    last = end if overlap == "any" else onset
    begun = np.searchsorted(windows.start_ms[order], last, side="right")
    until = end if overlap == "full" else onset
    return (begun > 0) & (latest[np.maximum(begun - 1, 0)] >= until)
