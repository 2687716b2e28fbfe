"""Arousals and breathing events: how many, how often, and what share of them has a CLM."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ekbom.criteria.index_key import STATES, IndexKey
from ekbom.model.events import (
    AROUSAL_KINDS,
    RESPIRATORY_KINDS,
    Event,
    EventKind,
)
from ekbom.model.finding import Reason
from ekbom.model.recording import BoolArray, IntArray
from ekbom.model.result import IndexValue, ScoredKind, StudyResult
from ekbom.scoring.indices.movements import state_reason
from ekbom.scoring.indices.scored_night import ScoredNight
from ekbom.scoring.indices.scored_time import state_masks
from ekbom.scoring.indices.values import count_and_rate, index_value
from ekbom.scoring.reasons import AROUSALS_NOT_SCORED, BREATHING_NOT_SCORED
from ekbom.scoring.stage_time import sleep_mask, stage_at_ms, to_ms

APNEAS_AND_HYPOPNEAS = frozenset(
    {
        EventKind.APNEA,
        EventKind.APNEA_OBSTRUCTIVE,
        EventKind.APNEA_CENTRAL,
        EventKind.APNEA_MIXED,
        EventKind.HYPOPNEA,
    }
)


class _Family(NamedTuple):
    """One kind of event with its times.

    `not_scored`, `no_rule` say why it cannot be counted or linked, None where it can; `none_there`
    why there is no share of nothing. `with_clm`: which events have a CLM, shape (n,).
    """

    kind: str
    onset_ms: IntArray
    with_clm: BoolArray
    not_scored: Reason | None
    no_rule: Reason | None
    none_there: Reason


def event_indices(night: ScoredNight) -> Iterator[IndexValue]:
    """Count arousals and breathing events per state (by their onset), and those with a CLM.

    Rates stand over all staged time: a leg that cannot be judged takes nothing from them. Shares
    are of the events that begin while the legs can be judged. A breathing event has a CLM if any
    part of one lies in the window around its end, an arousal if one is closer than the limit,
    whatever else the CLM belongs to.
    """
    for family in (_arousals(night), _breathing(night)):
        in_state = np.zeros((len(STATES), len(family.onset_ms)), dtype=bool)
        if night.hypnogram is not None:
            in_state = state_masks(
                stage_at_ms(night.hypnogram, family.onset_ms)
            )
        for row in range(len(STATES)):
            yield from _of_state(
                family,
                in_state[row],
                row,
                night,
            )


def _of_state(
    family: _Family,
    in_state: BoolArray,
    row: int,
    night: ScoredNight,
) -> Iterator[IndexValue]:
    """Count the events of one state, per hour of it, and the share with a CLM."""
    key = IndexKey(family.kind, state=STATES[row])
    whole = night.time.night
    legs = night.time.both
    count = int(np.count_nonzero(in_state & whole.inside(family.onset_ms)))
    reason = family.not_scored or state_reason(whole, row)
    yield from count_and_rate(
        key,
        count,
        float(whole.minutes[row]),
        reason,
    )
    judged = in_state & legs.inside(family.onset_ms)
    share = _percent(judged & family.with_clm, judged)
    reason = family.not_scored or family.no_rule or state_reason(legs, row)
    yield index_value(
        key._replace(measure="with_clm_percent"),
        None if reason else share,
        reason or family.none_there,
    )


def _percent(rows: BoolArray, of: BoolArray) -> float | None:
    n = int(np.count_nonzero(of))
    return 100 * int(np.count_nonzero(rows)) / n if n else None


def _arousals(night: ScoredNight) -> _Family:
    onset, end = _times(night.events, kinds=AROUSAL_KINDS)
    gap = night.criteria.arousal_gap_s
    with_clm = np.zeros(len(onset), dtype=bool)
    if gap is not None:
        reach = int(to_ms(gap.value)) + int(gap.inclusive)
        with_clm = _touched(onset - reach, end + reach, night)
    return _Family(
        kind="arousals",
        onset_ms=onset,
        with_clm=with_clm,
        not_scored=None
        if ScoredKind.AROUSALS in night.scored
        else AROUSALS_NOT_SCORED,
        no_rule=Reason("no-arousal-limit") if gap is None else None,
        none_there=Reason("no-arousal-there"),
    )


def _breathing(night: ScoredNight) -> _Family:
    onset, end = _times(night.events, kinds=RESPIRATORY_KINDS)
    window = night.criteria.respiratory_window_s
    with_clm = np.zeros(len(onset), dtype=bool)
    if window is not None:
        edge = int(window.inclusive)
        low = end + to_ms(window.start) - edge
        high = end + to_ms(window.end) + edge
        with_clm = _touched(low, high, night)
    return _Family(
        kind="breathing_events",
        onset_ms=onset,
        with_clm=with_clm,
        not_scored=None
        if ScoredKind.BREATHING in night.scored
        else BREATHING_NOT_SCORED,
        no_rule=Reason("no-breathing-window") if window is None else None,
        none_there=Reason("no-breathing-event-there"),
    )


def _times(
    events: Sequence[Event], *, kinds: Sequence[EventKind]
) -> tuple[IntArray, IntArray]:
    """Onset and end of the events of some kinds in ms, sorted by onset."""
    wanted = sorted(
        (event.onset_s, event.duration_s)
        for event in events
        if event.kind in kinds
    )
    table = np.array(wanted, dtype=np.float64).reshape(-1, 2)
    return to_ms(table[:, 0]), to_ms(table[:, 0] + table[:, 1])


def _touched(
    low_ms: IntArray,
    high_ms: IntArray,
    night: ScoredNight,
) -> BoolArray:
    """Say of each open stretch (low, high) whether any CLM reaches into it.

    Both edges belong to a CLM. They are sorted by onset; what begins before `high` and ends after
    `low` reaches in.
    """
    rows = night.movements
    clm = night.movements.clm
    onset_ms = to_ms(rows.onset_s[clm])
    if not len(onset_ms):
        return np.zeros(len(low_ms), dtype=bool)
    latest_end = np.maximum.accumulate(
        to_ms(rows.onset_s[clm] + rows.duration_s[clm])
    )
    begun = np.searchsorted(onset_ms, high_ms, side="left")
    reaches = latest_end[np.maximum(begun, 1) - 1] > low_ms
    return np.asarray((begun > 0) & reaches, dtype=np.bool_)


def apneas_and_hypopneas_per_h(night: StudyResult) -> float | None:
    """Count apnoeas and hypopnoeas that begin in sleep, per hour of sleep.

    None where breathing or sleep was not scored.
    """
    tst_min = night.sleep.get("tst_min")
    if (
        "breathing" not in night.scored
        or night.hypnogram is None
        or tst_min is None
        or not tst_min.value
    ):
        return None
    onset_s = [
        event.onset_s
        for event in night.events
        if event.kind in APNEAS_AND_HYPOPNEAS
    ]
    asleep = sleep_mask(stage_at_ms(night.hypnogram, to_ms(np.array(onset_s))))
    return float(60 * asleep.sum() / tst_min.value)
