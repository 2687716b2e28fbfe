"""The FHIR Bundle: valid R4, only codes we know, preliminary, no condition, nothing untraceable."""

import base64
import json
from typing import Any, cast

import pytest
from fhir.resources.R4B.bundle import Bundle
from night_shapes import ScoredNights, assessment_of

from ekbom.codec.hooks import JsonValue
from ekbom.model.assessment import FactKind
from ekbom.pipeline.assess import assess
from ekbom.report.exports.fhir import (
    ABSENT,
    ICD10CM,
    LOINC,
    OWN_SYSTEM,
    SNOMED,
    UCUM,
    codes,
    fhir_bundle,
    fhir_bytes,
)
from ekbom.report.numbers import values_of
from ekbom.rules.load_clinical import load_clinical

# What the models of fhir.resources do not check: the value sets of R4. Only these words may be
# sent.
ALLOWED = {
    "Observation": {"preliminary"},
    "DiagnosticReport": {"preliminary"},
    "ClinicalImpression": {"in-progress"},
    "QuestionnaireResponse": {"in-progress", "completed"},
    "CodeSystem": {"draft"},
}
RESOURCES = {"Bundle", "Patient", "Device", *ALLOWED}
CASES = ["whole", "quiet", "no_hypnogram", "no_start", "marked"]
SYSTEMS = {OWN_SYSTEM, LOINC, ICD10CM, SNOMED, ABSENT}


def bundle_of(
    name: str, nights: ScoredNights
) -> dict[str, Any]:  # Any: the JSON is looked into at every depth
    made = fhir_bundle(
        nights[name],
        assessment=assessment_of(),
        person="Ann Example",
        pdf=b"%PDF-1.7",
    )
    return cast("dict[str, Any]", json.loads(fhir_bytes(made)))


