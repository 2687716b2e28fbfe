"""The figures of a night as files of their own.

SVG as drawn, PNG made from it by the typesetter.
"""

import json
from collections.abc import Sequence
from typing import cast

from ekbom.model.result import StudyResult
from ekbom.report.branding import Branding, Fonts
from ekbom.report.figures.figure import Figure, Scene
from ekbom.report.figures.gallery import draw_figures
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
) -> dict[str, bytes]:
    """Give every figure that has something to show as ``figures/<id>.svg`` and ``.png``."""
    look = branding or Branding()
    words = load_wording(look.language, locale=look.locale)
    scene = Scene(result=result, words=words, font=figure_fonts(look))
    drawn = [
        figure
        for figure in draw_figures(scene, other_nights)
        if not figure.empty
    ]
    vectors = {
        f"{FOLDER}/{figure.id}.svg": figure.svg.encode() for figure in drawn
    }
    points = {
        f"{FOLDER}/{figure.id}.png": png_of(figure, look.fonts)
        for figure in drawn
    }
    return vectors | points


def png_of(figure: Figure, fonts: Fonts) -> bytes:
    """Turn a finished figure into a picture of points."""
    inputs = {"picture": json.dumps(figure.svg)}
    picture = compiler_of(fonts).compile(
        input=SHEET, format="png", ppi=PNG_PPI, sys_inputs=inputs
    )
    return cast("bytes", picture)
