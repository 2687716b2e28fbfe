"""Files that version 0.1.0 wrote are read, mean the same numbers, and can be shown."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from ekbom.model.assessment import Assessment, SettingChange
from ekbom.model.result import SCHEMA_VERSION, StudyResult
from ekbom.pipeline.assess import assess
from ekbom.pipeline.follow_up import follow_up
from ekbom.report.files import write_night
from ekbom.report.result_json import (
    read_assessment,
    result_from_dict,
    result_to_dict,
    write_assessment,
)
from ekbom.report.sentences.facts_in_words import changes_words
from ekbom.report.words import load_wording

FOLDER = Path(__file__).parents[1] / "data" / "schema_1_0"
WRITTEN: dict[str, Any] = json.loads(
    gzip.decompress((FOLDER / "result.json.gz").read_bytes())
)
"""A cut synthetic night, scored without breathing events."""


WRITTEN_ASSESSMENT: dict[str, Any] = json.loads(
    (FOLDER / "assessment.json").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def result() -> StudyResult:
    return result_from_dict(WRITTEN)


@pytest.fixture(scope="module")
def assessment() -> Assessment:
    return read_assessment(FOLDER / "assessment.json")


def test_result_of_1_0_holds_the_same_numbers(result: StudyResult) -> None:
    assert result.digest == WRITTEN["digest"]
    for name, score in result.scores.items():
        written = WRITTEN["scores"][name]["indices"]
        assert {key: value.value for key, value in score.indices.items()} == {
            key: value["value"] for key, value in written.items()
        }
    assert (
        result.scores["wasm2016"].indices["plms_per_h"].value
        == 35.168738898756665
    )
    movements = result.scores["wasm2016"].movements
    assert (
        movements.onset_s.tolist()
        == WRITTEN["scores"]["wasm2016"]["movements"]["onset_s"]
    )


def test_result_of_1_0_keeps_the_sources_of_its_rules(
    result: StudyResult,
) -> None:
    source = result.scores["wasm2016"].rule_set.parameters["imi_max_s"].source
    assert (source.citation, source.locator, source.evidence) == (
        "ferri2016",
        "abstract",
        "read",
    )


def test_result_of_1_0_says_its_sentences_unchanged(
    result: StudyResult,
) -> None:
    words = load_wording("en")
    said = [words.finding(finding) for finding in result.findings]
    assert said == [finding["message"] for finding in WRITTEN["findings"]]
    assert "the file is cut" in said[0]
    reason = result.scores["aasm"].indices["plms_per_h"].reason
    assert reason is not None
    assert words.reason(reason) == "breathing events were not scored"
    assert result.scores["wasm2016"].indices["plms_per_h"].reason is None


def test_result_of_1_0_can_be_shown_and_written_anew(
    result: StudyResult, tmp_path: Path
) -> None:
    files = write_night(result, tmp_path)
    assert "the file is cut" in files[0].read_text(encoding="utf-8")
    again = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert again["schema_version"] == SCHEMA_VERSION
    assert result_to_dict(result_from_dict(again)) == result_to_dict(result)


def test_assessment_of_1_0_says_the_same(
    result: StudyResult, assessment: Assessment, tmp_path: Path
) -> None:
    assert {entry.code: entry.status for entry in assessment.diagnoses} == {
        "RLS": "criteria_met",
        "PLMD": "excluded",
    }
    assert [entry.excluded_by for entry in assessment.diagnoses] == ["", "RLS"]
    assert assessment.settings == {
        "plmd.operator": SettingChange(value=">=", usual=">")
    }
    page = write_night(result, tmp_path, assessment=assessment)[0].read_text(
        encoding="utf-8"
    )
    assert "All five essential criteria are met." in page
    assert "Ferritin: 38 ng/mL" in page
    told = " ".join(
        changes_words(assessment.missing[0].changes, words=load_wording())
    )
    for written in WRITTEN_ASSESSMENT["missing"][0]["changes"]:
        _, title, sides = written.split(": ", 2)
        assert title in told
        after = sides.partition(" -> ")[2]
        words = {"-": "would fall away", "shown": "would be added"}
        assert words.get(after, after) in told
    anew = write_assessment(assessment, tmp_path / "assessment.json")
    assert read_assessment(anew) == assessment


def test_visits_of_1_0_are_read() -> None:
    course = follow_up(
        json.loads((FOLDER / "visits.json").read_text(encoding="utf-8"))
    )
    assert course.response == "lower"
    assert [visit.date.isoformat() for visit in course.visits] == [
        "2026-02-03",
        "2026-05-12",
    ]


def test_result_of_1_0_gets_the_period_that_may_count(
    result: StudyResult,
) -> None:
    period = result.period
    assert (period.lights_off_s, period.lights_on_s) == (
        result.lights_off_s,
        result.lights_on_s,
    )
    assert period.recording_s == result.recording.duration_s
    assert period.legs == tuple(leg.side for leg in result.quality)
    for leg in result.quality:
        lost_s = sum(
            stretch.duration_s for stretch in period.unscorable[leg.side]
        )
        assert lost_s == pytest.approx(60 * int(leg.unscorable.sum()), abs=60)


def test_night_of_1_0_can_be_assessed_and_the_assessment_comes_back(
    result: StudyResult, tmp_path: Path
) -> None:
    answers = {"age_years": 52, "provenance": {"age_years": "the referral"}}
    found = assess(answers, night=result)
    assert (
        read_assessment(write_assessment(found, tmp_path / "assessment.json"))
        == found
    )
