"""The night on one page.

Stages, envelopes of the legs, movements by kind, series, arousals, breathing, quality.
"""

import datetime as dt

import numpy as np

from ekbom.model.events import AROUSAL_KINDS, RESPIRATORY_KINDS
from ekbom.model.hypnogram import Hypnogram
from ekbom.model.movements import LegTrace
from ekbom.model.recording import FloatArray
from ekbom.report.figures.figure import (
    KIND_COLOURS,
    RRLM_COLOUR,
    WIDTH,
    Figure,
    Scene,
    empty_figure,
    finished,
    kinds,
    parameter_number,
)
from ekbom.report.figures.svg import (
    BLUE,
    GRID,
    INK,
    SOFT,
    Panel,
    area,
    bars,
    curve,
    even_ticks,
    frame,
    line,
    rect,
    text,
    ticks,
    x_axis,
    y_axis,
)

LEFT, RIGHT_MARGIN, LANE = 118.0, 14.0, 15.0
COLUMNS = 800
TALLEST_SHARE = 99.7
STAGE_LEVELS = {"W": 5.0, "R": 4.0, "N1": 3.0, "N2": 2.0, "N3": 1.0}
HATCH = (
    '<pattern id="night-hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<rect width="5" height="5" fill="#ffffff"/><rect width="2.4" height="5" fill="{INK}"/></pattern>'
)


def night_figure(scene: Scene) -> Figure:
    """Draw the whole night over one time axis."""
    duration_s = scene.result.recording.duration_s
    if not duration_s > 0:
        return empty_figure(scene, "night", reason=scene.words("figure.no_duration"))
    parts, top = _hypnogram(scene, 8.0)
    for trace in scene.result.traces:
        drawn, top = _envelope(scene, trace, top + 12)
        parts += drawn
    if not scene.result.traces:
        parts.append(
            text(LEFT + 6, top + 22, scene.words("figure.no_traces"), size=11, colour=SOFT)
        )
        top += 34
    drawn, top = _lanes(scene, top + 10)
    axis = _panel(scene, top, 0.0)
    parts += [
        *drawn,
        x_axis(
            axis,
            clock_marks(scene, duration_s),
            label=scene.words("axis.clock" if _starts(scene) else "axis.hours"),
        ),
    ]
    counts = {kind: int(chosen.sum()) for kind, chosen in kinds(scene.rows).items()}
    return finished(scene, "night", parts, height=top + 44, definitions=HATCH, **counts)


def clock_marks(
    scene: Scene, duration_s: float, *, every_s: float = 3600.0
) -> list[tuple[float, str]]:
    """Give marks at full hours of the clock, or of the recording where its start is not known."""
    start = scene.result.recording.start
    if start is None:
        return [(at, f"{at / 3600:g}") for at in np.arange(0.0, duration_s + 1, every_s).tolist()]
    first = (-(start.hour * 3600 + start.minute * 60 + start.second)) % every_s
    marks = np.arange(first, duration_s + 1, every_s).tolist()
    return [(at, scene.words.clock(start + dt.timedelta(seconds=at))) for at in marks]


def _starts(scene: Scene) -> bool:
    return scene.result.recording.start is not None


def _panel(
    scene: Scene, top: float, height: float, *, y_min: float = 0.0, y_max: float = 1.0
) -> Panel:
    width = WIDTH - LEFT - RIGHT_MARGIN
    duration_s = scene.result.recording.duration_s
    return Panel(
        left=LEFT,
        top=top,
        width=width,
        height=height,
        x_min=0.0,
        x_max=duration_s,
        y_min=y_min,
        y_max=y_max,
    )


