"""What the clinical rules say, as the report shows it.

Urgent first, every sentence with its rule, nothing recalled unmarked.
"""

import json
from pathlib import Path

import pytest
from assessment_factory import make_assessment
from factory import make_result

from ekbom.model.errors import InputError
from ekbom.report.options import ReportOptions
from ekbom.report.pages.compose import compose
from ekbom.report.pages.html import render_html
from ekbom.report.result_json import assessment_to_dict, read_assessment
from ekbom.report.sentences.assessment_sentences import (
    alert_statements,
    answer_groups,
    line_trace,
    missing_statements,
)
from ekbom.report.words import load_wording

WORDS = load_wording()


def test_assessment_alerts_that_are_urgent_come_first_on_the_page() -> None:
    statements = alert_statements(make_assessment(), words=WORDS)
    assert statements[0].text.startswith("Title of AL_NOW")
    page = render_html(make_result(n_movements=5), assessment=make_assessment())
    assert page.index("Title of AL_NOW") < page.index("What the night shows")


def test_assessment_causes_keep_their_rank_and_certainty() -> None:
    texts = [statement.text for statement in answer_groups(make_assessment(), words=WORDS)]
    assert texts == [
        "Overall: Sentence of overall.",
        "1. Restless legs (possible)",
        "2. Low iron (likely)",
    ]


def test_assessment_weightiest_missing_answer_comes_first() -> None:
    texts = [statement.text for statement in missing_statements(make_assessment(), words=WORDS)]
    assert texts[0] == "Not known: Urge to move. An answer could change 2 statements."
    page = render_html(make_result(n_movements=5), assessment=make_assessment())
    changes = "diagnosis: Title of RLS: - -&gt; known; option: Title of TX_ONE: - -&gt; known"
    assert f"Urge to move: {changes}" in page


def test_assessment_every_sentence_names_rule_source_and_facts() -> None:
    line = make_assessment().overall.line
    assert line_trace(line, words=WORDS) == (
        "overall · Guide 2025 · guide2025, "
        "recommendation 1 · Title of labs.ferritin_ng_ml: 40 ng/mL"
    )


def test_assessment_recalled_sentences_are_marked_wherever_they_stand() -> None:
    groups = compose(
        make_result(n_movements=5), ReportOptions(assessment=make_assessment())
    ).first.assessment
    marked = [statement for group in groups for statement in group.statements if statement.marked]
    assert len(marked) >= 3
    assert all("recalled, not confirmed" in statement.trace for statement in marked)


def test_assessment_what_cannot_be_checked_gives_no_dose() -> None:
    page = render_html(make_result(n_movements=5), assessment=make_assessment())
    assert "cannot be checked without labs.creatinine; no dose is given" in page


def test_assessment_absent_is_said_and_nothing_is_concluded() -> None:
    assert "No clinical assessment was given" in render_html(make_result(n_movements=5))


def test_assessment_comes_back_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(assessment_to_dict(make_assessment())), encoding="utf-8")
    assert read_assessment(path) == make_assessment()


def test_assessment_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="schema_version is None"):
        read_assessment(path)


def test_assessment_sources_that_are_cited_stand_in_full_and_no_others() -> None:
    sources = {"guide2025": "The guide, 2025", "other": "Not cited"}
    shown = {
        source.trace: source.text
        for source in compose(
            make_result(n_movements=5), ReportOptions(assessment=make_assessment(), sources=sources)
        ).appendix.sources
    }
    assert shown["guide2025"] == "The guide, 2025"
    assert "other" not in shown
    assert "ferri2016" in shown
