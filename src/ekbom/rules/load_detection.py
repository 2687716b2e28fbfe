"""Detector tables -> settings records; a missing, unknown or malformed parameter is refused."""

import dataclasses
import hashlib
from functools import lru_cache
from importlib import resources
from typing import Any

from ekbom.model.detector import DetectorSettings, LiteralSettings, RobustSettings
from ekbom.model.errors import UsageError
from ekbom.model.rules import Parameter
from ekbom.rules.parameters import parse_parameters
from ekbom.rules.strict_yaml import TableError, read_table

_RECORDS: dict[str, type[DetectorSettings]] = {"robust": RobustSettings, "literal": LiteralSettings}
_HEAD = ("id", "title", "envelope", "last_checked")


def detector_names() -> tuple[str, ...]:
    """Names of the detectors that can be chosen."""
    return tuple(_RECORDS)


@lru_cache(maxsize=8)
def load_detector(name: str) -> DetectorSettings:
    """Read the settings of one detector by name.

    Raises
    ------
    UsageError
        If no detector has this name.
    TableError
        If its table lacks a parameter, has one nobody reads, or holds something other than a number.
    """
    if name not in _RECORDS:
        raise UsageError(f"There is no detector {name!r}; known are {', '.join(_RECORDS)}.")
    source = resources.files("ekbom.rules").joinpath("tables", "detection", f"{name}.yaml")
    table = read_table(source)
    if set(table) != {*_HEAD, "parameters"}:
        raise TableError(f"{source.name}: the table must have exactly the keys {', '.join(_HEAD)} and parameters")
    parameters = parse_parameters(table, file=source.name)
    record = _RECORDS[name]
    wanted = {field.name for field in dataclasses.fields(record)} - {*_HEAD, "digest", "parameters"}
    missing, unknown = wanted - set(parameters), set(parameters) - wanted
    if missing or unknown:
        wrong = [f"missing {key}" for key in sorted(missing)] + [f"unknown {key}" for key in sorted(unknown)]
        raise TableError(f"{source.name}: {', '.join(wrong)}")
    # Any: the names were just checked against the fields of the record, which mypy cannot follow
    fields: dict[str, Any] = {key: _number(parameters[key], file=source.name) for key in wanted}
    fields |= {key: str(table[key]) for key in _HEAD}
    return record(digest=_digest(name, parameters), parameters=parameters, **fields)


def _number(parameter: Parameter, *, file: str) -> float | tuple[float, ...]:
    """Value of a parameter that must be a number or a list of numbers."""
    if isinstance(parameter.value, tuple):
        return parameter.value
    if isinstance(parameter.value, bool) or not isinstance(parameter.value, int | float):
        raise TableError(f"{file}: parameter {parameter.name!r} must be a number, not {parameter.value!r}")
    return float(parameter.value)


def _digest(name: str, parameters: dict[str, Parameter]) -> str:
    """Short digest of the numbers that decide a result."""
    text = name + "".join(f"|{key}={parameters[key].value!r}" for key in sorted(parameters))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
