"""Short stretches of the EMG around a few movements, with the thresholds that decided drawn in."""

import datetime as dt
from typing import NamedTuple

import numpy as np

from ekbom.model.movements import TraceStretch
from ekbom.model.recording import FloatArray
from ekbom.report.figures.figure import Figure, Scene, empty_figure, finished
from ekbom.report.figures.svg import (
    BLUE,
    BOLD,
    GRID,
    INK,
    VERMILION,
    WIDTH,
    Lettering,
    Panel,
    Sheet,
    Stroke,
    area,
    block,
    curve,
    even_marks,
    frame,
    level_line,
    text,
    x_axis,
    y_axis,
)

COLUMNS, GAP, CELL_HEIGHT, MOST, POINTS = 2, 56.0, 150.0, 6, 320
CELL_WIDTH = (WIDTH - COLUMNS * GAP) / COLUMNS - 8
ENVELOPE, ON, OFF = (
    Stroke(INK, 1.3),
    Stroke(VERMILION, 1.2, "6 3"),
    Stroke(BLUE, 1.2, "2 2"),
)
ON_NAME = Lettering(9.5, "end", VERMILION)
ON_RULE, OFF_RULE = "onset_above_rest_uv", "offset_above_rest_uv"


class Example(NamedTuple):
    """A stretch of one leg, and whether it shows one of the weakest movements kept."""

    side: str
    stretch: TraceStretch
    borderline: bool


