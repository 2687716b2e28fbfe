"""The PDF of a night: PDF/A and PDF/UA, every letter shown, pages looked at as pictures, its sentence on every page."""

import io
import json
import time

import numpy as np
import pytest
import typst
from assessment_factory import make_assessment
from factory import LONG_NAMES, make_result
from PIL import Image

from ekbom.model.result import StudyResult
from ekbom.report import typesetting
from ekbom.report.branding import Branding
from ekbom.report.glyphs import missing_letters, without_letters
from ekbom.report.options import ReportOptions
from ekbom.report.pages import pdf
from ekbom.report.pages.compose import compose

CASES: dict[str, StudyResult] = {
    "full": make_result(n_movements=400),
    "many": make_result(n_movements=5000),
    "none": make_result(n_movements=0),
    "no_hypnogram": make_result(hypnogram=False, events=False, traces=False),
    "refused_leg": make_result(refused="right"),
    "chinese": make_result(name=LONG_NAMES["chinese"]),
    "arabic": make_result(name=LONG_NAMES["arabic"]),
}


def pages_of(
    result: StudyResult, *, branding: Branding | None = None
) -> list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    """Render the PDF's pages to grey pictures."""
    look = branding or Branding()
    values = pdf.template_values(
        compose(result, ReportOptions(branding=look), font=typesetting.figure_fonts(look))
    )
    pictures = typesetting.typeset(
        typesetting.template("report.typ"), values, branding=look, output="png"
    )
    return [np.asarray(Image.open(io.BytesIO(picture)).convert("L")) for picture in pictures]


@pytest.mark.parametrize("name", CASES)
def test_pdf_pages_have_content_and_nothing_runs_over_the_edge(name: str) -> None:
    pages = pages_of(CASES[name])
    assert 2 <= len(pages) <= 9
    for page in pages:
        margin = round(10 / 25.4 * typesetting.PAGE_PPI)
        assert (page[:, :margin] > 250).all(), "something is printed in the left margin"
        assert (page[:, -margin:] > 250).all(), "something is printed in the right margin"
        assert (page < 128).mean() > 0.002, "an empty page"


def test_pdf_is_archivable_accessible_and_small() -> None:
    made = pdf.render_pdf(CASES["many"])
    assert made.startswith(b"%PDF-1.7")
    assert b"pdfaid" in made
    assert b"pdfuaid" in made
    assert len(made) < 1_500_000


def test_pdf_main_part_is_at_most_three_pages_before_the_appendix() -> None:
    document = compose(
        CASES["full"],
        ReportOptions(assessment=make_assessment(), person=LONG_NAMES["arabic"]),
        font=typesetting.FIGURE_FONTS,
    )
    values = pdf.template_values(document)
    inputs = {"document": json.dumps(values), "fonts": json.dumps([typesetting.BODY_FONT])}
    found = typst.query(
        typesetting.template("report.typ"), "<appendix>", field="value", one=True, sys_inputs=inputs
    )
    assert json.loads(found) <= 4


def test_pdf_every_page_says_what_it_is() -> None:
    header = typesetting.template("report.typ").decode().split("header: [")[1].split("footer:")[0]
    assert "doc.standing" in header
    assert compose(CASES["full"]).cover.standing == "Decision support, not a diagnosis."


def test_pdf_letters_no_font_can_show_are_written_in_latin_and_marked() -> None:
    letters = missing_letters(
        'error: PDF/A-2b error: the text `"欧"` could not be displayed with font `"X"`\nthe text `"阳"` could not be displayed'
    )
    assert letters == frozenset("欧阳")
    shown = without_letters("Study 欧阳 of 欧", letters)
    assert shown.startswith("Study ‹")
    assert shown.count("‹") == shown.count("›") == 2
    assert not letters & set(shown)
    assert without_letters("Müller", letters) == "Müller"


def test_pdf_letter_size_has_other_pages_than_a4() -> None:
    shapes = {
        page: pages_of(CASES["none"], branding=Branding(page=page))[0].shape
        for page in ("a4", "letter")
    }
    assert shapes["a4"] != shapes["letter"]


def test_pdf_of_the_largest_night_is_fast() -> None:
    start = time.process_time()
    pdf.render_pdf(CASES["many"])
    assert time.process_time() - start < 3.0
