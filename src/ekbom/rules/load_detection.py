"""Detector tables -> settings records; a missing, unknown or malformed parameter is refused."""

import dataclasses
import hashlib
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple, cast

from ekbom.criteria.detector import (
    Coefficients,
    ConfidenceModel,
    DetectorSettings,
    LiteralSettings,
    RobustSettings,
)
from ekbom.model.errors import UsageError
from ekbom.model.source import Parameter
from ekbom.rules.parameters import parse_parameters
from ekbom.rules.strict_yaml import TableError, read_table

_RECORDS: dict[str, type[DetectorSettings]] = {"robust": RobustSettings, "literal": LiteralSettings}
_CONFIDENCE = "confidence"
_GROUP_HEAD = ("id", "title", "last_checked")
_HEAD = ("id", "title", "envelope", "last_checked")
_NOT_IN_TABLE = {*_HEAD, "digest", "parameters", _CONFIDENCE}


class _Loaded(NamedTuple):
    """One table: its values by name, its parameters by full name, and its head."""

    values: dict[str, Any]  # Any: values of the fields of a record, which mypy cannot follow
    parameters: dict[str, Parameter]
    head: dict[str, str]


def detector_names() -> tuple[str, ...]:
    """Names of the detectors that can be chosen."""
    return tuple(_RECORDS)


@lru_cache(maxsize=8)
def load_detector(name: str) -> DetectorSettings:
    """Read the settings of one detector by name.

    A field of the settings that is a record is read from the table of its own name.

    Raises
    ------
    UsageError
        If no detector has this name.
    TableError
        If a table lacks a parameter, has one nobody reads, or holds something other than a
        number.
    """
    if name not in _RECORDS:
        raise UsageError(f"There is no detector {name!r}; known are {', '.join(_RECORDS)}.")
    record = _RECORDS[name]
    whole = _read(name, record, head=_HEAD)
    confidence = load_confidence() if record is RobustSettings else None
    values = whole.values | whole.head | {"parameters": whole.parameters}
    if confidence is not None:
        values[_CONFIDENCE] = confidence
    return record(digest=_digest(name, whole.parameters, confidence), **values)


def _read(name: str, record: type, *, head: tuple[str, ...], prefix: str = "") -> _Loaded:
    """Read one table and those of the records it holds, checked against the fields."""
    source = resources.files("ekbom.rules").joinpath("tables", "detection", f"{name}.yaml")
    table = read_table(source)
    if set(table) != {*head, "parameters"}:
        raise TableError(
            f"{source.name}: the table must have exactly the keys {', '.join(head)} and parameters"
        )
    fields = {f.name: f.type for f in dataclasses.fields(record) if f.name not in _NOT_IN_TABLE}
    groups = {key: kind for key, kind in fields.items() if dataclasses.is_dataclass(kind)}
    own = parse_parameters(table, file=source.name)
    _same_names(set(fields) - set(groups), set(own), file=source.name)
    values: dict[str, Any] = {key: _number(own[key], fields[key], file=source.name) for key in own}
    parameters = {f"{prefix}{key}": parameter for key, parameter in own.items()}
    for key, kind in groups.items():
        group = _read(key, cast(type, kind), head=_GROUP_HEAD, prefix=f"{key}.")
        values[key] = cast(type, kind)(**group.values)
        parameters |= group.parameters
    return _Loaded(values, parameters, {key: str(table[key]) for key in head})


def _same_names(wanted: set[str], there: set[str], *, file: str) -> None:
    """Refuse a table that lacks a parameter or holds one that nobody reads."""
    wrong = [f"missing {key}" for key in sorted(wanted - there)]
    wrong += [f"unknown {key}" for key in sorted(there - wanted)]
    if wrong:
        raise TableError(f"{file}: {', '.join(wrong)}")


def _number(parameter: Parameter, kind: object, *, file: str) -> float | tuple[float, ...]:
    """Value of a parameter that must be a number, a whole number, or a list of numbers."""
    value = parameter.value
    if isinstance(value, tuple):
        return value
    if isinstance(value, bool) or not isinstance(value, int if kind is int else int | float):
        wanted = "a whole number" if kind is int else "a number"
        raise TableError(f"{file}: parameter {parameter.name!r} must be {wanted}, not {value!r}")
    return value if kind is int else float(value)


def load_confidence() -> ConfidenceModel | None:
    """Read how confidence follows from evidence.

    None where no table of coefficients is installed.
    """
    source = resources.files("ekbom.rules").joinpath("tables", "detection", f"{_CONFIDENCE}.yaml")
    if not source.is_file():
        return None
    table = read_table(source)
    if set(table) != {"calibrated_on", "features", "accepted", "rejected"}:
        raise TableError(
            f"{source.name}: the table must have exactly the keys calibrated_on, features, accepted and rejected"
        )
    features = table["features"]
    if not isinstance(features, list) or not all(isinstance(name, str) for name in features):
        raise TableError(f"{source.name}: features must be a list of names, not {features!r}")
    return ConfidenceModel(
        calibrated_on=str(table["calibrated_on"]),
        features=tuple(features),
        accepted=_coefficients(table["accepted"], n=len(features), file=source.name),
        rejected=_coefficients(table["rejected"], n=len(features), file=source.name),
    )


def _coefficients(entry: object, *, n: int, file: str) -> Coefficients:
    """Check one logistic model: n coefficients and n times n covariances."""
    if not isinstance(entry, dict) or set(entry) != {"coefficients", "covariance"}:
        raise TableError(f"{file}: a model must have exactly the lists coefficients and covariance")
    columns = {
        key: _floats(entry[key], size=size, place=f"{file}: {key}")
        for key, size in (("coefficients", n), ("covariance", n * n))
    }
    return Coefficients(**columns)


def _floats(values: object, *, size: int, place: str) -> tuple[float, ...]:
    """Accept a list of numbers of the right length."""
    if (
        not isinstance(values, list)
        or len(values) != size
        or not all(isinstance(value, int | float) for value in values)
    ):
        raise TableError(f"{place} must be a list of {size} numbers")
    return tuple(float(value) for value in values)


def _digest(name: str, parameters: dict[str, Parameter], confidence: ConfidenceModel | None) -> str:
    """Short digest of the numbers that decide a result."""
    text = name + "".join(f"|{key}={parameters[key].value!r}" for key in sorted(parameters))
    return hashlib.sha256(f"{text}|{confidence!r}".encode()).hexdigest()[:16]
