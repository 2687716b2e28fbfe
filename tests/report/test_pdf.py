"""The PDF of a night: PDF/A and PDF/UA, every letter shown, pages looked at as pictures."""

import io
import json
import time
from dataclasses import replace

import numpy as np
import pytest
import typst
from night_shapes import LONG_NAMES, ScoredNights, assessment_of
from PIL import Image

from ekbom.model.result import StudyResult
from ekbom.report import typesetting
from ekbom.report.branding import Branding
from ekbom.report.glyphs import missing_letters, without_letters
from ekbom.report.options import ReportOptions
from ekbom.report.pages import pdf
from ekbom.report.pages.compose import compose

CASES = [
    "whole",
    "many",
    "quiet",
    "no_hypnogram",
    "refused_leg",
    "marked",
    "chinese",
    "arabic",
]
Picture = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


def night_of(name: str, nights: ScoredNights) -> StudyResult:
    """Give a scored night, or one with a size or a character no run makes."""
    if name == "many":
        return nights.many()
    return nights.named(name) if name in LONG_NAMES else nights[name]


def pages_of(
    result: StudyResult, branding: Branding | None = None
) -> list[Picture]:
    """Render the PDF's pages to grey pictures."""
    look = branding or Branding()
    options = ReportOptions(branding=look)
    values = pdf.template_values(
        compose(result, options, font=typesetting.figure_fonts(look))
    )
    template = typesetting.template("report.typ")
    pictures = typesetting.typeset(
        template, values, branding=look, output="png"
    )
    return [
        np.asarray(Image.open(io.BytesIO(picture)).convert("L"))
        for picture in pictures
    ]


@pytest.mark.parametrize("name", CASES)
def test_pdf_pages_have_content_and_nothing_runs_over_the_edge(
    name: str, nights: ScoredNights
) -> None:
    pages = pages_of(night_of(name, nights))
    assert 2 <= len(pages) <= 16
    margin = round(10 / 25.4 * typesetting.PAGE_PPI)
    for page in pages:
        assert (page[:, :margin] > 250).all(), (
            "something is printed in the left margin"
        )
        assert (page[:, -margin:] > 250).all(), (
            "something is printed in the right margin"
        )
        assert (page < 128).mean() > 0.002, "an empty page"


def test_pdf_is_archivable_accessible_and_small(nights: ScoredNights) -> None:
    made = pdf.render_pdf(nights.many())
    assert made.startswith(b"%PDF-1.7")
    assert b"pdfaid" in made
    assert b"pdfuaid" in made
    assert len(made) < 1_500_000


@pytest.mark.parametrize("case", ["", "V71"])
def test_pdf_main_part_is_at_most_four_pages_before_the_appendix(
    case: str, nights: ScoredNights
) -> None:
    options = ReportOptions(
        assessment=assessment_of(case), person=LONG_NAMES["arabic"]
    )
    document = compose(nights["whole"], options, font=typesetting.FIGURE_FONTS)
    values = pdf.template_values(document)
    inputs = {
        "document": json.dumps(values),
        "fonts": json.dumps([typesetting.BODY_FONT]),
    }
    page = typst.query(
        typesetting.template("report.typ"),
        "<appendix>",
        field="value",
        one=True,
        sys_inputs=inputs,
    )
    assert json.loads(page) <= 5


def test_pdf_every_page_says_what_it_is(nights: ScoredNights) -> None:
    template = typesetting.template("report.typ").decode()
    header = template.split("header: [")[1].split("footer:")[0]
    assert "doc.standing" in header
    cover = compose(nights["quiet"]).cover
    assert cover.standing == "Decision support, not a diagnosis."


def test_pdf_letters_no_font_can_show_are_written_in_latin_and_marked() -> None:
    letters = missing_letters(
        'error: PDF/A-2b error: the text `"欧"` could not be displayed with font `"X"`\n'
        'the text `"阳"` could not be displayed'
    )
    assert letters == frozenset("欧阳")
    shown = without_letters("Study 欧阳 of 欧", letters)
    assert shown.startswith("Study ‹")
    assert shown.count("‹") == shown.count("›") == 2
    assert not letters & set(shown)
    assert without_letters("Müller", letters) == "Müller"


def test_pdf_letter_size_has_other_pages_than_a4(nights: ScoredNights) -> None:
    a4, letter = (
        pages_of(nights["quiet"], Branding(page=size))[0].shape
        for size in ("a4", "letter")
    )
    assert a4 != letter


def test_pdf_of_the_largest_night_is_fast(nights: ScoredNights) -> None:
    night = nights.many(5000)
    start = time.process_time()
    pdf.render_pdf(night)
    assert time.process_time() - start < 3.0


def test_pdf_and_fhir_of_a_night_are_the_same_bytes_at_any_time(
    nights: ScoredNights, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = night_of(CASES[0], nights)
    start = result.recording.start
    assert start is not None
    first = pdf.render_pdf(result)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    try:
        assert pdf.render_pdf(result) == first
    finally:
        monkeypatch.undo()
        time.tzset()
    assert f"(D:{start:%Y%m%d%H%M%S}Z)".encode() in first
    unknown = replace(result, recording=replace(result.recording, start=None))
    assert b"(D:19850101000000Z)" in pdf.render_pdf(unknown)
