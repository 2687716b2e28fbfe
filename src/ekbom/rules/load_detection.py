"""Detector tables -> settings records; a missing, unknown or malformed parameter is refused."""

import dataclasses
import hashlib
from functools import lru_cache
from importlib import resources
from typing import Any

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
        If its table lacks a parameter, has one nobody reads, or holds something other than a
        number.
    """
    if name not in _RECORDS:
        raise UsageError(f"There is no detector {name!r}; known are {', '.join(_RECORDS)}.")
    source = resources.files("ekbom.rules").joinpath("tables", "detection", f"{name}.yaml")
    table = read_table(source)
    if set(table) != {*_HEAD, "parameters"}:
        raise TableError(
            f"{source.name}: the table must have exactly the keys {', '.join(_HEAD)} and parameters"
        )
    parameters = parse_parameters(table, file=source.name)
    record = _RECORDS[name]
    wanted = {field.name for field in dataclasses.fields(record)} - {
        *_HEAD,
        "digest",
        "parameters",
        _CONFIDENCE,
    }
    missing, unknown = wanted - set(parameters), set(parameters) - wanted
    if missing or unknown:
        wrong = [f"missing {key}" for key in sorted(missing)] + [
            f"unknown {key}" for key in sorted(unknown)
        ]
        raise TableError(f"{source.name}: {', '.join(wrong)}")
    # Any: the names were just checked against the fields of the record, which mypy cannot follow
    fields: dict[str, Any] = {key: _number(parameters[key], file=source.name) for key in wanted}
    fields |= {key: str(table[key]) for key in _HEAD}
    if record is RobustSettings:
        fields[_CONFIDENCE] = load_confidence()
    return record(digest=_digest(name, parameters), parameters=parameters, **fields)


def _number(parameter: Parameter, *, file: str) -> float | tuple[float, ...]:
    """Value of a parameter that must be a number or a list of numbers."""
    if isinstance(parameter.value, tuple):
        return parameter.value
    if isinstance(parameter.value, bool) or not isinstance(parameter.value, int | float):
        raise TableError(
            f"{file}: parameter {parameter.name!r} must be a number, not {parameter.value!r}"
        )
    return float(parameter.value)


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


def _digest(name: str, parameters: dict[str, Parameter]) -> str:
    """Short digest of the numbers that decide a result."""
    text = name + "".join(f"|{key}={parameters[key].value!r}" for key in sorted(parameters))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
