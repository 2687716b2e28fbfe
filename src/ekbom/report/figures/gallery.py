"""All figures of a night in the order a report shows them."""

from collections.abc import Callable, Sequence

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
    scene: Scene, others: Sequence[StudyResult] = ()
) -> tuple[Figure, ...]:
    """Draw every figure of one night, and it beside others; one without content says why."""
    beside = (nights_figure(scene, others),) if others else ()
    return tuple(draw(scene) for draw in FIGURES) + beside
