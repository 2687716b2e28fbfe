"""Each leg by itself: how long and how strong its movements are."""

import numpy as np

from ekbom.model.recording import FloatArray
from ekbom.report.figures.figure import WIDTH, Figure, Scene, empty_figure, finished
from ekbom.report.figures.svg import (
    INK,
    PAPER,
    SOFT,
    Panel,
    even_ticks,
    frame,
    rect,
    text,
    x_axis,
    y_axis,
)

BINS = 24
HATCH = (
    '<pattern id="legs-right" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<rect width="6" height="6" fill="{PAPER}"/><rect width="2.2" height="6" fill="{INK}"/></pattern>'
)
FILLS = {"left": "#5b7f9e", "right": "url(#legs-right)", "unknown": "#8a8a8a"}


def legs_figure(scene: Scene) -> Figure:
    """Draw duration and peak amplitude of the leg movements, one row per leg."""
    legs = scene.result.leg_movements
    sides = [side for side in FILLS if (legs.side == side).any()]
    if not sides:
        return empty_figure(scene, "legs", reason=scene.words("figure.no_movements"))
    duration_s = {side: legs.duration_s[legs.side == side] for side in sides}
    parts = _histograms(
        scene, duration_s, left=70, label=scene.words("axis.duration"), top_share=99.0
    )
    if legs.evidence is not None:
        peak_uv = {side: legs.evidence.peak_above_rest_uv[legs.side == side] for side in sides}
        parts += _histograms(
            scene, peak_uv, left=70 + WIDTH / 2, label=scene.words("axis.peak"), top_share=97.0
        )
    counts = {side: int((legs.side == side).sum()) for side in ("left", "right")}
    return finished(
        scene, "legs", parts, height=60 + 96.0 * len(sides), definitions=HATCH, **counts
    )


def _histograms(
    scene: Scene, values: dict[str, FloatArray], *, left: float, label: str, top_share: float
) -> list[str]:
    """Draw one histogram per leg over a common axis.

    Values beyond its end are counted in the last bin.
    """
    known = np.concatenate([column[np.isfinite(column)] for column in values.values()])
    highest = max(float(np.percentile(known, top_share)), 1e-3) if len(known) else 1.0
    edges = np.linspace(0.0, highest, BINS + 1)
    counted = {
        side: np.histogram(np.clip(column[np.isfinite(column)], 0.0, highest), bins=edges)[0]
        for side, column in values.items()
    }
    tallest = max(1, *(int(counts.max()) for counts in counted.values()))
    parts: list[str] = []
    for number, (side, counts) in enumerate(counted.items()):
        panel = Panel(
            left=left,
            top=16 + 96.0 * number,
            width=WIDTH / 2 - 90,
            height=72,
            x_min=0.0,
            x_max=highest,
            y_max=tallest * 1.1,
        )
        parts.append(
            y_axis(panel, [(value, f"{value:g}") for value in even_ticks(0, tallest, count=2)])
        )
        parts += [
            _bar(panel, edges, bin_number, int(count), FILLS[side])
            for bin_number, count in enumerate(counts)
            if count
        ]
        parts += [
            frame(panel),
            text(panel.right, panel.top + 4, scene.words(f"side.{side}"), anchor="end", bold=True),
        ]
        middle = values[side][np.isfinite(values[side])]
        note = scene.words(
            "figure.legs.median",
            value=scene.words.number(float(np.median(middle)) if len(middle) else None),
        )
        parts.append(text(panel.right, panel.top + 19, note, anchor="end", colour=SOFT))
    marks = [(value, scene.words.exact(value)) for value in even_ticks(0, highest, count=6)]
    return [*parts, x_axis(panel, marks, label=label)]


def _bar(panel: Panel, edges: FloatArray, number: int, count: int, fill: str) -> str:
    left, right = panel.x(float(edges[number])), panel.x(float(edges[number + 1]))
    return rect(
        left + 0.5,
        panel.y(count),
        right - left - 1,
        panel.bottom - panel.y(count),
        fill=fill,
        stroke=INK,
    )
