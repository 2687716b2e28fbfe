"""A table with a dishonest or malformed number is refused, and the message says where."""

from typing import Any

import pytest

from ekbom.model.source import EvidenceMark
from ekbom.rules.parameters import parse_parameters
from ekbom.rules.strict_yaml import TableError

READ = {
    "value": 10,
    "unit": "s",
    "inclusive": True,
    "source": ["ferri2016", "abstract", "read"],
}
RECALLED = {"value": 5, "unit": "s", "source": "recalled"}


def table(**changes: Any) -> dict[str, object]:
    entry = {key: value for key, value in (READ | changes).items() if value != "absent"}
    return {"last_checked": "2026-11-22", "parameters": {"imi_min_s": entry}}


def test_parameter_keeps_value_unit_bound_and_source() -> None:
    parameter = parse_parameters(table(), file="x.yaml")["imi_min_s"]
    assert (parameter.value, parameter.unit, parameter.inclusive) == (10, "s", True)
    source = parameter.source
    assert (source.evidence, source.citation, source.last_checked) == (
        EvidenceMark.READ,
        "ferri2016",
        "2026-11-22",
    )


def test_parameter_recalled_has_no_citation_and_is_to_be_verified() -> None:
    parsed = parse_parameters(
        {"last_checked": "2026-11-22", "parameters": {"a": RECALLED}}, file="x.yaml"
    )
    assert parsed["a"].source.to_verify
    assert parsed["a"].source.citation == ""


@pytest.mark.parametrize(
    ("written", "read"),
    [("none", None), ("undefined", "undefined"), ([-2, 10.25], (-2.0, 10.25)), (True, True)],
)
def test_parameter_values_of_every_kind(written: object, read: object) -> None:
    assert parse_parameters(table(value=written), file="x.yaml")["imi_min_s"].value == read


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"unit": "absent"}, "missing key 'unit'"),
        ({"source": "absent"}, "missing key 'source'"),
        ({"value": "absent"}, "missing key 'value'"),
        ({"colour": "red"}, "unknown key 'colour'"),
        ({"unit": ""}, "unit must be text"),
        ({"source": ["ferri2016", "abstract"]}, "needs a source"),
        ({"source": ["ferri2016", "", "read"]}, "must be text"),
        ({"source": ["ferri2016", "abstract", "guessed"]}, "needs a source"),
        ({"source": {"project": ""}}, "must be text"),
        ({"source": "engineering"}, "needs a source"),
        ({"source": ["nobody1900", "abstract", "read"]}, "cites 'nobody1900'"),
        ({"value": None}, "neither number"),
        ({"value": ["a"]}, "numbers only"),
        ({"inclusive": "yes"}, "must be true or false"),
        ({"minimum": "low"}, "must be a number"),
        ({"last_checked": "2026-11-22"}, "unknown key 'last_checked'"),
        ({"choices": "break"}, "must be a list"),
    ],
)
def test_parameter_refused_with_file_and_name(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(TableError, match=r"x\.yaml: parameter 'imi_min_s'") as caught:
        parse_parameters(table(**changes), file="x.yaml")
    assert message in str(caught.value)


@pytest.mark.parametrize("content", [{"parameters": {}}, {"parameters": [1]}, {}])
def test_table_without_parameters_refused(content: dict[str, object]) -> None:
    with pytest.raises(TableError, match=r"x\.yaml: the table needs a mapping 'parameters'"):
        parse_parameters(content, file="x.yaml")
