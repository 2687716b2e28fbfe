"""The published JSON Schema is the one of the records, and every result keeps to it."""

import json
from pathlib import Path

import jsonschema
import pytest
from night_shapes import SHAPES, ScoredNights

from ekbom import report
from ekbom.report.result_json import result_to_dict
from ekbom.report.result_schema import result_schema

SHIPPED = Path(report.__file__).parent / "schema" / "result.schema.json"
PUBLISHED = Path(__file__).parents[2] / "docs" / "schema" / "result.schema.json"
HOW = (
    "the records changed: python -m ekbom.report.result_schema docs/schema/result.schema.json"
    " and the shipped copy"
)


def structure(value: object) -> object:
    """Leave the descriptions aside.

    Their wording may change without changing what a file may hold.
    """
    if isinstance(value, dict):
        return {
            key: structure(item)
            for key, item in value.items()
            if key != "description"
        }
    return (
        [structure(item) for item in value]
        if isinstance(value, list)
        else value
    )


@pytest.mark.parametrize(
    "path", [SHIPPED, PUBLISHED], ids=["shipped", "published"]
)
def test_schema_file_is_the_one_of_the_records(path: Path) -> None:
    assert structure(json.loads(path.read_text(encoding="utf-8"))) == structure(
        result_schema()
    ), HOW


def test_schema_is_itself_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(result_schema())


@pytest.mark.parametrize("name", SHAPES)
def test_schema_holds_for_every_shape_of_a_night(
    name: str, nights: ScoredNights
) -> None:
    jsonschema.validate(result_to_dict(nights[name]), result_schema())


def test_schema_refuses_a_result_that_lost_a_field(
    nights: ScoredNights,
) -> None:
    values = result_to_dict(nights["quiet"])
    del values["digest"]
    with pytest.raises(jsonschema.ValidationError, match="digest"):
        jsonschema.validate(values, result_schema())