def resources(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [
        entry["resource"]
        for entry in bundle["entry"]
        if entry["resource"]["resourceType"] == kind
    ]


def walk(value: JsonValue, key: str = "") -> list[tuple[str, JsonValue]]:
    if isinstance(value, dict):
        return [(key, value)] + [
            found for name, item in value.items() for found in walk(item, name)
        ]
    return (
        [found for item in value for found in walk(item, key)]
        if isinstance(value, list)
        else [(key, value)]
    )


@pytest.mark.parametrize("name", CASES)
def test_fhir_bundle_is_valid_r4(name: str, nights: ScoredNights) -> None:
    Bundle.model_validate(bundle_of(name, nights))


@pytest.mark.parametrize("name", CASES)
def test_fhir_only_allowed_resources_states_and_systems(
    name: str, nights: ScoredNights
) -> None:
    bundle = bundle_of(name, nights)
    for entry in bundle["entry"]:
        item = entry["resource"]
        assert item["resourceType"] in RESOURCES
        assert item.get("status", "") in ALLOWED.get(item["resourceType"], {""})
        assert entry["fullUrl"] == f"urn:uuid:{item['id']}"
    codings = [
        value
        for key, value in walk(bundle)
        if key == "coding" and isinstance(value, dict)
    ]
    assert {coding["system"] for coding in codings} <= SYSTEMS


def test_fhir_never_a_condition_and_never_final(nights: ScoredNights) -> None:
    text = json.dumps(bundle_of("whole", nights))
    assert 'Condition"' not in text.replace("itemCodeableConcept", "")
    assert "confirmed" not in text.replace("not confirmed", "")
    assert '"final"' not in text


def test_fhir_foreign_codes_are_exactly_those_of_the_table(
    nights: ScoredNights,
) -> None:
    sent = {
        (c["system"], c["code"])
        for key, c in walk(bundle_of("whole", nights))
        if key == "coding" and isinstance(c, dict)
    }
    foreign = {pair for pair in sent if pair[0] not in {OWN_SYSTEM, ABSENT}}
    assert foreign == {
        *((LOINC, code) for code in codes()["loinc"].values()),
        (ICD10CM, "G25.81"),
        (SNOMED, "32914008"),
    }


def test_fhir_numbers_are_those_of_the_result_with_method_device_and_unit(
    nights: ScoredNights,
) -> None:
    values = values_of(nights["whole"])
    rule_set = nights["whole"].scores["wasm2016"].rule_set
    for item in resources(bundle_of("whole", nights), "Observation"):
        own = next(
            coding["code"]
            for coding in item["code"]["coding"]
            if coding["system"] == OWN_SYSTEM
        )
        if values[own].value is None:
            assert "valueQuantity" not in item
            continue
        assert item["valueQuantity"]["value"] == values[own].value
        coded = codes()["ucum"].get(values[own].unit)
        assert item["valueQuantity"].get("code") == coded
        assert item["valueQuantity"].get("system") == (UCUM if coded else None)
        assert item["method"]["text"] == f"{rule_set.title}, {rule_set.edition}"
        assert item["device"]["reference"].startswith("urn:uuid:")


def test_fhir_what_cannot_be_computed_has_a_reason_and_no_value(
    nights: ScoredNights,
) -> None:
    items = resources(bundle_of("no_hypnogram", nights), "Observation")
    missing = [item for item in items if "dataAbsentReason" in item]
    assert missing
    assert all(
        "valueQuantity" not in item and item["dataAbsentReason"]["text"]
        for item in missing
    )


def test_fhir_every_reference_leads_into_the_bundle(
    nights: ScoredNights,
) -> None:
    bundle = bundle_of("whole", nights)
    known = {entry["fullUrl"] for entry in bundle["entry"]}
    references = {value for key, value in walk(bundle) if key == "reference"}
    assert references <= known


def test_fhir_report_carries_the_pdf_and_says_what_it_is(
    nights: ScoredNights,
) -> None:
    report = resources(bundle_of("whole", nights), "DiagnosticReport")[0]
    assert base64.b64decode(report["presentedForm"][0]["data"]) == b"%PDF-1.7"
    assert report["conclusion"].startswith("Decision support, not a diagnosis.")
    assert report["effectiveDateTime"] == "2024-01-15"


ANSWERS = {
    "age_years": 54,
    "sex": "female",
    "symptoms": {
        "urge_to_move": "yes",
        "movement_relief": "stretch_only",
        "snoring": "no",
        "burning": "unknown",
        "sensations": ["creeping", "pulling"],
        "frequency_per_week": 5,
        "lifetime_events": 40,
        "duration_months": 24,
    },
    "labs": {"ferritin_ng_ml": 38.5, "tsat_pct": 18},
    "pregnancy": {"week": 30},
    "scores": {"irls": 24},
    "psg": {"plmi": 28.25, "plmi_rule_set": "AASM"},
}


def quantity(value: float, unit: str, code: str) -> dict[str, object]:
    return {
        "valueQuantity": {
            "value": value,
            "unit": unit,
            "system": UCUM,
            "code": code,
        }
    }


def coding(code: str, display: str) -> dict[str, object]:
    return {
        "valueCoding": {"system": OWN_SYSTEM, "code": code, "display": display}
    }


def test_fhir_answers_of_a_real_assessment_carry_path_title_and_typed_value(
    nights: ScoredNights,
) -> None:
    made = fhir_bundle(nights["whole"], assessment=assess(ANSWERS))
    Bundle.model_validate(json.loads(fhir_bytes(made)))
    bundle = cast("dict[str, Any]", json.loads(fhir_bytes(made)))
    (response,) = resources(bundle, "QuestionnaireResponse")
    items = {item["linkId"]: item for item in response["item"]}
    assert {path: item.get("answer") for path, item in items.items()} == {
        "age_years": [quantity(54.0, "years", "a")],
        "sex": [coding("female", "female")],
        "symptoms.urge_to_move": [coding("yes", "yes")],
        "symptoms.movement_relief": [coding("stretch_only", "stretch only")],
        "symptoms.snoring": [{"valueBoolean": False}],
        "symptoms.burning": None,
        "symptoms.sensations": [
            {"valueString": "creeping"},
            {"valueString": "pulling"},
        ],
        "symptoms.frequency_per_week": [quantity(5.0, "days/week", "d/wk")],
        "symptoms.lifetime_events": [{"valueInteger": 40}],
        "symptoms.duration_months": [quantity(24.0, "months", "mo")],
        "labs.ferritin_ng_ml": [quantity(38.5, "ng/mL", "ng/mL")],
        "labs.tsat_pct": [quantity(18.0, "%", "%")],
        "pregnancy.week": [quantity(30.0, "weeks", "wk")],
        "scores.irls": [{"valueInteger": 24}],
        "psg.plmi": [quantity(28.25, "/h", "/h")],
        "psg.plmi_rule_set": [{"valueString": "AASM"}],
    }
    assert items["labs.ferritin_ng_ml"]["text"] == "Ferritin"
    (system,) = resources(bundle, "CodeSystem")
    assert {"code": "stretch_only", "display": "stretch only"} in system[
        "concept"
    ]


def test_fhir_every_fact_has_a_unit_code_and_every_answer_type_a_fact() -> None:
    fields = load_clinical().fields
    numbers = [
        field for field in fields.values() if field.kind is FactKind.NUMBER
    ]
    assert {field.unit for field in numbers} <= set(codes()["ucum"])
    assert {*codes()["answer_type"]} <= {field.path for field in numbers}


def test_fhir_same_result_gives_the_same_bundle_without_a_name_no_name(
    nights: ScoredNights,
) -> None:
    first, second = (fhir_bytes(fhir_bundle(nights["whole"])) for _ in range(2))
    assert first == second
    assert "name" not in json.loads(first)["entry"][1]["resource"]


def test_fhir_own_codes_travel_with_their_meaning(nights: ScoredNights) -> None:
    system = resources(bundle_of("whole", nights), "CodeSystem")[0]
    meaning = {
        concept["code"]: concept.get("definition")
        for concept in system["concept"]
    }
    assert meaning["plms_per_h"]
    assert system["url"] == OWN_SYSTEM
