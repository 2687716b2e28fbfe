"""`ekbom report`: an assessment is joined with the night it rests on, and with no other."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from night_shapes import ScoredNights

from ekbom.app.commands.report import report
from ekbom.clinical.facts import read_facts
from ekbom.model.errors import InputError
from ekbom.pipeline.assess import assess
from ekbom.report.exports.fhir import fhir_bundle
from ekbom.report.pages.patient import compose_patient_page
from ekbom.report.result_json import (
    assessment_to_dict,
    read_assessment,
    write_assessment,
    write_result,
)
from ekbom.rules.load_clinical import load_clinical

PERSON = "P-0417"
OTHER = "The assessment rests on the night [0-9a-f]{12}, this result is"


def test_assessment_names_its_night_and_its_person(
    nights: ScoredNights, tmp_path: Path
) -> None:
    night = nights["whole"]
    said = assess({"person": PERSON}, night=night)
    again = read_assessment(write_assessment(said, tmp_path / "a.json"))
    assert (again.night_digest, again.person) == (night.digest, PERSON)
    assert (assess({}).night_digest, assess({}).person) == ("", "")


def test_assessment_of_an_earlier_version_names_neither(tmp_path: Path) -> None:
    values = assessment_to_dict(assess({}))
    for later in ("card", "night_digest", "person"):
        del values[later]
    path = tmp_path / "a.json"
    path.write_text(json.dumps(values | {"schema_version": "1.1"}))
    assert read_assessment(path) == replace(assess({}), card=())


def test_report_of_another_night_is_refused_and_nothing_is_written(
    nights: ScoredNights, tmp_path: Path
) -> None:
    write_result(nights["quiet"], tmp_path / "result.json")
    assessment = tmp_path / "a.json"
    write_assessment(assess({}, night=nights["whole"]), assessment)
    with pytest.raises(InputError, match="made with another night"):
        report(tmp_path, assessment=assessment, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_report_of_its_own_night_is_written(
    nights: ScoredNights, tmp_path: Path
) -> None:
    write_result(nights["quiet"], tmp_path / "result.json")
    assessment = tmp_path / "a.json"
    write_assessment(assess({}, night=nights["quiet"]), assessment)
    report(tmp_path, assessment=assessment, html=True, out=tmp_path)
    assert (tmp_path / "report.html").exists()


def test_patient_page_and_bundle_refuse_another_night_too(
    nights: ScoredNights,
) -> None:
    said = assess({}, night=nights["whole"])
    with pytest.raises(InputError, match=OTHER):
        compose_patient_page(nights["quiet"], assessment=said)
    with pytest.raises(InputError, match=OTHER):
        fhir_bundle(nights["quiet"], assessment=said)


def test_person_is_no_answer_and_is_printed_nowhere() -> None:
    tables = load_clinical()
    facts = read_facts({"person": PERSON}, tables)
    assert facts.person == PERSON
    said = assess({"person": PERSON})
    told = json.dumps(assessment_to_dict(replace(said, person="")))
    assert PERSON not in told