def _hypnogram(scene: Scene, top: float) -> tuple[list[str], float]:
    hypnogram = scene.result.hypnogram
    if hypnogram is None or not len(hypnogram.onset_s):
        return [
            text(LEFT + 6, top + 18, scene.words("figure.no_hypnogram"), colour=SOFT),
            frame(_panel(scene, top, 30)),
        ], top + 30
    panel = _panel(scene, top, 92.0, y_min=0.5, y_max=5.5)
    marks = [(level, name) for name, level in STAGE_LEVELS.items()]
    xs, ys = _staircase(panel, hypnogram)
    rem = [(panel.x(a), panel.x(a + d)) for a, d in _spans(hypnogram, "R")]
    parts = [
        y_axis(panel, marks),
        curve(xs, ys, stroke=INK, width=1.1),
        bars(rem, panel.y(4.0) - 2, 4.0, fill=INK),
        frame(panel),
    ]
    for moment_s in (scene.result.lights_off_s, scene.result.lights_on_s):
        if moment_s is not None:
            parts.append(
                line(
                    panel.x(moment_s),
                    panel.top,
                    panel.x(moment_s),
                    panel.bottom,
                    stroke=SOFT,
                    dash="3 2",
                )
            )
    return parts, panel.bottom


def _spans(hypnogram: Hypnogram, stage: str) -> list[tuple[float, float]]:
    chosen = hypnogram.stage == stage
    return list(
        zip(hypnogram.onset_s[chosen].tolist(), hypnogram.duration_s[chosen].tolist(), strict=True)
    )


def _staircase(panel: Panel, hypnogram: Hypnogram) -> tuple[list[float], list[float]]:
    """Give the corners of the staircase; unscored time interrupts it."""
    onset_s, end_s = hypnogram.onset_s, hypnogram.onset_s + hypnogram.duration_s
    level = np.array([STAGE_LEVELS.get(stage, np.nan) for stage in hypnogram.stage.tolist()])
    changed = np.ones(len(level), dtype=np.bool_)
    changed[1:] = (level[1:] != level[:-1]) | (onset_s[1:] > end_s[:-1] + 1e-6)
    first = np.flatnonzero(changed)
    last = np.append(first[1:] - 1, len(level) - 1)
    times = np.column_stack([onset_s[first], end_s[last]]).ravel()
    heights = np.repeat(level[first], 2)
    return panel.xs(times), [panel.y(value) for value in heights.tolist()]


def _envelope(scene: Scene, trace: LegTrace, top: float) -> tuple[list[str], float]:
    time_s, highest = columns_of(trace.envelope_uv, trace.bin_s, at_most=COLUMNS)
    _, rest = columns_of(trace.rest_uv, trace.bin_s, at_most=COLUMNS, middle=True)
    known = trace.envelope_uv[np.isfinite(trace.envelope_uv)]
    on_uv = parameter_number(scene.score.rule_set, "onset_above_rest_uv") or 0.0
    least = max(2 * on_uv, 1.0)
    ceiling = max(float(np.percentile(known, TALLEST_SHARE)), least) if len(known) else least
    panel = _panel(scene, top, 74.0, y_max=ceiling * 1.05)
    marks = [(value, scene.words.exact(value)) for value in even_ticks(0.0, ceiling, count=3)]
    side = scene.words(f"side.{trace.side}")
    xs = panel.xs(time_s)
    parts = [
        y_axis(panel, marks),
        text(6, top + 14, side, bold=True),
        text(6, top + 28, scene.words("axis.envelope"), size=10, colour=SOFT),
    ]
    parts += [area(xs, panel.ys(np.maximum(highest, rest)), panel.ys(rest), fill="#7d8b99")]
    parts += [curve(xs, panel.ys(rest), stroke=BLUE, width=1.3), frame(panel)]
    return parts, panel.bottom


