"""Strict reading of the parameters of a table.

Every number with unit, bound, evidence and source, or it is refused.
"""

import datetime as dt
from collections.abc import Mapping

from ekbom.model.source import UNDEFINED, EvidenceMark, Parameter, ParameterValue, Source
from ekbom.rules.bibliography import load_bibliography
from ekbom.rules.strict_yaml import TableError

NO_LIMIT = "none"
_REQUIRED = {"value", "unit", "source"}
_OPTIONAL = {"inclusive", "bound", "choices", "minimum", "maximum", "note"}


def parse_parameters(table: Mapping[str, object], *, file: str) -> dict[str, Parameter]:
    """Read the mapping `parameters` of a table, each checked on the table's `last_checked`.

    ``value: none`` stands for "no such limit" and becomes None; ``value: undefined`` for a standard
    that is silent.

    Raises
    ------
    TableError
        If a parameter is malformed or has no honest source; the message names file, parameter and
        what is wrong.
    """
    entries = table.get("parameters")
    if not isinstance(entries, dict) or not entries:
        raise TableError(f"{file}: the table needs a mapping 'parameters' with at least one entry")
    day = _day(table.get("last_checked"), place=f"{file}: last_checked")
    return {
        name: _parameter(name, entry, file=file, table_day=day) for name, entry in entries.items()
    }


def _parameter(name: object, entry: object, *, file: str, table_day: str) -> Parameter:
    """Check one parameter and make it a record."""
    place = f"{file}: parameter {name!r}"
    if not isinstance(name, str) or not isinstance(entry, dict):
        raise TableError(f"{place} must be a name with a mapping of value, unit and source")
    unknown, missing = set(entry) - _REQUIRED - _OPTIONAL, _REQUIRED - set(entry)
    if unknown or missing:
        wrong = [f"unknown key {key!r}" for key in sorted(map(str, unknown))] + [
            f"missing key {key!r}" for key in sorted(missing)
        ]
        raise TableError(
            f"{place} has {', '.join(wrong)}; allowed are {', '.join(sorted(_REQUIRED | _OPTIONAL))}"
        )
    return Parameter(
        name=name,
        value=_value(entry["value"], place=place),
        unit=_text(entry["unit"], place=f"{place}, unit"),
        inclusive=_flag(entry.get("inclusive"), place=f"{place}, inclusive"),
        choices=tuple(
            _value(choice, place=f"{place}, choices")
            for choice in _list(entry.get("choices", []), place=place)
        ),
        minimum=_number(entry.get("minimum"), place=f"{place}, minimum"),
        maximum=_number(entry.get("maximum"), place=f"{place}, maximum"),
        note=_text(entry.get("note", "-"), place=f"{place}, note").removeprefix("-").strip(),
        source=read_source(entry["source"], place=place, day=table_day),
    )


def _value(value: object, *, place: str) -> ParameterValue:
    """Accept a number, a flag, a name or a list of numbers; ``none`` becomes None."""
    if isinstance(value, list):
        if not value or any(
            isinstance(item, bool) or not isinstance(item, int | float) for item in value
        ):
            raise TableError(f"{place}: the list {value!r} must hold numbers only")
        return tuple(float(item) for item in value)
    if value == NO_LIMIT:
        return None
    if isinstance(value, bool | int | float) or (isinstance(value, str) and value):
        return value
    raise TableError(
        f"{place}: the value {value!r} is neither number, flag, name, list of numbers, '{NO_LIMIT}' nor '{UNDEFINED}'"
    )


def read_source(node: object, *, place: str, day: str) -> Source:
    """Read ``[KEY, locator, read|secondary]``, ``recalled``, or ``{project: why}``.

    Raises
    ------
    TableError
        If the source is something else, cites an unknown key or has no place.
    """
    if node == "recalled":
        return Source(evidence=EvidenceMark.RECALLED, to_verify=True, last_checked=day)
    if isinstance(node, dict) and set(node) == {"project"}:
        why = _text(node["project"], place=f"{place}, project")
        return Source(evidence=EvidenceMark.ENGINEERING, locator=why, last_checked=day)
    if not isinstance(node, list) or len(node) != 3 or node[2] not in ("read", "secondary"):
        raise TableError(
            f"{place} needs a source: [KEY, locator, read or secondary], 'recalled', or "
            f"{{project: why}}; not {node!r}"
        )
    key, locator, mark = (_text(item, place=f"{place}, source") for item in node)
    if key not in load_bibliography():
        raise TableError(
            f"{place} cites {key!r}, which the bibliography does not hold; "
            "add it there or correct the key"
        )
    return Source(evidence=EvidenceMark(mark), citation=key, locator=locator, last_checked=day)


def _text(value: object, *, place: str) -> str:
    """Accept text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise TableError(f"{place} must be text, not {value!r}")
    return value.strip()


def _flag(value: object, *, place: str) -> bool | None:
    """Accept true, false or nothing."""
    if value is not None and not isinstance(value, bool):
        raise TableError(f"{place} must be true or false, not {value!r}")
    return value


def _number(value: object, *, place: str) -> float | None:
    """Accept a number or nothing."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TableError(f"{place} must be a number, not {value!r}")
    return float(value)


def _list(value: object, *, place: str) -> list[object]:
    """Accept a list."""
    if not isinstance(value, list):
        raise TableError(f"{place}, choices must be a list, not {value!r}")
    return value


def _day(value: object, *, place: str) -> str:
    """Accept a calendar day, as YAML reads it or as text YYYY-MM-DD."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    try:
        return dt.date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise TableError(f"{place} must be a day such as 2026-01-31, not {value!r}") from None
