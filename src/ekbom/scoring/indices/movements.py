"""Counts, rates and durations of every kind of movement, per state of the night and per side."""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np

from ekbom.criteria.index_key import (
    DURATIONS,
    LEG_MOVEMENT,
    RECORDING,
    SIDES,
    STATES,
    IndexKey,
)
from ekbom.model.finding import Reason
from ekbom.model.movements import ScoredMovements
from ekbom.model.recording import BoolArray, FloatArray
from ekbom.model.result import IndexValue
from ekbom.scoring.indices.kinds import (
    KINDS,
    MovementKind,
    kind_masks,
    side_masks,
)
from ekbom.scoring.indices.scored_night import ScoredNight
from ekbom.scoring.indices.scored_time import NightTime, ScoredTime, state_masks
from ekbom.scoring.indices.values import count_and_rate, index_value
from ekbom.scoring.reasons import (
    AROUSALS_NOT_SCORED,
    BREATHING_NOT_SCORED,
    NO_HYPNOGRAM,
    NO_PLMW,
    NOTHING_RECORDED,
    NOTHING_STAGED,
)
from ekbom.scoring.stage_time import stage_at_ms, to_ms

NO_MOVEMENT = Reason("no-such-movement")
ONE_MOVEMENT = Reason("one-movement")
BOTH_LEGS = ("left", "right")


class _Groups(NamedTuple):
    """Rows and time by state and side, in the orders of `STATES` and `SIDES`.

    `kinds`: shape (kinds, n); `masks`: shape (8, 5, n); `minutes`: shape (8, 5); `reasons`: why
    nothing can be counted there, None where it can.
    """

    kinds: BoolArray
    masks: BoolArray
    minutes: FloatArray
    reasons: tuple[tuple[Reason | None, ...], ...]


class _Cell(NamedTuple):
    """One kind of movement in one state on one side: rows of the tables, and why not counted."""

    kind: int
    state: int
    side: int
    reason: Reason | None

    def key(self, measure: str = "") -> IndexKey:
        """Give the key of one measure of the cell."""
        return KINDS[self.kind].key(
            STATES[self.state], SIDES[self.side], measure
        )


def movement_indices(night: ScoredNight) -> Iterator[IndexValue]:
    """Count every kind of movement in every state and on every side, and per hour of the state.

    The durations of the main kinds follow, then the counts of the whole recording.
    """
    groups = _groups(night)
    for cell in _cells(night, groups, sides=range(len(SIDES))):
        minutes = float(groups.minutes[cell.state, cell.side])
        rows = groups.kinds[cell.kind] & groups.masks[cell.state, cell.side]
        count = int(np.count_nonzero(rows))
        yield from count_and_rate(
            cell.key(),
            count,
            minutes,
            cell.reason,
        )
    yield from _duration_indices(night, groups, sides=(0,))
    yield from _recording_indices(night, groups.kinds)


def side_duration_indices(night: ScoredNight) -> Iterator[IndexValue]:
    """Measure the durations of the main kinds on every side, in every state."""
    yield from _duration_indices(
        night, _groups(night), sides=range(1, len(SIDES))
    )


def _groups(night: ScoredNight) -> _Groups:
    """Sort the rows into kinds, states and sides, each with the time that counts for it."""
    movements = night.movements
    scopes = side_scopes(night.time)
    return _Groups(
        kinds=kind_masks(movements),
        masks=_masks(movements, scopes),
        minutes=np.stack([scope.minutes for scope in scopes], axis=1),
        reasons=tuple(_reasons(night.time, row) for row in range(len(STATES))),
    )


def _masks(
    movements: ScoredMovements, scopes: Sequence[ScoredTime]
) -> BoolArray:
    """Say of each row in which state and on which side it counts: shape (8, 5, n)."""
    onset_ms = to_ms(movements.onset_s)
    inside = {id(scope): scope.inside(onset_ms) for scope in scopes}
    counted = np.stack([inside[id(scope)] for scope in scopes])
    sides = side_masks(movements) & counted
    states = state_masks(movements.stage)
    return np.logical_and(states[:, np.newaxis, :], sides[np.newaxis, :, :])


def _reasons(time: NightTime, state_row: int) -> tuple[Reason | None, ...]:
    """Say for each of `SIDES` why nothing can be counted in a state."""
    return tuple(
        leg_reason(side, time=time) or state_reason(scope, state_row)
        for side, scope in zip(SIDES, side_scopes(time), strict=True)
    )


def _cells(
    night: ScoredNight,
    groups: _Groups,
    *,
    sides: Iterable[int],
) -> Iterator[_Cell]:
    """Go through kinds, states and sides, with what keeps each from being counted."""
    for row, kind in enumerate(KINDS):
        missing = kind_reason(kind, night.movements)
        for state, side in product(range(len(STATES)), sides):
            reason = missing or groups.reasons[state][side]
            if (
                missing is None
                and _is_plmw(kind, state)
                and not night.criteria.plmw_defined
            ):
                reason = NO_PLMW
            yield _Cell(
                row,
                state,
                side,
                reason,
            )


def _is_plmw(kind: MovementKind, state: int) -> bool:
    return kind.kind == "plm" and STATES[state] == "w"


def side_scopes(time: NightTime) -> tuple[ScoredTime, ...]:
    """Which time counts for each of `SIDES`."""
    return time.both, time.left, time.right, time.both, time.both


