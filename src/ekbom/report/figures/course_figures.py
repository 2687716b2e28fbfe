"""How the movements lie over the night.

By hour and stage, and every movement in rows of half an hour.
"""

import datetime as dt

import numpy as np

from ekbom.report.figures.figure import (
    KIND_COLOURS,
    NARROW,
    WIDTH,
    Figure,
    Scene,
    empty_figure,
    finished,
    kinds,
)
from ekbom.report.figures.night_figure import series_spans
from ekbom.report.figures.svg import (
    BLUE,
    INK,
    PAPER,
    SOFT,
    Panel,
    bars,
    even_ticks,
    frame,
    rect,
    text,
    ticks,
    x_axis,
    y_axis,
)

STAGES = ("N1", "N2", "N3", "R", "W", "UNSCORED")
PATTERNS = {
    "N1": '<path d="M0,4h8" stroke="{ink}" stroke-width="1.2"/>',
    "N2": '<path d="M0,8L8,0" stroke="{ink}" stroke-width="1.6"/>',
    "N3": '<rect width="8" height="8" fill="{blue}"/>',
    "R": '<path d="M0,0L8,8M8,0L0,8" stroke="{ink}" stroke-width="1.2"/>',
    "W": '<circle cx="4" cy="4" r="1.1" fill="{ink}"/>',
    "UNSCORED": "",
}
ROW_S, ROW_HEIGHT = 1800.0, 17.0


def hours_figure(scene: Scene) -> Figure:
    """Draw PLM per hour of the night as bars, divided by the stage at onset."""
    rows = scene.rows
    if not rows.plm.any():
        return empty_figure(scene, "hours", reason=scene.words("figure.no_plm"), width=NARROW)
    n_hours = max(1, int(np.ceil(scene.result.recording.duration_s / 3600)))
    hour = np.clip((rows.onset_s // 3600).astype(np.int64), 0, n_hours - 1)
    counts = {
        stage: np.bincount(hour[rows.plm & (rows.stage == stage)], minlength=n_hours)
        for stage in STAGES
    }
    tallest = int(sum(counts.values(), np.zeros(n_hours, dtype=np.int64)).max())
    panel = Panel(
        left=44,
        top=30,
        width=NARROW - 60,
        height=168,
        x_min=0.0,
        x_max=float(n_hours),
        y_max=max(tallest, 1) * 1.08,
    )
    parts = [y_axis(panel, [(value, f"{value:g}") for value in even_ticks(0, tallest, count=4)])]
    base = np.zeros(n_hours, dtype=np.int64)
    for stage, counted in counts.items():
        parts += [
            _block(panel, number, int(base[number]), int(counted[number]), stage)
            for number in range(n_hours)
            if counted[number]
        ]
        base = base + counted
    marks = [(number + 0.5, _hour_words(scene, number)) for number in range(n_hours)]
    parts += [
        frame(panel),
        x_axis(panel, marks, label=scene.words("axis.hour_of_recording")),
        text(8, 16, scene.words("axis.plm"), colour=SOFT),
    ]
    parts += _legend([stage for stage, counted in counts.items() if counted.any()])
    return finished(
        scene,
        "hours",
        parts,
        height=250,
        width=NARROW,
        definitions=_pattern_definitions(),
        n=int(rows.plm.sum()),
    )


def raster_figure(scene: Scene) -> Figure:
    """Draw every CLM in rows of half an hour; bars behind are the series."""
    rows = scene.rows
    if not rows.clm.any():
        return empty_figure(scene, "raster", reason=scene.words("figure.no_clm"))
    n_rows = max(1, int(np.ceil(scene.result.recording.duration_s / ROW_S)))
    panel = Panel(
        left=76, top=12, width=WIDTH - 92, height=n_rows * ROW_HEIGHT, x_min=0.0, x_max=ROW_S / 60
    )
    parts = [
        text(
            70,
            panel.top + (row + 0.7) * ROW_HEIGHT,
            _row_words(scene, row),
            size=10.5,
            anchor="end",
            colour=SOFT,
        )
        for row in range(n_rows)
    ]
    spans = series_spans(scene)
    shown = kinds(rows)
    for row in range(n_rows):
        parts += _raster_row(panel, row, spans, shown, scene)
    marks = [(value, f"{value:g}") for value in even_ticks(0, ROW_S / 60, count=6)]
    parts += [frame(panel), x_axis(panel, marks, label=scene.words("axis.minutes"))]
    return finished(
        scene, "raster", parts, height=panel.bottom + 44, n=int(rows.clm.sum()), series=len(spans)
    )


def _raster_row(
    panel: Panel,
    row: int,
    spans: list[tuple[float, float]],
    shown: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.bool_]]],
    scene: Scene,
) -> list[str]:
    start_s, top = row * ROW_S, panel.top + row * ROW_HEIGHT
    inside = [
        (max(a, start_s), min(b, start_s + ROW_S))
        for a, b in spans
        if a < start_s + ROW_S and b > start_s
    ]
    places = [(panel.x((a - start_s) / 60), panel.x((b - start_s) / 60)) for a, b in inside]
    parts = [bars(places, top + 3, ROW_HEIGHT - 4, fill="#dfe6ec")]
    rows = scene.rows
    here = (rows.onset_s >= start_s) & (rows.onset_s < start_s + ROW_S)
    for kind, chosen in shown.items():
        low = 0.0 if kind.startswith("plm") else 0.45
        at = panel.xs((rows.onset_s[here & chosen & rows.clm] - start_s) / 60)
        parts.append(
            ticks(
                at,
                top + 3 + low * (ROW_HEIGHT - 4),
                (1 - low) * (ROW_HEIGHT - 4),
                stroke=KIND_COLOURS[kind],
            )
        )
    return parts


def _block(panel: Panel, hour: int, base: int, count: int, stage: str) -> str:
    left, right = panel.x(hour + 0.12), panel.x(hour + 0.88)
    top, bottom = panel.y(base + count), panel.y(base)
    return rect(
        left,
        top,
        right - left,
        bottom - top,
        fill=f"url(#hours-{stage})",
        stroke=INK,
        title=f"{stage}: {count}",
    )


def _pattern_definitions() -> str:
    blank = f'<rect width="8" height="8" fill="{PAPER}"/>'
    shapes = {stage: shape.format(ink=INK, blue=BLUE) for stage, shape in PATTERNS.items()}
    return "".join(
        f'<pattern id="hours-{stage}" width="8" height="8" patternUnits="userSpaceOnUse">{blank}{shape}</pattern>'
        for stage, shape in shapes.items()
    )


def _legend(stages: list[str]) -> list[str]:
    parts = []
    for number, stage in enumerate(stages):
        left = NARROW - 10 - 62 * (len(stages) - number)
        parts += [
            rect(left, 6, 16, 13, fill=f"url(#hours-{stage})", stroke=INK),
            text(left + 21, 17, stage),
        ]
    return parts


def _hour_words(scene: Scene, number: int) -> str:
    start = scene.result.recording.start
    return (
        f"{number + 1}" if start is None else scene.words.clock(start + dt.timedelta(hours=number))
    )


def _row_words(scene: Scene, row: int) -> str:
    start = scene.result.recording.start
    return (
        scene.words.exact(row * ROW_S / 3600) + " h"
        if start is None
        else scene.words.clock(start + dt.timedelta(seconds=row * ROW_S))
    )
