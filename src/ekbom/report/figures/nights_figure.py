"""Several nights of one person side by side."""

import textwrap
from collections.abc import Sequence

from ekbom.model.result import StudyResult
from ekbom.report.figures.figure import Figure, Scene, finished
from ekbom.report.figures.svg import (
    INK,
    MIDDLE,
    RIGHT_BOLD,
    SIDE_NOTE,
    SOFT,
    WIDTH,
    Lettering,
    Panel,
    Sheet,
    Stroke,
    column,
    even_marks,
    frame,
    line,
    text,
    y_axis,
)
from ekbom.report.numbers import (
    load_layout,
    main_rule_set,
    main_score,
    values_of,
)

FILL = "#5b7f9e"
HEADROOM = 1.12
RULE_NOTE, NO_VALUE = (
    Lettering(9.5, "middle", SOFT),
    Lettering(10, "middle", SOFT),
)
WHISKER = Stroke(INK, 1.6)
LETTER, LINE = 5.6, 13  # of the letters of NO_VALUE


def nights_figure(scene: Scene, others: Sequence[StudyResult]) -> Figure:
    """Draw the PLM index of this night and of others, in order of time.

    Each with the interval from resampling where there is one. A night whose index cannot be
    computed keeps its place and says so; nights scored by other rules say by which.
    """
    nights = sorted([scene.result, *others], key=_start)
    panel = _panel(nights)
    marks = even_marks(
        0, panel.y_max / HEADROOM, count=4, write=scene.words.exact
    )
    parts = [y_axis(panel, marks)]
    for place, night in enumerate(nights):
        parts += _names(scene, panel, place, night)
        parts += _bar(scene, panel, place, night)
    parts += [frame(panel), text(8, 14, scene.words("axis.index"), SIDE_NOTE)]
    return finished(scene, Sheet("nights", 262), parts, n=len(nights))


def _panel(nights: Sequence[StudyResult]) -> Panel:
    known = [
        value
        for night in nights
        for value in (_index(night), *_interval(night))
    ]
    highest = max([1.0, *(value for value in known if value is not None)])
    return Panel(
        left=60,
        top=26,
        width=WIDTH - 80,
        height=180,
        x_max=len(nights),
        y_max=highest * HEADROOM,
    )


def _start(night: StudyResult) -> str:
    return night.recording.start.isoformat() if night.recording.start else ""


def _index(night: StudyResult) -> float | None:
    value = values_of(night).get(load_layout().patient_index)
    return value.value if value is not None else None


def _interval(night: StudyResult) -> tuple[float, ...]:
    """Give the ends of the interval from resampling, nothing where nothing was resampled."""
    name = load_layout().patient_index
    resampled = (
        item for item in main_score(night).uncertainty if item.name == name
    )
    ends = next(((item.low, item.high) for item in resampled), ())
    return tuple(end for end in ends if end is not None)


def _names(
    scene: Scene, panel: Panel, place: int, night: StudyResult
) -> list[str]:
    """Write the date of a night, and the rules it was scored by."""
    middle, recording = panel.x(place + 0.5), night.recording
    name = (
        scene.words.night_date(recording)
        if recording.date is not None
        else recording.name[:24]
    )
    return [
        text(middle, panel.bottom + 17, name, MIDDLE),
        text(middle, panel.bottom + 32, main_rule_set(night), RULE_NOTE),
    ]


def _bar(
    scene: Scene, panel: Panel, place: int, night: StudyResult
) -> list[str]:
    left, middle, right = (panel.x(place + share) for share in (0.2, 0.5, 0.8))
    value = _index(night)
    if value is None:
        return _no_value(scene, panel, middle, night)
    number = scene.words.number(value)
    return [
        column(panel, (left, right), (0, value), fill=FILL),
        *_whisker(panel, middle, _interval(night)),
        text(right - 3, panel.y(value) - 5, number, RIGHT_BOLD),
    ]


def _no_value(
    scene: Scene, panel: Panel, middle: float, night: StudyResult
) -> list[str]:
    """Say in the place of a bar that there is no index, and why."""
    found = values_of(night).get(load_layout().patient_index)
    why = (
        scene.words("report.no_such_index")
        if found is None
        else scene.words.reason(found.reason)
    )
    told = f"{scene.words('report.not_computable')}: {why}"
    letters = max(12, int(panel.width / panel.x_max / LETTER))
    lines = textwrap.wrap(told, letters)
    return [
        text(middle, panel.bottom - 8 - LINE * below, row, NO_VALUE)
        for below, row in zip(range(len(lines))[::-1], lines, strict=True)
    ]


def _whisker(panel: Panel, middle: float, ends: tuple[float, ...]) -> list[str]:
    """Draw the interval as an upright line with a short one across each end."""
    places = [panel.y(end) for end in ends]
    upright = (
        [line(middle, places[0], middle, places[-1], WHISKER)] if places else []
    )
    return upright + [
        line(middle - 7, at, middle + 7, at, WHISKER) for at in places
    ]
