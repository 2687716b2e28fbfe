"""Slow twins of the fast searches, sample by sample: kept to be read and to test against."""

import math

import numpy as np

from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.detection.literal.crossings import TOLERANCE_UV, Level
from ekbom.detection.runs import Crossings, samples_at_least
from ekbom.model.recording import FloatArray, SignalArray


def find_threshold_crossings_readable(
    envelope_uv: SignalArray | FloatArray,
    rest_uv: Level,
    *,
    fs_hz: float,
    criteria: AmplitudeCriteria,
) -> Crossings:
    """Find the same movements sample by sample.

    Slow, kept to be read and to test `find_threshold_crossings` against.
    """
    above = np.asarray(
        envelope_uv - np.asarray(rest_uv, envelope_uv.dtype)
    ).tolist()
    rows: list[tuple[int, int, bool]] = []
    position = 0
    while position < len(above):
        if _reaches_on(above[position], criteria):
            end, truncated = _end_of_movement(above, position, fs_hz, criteria)
            rows.append((position, end, truncated))
            position = end
        else:
            position += 1
    kept = [
        row
        for row in rows
        if _is_movement(above[row[0] : row[1]], fs_hz, criteria)
    ]
    return Crossings(
        np.array([onset for onset, _, _ in kept], np.int64),
        np.array([offset for _, offset, _ in kept], np.int64),
        np.array([truncated for _, _, truncated in kept], np.bool_),
    )


def _reaches_on(level_uv: float, criteria: AmplitudeCriteria) -> bool:
    """Say whether one sample starts a movement."""
    if criteria.onset_inclusive:
        return level_uv >= criteria.onset_above_rest_uv - TOLERANCE_UV
    return level_uv > criteria.onset_above_rest_uv + TOLERANCE_UV


def _is_quiet(level_uv: float, criteria: AmplitudeCriteria) -> bool:
    """Say whether one sample does not exceed the off level."""
    if criteria.offset_inclusive:
        return level_uv <= criteria.offset_above_rest_uv + TOLERANCE_UV
    return level_uv < criteria.offset_above_rest_uv - TOLERANCE_UV


def _end_of_movement(
    above: list[float], start: int, fs_hz: float, criteria: AmplitudeCriteria
) -> tuple[int, bool]:
    """Start of the first stretch of quiet samples after `start` that lasts long enough.

    Else the next gap or the end of the signal, and then the movement is truncated.
    """
    hold = samples_at_least(criteria.offset_hold_s, fs_hz)
    run = 0
    for position in range(start, len(above)):
        if math.isnan(above[position]):
            return position, True
        run = run + 1 if _is_quiet(above[position], criteria) else 0
        if run == hold:
            return position - hold + 1, False
    return len(above), True


def _is_movement(
    above: list[float], fs_hz: float, criteria: AmplitudeCriteria
) -> bool:
    """Minimum duration, then morphology."""
    if len(above) < samples_at_least(criteria.min_duration_s, fs_hz):
        return False
    if not criteria.morphology:
        return True
    width = samples_at_least(criteria.morphology_window_s, fs_hz)
    windows = (
        above[start : start + width] for start in range(len(above) - width + 1)
    )
    level = criteria.morphology_median_uv - TOLERANCE_UV
    return any(float(np.median(window)) >= level for window in windows)


def crossing_readable(
    emg_uv: SignalArray,
    level_uv2: float,
    *,
    start: int,
    stop: int,
    rising: bool,
) -> int:
    """Find one edge sample by sample.

    Slow, kept to be read and to test `rising_edges` and `falling_edges` against.
    """
    best, best_total, total = start, 0.0, 0.0
    for position in range(start, stop):
        excess = float(emg_uv[position]) ** 2 - level_uv2
        total += -excess if rising else excess
        if total > best_total:
            best, best_total = position + 1, total
    return best
