"""Files of schema 1.1 are read: what stood in one text becomes fields and numbers."""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ekbom.model.assessment import Assessment, SettingChange
from ekbom.model.finding import Finding
from ekbom.model.result import SCHEMA_VERSION, StudyResult
from ekbom.report.result_json import (
    assessment_from_dict,
    read_assessment,
    result_from_dict,
    result_to_dict,
    write_assessment,
)
from ekbom.report.sentences.facts_in_words import changes_words
from ekbom.report.upgrades.schema_1_1 import change_of_1_1, diagnosis_of_1_1
from ekbom.report.words import load_wording

FOLDER = Path(__file__).parents[1] / "data" / "schema_1_1"
WRITTEN: dict[str, Any] = json.loads(
    gzip.decompress((FOLDER / "result.json.gz").read_bytes())
)
"""A short synthetic night with mains hum and heart beats, one option set."""
ASSESSED: dict[str, Any] = json.loads(
    (FOLDER / "assessment.json").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def result() -> StudyResult:
    return result_from_dict(WRITTEN)


@pytest.fixture(scope="module")
def assessment() -> Assessment:
    return read_assessment(FOLDER / "assessment.json")


def test_files_are_of_version_1_1() -> None:
    assert {WRITTEN["schema_version"], ASSESSED["schema_version"]} == {"1.1"}


def test_assessment_of_1_1_tells_the_status_from_what_excludes(
    assessment: Assessment, tmp_path: Path
) -> None:
    found = {
        one.code: (one.status, one.excluded_by) for one in assessment.diagnoses
    }
    assert found == {
        "RLS": ("criteria_met", ""),
        "PLMD": ("excluded", "RLS"),
    }
    assert assessment.settings == {
        "plmd.operator": SettingChange(value=">=", usual=">")
    }
    anew = write_assessment(assessment, tmp_path / "assessment.json")
    assert json.loads(anew.read_text())["schema_version"] == SCHEMA_VERSION
    assert read_assessment(anew) == assessment


def test_assessment_of_1_1_keeps_every_other_status() -> None:
    assert diagnosis_of_1_1({"status": "not_met"}) == {"status": "not_met"}
    changed = {**ASSESSED, "missing": [_missing("excluded_by:RBD", "not_met")]}
    change = assessment_from_dict(changed).missing[0].changes[0]
    assert (change.before, change.after) == (("excluded", "RBD"), ("not_met",))
    (told,) = changes_words([change], words=load_wording())
    assert told == (
        "diagnosis: PLMD: from excluded by REM sleep behaviour disorder to not met"
    )
    kept = {"before": [], "after": ["criteria_met", "refractory"]}
    assert change_of_1_1(kept) == kept


def _missing(before: str, after: str) -> dict[str, Any]:
    change = {
        "kind": "diagnosis",
        "code": "PLMD",
        "title": "PLMD",
        "before": [before],
        "after": [after],
    }
    return {
        "fact": "age_years",
        "title": "Age",
        "weight": 1,
        "changes": [change],
    }


def _prepared(result: StudyResult) -> list[Finding]:
    return [one for leg in result.detection for one in leg.preparation]


def test_result_of_1_1_gives_prepared_stretches_as_numbers(
    result: StudyResult,
) -> None:
    hum: Mapping[str, object] = _prepared(result)[0].values
    assert hum["mains_hz"] == (50.0,)
    assert hum["stretches_s"] == (0, 290, 460, 820, 1130, 1440)
    for finding in _prepared(result):
        assert "stretches" not in finding.values


def test_result_of_1_1_says_its_sentences_unchanged(
    result: StudyResult,
) -> None:
    words = load_wording()
    told = [words.finding(finding) for finding in _prepared(result)]
    written = [
        one for leg in WRITTEN["detection"] for one in leg["preparation"]
    ]
    assert len(told) == len(written) == 3
    for text, finding in zip(told, written, strict=True):
        assert ", ".join(finding["values"]["stretches"]) in text
    assert "mains hum of 50 Hz with" in told[0]
    note = result.scores["wasm2016"].rule_set.parameters["imi_max_s"].note
    assert note == "Set by option; the table says 90, inclusive."


def test_result_of_1_1_comes_back(result: StudyResult) -> None:
    again = result_to_dict(result_from_dict(result_to_dict(result)))
    assert again == result_to_dict(result)
