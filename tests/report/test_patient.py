"""The patient's page: two pages at most, plain sentences of rules only, no dose, no order."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html import unescape

import pytest
from night_shapes import LONG_NAMES, ScoredNights, assessment_of

from ekbom.report.pages.patient import compose_patient_page
from ekbom.report.pages.patient_files import (
    patient_html,
    patient_pages,
    patient_pdf,
)

NIGHTS = ["whole", "quiet", "no_hypnogram", "one_leg", "marked", "many"]


@pytest.mark.parametrize("name", NIGHTS)
@pytest.mark.parametrize(
    "case", [None, "", "V71"], ids=["alone", "assessed", "urgent"]
)
def test_patient_page_has_two_pages_at_most_and_whole_drawings(
    name: str, case: str | None, nights: ScoredNights
) -> None:
    assessment = assessment_of(case) if case is not None else None
    page = compose_patient_page(
        nights[name], assessment=assessment, person=LONG_NAMES["arabic"]
    )
    assert 1 <= len(patient_pages(page)) <= 2
    drawings = [ET.fromstring(figure.svg) for figure in page.figures]  # noqa: S314
    assert [len(list(drawing.iter())) > 5 for drawing in drawings] == [
        True,
        True,
    ]


def test_patient_page_names_the_number_or_says_why_it_cannot(
    nights: ScoredNights,
) -> None:
    found = [
        compose_patient_page(nights[name]).parts[1].sentences[0]
        for name in ("whole", "quiet", "no_hypnogram")
    ]
    assert (
        found[0]
        == "Your legs made about 27 repeated movements in each hour of sleep."
    )
    assert found[1] == "No repeated leg movements were counted in this night."
    assert found[2].endswith(
        "could not be worked out: sleep is unknown: the night has no hypnogram."
    )


def test_patient_page_says_only_plain_sentences_of_the_rules(
    nights: ScoredNights,
) -> None:
    said = assessment_of()
    text = unescape(
        patient_html(compose_patient_page(nights["whole"], assessment=said))
    )
    assert said.iron is not None
    assert said.overall.line.text not in text
    for plain in (
        said.overall.line.plain,
        said.iron.line.plain,
        "restless legs syndrome",
        "Ask for a blood test of transferrin saturation.",
    ):
        assert plain in text, plain


def test_patient_page_without_assessment_concludes_nothing(
    nights: ScoredNights,
) -> None:
    page = compose_patient_page(nights["whole"])
    assert (
        page.parts[2]
        .sentences[0]
        .startswith("The number alone does not say why")
    )


def test_patient_page_holds_no_dose_and_no_order(nights: ScoredNights) -> None:
    text = re.sub(
        r"<style>.*?</style>|<svg.*?</svg>",
        "",
        patient_html(compose_patient_page(nights["whole"])),
        flags=re.DOTALL,
    )
    assert not re.search(r"\d\s?(mg|µg|ml)\b", text)
    assert "Do not stop or change a medicine on your own." in text
    assert text.count("not a diagnosis") == 2


def test_patient_page_is_short_to_read(nights: ScoredNights) -> None:
    page = compose_patient_page(nights["whole"])
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


def test_patient_page_as_pdf_is_archivable(nights: ScoredNights) -> None:
    made = patient_pdf(
        compose_patient_page(nights["whole"], person=LONG_NAMES["chinese"])
    )
    assert made.startswith(b"%PDF-")
    assert b"pdfaid" in made


def test_patient_page_begins_with_what_cannot_wait_and_cuts_none_of_it(
    nights: ScoredNights,
) -> None:
    urgent = assessment_of("V71")
    (flag,) = (alert for alert in urgent.alerts if alert.urgency == "now")
    lines = [replace(flag.line, plain=f"Plain flag {n}.") for n in range(7)]
    flags = tuple(replace(flag, line=line) for line in lines)
    page = compose_patient_page(
        nights["whole"], assessment=replace(urgent, alerts=flags)
    )
    calm = compose_patient_page(
        nights["whole"], assessment=replace(urgent, alerts=())
    )
    assert page.parts[0].sentences[:7] == tuple(line.plain for line in lines)
    assert page.parts[0].heading == calm.parts[-1].heading
    assert [part.heading for part in page.parts[1:]] == [
        part.heading for part in calm.parts[:-1]
    ]
    real = compose_patient_page(nights["whole"], assessment=urgent)
    assert real.parts[0].sentences[0] == flag.line.plain


def test_patient_page_names_iron_first_and_no_iron_that_cannot_be_checked(
    nights: ScoredNights,
) -> None:
    said = assessment_of()
    assert said.iron is not None
    unchecked = [
        option
        for option in said.options
        if option.kind == "iron" and option.cannot_check
    ]
    plain = {
        item.line.plain
        for option in unchecked
        for item in option.recommendations
    }
    helps = (
        compose_patient_page(nights["whole"], assessment=said)
        .parts[3]
        .sentences
    )
    assert helps[0] == said.iron.line.plain
    assert plain - {""}
    assert not plain & set(helps)
