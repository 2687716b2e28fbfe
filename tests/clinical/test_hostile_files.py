"""Every hostile fact file through the real assessment and the real texts.

The files stand in the folder `hostile`; how to judge an answer: `validation/hostile/checklist.md`.
"""

from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from night_shapes import ScoredNights

from ekbom.app.terminal.assessment_lines import answer_lines
from ekbom.model.assessment import Assessment
from ekbom.model.errors import InputError
from ekbom.pipeline.assess import assess
from ekbom.report.pages.patient import compose_patient_page
from ekbom.rules.load_clinical import load_clinical

FOLDER = Path(__file__).parent / "hostile"
TABLES = load_clinical()
EVERY_OPTION = "TX_ANY_DRUG"
"""Under `dose_of`: no option may carry a dose."""
CHECKED = {
    "must": {"alerts", "workup", "says"},
    "must_not": {"says", "dose_of", "offers", "alerts"},
}
Case = dict[str, Any]  # one hostile file with what it must and must not bring


class Answer(NamedTuple):
    """What came of a file; no assessment where the facts were refused."""

    assessment: Assessment | None
    text: str


def hostile_files() -> list[Case]:
    return [
        case
        for path in sorted(FOLDER.glob("*.yaml"))
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


FILES = hostile_files()


def in_words(node: object) -> object:
    """Make the yes and no of YAML the words of a facts file."""
    if isinstance(node, bool):
        return "yes" if node else "no"
    if isinstance(node, dict):
        return {key: in_words(value) for key, value in node.items()}
    if isinstance(node, list):
        return [in_words(value) for value in node]
    return node


def answers_of(case: Case) -> dict[str, object]:
    answers = in_words(case["facts"])
    assert isinstance(answers, dict)
    return answers


def answered(case: Case, nights: ScoredNights) -> Answer:
    """Give the terminal's full text and the patient's page, or the refusal."""
    try:
        assessment = assess(answers_of(case))
    except InputError as refusal:
        return Answer(None, str(refusal))
    page = compose_patient_page(nights["whole"], assessment=assessment)
    lines = [
        *(text for _, text in answer_lines(assessment)),
        *(sentence for part in page.parts for sentence in part.sentences),
    ]
    return Answer(assessment, "\n".join(lines))


def wanted(case: Case, side: str, what: str) -> set[str]:
    """Give what a file must or must not bring; phrases in small letters."""
    listed = (case.get(side) or {}).get(what, ())
    return {one.lower() if what == "says" else one for one in listed}


def dosed(assessment: Assessment) -> set[str]:
    """Name the options that carry a dose."""
    with_dose = {option.code for option in assessment.options if option.doses}
    return with_dose | ({EVERY_OPTION} if with_dose else set())


def offered(assessment: Assessment) -> set[str]:
    return {
        option.code
        for option in assessment.options
        if option.placed == "offered"
    }


def test_the_files_are_many_and_have_names_of_their_own() -> None:
    names = [case["name"] for case in FILES]
    assert len(names) >= 40
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("case", FILES, ids=lambda case: case["name"])
def test_hostile_file_asks_only_for_what_can_happen(case: Case) -> None:
    assert set(case) <= {"name", "why", "facts", *CHECKED}
    assert case["why"]
    known = {
        "alerts": {rule.code for rule in TABLES.alerts},
        "workup": {rule.code for rule in TABLES.workup},
        "offers": {option.code for option in TABLES.options},
        "dose_of": {
            EVERY_OPTION,
            *(option.code for option in TABLES.options),
        },
    }
    for side, kinds in CHECKED.items():
        assert set(case.get(side) or {}) <= kinds
        for kind in kinds - {"says"}:
            assert wanted(case, side, kind) <= known[kind]


@pytest.mark.parametrize("case", FILES, ids=lambda case: case["name"])
def test_hostile_file_brings_what_it_must_and_nothing_it_must_not(
    case: Case, nights: ScoredNights
) -> None:
    assessment, text = answered(case, nights)
    low = text.lower()
    silent = {one for one in wanted(case, "must", "says") if one not in low}
    assert not silent
    assert not {one for one in wanted(case, "must_not", "says") if one in low}
    if assessment is None:
        assert not wanted(case, "must", "alerts")
        assert not wanted(case, "must", "workup")
        return
    alerts = {alert.code for alert in assessment.alerts}
    workup = {test.code for test in assessment.workup}
    assert wanted(case, "must", "alerts") <= alerts
    assert wanted(case, "must", "workup") <= workup
    assert not wanted(case, "must_not", "alerts") & alerts
    assert not wanted(case, "must_not", "dose_of") & dosed(assessment)
    assert not wanted(case, "must_not", "offers") & offered(assessment)
