"""One catalogue of texts.

Nothing used that is missing, nothing kept that is unused, numbers as the locale writes them.
"""

import ast
import datetime as dt
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import NamedTuple

import pytest

from ekbom import report
from ekbom.app import terminal
from ekbom.model.errors import UsageError
from ekbom.report.words import Locale, load_wording

ROOM = Path(report.__file__).parent
SOURCES = {
    path: path.read_text(encoding="utf-8")
    for path in ROOM.rglob("*")
    if path.suffix in {".py", ".j2", ".typ"}
}
EVERYTHING = "\n".join(SOURCES.values())
TERMINAL = Path(terminal.__file__).parent
CODE_GROUPS = tomllib.loads(
    (ROOM / "texts" / "en" / "codes.toml").read_text(encoding="utf-8")
)
CODES_ASKED_FOR = {
    group
    for path in (*SOURCES, *TERMINAL.glob("*.py"))
    if path.suffix == ".py"
    for group in re.findall(
        r"""["']([a-z_]+)["']""", path.read_text(encoding="utf-8")
    )
    if group in CODE_GROUPS
}
"""Groups of words for codes; `test_code_words` holds each equal to the codes there are."""
TEXTS = load_wording().texts
SPEAKERS = {"words", "spoken"}
PLACE = "[a-z0-9_]+"


class Call(NamedTuple):
    """One call that asks for a text: which keys it may mean, and which places it fills."""

    key: str
    values: frozenset[str | None]
    where: str


def calls() -> Iterator[Call]:
    """Find every place of the code that asks for a text by a key written there."""
    for path, source in SOURCES.items():
        for node in ast.walk(ast.parse(source)) if path.suffix == ".py" else ():
            if isinstance(node, ast.Call) and speaks(node.func) and node.args:
                values = frozenset(keyword.arg for keyword in node.keywords)
                where = f"{path.name}:{node.lineno}"
                if pattern := key_pattern(node.args[0]):
                    yield Call(pattern, values, where)


def speaks(function: ast.expr) -> bool:
    name = (
        function.attr
        if isinstance(function, ast.Attribute)
        else getattr(function, "id", "")
    )
    return name in SPEAKERS


def key_pattern(key: ast.expr) -> str:
    """Give the pattern of a key; where a value stands in it, any word may stand."""
    if isinstance(key, ast.Constant):
        return re.escape(str(key.value))
    parts = key.values if isinstance(key, ast.JoinedStr) else []
    return "".join(
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else PLACE
        for part in parts
    )


def meant(call: Call) -> list[str]:
    return [key for key in TEXTS if re.fullmatch(call.key, key)]


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_wording_every_key_in_the_code_has_a_text() -> None:
    found = list(calls())
    assert len(found) > 100
    assert [call.where for call in found if not meant(call)] == []
    labels = set(
        re.findall(
            r'label(?:s|-of)(?:\.at)?[(\[]\s*"([a-z_]+\.[a-z_.]+)"', EVERYTHING
        )
    )
    assert labels
    assert labels <= set(TEXTS), labels - set(TEXTS)


def test_wording_every_place_of_a_text_is_filled_and_no_value_is_lost() -> None:
    for call in calls():
        if None not in call.values:
            needed = [places(TEXTS[key]) for key in meant(call)]
            assert call.values in needed, call


def test_wording_every_text_is_used() -> None:
    literal = set(re.findall(r'"([a-z_]+\.[a-z_.]+)"', EVERYTHING))
    begun = tuple(re.findall(r"""["']([a-z]+[a-z_.]*[._])\{""", EVERYTHING))
    begun += tuple(
        f"{group}." for group in re.findall(r":@([a-z_]+)\}", str(TEXTS))
    )
    begun += tuple(f"{group}." for group in CODES_ASKED_FOR)
    literal |= {
        f"short.{name}" for name in re.findall(r'"([a-z_]+_h)"', EVERYTHING)
    }
    unused = [
        key for key in TEXTS if key not in literal and not key.startswith(begun)
    ]
    assert unused == []


def test_wording_numbers_and_dates_follow_the_locale() -> None:
    words = load_wording(
        "en",
        locale=Locale(
            decimal_sign=",",
            date="{day:02d}.{month:02d}.{year}",
            time="{hour:02d}.{minute:02d}",
        ),
    )
    assert words.number(1234.56) == "1234,6"
    assert words.number(-0.5, decimals=2) == "−0,50"
    assert words.number(None) == "–"
    assert words.number(float("nan")) == "–"
    assert words.date(dt.datetime(2024, 3, 9, 22, 31)) == "09.03.2024"
    assert words.clock(dt.datetime(2024, 3, 9, 22, 31)) == "22.31"
    assert words.span(465.4) == "7 h 45 min"


def test_wording_unknown_language_is_refused_with_what_to_do() -> None:
    with pytest.raises(
        UsageError, match="no catalogue of texts for the language 'xx'"
    ):
        load_wording("xx")
