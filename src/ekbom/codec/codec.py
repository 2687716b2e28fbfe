"""Records from what YAML or JSON holds, and back: one converter, driven by the types of the fields.

What this room adds to the library are hooks for arrays, for numbers that JSON does not know, for
records that are told apart by their keys, and refusals of one sentence.
"""

from collections.abc import Callable
from functools import cached_property
from typing import TypeVar, cast

from cattrs import BaseValidationError, Converter
from cattrs.errors import ForbiddenExtraKeysError, StructureHandlerNotFoundError

from ekbom.codec.hooks import JsonValue, register_hooks
from ekbom.codec.refusal import RefusalError, refusal_of

T = TypeVar("T")
Setup = Callable[[Converter], None]
FAULTS = (
    BaseValidationError,
    ForbiddenExtraKeysError,
    StructureHandlerNotFoundError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    OverflowError,
    RecursionError,
)


def _no_setup(_: Converter) -> None:
    """Add no hook."""


class Codec:
    """Reads records from YAML or JSON values and writes them as JSON values.

    Parameters
    ----------
    strict
        For tables and files that people write: an unknown key is refused, and text loses its
        double blanks.
    lone_words
        One word may stand for a list of one.
    setup
        Adds hooks of the room that uses the codec.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass
    ... class Limit:
    ...     value: float
    >>> Codec(strict=True).read(Limit, {"value": 10})
    Limit(value=10.0)
    >>> Codec(strict=True).read(Limit, {"value": 10, "colour": "red"})
    Traceback (most recent call last):
    ...
    ekbom.codec.refusal.RefusalError: the key 'colour' is unknown; known are value
    """

    def __init__(
        self,
        *,
        strict: bool,
        lone_words: bool = False,
        setup: Setup = _no_setup,
    ) -> None:
        self._strict = strict
        self._lone_words = lone_words
        self._setup = setup

    def read(self, kind: type[T], value: object) -> T:
        """Build a record, or any value a field may hold.

        Raises
        ------
        RefusalError
            If a value does not fit; one sentence with what is wrong and where it stands.
        """
        try:
            return self._quick.structure(value, kind)
        except FAULTS:
            raise self._refusal(kind, value) from None

    def write(self, record: object) -> JsonValue:
        """Give JSON values: arrays as lists, NaN as null, infinities by their names."""
        return cast("JsonValue", self._quick.unstructure(record))

    @cached_property
    def _quick(self) -> Converter:
        return self._converter(detailed=False)

    @cached_property
    def _careful(self) -> Converter:
        """Knows the place of a fault; slower, so it is asked only after one."""
        return self._converter(detailed=True)

    def _converter(self, *, detailed: bool) -> Converter:
        converter = Converter(
            detailed_validation=detailed, forbid_extra_keys=self._strict
        )
        register_hooks(
            converter, strict=self._strict, lone_words=self._lone_words
        )
        self._setup(converter)
        return converter

    def _refusal(self, kind: type[T], value: object) -> RefusalError:
        try:
            self._careful.structure(value, kind)
        except FAULTS as error:
            return refusal_of(error)
        return RefusalError("the value is refused", "")


STRICT = Codec(strict=True)
"""Reads what people write, in records of plain types."""
LENIENT = Codec(strict=False)
"""Reads and writes what the program writes; keys of later versions are left aside."""


def as_json(record: object) -> JsonValue:
    """Give any record, or anything that holds records, as JSON values.

    Examples
    --------
    >>> as_json({"rate_per_h": float("nan"), "sides": ("left", "right")})
    {'rate_per_h': None, 'sides': ['left', 'right']}
    """
    return LENIENT.write(record)
