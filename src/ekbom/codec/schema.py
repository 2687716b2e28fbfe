"""JSON Schemas made from the records themselves, so that they cannot fall behind them."""

import dataclasses
import datetime as dt
import inspect
import types
from collections.abc import Mapping
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np

from ekbom.codec.hooks import JsonValue
from ekbom.codec.keys import is_required, key_of

Schema = dict[str, JsonValue]
Form = (
    Any  # Any: a type form such as `tuple[str, ...]`, which no type describes
)
DIALECT = "https://json-schema.org/draft/2020-12/schema"
UNION = (Union, types.UnionType)
NUMBER: Schema = {
    "anyOf": [{"type": ["number", "null"]}, {"enum": ["Infinity", "-Infinity"]}]
}
SCALARS: Mapping[Form, Schema] = {
    float: NUMBER,
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    str: {"type": "string"},
    types.NoneType: {"type": "null"},
    object: {},
    dt.datetime: {"type": "string", "format": "date-time"},
    dt.date: {"type": "string", "format": "date"},
}
ARRAY_ITEMS: Mapping[str, Schema] = {
    "f": NUMBER,
    "i": {"type": "integer"},
    "b": {"type": "boolean"},
    "U": {"type": "string"},
}


def schema_of(record: type, *, written: bool = False) -> Schema:
    """Describe a record and, under ``$defs``, every record it holds.

    Parameters
    ----------
    record
        The record class.
    written
        True for files that people write: an unknown key is refused, and a number is a number.
        Otherwise a number that may be unknown is ``number | null``.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass
    ... class Limit:
    ...     value: int
    >>> schema_of(Limit)["properties"]
    {'value': {'type': 'integer'}}
    """
    maker = SchemaMaker(written=written)
    found = _reachable(record)
    top = maker.record(found.pop(record.__name__))
    return {
        **top,
        "$defs": {name: maker.record(found[name]) for name in sorted(found)},
    }


def _reachable(top: type) -> dict[str, type]:
    """List the records a record may hold, by name."""
    found: dict[str, type] = {}
    waiting = [top]
    while waiting:
        record = waiting.pop()
        if record.__name__ not in found:
            found[record.__name__] = record
            hints = get_type_hints(record).values()
            waiting += [inner for hint in hints for inner in _records(hint)]
    return found


def _records(form: Form) -> list[type]:
    """List every record a type form mentions."""
    inner = [record for member in get_args(form) for record in _records(member)]
    is_record = isinstance(form, type) and dataclasses.is_dataclass(form)
    return [*inner, form] if is_record else inner


class SchemaMaker:
    """Describes records and types; see `schema_of` for `written`."""

    def __init__(self, *, written: bool) -> None:
        self._written = written

    def record(self, record: type) -> Schema:
        """Describe a record by its fields."""
        hints = get_type_hints(record)
        fields = dataclasses.fields(record)
        described: Schema = {
            "type": "object",
            "description": inspect.getdoc(record) or "",
            "properties": {
                key_of(field): self.form(hints[field.name]) for field in fields
            },
            "required": [
                key_of(field) for field in fields if is_required(field)
            ],
        }
        return (
            {**described, "additionalProperties": False}
            if self._written
            else described
        )

    def form(self, form: Form) -> Schema:
        """Describe what a field of a type may hold; a record by reference.

        Raises
        ------
        TypeError
            If no file may hold such a type.
        """
        if form is float and self._written:
            return {"type": "number"}
        if form in SCALARS:
            return SCALARS[form]
        if isinstance(form, type) and issubclass(form, Enum):
            return {"enum": [str(member.value) for member in form]}
        if isinstance(form, type) and dataclasses.is_dataclass(form):
            return {"$ref": f"#/$defs/{form.__name__}"}
        return self._generic(form, get_origin(form), get_args(form))

    def _generic(
        self, form: Form, origin: Form, members: tuple[Form, ...]
    ) -> Schema:
        if origin in UNION:
            return {"anyOf": [self.form(member) for member in members]}
        if origin is Literal:
            return {"enum": list(members)}
        if origin is np.ndarray:
            item = ARRAY_ITEMS[np.dtype(get_args(members[1])[0]).kind]
            return {
                "type": "array",
                "items": {"anyOf": [item, {"type": "array", "items": item}]},
            }
        if origin is tuple and members[-1] is not Ellipsis:
            return self._fixed_list(members)
        if origin in {tuple, frozenset, list}:
            return {"type": "array", "items": self.form(members[0])}
        if origin is Mapping:
            return {
                "type": "object",
                "additionalProperties": self.form(members[1]),
            }
        raise TypeError(
            f"{form} has no place in a schema; use a record, an array or a plain value."
        )

    def _fixed_list(self, members: tuple[Form, ...]) -> Schema:
        items: list[JsonValue] = [self.form(member) for member in members]
        size = len(items)
        return {
            "type": "array",
            "prefixItems": items,
            "minItems": size,
            "maxItems": size,
        }