def columns_of(
    values: FloatArray, bin_s: float, *, at_most: int, middle: bool = False
) -> tuple[FloatArray, FloatArray]:
    """Reduce a trace to at most so many columns by the largest value of each, or the middle one; NaN where all are unknown."""
    size = max(1, -(-len(values) // at_most))
    padded = np.concatenate([values, np.full(-len(values) % size, np.nan)]).reshape(-1, size)
    reduced = np.full(len(padded), np.nan)
    known = np.isfinite(padded).any(axis=1)
    reduced[known] = (
        np.nanmedian(padded[known], axis=1) if middle else np.nanmax(padded[known], axis=1)
    )
    return np.linspace(0.5, len(padded) - 0.5, len(padded)) * (size * bin_s), reduced


def _lanes(scene: Scene, top: float) -> tuple[list[str], float]:
    """Draw one lane per kind of movement and event, so that the place says what the colour says too."""
    rows, panel = scene.rows, _panel(scene, top, 0.0)
    parts: list[str] = []
    for kind, chosen in kinds(rows).items():
        if kind == "plm" and not chosen.any():
            continue
        parts += _lane(scene, top, f"kind.{kind}", int(chosen.sum()))
        parts.append(
            ticks(panel.xs(rows.onset_s[chosen]), top + 2, LANE - 4, stroke=KIND_COLOURS[kind])
        )
        top += LANE
    if rows.respiratory_scored:
        parts += _lane(scene, top, "kind.rrlm", int(rows.rrlm.sum()))
        parts.append(
            ticks(panel.xs(rows.onset_s[rows.rrlm]), top + 2, LANE - 4, stroke=RRLM_COLOUR)
        )
        top += LANE
    drawn, top = _series_lane(scene, panel, top)
    parts += drawn
    for name, wanted in (("arousals", AROUSAL_KINDS), ("breathing", RESPIRATORY_KINDS)):
        parts += _event_lane(scene, panel, top, name, tuple(str(kind) for kind in wanted))
        top += LANE
    return _quality_lanes(scene, panel, parts, top)


def _lane(scene: Scene, top: float, key: str, count: int | None, *, note: str = "") -> list[str]:
    counted = f" ({count})" if count is not None else ""
    parts = [
        text(6, top + LANE - 4, scene.words(key) + counted, size=10.5),
        line(LEFT, top + LANE, WIDTH - RIGHT_MARGIN, top + LANE, stroke=GRID),
    ]
    return parts + ([text(LEFT + 6, top + LANE - 4, note, size=10, colour=SOFT)] if note else [])


def _series_lane(scene: Scene, panel: Panel, top: float) -> tuple[list[str], float]:
    spans = series_spans(scene)
    places = [(panel.x(first), panel.x(last)) for first, last in spans]
    return [
        *_lane(scene, top, "kind.series", len(spans)),
        bars(places, top + 4, LANE - 8, fill=INK),
    ], top + LANE


def series_spans(scene: Scene) -> list[tuple[float, float]]:
    """Give first onset and last end of every series, seconds from recording start."""
    rows = scene.rows
    found = []
    for number in np.unique(rows.series_id[rows.series_id > 0]).tolist():
        members = np.flatnonzero(rows.series_id == number)
        found.append(
            (
                float(rows.onset_s[members[0]]),
                float((rows.onset_s + rows.duration_s)[members].max()),
            )
        )
    return found


def _event_lane(
    scene: Scene, panel: Panel, top: float, name: str, wanted: tuple[str, ...]
) -> list[str]:
    if name not in scene.result.scored:
        return _lane(scene, top, f"kind.{name}", None, note=scene.words("figure.not_scored"))
    events = [event for event in scene.result.events if str(event.kind) in wanted]
    spans = [
        (panel.x(event.onset_s), panel.x(event.onset_s + event.duration_s)) for event in events
    ]
    return [
        *_lane(scene, top, f"kind.{name}", len(events)),
        bars(spans, top + 3, LANE - 6, fill=INK, least=1.0),
    ]


def _quality_lanes(
    scene: Scene, panel: Panel, parts: list[str], top: float
) -> tuple[list[str], float]:
    for leg in scene.result.quality:
        minute_s = 60.0
        bad = leg.minute_start_s[leg.unscorable].tolist()
        parts += _lane(scene, top, f"quality.{leg.side}", None)
        parts.append(rect(panel.left, top + 3, panel.width, LANE - 6, fill="#e8edf2", stroke=SOFT))
        spans = [(panel.x(at), min(panel.x(at + minute_s), panel.right)) for at in bad]
        parts.append(bars(spans, top + 3, LANE - 6, fill="url(#night-hatch)"))
        top += LANE
    return parts, top
