"""How the movements lie over the night.

By hour and stage, and every movement in rows of half an hour.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ekbom.model.recording import FloatArray, IntArray
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
    Mark,
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
PERIODIC_KINDS = {"plms", "plmw", "plm"}


def hours_figure(scene: Scene) -> Figure:
    """Draw PLM per hour of the night as bars, divided by the stage at onset."""
    if not scene.rows.plm.any():
        return empty_figure(scene, "hours", "figure.no_plm", width=NARROW)
    counts = hourly_counts(scene)
    tallest = int(np.sum(list(counts.values()), axis=0).max())
    panel = _hours_panel(len(counts["W"]), tallest)
    parts = [
        y_axis(panel, even_marks(0, tallest, count=4)),
        *_blocks(scene, panel, counts),
        frame(panel),
        x_axis(
            panel,
            _hour_marks(scene),
            label=scene.words("axis.hour_of_recording"),
        ),
        text(8, 16, scene.words("axis.plm"), SIDE_NOTE),
        *_legend([stage for stage, counted in counts.items() if counted.any()]),
    ]
    sheet = Sheet("hours", 250, NARROW, DEFINITIONS)
    return finished(scene, sheet, parts, n=int(scene.rows.plm.sum()))


def _hours_panel(n_hours: int, tallest: int) -> Panel:
    return Panel(
        left=44,
        top=30,
        width=NARROW - 60,
        height=168,
        x_max=n_hours,
        y_max=max(tallest, 1) * 1.08,
    )


def _hour_marks(scene: Scene) -> list[Mark]:
    """Name each hour by the clock, or by its number."""
    hours = range(_pieces(scene, HOUR_S))
    return [
        (hour + 0.5, scene.clock(HOUR_S * hour) or f"{hour + 1}")
        for hour in hours
    ]


def hourly_counts(scene: Scene) -> dict[str, IntArray]:
    """Count the PLM of each stage by hour of the recording; shape (n_hours,) each."""
    rows = scene.rows
    n_hours = _pieces(scene, HOUR_S)
    hour = np.clip((rows.onset_s // HOUR_S).astype(np.int64), 0, n_hours - 1)
    chosen = {stage: rows.plm & (rows.stage == stage) for stage in PATTERNS}
    return {
        stage: np.bincount(hour[mine], minlength=n_hours)
        for stage, mine in chosen.items()
    }


def _pieces(scene: Scene, length_s: float) -> int:
    """Tell how many pieces of a length the recording fills, one at least."""
    return max(1, int(np.ceil(scene.result.recording.duration_s / length_s)))


def _blocks(
    scene: Scene, panel: Panel, counts: dict[str, IntArray]
) -> list[str]:
    """Pile the stages of each hour on each other."""
    parts, base = [], np.zeros_like(counts["W"])
    for stage, counted in counts.items():
        for hour in np.flatnonzero(counted).tolist():
            place = panel.x(hour + 0.12), panel.x(hour + 0.88)
            values = int(base[hour]), int(base[hour] + counted[hour])
            title = scene.words("axis.block", stage=stage, n=int(counted[hour]))
            parts.append(
                column(
                    panel,
                    place,
                    values,
                    fill=f"url(#hours-{stage})",
                    title=title,
                )
            )
        base = base + counted
    return parts


def _legend(stages: Sequence[str]) -> list[str]:
    parts = []
    for number, stage in enumerate(stages):
        left = NARROW - 10 - 62 * (len(stages) - number)
        parts.append(
            rect(left, 6, 16, 13, fill=f"url(#hours-{stage})", stroke=INK)
        )
        parts.append(text(left + 21, 17, stage))
    return parts


def raster_figure(scene: Scene) -> Figure:
    """Draw every CLM in rows of half an hour; bars behind are the series."""
    rows = scene.rows
    if not rows.clm.any():
        return empty_figure(scene, "raster", "figure.no_clm")
    spans = series_spans(rows)
    lines = _raster_rows(scene)
    parts = [_row_name(scene, line) for line in lines]
    shown = {
        kind: rows.onset_s[chosen & rows.clm]
        for kind, chosen in kinds(rows).items()
    }
    for line in lines:
        parts.append(_row_series(line, spans))
        parts += [
            _row_marks(line, kind, onset_s) for kind, onset_s in shown.items()
        ]
    whole = _raster_panel(0, len(lines))
    marks = even_marks(0, whole.x_max, count=6)
    parts += [
        frame(whole),
        x_axis(whole, marks, label=scene.words("axis.minutes")),
    ]
    sheet = Sheet("raster", whole.bottom + 44)
    return finished(
        scene, sheet, parts, n=int(rows.clm.sum()), series=len(spans)
    )


@dataclass(frozen=True)
class RasterRow:
    """Half an hour: where it begins and ends, and its panel, whose x axis counts minutes."""

    start_s: float
    end_s: float
    panel: Panel

    def minutes(self, span: Span) -> Span:
        """Give the part of a stretch that lies in this row, in minutes from its start."""
        first_s, last_s = max(span[0], self.start_s), min(span[1], self.end_s)
        return (first_s - self.start_s) / 60, (last_s - self.start_s) / 60


def _raster_rows(scene: Scene) -> list[RasterRow]:
    numbers = range(_pieces(scene, ROW_S))
    return [
        RasterRow(n * ROW_S, (n + 1) * ROW_S, _raster_panel(n, 1))
        for n in numbers
    ]


def _raster_panel(first: int, n_rows: int) -> Panel:
    return Panel(
        left=76,
        top=12 + first * ROW_HEIGHT,
        width=WIDTH - 92,
        height=n_rows * ROW_HEIGHT,
        x_max=ROW_S / 60,
    )


def _row_name(scene: Scene, row: RasterRow) -> str:
    hours = scene.words.exact(row.start_s / HOUR_S)
    name = scene.clock(row.start_s) or scene.words("axis.hours_in", hours=hours)
    return text(70, row.panel.top + 0.7 * ROW_HEIGHT, name, ROW_NAME)


def _row_series(row: RasterRow, spans: Sequence[Span]) -> str:
    """Draw the series of one row as bars behind its movements."""
    here = [
        span for span in spans if span[0] < row.end_s and span[1] > row.start_s
    ]
    places = row.panel.spans(row.minutes(span) for span in here)
    return bars(places, row.panel.top + 3, ROW_HEIGHT - 4, fill=SERIES_FILL)


def _row_marks(row: RasterRow, kind: str, onset_s: FloatArray) -> str:
    """Draw one kind of movement: a long mark for a periodic one, a short one for the others."""
    here_s = onset_s[(onset_s >= row.start_s) & (onset_s < row.end_s)]
    places = row.panel.xs((here_s - row.start_s) / 60)
    height = ROW_HEIGHT - 4
    cut = 0.0 if kind in PERIODIC_KINDS else 0.45
    stroke = Stroke(KIND_COLOURS[kind], 1.2)
    return ticks(
        places, row.panel.top + 3 + cut * height, (1 - cut) * height, stroke
    )
