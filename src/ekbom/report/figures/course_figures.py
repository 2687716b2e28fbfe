"""How the movements lie over the night.

By hour and stage, and every movement in rows of half an hour.
"""

from collections.abc import Sequence

import numpy as np

from ekbom.model.recording import BoolArray, IntArray
from ekbom.report.figures.figure import (
    KIND_COLOURS,
    Figure,
    Scene,
    empty_figure,
    finished,
    kinds,
    series_spans,
)
from ekbom.report.figures.svg import (
    BLUE,
    INK,
    NARROW,
    PAPER,
    SIDE_NOTE,
    SOFT,
    WIDTH,
    Lettering,
    Panel,
    Sheet,
    Span,
    Stroke,
    bars,
    column,
    even_marks,
    frame,
    rect,
    text,
    ticks,
    x_axis,
    y_axis,
)

BLANK = f'<rect width="8" height="8" fill="{PAPER}"/>'
PATTERNS = {
    "N1": f'<path d="M0,4h8" stroke="{INK}" stroke-width="1.2"/>',
    "N2": f'<path d="M0,8L8,0" stroke="{INK}" stroke-width="1.6"/>',
    "N3": f'<rect width="8" height="8" fill="{BLUE}"/>',
    "R": f'<path d="M0,0L8,8M8,0L0,8" stroke="{INK}" stroke-width="1.2"/>',
    "W": f'<circle cx="4" cy="4" r="1.1" fill="{INK}"/>',
    "UNSCORED": "",
}
DEFINITIONS = "".join(
    f'<pattern id="hours-{stage}" width="8" height="8" patternUnits="userSpaceOnUse">'
    f"{BLANK}{shape}</pattern>"
    for stage, shape in PATTERNS.items()
)
HOUR_S, ROW_S, ROW_HEIGHT = 3600.0, 1800.0, 17.0
ROW_NAME = Lettering(10.5, "end", SOFT)
SERIES_FILL = "#dfe6ec"


def hours_figure(scene: Scene) -> Figure:
    """Draw PLM per hour of the night as bars, divided by the stage at onset."""
    if not scene.rows.plm.any():
        return empty_figure(scene, "hours", "figure.no_plm", width=NARROW)
    counts = hourly_counts(scene)
    tallest = int(np.sum(list(counts.values()), axis=0).max())
    n_hours = len(counts["W"])
    panel = Panel(
        left=44, top=30, width=NARROW - 60, height=168, x_max=n_hours, y_max=tallest * 1.08
    )
    marks = [(hour + 0.5, scene.clock(HOUR_S * hour) or f"{hour + 1}") for hour in range(n_hours)]
    parts = [
        y_axis(panel, even_marks(0, tallest, count=4)),
        *_blocks(scene, panel, counts),
        frame(panel),
        x_axis(panel, marks, label=scene.words("axis.hour_of_recording")),
        text(8, 16, scene.words("axis.plm"), SIDE_NOTE),
        *_legend([stage for stage, counted in counts.items() if counted.any()]),
    ]
    sheet = Sheet("hours", 250, NARROW, DEFINITIONS)
    return finished(scene, sheet, parts, n=int(scene.rows.plm.sum()))


def hourly_counts(scene: Scene) -> dict[str, IntArray]:
    """Count the PLM of each stage by hour of the recording; shape (n_hours,) each."""
    rows = scene.rows
    n_hours = _pieces(scene, HOUR_S)
    hour = np.clip((rows.onset_s // HOUR_S).astype(np.int64), 0, n_hours - 1)
    chosen = {stage: rows.plm & (rows.stage == stage) for stage in PATTERNS}
    return {stage: np.bincount(hour[mine], minlength=n_hours) for stage, mine in chosen.items()}


def _pieces(scene: Scene, length_s: float) -> int:
    """Tell how many pieces of a length the recording fills, one at least."""
    return max(1, int(np.ceil(scene.result.recording.duration_s / length_s)))


def _blocks(scene: Scene, panel: Panel, counts: dict[str, IntArray]) -> list[str]:
    """Pile the stages of each hour on each other."""
    parts, base = [], np.zeros_like(counts["W"])
    for stage, counted in counts.items():
        for hour in np.flatnonzero(counted).tolist():
            place = panel.x(hour + 0.12), panel.x(hour + 0.88)
            values = int(base[hour]), int(base[hour] + counted[hour])
            title = scene.words("axis.block", stage=stage, n=int(counted[hour]))
            parts.append(column(panel, place, values, fill=f"url(#hours-{stage})", title=title))
        base = base + counted
    return parts


def _legend(stages: Sequence[str]) -> list[str]:
    parts = []
    for number, stage in enumerate(stages):
        left = NARROW - 10 - 62 * (len(stages) - number)
        parts.append(rect(left, 6, 16, 13, fill=f"url(#hours-{stage})", stroke=INK))
        parts.append(text(left + 21, 17, stage))
    return parts


def raster_figure(scene: Scene) -> Figure:
    """Draw every CLM in rows of half an hour; bars behind are the series."""
    rows = scene.rows
    if not rows.clm.any():
        return empty_figure(scene, "raster", "figure.no_clm")
    n_rows, spans = _pieces(scene, ROW_S), series_spans(rows)
    height = n_rows * ROW_HEIGHT
    panel = Panel(left=76, top=12, width=WIDTH - 92, height=height, x_max=ROW_S / 60)
    parts = [_row_name(scene, panel, row) for row in range(n_rows)]
    shown = {kind: chosen & rows.clm for kind, chosen in kinds(rows).items()}
    for row in range(n_rows):
        parts.append(_row_series(panel, row, spans))
        parts += _row_marks(scene, panel, row, shown)
    label = scene.words("axis.minutes")
    parts += [frame(panel), x_axis(panel, even_marks(0, panel.x_max, count=6), label=label)]
    sheet = Sheet("raster", panel.bottom + 44)
    return finished(scene, sheet, parts, n=int(rows.clm.sum()), series=len(spans))


def _row_name(scene: Scene, panel: Panel, row: int) -> str:
    hours = scene.words.exact(row * ROW_S / HOUR_S)
    name = scene.clock(row * ROW_S) or scene.words("axis.hours_in", hours=hours)
    return text(70, panel.top + (row + 0.7) * ROW_HEIGHT, name, ROW_NAME)


def _row_series(panel: Panel, row: int, spans: list[Span]) -> str:
    """Draw the series of one row as bars behind its movements."""
    start_s, end_s = row * ROW_S, (row + 1) * ROW_S
    inside = [(max(a, start_s), min(b, end_s)) for a, b in spans if a < end_s and b > start_s]
    places = panel.spans(((a - start_s) / 60, (b - start_s) / 60) for a, b in inside)
    return bars(places, panel.top + row * ROW_HEIGHT + 3, ROW_HEIGHT - 4, fill=SERIES_FILL)


def _row_marks(scene: Scene, panel: Panel, row: int, shown: dict[str, BoolArray]) -> list[str]:
    """Draw the movements of one row: a long mark for a periodic one, a short one for the others."""
    onset_s, start_s = scene.rows.onset_s, row * ROW_S
    here = (onset_s >= start_s) & (onset_s < start_s + ROW_S)
    top, height, parts = panel.top + row * ROW_HEIGHT + 3, ROW_HEIGHT - 4, []
    for kind, chosen in shown.items():
        cut = 0.0 if kind.startswith("plm") else 0.45
        places = panel.xs((onset_s[here & chosen] - start_s) / 60)
        stroke = Stroke(KIND_COLOURS[kind], 1.2)
        parts.append(ticks(places, top + cut * height, (1 - cut) * height, stroke))
    return parts
