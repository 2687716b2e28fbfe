"""The night on one page.

Stages, envelopes of the legs, movements by kind, series, arousals, breathing, quality.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from ekbom.model.events import (
    AROUSAL_KINDS,
    RESPIRATORY_KINDS,
    EventKind,
    Hypnogram,
)
from ekbom.model.movements import LegQuality, LegTrace
from ekbom.model.recording import BoolArray, FloatArray
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
    BOLD,
    GRID,
    INK,
    SIDE_NOTE,
    SOFT,
    WIDTH,
    Lettering,
    Mark,
    Panel,
    Sheet,
    Span,
    Stroke,
    area,
    bars,
    curve,
    even_marks,
    frame,
    line,
    rect,
    text,
    ticks,
    upright_line,
    x_axis,
    y_axis,
)

LEFT, RIGHT_MARGIN, LANE = 118.0, 14.0, 15.0
HOUR_S, MINUTE_S = 3600.0, 60.0
COLUMNS = 800
TALLEST_SHARE = 99.7
STAGE_LEVELS = {"W": 5.0, "R": 4.0, "N1": 3.0, "N2": 2.0, "N3": 1.0}
EVENT_LANES: dict[str, Collection[EventKind]] = {
    "arousals": AROUSAL_KINDS,
    "breathing": RESPIRATORY_KINDS,
}
STAIRS, REST, LANE_LINE = Stroke(INK, 1.1), Stroke(BLUE, 1.3), Stroke(GRID)
LIGHTS, UNIT_NOTE = Stroke(dash="3 2"), Lettering(10, colour=SOFT)
LANE_NAME = Lettering(10.5)
HATCH = (
    '<pattern id="night-hatch" width="5" height="5" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect width="5" height="5" fill="#ffffff"/>'
    f'<rect width="2.4" height="5" fill="{INK}"/></pattern>'
)

Draw = Callable[[Panel], list[str]]


@dataclass(frozen=True)
class Strip:
    """One strip of the page over the common time axis.

    `space` is left free above it; `draw` fills the panel, whose values run from `y_min` to `y_max`.
    """

    draw: Draw
    height: float
    space: float = 0.0
    y_min: float = 0.0
    y_max: float = 1.0


def night_figure(scene: Scene) -> Figure:
    """Draw the whole night over one time axis."""
    if not scene.result.recording.duration_s > 0:
        return empty_figure(scene, "night", "figure.no_duration")
    parts: list[str] = []
    bottom = 0.0
    for strip in _strips(scene):
        panel = _panel(scene, strip, bottom)
        parts += strip.draw(panel)
        bottom = panel.bottom
    sheet = Sheet("night", bottom + 44, definitions=HATCH)
    counts = {
        kind: int(chosen.sum()) for kind, chosen in kinds(scene.rows).items()
    }
    return finished(scene, sheet, parts, **counts)


def _strips(scene: Scene) -> Iterator[Strip]:
    yield Strip(_nothing, 0.0, 8.0)
    yield _hypnogram_strip(scene)
    for trace in scene.result.traces:
        yield _envelope_strip(scene, trace)
    if not scene.result.traces:
        yield Strip(partial(_missing_traces, scene), 34.0)
    yield Strip(_nothing, 0.0, 10.0)
    for draw in _lanes(scene):
        yield Strip(draw, LANE)
    yield Strip(partial(_time_axis, scene), 0.0)


def _panel(scene: Scene, strip: Strip, bottom: float) -> Panel:
    """Give the place of a strip under what ends at `bottom`."""
    return Panel(
        left=LEFT,
        top=bottom + strip.space,
        width=WIDTH - LEFT - RIGHT_MARGIN,
        height=strip.height,
        x_max=scene.result.recording.duration_s,
        y_min=strip.y_min,
        y_max=strip.y_max,
    )


def _nothing(_: Panel) -> list[str]:
    return []


def _time_axis(scene: Scene, panel: Panel) -> list[str]:
    label = (
        "axis.hours" if scene.result.recording.start is None else "axis.clock"
    )
    return [x_axis(panel, clock_marks(scene), label=scene.words(label))]


def clock_marks(scene: Scene) -> list[Mark]:
    """Give marks at full hours of the clock, or of the recording where its start is not known."""
    recording = scene.result.recording
    start = recording.start
    past_s = (
        start.hour * HOUR_S + start.minute * MINUTE_S + start.second
        if start
        else 0.0
    )
    marks_s = np.arange(
        -past_s % HOUR_S, recording.duration_s + 1, HOUR_S
    ).tolist()
    return [
        (at_s, scene.clock(at_s) or f"{at_s / HOUR_S:g}") for at_s in marks_s
    ]


def _hypnogram_strip(scene: Scene) -> Strip:
    hypnogram = scene.result.hypnogram
    if hypnogram is None or not len(hypnogram.onset_s):
        return Strip(partial(_missing_hypnogram, scene), 30.0)
    return Strip(
        partial(_hypnogram, scene, hypnogram), 92.0, y_min=0.5, y_max=5.5
    )


def _missing_hypnogram(scene: Scene, panel: Panel) -> list[str]:
    note = scene.words("figure.no_hypnogram")
    return [text(LEFT + 6, panel.top + 18, note, SIDE_NOTE), frame(panel)]


def _hypnogram(scene: Scene, hypnogram: Hypnogram, panel: Panel) -> list[str]:
    """Draw the staircase of stages with REM as a bar, and when the lights went off and on."""
    rem = _spans(hypnogram, hypnogram.stage == "R")
    lights_s = (scene.result.lights_off_s, scene.result.lights_on_s)
    return [
        y_axis(panel, [(level, name) for name, level in STAGE_LEVELS.items()]),
        curve(*_staircase(panel, hypnogram), STAIRS),
        bars(panel.spans(rem), panel.y(STAGE_LEVELS["R"]) - 2, 4.0, fill=INK),
        frame(panel),
        *(
            upright_line(panel, panel.x(at_s), LIGHTS)
            for at_s in lights_s
            if at_s is not None
        ),
    ]


def _spans(hypnogram: Hypnogram, chosen: BoolArray) -> list[Span]:
    onset_s, duration_s = (
        hypnogram.onset_s[chosen],
        hypnogram.duration_s[chosen],
    )
    return list(
        zip(onset_s.tolist(), (onset_s + duration_s).tolist(), strict=True)
    )


def _staircase(
    panel: Panel, hypnogram: Hypnogram
) -> tuple[list[float], list[float]]:
    """Give the corners of the staircase; unscored time interrupts it."""
    onset_s, end_s = hypnogram.onset_s, hypnogram.onset_s + hypnogram.duration_s
    level = np.array(
        [STAGE_LEVELS.get(stage, np.nan) for stage in hypnogram.stage.tolist()]
    )
    changed = (level[1:] != level[:-1]) | (onset_s[1:] > end_s[:-1] + 1e-6)
    first, last = np.append(True, changed), np.append(changed, True)
    times_s = np.column_stack([onset_s[first], end_s[last]]).ravel()
    return panel.xs(times_s), panel.ys(np.repeat(level[first], 2))


def _missing_traces(scene: Scene, panel: Panel) -> list[str]:
    return [
        text(
            LEFT + 6, panel.top + 22, scene.words("figure.no_traces"), SIDE_NOTE
        )
    ]


def _envelope_strip(scene: Scene, trace: LegTrace) -> Strip:
    """Cut the envelope above the height that almost all of it stays under."""
    on_uv = scene.parameter("onset_above_rest_uv") or 0.0
    known_uv = trace.envelope_uv[np.isfinite(trace.envelope_uv)]
    tallest_uv = (
        float(np.percentile(known_uv, TALLEST_SHARE)) if len(known_uv) else 0.0
    )
    ceiling_uv = max(tallest_uv, 2 * on_uv, 1.0)
    draw = partial(_envelope, scene, trace, ceiling_uv)
    return Strip(draw, 74.0, space=12.0, y_max=ceiling_uv * 1.05)


def _envelope(
    scene: Scene, trace: LegTrace, ceiling_uv: float, panel: Panel
) -> list[str]:
    """Draw the envelope of a leg as an area that stands on its resting level."""
    time_s, highest_uv = columns_of(trace.envelope_uv, trace.bin_s, np.nanmax)
    _, rest_uv = columns_of(trace.rest_uv, trace.bin_s, np.nanmedian)
    xs, rest = panel.xs(time_s), panel.ys(rest_uv)
    marks = even_marks(0.0, ceiling_uv, count=3, write=scene.words.exact)
    return [
        y_axis(panel, marks),
        text(6, panel.top + 14, scene.words(f"side.{trace.side}"), BOLD),
        text(6, panel.top + 28, scene.words("axis.envelope"), UNIT_NOTE),
        area(
            xs, panel.ys(np.maximum(highest_uv, rest_uv)), rest, fill="#7d8b99"
        ),
        curve(xs, rest, REST),
        frame(panel),
    ]


def columns_of(
    values: FloatArray, bin_s: float, reduce: Callable[..., FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """Reduce a trace to at most `COLUMNS` columns.

    Parameters
    ----------
    values
        Shape (n,), one value for each bin of `bin_s` seconds, NaN where unknown.
    bin_s
        Length of a bin.
    reduce
        What makes one value of many and passes over NaN, such as ``np.nanmax``.

    Returns
    -------
    tuple of numpy.ndarray
        Middle of each column in seconds, and its value; NaN where nothing is known.
    """
    size = max(1, -(-len(values) // COLUMNS))
    padded = np.concatenate(
        [values, np.full(-len(values) % size, np.nan)]
    ).reshape(-1, size)
    reduced = np.full(len(padded), np.nan)
    known = np.isfinite(padded).any(axis=1)
    reduced[known] = reduce(padded[known], axis=1)
    return np.linspace(0.5, len(padded) - 0.5, len(padded)) * (
        size * bin_s
    ), reduced


def _lanes(scene: Scene) -> Iterator[Draw]:
    """Give a lane for each kind of movement and event: its place says what its colour says too."""
    shown = kinds(scene.rows)
    if not shown["plm"].any():
        del shown["plm"]
    if scene.rows.respiratory_scored:
        shown["rrlm"] = scene.rows.rrlm
    for kind, chosen in shown.items():
        yield partial(_kind_lane, scene, kind, chosen)
    yield partial(_series_lane, scene)
    for name, wanted in EVENT_LANES.items():
        yield partial(_event_lane, scene, name, wanted)
    for leg in scene.result.quality:
        yield partial(_quality_lane, scene, leg)


def _lane(
    scene: Scene, panel: Panel, key: str, count: int | None = None
) -> list[str]:
    """Draw the name of a lane, how many marks it holds, and the line under it."""
    counted = f" ({count})" if count is not None else ""
    return [
        text(6, panel.bottom - 4, scene.words(key) + counted, LANE_NAME),
        line(LEFT, panel.bottom, WIDTH - RIGHT_MARGIN, panel.bottom, LANE_LINE),
    ]


def _kind_lane(
    scene: Scene, kind: str, chosen: BoolArray, panel: Panel
) -> list[str]:
    places, stroke = (
        panel.xs(scene.rows.onset_s[chosen]),
        Stroke(KIND_COLOURS[kind], 1.2),
    )
    marks = ticks(places, panel.top + 2, LANE - 4, stroke)
    return [*_lane(scene, panel, f"kind.{kind}", int(chosen.sum())), marks]


def _series_lane(scene: Scene, panel: Panel) -> list[str]:
    places = panel.spans(series_spans(scene.rows))
    marks = bars(places, panel.top + 4, LANE - 8, fill=INK)
    return [*_lane(scene, panel, "kind.series", len(places)), marks]


def _event_lane(
    scene: Scene, name: str, wanted: Collection[EventKind], panel: Panel
) -> list[str]:
    if name not in scene.result.scored:
        note = text(
            LEFT + 6,
            panel.bottom - 4,
            scene.words("figure.not_scored"),
            UNIT_NOTE,
        )
        return [*_lane(scene, panel, f"kind.{name}"), note]
    events = [event for event in scene.result.events if event.kind in wanted]
    places = panel.spans(
        (event.onset_s, event.onset_s + event.duration_s) for event in events
    )
    marks = bars(places, panel.top + 3, LANE - 6, fill=INK, least=1.0)
    return [*_lane(scene, panel, f"kind.{name}", len(events)), marks]


def _quality_lane(scene: Scene, leg: LegQuality, panel: Panel) -> list[str]:
    bad_s = leg.minute_start_s[leg.unscorable].tolist()
    spans = [
        (panel.x(at_s), min(panel.x(at_s + MINUTE_S), panel.right))
        for at_s in bad_s
    ]
    top, height = panel.top + 3, LANE - 6
    return [
        *_lane(scene, panel, f"quality.{leg.side}"),
        rect(panel.left, top, panel.width, height, fill="#e8edf2", stroke=SOFT),
        bars(spans, top, height, fill="url(#night-hatch)"),
    ]
