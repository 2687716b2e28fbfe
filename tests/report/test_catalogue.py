"""Catalogue and code are equal: every code has a text, every text a code, every place a value.

The codes are read from the syntax of every constructor of a finding or a reason below `report` and
`app`; where a code is chosen at run time, from the table or the enum it is chosen from.
"""

import ast
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from ekbom.report.words import load_wording

SRC = Path(__file__).parents[2] / "src" / "ekbom"
ROOMS = sorted(
    {path.name for path in SRC.iterdir() if path.is_dir()}
    - {"report", "app", "__pycache__"}
)
POSITION_OF_VALUES = {"Finding": 3, "Reason": 1}
OF_THE_RECORD = {"Finding": {"subject", "origin"}, "Reason": set()}
ENUMS_OF_CODES: dict[str, tuple[str, ...]] = {
    "Finding": (),
    "Reason": ("MinuteReason",),
}
"""Enums whose members are codes by themselves, without a constructor of a record."""
OF_OLDER_RESULTS = {"text-of-1-0"}
"""Codes a reader of older results gives to what was still a sentence there."""


class Made(NamedTuple):
    """A record as a constructor makes it: its kind, its code, the names of its values, where."""

    kind: str
    code: str
    values: frozenset[str]
    where: str


class Scope(NamedTuple):
    """Where a name may have been given a value: a module, and a function of it up to a line."""

    module: ast.Module
    function: ast.AST
    line: int


@cache
def modules() -> dict[Path, ast.Module]:
    files = [
        path for room in ROOMS for path in sorted((SRC / room).rglob("*.py"))
    ]
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in files}


@cache
def enums() -> dict[str, dict[str, str]]:
    """Values of the members of every enum with text members, by class and member."""
    classes = [
        node
        for tree in modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and any(
            isinstance(base, ast.Name) and base.id == "StrEnum"
            for base in node.bases
        )
    ]
    return {
        node.name: {
            target.id: str(item.value.value)
            for item in node.body
            if isinstance(item, ast.Assign)
            and isinstance(item.value, ast.Constant)
            for target in item.targets
            if isinstance(target, ast.Name)
        }
        for node in classes
    }


def given_to(name: str, scope: Scope) -> list[ast.expr]:
    """Everything a name is set to in its function, else in its module."""
    for place in (scope.function, scope.module):
        values = []
        for node in ast.walk(place):
            targets = node.targets if isinstance(node, ast.Assign) else []
            if isinstance(node, ast.AnnAssign | ast.NamedExpr):
                targets = [node.target]
            if any(
                isinstance(target, ast.Name) and target.id == name
                for target in targets
            ):
                values.append(node.value)  # type: ignore[attr-defined]  # as asked above
        if values:
            return [value for value in values if value is not None]
    return []


def codes_of(node: ast.expr, scope: Scope) -> set[str]:
    """Every code an expression may stand for; none where that cannot be read."""
    parts: list[ast.expr] = []
    if isinstance(node, ast.Constant):
        return {str(node.value)}
    if isinstance(node, ast.IfExp):
        parts = [node.body, node.orelse]
    elif isinstance(node, ast.Name):
        parts = given_to(node.id, scope)
    elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        tables = given_to(node.value.id, scope)
        parts = [
            value
            for table in tables
            if isinstance(table, ast.Dict)
            for value in table.values
        ]
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return {enums().get(node.value.id, {}).get(node.attr, "")} - {""}
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return set(enums().get(node.func.id, {}).values())
    codes = [codes_of(part, scope) for part in parts]
    return set().union(*codes) if all(codes) else set()


def names_in(node: ast.expr | None, scope: Scope) -> frozenset[str] | None:
    """Names of the values a record is sure to have; None where that cannot be read."""
    if node is None:
        return frozenset()
    if isinstance(node, ast.Name):
        before = [
            value
            for value in given_to(node.id, scope)
            if value.lineno <= scope.line
        ]
        sets = [names_in(value, scope) for value in before[-1:]]
    elif isinstance(node, ast.IfExp):
        sets = [names_in(node.body, scope), names_in(node.orelse, scope)]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return (
            frozenset().union(*returned_names(node.func.id, scope.module))
            or None
        )
    elif isinstance(node, ast.Dict):
        names: set[str] = set()
        for key, value in zip(node.keys, node.values, strict=True):
            more = (
                names_in(value, scope)
                if key is None
                else frozenset([ast.literal_eval(key)])
            )
            if more is None:
                return None
            names |= more
        return frozenset(names)
    else:
        return None
    known = [names for names in sets if names is not None]
    return (
        frozenset.intersection(*known)
        if known and len(known) == len(sets)
        else None
    )


