"""JSON Schemas made from the records themselves, so that they cannot fall behind them."""

import dataclasses
import datetime as dt
import inspect
import types
from collections.abc import Mapping
from enum import Enum
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

import numpy as np

from ekbom.codec.hooks import JsonValue
from ekbom.codec.keys import is_required, key_of

Schema = dict[str, JsonValue]
Form = Any  # Any: a type form such as `tuple[str, ...]`, which no type describes
DIALECT = "https://json-schema.org/draft/2020-12/schema"
UNION = (Union, types.UnionType)
NUMBER: Schema = {"anyOf": [{"type": ["number", "null"]}, {"enum": ["Infinity", "-Infinity"]}]}
SCALARS: Mapping[Form, Schema] = {
    float: NUMBER,
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    str: {"type": "string"},
    types.NoneType: {"type": "null"},
    dt.datetime: {"type": "string", "format": "date-time"},
    dt.date: {"type": "string", "format": "date"},
}
ARRAY_ITEMS: Mapping[str, Schema] = {
    "f": NUMBER,
    "i": {"type": "integer"},
    "b": {"type": "boolean"},
    "U": {"type": "string"},
}


def schema_of(record: type) -> Schema:
    """Describe a record and, under ``$defs``, every record it holds.

    A number that may be unknown is ``number | null``.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass
    ... class Limit:
    ...     value: int
    >>> schema_of(Limit)["properties"]
    {'value': {'type': 'integer'}}
    """
    found = _reachable(record)
    top = _described(found.pop(record.__name__))
    definitions: Schema = {name: _described(found[name]) for name in sorted(found)}
    return {**top, "$defs": definitions}


def _reachable(top: type) -> dict[str, type]:
    """List the records a record may hold, by name."""
    found: dict[str, type] = {}
    waiting = [top]
    while waiting:
        record = waiting.pop()
        if record.__name__ not in found:
            found[record.__name__] = record
            waiting += [
                inner for hint in get_type_hints(record).values() for inner in _records(hint)
            ]
    return found


def _records(form: Form) -> list[type]:
    """List every record a type form mentions."""
    inner = [record for member in get_args(form) for record in _records(member)]
    is_record = isinstance(form, type) and dataclasses.is_dataclass(form)
    return [*inner, form] if is_record else inner


def _described(record: type) -> Schema:
    hints = get_type_hints(record)
    fields = dataclasses.fields(record)
    return {
        "type": "object",
        "description": inspect.getdoc(record) or "",
        "properties": {key_of(field): form_schema(hints[field.name]) for field in fields},
        "required": [key_of(field) for field in fields if is_required(field)],
    }


def form_schema(form: Form) -> Schema:
    """Describe what a field of a type may hold; a record by reference.

    Raises
    ------
    TypeError
        If no file may hold such a type.
    """
    if form in SCALARS:
        return SCALARS[form]
    if isinstance(form, type) and issubclass(form, Enum):
        return {"enum": [str(member.value) for member in form]}
    if isinstance(form, type) and dataclasses.is_dataclass(form):
        return {"$ref": f"#/$defs/{form.__name__}"}
    return _generic_schema(form, get_origin(form), get_args(form))


def _generic_schema(form: Form, origin: Form, members: tuple[Form, ...]) -> Schema:
    if origin in UNION:
        return {"anyOf": [form_schema(member) for member in members]}
    if origin is Literal:
        return {"enum": list(members)}
    if origin is np.ndarray:
        item = ARRAY_ITEMS[np.dtype(get_args(members[1])[0]).kind]
        return {"type": "array", "items": {"anyOf": [item, {"type": "array", "items": item}]}}
    if origin is tuple and members[-1] is not Ellipsis:
        return _fixed_list(members)
    if origin in {tuple, frozenset, list}:
        return {"type": "array", "items": form_schema(members[0])}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": form_schema(members[1])}
    raise TypeError(f"{form} has no place in a schema; use a record, an array or a plain value.")


def _fixed_list(members: tuple[Form, ...]) -> Schema:
    items = cast("JsonValue", [form_schema(member) for member in members])
    size = len(members)
    return {"type": "array", "prefixItems": items, "minItems": size, "maxItems": size}
