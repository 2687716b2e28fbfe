"""Hop 6 joined: indices of a scored night become facts with their provenance; what-if."""

from pathlib import Path

import pytest
from told import told

from ekbom.model.errors import UsageError
from ekbom.model.result import StudyResult
from ekbom.pipeline.assess import (
    assess,
    field_named,
    what_if,
)
from ekbom.pipeline.night_facts import facts_of_night
from ekbom.pipeline.score import score_night
from ekbom.rules.load_clinical import load_clinical
from ekbom.scoring.indices.events import apneas_and_hypopneas_per_h

TABLES = load_clinical()
RLS = {
    "age_years": 50,
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
}


@pytest.fixture(scope="module")
def night(short_night: Path) -> StudyResult:
    """Score the short simulated night by both rule sets."""
    return score_night(
        short_night,
        rules=("wasm2016", "aasm"),
        bootstrap_samples=0,
        scored={"breathing"},
    )


def test_night_both_indices_become_facts_and_say_where_they_come_from(
    night: StudyResult,
) -> None:
    found = facts_of_night(night, TABLES)
    assert (
        found.values["psg.plmi"]
        == night.scores["aasm"].indices["plms_nr_per_h"].value
    )
    assert (
        found.values["psg.plmi_wasm2016"]
        == night.scores["wasm2016"].indices["plms_nr_per_h"].value
    )
    assert found.values["psg.rrlm_excluded"] == "yes"
    assert "AASM" in told(found.provenance["psg.plmi"])
    assert found.provenance["psg.plmi"].values["index"] == "plms_nr_per_h"
    assert found.values["psg.tst_min"] == night.sleep["tst_min"].value
    assert found.values["psg.ahi"] == apneas_and_hypopneas_per_h(night)


def test_night_every_row_names_an_index_that_exists(night: StudyResult) -> None:
    for row in TABLES.night:
        known = (
            night.sleep
            if row.rule_set == "sleep"
            else night.scores[row.rule_set].indices
        )
        assert row.index in known


def test_night_statements_name_indices_that_exist(night: StudyResult) -> None:
    known = {name for score in night.scores.values() for name in score.indices}
    named = {
        n.removeprefix("index:")
        for s in TABLES.statements
        for n in s.represented_by
        if n.startswith("index:")
    }
    assert named
    assert named <= known


def test_night_without_the_aasm_rules_says_what_to_do(
    short_night: Path,
) -> None:
    found = facts_of_night(
        score_night(short_night, rules=("wasm2016",), bootstrap_samples=0),
        TABLES,
    )
    assert "psg.plmi" not in found.values
    assert found.problems[0].rule_id == "text.night_no_aasm"


def test_night_whose_breathing_was_not_scored_has_no_aasm_index_and_says_so(
    short_night: Path,
) -> None:
    found = facts_of_night(
        score_night(
            short_night, rules=("aasm", "wasm2016"), bootstrap_samples=0
        ),
        TABLES,
    )
    assert "psg.plmi" not in found.values
    assert "psg.ahi" not in found.values
    assert told(found.problems[0].reason).endswith(
        ": breathing events were not scored"
    )
    assert "breathing events not scored" in told(
        found.provenance["psg.plmi_wasm2016"]
    )


def test_night_does_not_replace_what_was_entered(night: StudyResult) -> None:
    result = assess({**RLS, "psg": {"plmi": 3}}, night=night)
    (problem,) = [
        line
        for line in result.problems
        if line.rule_id == "text.night_not_used"
    ]
    assert "psg.plmi: the facts file says 3, the night says" in told(
        problem.reason
    )
    diagnosis = next(found for found in result.diagnoses if found.code == "RLS")
    assert "with_plms" not in diagnosis.specifier_codes


def test_night_fills_what_is_unknown(night: StudyResult) -> None:
    result = assess(RLS, night=night)
    index = next(fact for fact in result.facts if fact.fact == "psg.plmi")
    assert index.value == night.scores["aasm"].indices["plms_nr_per_h"].value
    assert index.origin


def test_what_if_low_ferritin_brings_iron() -> None:
    changes = {
        (change.kind, change.code): change
        for change in what_if(
            {**RLS, "labs": {"ferritin_ng_ml": 150, "tsat_pct": 30}},
            {"ferritin_ng_ml": 40.0},
        )
    }
    assert changes["iron", "supplementation"].before == ("not_indicated",)
    assert changes["iron", "supplementation"].after == (
        "supplement",
        "oral",
        "iv",
    )


def test_what_if_a_name_that_fits_several_fields_is_refused() -> None:
    assert field_named("ferritin_ng_ml", TABLES) == "labs.ferritin_ng_ml"
    with pytest.raises(UsageError, match=r"psg\.plmi or actigraphy\.plmi"):
        field_named("plmi", TABLES)


def test_missing_answers_are_ranked_by_what_they_would_change() -> None:
    symptoms = {**RLS["symptoms"], "mimic_excluded": "unknown"}  # type: ignore[dict-item]
    result = assess({**RLS, "symptoms": symptoms})
    weights = [fact.weight for fact in result.missing]
    assert weights == sorted(weights, reverse=True)
    assert result.missing[0].fact == "symptoms.mimic_excluded"
    assert any(
        "criteria_met" in change.after for change in result.missing[0].changes
    )


def test_an_unknown_setting_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UsageError, match=r"did you mean 'plmd\.operator'"):
        assess(RLS, settings={"plmd.operater": ">="})
    with pytest.raises(UsageError, match="allowed are"):
        assess(RLS, settings={"plmd.operator": "=="})
