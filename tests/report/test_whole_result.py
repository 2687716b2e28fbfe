"""A result that contradicts itself is refused with the place."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from night_shapes import ScoredNights

from ekbom.model.errors import InputError
from ekbom.pipeline.assess import assess
from ekbom.report.result_json import (
    assessment_from_dict,
    assessment_to_dict,
    result_from_dict,
    result_to_dict,
)

Json = dict[str, Any]


def short_column(result: Json) -> None:
    result["leg_movements"]["side"].pop()


def short_parts(result: Json) -> None:
    result["scores"]["wasm2016"]["movements"]["parts"].pop()


def far_time(result: Json) -> None:
    result["leg_movements"]["onset_s"][-1] = 1e17


def no_time(result: Json) -> None:
    result["quality"][0]["minute_start_s"][0] = None


def no_score(result: Json) -> None:
    result["scores"] = {}


def strange_index(result: Json) -> None:
    indices = result["scores"]["wasm2016"]["indices"]
    indices["x"] = {**next(iter(indices.values())), "name": "x"}


def strange_code(result: Json) -> None:
    finding = {"code": "file-cut", "severity": "note", "subject": ""}
    result["findings"].append(finding | {"values": {}, "origin": ""})


def zoned_start(result: Json) -> None:
    result["recording"]["start"] = "2026-01-01T22:00:00+02:00"


def late_start(result: Json) -> None:
    result["recording"]["start"] = "3000-01-01T00:00:00"


def huge_number(result: Json) -> None:
    result["seed"] = 10**400


def bent_flag(result: Json) -> None:
    result["leg_movements"]["truncated"][0] = "no"


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (short_column, "leg_movements: its columns differ in length"),
        (short_parts, "movements: its columns differ in length"),
        (far_time, "onset_s holds a time that no night has"),
        (no_time, "minute_start_s holds a time that no night has"),
        (no_score, "no rule set has scored"),
        (strange_index, "'x' is no index"),
        (strange_code, "has no words"),
        (zoned_start, "a local time without a zone"),
        (late_start, "a day up to the year 2999"),
        (huge_number, "at most 64 bits"),
        (bent_flag, "true or false"),
    ],
)
def test_result_that_contradicts_itself(
    damage: Callable[[Json], None], told: str, nights: ScoredNights
) -> None:
    values = copy.deepcopy(result_to_dict(nights["whole"]))
    damage(values)
    with pytest.raises(InputError) as refused:
        result_from_dict(values, place="result.json")
    assert told in str(refused.value)
    assert len(str(refused.value)) < 500


def test_assessment_whose_reasons_have_no_words(nights: ScoredNights) -> None:
    said = assess(
        {"schema_version": "1.0", "age_years": 60}, night=nights["whole"]
    )
    values = assessment_to_dict(said)
    assert assessment_from_dict(values) == said
    assert emptied_reasons(values) > 0
    with pytest.raises(InputError, match=r"'night-index' .* has no words"):
        assessment_from_dict(values)


def emptied_reasons(value: object) -> int:
    """Take the values of every reason about the night, and count these reasons."""
    if isinstance(value, list):
        return sum(emptied_reasons(item) for item in value)
    if not isinstance(value, dict):
        return 0
    if value.get("code") == "night-index":
        value["values"] = {}
        return 1
    return sum(emptied_reasons(item) for item in value.values())
