"""How values of each type are read and written: what the library does not know by itself."""

import dataclasses
import datetime as dt
import math
import types
from collections.abc import Callable, Mapping
from enum import Enum, StrEnum
from functools import cache, partial
from typing import (
    Any,
    ForwardRef,
    Literal,
    TypeAlias,
    TypeGuard,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

import numpy as np
from cattrs import Converter
from cattrs.gen import (
    make_dict_structure_fn,
    make_dict_unstructure_fn,
    override,
)

from ekbom.codec.keys import (
    KEY,
    Field,
    gathered,
    key_of,
    naming_field,
    required_keys,
)
from ekbom.codec.refusal import is_whole_text, shown

JsonValue: TypeAlias = (
    "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
)
Form: TypeAlias = (
    Any  # Any: a type form such as `tuple[str, ...]`, which no type describes
)
Hook = Callable[[object, Form], object]
Day = TypeVar("Day", dt.date, dt.datetime)
LATEST_YEAR = 2999
LARGEST = 2**63 - 1
INFINITIES = {"Infinity": math.inf, "-Infinity": -math.inf}
Array = np.ndarray[tuple[int, ...], np.dtype[np.generic]]


def register_hooks(
    converter: Converter, *, strict: bool, lone_words: bool
) -> None:
    """Teach a converter all types of the house."""
    readers: dict[type, Hook] = {
        str: _read_text if strict else _read_str,
        bool: _read_bool,
        int: _read_int,
        float: _read_number if strict else _read_float,
        dt.date: _read_day,
        dt.datetime: _read_time,
        Enum: _read_enum,
        StrEnum: _read_enum,  # before text, of which it is a kind
    }
    for kind, read in readers.items():
        converter.register_structure_hook(kind, read)
    _register_forms(converter, strict=strict, lone_words=lone_words)
    _register_writers(converter)


def _register_forms(
    converter: Converter, *, strict: bool, lone_words: bool
) -> None:
    """Register what is told by the form of a type and not by one class; each hook is made once."""

    def factory(
        fits: Callable[[Form], bool], make: Callable[[Form], Hook]
    ) -> None:
        converter.register_structure_hook_factory(fits, cache(make))

    factory(_is_record, lambda record: _record_hook(record, converter))
    factory(_is_open, lambda _: _as_it_is)
    factory(_is_literal, _choice_hook)
    factory(_is_array, _array_hook)
    factory(
        _is_tuple,
        lambda form: _tuple_hook(form, converter, lone_words=lone_words),
    )
    factory(
        _is_mapping, lambda form: _mapping_hook(form, converter, strict=strict)
    )
    factory(_is_record_union, lambda form: _by_keys_hook(form, converter))
    factory(_is_value_union, lambda form: _value_hook(form, converter))


def _register_writers(converter: Converter) -> None:
    writers: dict[
        type, Callable[[Any], object]
    ] = {  # Any: each takes values of its type
        float: _write_float,
        np.floating: lambda value: _write_float(float(value)),
        int: int,
        bool: bool,
        np.generic: np.generic.item,
        np.ndarray: _write_array,
        dt.date: dt.date.isoformat,
        dt.datetime: dt.datetime.isoformat,
    }
    for kind, write in writers.items():
        converter.register_unstructure_hook(kind, write)
    converter.register_unstructure_hook_factory(
        _is_record, cache(partial(_record_writer, converter=converter))
    )
    writer = converter.register_unstructure_hook_func
    writer(_is_array, _write_array)
    writer(
        _is_listed,
        lambda value: [converter.unstructure(item) for item in value],
    )
    writer(_is_set, lambda value: sorted(str(item) for item in value))
    writer(_is_any_union, converter.unstructure)
    writer(_is_unresolved, converter.unstructure)


# What a type form is


def _origin(form: Form) -> object:
    """Give the generic type of a form such as `tuple[str, ...]`; None for a plain class."""
    return get_origin(form)


def _members(form: Form) -> tuple[Form, ...]:
    """Give the members of a union; a form that is none has no members."""
    return get_args(form) if _origin(form) in (Union, types.UnionType) else ()


def _is_record(form: Form) -> bool:
    return isinstance(form, type) and dataclasses.is_dataclass(form)


def _is_open(form: Form) -> bool:
    return form is object


def _is_literal(form: Form) -> bool:
    return _origin(form) is Literal


def _is_array(form: Form) -> bool:
    return _origin(form) is np.ndarray


def _is_tuple(form: Form) -> bool:
    return _origin(form) is tuple


def _is_mapping(form: Form) -> bool:
    return _origin(form) is Mapping


def _is_any_union(form: Form) -> bool:
    return bool(_members(form))


def _is_unresolved(form: Form) -> bool:
    """Say whether a form is a name, as a record that may hold itself needs."""
    return isinstance(form, str | ForwardRef)


def _is_record_union(form: Form) -> bool:
    kept = [member for member in _members(form) if member is not types.NoneType]
    return len(kept) > 1 and all(map(_is_record, kept))


def _is_value_union(form: Form) -> bool:
    kept = [member for member in _members(form) if member is not types.NoneType]
    return len(kept) > 1 and not all(map(_is_record, kept))


def _is_listed(form: Form) -> bool:
    return form in (tuple, list) or _origin(form) in (tuple, list)


def _is_set(form: Form) -> bool:
    return form in (set, frozenset) or _origin(form) in (set, frozenset)


# Values


def _refused(value: object, wanted: str) -> ValueError:
    return ValueError(f"{shown(value)} stands where {wanted} belongs")


def _as_it_is(value: object, _: Form) -> object:
    return value


def _read_str(value: object, _: Form) -> str:
    if not isinstance(value, str):
        raise _refused(value, "text")
    if not is_whole_text(value):
        raise _refused(value, "text of whole letters")
    return value


def _read_text(value: object, _: Form) -> str:
    """Read text that people wrote; line breaks and double blanks mean one blank."""
    text = _read_str(value, _)
    return (
        " ".join(text.split()) if "\n" in text or "  " in text else text.strip()
    )


def _read_bool(value: object, _: Form) -> bool:
    if not isinstance(value, bool):
        raise _refused(value, "true or false")
    return value


def _read_int(value: object, _: Form) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _refused(value, "a whole number")
    if not -LARGEST <= value <= LARGEST:
        raise _refused(value, "a whole number of at most 64 bits")
    return value


def is_finite_number(value: object) -> TypeGuard[int | float]:
    """Say whether a value is a number that a float can hold; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _read_number(value: object, _: Form) -> float:
    if not is_finite_number(value):
        raise _refused(value, "a number")
    return float(value)


def _read_float(value: object, _: Form) -> float:
    """Read a number of a result: null is NaN, infinities have names."""
    if value is None:
        return math.nan
    if isinstance(value, str) and value in INFINITIES:
        return INFINITIES[value]
    return _read_number(value, _)


def _read_day(value: object, _: Form) -> dt.date:
    try:
        day = dt.date.fromisoformat(_read_str(value, _))
    except ValueError:
        raise _refused(value, "a day such as 2026-01-31") from None
    return _in_calendar(day)


def _read_time(value: object, _: Form) -> dt.datetime:
    try:
        time = dt.datetime.fromisoformat(_read_str(value, _))
    except ValueError:
        raise _refused(value, "a time such as 2026-01-31T22:30:00") from None
    if time.tzinfo is not None:
        raise _refused(value, "a local time without a zone")
    return _in_calendar(time)


def _in_calendar(day: Day) -> Day:
    """Refuse a day so late that the time of a night after it may have no date."""
    if day.year > LATEST_YEAR:
        raise _refused(day.isoformat(), f"a day up to the year {LATEST_YEAR}")
    return day


def _read_enum(value: object, form: Form) -> object:
    return _chosen({member.value: member for member in form}, value, form)


# Forms


def _record_hook(record: type, converter: Converter) -> Hook:
    hints = get_type_hints(record)
    own = {
        field.name: _override(field, hints[field.name], converter)
        for field in dataclasses.fields(record)
        if KEY in field.metadata or field.type != hints[field.name]
    }
    build = cast(
        "Hook",
        make_dict_structure_fn(
            record, converter, _cattrs_use_linecache=False, **own
        ),
    )

    def read(value: object, form: Form) -> object:
        if isinstance(value, record):
            return value
        if not isinstance(value, Mapping):
            raise _refused(value, record.__name__)
        return build(gathered(record, value), form)

    return read


def _override(field: Field, hint: Form, converter: Converter) -> Form:
    """Say under which key a field stands, and of which type it is where it names itself."""
    late = (
        None
        if field.type == hint
        else lambda value, _: converter.structure(value, hint)
    )
    return override(rename=key_of(field), struct_hook=late)


def _choice_hook(form: Form) -> Hook:
    """Read one word of a closed set."""
    return partial(_chosen, {choice: choice for choice in get_args(form)})


def _chosen(choices: Mapping[object, object], value: object, _: Form) -> object:
    if not isinstance(value, str | int) or value not in choices:
        raise ValueError(
            f"{shown(value)} is none of {', '.join(map(str, choices))}"
        )
    return choices[value]


def _tuple_hook(form: Form, converter: Converter, *, lone_words: bool) -> Hook:
    items = get_args(form)
    length = None if items[-1] is Ellipsis else len(items)
    several = list[items[0]]  # type: ignore[valid-type]

    def read(value: object, _: Form) -> tuple[object, ...]:
        if lone_words and isinstance(value, str) and items[0] is str:
            return (value,)
        if not isinstance(value, list | tuple):
            raise _refused(value, "a list")
        if length is None:
            return tuple(converter.structure(value, several))
        if len(value) != length:
            raise _refused(value, f"a list of {length} values")
        pairs = zip(value, items, strict=True)
        return tuple(converter.structure(item, kind) for item, kind in pairs)

    return read


def _mapping_hook(form: Form, converter: Converter, *, strict: bool) -> Hook:
    """Read a mapping; a record that holds its own key gets it from the mapping."""
    kind = get_args(form)[1]
    naming = naming_field(kind) if strict else None
    plain = dict[str, kind]  # type: ignore[valid-type]

    def read(value: object, _: Form) -> object:
        if not isinstance(value, Mapping):
            raise _refused(value, "a mapping")
        if naming is None:
            return converter.structure(value, plain)
        named = {
            name: _with_key(entry, key_of(naming), name)
            for name, entry in value.items()
        }
        return converter.structure(named, plain)

    return read


def _with_key(entry: object, key: str, name: str) -> object:
    return {key: name, **entry} if isinstance(entry, Mapping) else entry


def _by_keys_hook(form: Form, converter: Converter) -> Hook:
    """Read one of several records, told apart by the keys each cannot do without."""
    kinds = [
        member for member in _members(form) if member is not types.NoneType
    ]
    needs = [(required_keys(kind), kind) for kind in kinds]
    optional = types.NoneType in _members(form)

    def read(value: object, _: Form) -> object:
        if value is None and optional:
            return None
        if not isinstance(value, Mapping):
            raise _refused(value, "a mapping")
        written = frozenset(value)
        kind = next((kind for needed, kind in needs if needed <= written), None)
        if kind is None:
            known = "; ".join(", ".join(sorted(needed)) for needed, _ in needs)
            keys = ", ".join(map(repr, value)) or "nothing"
            raise ValueError(
                f"no form has just {keys}; a form needs one of: {known}"
            )
        return converter.structure(value, kind)

    return read


def _value_hook(form: Form, converter: Converter) -> Hook:
    """Read one of several values: a mapping is the record among them, a list one of the tuples."""
    members = _members(form)
    tuples = [member for member in members if _is_tuple(member)]
    record = next(filter(_is_record, members), None)
    words = [
        word
        for member in members
        if _is_literal(member)
        for word in get_args(member)
    ]
    wanted = " or ".join(
        getattr(member, "__name__", str(member)) for member in members
    )

    def read(value: object, _: Form) -> object:
        if isinstance(value, Mapping) and record is not None:
            return converter.structure(value, record)
        if isinstance(value, list) and tuples:
            return converter.structure(value, _tuple_for(value, tuples))
        if isinstance(value, str) and float in members and value in INFINITIES:
            return INFINITIES[value]
        if type(value) is int and (float in members or int in members):
            whole = _read_int(value, int)
            return whole if int in members else float(whole)
        if type(value) is str and str in members:
            return _read_str(value, str)
        if type(value) in members or _is_one_of(value, words):
            return value
        raise _refused(value, wanted)

    return read


def _is_one_of(value: object, words: list[object]) -> bool:
    """Say whether a plain value is one of some words; a list or a mapping is none."""
    return isinstance(value, str | int) and value in words


def _tuple_for(value: list[object], tuples: list[Form]) -> Form:
    """Choose the tuple of records for a list of mappings, and the other for anything else."""
    of_records = bool(value) and isinstance(value[0], Mapping)
    fitting = (
        form for form in tuples if _is_record(get_args(form)[0]) == of_records
    )
    return next(fitting, tuples[0])


def _array_hook(form: Form) -> Hook:
    kind = get_args(get_args(form)[1])[0]
    of_floats = issubclass(kind, np.floating)
    empty = np.zeros(0, dtype="<U1" if kind is np.str_ else kind)

    def read(value: object, _: Form) -> Array:
        if not isinstance(value, list):
            raise _refused(value, "a list of values")
        if not value:
            return empty
        return np.array(
            _floats(value) if of_floats else _exactly(value, kind), dtype=kind
        )

    return read


def _floats(values: list[object]) -> list[object]:
    return [
        _floats(item) if isinstance(item, list) else _read_float(item, float)
        for item in values
    ]


def _exactly(values: list[object], kind: type[np.generic]) -> list[object]:
    """Refuse values that would be bent into the type of an array."""
    reader = next(
        read for base, read in ITEM_READERS.items() if issubclass(kind, base)
    )
    return [
        _exactly(item, kind) if isinstance(item, list) else reader(item, kind)
        for item in values
    ]


ITEM_READERS: Mapping[type, Hook] = {
    np.bool_: _read_bool,
    np.integer: _read_int,
    np.str_: _read_str,
}
"""What reads one item of an array."""


# Writing


def _record_writer(
    record: type, *, converter: Converter
) -> Callable[[object], object]:
    """Write a record by its keys; a field whose type names itself is written as what it holds."""
    hints = get_type_hints(record)
    own = {
        field.name: override(
            rename=key_of(field),
            unstruct_hook=None
            if field.type == hints[field.name]
            else converter.unstructure,
        )
        for field in dataclasses.fields(record)
        if KEY in field.metadata or field.type != hints[field.name]
    }
    make: Any = make_dict_unstructure_fn  # Any: the options of the fields are keyword arguments
    return cast("Callable[[object], object]", make(record, converter, **own))


def _write_float(value: float) -> JsonValue:
    if math.isfinite(value):
        return float(value)
    return (
        None
        if math.isnan(value)
        else ("Infinity" if value > 0 else "-Infinity")
    )


def _write_array(values: Array) -> JsonValue:
    listed = values.tolist()
    if values.dtype.kind == "f" and not np.isfinite(cast("Any", values)).all():
        return _written_floats(listed)
    return cast("JsonValue", listed)


def _written_floats(values: list[object]) -> JsonValue:
    return [
        _written_floats(item)
        if isinstance(item, list)
        else _write_float(cast("float", item))
        for item in values
    ]
