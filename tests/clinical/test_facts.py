"""Reading a facts file: units, ranges, unknown keys, medicines, what follows from others."""

import json
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from clinical_cases import (
    TABLES,
    VECTOR_CASES,
    Answers,
    action,
    assessed,
    plmd,
    rls,
    status,
)
from told import told

from ekbom.clinical.facts import read_facts
from ekbom.model.errors import InputError
from ekbom.rules.facts_schema import (
    SCHEMA_NAME,
    facts_json_schema,
    visits_json_schema,
)

DOCS = Path(__file__).parents[2] / "docs" / "schema" / SCHEMA_NAME
HOW = "the fields changed: python -m ekbom.rules.facts_schema docs/schema src/ekbom/rules/schema"


@pytest.mark.parametrize(
    ("group", "given", "field", "expected"),
    [
        (
            "ferritin",
            {"value": 75, "unit": "ug/L"},
            "labs.ferritin_ng_ml",
            75.0,
        ),
        (
            "ferritin",
            {"value": 224.7, "unit": "pmol/L"},
            "labs.ferritin_ng_ml",
            100.0,
        ),
        (
            "ferritin",
            {"value": 75, "unit": "µg/L"},
            "labs.ferritin_ng_ml",
            75.0,
        ),
        ("iron", {"value": 100, "unit": "ug/dL"}, "labs.iron_umol_l", 17.9),
        ("tibc", {"value": 60, "unit": "umol/L"}, "labs.tibc_umol_l", 60.0),
        ("haemoglobin", {"value": 131, "unit": "g/L"}, "labs.hb_g_dl", 13.1),
        (
            "creatinine",
            {"value": 88.4, "unit": "umol/L"},
            "labs.creatinine_mg_dl",
            1.0,
        ),
        ("crp", {"value": 4, "unit": "mg/dL"}, "labs.crp_mg_l", 40.0),
        (
            "phosphate",
            {"value": 0.646, "unit": "mmol/L"},
            "labs.phosphate_mg_dl",
            2.0,
        ),
        ("tsat", {"value": 0.18, "unit": "fraction"}, "labs.tsat_pct", 18.0),
    ],
)
def test_units_are_converted(
    group: str, given: dict[str, object], field: str, expected: float
) -> None:
    assert read_facts({"labs": {group: given}}, TABLES).values[
        field
    ] == pytest.approx(expected)


def test_saturation_is_iron_over_binding_capacity_in_one_unit() -> None:
    labs = {
        "iron": {"value": 56, "unit": "ug/dL"},
        "tibc": {"value": 336, "unit": "ug/dL"},
    }
    assert read_facts({"labs": labs}, TABLES).values[
        "derived.tsat_valid_pct"
    ] == pytest.approx(100 / 6)


def test_mixed_units_are_refused_and_not_divided() -> None:
    labs = {
        "ferritin_ng_ml": 160,
        "iron": {"value": 10, "unit": "umol/L"},
        "tibc": {"value": 335, "unit": "ug/dL"},
    }
    facts = read_facts({"labs": labs}, TABLES)
    assert "derived.tsat_valid_pct" not in facts.values
    assert "one unit" in told(facts.problems[0].reason)
    result = assessed(rls(labs=labs))
    assert result.iron is not None
    assert result.iron.action == "unknown_test_first"
    assert [line.rule_id for line in result.problems] == ["text.mixed_units"]


def test_iron_before_the_sample_takes_the_saturation_away() -> None:
    answers = rls(labs__tsat_pct=15, lab_conditions={"iron_last_24h": "yes"})
    assert action(answers) == "indeterminate"


@pytest.mark.parametrize(
    ("answers", "part"),
    [
        ({"age_years": 400}, "plausible range is 0 to 120 years"),
        (
            {"labs": {"ferritin": {"value": 90000, "unit": "ng/mL"}}},
            "plausible range is 0.5 to 10000 ng/mL",
        ),
        (
            {"labs": {"ferritin": {"value": 75, "unit": "stones"}}},
            "known units are",
        ),
        ({"labs": {"ferritin": {"value": 75}}}, "exactly 'value' and 'unit'"),
        ({"labs": {"ferritn_ng_ml": 75}}, "did you mean 'labs.ferritin_ng_ml'"),
        (
            {
                "labs": {
                    "ferritin_ng_ml": 75,
                    "ferritin": {"value": 75, "unit": "ng/mL"},
                }
            },
            "keep one of them",
        ),
        ({"labs": {"ferritin_ng_ml": "75"}}, "must be a number in ng/mL"),
        (
            {"labs": {"ferritin_ng_ml": float("nan")}},
            "must be a number in ng/mL",
        ),
        (
            {"symptoms": {"urge_to_move": "maybe"}},
            "use one of yes, no, observed, unknown",
        ),
        ({"conditions": ["osa_treted"]}, "did you mean 'osa_treated'"),
        (
            {"conditions": "copd"},
            "conditions: 'copd' stands where a list belongs",
        ),
        (
            {"medications": [{"atc": "N06AX11"}]},
            "medications[0]: the key 'name' is missing",
        ),
        (
            {"medications": [{"name": "x", "weeks": -3}]},
            "plausible range is 0 to 5000",
        ),
        (
            {"medications": [{"name": "x", "wks": 3}]},
            "medications[0]: the key 'wks' is unknown",
        ),
        (
            {"rls_treatment": [{"name": "x", "initial_response": "great"}]},
            "initial_response: 'great' is none of good, partial, none, unknown",
        ),
        ({"derived": {"tsat_valid_pct": 10}}, "unknown key"),
    ],
)
def test_what_cannot_be_right_is_refused_in_one_sentence(
    answers: Answers, part: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_facts(answers, TABLES)
    assert part in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ({"name": "Benadryl"}, "may stand for any of diphenhydramine"),
        ({"name": "mirtazepine"}, "if mirtazapine is meant"),
        ({"name": "bupropion", "atc": "N06AX11"}, "mean different medicines"),
    ],
)
def test_a_doubtful_name_is_asked_about_and_never_taken(
    typed: dict[str, str], part: str
) -> None:
    facts = read_facts({"medications": [typed]}, TABLES)
    assert part in told(facts.problems[0].reason)
    assert facts.medications is not None
    assert facts.medications[0].generic == ""
    assert not [
        t
        for t in assessed(rls(medications=[typed])).triggers
        if t.code.startswith("TR_DRUG")
    ]


