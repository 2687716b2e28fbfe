"""What the clinical rules say, as the report shows it.

Urgent first, every sentence with its rule, nothing recalled unmarked.
"""

import json
import re
from pathlib import Path

import pytest
from night_shapes import ScoredNights, assessment_of

from ekbom.model.errors import InputError
from ekbom.report.options import ReportOptions
from ekbom.report.pages.compose import compose
from ekbom.report.pages.html import render_html
from ekbom.report.result_json import assessment_to_dict, read_assessment
from ekbom.report.sentences.assessment_sentences import (
    alert_statements,
    assessment_groups,
    line_trace,
)
from ekbom.report.words import load_wording

WORDS = load_wording()


def test_assessment_alerts_that_are_urgent_come_first_on_the_page(
    nights: ScoredNights,
) -> None:
    urgent = assessment_of("V71")
    statements = alert_statements(urgent, words=WORDS)
    assert statements[0].text.startswith("Thoughts of suicide: ")
    page = render_html(nights["quiet"], assessment=urgent)
    assert page.index("Thoughts of suicide") < page.index(
        "What the night shows"
    )


def told(heading: str) -> list[str]:
    """Sentences of the invented person under one heading."""
    groups = assessment_groups(assessment_of(), words=WORDS)
    key = WORDS(f"heading.{heading}")
    return [
        one.text
        for group in groups
        if group.heading == key
        for one in group.statements
    ]


def test_assessment_causes_keep_their_rank() -> None:
    titles = [text.partition(":")[0] for text in told("causes")]
    assert titles == [
        "A disorder explains the movements",
        "Restless legs syndrome (RLS)",
        "Low iron",
        "Much caffeine",
        "Doxylamine",
    ]


def test_assessment_weightiest_missing_answer_comes_first(
    nights: ScoredNights,
) -> None:
    said = assessment_of()
    heaviest = max(said.missing, key=lambda fact: fact.weight)
    assert told("missing")[0].startswith(f"{heaviest.title}: ")
    page = render_html(nights["quiet"], assessment=said)
    assert (
        f"{heaviest.title}: diagnosis: Restless legs syndrome (RLS): " in page
    )
    assert not re.search(r"could change \d+ statements", page)


def test_assessment_every_sentence_names_rule_source_and_facts() -> None:
    cause = assessment_of().causes[0]
    trace = line_trace(cause.reasons[0], words=WORDS)
    rule = (
        "dx.rls.met · IRLSSG diagnostic criteria 2014 · IRLSSG2014, criteria 1-5; "
        "that a clinician assesses the fifth is a project rule "
        "(from a secondary source) · "
    )
    assert trace.startswith(rule)
    assert "Urge to move the legs: yes" in trace


def test_assessment_recalled_sentences_are_marked_wherever_they_stand(
    nights: ScoredNights,
) -> None:
    first = compose(
        nights["quiet"], ReportOptions(assessment=assessment_of())
    ).first
    told = [
        *(one for group in first.assessment for one in group.statements),
        *first.options.cautions,
    ]
    marked = [statement for statement in told if statement.marked]
    assert len(marked) >= 3
    assert all(
        "recalled, not confirmed" in statement.trace for statement in marked
    )


def options_of(page: str) -> str:
    """Give the table of options of a page."""
    return page.partition('id="h-options"')[2].partition("</table>")[0]


def test_assessment_what_cannot_be_checked_gives_no_dose(
    nights: ScoredNights,
) -> None:
    page = render_html(nights["quiet"], assessment=assessment_of())
    assert "Needed for a dose: transferrin saturation" in page
    assert "mg" not in re.sub(r"mg/day", "", options_of(page))


def test_assessment_absent_is_said_and_nothing_is_concluded(
    nights: ScoredNights,
) -> None:
    assert "No clinical assessment was given" in render_html(nights["quiet"])


@pytest.mark.parametrize("case", ["", "V02", "V44", "V71"])
def test_assessment_comes_back_from_its_file(case: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(
        json.dumps(assessment_to_dict(assessment_of(case))), encoding="utf-8"
    )
    assert read_assessment(path) == assessment_of(case)


def test_assessment_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="schema_version is None"):
        read_assessment(path)


def test_assessment_sources_that_are_cited_stand_in_full_and_no_others(
    nights: ScoredNights,
) -> None:
    sources = {"IRLSSG2014": "The criteria, 2014", "other": "Not cited"}
    options = ReportOptions(assessment=assessment_of(), sources=sources)
    listed = compose(nights["whole"], options).appendix.sources
    shown = {source.trace: source.text for source in listed}
    assert shown["IRLSSG2014"] == "The criteria, 2014"
    assert "other" not in shown
    assert "ferri2016" in shown


def test_assessment_says_what_speaks_for_and_against_each() -> None:
    said = assessment_of()
    weighed = told("weighed")
    lines = [
        line.text
        for one in said.diagnoses
        for line in (*one.speaks_for, *one.speaks_against)
    ]
    assert len(weighed) == len(lines) > 0
    assert all(
        text.startswith(("For ", "Against ")) and text.endswith(line)
        for text, line in zip(weighed, lines, strict=True)
    )
