"""In HTML and PDF, strength, certainty and mark of evidence stand beside each recommendation."""

import shutil
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from night_shapes import ScoredNights, assessment_of

from ekbom.model.assessment import Assessment, OptionResult
from ekbom.report.pages.html import render_html
from ekbom.report.pages.pdf import render_pdf
from ekbom.report.sentences.assessment_sentences import (
    alert_statements,
    assessment_groups,
)
from ekbom.report.words import load_wording

WORDS = load_wording()
GRADED = ("strong", "conditional")
MARKS = [
    WORDS(f"evidence.{mark}")
    for mark in ("read", "secondary", "recalled", "engineering")
]
READER = shutil.which("pdftotext")


class Rows(HTMLParser):
    """The text of every row of every table of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        if tag == "tr":
            self.rows.append("")
        elif self.rows:
            self.rows[-1] += " "

    def handle_data(self, data: str) -> None:
        if self.rows:
            self.rows[-1] += data


@pytest.fixture(scope="module", params=["", "V51"])
def assessment(request: pytest.FixtureRequest) -> Assessment:
    return assessment_of(request.param)


def expected(option: OptionResult) -> Iterator[str]:
    """Give what must stand beside an option."""
    for advice in option.recommendations:
        if advice.strength in GRADED:
            yield WORDS.code("strength", advice.strength)
            yield WORDS.code("certainty", advice.certainty)
        yield WORDS(f"evidence.{advice.line.source.evidence}")
    for line in option.barred:
        yield WORDS(f"evidence.{line.source.evidence}")


def one_line(text: str) -> str:
    return " ".join(text.split())


def test_html_grade_and_mark_stand_beside_each_option(
    assessment: Assessment, nights: ScoredNights
) -> None:
    page = render_html(nights["quiet"], assessment=assessment)
    rows = [one_line(row) for row in Rows(page).rows]
    assert assessment.options
    for option in assessment.options:
        title = one_line(option.title)
        own = [row for row in rows if row.startswith(title)]
        assert own, option.title
        missing = [word for word in expected(option) if word not in own[0]]
        assert missing == [], option.title


@pytest.mark.skipif(READER is None, reason="pdftotext reads the PDF")
def test_pdf_grade_and_mark_stand_beside_each_option(
    assessment: Assessment, nights: ScoredNights, tmp_path: Path
) -> None:
    made = tmp_path / "report.pdf"
    made.write_bytes(render_pdf(nights["quiet"], assessment=assessment))
    read = subprocess.run(
        [str(READER), "-raw", str(made), "-"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    text = read.replace("\u00ad", "").replace("-\n", "").replace("\n", " ")
    told = one_line(text)
    for option in assessment.options:
        title = one_line(option.title)
        behind = [part[:2500] for part in told.split(title)[1:]]
        needed = list(expected(option))
        assert any(all(word in part for word in needed) for part in behind), (
            option.title
        )


def test_every_sentence_says_how_closely_its_source_was_read(
    assessment: Assessment,
) -> None:
    groups = assessment_groups(assessment, words=WORDS)
    statements = [
        *alert_statements(assessment, words=WORDS),
        *(one for group in groups for one in group.statements),
    ]
    traced = [one for one in statements if " · " in one.trace]
    assert traced
    for one in traced:
        assert any(mark in one.trace for mark in MARKS), one.text


def test_recalled_sentences_are_marked_in_the_text(
    assessment: Assessment,
) -> None:
    recalled = WORDS("evidence.recalled")
    for one in alert_statements(assessment, words=WORDS):
        assert one.marked == (recalled in one.trace)
