"""All figures of a night in the order a report shows them."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from ekbom.model.finding import Finding
from ekbom.model.result import StudyResult
from ekbom.report.figures.course_figures import hours_figure, raster_figure
from ekbom.report.figures.examples_figure import examples_figure
from ekbom.report.figures.figure import Figure, Scene
from ekbom.report.figures.interval_figure import interval_figure
from ekbom.report.figures.leg_figure import legs_figure
from ekbom.report.figures.night_figure import night_figure
from ekbom.report.figures.nights_figure import nights_figure

FIGURES: tuple[Callable[[Scene], Figure], ...] = (
    night_figure,
    interval_figure,
    hours_figure,
    raster_figure,
    examples_figure,
    legs_figure,
)


def draw_figures(
    scene: Scene,
    others: Sequence[StudyResult] = (),
    *,
    course: Sequence[Finding] = (),
) -> tuple[Figure, ...]:
    """Draw every figure of one night, and it beside others; one without content says why.

    `course` is what the nights show together; it is written below them.
    """
    beside = (_beside(scene, others, course),) if others else ()
    return tuple(draw(scene) for draw in FIGURES) + beside


def _beside(
    scene: Scene, others: Sequence[StudyResult], course: Sequence[Finding]
) -> Figure:
    figure = nights_figure(scene, others)
    told = (scene.words.finding(finding) for finding in course)
    sentences = (f"{text[:1].upper()}{text[1:]}." for text in told)
    return replace(figure, caption=" ".join((figure.caption, *sentences)))
