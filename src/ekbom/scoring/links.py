"""What a movement belongs to: the stage at its onset, breathing events, arousals."""

from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

import numpy as np

from ekbom.criteria.scoring import ScoringCriteria
from ekbom.model.events import Event, EventKind
from ekbom.model.finding import Reason
from ekbom.model.hypnogram import Hypnogram, Stage
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
from ekbom.scoring.stage_time import bounds_ms, sleep_mask, stage_at_ms, to_ms


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
    """Name the rule by which breathing or wake keeps a movement of one leg from being an LM.

    Empty where nothing does.

    It is empty where nothing does.
    Only standards that exclude the time of a respiratory event, or ask for a part in sleep, leave
    anything out here; the breathing is looked at first. Without a hypnogram, or where breathing was
    never scored, nothing is left out.
    """
    reason = np.full(len(legs.onset_s), "", dtype=TEXT)
    onset, end = bounds_ms(legs)
    if criteria.require_portion_in_sleep and hypnogram is not None:
        reason[~_meets(onset, end, _sleep(hypnogram), overlap="any")] = (
            NonCandidate.OUTSIDE_SLEEP
        )
    if (
        criteria.respiratory_rule == "event_period"
        and criteria.respiratory_excluded_before_series
        and respiratory is not None
    ):
        windows = _respiratory_windows(respiratory, criteria=criteria)
        reason[
            _meets(onset, end, windows, overlap=criteria.respiratory_overlap)
        ] = NonCandidate.RESPIRATORY
    return reason


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
    onset, end = bounds_ms(candidates)
    none = np.zeros(len(onset), dtype=bool)
    respiratory_reason = _unknown(
        respiratory,
        defined=criteria.respiratory_rule != "undefined",
        not_scored=BREATHING_NOT_SCORED,
        not_defined=BREATHING_NOT_DEFINED,
    )
    arousals_reason = _unknown(
        arousals,
        defined=criteria.arousal_gap_s is not None,
        not_scored=AROUSALS_NOT_SCORED,
        not_defined=AROUSALS_NOT_DEFINED,
    )
    rrlm = (
        none
        if respiratory is None or respiratory_reason
        else _respiratory(
            candidates, onset, end, respiratory, criteria=criteria
        )
    )
    linked = (
        none
        if arousals is None or arousals_reason
        else _linked(onset, end, arousals, criteria=criteria)
    )
    return AssociatedMovements(
        **vars(candidates),
        stage=np.full(len(onset), Stage.UNSCORED.value)
        if hypnogram is None
        else stage_at_ms(hypnogram, onset),
        rrlm=rrlm,
        arousal_associated=linked,
        respiratory_scored=not respiratory_reason,
        arousals_scored=not arousals_reason,
        respiratory_reason=respiratory_reason,
        arousals_reason=arousals_reason,
        needs_respiratory=criteria.respiratory_excluded_before_series
        and criteria.respiratory_rule != "undefined",
    )


def _unknown(
    events: EventTimes | None,
    *,
    defined: bool,
    not_scored: Reason,
    not_defined: Reason,
) -> Reason | None:
    """Say why a link cannot be judged, None if it can."""
    if not defined:
        return not_defined
    return not_scored if events is None else None


def _respiratory(
    candidates: Candidates,
    onset: IntArray,
    end: IntArray,
    respiratory: EventTimes,
    *,
    criteria: ScoringCriteria,
) -> BoolArray:
    """Say of each movement whether it is breathing-related."""
    if (
        criteria.respiratory_rule == "event_period"
        and criteria.respiratory_excluded_before_series
    ):
        return np.asarray(
            candidates.nonclm_reason == NonCandidate.RESPIRATORY.value,
            dtype=bool,
        )
    return _meets(
        onset,
        end,
        _respiratory_windows(respiratory, criteria=criteria),
        overlap=criteria.respiratory_overlap,
    )


def _respiratory_windows(
    respiratory: EventTimes, *, criteria: ScoringCriteria
) -> _Windows:
    """Lay the standard's window around each end, or the margin around each respiratory event."""
    onset, end = bounds_ms(respiratory)
    if (
        criteria.respiratory_rule == "event_end"
        and criteria.respiratory_window_s is not None
    ):
        window = criteria.respiratory_window_s
        edge = 0 if window.inclusive else 1
        return _Windows(
            end + to_ms(window.start) + edge, end + to_ms(window.end) - edge
        )
    margin = (
        0
        if criteria.respiratory_margin_s is None
        else largest_ms(criteria.respiratory_margin_s)
    )
    return _Windows(onset - margin, end + margin)


def _linked(
    onset: IntArray,
    end: IntArray,
    arousals: EventTimes,
    *,
    criteria: ScoringCriteria,
) -> BoolArray:
    """Say of each movement whether an arousal overlaps it or lies closer than the gap."""
    gap = (
        0
        if criteria.arousal_gap_s is None
        else largest_ms(criteria.arousal_gap_s)
    )
    arousal_onset, arousal_end = bounds_ms(arousals)
    return _meets(
        onset,
        end,
        _Windows(arousal_onset - gap, arousal_end + gap),
        overlap="any",
    )


def _sleep(hypnogram: Hypnogram) -> _Windows:
    """Windows that a half-open movement meets exactly if it overlaps half-open sleep."""
    asleep = sleep_mask(hypnogram.stage)
    onset, end = bounds_ms(hypnogram)
    return _Windows(onset[asleep] + 1, end[asleep] - 1)


def _meets(
    onset: IntArray,
    end: IntArray,
    windows: _Windows,
    *,
    overlap: Literal["any", "onset", "full"],
) -> BoolArray:
    """Say of each movement whether some window holds any part, the onset, or all of it.

    Of the windows that begin early enough the one that lasts longest decides, so one sorted pass
    answers for all.
    """
    if not len(windows.start_ms):
        return np.zeros(len(onset), dtype=bool)
    order = np.argsort(windows.start_ms, kind="stable")
    start, latest = (
        windows.start_ms[order],
        np.maximum.accumulate(windows.end_ms[order]),
    )
    begun = np.searchsorted(
        start, end if overlap == "any" else onset, side="right"
    )
    until = end if overlap == "full" else onset
    return (begun > 0) & (latest[np.maximum(begun - 1, 0)] >= until)
