"""The physical limits of a leg channel, from their table."""

from dataclasses import fields
from functools import cache
from importlib.resources import files

from ekbom.criteria.physical import PhysicalLimits
from ekbom.rules.parameters import parse_parameters
from ekbom.rules.strict_yaml import TableError, read_table

_TABLE = ("tables", "detection", "physical.yaml")


@cache
def load_physical_limits() -> PhysicalLimits:
    """Load what a leg channel must physically be.

    Raises
    ------
    TableError
        If the table lacks a limit, holds one too many, or one that is no number.
    """
    parameters = parse_parameters(
        read_table(files("ekbom.rules").joinpath(*_TABLE)), file=_TABLE[-1]
    )
    names = {field.name for field in fields(PhysicalLimits)}
    if set(parameters) != names:
        raise TableError(f"{_TABLE[-1]}: the parameters must be exactly {', '.join(sorted(names))}")
    values: dict[str, float] = {}
    for name, parameter in parameters.items():
        if isinstance(parameter.value, bool) or not isinstance(parameter.value, int | float):
            raise TableError(f"{_TABLE[-1]}: {name} must be a number, not {parameter.value!r}")
        values[name] = float(parameter.value)
    return PhysicalLimits(**values)
