"""Every hostile fact file in every output: no code words, one card, plain words, marks."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
import textstat  # type: ignore[import-untyped]  # it brings no types
from hostile_outputs import Outputs, answered, hostile_files, outputs_of
from night_shapes import ScoredNights

from ekbom.app.terminal.assessment_lines import answer_lines
from ekbom.app.terminal.card_lines import short_lines
from ekbom.app.terminal.screen import CARD
from ekbom.model.errors import InputError
from ekbom.report.pages.html import html_of
from ekbom.report.pages.patient import PatientPage
from ekbom.report.pages.patient_files import patient_html
from ekbom.report.pages.pdf import pdf_of, template_values
from ekbom.report.sentences.card_sentences import (
    COLUMNS,
    MOST_LINES,
    PARTS,
    card_lines,
    card_parts,
)
from ekbom.report.sentences.option_rows import OptionRow
from ekbom.report.words import load_wording
from ekbom.rules.bibliography import load_bibliography
from ekbom.rules.check import all_rules
from ekbom.rules.load_clinical import load_clinical

WORDS = load_wording()
TABLES = load_clinical()
IDS = {
    *(rule.id for rule in all_rules(TABLES)),
    *TABLES.fields,
    *TABLES.lists,
    *load_bibliography(),
    "get_PLM_indices_WASM.m",
    "lm_output.R",
    "sleep_statistics",
}
"""What is shown as an id: a rule, a fact that may be given, a source or a place in it."""
ABBREVIATIONS = set(
    re.findall(
        r"\w+",
        """
    AAN AASM AHI ATC ATS BMJ BP CKD CLM CRP DSM ECG EEG EMG EPI FDA FIRST GBP ICSD IMI IRLS IRLSSG
    IV LAT LM LMW MRI NINDS NREM PHQ PLEASE CHECK PLM PLMD PLMI PLMS PLMW RAT RBD REM RERA RLS SD
    SE SHA SOL SOON SPT TIB TR TST US WASM WASO
    """,
    )
)
"""Words in capitals that the field or a recording knows, or that mark what comes first."""
FOR_MACHINES = re.compile(
    r"<(style|script|svg|code)\b.*?</\1>|<section class=\"appendix.*?</section>",
    re.DOTALL,
)
UNDERSCORE = re.compile(r"[\w.]*[A-Za-z0-9]_[A-Za-z0-9_.]*")
CAPITALS = re.compile(r"\b[A-Z]{2}[A-Z0-9]*\b")
NAMES = tuple(hostile_files())


def is_child(name: str) -> bool:
    age = hostile_files()[name]["facts"].get("age_years")
    return isinstance(age, int | float) and 0 <= age < 18


CHILDREN = [name for name in NAMES if is_child(name)]
MEDICINES = "|".join(re.escape(one.generic) for one in TABLES.medicines)
TO_A_CHILD = re.compile(
    r"\byour? (legs?|sleep|iron|brain|answers|nights?|blood|slept|made|day|breathing|medicines"
    r"|said|describe|feel|are|kidney|bladder|weight|mood|muscles)\b",
    re.IGNORECASE,
)
HIGHEST_GRADE = 6.9
READER = shutil.which("pdftotext")
IN_PDF = (
    "Sifrol 1.5 mg, augmentation and gambling",
    "Pregnant man with treated and untreated apnoea",
)


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def outputs(name: str, nights: ScoredNights) -> Outputs:
    if isinstance(answered(name), InputError):
        pytest.skip("the facts are refused")
    return outputs_of(name, nights["whole"])


def visible(page: str) -> str:
    """Give the words of a page that a reader sees."""
    return unescape(re.sub(r"<[^>]+>", " ", FOR_MACHINES.sub(" ", page)))


def code_words(text: str, *, typed: str) -> set[str]:
    """Give what looks like a code, but for ids and what the person typed."""
    joined = {one.strip(".") for one in UNDERSCORE.findall(text)}
    capitals = set(CAPITALS.findall(text)) - ABBREVIATIONS
    return {one for one in joined | capitals if one not in typed} - IDS


def texts(outputs: Outputs) -> Iterator[str]:
    """Give the text of the screen, of the full answer, of the report and of the patient's page."""
    yield "\n".join(outputs.short)
    yield "\n".join(outputs.full)
    yield visible(html_of(outputs.document))
    yield visible(patient_html(outputs.page))


def typed_in(name: str) -> str:
    return str(hostile_files()[name]["facts"])


def test_hostile_outputs_hold_no_code_words(
    name: str, outputs: Outputs
) -> None:
    typed = typed_in(name)
    for text in texts(outputs):
        assert code_words(text, typed=typed) == set()


def test_hostile_outputs_would_show_a_code_word() -> None:
    told = "excluded by OSA_UNTREATED, by NARCOLEPSY, ckd_stage_3b; al.dvt"
    found = {"OSA_UNTREATED", "NARCOLEPSY", "ckd_stage_3b"}
    assert code_words(told, typed="") == found
    assert code_words(told, typed=told) == set()


