"""A table with a dishonest or malformed number is refused, and the message says where."""

from typing import Any

import pytest

from ekbom.criteria.written import SharedFile
from ekbom.model.source import EvidenceMark, Parameter
from ekbom.rules.read import record_of
from ekbom.rules.strict_yaml import TableError, parse_table

READ = {
    "value": 10,
    "unit": "s",
    "inclusive": True,
    "source": ["ferri2016", "abstract", "read"],
}


def table(**changes: Any) -> dict[str, object]:
    entry = {
        key: value
        for key, value in (READ | changes).items()
        if value != "absent"
    }
    return {"last_checked": "2026-11-22", "parameters": {"imi_min_s": entry}}


def parameter_of(content: dict[str, object]) -> Parameter:
    return record_of(SharedFile, content, file="x.yaml").parameters["imi_min_s"]


def test_parameter_keeps_value_unit_bound_and_source() -> None:
    parameter = parameter_of(table())
    assert (parameter.name, parameter.value, parameter.unit) == (
        "imi_min_s",
        10,
        "s",
    )
    assert (parameter.inclusive, parameter.bound) == (True, "")
    source = parameter.source
    assert (source.evidence, source.citation, source.last_checked) == (
        EvidenceMark.READ,
        "ferri2016",
        "2026-11-22",
    )


def test_parameter_recalled_has_no_citation_and_is_to_be_verified() -> None:
    source = parameter_of(table(source="recalled")).source
    assert source.to_verify
    assert source.citation == ""


def test_parameter_chosen_by_the_project_says_why() -> None:
    source = parameter_of(table(source={"project": "long enough"})).source
    assert (source.evidence, source.locator) == (
        EvidenceMark.ENGINEERING,
        "long enough",
    )
    assert not source.to_verify


@pytest.mark.parametrize(
    ("bound", "inside"),
    [("<", False), ("<=", True), (">", False), (">=", True)],
)
def test_parameter_bound_says_whether_the_limit_is_inside(
    bound: str, inside: bool
) -> None:
    assert (
        parameter_of(table(bound=bound, inclusive="absent")).inclusive is inside
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("none", None),
        ("undefined", "undefined"),
        ([-2, 10.25], (-2.0, 10.25)),
        (True, True),
    ],
)
def test_parameter_values_of_every_kind(written: object, read: object) -> None:
    assert parameter_of(table(value=written)).value == read


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"unit": "absent"}, ": the key 'unit' is missing"),
        ({"source": "absent"}, ": the key 'source' is missing"),
        ({"value": "absent"}, ": the key 'value' is missing"),
        (
            {"colour": "red"},
            ": the key 'colour' is unknown; known are name, value",
        ),
        ({"unit": ""}, "the unit must be text"),
        ({"source": ["ferri2016", "abstract"]}, ".source: a source is needed"),
        ({"source": ["ferri2016", "", "read"]}, ".source: a source needs text"),
        (
            {"source": ["ferri2016", "abstract", "guessed"]},
            "'read' or 'secondary', not 'guessed'",
        ),
        (
            {"source": ["cnp2022", "Table 3", "read"]},
            "the reference itself is only secondary",
        ),
        ({"source": {"project": ""}}, ".source: a source needs text"),
        ({"source": "engineering"}, ".source: a source is needed"),
        (
            {"source": ["nobody1900", "abstract", "read"]},
            "'nobody1900' is cited",
        ),
        ({"value": None}, ".value: None is neither number"),
        ({"value": ["a"]}, ".value: ['a'] is neither number"),
        ({"value": []}, ".value: [] is neither number"),
        (
            {"inclusive": "yes"},
            ".inclusive: 'yes' stands where true or false belongs",
        ),
        ({"bound": "about"}, "the bound 'about' is none of <, <=, >, >="),
        ({"minimum": "low"}, ".minimum: 'low' stands where a number belongs"),
        ({"choices": "break"}, ".choices: 'break' stands where a list belongs"),
        ({"last_checked": "2026-11-22"}, "the key 'last_checked' is unknown"),
    ],
)
def test_parameter_refused_with_file_and_name(
    changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(
        TableError, match=r"x\.yaml: parameters\.imi_min_s"
    ) as caught:
        parameter_of(table(**changes))
    assert message in str(caught.value)


@pytest.mark.parametrize("day", ["soon", "2026-13-01", 2026])
def test_table_with_a_day_that_is_none_refused(day: object) -> None:
    with pytest.raises(
        TableError, match=r"x\.yaml: last_checked must be a day"
    ):
        parameter_of(table() | {"last_checked": day})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"parameters": [1]}, "stands where a mapping belongs"),
        ({}, "'parameters' is missing"),
    ],
)
def test_table_without_parameters_refused(
    content: dict[str, object], message: str
) -> None:
    with pytest.raises(TableError, match=message):
        record_of(
            SharedFile, {"last_checked": "2026-11-22", **content}, file="x.yaml"
        )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2\n", "line 2: the key 'a' is written twice"),
        ("- 1\n", "must be a mapping of names to values, not list"),
        ("", "must be a mapping of names to values, not NoneType"),
        ("a: [1\n", "this is no valid YAML"),
        (
            "a: !!python/object:os.system {}\n",
            "line 1: tags and aliases are not allowed",
        ),
        ("a: &x 1\nb: *x\n", "line 2: tags and aliases are not allowed"),
        ("a: 1\n---\nb: 2\n", "line 2: a second document begins"),
        ("a: !big 1\n", "line 1: the tag '!big' is not allowed"),
        ("? [1, 2]\n: 3\n", "line 1: a key must be a word"),
    ],
)
def test_yaml_refused(text: str, message: str) -> None:
    with pytest.raises(TableError, match=r"^x\.yaml: ") as caught:
        parse_table(text, file="x.yaml")
    assert message in str(caught.value)


def test_yaml_words_are_words_and_numbers_are_numbers() -> None:
    text = "a: [yes, no, on, true, null, 1, -2.5, 1.0e-6, 2026-11-22, '3', 1/2, .5, +4]"
    read = [
        "yes",
        "no",
        "on",
        True,
        None,
        1,
        -2.5,
        1e-6,
        "2026-11-22",
        "3",
        "1/2",
        0.5,
        4,
    ]
    values = parse_table(text, file="x.yaml")["a"]
    assert values == read
    assert [type(value) for value in read] == [
        type(value) for value in list(values)
    ]
