"""The inter-movement intervals of a night beside the band a periodic series allows."""

import numpy as np

from ekbom.model.recording import FloatArray, IntArray
from ekbom.model.result import IntervalStructure, Mixture
from ekbom.report.figures.figure import Figure, Scene, empty_figure, finished
from ekbom.report.figures.svg import (
    BLUE,
    INK,
    NARROW,
    SIDE_NOTE,
    Lettering,
    Panel,
    Sheet,
    Stroke,
    block,
    column,
    curve,
    even_marks,
    frame,
    text,
    upright_line,
    x_axis,
    y_axis,
)

BAND_FILL, BAR_FILL = "#e3edf6", "#60717f"
BAND_EDGE, BAND_NAME = (
    Stroke(BLUE, dash="5 3"),
    Lettering(anchor="middle", colour=BLUE),
)
FITTED, CENTRE = Stroke(INK, 1.6, "6 3"), Lettering(9, "middle")
HEIGHT = 250.0


def interval_figure(scene: Scene) -> Figure:
    """Draw the histogram of intervals from onset to onset of consecutive CLM.

    The fitted mixture is drawn over it where there is one.
    """
    measured_s = scene.rows.imi_s[np.isfinite(scene.rows.imi_s)]
    if not len(measured_s):
        return empty_figure(
            scene, "intervals", "figure.no_intervals", width=NARROW
        )
    edges_s, counts = histogram(scene, measured_s)
    parts = _parts(scene, edges_s, counts)
    outside = int(len(measured_s) - counts.sum())
    sheet = Sheet("intervals", HEIGHT, NARROW)
    return finished(scene, sheet, parts, n=len(measured_s), outside=outside)


def _parts(scene: Scene, edges_s: FloatArray, counts: IntArray) -> list[str]:
    tallest = max(int(counts.max(initial=0)), 1)
    panel = Panel(
        left=44,
        top=22,
        width=NARROW - 60,
        height=HEIGHT - 76,
        x_max=float(edges_s[-1]),
        y_max=tallest * 1.08,
    )
    marks = even_marks(0, panel.x_max, count=9, write=scene.words.exact)
    return [
        *_band(scene, panel),
        y_axis(panel, even_marks(0, tallest, count=4)),
        *_bars(scene, panel, edges_s, counts),
        *_mixture(panel, scene.score.intervals),
        frame(panel),
        x_axis(panel, marks, label=scene.words("axis.interval")),
        text(8, 14, scene.words("axis.count"), SIDE_NOTE),
    ]


def histogram(
    scene: Scene, measured_s: FloatArray
) -> tuple[FloatArray, IntArray]:
    """Give edges (s) and counts of the histogram, from the result where it brings one.

    Else intervals are counted in bins as the rule set names them, or up to its upper limit.
    """
    structure = scene.score.intervals
    if structure is not None:
        return structure.edges_s, structure.counts
    highest_s = scene.parameter("imi_histogram_max_s") or scene.parameter(
        "imi_max_s"
    )
    highest_s = highest_s or float(measured_s.max())
    width_s = scene.parameter("imi_histogram_bin_s") or highest_s / 45
    edges_s = np.arange(0.0, highest_s + width_s / 2, width_s)
    counts, _ = np.histogram(measured_s, bins=edges_s)
    return edges_s, counts.astype(np.int64)


def _bars(
    scene: Scene, panel: Panel, edges_s: FloatArray, counts: IntArray
) -> list[str]:
    bins = zip(
        edges_s[:-1].tolist(),
        edges_s[1:].tolist(),
        counts.tolist(),
        strict=True,
    )
    return [
        _bar(scene, panel, low_s, high_s, count)
        for low_s, high_s, count in bins
        if count
    ]


def _bar(
    scene: Scene, panel: Panel, low_s: float, high_s: float, count: int
) -> str:
    place = panel.x(low_s) + 0.5, panel.x(high_s) - 0.5
    low, high = f"{low_s:g}", f"{high_s:g}"
    title = scene.words("figure.intervals.bar", low=low, high=high, n=count)
    return column(
        panel, place, (0, count), fill=BAR_FILL, stroke="", title=title
    )


def _band(scene: Scene, panel: Panel) -> list[str]:
    """Shade the intervals that a periodic series allows."""
    low_s, high_s = scene.parameter("imi_min_s"), scene.parameter("imi_max_s")
    if low_s is None or high_s is None:
        return []
    left, right = panel.x(low_s), min(panel.x(high_s), panel.right)
    exact = scene.words.exact
    name = scene.words(
        "figure.intervals.band", low=exact(low_s), high=exact(high_s)
    )
    return [
        block(panel, (low_s, min(high_s, panel.x_max)), fill=BAND_FILL),
        *(upright_line(panel, place, BAND_EDGE) for place in (left, right)),
        text((left + right) / 2, 14, name, BAND_NAME),
    ]


def _mixture(panel: Panel, structure: IntervalStructure | None) -> list[str]:
    """Draw the log-normal mixture as the counts it expects, and a mark at each centre."""
    if structure is None or not len(structure.mixture.weight):
        return []
    mixture = structure.mixture
    at_s = np.linspace(max(panel.x_max / 400, 0.2), panel.x_max, 240)
    width_s = float(np.diff(structure.edges_s).mean())
    expected = mixture_density(mixture, at_s) * mixture.n_intervals * width_s
    centres = panel.xs(mixture.centre_s[mixture.centre_s <= panel.x_max])
    return [
        curve(panel.xs(at_s), panel.ys(expected), FITTED),
        *(text(place, panel.top + 10, "▼", CENTRE) for place in centres),
    ]


def mixture_density(mixture: Mixture, at_s: FloatArray) -> FloatArray:
    """Give the density (1/s) of a log-normal mixture at intervals in seconds."""
    distance = (
        np.log(at_s)[:, None] - np.log(mixture.centre_s)
    ) / mixture.sd_ln
    bells = (
        mixture.weight
        * np.exp(-0.5 * distance**2)
        / (mixture.sd_ln * np.sqrt(2 * np.pi))
    )
    density: FloatArray = bells.sum(axis=1) / at_s
    return density
