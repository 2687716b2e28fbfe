"""The JSON Schema of `result.json`, made from the records themselves so that it cannot fall behind them."""

import dataclasses
import datetime as dt
import inspect
import json
import sys
import types
from collections.abc import Hashable, Mapping
from enum import Enum
from pathlib import Path
from typing import Union, cast, get_args, get_origin

import numpy as np

from ekbom.model.result import SCHEMA_VERSION, StudyResult
from ekbom.report.codec import RECORD_KEY, JsonValue, hints_of
from ekbom.report.result_json import model_records

Schema = dict[str, JsonValue]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
NUMBER: Schema = {"anyOf": [{"type": ["number", "null"]}, {"enum": ["Infinity", "-Infinity"]}]}
SCALARS: dict[object, Schema] = {
    float: NUMBER,
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    str: {"type": "string"},
    type(None): {"type": "null"},
    dt.datetime: {"type": "string", "format": "date-time"},
}
ARRAY_ITEMS: dict[str, Schema] = {
    "f": NUMBER,
    "i": {"type": "integer"},
    "b": {"type": "boolean"},
    "U": {"type": "string"},
}


def result_schema() -> Schema:
    """Give the schema: one definition per record, numbers that may be unknown as ``number | null``."""
    definitions: Schema = {record.__name__: _record(record) for record in _reachable()}
    properties: Schema = {
        "schema_version": {"const": SCHEMA_VERSION},
        "program": {"type": "string"},
    }
    top = cast("Schema", definitions.pop(StudyResult.__name__))
    top["properties"] = properties | cast("Schema", top["properties"])
    top["required"] = ["schema_version", *cast("list[JsonValue]", top["required"])]
    return {"$schema": DIALECT, "title": "Ekbom: a scored night"} | top | {"$defs": definitions}


def _reachable() -> list[type]:
    """List the records a result may hold, by the names its fields give."""
    known = {record.__name__: record for record in model_records()}
    found: dict[str, type] = {}
    waiting: list[type] = [StudyResult]
    while waiting:
        record = waiting.pop()
        found[record.__name__] = record
        named = {
            name for hint in hints_of(cast("Hashable", record)).values() for name in _names(hint)
        }
        waiting += [known[name] for name in sorted(named) if name in known and name not in found]
    return [found[name] for name in sorted(found)]


def _names(hint: object) -> set[str]:
    """Name every class a type form mentions."""
    inner = {name for member in get_args(hint) for name in _names(member)}
    return inner | ({hint.__name__} if isinstance(hint, type) else set())


def _record(record: type) -> Schema:
    hints = hints_of(cast("Hashable", record))
    fields = dataclasses.fields(record)
    required: list[JsonValue] = [
        f.name
        for f in fields
        if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    ]
    properties: Schema = {f.name: _type(hints[f.name]) for f in fields}
    return {
        "type": "object",
        "description": inspect.getdoc(record) or "",
        "properties": properties,
        "required": required,
    }


def _type(hint: object) -> Schema:
    scalar = next((schema for kind, schema in SCALARS.items() if kind is hint), None)
    if scalar is not None:
        return scalar
    if hint is object:
        return {"description": f"any value; a record carries its class name in '{RECORD_KEY}'"}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"enum": [str(member.value) for member in hint]}
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return {"$ref": f"#/$defs/{hint.__name__}"}
    return _generic(hint)


def _generic(hint: object) -> Schema:
    origin, members = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return {"anyOf": [_type(member) for member in members]}
    if origin is np.ndarray:
        item = ARRAY_ITEMS[np.dtype(get_args(members[1])[0]).kind]
        return {"type": "array", "items": {"anyOf": [item, {"type": "array", "items": item}]}}
    if origin is tuple and members[-1] is not Ellipsis:
        return {
            "type": "array",
            "prefixItems": [_type(member) for member in members],
            "minItems": len(members),
            "maxItems": len(members),
        }
    if origin in {tuple, frozenset, list}:
        return {"type": "array", "items": _type(members[0])}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _type(members[1])}
    raise TypeError(f"{hint} has no place in the schema of a result.")


def main(paths: list[str]) -> None:
    """Write the schema to every path given (``python -m ekbom.report.result_schema PATH ...``)."""
    for path in paths:
        Path(path).write_text(
            json.dumps(result_schema(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
