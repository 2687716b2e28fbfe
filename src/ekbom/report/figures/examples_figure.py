"""Short stretches of the EMG around a few movements, with the thresholds that decided drawn in."""

import datetime as dt
from typing import NamedTuple

import numpy as np

from ekbom.model.movements import TraceStretch
from ekbom.report.figures.figure import (
    WIDTH,
    Figure,
    Scene,
    empty_figure,
    finished,
    parameter_number,
)
from ekbom.report.figures.svg import (
    BLUE,
    GRID,
    INK,
    SOFT,
    VERMILION,
    Panel,
    area,
    curve,
    even_ticks,
    frame,
    line,
    rect,
    text,
    x_axis,
    y_axis,
)

COLUMNS, GAP, CELL_HEIGHT, MOST, POINTS = 2, 56.0, 150.0, 6, 320


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
        return empty_figure(scene, "examples", reason=scene.words("figure.no_traces"))
    chosen = choose_examples(scene)
    if not chosen:
        return empty_figure(scene, "examples", reason=scene.words("figure.no_stretches"))
    parts: list[str] = []
    for number, example in enumerate(chosen):
        parts += _cell(scene, example, column=number % COLUMNS, row=number // COLUMNS)
    height = 20 + CELL_HEIGHT * -(-len(chosen) // COLUMNS)
    borderline = sum(example.borderline for example in chosen)
    return finished(scene, "examples", parts, height=height, n=len(chosen), borderline=borderline)


def choose_examples(scene: Scene) -> list[Example]:
    """Take stretches of all legs.

    Half around ordinary movements, half around the weakest ones, each in time order.
    """
    found = [
        Example(trace.side, stretch, borderline=False)
        for trace in scene.result.traces
        for stretch in trace.stretches
    ]
    ordered = sorted(found, key=lambda example: _peak(scene, example))
    weakest = [
        example._replace(borderline=True)
        for example in ordered[: min(MOST // 2, len(ordered) // 2)]
    ]
    others = ordered[len(weakest) :]
    ordinary = others[:: max(1, len(others) // (MOST - len(weakest)))][: MOST - len(weakest)]
    return sorted(ordinary, key=_start) + sorted(weakest, key=_start)


def _start(example: Example) -> float:
    return example.stretch.start_s


def _peak(scene: Scene, example: Example) -> float:
    """Give the strength of the movement shown, by its evidence where there is some."""
    movements = next(
        (leg.movements for leg in scene.result.detection if leg.quality.side == example.side), None
    )
    row = example.stretch.movement
    if movements is None or movements.evidence is None or not 0 <= row < len(movements.onset_s):
        return float(np.nanmax(example.stretch.envelope_uv, initial=0.0))
    return float(movements.evidence.peak_above_rest_uv[row])


def _cell(scene: Scene, example: Example, *, column: int, row: int) -> list[str]:
    stretch = example.stretch
    length_s = len(stretch.emg_uv) / stretch.fs_hz
    highest = max(float(np.nanmax(np.abs(stretch.emg_uv), initial=1.0)), 1.0)
    width = (WIDTH - COLUMNS * GAP) / COLUMNS - 8
    panel = Panel(
        left=GAP + column * (width + GAP + 4),
        top=26 + row * CELL_HEIGHT,
        width=width,
        height=CELL_HEIGHT - 62,
        x_min=0.0,
        x_max=length_s,
        y_min=-highest,
        y_max=highest,
    )
    marks = [(value, scene.words.exact(value)) for value in even_ticks(-highest, highest, count=6)]
    seconds = [(value, scene.words.exact(value)) for value in even_ticks(0, length_s, count=6)]
    parts = [
        text(panel.left, panel.top - 8, _heading(scene, example), bold=True),
        *_span(scene, panel, example),
        y_axis(panel, marks),
    ]
    parts += [*_signal(panel, stretch), *_thresholds(scene, panel, stretch), frame(panel)]
    return [*parts, x_axis(panel, seconds, label=scene.words("axis.seconds"), size=10)]


def _heading(scene: Scene, example: Example) -> str:
    start = scene.result.recording.start
    at_s = example.stretch.start_s
    when = (
        scene.words("axis.at_s", seconds=scene.words.number(at_s))
        if start is None
        else f"{start + dt.timedelta(seconds=round(at_s)):%H:%M:%S}"
    )
    words = scene.words("figure.examples.cell", side=scene.words(f"side.{example.side}"), when=when)
    return words + (" · " + scene.words("figure.examples.borderline") if example.borderline else "")


def _span(scene: Scene, panel: Panel, example: Example) -> list[str]:
    """Shade the movements of this leg that lie in the stretch."""
    legs, start_s = scene.result.leg_movements, example.stretch.start_s
    mine = (
        (legs.side == example.side)
        & (legs.onset_s < start_s + panel.x_max)
        & (legs.onset_s + legs.duration_s > start_s)
    )
    spans = zip(legs.onset_s[mine].tolist(), legs.duration_s[mine].tolist(), strict=True)
    inside = [
        (max(onset_s - start_s, 0.0), min(onset_s + duration_s - start_s, panel.x_max))
        for onset_s, duration_s in spans
    ]
    return [
        rect(
            panel.x(a),
            panel.top,
            panel.x(b) - panel.x(a),
            panel.height,
            fill="#e6eef5",
            stroke=GRID,
        )
        for a, b in inside
    ]


def _signal(panel: Panel, stretch: TraceStretch) -> list[str]:
    """Draw the EMG as the area between smallest and largest value of each column, and the envelope over it."""
    size = max(1, len(stretch.emg_uv) // POINTS)
    n = len(stretch.emg_uv) // size * size
    if not n:
        return []
    emg = stretch.emg_uv[:n].reshape(-1, size)
    at = panel.xs(np.linspace(0.5, len(emg) - 0.5, len(emg)) * (size / stretch.fs_hz))
    envelope = stretch.envelope_uv[:n].reshape(-1, size).max(axis=1)
    return [
        area(at, panel.ys(emg.max(axis=1)), panel.ys(emg.min(axis=1)), fill="#8f9aa5"),
        curve(at, panel.ys(envelope), stroke=INK, width=1.3),
    ]


def _thresholds(scene: Scene, panel: Panel, stretch: TraceStretch) -> list[str]:
    """Draw the resting level and the on and off thresholds above it, each with its own dash and name."""
    rest_uv = float(np.nanmedian(stretch.rest_uv))
    parts = [
        line(panel.left, panel.y(rest_uv), panel.right, panel.y(rest_uv), stroke=SOFT, width=1.0)
    ]
    for name, colour, dash in (
        ("onset_above_rest_uv", VERMILION, "6 3"),
        ("offset_above_rest_uv", BLUE, "2 2"),
    ):
        above_uv = parameter_number(scene.score.rule_set, name)
        if above_uv is not None and rest_uv + above_uv <= panel.y_max:
            place = panel.y(rest_uv + above_uv)
            parts.append(
                line(panel.left, place, panel.right, place, stroke=colour, width=1.2, dash=dash)
            )
            if name == "onset_above_rest_uv":
                parts.append(
                    text(
                        panel.right - 2,
                        place - 3,
                        f"+{above_uv:g} µV",
                        size=9.5,
                        anchor="end",
                        colour=colour,
                    )
                )
    return parts