def returned_names(function: str, module: ast.Module) -> list[frozenset[str]]:
    """Names of the values of everything a function of the module returns."""
    named = [
        node
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef) and node.name == function
    ]
    returned = [
        names_in(node.value, Scope(module, body, node.lineno))
        for body in named
        for node in ast.walk(body)
        if isinstance(node, ast.Return)
    ]
    return [names for names in returned if names is not None]


def members(node: ast.expr, scope: Scope) -> dict[str, str]:
    """Codes of an enum by the names of its members, where a code is chosen from one."""
    if isinstance(node, ast.Name):
        found = [members(value, scope) for value in given_to(node.id, scope)]
        return found[0] if len(found) == 1 else {}
    chosen = (
        node.func
        if isinstance(node, ast.Call)
        else getattr(node, "value", None)
    )
    return enums().get(chosen.id, {}) if isinstance(chosen, ast.Name) else {}


def makers(node: ast.expr | None, scope: Scope) -> dict[str, str]:
    """Functions that make the values, by member of the enum; under "" that of all others.

    Empty where the values do not come from a table of functions.
    """
    chosen = node.func if isinstance(node, ast.Call) else None
    table, default = chosen, {}
    if isinstance(chosen, ast.Subscript):
        table = chosen.value
    elif isinstance(chosen, ast.Call) and isinstance(
        chosen.func, ast.Attribute
    ):
        table, default = (
            chosen.func.value,
            {"": getattr(chosen.args[1], "id", "")},
        )
    tables = given_to(table.id, scope) if isinstance(table, ast.Name) else []
    rows = [
        (key.attr, value.id)
        for one in tables
        if isinstance(one, ast.Dict)
        for key, value in zip(one.keys, one.values, strict=True)
        if isinstance(key, ast.Attribute) and isinstance(value, ast.Name)
    ]
    return default | dict(rows)


def records(tree: ast.Module) -> Iterator[tuple[Scope, ast.Call, str]]:
    """Every constructor of a finding or reason of the model, with the function it stands in."""
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and node.module == "ekbom.model.finding"
        for alias in node.names
    }
    functions = [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id not in imported & POSITION_OF_VALUES.keys():
                continue
            around = [
                function for function in functions if node in ast.walk(function)
            ]
            yield (
                Scope(tree, around[-1] if around else tree, node.lineno),
                node,
                node.func.id,
            )


def made_by(path: Path) -> list[Made]:
    """Read the records a file makes; a code or values that cannot be read fail the test."""
    made = []
    for scope, call, kind in records(modules()[path]):
        where = f"{path.relative_to(SRC)}:{call.lineno}"
        keywords = {keyword.arg: keyword.value for keyword in call.keywords}
        code_node = call.args[0] if call.args else keywords["code"]
        codes = codes_of(code_node, scope)
        position = POSITION_OF_VALUES[kind]
        given = (
            call.args[position]
            if len(call.args) > position
            else keywords.get("values")
        )
        if by_member := makers(given, scope):
            for member, code in members(code_node, scope).items():
                if maker := by_member.get(member, by_member.get("")):
                    held = frozenset[str]().union(
                        *returned_names(maker, scope.module)
                    )
                    made.append(Made(kind, code, held, where))
            continue
        names = names_in(given, scope)
        assert codes, (
            f"{where}: the code cannot be read; write it, or choose it from an enum"
        )
        assert names is not None, (
            f"{where}: the values cannot be read; write them as a dictionary"
        )
        made += [Made(kind, code, names, where) for code in codes]
    return made


@cache
def all_made() -> tuple[Made, ...]:
    return tuple(made for path in modules() for made in made_by(path))


def texts_of(kind: str) -> dict[str, str]:
    prefix = f"{kind.lower()}."
    texts = load_wording().texts
    return {
        key.removeprefix(prefix): texts[key]
        for key in texts
        if key.startswith(prefix)
    }


def places_of(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("kind", POSITION_OF_VALUES)
def test_catalogue_every_code_has_a_text_and_every_text_a_code(
    kind: str,
) -> None:
    codes = {made.code for made in all_made() if made.kind == kind}
    codes |= {
        code for name in ENUMS_OF_CODES[kind] for code in enums()[name].values()
    }
    assert codes | OF_OLDER_RESULTS == set(texts_of(kind))


@pytest.mark.parametrize("kind", POSITION_OF_VALUES)
def test_catalogue_every_place_of_a_text_has_a_value_of_its_name(
    kind: str,
) -> None:
    texts = texts_of(kind)
    missing = [
        f"{made.where}: {made.code} lacks {name}"
        for made in all_made()
        if made.kind == kind and made.code in texts
        for name in places_of(texts[made.code])
        - made.values
        - OF_THE_RECORD[kind]
    ]
    assert missing == []


def test_catalogue_no_code_has_two_meanings_of_severity_or_form() -> None:
    for kind in POSITION_OF_VALUES:
        for code in texts_of(kind):
            assert code == code.lower()
            assert "_" not in code
            assert " " not in code