@pytest.mark.skipif(READER is None, reason="pdftotext reads the PDF")
@pytest.mark.parametrize("name", IN_PDF)
def test_hostile_outputs_as_pdf_hold_no_code_words(
    outputs: Outputs, name: str, tmp_path: Path
) -> None:
    made = tmp_path / "report.pdf"
    made.write_bytes(pdf_of(outputs.document))
    text = subprocess.run(
        [str(READER), "-raw", str(made), "-"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    first_pages = text.partition(f"\n{WORDS('report.appendix')}\n")[0]
    assert code_words(first_pages, typed=typed_in(name)) == set()


def test_hostile_card_fits_twelve_lines_and_stands_alike_in_every_output(
    outputs: Outputs,
) -> None:
    parts = card_parts(outputs.assessment, words=WORDS)
    lines = card_lines(parts, words=WORDS)
    assert tuple(part.key for part in parts) == PARTS
    assert len(lines) <= MOST_LINES == 12
    assert max(map(len, lines)) <= COLUMNS == 80
    for shown in (short_lines, answer_lines):
        told = [
            text for style, text in shown(outputs.assessment) if style == CARD
        ]
        assert tuple(told) == lines
    assert outputs.document.first.card == parts
    page = " ".join(visible(html_of(outputs.document)).split())
    in_pdf = str(template_values(outputs.document)["card"])
    said = [one.text for part in parts for one in part.statements]
    places = [page.index(" ".join(text.split())) for text in said]
    assert places == sorted(places)
    quoted = [text for text in said if "'" not in text and '"' not in text]
    places = [in_pdf.index(text) for text in quoted]
    assert places == sorted(places)


def test_hostile_screen_is_eighty_columns_wide(outputs: Outputs) -> None:
    assert max(map(len, outputs.short)) <= COLUMNS


def test_hostile_patient_page_answers_in_the_order_of_the_card(
    outputs: Outputs,
) -> None:
    headings = [part.heading for part in outputs.page.parts]
    asked = [
        [WORDS(f"patient.{key}"), WORDS.texts.get(f"patient_child.{key}", "")]
        for key in ("why", "danger", "do", "ask", "found", "measured")
    ]
    places = [
        next(place for place, one in enumerate(headings) if one in texts)
        for texts in asked
    ]
    assert places == sorted(places)


def running_text(page: PatientPage) -> str:
    """Every sentence of the page, names of medicines masked, bullets ended by a stop."""
    told = [text for part in page.parts for text in part.sentences]
    ended = [text if text[-1] in ".?!" else f"{text}." for text in told]
    return re.sub(rf"\b({MEDICINES})\b", "pill", " ".join(ended), flags=re.I)


def test_hostile_patient_page_reads_at_grade_six_point_nine_or_below(
    outputs: Outputs,
) -> None:
    grade = textstat.flesch_kincaid_grade(running_text(outputs.page))
    assert grade <= HIGHEST_GRADE


@pytest.mark.parametrize("name", CHILDREN)
def test_hostile_patient_page_of_a_child_speaks_of_the_child(
    outputs: Outputs, name: str
) -> None:
    told = [outputs.page.title, *running_text(outputs.page).split(". ")]
    assert [text for text in told if TO_A_CHILD.search(text)] == []
    assert "child" in outputs.page.title, name


def marks_of(row: OptionRow) -> Iterator[str]:
    """Give what must stand in a row: its grades, and the sources with how well each is known."""
    yield from row.grades
    yield from (source.text for source in row.sources)


def test_hostile_options_keep_strength_certainty_and_the_mark_of_the_source(
    outputs: Outputs,
) -> None:
    table = outputs.document.first.options
    marks = [
        WORDS(f"evidence.{mark}")
        for mark in ("read", "secondary", "recalled", "engineering")
    ]
    page = " ".join(visible(html_of(outputs.document)).split())
    in_pdf = template_values(outputs.document)["options"]
    for row in (*table.rows, *table.against):
        assert row.grades
        assert row.sources
        for source in row.sources:
            assert any(mark in source.text for mark in marks)
        for mark in marks_of(row):
            assert " ".join(mark.split()) in page
            assert mark in str(in_pdf).replace("\\'", "'")


def test_hostile_patient_page_says_what_a_doctor_should_look_at_soon(
    outputs: Outputs,
) -> None:
    said = {text for part in outputs.page.parts for text in part.sentences}
    headings = [part.heading for part in outputs.page.parts]
    soon = {WORDS("patient.danger_soon"), WORDS("patient_child.danger_soon")}
    if said & soon:
        assert WORDS("patient.soon") in headings
    now = {WORDS("patient.danger_now"), WORDS("patient_child.danger_now")}
    if said & now:
        call = WORDS("patient.call")
        assert headings[0] == call
        assert len(outputs.page.parts[0].sentences) > 2
