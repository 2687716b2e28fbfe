"""The envelope of one contraction and what follows from it: the truth.

Truth is the movement's own rms envelope: the onset is the first sample that reaches the onset
amplitude, the offset the sample after the last one above the offset amplitude. Both amplitudes
arrive as criteria.
"""

from collections.abc import Callable
from functools import partial
from math import pi, tau
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.model.recording import FloatArray, SignalArray
from ekbom.simulation.draws import log_uniform
from ekbom.simulation.parameters import MovementParameters
from ekbom.simulation.plan import PlannedMovement


class Shape(NamedTuple):
    """An envelope in uV rms at the rate it was asked for.

    Its sample `anchor` goes where the plan wants the contraction.
    """

    envelope_uv: SignalArray
    anchor: int


class Crossing(NamedTuple):
    """Onset and offset in samples.

    The first sample at or above the onset amplitude, and the sample after the last one above the
    offset amplitude.
    """

    onset: int
    offset: int


ShapeSource = Callable[[PlannedMovement, float, Generator], Shape]


def crossings(
    envelope_uv: SignalArray, *, amplitude: AmplitudeCriteria
) -> Crossing | None:
    """Measure onset and offset of an own envelope, in samples.

    None where it never reaches the onset amplitude.
    """
    reached = np.flatnonzero(envelope_uv >= amplitude.onset_above_rest_uv)
    if not reached.size:
        return None
    above = np.flatnonzero(envelope_uv > amplitude.offset_above_rest_uv)
    return Crossing(int(reached[0]), int(above[-1]) + 1)


def synthetic_shapes(
    movements: MovementParameters, *, amplitude: AmplitudeCriteria
) -> ShapeSource:
    """Make a source of envelopes.

    A squared-sine rise, a plateau that swells and fades, a squared-cosine fall.
    """
    return partial(_drawn_shape, movements, amplitude)


def _drawn_shape(
    movements: MovementParameters,
    amplitude: AmplitudeCriteria,
    planned: PlannedMovement,
    fs_hz: float,
    rng: Generator,
) -> Shape:
    """Draw one envelope."""
    rise_s = log_uniform(movements.rise_min_s, movements.rise_max_s, rng=rng)
    fall_s = log_uniform(movements.fall_min_s, movements.fall_max_s, rng=rng)
    outline = _fit(planned, rise_s, fall_s, amplitude=amplitude)
    depth = rng.uniform(0.0, movements.modulation_max)
    waves = round(outline.plateau_s * rng.uniform(0.4, 2.5))
    deepest = 1.0 - 1.5 * amplitude.offset_above_rest_uv / planned.peak_uv
    envelope = _drawn(outline, min(depth, deepest), waves, fs_hz)
    scaled = (planned.peak_uv * envelope).astype(np.float32)
    return Shape(scaled, round(outline.reach_s * fs_hz))


def stretched_shapes(
    templates: tuple[FloatArray, ...], *, amplitude: AmplitudeCriteria
) -> ShapeSource:
    """Make a source of envelopes from measured ones (peak 1).

    They are stretched to the planned duration and amplitude. The planned duration is the time from
    first to last above the offset amplitude, so that a contraction whose peak hardly reaches the
    onset amplitude is not drawn out; a short burst lasts as planned from onset to offset.
    """
    return partial(_stretched_shape, templates, amplitude)


def _stretched_shape(
    templates: tuple[FloatArray, ...],
    amplitude: AmplitudeCriteria,
    planned: PlannedMovement,
    fs_hz: float,
    rng: Generator,
) -> Shape:
    """Choose one envelope and stretch it."""
    template = templates[int(rng.integers(len(templates)))]
    scaled = (planned.peak_uv * template / template.max()).astype(np.float32)
    above = np.flatnonzero(scaled > amplitude.offset_above_rest_uv)
    first, after = above[0], above[-1] + 1
    if planned.kind == "short_burst":
        first, after = crossings(scaled, amplitude=amplitude) or (first, after)
    samples_per_point = planned.duration_s * fs_hz / (after - first)
    return Shape(
        _stretched(scaled, samples_per_point), round(first * samples_per_point)
    )


def _stretched(
    envelope_uv: SignalArray, samples_per_point: float
) -> SignalArray:
    """Draw an envelope out by a factor."""
    n = int(np.ceil((len(envelope_uv) - 1) * samples_per_point)) + 1
    grid = np.arange(n) / samples_per_point
    return np.interp(grid, np.arange(len(envelope_uv)), envelope_uv).astype(
        np.float32
    )


class _Outline(NamedTuple):
    """Rise, plateau and fall of a contraction, and the time until it reaches the onset level."""

    rise_s: float
    plateau_s: float
    fall_s: float
    reach_s: float


def _fit(
    planned: PlannedMovement,
    rise_s: float,
    fall_s: float,
    *,
    amplitude: AmplitudeCriteria,
) -> _Outline:
    """Fit rise, plateau and fall so that onset to offset lasts as planned."""
    levels_uv = np.array(
        [amplitude.onset_above_rest_uv, amplitude.offset_above_rest_uv]
    )
    on, off = np.sqrt(np.minimum(1.0, levels_uv / planned.peak_uv))
    reach, leave = (
        2.0 / pi * float(np.arcsin(on)),
        2.0 / pi * float(np.arccos(off)),
    )
    slopes_s = rise_s * (1.0 - reach) + fall_s * leave
    # Slopes that are too long for the movement shrink.
    shrink = min(1.0, 0.8 * planned.duration_s / slopes_s) if slopes_s else 1.0
    plateau_s = planned.duration_s - slopes_s * shrink
    return _Outline(
        rise_s * shrink, plateau_s, fall_s * shrink, rise_s * shrink * reach
    )


def _drawn(
    outline: _Outline, depth: float, waves: int, fs_hz: float
) -> FloatArray:
    """Draw an outline with so many waves of some depth on its plateau."""
    rise_s, plateau_s, fall_s, _ = outline
    time_s = (
        np.arange(int(np.ceil((rise_s + plateau_s + fall_s) * fs_hz)) + 2)
        / fs_hz
    )
    envelope = _rise_plateau_fall(time_s, rise_s, plateau_s, fall_s)
    if waves and depth > 0.0:
        phase = np.clip((time_s - rise_s) / plateau_s, 0.0, 1.0)
        envelope *= 1.0 - depth * (0.5 - 0.5 * np.cos(tau * waves * phase))
    return envelope


def _rise_plateau_fall(
    time_s: FloatArray, rise_s: float, plateau_s: float, fall_s: float
) -> FloatArray:
    """Draw the bare outline with a plateau of 1."""
    risen = np.clip(time_s / rise_s, 0.0, 1.0)
    fallen = np.clip((time_s - rise_s - plateau_s) / fall_s, 0.0, 1.0)
    return np.asarray(
        np.sin(0.5 * pi * risen) ** 2 * np.cos(0.5 * pi * fallen) ** 2
    )
