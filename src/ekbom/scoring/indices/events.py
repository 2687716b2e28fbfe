"""Arousals and breathing events of the night.

How many, how often, and what share of them has a CLM.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ekbom.criteria.scoring import ScoringCriteria
from ekbom.model.events import AROUSAL_KINDS, RESPIRATORY_KINDS, Event
from ekbom.model.finding import Reason
from ekbom.model.hypnogram import Hypnogram
from ekbom.model.movements import ScoredMovements
from ekbom.model.recording import BoolArray, IntArray
from ekbom.model.result import IndexValue
from ekbom.scoring.indices.movements import index_value, state_reason
from ekbom.scoring.indices.scored_time import (
    STATES,
    NightTime,
    ScoredTime,
    state_masks,
)
from ekbom.scoring.reasons import AROUSALS_NOT_SCORED, BREATHING_NOT_SCORED, state_not_scored
from ekbom.scoring.stage_time import stage_at_ms, to_ms

NO_AROUSAL_LIMIT = Reason("no-arousal-limit")
NO_AROUSAL_THERE = Reason("no-arousal-there")
NO_BREATHING_WINDOW = Reason("no-breathing-window")
NO_BREATHING_EVENT_THERE = Reason("no-breathing-event-there")


class _Family(NamedTuple):
    """One kind of event, its times, and which of them have a CLM.

    `none_there`: why there is no share of none; `not_scored`: why there is no count; `no_rule`: why
    a link with movements is undefined.
    """

    name: str
    none_there: Reason
    not_scored: Reason | None
    onset_ms: IntArray
    no_rule: Reason | None
    with_clm: BoolArray


def event_indices(
    events: Sequence[Event],
    scored: frozenset[str],
    movements: ScoredMovements,
    hypnogram: Hypnogram | None,
    *,
    time: NightTime,
    criteria: ScoringCriteria,
) -> dict[str, IndexValue]:
    """Count arousals and breathing events per state, and how many of them have a CLM.

    Rates stand over all staged time: a leg that cannot be judged takes nothing from them. Shares
    are of the events that begin while the legs can be judged. A breathing event has a CLM if any
    part of one lies in the window around its end, an arousal if one is closer than the limit,
    whatever else the CLM belongs to.
    """
    out: dict[str, IndexValue] = {}
    for family in _families(events, scored, movements, criteria=criteria):
        stage = (
            state_masks(stage_at_ms(hypnogram, family.onset_ms)) if hypnogram is not None else None
        )
        for row, state in enumerate(STATES):
            name = family.name if state == "sleep" else f"{family.name}_{state}"
            in_state = np.zeros(len(family.onset_ms), dtype=bool) if stage is None else stage[row]
            out |= _counted(family, name, in_state, row, time=time.night)
            out |= _share_with_clm(family, name, in_state, row, time=time.both)
    return out


def _counted(
    family: _Family, name: str, in_state: BoolArray, row: int, *, time: ScoredTime
) -> dict[str, IndexValue]:
    """Count the events of one state and take them per hour of it."""
    reason = family.not_scored or state_reason(time, row)
    count = None if reason else float(np.count_nonzero(in_state & time.inside(family.onset_ms)))
    minutes = float(time.minutes[row])
    rate = None if count is None or minutes == 0 else 60 * count / minutes
    no_rate = reason or state_not_scored(STATES[row])
    return {
        f"{name}_count": index_value(f"{name}_count", count, "", reason),
        f"{name}_per_h": index_value(f"{name}_per_h", rate, "/h", no_rate),
    }


def _share_with_clm(
    family: _Family, name: str, in_state: BoolArray, row: int, *, time: ScoredTime
) -> dict[str, IndexValue]:
    """Share of the events of one state that have a CLM, in percent."""
    reason = family.not_scored or family.no_rule or state_reason(time, row)
    rows = in_state & time.inside(family.onset_ms)
    n = int(np.count_nonzero(rows))
    share = None if reason or not n else 100 * int(np.count_nonzero(rows & family.with_clm)) / n
    full = f"{name}_with_clm_percent"
    return {full: index_value(full, share, "%", reason or family.none_there)}


def _families(
    events: Sequence[Event],
    scored: frozenset[str],
    movements: ScoredMovements,
    *,
    criteria: ScoringCriteria,
) -> tuple[_Family, _Family]:
    """Gather the arousals and the breathing events with their links to CLM."""
    clm = movements.clm
    onset, end = (
        to_ms(movements.onset_s[clm]),
        to_ms(movements.onset_s[clm] + movements.duration_s[clm]),
    )
    arousal_onset, arousal_end = _times(events, kinds=AROUSAL_KINDS)
    breath_onset, breath_end = _times(events, kinds=RESPIRATORY_KINDS)
    gap, window = criteria.arousal_gap_s, criteria.respiratory_window_s
    near, around = np.zeros(len(arousal_onset), dtype=bool), np.zeros(len(breath_onset), dtype=bool)
    if gap is not None:
        reach = int(to_ms(gap.value)) + int(gap.inclusive)
        near = _touched(arousal_onset - reach, arousal_end + reach, onset, end)
    if window is not None:
        edge = int(window.inclusive)
        around = _touched(
            breath_end + to_ms(window.start) - edge,
            breath_end + to_ms(window.end) + edge,
            onset,
            end,
        )
    return (
        _Family(
            "arousals",
            NO_AROUSAL_THERE,
            None if "arousals" in scored else AROUSALS_NOT_SCORED,
            arousal_onset,
            NO_AROUSAL_LIMIT if gap is None else None,
            near,
        ),
        _Family(
            "breathing_events",
            NO_BREATHING_EVENT_THERE,
            None if "breathing" in scored else BREATHING_NOT_SCORED,
            breath_onset,
            NO_BREATHING_WINDOW if window is None else None,
            around,
        ),
    )


def _times(events: Sequence[Event], *, kinds: Sequence[str]) -> tuple[IntArray, IntArray]:
    """Onset and end of the events of some kinds in ms, sorted by onset."""
    wanted = sorted((event.onset_s, event.duration_s) for event in events if event.kind in kinds)
    table = np.array(wanted, dtype=np.float64).reshape(-1, 2)
    return to_ms(table[:, 0]), to_ms(table[:, 0] + table[:, 1])


def _touched(
    low_ms: IntArray, high_ms: IntArray, onset_ms: IntArray, end_ms: IntArray
) -> BoolArray:
    """Say of each open stretch (low, high) whether any movement reaches into it.

    Both edges belong to a movement. Movements are sorted by onset; what begins before `high` and
    ends after `low` reaches in.
    """
    if not len(onset_ms):
        return np.zeros(len(low_ms), dtype=bool)
    latest_end = np.maximum.accumulate(end_ms)
    begun = np.searchsorted(onset_ms, high_ms, side="left")
    return np.asarray((begun > 0) & (latest_end[np.maximum(begun, 1) - 1] > low_ms), dtype=np.bool_)
