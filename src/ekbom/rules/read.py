"""A table file becomes a record: one grammar for values, bounds and sources in every table.

A parameter is written as ``name: {value, unit, source}`` with `inclusive`, `bound`, `choices`,
`minimum`, `maximum` and `note` where they help; a source as ``[KEY, place, read|secondary]``,
``recalled`` or ``{project: why}``.
"""

import datetime as dt
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

from cattrs import Converter

from ekbom.codec.codec import STRICT, Codec
from ekbom.codec.refusal import RefusalError, shown
from ekbom.criteria.bibliography import Reference
from ekbom.criteria.guidelines import Rule
from ekbom.model.source import EvidenceMark, Parameter, ParameterValue, Source
from ekbom.rules.bibliography import load_bibliography
from ekbom.rules.strict_yaml import TableError, read_table

T = TypeVar("T")
Form = Any  # Any: a type form, which no type describes
NO_LIMIT = "none"
BOUNDS = ("", "<", "<=", ">", ">=")
CLOSENESS = (EvidenceMark.RECALLED, EvidenceMark.SECONDARY, EvidenceMark.READ)
WANTED = "[KEY, place, read or secondary], 'recalled', or {project: why}"


RECALLED = Source(
    evidence=EvidenceMark.RECALLED,
    to_verify=True,
    guideline="clinical knowledge",
    edition="none",
)
PROJECT = Source(
    evidence=EvidenceMark.ENGINEERING, guideline="project rule", edition="1"
)


@dataclass(frozen=True, kw_only=True)
class Head:
    """What every leaf of one file inherits, and what it may cite."""

    last_checked: str
    population: str
    references: Mapping[str, Reference]


_HEAD: ContextVar[Head] = ContextVar("head")


def tables_folder(name: str = "") -> Traversable:
    """Say where the tables of a kind lie."""
    folder = resources.files("ekbom.rules").joinpath("tables")
    return folder.joinpath(name) if name else folder


def read_record(kind: type[T], file: Traversable) -> T:
    """Read one table file.

    Raises
    ------
    TableError
        If the file does not fit the record, or a source cannot be followed; the message names the
        file, the place and what is wrong.
    """
    return record_of(kind, read_table(file), file=file.name)


def record_of(
    kind: type[T],
    content: Mapping[str, object],
    *,
    file: str,
    references: Mapping[str, Reference] | None = None,
) -> T:
    """Read the content of a table file; `references` other than those shipped are for tests."""
    head = Head(
        last_checked=_day(content.get("last_checked"), file=file),
        population=" ".join(str(content.get("population", "")).split()),
        references=load_bibliography() if references is None else references,
    )
    token = _HEAD.set(head)
    try:
        return _codec().read(kind, content)
    except RefusalError as error:
        raise TableError(f"{file}: {error}") from None
    finally:
        _HEAD.reset(token)


def values_record(
    kind: type[T], values: Mapping[str, object], *, file: str
) -> T:
    """Make a record of values, such as those of parameters; every name and kind must fit.

    Raises
    ------
    TableError
        If a value is missing, unknown, or of the wrong kind.
    """
    try:
        return STRICT.read(kind, values)
    except RefusalError as error:
        raise TableError(f"{file}: {error}") from None


def plain_value(parameter: Parameter) -> object:
    """Give the value of a parameter as a table writes it."""
    return (
        list(parameter.value)
        if isinstance(parameter.value, tuple)
        else parameter.value
    )


@cache
def _codec() -> Codec:
    return Codec(strict=True, lone_words=True, setup=_teach)


def _teach(converter: Converter) -> None:
    converter.register_structure_hook(Source, _read_source)
    converter.register_structure_hook_func(
        lambda form: form == ParameterValue, _read_value
    )
    _after(converter, Rule, _with_population)
    _after(converter, Parameter, _with_inclusive)


def _after(
    converter: Converter, record: type[T], finish: Any
) -> None:  # Any: T -> T
    """Finish a record after it was read."""
    read = converter.get_structure_hook(record)
    converter.register_structure_hook(
        record, lambda value, form: finish(read(value, form))
    )


def _day(value: object, *, file: str) -> str:
    if value is None:
        return ""
    try:
        return dt.date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise TableError(
            f"{file}: last_checked must be a day such as 2026-01-31, not {value!r}"
        ) from None


def _read_value(value: object, _: Form) -> ParameterValue:
    """Read a number, a flag, a name or a list of numbers; ``none`` becomes None."""
    if value == NO_LIMIT:
        return None
    if isinstance(value, list) and value and all(map(_is_number, value)):
        return tuple(float(item) for item in value)
    if isinstance(value, bool | int | float) or (
        isinstance(value, str) and value
    ):
        return value
    raise ValueError(
        f"{shown(value)} is neither number, flag, name, list of numbers nor 'none'"
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _with_inclusive(parameter: Parameter) -> Parameter:
    """Check the bound; one that has a sign says by it whether the limit itself is inside."""
    if parameter.bound not in BOUNDS:
        raise ValueError(
            f"the bound {parameter.bound!r} is none of {', '.join(BOUNDS[1:])}"
        )
    if not parameter.unit:
        raise ValueError("the unit must be text; write '1' where there is none")
    if not parameter.bound:
        return parameter
    return replace(parameter, inclusive="=" in parameter.bound)


def _with_population(rule: Rule) -> Rule:
    """Let a rule speak of its own population."""
    if not rule.population:
        return rule
    return replace(
        rule, source=replace(rule.source, population=rule.population)
    )


def _read_source(value: object, _: Form) -> Source:
    head = _HEAD.get()
    if value == "recalled":
        return replace(
            RECALLED, population=head.population, last_checked=head.last_checked
        )
    if isinstance(value, Mapping) and set(value) == {"project"}:
        return replace(
            PROJECT,
            locator=_text(value["project"]),
            population=head.population,
            last_checked=head.last_checked,
        )
    if not isinstance(value, list) or len(value) != 3:
        raise ValueError(f"a source is needed: {WANTED}; not {shown(value)}")
    key, place, mark = map(_text, value)
    reference = _followed(key, mark, head)
    return Source(
        evidence=EvidenceMark(mark),
        citation=key,
        locator=place,
        guideline=reference.guideline,
        edition=reference.edition,
        population=head.population,
        last_checked=head.last_checked,
    )


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"a source needs text, not {shown(value)}: {WANTED}")
    return " ".join(value.split())


def _followed(key: str, mark: str, head: Head) -> Reference:
    """Find a cited reference; it must have been read as closely as the mark says."""
    if key not in head.references:
        raise ValueError(
            f"{key!r} is cited, which the bibliography does not hold; "
            "add it there or correct the key"
        )
    if mark not in (EvidenceMark.READ, EvidenceMark.SECONDARY):
        raise ValueError(
            f"{key} is cited and so must be marked 'read' or 'secondary', not {mark!r}"
        )
    reference = head.references[key]
    if CLOSENESS.index(EvidenceMark(mark)) > CLOSENESS.index(reference.ceiling):
        ceiling = reference.ceiling.value
        raise ValueError(
            f"{key} is said to be {mark}, but the reference itself is only {ceiling}"
        )
    return reference
