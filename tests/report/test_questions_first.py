"""Questions about the facts stand at the top of every output, behind what cannot wait."""

import json
from html import unescape

import pytest
from night_shapes import ScoredNights

from ekbom.app.terminal.assessment_lines import answer_lines
from ekbom.app.terminal.card_lines import short_lines
from ekbom.model.assessment import Assessment
from ekbom.pipeline.assess import assess
from ekbom.report.options import ReportOptions
from ekbom.report.pages.compose import compose
from ekbom.report.pages.html import render_html
from ekbom.report.pages.patient import compose_patient_page
from ekbom.report.pages.pdf import template_values
from ekbom.report.typesetting import FIGURE_FONTS
from ekbom.report.words import load_wording

WORDS = load_wording()
QUESTION = (
    "Sex at birth is male and pregnancy is yes: which of the two is right?"
)


@pytest.fixture(scope="module")
def contradictory() -> Assessment:
    """Assess a man who is said to be pregnant and has a leg that was swollen of late."""
    return assess(
        {
            "age_years": 40,
            "sex": "male",
            "pregnancy": {"status": "yes"},
            "symptoms": {"acute_unilateral_swelling": "yes"},
        }
    )


def test_terminal_asks_behind_the_red_flags(contradictory: Assessment) -> None:
    lines = [text for _, text in answer_lines(contradictory)]
    place = next(i for i, text in enumerate(lines) if QUESTION in text)
    urgent = [i for i, text in enumerate(lines) if text.startswith("FIRST: ")]
    assert urgent
    assert max(urgent) < place < 5
    assert "male" in lines[place]


def test_report_asks_before_the_answer(
    contradictory: Assessment, nights: ScoredNights
) -> None:
    page = unescape(render_html(nights["quiet"], assessment=contradictory))
    night = WORDS("heading.night")
    assert page.index(QUESTION) < page.index(f">{night}<")
    options = ReportOptions(assessment=contradictory)
    document = compose(nights["quiet"], options, font=FIGURE_FONTS)
    said = [alert.text for alert in document.first.alerts]
    assert said.index(QUESTION) == 1
    assert QUESTION in json.dumps(template_values(document)["alerts"])


def test_first_screen_asks_before_the_card(contradictory: Assessment) -> None:
    lines = [text.strip() for _, text in short_lines(contradictory)]
    told = " ".join(lines)
    assert told.index(QUESTION) < told.index("What causes it")


def test_patient_page_asks_first_behind_what_cannot_wait(
    contradictory: Assessment, nights: ScoredNights
) -> None:
    page = compose_patient_page(nights["quiet"], assessment=contradictory)
    headings = [part.heading for part in page.parts]
    assert headings[:2] == [WORDS("patient.call"), WORDS("patient.check")]
    assert (
        page.parts[1]
        .sentences[0]
        .startswith("The answers say both male and pregnant.")
    )
