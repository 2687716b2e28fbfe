"""Several nights of one person side by side."""

from collections.abc import Sequence

from ekbom.model.result import StudyResult
from ekbom.report.figures.figure import WIDTH, Figure, Scene, finished
from ekbom.report.figures.svg import INK, SOFT, Panel, even_ticks, frame, line, rect, text, y_axis
from ekbom.report.numbers import load_layout, main_rule_set, values_of
from ekbom.report.words import Wording

FILL = "#5b7f9e"


def nights_figure(scene: Scene, others: Sequence[StudyResult]) -> Figure:
    """Draw the PLM index of this night and of others, in order of time, with the interval from resampling where there is one.

    A night whose index cannot be computed keeps its place and says so; nights scored by other rules
    say by which.
    """
    nights = sorted(
        [scene.result, *others],
        key=lambda night: night.recording.start.isoformat() if night.recording.start else "",
    )
    name = load_layout().patient_index
    known = [value for night in nights if (value := index_of(night, name)) is not None]
    highest = max(
        [
            *known,
            *(high for night in nights if (high := interval_of(night, name)[1]) is not None),
            1.0,
        ]
    )
    panel = Panel(
        left=60,
        top=26,
        width=WIDTH - 80,
        height=180,
        x_min=0.0,
        x_max=float(len(nights)),
        y_max=highest * 1.12,
    )
    parts = [
        y_axis(
            panel, [(value, scene.words.exact(value)) for value in even_ticks(0, highest, count=4)]
        )
    ]
    for place, night in enumerate(nights):
        parts += _night(scene, panel, place, night, name=name)
    parts += [frame(panel), text(8, 14, scene.words("axis.index"), colour=SOFT)]
    return finished(scene, "nights", parts, height=262, n=len(nights))


def index_of(night: StudyResult, name: str) -> float | None:
    """Give an index of a night, None where it has none."""
    value = values_of(night).get(name)
    return value.value if value is not None else None


def interval_of(night: StudyResult, name: str) -> tuple[float | None, float | None]:
    """Give the interval from resampling, None where nothing was resampled."""
    found = next(
        (item for item in night.scores[main_rule_set(night)].uncertainty if item.name == name), None
    )
    return (None, None) if found is None else (found.low, found.high)


def _night(scene: Scene, panel: Panel, place: int, night: StudyResult, *, name: str) -> list[str]:
    left, right = panel.x(place + 0.2), panel.x(place + 0.8)
    middle, value = (left + right) / 2, index_of(night, name)
    parts = [text(middle, panel.bottom + 17, _title(night, scene.words), anchor="middle")]
    parts.append(
        text(
            middle, panel.bottom + 32, main_rule_set(night), size=9.5, anchor="middle", colour=SOFT
        )
    )
    if value is None:
        return [
            *parts,
            text(
                middle,
                panel.bottom - 8,
                scene.words("report.not_computable"),
                size=10,
                anchor="middle",
                colour=SOFT,
            ),
        ]
    parts.append(
        rect(
            left, panel.y(value), right - left, panel.bottom - panel.y(value), fill=FILL, stroke=INK
        )
    )
    low, high = interval_of(night, name)
    if low is not None and high is not None:
        parts += [line(middle, panel.y(low), middle, panel.y(high), stroke=INK, width=1.6)]
        parts += [
            line(middle - 7, panel.y(edge), middle + 7, panel.y(edge), stroke=INK, width=1.6)
            for edge in (low, high)
        ]
    return [
        *parts,
        text(right - 3, panel.y(value) - 5, scene.words.number(value), anchor="end", bold=True),
    ]


def _title(night: StudyResult, words: Wording) -> str:
    start = night.recording.start
    return words.date(start) if start is not None else night.recording.name[:24]
