"""The key under which a field of a record stands in a file."""

import dataclasses
from collections.abc import Mapping
from functools import cache
from typing import Any

KEY = "key"
"""In the metadata of a field: the key in the file, where it is not the field's own name."""
FROM_KEY = "from_key"
"""In the metadata of a field: in a mapping of records it holds the key of its record."""
INLINE = "inline"
"""In the metadata of a field: its record is written among the keys of the record around it."""
Field = dataclasses.Field[Any]  # Any: a field of any type


def key_of(field: Field) -> str:
    """Give the key of a field in a file."""
    return str(field.metadata.get(KEY, field.name))


def is_required(field: Field) -> bool:
    """Say whether a file must hold the field."""
    missing = dataclasses.MISSING
    return (
        field.init
        and field.default is missing
        and field.default_factory is missing
    )


@cache
def required_keys(record: type) -> frozenset[str]:
    """Name the keys a record cannot do without."""
    return frozenset(
        key_of(field)
        for field in dataclasses.fields(record)
        if is_required(field)
    )


def gathered(record: type, value: Mapping[str, object]) -> Mapping[str, object]:
    """Gather the keys of a record that is written among those of the record around it."""
    inline = inline_field(record)
    if inline is None:
        return value
    own = {key_of(field) for field in dataclasses.fields(record)} - {
        key_of(inline)
    }
    inner = {key: item for key, item in value.items() if key not in own}
    return {key: item for key, item in value.items() if key in own} | {
        key_of(inline): inner
    }


@cache
def inline_field(record: type) -> Field | None:
    """Find the field whose record is written inline; None where there is none."""
    return next(filter(_is_inline, dataclasses.fields(record)), None)


def _is_inline(field: Field) -> bool:
    return INLINE in field.metadata


def naming_field(record: type) -> Field | None:
    """Find the field that holds the key of its record in a mapping; None where there is none."""
    if not dataclasses.is_dataclass(record):
        return None
    named = (
        field
        for field in dataclasses.fields(record)
        if field.metadata.get(FROM_KEY)
    )
    return next(named, None)
