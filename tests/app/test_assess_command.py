"""`ekbom assess`: answer first, red flags before it, marks on every line, JSON that reads back."""

import json
from importlib import resources
from pathlib import Path

import pytest

from ekbom.app.commands.assess import assess
from ekbom.app.terminal.assessment_lines import answer_lines
from ekbom.model.errors import InputError, UsageError
from ekbom.pipeline.assess import assess as assess_answers
from ekbom.report.result_json import read_assessment

FACTS = {
    "age_years": 45,
    "sex": "female",
    "symptoms": {
        "urge_to_move": "yes",
        "rest_onset": "yes",
        "movement_relief": "yes",
        "evening_night_worse": "yes",
        "mimic_excluded": "yes",
        "frequency_per_week": 5,
        "duration_months": 24,
        "distress_or_impairment": "yes",
    },
    "labs": {"ferritin_ng_ml": 150, "tsat_pct": 30},
}


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """Write a facts file."""
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(FACTS), encoding="utf-8")
    return path


def test_command_answers_the_title_question_first(
    facts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assess(facts)
    out = capsys.readouterr().out
    assert out.startswith(
        "What causes it? Restless legs syndrome (RLS): criteria met,"
    )
    assert "not a diagnosis" in out
    assert "--full" in out


def test_command_full_gives_every_line_with_its_mark_below_the_card(
    facts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assess(facts, full=True)
    out = capsys.readouterr().out
    assert out.startswith("What causes it? Restless legs syndrome (RLS)")
    assert "1. Restless legs syndrome (RLS): criteria met" in out
    assert "recalled, not confirmed" in out
    assert "cannot check: " in out
    assert "not a diagnosis" in out


def test_command_of_the_demo_fits_a_screen(
    capsys: pytest.CaptureFixture[str],
) -> None:
    demo = resources.files("ekbom.app").joinpath("demo_facts.json")
    with resources.as_file(demo) as path:
        assess(path)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 80


def test_command_shows_red_flags_before_the_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "facts.json"
    path.write_text(
        json.dumps({**FACTS, "scores": {"phq9_item9": 2}}), encoding="utf-8"
    )
    assess(path)
    assert capsys.readouterr().out.startswith("FIRST: Thoughts of suicide.")


def test_command_what_if_says_what_changes(
    facts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assess(facts, what_if=("ferritin_ng_ml=40",))
    assert (
        "iron: supplementation: from not indicated to supplement "
        "(by mouth or into a vein)" in capsys.readouterr().out
    )


def test_command_json_reads_back(
    facts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = tmp_path / "assessment.json"
    assess(facts, out=written, json=True)
    assert json.loads(capsys.readouterr().out)["overall"]["code"] == "disorder"
    assert read_assessment(written).overall.code == "disorder"


def test_command_shows_the_settings_it_was_given(
    facts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assess(facts, settings=("plmd.operator=>=",))
    assert "Setting plmd.operator = >= (default >)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "part"), [("[1]", "holds no JSON object"), ("{", "no valid JSON")]
)
def test_command_refuses_what_is_no_facts_file(
    tmp_path: Path, text: str, part: str
) -> None:
    path = tmp_path / "facts.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=part):
        assess(path)


def test_command_refuses_a_missing_file_and_a_bad_pair(
    tmp_path: Path, facts: Path
) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        assess(tmp_path / "none.json")
    with pytest.raises(UsageError, match="name=value"):
        assess(facts, what_if=("ferritin",))


def test_withheld_doses_are_nowhere_in_the_lines() -> None:
    lines = [text for _, text in answer_lines(assess_answers(FACTS))]
    assert not [text for text in lines if text.startswith("      dose: ")]
    known = {
        **FACTS,
        "crcl_ml_min": 90,
        "conditions": [],
        "medications": [],
        "pregnancy": {"status": "no"},
        "breastfeeding": "no",
        "allergies": [],
        "rls_treatment_failed": [],
        "rls_treatment_harmed": [],
        "lifestyle": {"alcohol_drinks_day": 0},
        "opioid_risk": {"oud_history": "no"},
        "scores": {"phq9_item9": 0},
    }
    shown = [
        text
        for _, text in answer_lines(assess_answers(known))
        if text.startswith("      dose: ")
    ]
    assert any("300-1200 mg" in text for text in shown)
