"""Detector tables become settings; a missing, unknown or malformed parameter is refused."""

import dataclasses
import hashlib
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import TypeVar, get_type_hints

from ekbom.criteria.detector import (
    ConfidenceModel,
    DetectorSettings,
    LiteralSettings,
    RobustSettings,
)
from ekbom.criteria.input_limits import (
    EventLimits,
    PhysicalLimits,
    ScoringFit,
)
from ekbom.criteria.written import DetectorFile
from ekbom.model.errors import UsageError
from ekbom.model.source import Parameter
from ekbom.rules.read import (
    plain_value,
    read_record,
    tables_folder,
    values_record,
)
from ekbom.rules.strict_yaml import TableError

T = TypeVar("T")
_RECORDS: dict[str, type[DetectorSettings]] = {
    "robust": RobustSettings,
    "literal": LiteralSettings,
}
_CONFIDENCE = "confidence"


def detector_names() -> tuple[str, ...]:
    """Names of the detectors that can be chosen."""
    return tuple(_RECORDS)


@cache
def load_detector(name: str) -> DetectorSettings:
    """Read the settings of one detector by name.

    A field of the settings that is itself a record is read from the table of its own name.

    Raises
    ------
    UsageError
        If no detector has this name.
    TableError
        If a table lacks a parameter, has one nobody reads, or holds something other than a number.

    Examples
    --------
    >>> load_detector("robust").id
    'robust'
    """
    if name not in _RECORDS:
        raise UsageError(
            f"There is no detector {name!r}; known are {', '.join(_RECORDS)}."
        )
    kind, table = _RECORDS[name], _table(name)
    groups = {group: _table(group).parameters for group in _groups(kind)}
    parameters = {**table.parameters, **_joined(groups)}
    confidence = load_confidence() if kind is RobustSettings else None
    known: dict[str, object] = {
        **_group_records(kind, groups),
        **({} if confidence is None else {_CONFIDENCE: confidence}),
        "id": table.id,
        "title": table.title,
        "envelope": table.envelope,
        "last_checked": table.last_checked,
        "digest": _digest(name, parameters, confidence),
        "parameters": parameters,
    }
    return _settings(kind, table.parameters, table=name, known=known)


def _group_records(
    kind: type, groups: Mapping[str, Mapping[str, Parameter]]
) -> dict[str, object]:
    """Make the record of every group."""
    records = _groups(kind)
    return {
        group: _settings(records[group], own, table=group)
        for group, own in groups.items()
    }


def _joined(
    groups: Mapping[str, Mapping[str, Parameter]],
) -> dict[str, Parameter]:
    """Name every parameter by its group and its own name."""
    return {
        f"{group}.{name}": parameter
        for group, own in groups.items()
        for name, parameter in own.items()
    }


def load_physical_limits() -> PhysicalLimits:
    """Load what a leg channel must physically be.

    Raises
    ------
    TableError
        If the table lacks a limit, holds one too many, or one that is no number.
    """
    return _settings(
        PhysicalLimits, _table("physical").parameters, table="physical"
    )


def load_event_limits() -> EventLimits:
    """Load how long scored events can last, and what makes a scoring one of another night.

    Raises
    ------
    TableError
        If the table lacks a limit, holds one too many, or one that is no number.
    """
    return _settings(EventLimits, _table("events").parameters, table="events")


def load_scoring_fit() -> ScoringFit:
    """Load when a scoring meets the movements at another place than its own.

    Raises
    ------
    TableError
        If the table lacks a number, holds one too many, or one that is no number.
    """
    return _settings(ScoringFit, _table("fit").parameters, table="fit")


def load_confidence() -> ConfidenceModel | None:
    """Read how confidence follows from evidence.

    None where no table of coefficients is installed.
    """
    source = tables_folder("detection").joinpath(f"{_CONFIDENCE}.yaml")
    return (
        confidence_of(read_record(ConfidenceModel, source))
        if source.is_file()
        else None
    )


def confidence_of(model: ConfidenceModel) -> ConfidenceModel:
    """Check that a model has n coefficients and n times n covariances for its n features."""
    n = len(model.features)
    for part in (model.accepted, model.rejected):
        sizes = len(part.coefficients), len(part.covariance)
        if sizes != (n, n * n):
            raise TableError(
                f"{_CONFIDENCE}.yaml: {n} features need {n} coefficients and {n * n} covariances, "
                f"not {sizes[0]} and {sizes[1]}"
            )
    return model


def _table(name: str) -> DetectorFile:
    return read_record(
        DetectorFile, tables_folder("detection").joinpath(f"{name}.yaml")
    )


def _groups(kind: type) -> dict[str, type]:
    """Name the fields that are records of numbers, each in a table of its own."""
    hints = get_type_hints(kind).items()
    return {
        name: hint
        for name, hint in hints
        if isinstance(hint, type) and dataclasses.is_dataclass(hint)
    }


def _settings(
    kind: type[T],
    parameters: Mapping[str, Parameter],
    *,
    table: str,
    known: Mapping[str, object] = MappingProxyType({}),
) -> T:
    """Make a record of the values of parameters and of what is known besides."""
    values = {
        name: plain_value(parameter) for name, parameter in parameters.items()
    }
    return values_record(kind, {**values, **known}, file=f"{table}.yaml")


def _digest(
    name: str,
    parameters: Mapping[str, Parameter],
    confidence: ConfidenceModel | None,
) -> str:
    """Short digest of the numbers that decide a result."""
    text = name + "".join(
        f"|{key}={parameters[key].value!r}" for key in sorted(parameters)
    )
    return hashlib.sha256(f"{text}|{confidence!r}".encode()).hexdigest()[:16]
