"""Records as JSON values and back, driven by the type hints of the records themselves."""

import dataclasses
import datetime as dt
import math
import types
from collections.abc import Hashable, Iterable, Mapping
from enum import Enum
from functools import cache
from typing import NoReturn, TypeAlias, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import numpy as np

from ekbom.model.errors import InputError

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
T = TypeVar("T")
RECORD_KEY = "record"
INFINITIES = {"Infinity": math.inf, "-Infinity": -math.inf}


def encode(value: object, *, tagged: bool = False) -> JsonValue:
    """Turn a record into JSON values.

    Arrays become lists, NaN becomes null, infinities become their names.

    With `tagged` a record also carries the name of its class, which a field without a fixed type
    needs.
    """
    if isinstance(value, Enum):
        return cast("JsonValue", value.value)
    if isinstance(value, np.ndarray):
        return _encode_array(value)
    if isinstance(value, float | np.floating):
        return _encode_float(float(value))
    if value is None or isinstance(value, bool | int | str):
        return value
    return _encode_composite(value, tagged=tagged)


def _encode_composite(value: object, *, tagged: bool) -> JsonValue:
    """Encode what holds other values: records, mappings, sequences, sets, times."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        name: dict[str, JsonValue] = {RECORD_KEY: type(value).__name__} if tagged else {}
        fields = dataclasses.fields(value)
        return name | {
            f.name: encode(getattr(value, f.name), tagged=tagged or _is_open(type(value), f.name))
            for f in fields
        }
    if isinstance(value, Mapping):
        return {str(key): encode(item, tagged=tagged) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return cast("JsonValue", sorted(str(item) for item in value))
    if isinstance(value, tuple | list):
        return [encode(item, tagged=tagged) for item in value]
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, np.bool_ | np.integer):
        return cast("JsonValue", value.item())
    raise TypeError(
        f"A value of type {type(value).__name__} has no place in a result file; use a record, an array or a number."
    )


def _encode_float(value: float) -> JsonValue:
    if math.isfinite(value):
        return value
    return None if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")


def _encode_array(values: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> JsonValue:
    listed = values.tolist()
    if (
        values.dtype.kind == "f"
        and not np.isfinite(cast("np.ndarray[tuple[int, ...], np.dtype[np.float64]]", values)).all()
    ):
        return _encode_floats(listed)
    return cast("JsonValue", listed)


def _encode_floats(values: list[object]) -> JsonValue:
    return [
        _encode_floats(item) if isinstance(item, list) else _encode_float(cast("float", item))
        for item in values
    ]


@cache
def hints_of(record: Hashable) -> dict[str, object]:
    """Name the fields of a record class with their resolved types (`dict` of name -> type form)."""
    return get_type_hints(record)


def _is_open(record: type, field: str) -> bool:
    """Tell whether a field may hold any record (its hint is or holds `object`)."""
    hint = hints_of(record)[field]
    return hint is object or object in get_args(hint)


class Decoder:
    """Builds records from JSON values.

    `records` are the classes that may stand in fields without a fixed type.
    """

    def __init__(self, records: Iterable[type], *, place: str) -> None:
        self._records = {record.__name__: record for record in records}
        self._place = place

    def record(self, kind: type[T], value: JsonValue) -> T:
        """Build one record; keys it does not know are left aside, fields without a value take their default."""
        if not isinstance(value, dict):
            self._refuse(kind.__name__, value)
        hints = hints_of(cast("Hashable", kind))
        missing = [
            f.name
            for f in dataclasses.fields(cast("type", kind))
            if f.init and f.name not in value and not _has_default(f)
        ]
        if missing:
            raise InputError(
                f"{self._place}: {kind.__name__} has no {missing[0]}; write the file anew with this version of ekbom."
            )
        known = {f.name for f in dataclasses.fields(cast("type", kind))}
        return kind(
            **{name: self.value(hints[name], item) for name, item in value.items() if name in known}
        )

    def value(self, hint: object, value: JsonValue) -> object:
        """Build a value of any type a record may name."""
        if get_origin(hint) in {Union, types.UnionType}:
            return self._union(get_args(hint), value)
        if hint is object:
            return self._open(value)
        if isinstance(hint, type) and dataclasses.is_dataclass(hint):
            return self.record(hint, value)
        if get_origin(hint) is not None:
            return self._generic(hint, value)
        return self._scalar(hint, value)

    def _scalar(self, hint: object, value: JsonValue) -> object:
        if hint is float:
            return self._float(value)
        if (
            isinstance(hint, type)
            and issubclass(hint, Enum | str | int)
            and isinstance(value, str | int)
        ):
            return hint(value)
        if hint is dt.datetime and isinstance(value, str):
            return dt.datetime.fromisoformat(value)
        return self._refuse(str(hint), value)

    def _float(self, value: JsonValue) -> float:
        if value is None:
            return math.nan
        if isinstance(value, str):
            return INFINITIES[value] if value in INFINITIES else self._refuse("number", value)
        return float(value) if isinstance(value, int | float) else self._refuse("number", value)

    def _union(self, members: tuple[object, ...], value: JsonValue) -> object:
        if value is None:
            return None
        kept = [member for member in members if member is not type(None)]
        if len(kept) == 1:
            return self.value(kept[0], value)
        if isinstance(value, list):
            return self.value(next(member for member in kept if get_origin(member) is tuple), value)
        return INFINITIES.get(value, value) if isinstance(value, str) else value

    def _generic(self, hint: object, value: JsonValue) -> object:
        origin, members = get_origin(hint), get_args(hint)
        if origin is np.ndarray and isinstance(value, list):
            return self._array(get_args(members[1])[0], value)
        if origin is tuple and isinstance(value, list):
            if len(members) == 2 and members[1] is Ellipsis:
                return tuple(self.value(members[0], item) for item in value)
            return tuple(
                self.value(member, item) for member, item in zip(members, value, strict=True)
            )
        if origin is frozenset and isinstance(value, list):
            return frozenset(self.value(members[0], item) for item in value)
        if isinstance(origin, type) and issubclass(origin, Mapping) and isinstance(value, dict):
            return {key: self.value(members[1], item) for key, item in value.items()}
        return self._refuse(str(hint), value)

    def _array(self, kind: type[np.generic], value: list[JsonValue]) -> object:
        if issubclass(kind, np.floating):
            value = [self._array_item(item) for item in value]
        return (
            np.array(value, dtype=kind)
            if value
            else np.zeros(0, dtype=kind if kind is not np.str_ else "<U1")
        )

    def _array_item(self, item: JsonValue) -> JsonValue:
        return (
            [self._array_item(inner) for inner in item]
            if isinstance(item, list)
            else self._float(item)
        )

    def _open(self, value: JsonValue) -> object:
        if isinstance(value, dict) and RECORD_KEY in value:
            name = str(value[RECORD_KEY])
            if name not in self._records:
                raise InputError(
                    f"{self._place}: no record is called {name!r}; read the file with the version of ekbom that wrote it."
                )
            return self.record(self._records[name], value)
        if isinstance(value, dict):
            return {key: self._open(item) for key, item in value.items()}
        return tuple(self._open(item) for item in value) if isinstance(value, list) else value

    def _refuse(self, expected: str, value: JsonValue) -> NoReturn:
        shown = repr(value)[:60]
        raise InputError(
            f"{self._place}: {shown} stands where {expected} belongs; write the file anew with this version of ekbom."
        )


def _has_default(field: "dataclasses.Field[object]") -> bool:
    return (
        field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
    )
