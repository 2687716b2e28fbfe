"""The one door: records go out as JSON and come back, or are refused in one sentence."""

import datetime as dt
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from ekbom.codec.codec import LENIENT, STRICT, Codec, as_json
from ekbom.codec.refusal import RefusalError
from ekbom.codec.schema import SchemaMaker, schema_of
from ekbom.model.finding import Reason


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Every:
    parts: tuple["Tree", ...] = field(metadata={"key": "all"})


@dataclass(frozen=True)
class Not:
    part: "Tree" = field(metadata={"key": "not"})


@dataclass(frozen=True)
class Leaf:
    fact: str
    values: tuple[str, ...] = field(metadata={"key": "is"})


Tree = Every | Not | Leaf


@dataclass(frozen=True, kw_only=True)
class Sentence:
    id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    name: str = field(metadata={"from_key": True})
    number: float = 0.0
    count: int = 0
    flag: bool = False
    colour: Colour = Colour.RED
    mode: Literal["any", "full"] = "any"
    pair: tuple[float, str] = (0.0, "")
    day: dt.date | None = None
    time: dt.datetime | None = None
    value: float | str | tuple[float, ...] | None = None
    when: Tree | None = None
    sentence: Sentence = field(
        default=Sentence(id="", text=""), metadata={"inline": True}
    )


@dataclass(frozen=True, kw_only=True)
class Table:
    entries: Mapping[str, Entry]


@dataclass(frozen=True, eq=False, kw_only=True)
class Measured:
    values: NDArray[np.float64]
    flags: NDArray[np.bool_]
    names: frozenset[str] = frozenset()
    largest: float = math.inf


WORDS = Codec(strict=True, lone_words=True)


def entry(**written: object) -> Entry:
    content = {"entries": {"one": {"id": "s", "text": "T.", **written}}}
    return WORDS.read(Table, content).entries["one"]


def test_record_takes_its_key_its_inline_record_and_one_word_for_a_list() -> (
    None
):
    read = entry(
        when={
            "all": [
                {"fact": "a", "is": "yes"},
                {"not": {"fact": "b", "is": ["no"]}},
            ]
        }
    )
    assert read.name == "one"
    assert read.sentence == Sentence(id="s", text="T.")
    assert read.when == Every((Leaf("a", ("yes",)), Not(Leaf("b", ("no",)))))


def test_text_that_people_write_loses_its_line_breaks() -> None:
    assert entry(text=" Two\n  lines. ").sentence.text == "Two lines."


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({"number": 3}, ("number", 3.0)),
        ({"colour": "blue"}, ("colour", Colour.BLUE)),
        ({"pair": [1, "a"]}, ("pair", (1.0, "a"))),
        ({"day": "2026-01-31"}, ("day", dt.date(2026, 1, 31))),
        (
            {"time": "2026-01-31T22:30:00"},
            ("time", dt.datetime(2026, 1, 31, 22, 30)),
        ),
        ({"value": [1, 2]}, ("value", (1.0, 2.0))),
        ({"value": "Infinity"}, ("value", math.inf)),
        ({"value": 2}, ("value", 2.0)),
        ({"value": None}, ("value", None)),
    ],
)
def test_values_of_every_kind(
    written: dict[str, object], read: tuple[str, object]
) -> None:
    name, value = read
    found = getattr(entry(**written), name)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("written", "place", "what"),
    [
        ({"number": "3"}, ".number", "'3' stands where a number belongs"),
        ({"number": True}, ".number", "True stands where a number belongs"),
        ({"number": math.nan}, ".number", "nan stands where a number belongs"),
        ({"count": 2.5}, ".count", "2.5 stands where a whole number belongs"),
        ({"count": True}, ".count", "True stands where a whole number belongs"),
        ({"flag": "yes"}, ".flag", "'yes' stands where true or false belongs"),
        ({"colour": "green"}, ".colour", "'green' is none of red, blue"),
        ({"mode": ["any"]}, ".mode", "['any'] is none of any, full"),
        ({"pair": [1]}, ".pair", "[1] stands where a list of 2 values belongs"),
        ({"pair": 1}, ".pair", "1 stands where a list belongs"),
        (
            {"day": "soon"},
            ".day",
            "'soon' stands where a day such as 2026-01-31 belongs",
        ),
        ({"time": "late"}, ".time", "'late' stands where a time such as"),
        (
            {"value": {"a": 1}},
            ".value",
            "{'a': 1} stands where float or str or",
        ),
        ({"value": [1, "a"]}, ".value[1]", "'a' stands where a number belongs"),
        (
            {"when": {"fact": "a"}},
            ".when",
            "no form has just 'fact'; a form needs one of: all; not;",
        ),
        ({"when": {}}, ".when", "no form has just nothing"),
        ({"when": 3}, ".when", "3 stands where a mapping belongs"),
        (
            {"when": {"all": [{"fact": "a", "is": 3}]}},
            ".when.all[0].is",
            "3 stands where a list",
        ),
        (
            {"when": {"not": {"fact": "a", "is": "b", "x": 1}}},
            ".when.not",
            "the key 'x' is unknown",
        ),
        ({"text": 3}, ".sentence.text", "3 stands where text belongs"),
        (
            {"hue": "red"},
            ".sentence",
            "the key 'hue' is unknown; known are id, text",
        ),
    ],
)
def test_refusal_says_what_is_wrong_and_where(
    written: dict[str, object], place: str, what: str
) -> None:
    with pytest.raises(RefusalError) as refused:
        entry(**written)
    assert refused.value.path == f"entries.one{place}"
    assert what in refused.value.what
    assert str(refused.value) == f"{refused.value.path}: {refused.value.what}"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ([], "[] stands where Table belongs"),
        ({}, "the key 'entries' is missing"),
        ({"entries": []}, "entries: [] stands where a mapping belongs"),
        ({"entries": {"one": 3}}, "entries.one: 3 stands where Entry belongs"),
        (
            {"entries": {"one": {"id": "s"}}},
            "entries.one.sentence: the key 'text' is missing",
        ),
    ],
)
def test_refusal_of_a_whole_record(content: object, said: str) -> None:
    with pytest.raises(RefusalError) as refused:
        STRICT.read(Table, content)
    assert str(refused.value) == said


