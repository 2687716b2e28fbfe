"""Bursts of one leg: every stretch that stands out of rest and of the pauses around it.

A leg movement lasts at least half a second and takes in every shorter pause. Bursts are what it is
made of: the same on level, but a pause of a few blocks ends one, if it is deep against what is
strongest nearby.
"""

import numpy as np

from ekbom.detection.robust.envelope import OwnEnvelope
from ekbom.detection.runs import (
    Crossings,
    Runs,
    find_runs,
    lasting,
    samples_at_least,
    select_movements,
)
from ekbom.model.recording import IntArray, SignalArray


def find_bursts(envelope: OwnEnvelope, beats: IntArray) -> Crossings:
    """Find the bursts of one block, in its samples.

    Parameters
    ----------
    envelope
        The own envelope of the block on the fine grid.
    beats
        Samples of the heart beats that were taken out; what is left of a beat is no burst.
    """
    rule = envelope.rule
    trains, grids = rule.settings.trains, rule.grids
    near = samples_at_least(trains.near_s, grids.fine_hz)
    deep_uv = trains.dip_share * strongest_nearby(envelope.above_uv, near)
    level_uv = np.maximum(deep_uv, rule.criteria.onset_above_rest_uv)
    pause = samples_at_least(trains.pause_s, grids.fine_hz)
    runs = without_pauses(find_runs(envelope.above_uv >= level_uv), pause)
    whole = np.zeros(runs.start.size, np.bool_)
    found = Crossings(runs.start * grids.block, runs.stop * grids.block, whole)
    found = lasting(found, trains.burst_min_s, fs_hz=grids.fs_hz)
    longest = samples_at_least(trains.beat_burst_max_s, grids.fs_hz)
    return without_beats(found, beats, longest=longest)


def strongest_nearby(level: SignalArray, near: int) -> SignalArray:
    """Give for each value the largest of at least `near` values on either side.

    Segments of `near` values are compared with the one before and the one after, so that at most
    twice as many on either side are seen.
    """
    n_segments = -(-level.size // near)
    padded = np.zeros(n_segments * near, level.dtype)
    padded[: level.size] = level
    largest = np.pad(padded.reshape(n_segments, near).max(axis=1), 1)
    three = np.maximum(np.maximum(largest[:-2], largest[1:-1]), largest[2:])
    return np.repeat(three, near)[: level.size]


def without_pauses(runs: Runs, shortest: int) -> Runs:
    """Join stretches whose pause is shorter than so many blocks."""
    if not runs.start.size:
        return runs
    begins = np.append(True, runs.start[1:] - runs.stop[:-1] >= shortest)
    ends = np.append(begins[1:], True)
    return Runs(runs.start[begins], runs.stop[ends])


def without_beats(
    bursts: Crossings, beats: IntArray, *, longest: int
) -> Crossings:
    """Leave out bursts of at most `longest` samples in which a heart beat lies."""
    beats = np.sort(beats)
    inside = np.searchsorted(beats, bursts.offset) > np.searchsorted(
        beats, bursts.onset
    )
    keep = ~inside | (bursts.length > longest)
    return select_movements(bursts, keep)
