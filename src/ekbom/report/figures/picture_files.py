"""The figures of a night as files of their own.

SVG as drawn, PNG made from it by the typesetter.
"""

import json
from collections.abc import Iterable, Sequence
from typing import cast

from ekbom.model.result import StudyResult
from ekbom.report.branding import Branding
from ekbom.report.figures.figure import Figure, Scene
from ekbom.report.figures.gallery import draw_figures
from ekbom.report.figures.nights_figure import nights_figure
from ekbom.report.numbers import main_rule_set
from ekbom.report.typesetting import compiler_of, figure_fonts
from ekbom.report.words import load_wording

FOLDER = "figures"
PNG_PPI = 160.0
SHEET = b"""#let picture = json(bytes(sys.inputs.at("picture")))
#set page(width: auto, height: auto, margin: 3mm)
#image(bytes(picture), format: "svg", width: 200mm)
"""


def figure_contents(
    result: StudyResult,
    *,
    branding: Branding | None = None,
    other_nights: Sequence[StudyResult] = (),
    png: bool = True,
) -> dict[str, bytes]:
    """Give every figure that has something to show as ``figures/<id>.svg`` and, with `png`, ``figures/<id>.png``."""
    look = branding or Branding()
    words = load_wording(look.language, locale=look.locale)
    scene = Scene(
        result=result,
        score=result.scores[main_rule_set(result)],
        words=words,
        font=figure_fonts(look),
    )
    beside = (nights_figure(scene, other_nights),) if other_nights else ()
    drawn = [figure for figure in (*draw_figures(scene), *beside) if not figure.empty]
    contents = {f"{FOLDER}/{figure.id}.svg": figure.svg.encode() for figure in drawn}
    return contents | (png_contents(drawn, branding=look) if png else {})


def png_contents(figures: Iterable[Figure], *, branding: Branding) -> dict[str, bytes]:
    """Turn finished figures into pictures of points."""
    compiler = compiler_of(branding.fonts)
    made = {}
    for figure in figures:
        picture = compiler.compile(
            input=SHEET, format="png", ppi=PNG_PPI, sys_inputs={"picture": json.dumps(figure.svg)}
        )
        made[f"{FOLDER}/{figure.id}.png"] = cast("bytes", picture)
    return made
