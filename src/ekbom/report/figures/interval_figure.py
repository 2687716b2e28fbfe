"""The inter-movement intervals of a night beside the band a periodic series allows."""

import numpy as np

from ekbom.model.index import IntervalStructure
from ekbom.model.recording import FloatArray, IntArray
from ekbom.report.figures.figure import (
    NARROW,
    Figure,
    Scene,
    empty_figure,
    finished,
    parameter_number,
)
from ekbom.report.figures.svg import (
    BLUE,
    INK,
    SOFT,
    Panel,
    curve,
    even_ticks,
    frame,
    line,
    rect,
    text,
    x_axis,
    y_axis,
)

BAND_FILL = "#e3edf6"
HEIGHT = 250.0


def interval_figure(scene: Scene) -> Figure:
    """Draw the histogram of intervals (onset to onset of consecutive CLM), with the fitted mixture where there is one."""
    measured_s = scene.rows.imi_s[np.isfinite(scene.rows.imi_s)]
    if not len(measured_s):
        return empty_figure(
            scene, "intervals", reason=scene.words("figure.no_intervals"), width=NARROW
        )
    structure = scene.score.intervals
    edges_s, counts = (
        (structure.edges_s, structure.counts)
        if structure is not None
        else _counted(scene, measured_s)
    )
    tallest = max(int(counts.max()) if len(counts) else 0, 1)
    panel = Panel(
        left=44,
        top=22,
        width=NARROW - 60,
        height=HEIGHT - 76,
        x_min=0.0,
        x_max=float(edges_s[-1]),
        y_max=tallest * 1.08,
    )
    parts = [
        *_band(scene, panel),
        y_axis(panel, [(value, f"{value:g}") for value in even_ticks(0, tallest, count=4)]),
    ]
    parts += [
        _bar(panel, a, b, n)
        for a, b, n in zip(
            edges_s[:-1].tolist(), edges_s[1:].tolist(), counts.tolist(), strict=True
        )
        if n
    ]
    parts += _mixture(panel, structure, edges_s) if structure is not None else []
    marks = [(value, scene.words.exact(value)) for value in even_ticks(0, panel.x_max, count=9)]
    parts += [
        frame(panel),
        x_axis(panel, marks, label=scene.words("axis.interval")),
        text(8, 14, scene.words("axis.count"), colour=SOFT),
    ]
    outside = int(len(measured_s) - counts.sum())
    return finished(
        scene, "intervals", parts, height=HEIGHT, width=NARROW, n=len(measured_s), outside=outside
    )


def _bar(panel: Panel, low: float, high: float, count: int) -> str:
    place = panel.x(low)
    return rect(
        place + 0.5,
        panel.y(count),
        panel.x(high) - place - 1,
        panel.bottom - panel.y(count),
        fill="#60717f",
        title=f"{low:g}-{high:g} s: {count}",
    )


def _band(scene: Scene, panel: Panel) -> list[str]:
    low, high = (
        parameter_number(scene.score.rule_set, name) for name in ("imi_min_s", "imi_max_s")
    )
    if low is None or high is None:
        return []
    left, right = panel.x(low), min(panel.x(high), panel.right)
    label = scene.words(
        "figure.intervals.band", low=scene.words.exact(low), high=scene.words.exact(high)
    )
    edges = [
        line(place, panel.top, place, panel.bottom, stroke=BLUE, dash="5 3")
        for place in (left, right)
    ]
    return [
        rect(left, panel.top, right - left, panel.height, fill=BAND_FILL),
        *edges,
        text((left + right) / 2, 14, label, anchor="middle", colour=BLUE),
    ]


def _counted(scene: Scene, measured_s: FloatArray) -> tuple[FloatArray, IntArray]:
    """Count intervals where the result brings no histogram.

    Bins as the rule set names them, or up to its upper limit.
    """
    rule_set = scene.score.rule_set
    highest = (
        parameter_number(rule_set, "imi_histogram_max_s")
        or parameter_number(rule_set, "imi_max_s")
        or float(measured_s.max())
    )
    width = parameter_number(rule_set, "imi_histogram_bin_s") or highest / 45
    edges_s = np.arange(0.0, highest + width / 2, width)
    counts, _ = np.histogram(measured_s, bins=edges_s)
    return edges_s, counts.astype(np.int64)


def _mixture(panel: Panel, structure: IntervalStructure, edges_s: FloatArray) -> list[str]:
    """Draw the log-normal mixture as the counts it expects, and a mark at each centre."""
    mixture = structure.mixture
    if not len(mixture.weight):
        return []
    at_s = np.linspace(max(panel.x_max / 400, 0.2), panel.x_max, 240)
    shape = (np.log(at_s)[:, None] - np.log(mixture.centre_s)) / mixture.sd_ln
    density = (mixture.weight * np.exp(-0.5 * shape**2) / (mixture.sd_ln * np.sqrt(2 * np.pi))).sum(
        axis=1
    ) / at_s
    expected = density * mixture.n_intervals * float(np.diff(edges_s).mean())
    centres = [panel.x(value) for value in mixture.centre_s.tolist() if value <= panel.x_max]
    marks = [
        text(place, panel.top + 10, "▼", size=9, anchor="middle", colour=INK) for place in centres
    ]
    return [curve(panel.xs(at_s), panel.ys(expected), stroke=INK, width=1.6, dash="6 3"), *marks]