def leg_reason(side: str, *, time: NightTime) -> Reason | None:
    """Say why a side cannot be counted at all, None if it can."""
    if not side:
        return None
    if "unknown" in time.legs:
        return Reason("side-unknown")
    wanted = (side,) if side in BOTH_LEGS else BOTH_LEGS
    lost = [leg for leg in wanted if leg not in time.legs]
    return Reason("leg-not-recorded", {"leg": lost[0]}) if lost else None


def state_reason(scope: ScoredTime, state_row: int) -> Reason | None:
    """Say why nothing can be counted in a state; None if it can, even where the answer is none."""
    if np.isnan(scope.minutes[0]):
        return NO_HYPNOGRAM
    if scope.staged_minutes[0] == 0:
        return NOTHING_STAGED
    if scope.staged_minutes[state_row] > 0 and scope.minutes[state_row] == 0:
        return Reason("state-not-judged", {"state": STATES[state_row]})
    return None


def kind_reason(
    kind: MovementKind, movements: ScoredMovements
) -> Reason | None:
    """Say what was never scored, or not defined by the standard, but is needed for a kind."""
    if kind.needs_arousals and not movements.arousals_scored:
        return movements.arousals_reason or AROUSALS_NOT_SCORED
    if (
        kind.needs_breathing or movements.needs_respiratory
    ) and not movements.respiratory_scored:
        return movements.respiratory_reason or BREATHING_NOT_SCORED
    return None


def _duration_indices(
    night: ScoredNight,
    groups: _Groups,
    *,
    sides: Iterable[int],
) -> Iterator[IndexValue]:
    """Measure the durations of the main kinds, seconds, for some rows of `SIDES`."""
    order = np.argsort(night.movements.duration_s, kind="stable")
    duration_s = night.movements.duration_s[order]
    kinds = groups.kinds[:, order]
    masks = groups.masks[:, :, order]
    for cell in _cells(night, groups, sides=sides):
        if KINDS[cell.kind].durations:
            rows = kinds[cell.kind] & masks[cell.state, cell.side]
            yield from _durations(cell, duration_s[rows])


def _durations(cell: _Cell, sorted_s: FloatArray) -> Iterator[IndexValue]:
    """Give mean, SD (n - 1), median, shortest and longest of sorted durations."""
    known = not cell.reason and len(sorted_s) > 0
    values = _moments(sorted_s) if known else (None,) * len(DURATIONS)
    reason = ONE_MOVEMENT if known else cell.reason or NO_MOVEMENT
    for measure, value in zip(DURATIONS, values, strict=True):
        yield index_value(cell.key(measure), value, reason)


def _moments(sorted_s: FloatArray) -> tuple[float | None, ...]:
    """Give the values of `DURATIONS` in its order."""
    n = len(sorted_s)
    mean = float(sorted_s.sum()) / n
    away = sorted_s - mean
    squares = float((away * away).sum())
    spread = math.sqrt(squares / (n - 1)) if n > 1 else None
    median = float((sorted_s[(n - 1) // 2] + sorted_s[n // 2]) / 2)
    return mean, spread, median, float(sorted_s[0]), float(sorted_s[-1])


def _recording_indices(
    night: ScoredNight, kinds: BoolArray
) -> Iterator[IndexValue]:
    """Count per hour of recording, lights and stages left aside.

    What a night without a hypnogram can give.
    """
    recorded = night.time.both.recorded(to_ms(night.movements.onset_s))
    hours = night.time.both.recording_min / 60
    for kind, mask in zip(KINDS, kinds, strict=True):
        reason = kind_reason(kind, night.movements) or (
            None if hours > 0 else NOTHING_RECORDED
        )
        count = None if reason else int(np.count_nonzero(mask & recorded))
        rate = None if count is None else count / hours
        yield index_value(kind.key(RECORDING, "", "count"), count, reason)
        yield index_value(kind.key(RECORDING, "", "per_h"), rate, reason)


def leg_indices(night: ScoredNight) -> Iterator[IndexValue]:
    """Count the movements of each leg before the legs are combined, per state."""
    onset_ms = to_ms(night.legs.onset_s)
    states = np.zeros((len(STATES), len(onset_ms)), dtype=bool)
    if night.hypnogram is not None:
        states = state_masks(stage_at_ms(night.hypnogram, onset_ms))
    for side, scope in _scopes_of_legs(night.time):
        rows = (night.legs.side == side) & scope.inside(onset_ms)
        missing = leg_reason(side, time=night.time)
        for row, state in enumerate(STATES):
            key = IndexKey(
                LEG_MOVEMENT,
                "",
                state,
                side,
            )
            count = int(np.count_nonzero(rows & states[row]))
            minutes = float(scope.minutes[row])
            reason = missing or state_reason(scope, row)
            yield from count_and_rate(
                key,
                count,
                minutes,
                reason,
            )


def _scopes_of_legs(time: NightTime) -> tuple[tuple[str, ScoredTime], ...]:
    return ("left", time.left), ("right", time.right)


def time_indices(time: NightTime) -> Iterator[IndexValue]:
    """Name the minutes that stand under every rate: of both legs together, left, right."""
    for side, scope in (("", time.both), *_scopes_of_legs(time)):
        missing = leg_reason(side, time=time)
        for state, minutes in zip(STATES, scope.minutes.tolist(), strict=True):
            reason = NO_HYPNOGRAM if math.isnan(minutes) else missing
            key = IndexKey(
                "analysed",
                "",
                state,
                side,
                "min",
            )
            yield index_value(key, None if reason else minutes, reason)
    key = IndexKey(
        "analysed",
        "",
        RECORDING,
        "",
        "min",
    )
    yield index_value(key, time.both.recording_min)
