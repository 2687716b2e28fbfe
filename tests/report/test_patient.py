"""The patient's page: two pages at most, plain sentences of rules, no dose, no order."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from assessment_factory import make_assessment, make_coded, make_line
from factory import LONG_NAMES, make_result

from ekbom.model.assessment import Assessment, Recommendation
from ekbom.report.pages.patient import compose_patient_page
from ekbom.report.pages.patient_files import patient_html, patient_pages, patient_pdf

NIGHTS = {
    "full": make_result(n_movements=400),
    "none": make_result(n_movements=0),
    "no_hypnogram": make_result(hypnogram=False, events=False),
    "one_leg": make_result(sides=("left",)),
    "many": make_result(n_movements=5000),
}


@pytest.mark.parametrize("name", NIGHTS)
@pytest.mark.parametrize("assessment", [None, make_assessment()], ids=["alone", "assessed"])
def test_patient_page_has_two_pages_at_most_and_whole_drawings(
    name: str, assessment: Assessment | None
) -> None:
    page = compose_patient_page(NIGHTS[name], assessment=assessment, person=LONG_NAMES["arabic"])
    assert 1 <= len(patient_pages(page)) <= 2
    drawings = [ET.fromstring(figure.svg) for figure in page.figures]  # noqa: S314
    assert [len(list(drawing.iter())) > 5 for drawing in drawings] == [True, True]


def test_patient_page_names_the_number_or_says_why_it_cannot() -> None:
    found = [
        compose_patient_page(NIGHTS[name]).parts[1].sentences[0]
        for name in ("full", "none", "no_hypnogram")
    ]
    assert found[0] == "Your legs made about 51 repeated movements in each hour of sleep."
    assert found[1] == "No repeated leg movements were counted in this night."
    assert found[2].endswith(
        "could not be worked out: sleep is unknown: the night has no hypnogram."
    )


def test_patient_page_says_only_plain_sentences_of_the_rules() -> None:
    page = compose_patient_page(NIGHTS["full"], assessment=make_assessment())
    text = patient_html(page)
    assert "Sentence of" not in text
    for plain in (
        "Plain overall.",
        "Restless legs (possible)",
        "Plain option.",
        "Plain iron.",
        "Plain check.",
        "Plain alert.",
    ):
        assert plain in text, plain


def test_patient_page_without_assessment_concludes_nothing() -> None:
    page = compose_patient_page(NIGHTS["full"])
    assert page.parts[2].sentences[0].startswith("The number alone does not say why")


def test_patient_page_holds_no_dose_and_no_order() -> None:
    text = re.sub(
        r"<style>.*?</style>|<svg.*?</svg>",
        "",
        patient_html(compose_patient_page(NIGHTS["full"])),
        flags=re.DOTALL,
    )
    assert not re.search(r"\d\s?(mg|µg|ml)\b", text)
    assert "Do not stop or change a medicine on your own." in text
    assert text.count("not a diagnosis") == 2


def test_patient_page_is_short_to_read() -> None:
    page = compose_patient_page(NIGHTS["full"])
    sentences = [
        s
        for part in page.parts
        for text in part.sentences
        for s in re.split(r"(?<=[.?]) ", text)
        if s
    ]
    words = [len(sentence.split()) for sentence in sentences]
    assert sum(words) / len(words) < 16
    assert sum(words) < 350


def test_patient_page_as_pdf_is_archivable() -> None:
    made = patient_pdf(compose_patient_page(NIGHTS["full"], person=LONG_NAMES["chinese"]))
    assert made.startswith(b"%PDF-")
    assert b"pdfaid" in made


def test_patient_page_begins_with_what_cannot_wait_and_cuts_none_of_it() -> None:
    flags = tuple(make_coded(f"NOW_{n}", urgency="now", plain=f"Plain flag {n}.") for n in range(7))
    page = compose_patient_page(NIGHTS["full"], assessment=replace(make_assessment(), alerts=flags))
    calm = compose_patient_page(NIGHTS["full"], assessment=replace(make_assessment(), alerts=()))
    assert page.parts[0].sentences[:7] == tuple(f"Plain flag {n}." for n in range(7))
    assert page.parts[0].heading == calm.parts[-1].heading
    assert [part.heading for part in page.parts[1:]] == [part.heading for part in calm.parts[:-1]]


def test_patient_page_names_iron_first_and_no_iron_that_cannot_be_checked() -> None:
    base = make_assessment()
    (option, *_) = base.options
    many = tuple(
        replace(option, code=f"TX_{n}", recommendations=(_said(f"Plain {n}."),)) for n in range(8)
    )
    unchecked = replace(
        option,
        kind="iron",
        recommendations=(_said("Plain unchecked iron."),),
        cannot_check=("transferrin saturation",),
    )
    helps = (
        compose_patient_page(
            NIGHTS["full"], assessment=replace(base, alerts=(), options=(*many, unchecked))
        )
        .parts[3]
        .sentences
    )
    assert helps[0] == "Plain iron."
    assert "Plain unchecked iron." not in helps


def _said(plain: str) -> Recommendation:
    return Recommendation(
        direction="for",
        strength="conditional",
        certainty="low",
        label="",
        line=make_line("tx.said", plain=plain),
    )
