"""Records that hold one row for each movement or step: their rows chosen, changed or joined."""

from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

import numpy as np

Record = TypeVar("Record")
Column = np.ndarray[Any, Any]  # Any: columns of numbers and of flags


def map_rows(record: Record, change: Callable[[Column], Column]) -> Record:
    """Give a record with every array in it changed, also in the records that it holds."""
    changed: Record = _rebuilt([record], lambda columns: change(columns[0]))
    return changed


def join_rows(parts: Sequence[Record]) -> Record:
    """Put the rows of several records of one kind one after the other.

    What is no array is taken from the first of them; what one of them lacks is None.
    """
    joined: Record = _rebuilt(parts, np.concatenate)
    return joined


def _rebuilt(
    parts: Sequence[Any], make: Callable[[Sequence[Column]], Column]
) -> Any:
    """Make a record of the kind of `parts`, each array from those of the same name."""
    # Any: records of any kind, and what their fields hold
    first = parts[0]
    if any(part is None for part in parts):
        return None
    if isinstance(first, np.ndarray):
        return make(parts)
    if hasattr(first, "_fields"):
        return type(first)(
            *(_rebuilt(columns, make) for columns in zip(*parts, strict=True))
        )
    if not is_dataclass(first) or isinstance(first, type):
        return first
    names = [field.name for field in fields(first)]
    columns = {
        name: _rebuilt([getattr(part, name) for part in parts], make)
        for name in names
    }
    return replace(first, **columns)
