"""Settings: parameters of the tables that a user may replace, checked and shown."""

from collections.abc import Mapping

from rapidfuzz import process

from ekbom.criteria.guidelines import ClinicalTables
from ekbom.model.errors import UsageError
from ekbom.model.source import Parameter, ParameterValue


def apply_settings(
    tables: ClinicalTables, settings: Mapping[str, ParameterValue]
) -> dict[str, ParameterValue]:
    """Join the tables' values with the user's.

    Raises
    ------
    UsageError
        If a name is unknown (with the nearest known one) or a value is of the wrong kind.
    """
    values = {name: parameter.value for name, parameter in tables.parameters.items()}
    for name, value in settings.items():
        if name not in tables.parameters:
            match = process.extractOne(name, list(tables.parameters), score_cutoff=60)
            hint = f"; did you mean {match[0]!r}?" if match else ""
            raise UsageError(f"no clinical setting is called {name!r}{hint}")
        values[name] = _allowed(tables.parameters[name], value)
    return values


def _allowed(parameter: Parameter, value: ParameterValue) -> ParameterValue:
    """Check a value against the parameter it replaces."""
    if parameter.choices and value not in parameter.choices:
        raise UsageError(
            f"{parameter.name} cannot be {value!r}; allowed are {', '.join(map(str, parameter.choices))}"
        )
    numbers = isinstance(parameter.value, int | float) and not isinstance(parameter.value, bool)
    if numbers and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise UsageError(f"{parameter.name} must be a number in {parameter.unit}, not {value!r}")
    if isinstance(parameter.value, tuple) and not (
        isinstance(value, tuple) and len(value) == len(parameter.value)
    ):
        raise UsageError(
            f"{parameter.name} must be {len(parameter.value)} numbers in {parameter.unit}, not {value!r}"
        )
    return value


def changed_settings(
    tables: ClinicalTables, values: Mapping[str, ParameterValue]
) -> dict[str, str]:
    """Name the settings that differ from the tables, for the result."""
    return {
        name: f"{value} (default {tables.parameters[name].value})"
        for name, value in values.items()
        if value != tables.parameters[name].value
    }