def examples_figure(scene: Scene) -> Figure:
    """Draw up to six stretches.

    Typical movements first, then those closest to the amplitude threshold.
    """
    if not scene.result.traces:
        return empty_figure(scene, "examples", "figure.no_traces")
    chosen = choose_examples(scene)
    if not chosen:
        return empty_figure(scene, "examples", "figure.no_stretches")
    parts = [
        part
        for place, example in enumerate(chosen)
        for part in _cell(scene, example, place)
    ]
    sheet = Sheet("examples", 20 + CELL_HEIGHT * -(-len(chosen) // COLUMNS))
    borderline = sum(example.borderline for example in chosen)
    return finished(scene, sheet, parts, n=len(chosen), borderline=borderline)


def choose_examples(scene: Scene) -> list[Example]:
    """Take stretches of all legs.

    Half around ordinary movements, half around the weakest ones, each in time order.
    """
    found = [
        Example(trace.side, stretch, borderline=False)
        for trace in scene.result.traces
        for stretch in trace.stretches
    ]
    ordered = sorted(found, key=lambda example: _peak_uv(scene, example))
    n_weak = min(MOST // 2, len(ordered) // 2)
    weakest = [
        example._replace(borderline=True) for example in ordered[:n_weak]
    ]
    others, n_others = ordered[n_weak:], MOST - n_weak
    ordinary = others[:: max(1, len(others) // n_others)][:n_others]
    return sorted(ordinary, key=_start_s) + sorted(weakest, key=_start_s)


def _start_s(example: Example) -> float:
    return example.stretch.start_s


def _peak_uv(scene: Scene, example: Example) -> float:
    """Give the strength of the movement shown, by its evidence where there is some."""
    legs = [
        leg
        for leg in scene.result.detection
        if leg.quality.side == example.side
    ]
    evidence = legs[0].movements.evidence if legs else None
    row = example.stretch.movement
    if evidence is None or not 0 <= row < len(evidence.peak_above_rest_uv):
        return float(np.nanmax(example.stretch.envelope_uv, initial=0.0))
    return float(evidence.peak_above_rest_uv[row])


def _cell(scene: Scene, example: Example, place: int) -> list[str]:
    panel = _panel(example.stretch, place)
    exact = scene.words.exact
    marks_uv = even_marks(panel.y_min, panel.y_max, count=6, write=exact)
    seconds = even_marks(0, panel.x_max, count=6, write=exact)
    return [
        text(panel.left, panel.top - 8, _heading(scene, example), BOLD),
        *_span(scene, panel, example),
        y_axis(panel, marks_uv),
        *_signal(panel, example.stretch),
        *_thresholds(scene, panel, example.stretch),
        frame(panel),
        x_axis(panel, seconds, label=scene.words("axis.seconds"), size=10),
    ]


def _panel(stretch: TraceStretch, place: int) -> Panel:
    """Give the place of a cell, two in a row."""
    row, column = divmod(place, COLUMNS)
    highest_uv = float(np.nanmax(np.abs(stretch.emg_uv), initial=1.0))
    return Panel(
        left=GAP + column * (CELL_WIDTH + GAP + 4),
        top=26 + row * CELL_HEIGHT,
        width=CELL_WIDTH,
        height=CELL_HEIGHT - 62,
        x_max=len(stretch.emg_uv) / stretch.fs_hz,
        y_min=-highest_uv,
        y_max=highest_uv,
    )


def _heading(scene: Scene, example: Example) -> str:
    words, start = scene.words, scene.result.recording.start
    at_s = example.stretch.start_s
    if start is None:
        when = words("axis.at_s", seconds=words.number(at_s))
    else:
        when = f"{start + dt.timedelta(seconds=round(at_s)):%H:%M:%S}"
    key = (
        "figure.examples.cell_borderline"
        if example.borderline
        else "figure.examples.cell"
    )
    return words(key, side=words(f"side.{example.side}"), when=when)


def _span(scene: Scene, panel: Panel, example: Example) -> list[str]:
    """Shade the movements of this leg that lie in the stretch."""
    legs = scene.result.leg_movements
    onset_s = legs.onset_s - example.stretch.start_s
    end_s = onset_s + legs.duration_s
    here = (legs.side == example.side) & (onset_s < panel.x_max) & (end_s > 0.0)
    first_s, last_s = (
        np.maximum(onset_s[here], 0.0),
        np.minimum(end_s[here], panel.x_max),
    )
    spans = zip(first_s.tolist(), last_s.tolist(), strict=True)
    return [block(panel, span, fill="#e6eef5", stroke=GRID) for span in spans]


def _signal(panel: Panel, stretch: TraceStretch) -> list[str]:
    """Draw the EMG as an area from least to greatest value of each column, the envelope over it."""
    size = max(1, len(stretch.emg_uv) // POINTS)
    emg_uv, envelope_uv = (
        _columns(stretch.emg_uv, size),
        _columns(stretch.envelope_uv, size),
    )
    if not len(emg_uv):
        return []
    middles_s = np.linspace(0.5, len(emg_uv) - 0.5, len(emg_uv)) * (
        size / stretch.fs_hz
    )
    at = panel.xs(middles_s)
    highest, lowest = panel.ys(emg_uv.max(axis=1)), panel.ys(emg_uv.min(axis=1))
    return [
        area(at, highest, lowest, fill="#8f9aa5"),
        curve(at, panel.ys(envelope_uv.max(axis=1)), ENVELOPE),
    ]


def _columns(values: FloatArray, size: int) -> FloatArray:
    """Lay samples into columns, shape (n_columns, size); what does not fill one is cut."""
    return values[: len(values) // size * size].reshape(-1, size)


def _thresholds(scene: Scene, panel: Panel, stretch: TraceStretch) -> list[str]:
    """Draw the resting level and the on and off thresholds above it, each with its own dash."""
    rest_uv = float(np.nanmedian(stretch.rest_uv))
    parts = [level_line(panel, rest_uv)]
    for rule, stroke in ((ON_RULE, ON), (OFF_RULE, OFF)):
        above_uv = scene.parameter(rule)
        if above_uv is None or rest_uv + above_uv > panel.y_max:
            continue
        parts.append(level_line(panel, rest_uv + above_uv, stroke))
        if rule == ON_RULE:
            name = scene.words("figure.examples.on", above=f"{above_uv:g}")
            parts.append(
                text(
                    panel.right - 2,
                    panel.y(rest_uv + above_uv) - 3,
                    name,
                    ON_NAME,
                )
            )
    return parts