def test_spellings_and_codes_are_recognised() -> None:
    typed = [
        {"name": "Chlorpheniramine"},
        {"name": "tablets", "atc": "n06ax11"},
        {"name": "vitamin d"},
    ]
    facts = read_facts({"medications": typed}, TABLES)
    assert [medicine.generic for medicine in facts.medications or ()] == [
        "chlorphenamine",
        "mirtazapine",
        "vitamin D",
    ]
    assert facts.problems == ()


@pytest.mark.parametrize(
    ("typed", "beside"),
    [
        ("wasm2016", "psg.plmi_wasm2016"),
        ("WASM 2016 rules", "psg.plmi_wasm2016"),
        ("wasm2006", "psg.plmi_wasm2006"),
        ("asda1993", "psg.plmi_asda1993"),
        ("Coleman 1982", "psg.plmi_coleman1982"),
        ("coleman1982", "psg.plmi_coleman1982"),
        ("our laboratory's own", "psg.plmi_other_rules"),
        ("not AASM", "psg.plmi_other_rules"),
        ("AASM or WASM", "psg.plmi_other_rules"),
    ],
)
def test_an_index_by_other_rules_stands_beside_and_does_not_decide_plmd(
    typed: str, beside: str
) -> None:
    answers = plmd(psg__plmi_rule_set=typed)
    result = assessed(answers)
    assert status(plmd(), "PLMD") == "criteria_met"
    assert status(answers, "PLMD") == "indeterminate"
    assert "text.index_by_other_rules" in {
        line.rule_id for line in result.problems
    }
    indices = [
        fact
        for fact in result.facts
        if isinstance(fact.value, float) and "plmi" in fact.fact
    ]
    assert [(fact.fact, fact.value) for fact in indices] == [(beside, 28.0)]
    assert told(indices[0].origin) == f"rules {typed}"


@pytest.mark.parametrize(
    "typed",
    ["aasm", "AASM", "AASM 2.6", "AASM manual version 3", "unknown", ""],
)
def test_an_index_by_the_aasm_rules_decides_plmd(typed: str) -> None:
    assert status(plmd(psg__plmi_rule_set=typed), "PLMD") == status(
        plmd(), "PLMD"
    )


def test_yes_and_no_may_be_written_as_flags() -> None:
    assert (
        read_facts({"symptoms": {"urge_to_move": True}}, TABLES).values[
            "symptoms.urge_to_move"
        ]
        == "yes"
    )


def test_unknown_is_not_no() -> None:
    facts = read_facts(
        {"symptoms": {"urge_to_move": "unknown"}, "medications": []}, TABLES
    )
    assert facts.conditions is None
    assert facts.medications == ()


@pytest.mark.parametrize(
    "answers",
    [case["facts"] for case in VECTOR_CASES.values()],
    ids=VECTOR_CASES.keys(),
)
def test_schema_accepts_what_the_reader_accepts(answers: Answers) -> None:
    jsonschema.Draft202012Validator(facts_json_schema(TABLES)).validate(answers)


@pytest.mark.parametrize(
    "answers",
    [
        {"age_years": 400},
        {"labs": {"ferritn": 3}},
        {"symptoms": {"urge_to_move": "maybe"}},
    ],
)
def test_schema_refuses_what_the_reader_refuses(answers: Answers) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(facts_json_schema(TABLES)).validate(
            answers
        )


def test_schema_of_the_visits_is_that_of_the_records() -> None:
    made = json.loads(json.dumps(visits_json_schema()))
    published = DOCS.with_name("visits.schema.json")
    assert json.loads(published.read_text(encoding="utf-8")) == made, HOW


def test_schema_published_and_shipped_is_that_of_the_tables() -> None:
    made = json.loads(json.dumps(facts_json_schema(TABLES)))
    shipped = resources.files("ekbom.rules").joinpath("schema", SCHEMA_NAME)
    assert json.loads(shipped.read_text(encoding="utf-8")) == made, HOW
    assert json.loads(DOCS.read_text(encoding="utf-8")) == made, HOW


@pytest.mark.parametrize("version", ["2.0", "0.9", 1.0])
def test_facts_of_another_schema_are_refused(version: object) -> None:
    with pytest.raises(InputError, match="schema_version"):
        read_facts({"schema_version": version, "age_years": 40}, TABLES)


def test_facts_without_a_version_are_those_of_today() -> None:
    assert read_facts({"age_years": 40}, TABLES).values["age_years"] == 40.0
