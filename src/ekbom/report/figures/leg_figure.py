"""Each leg by itself: how long and how strong its movements are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from ekbom.model.movements import LegMovements
from ekbom.model.recording import BoolArray, FloatArray
from ekbom.report.figures.figure import Figure, Scene, empty_figure, finished
from ekbom.report.figures.svg import (
    INK,
    PAPER,
    RIGHT_BOLD,
    SOFT,
    WIDTH,
    Lettering,
    Panel,
    Sheet,
    column,
    even_marks,
    frame,
    text,
    x_axis,
    y_axis,
)

BINS, ROW = 24, 96.0
LEFT = 70.0
HATCH = (
    '<pattern id="legs-right" width="6" height="6" patternUnits="userSpaceOnUse"'
    f' patternTransform="rotate(45)"><rect width="6" height="6" fill="{PAPER}"/>'
    f'<rect width="2.2" height="6" fill="{INK}"/></pattern>'
)
FILLS = {"left": "#5b7f9e", "right": "url(#legs-right)", "unknown": "#8a8a8a"}
MEDIAN_NOTE = Lettering(anchor="end", colour=SOFT)


@dataclass(frozen=True)
class Measure:
    """One quantity of the movements: the name of its axis, and values by leg.

    The axis ends where `top_share` percent of all values lie below; `left` is its place on paper.
    """

    axis: str
    values: Mapping[str, FloatArray]
    top_share: float
    left: float


def legs_figure(scene: Scene) -> Figure:
    """Draw duration and peak amplitude of the leg movements, one row per leg."""
    legs = scene.result.leg_movements
    mine = {side: legs.side == side for side in FILLS}
    shown = {side: chosen for side, chosen in mine.items() if chosen.any()}
    if not shown:
        return empty_figure(scene, "legs", "figure.no_movements")
    parts = [
        part
        for measure in _measures(legs, shown)
        for part in _histograms(scene, measure)
    ]
    sheet = Sheet("legs", 60 + ROW * len(shown), definitions=HATCH)
    left, right = (int(mine[side].sum()) for side in ("left", "right"))
    return finished(scene, sheet, parts, left=left, right=right)


def _measures(
    legs: LegMovements, shown: Mapping[str, BoolArray]
) -> Iterator[Measure]:
    durations = {
        side: legs.duration_s[chosen] for side, chosen in shown.items()
    }
    yield Measure("axis.duration", durations, 99.0, LEFT)
    if legs.evidence is not None:
        peak_uv = legs.evidence.peak_above_rest_uv
        peaks = {side: peak_uv[chosen] for side, chosen in shown.items()}
        yield Measure("axis.peak", peaks, 97.0, LEFT + WIDTH / 2)


def _histograms(scene: Scene, measure: Measure) -> list[str]:
    """Draw one histogram per leg over a common axis.

    Values beyond its end are counted in the last bin.
    """
    known = {
        side: values[np.isfinite(values)]
        for side, values in measure.values.items()
    }
    edges = _edges(known, measure.top_share)
    counted = {side: _counts(values, edges) for side, values in known.items()}
    tallest = max(1, *(max(counts) for counts in counted.values()))
    parts: list[str] = []
    for number, (side, counts) in enumerate(counted.items()):
        panel = _panel(measure, number, edges, tallest)
        parts.append(y_axis(panel, even_marks(0, tallest, count=2)))
        parts += _bars(panel, edges, counts, FILLS[side])
        parts += [frame(panel), *_names(scene, panel, side, known[side])]
    marks = even_marks(0, panel.x_max, count=6, write=scene.words.exact)
    return [*parts, x_axis(panel, marks, label=scene.words(measure.axis))]


def _edges(known: Mapping[str, FloatArray], top_share: float) -> FloatArray:
    """Give the edges of the bins that hold `top_share` percent of the values of all legs."""
    everything = np.concatenate(list(known.values()))
    highest = (
        float(np.percentile(everything, top_share)) if len(everything) else 1.0
    )
    return np.linspace(0.0, max(highest, 1e-3), BINS + 1)


def _counts(values: FloatArray, edges: FloatArray) -> list[int]:
    counts, _ = np.histogram(np.minimum(values, edges[-1]), edges)
    return [int(count) for count in counts]


def _panel(
    measure: Measure, number: int, edges: FloatArray, tallest: int
) -> Panel:
    return Panel(
        left=measure.left,
        top=16 + ROW * number,
        width=WIDTH / 2 - 90,
        height=72,
        x_max=float(edges[-1]),
        y_max=tallest * 1.1,
    )


def _bars(
    panel: Panel, edges: FloatArray, counts: list[int], fill: str
) -> list[str]:
    places = [place + 0.5 for place in panel.xs(edges)]
    spans = zip(places[:-1], places[1:], counts, strict=True)
    return [
        column(panel, (left, right - 1), (0, count), fill=fill)
        for left, right, count in spans
        if count
    ]


def _names(
    scene: Scene, panel: Panel, side: str, values: FloatArray
) -> list[str]:
    """Write which leg it is and the median of its values."""
    words = scene.words
    median = words.number(float(np.median(values)) if len(values) else None)
    note = words("figure.legs.median", value=median)
    return [
        text(panel.right, panel.top + 4, words(f"side.{side}"), RIGHT_BOLD),
        text(panel.right, panel.top + 19, note, MEDIAN_NOTE),
    ]
