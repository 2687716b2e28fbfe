"""Counts, rates and durations of every kind of movement, per state of the night and per side."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ekbom.criteria.scoring import ScoringCriteria
from ekbom.model.finding import Reason
from ekbom.model.movements import LegMovements, ScoredMovements
from ekbom.model.recording import BoolArray, FloatArray
from ekbom.model.result import IndexValue
from ekbom.scoring.indices.kinds import (
    DURATION_MEASURES,
    KINDS,
    SIDES,
    MovementKind,
    kind_masks,
    movement_name,
    movement_names,
    side_masks,
)
from ekbom.scoring.indices.scored_time import (
    STATES,
    NightTime,
    ScoredTime,
    state_masks,
)
from ekbom.scoring.reasons import (
    AROUSALS_NOT_SCORED,
    BREATHING_NOT_SCORED,
    NO_HYPNOGRAM,
    NO_PLMW,
    NOTHING_RECORDED,
    NOTHING_STAGED,
    state_not_scored,
)
from ekbom.scoring.stage_time import to_ms

NO_MOVEMENT = Reason("no-such-movement")
ONE_MOVEMENT = Reason("one-movement")


class Groups(NamedTuple):
    """Rows by state and side.

    `masks` of shape (8, 5, n), the minutes of each in `minutes`, why one cannot be counted in
    `reasons`.
    """

    masks: BoolArray
    minutes: FloatArray
    reasons: tuple[tuple[Reason | None, ...], ...]


def index_value(
    name: str, value: float | None, unit: str, reason: Reason | None = None
) -> IndexValue:
    """Make one index; a number that is no number becomes None, and only then the reason is kept."""
    if value is None or value != value:  # noqa: PLR0124 - NaN is the only number that differs from itself
        return IndexValue(name=name, value=None, unit=unit, reason=reason)
    return IndexValue(name=name, value=float(value), unit=unit)


def movement_groups(movements: ScoredMovements, *, time: NightTime) -> Groups:
    """Sort the rows into states and sides, each with the time that counts for it."""
    onset_ms = to_ms(movements.onset_s)
    scopes = side_scopes(time)
    inside = {id(scope): scope.inside(onset_ms) for scope in scopes}
    sides = np.stack(
        [
            mask & inside[id(scope)]
            for mask, scope in zip(side_masks(movements), scopes, strict=True)
        ]
    )
    masks = state_masks(movements.stage)[:, np.newaxis, :] & sides[np.newaxis, :, :]
    minutes = np.stack([scope.minutes for scope in scopes], axis=1)
    legs = [leg_reason(side, time=time) for side in SIDES]
    reasons = tuple(
        tuple(leg or state_reason(scope, row) for leg, scope in zip(legs, scopes, strict=True))
        for row in range(len(STATES))
    )
    return Groups(masks, minutes, reasons)


def side_scopes(time: NightTime) -> tuple[ScoredTime, ...]:
    """Which time counts for each of `SIDES`."""
    return time.both, time.left, time.right, time.both, time.both


def leg_reason(side: str, *, time: NightTime) -> Reason | None:
    """Say why a side cannot be counted at all, None if it can."""
    if not side:
        return None
    if "unknown" in time.legs:
        return Reason("side-unknown")
    wanted = (side,) if side in {"left", "right"} else ("left", "right")
    return next(
        (Reason("leg-not-recorded", {"leg": leg}) for leg in wanted if leg not in time.legs), None
    )


def state_reason(scope: ScoredTime, state_row: int) -> Reason | None:
    """Say why nothing can be counted in a state; None if it can, even where the answer is none."""
    if np.isnan(scope.minutes[0]):
        return NO_HYPNOGRAM
    if scope.staged_minutes[0] == 0:
        return NOTHING_STAGED
    if scope.staged_minutes[state_row] > 0 and scope.minutes[state_row] == 0:
        return Reason("state-not-judged", {"state": STATES[state_row]})
    return None


def kind_reason(kind: MovementKind, movements: ScoredMovements) -> Reason | None:
    """Say what this kind of movement needs but was never scored or defined by the standard."""
    if kind.needs_arousals and not movements.arousals_scored:
        return movements.arousals_reason or AROUSALS_NOT_SCORED
    if (kind.needs_breathing or movements.needs_respiratory) and not movements.respiratory_scored:
        return movements.respiratory_reason or BREATHING_NOT_SCORED
    return None


def wake_reason(kind: MovementKind, state: str, *, criteria: ScoringCriteria) -> Reason | None:
    """Say that a standard counts no PLM in wake, None otherwise."""
    return NO_PLMW if kind.stem == "plm" and state == "w" and not criteria.plmw_defined else None


def movement_indices(
    movements: ScoredMovements, *, time: NightTime, criteria: ScoringCriteria
) -> dict[str, IndexValue]:
    """Count every kind of movement in every state and side, per hour of that state.

    Durations are those of the main kinds.
    """
    groups = movement_groups(movements, time=time)
    kinds = kind_masks(movements)
    out: dict[str, IndexValue] = {}
    for kind_row, kind in enumerate(KINDS):
        missing = kind_reason(kind, movements)
        for state_row, state in enumerate(STATES):
            undefined = missing or wake_reason(kind, state, criteria=criteria)
            for side_row in range(len(SIDES)):
                name = movement_names()[kind_row][state_row][side_row]
                reason = undefined or groups.reasons[state_row][side_row]
                minutes = float(groups.minutes[state_row, side_row])
                count = (
                    None
                    if reason
                    else float(
                        np.count_nonzero(kinds[kind_row] & groups.masks[state_row, side_row])
                    )
                )
                out[f"{name}_count"] = IndexValue(
                    name=f"{name}_count", value=count, unit="", reason=reason
                )
                rate = None if count is None or minutes == 0 else 60 * count / minutes
                no_rate = reason or (state_not_scored(state) if rate is None else None)
                out[f"{name}_per_h"] = IndexValue(
                    name=f"{name}_per_h", value=rate, unit="/h", reason=no_rate
                )
    out |= duration_indices(movements, groups=groups, kinds=kinds, criteria=criteria, sides=(0,))
    return out | recording_indices(movements, kinds=kinds, time=time)


def side_duration_indices(
    movements: ScoredMovements, *, time: NightTime, criteria: ScoringCriteria
) -> dict[str, IndexValue]:
    """Measure the durations of the main kinds side by side.

    Left, right, bilateral, monolateral, in every state.
    """
    groups = movement_groups(movements, time=time)
    return duration_indices(
        movements,
        groups=groups,
        kinds=kind_masks(movements),
        criteria=criteria,
        sides=range(1, len(SIDES)),
    )


def duration_indices(
    movements: ScoredMovements,
    *,
    groups: Groups,
    kinds: BoolArray,
    criteria: ScoringCriteria,
    sides: Sequence[int],
) -> dict[str, IndexValue]:
    """Measure mean, SD (n - 1), median, shortest and longest duration of the main kinds, in s.

    It is done for some rows of `SIDES`.
    """
    order = np.argsort(movements.duration_s, kind="stable")
    duration_s, kinds, masks = (
        movements.duration_s[order],
        kinds[:, order],
        groups.masks[:, :, order],
    )
    out: dict[str, IndexValue] = {}
    for kind_row, kind in enumerate(KINDS):
        if not kind.with_durations:
            continue
        missing = kind_reason(kind, movements)
        for state_row, state in enumerate(STATES):
            undefined = missing or wake_reason(kind, state, criteria=criteria)
            for side_row in sides:
                name = movement_names()[kind_row][state_row][side_row]
                reason = undefined or groups.reasons[state_row][side_row]
                values = duration_s[kinds[kind_row] & masks[state_row, side_row]]
                out |= _durations(name, values, reason=reason)
    return out


def _durations(name: str, sorted_s: FloatArray, *, reason: Reason | None) -> dict[str, IndexValue]:
    """Measure durations that are sorted, in the five ways."""
    n = len(sorted_s)
    names = [f"{name}_duration_{measure}_s" for measure in DURATION_MEASURES]
    if reason or not n:
        return {
            full: IndexValue(name=full, value=None, unit="s", reason=reason or NO_MOVEMENT)
            for full in names
        }
    mean = float(sorted_s.sum()) / n
    deviation = sorted_s - mean
    spread = math.sqrt(float((deviation * deviation).sum()) / (n - 1)) if n > 1 else None
    median = (sorted_s[(n - 1) // 2] + sorted_s[n // 2]) / 2
    values = (mean, spread, float(median), float(sorted_s[0]), float(sorted_s[-1]))
    return {
        full: index_value(full, value, "s", ONE_MOVEMENT)
        for full, value in zip(names, values, strict=True)
    }


def recording_indices(
    movements: ScoredMovements, *, kinds: BoolArray, time: NightTime
) -> dict[str, IndexValue]:
    """Count per hour of recording, lights and stages left aside.

    What a night without a hypnogram can give.
    """
    recorded = time.both.recorded(to_ms(movements.onset_s))
    hours = time.both.recording_min / 60
    out: dict[str, IndexValue] = {}
    for kind, mask in zip(KINDS, kinds, strict=True):
        name = movement_name(kind, state="recording", side="")
        reason = kind_reason(kind, movements) or (None if hours > 0 else NOTHING_RECORDED)
        count = None if reason else float(np.count_nonzero(mask & recorded))
        out[f"{name}_recording_count"] = index_value(f"{name}_recording_count", count, "", reason)
        rate = None if count is None else count / hours
        out[f"{name}_per_recording_h"] = index_value(f"{name}_per_recording_h", rate, "/h", reason)
    return out


def leg_indices(
    legs: LegMovements, stage_of_leg_lm: BoolArray, *, time: NightTime
) -> dict[str, IndexValue]:
    """Movements of each leg before the legs are combined, per state.

    `stage_of_leg_lm` has shape (8, n): the states each movement of a leg begins in (see
    `state_masks`).
    """
    onset_ms = to_ms(legs.onset_s)
    out: dict[str, IndexValue] = {}
    for side, scope in (("left", time.left), ("right", time.right)):
        rows = (legs.side == side) & scope.inside(onset_ms)
        for state_row, state in enumerate(STATES):
            name = movement_name(MovementKind("leg_lm"), state=state, side=side)
            reason = leg_reason(side, time=time) or state_reason(scope, state_row)
            minutes = float(scope.minutes[state_row])
            count = None if reason else float(np.count_nonzero(rows & stage_of_leg_lm[state_row]))
            out[f"{name}_count"] = index_value(f"{name}_count", count, "", reason)
            rate = None if count is None or minutes == 0 else 60 * count / minutes
            no_rate = reason or state_not_scored(state)
            out[f"{name}_per_h"] = index_value(f"{name}_per_h", rate, "/h", no_rate)
    return out


def time_indices(time: NightTime) -> dict[str, IndexValue]:
    """Name the minutes that stand under every rate.

    For both legs together, for the left and for the right leg.
    """
    out: dict[str, IndexValue] = {}
    for side, scope in (("", time.both), ("left", time.left), ("right", time.right)):
        for state_row, state in enumerate(STATES):
            name = "_".join(part for part in ("analysed", state, side, "min") if part)
            reason = (
                NO_HYPNOGRAM if np.isnan(scope.minutes[state_row]) else leg_reason(side, time=time)
            )
            out[name] = index_value(
                name, None if reason else float(scope.minutes[state_row]), "min", reason
            )
    name = "analysed_recording_min"
    return out | {name: index_value(name, time.both.recording_min, "min")}