def test_refusal_shows_no_more_than_the_beginning_of_a_long_value() -> None:
    with pytest.raises(
        RefusalError, match=r"aaa\.\.\. stands where a number belongs"
    ):
        entry(number="a" * 500)


def test_measured_values_come_back_to_the_last_bit() -> None:
    values = np.array([[1.1, np.nan], [np.inf, -np.inf]])
    before = Measured(
        values=values, flags=np.array([True, False]), names=frozenset("ba")
    )
    written = json.loads(json.dumps(as_json(before), allow_nan=False))
    assert written["values"] == [[1.1, None], ["Infinity", "-Infinity"]]
    assert written["names"] == ["a", "b"]
    after = LENIENT.read(Measured, written)
    np.testing.assert_array_equal(after.values, values)
    assert after.flags.dtype == np.bool_
    assert (after.names, after.largest) == (before.names, math.inf)


def test_measured_empty_and_unknown_values_come_back() -> None:
    read = LENIENT.read(
        Measured, {"values": [], "flags": [], "largest": None, "colour": "red"}
    )
    assert read.values.dtype.kind == "f"
    assert read.values.size == 0
    assert math.isnan(read.largest)
    with pytest.raises(
        RefusalError, match="flags: 3 stands where a list of values belongs"
    ):
        LENIENT.read(Measured, {"values": [], "flags": 3})


def test_records_within_records_of_their_own_kind_come_back() -> None:
    tree = Every((Leaf("a", ("yes",)), Not(Leaf("b", ("no",)))))
    written = json.loads(json.dumps(as_json(tree)))
    assert written == {
        "all": [
            {"fact": "a", "is": ["yes"]},
            {"not": {"fact": "b", "is": ["no"]}},
        ]
    }
    assert LENIENT.read(Every, written) == tree
    reason = Reason(
        "outer",
        {"text": "a", "count": 2, "why": Reason("in"), "all": (Reason("x"),)},
    )
    assert (
        LENIENT.read(Reason, json.loads(json.dumps(as_json(reason)))) == reason
    )


def test_written_values_are_plain() -> None:
    written: Any = as_json(
        {
            "n": np.int64(3),
            "x": np.float32(0.5),
            "t": (1, Colour.RED),
            "b": np.True_,
        }
    )
    assert written == {"n": 3, "x": 0.5, "t": [1, "red"], "b": True}
    assert [type(value) for value in written.values()] == [
        int,
        float,
        list,
        bool,
    ]


def test_codec_can_be_taught() -> None:
    taught = Codec(
        strict=True,
        setup=lambda converter: converter.register_structure_hook(
            Sentence, lambda value, _: Sentence(id="taught", text=str(value))
        ),
    )
    assert taught.read(Sentence, 3) == Sentence(id="taught", text="3")


def test_schema_describes_every_form() -> None:
    schema: Any = schema_of(Table, written=True)
    described = schema["$defs"]["Entry"]["properties"]
    assert described["number"] == {"type": "number"}
    assert described["colour"] == {"enum": ["red", "blue"]}
    assert described["mode"] == {"enum": ["any", "full"]}
    assert described["pair"]["maxItems"] == 2
    assert described["day"]["anyOf"][0] == {"type": "string", "format": "date"}
    assert schema["$defs"]["Every"]["required"] == ["all"]
    assert schema["additionalProperties"] is False


def test_schema_refuses_what_no_file_may_hold() -> None:
    with pytest.raises(TypeError, match="has no place in a schema"):
        SchemaMaker(written=True).form(complex)
