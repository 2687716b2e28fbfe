"""Every clinical case of the vectors, run through reading, assessment and comparison."""

import json
from pathlib import Path

import pytest

from ekbom.clinical.settings import apply_settings, changed_settings
from ekbom.pipeline.conformance.clinical import (
    check_clinical_case,
    run_clinical_vector,
)
from ekbom.rules.load_clinical import load_clinical

CONTENT = json.loads(
    (Path(__file__).parents[1] / "vectors" / "clinical_vectors.json").read_text(
        encoding="utf-8"
    )
)
CASES = {case["id"]: case for case in CONTENT["cases"]}
VOCABULARY = CONTENT["vocabulary"]
TABLES = load_clinical()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_vector_is_fulfilled(case: dict[str, object]) -> None:
    assert check_clinical_case(case) == ()


def test_vector_with_a_wrong_expectation_is_reported() -> None:
    wrong = {
        **CASES["V02"],
        "expected": {"diagnoses": [{"code": "RLS", "status": "not_met"}]},
    }
    (difference,) = run_clinical_vector(wrong).differences
    assert (difference.expected, difference.found) == (
        "not_met",
        "criteria_met",
    )


def test_vocabulary_every_diagnosis_code_exists() -> None:
    built = {table.code for table in (*TABLES.diagnoses, *TABLES.criteria_sets)}
    assert set(VOCABULARY["diagnoses"]) <= built


def test_vocabulary_every_treatment_code_exists() -> None:
    assert set(VOCABULARY["treatment"]) <= {
        option.code for option in TABLES.options
    }


@pytest.mark.parametrize(
    ("section", "rules"),
    [
        ("alerts", TABLES.alerts),
        ("workup", TABLES.workup),
        ("patient_messages", TABLES.messages),
    ],
)
def test_vocabulary_every_coded_rule_exists(
    section: str, rules: tuple[object, ...]
) -> None:
    assert set(VOCABULARY[section]) <= {rule.code for rule in rules}  # type: ignore[attr-defined]


def test_vocabulary_every_trigger_exists() -> None:
    assert set(VOCABULARY["triggers"]) - {"TR_DRUG:<generic>"} <= {
        rule.code for rule in TABLES.triggers
    }


def test_vocabulary_every_specifier_exists() -> None:
    assert set(CONTENT["specifier_values"]) == {
        rule.code for rule in TABLES.specifiers
    }


def test_vocabulary_every_iron_action_exists() -> None:
    assert set(CONTENT["how_to_read"]["expected.iron.action"]) == {
        rule.code for rule in TABLES.iron
    }


def test_vocabulary_every_status_exists() -> None:
    statuses = {
        rule.status for table in TABLES.diagnoses for rule in table.rules
    }
    plain = {
        status
        for status in CONTENT["how_to_read"]["status_values"]
        if not status.startswith("excluded_by")
    }
    assert plain <= statuses


def test_vocabulary_every_fact_and_condition_exists() -> None:
    known = {
        *TABLES.fields,
        *TABLES.units,
        "conditions",
        "medications",
        "rls_treatment_failed",
    }
    facts = {name for name in VOCABULARY["facts"] if "[]" not in name}
    values = {
        name.removesuffix(".value").removesuffix(".unit") for name in facts
    }
    assert values <= known
    assert set(VOCABULARY["conditions"]) <= set(TABLES.condition_codes)


def test_config_defaults_are_those_of_the_vectors() -> None:
    defaults = {
        name: value
        for name, value in CONTENT["config_defaults"].items()
        if not name.endswith("_note")
    }
    settings = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in defaults.items()
    }
    assert changed_settings(TABLES, apply_settings(TABLES, settings)) == {}
