"""Two records are equal if everything in them is: arrays by their values, NaN beside NaN."""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np


class Comparable:
    """A record that is equal to another with the same content.

    Fields that are declared with ``compare=False`` stay out. It has no hash, as its arrays have
    none.
    """

    def __eq__(self, other: object) -> bool:
        """Compare field by field."""
        if type(other) is not type(self):
            return NotImplemented
        return self is other or _same_fields(self, other)

    __hash__ = None  # type: ignore[assignment]  # as Python itself does for what is compared


def same(a: object, b: object) -> bool:
    """Say whether two values are equal; a mapping in another order is another mapping.

    Examples
    --------
    >>> same({"onset_s": np.array([1.0, np.nan])}, {"onset_s": np.array([1.0, np.nan])})
    True
    >>> same((1.0, "left"), (1.0, "right"))
    False
    """
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return _same_arrays(a, b)
    if dataclasses.is_dataclass(a):
        return type(a) is type(b) and _same_fields(a, b)
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return [*a] == [*b] and _same_items([*a.values()], [*b.values()])
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return _same_items(a, b)
    return a == b or (a != a and b != b)  # noqa: PLR0124 - only NaN differs from itself


def _same_fields(a: object, b: object) -> bool:
    fields = dataclasses.fields(a)  # type: ignore[arg-type]  # both are of one such class
    return all(
        same(getattr(a, field.name), getattr(b, field.name))
        for field in fields
        if field.compare
    )


def _same_items(a: Sequence[object], b: Sequence[object]) -> bool:
    return len(a) == len(b) and all(map(same, a, b))


def _same_arrays(a: object, b: object) -> bool:
    if not isinstance(a, np.ndarray) or not isinstance(b, np.ndarray):
        return False
    return np.array_equal(a, b, equal_nan=a.dtype.kind == b.dtype.kind == "f")
