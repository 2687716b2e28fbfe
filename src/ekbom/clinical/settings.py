"""Settings: parameters of the tables that a user may replace, checked and shown."""

from collections.abc import Mapping

from rapidfuzz import process

from ekbom.criteria.guidelines import ClinicalTables, bound_setting
from ekbom.model.assessment import SettingChange
from ekbom.model.errors import UsageError
from ekbom.model.source import Parameter, ParameterValue


def table_values(
    parameters: Mapping[str, Parameter],
) -> dict[str, ParameterValue]:
    """Give the value of every parameter by its name, and its bound by the name with ``.bound``."""
    bounds = {
        bound_setting(name): entry.bound
        for name, entry in parameters.items()
        if entry.bound
    }
    return {name: entry.value for name, entry in parameters.items()} | bounds


def apply_settings(
    tables: ClinicalTables, settings: Mapping[str, ParameterValue]
) -> dict[str, ParameterValue]:
    """Join the tables' values with the user's.

    A setting has the name of a parameter, of a parameter with ``.bound``, or another name that the
    tables list (`ClinicalTables.settings`).

    Raises
    ------
    UsageError
        If a name is unknown (with the nearest known one) or a value is of the wrong kind.
    """
    values = table_values(tables.parameters)
    for name, value in settings.items():
        for target, part in _targets(name, value, tables, values):
            values[target] = _checked(target, part, name, tables)
    return values


def _targets(
    name: str,
    value: ParameterValue,
    tables: ClinicalTables,
    known: Mapping[str, object],
) -> list[tuple[str, ParameterValue]]:
    """Find what a setting stands for; a list is dealt out to several parameters."""
    if name in known:
        return [(name, value)]
    targets = tables.settings.get(name)
    if targets is None:
        match = process.extractOne(
            name, [*known, *tables.settings], score_cutoff=80
        )
        hint = f"; did you mean {match[0]!r}?" if match else ""
        raise UsageError(f"no clinical setting is called {name!r}{hint}")
    if not isinstance(value, tuple):
        return [(target, value) for target in targets]
    if len(value) != len(targets):
        raise UsageError(
            f"{name} must be {len(targets)} numbers, not {value!r}"
        )
    return list(zip(targets, value, strict=True))


def _checked(
    target: str, value: ParameterValue, name: str, tables: ClinicalTables
) -> ParameterValue:
    """Check the value of a parameter, or of its bound."""
    if target in tables.bounds:
        return _bound(tables.bounds[target], value, name)
    return _allowed(tables.parameters[target], value, name)


def _bound(
    parameter: Parameter, value: ParameterValue, name: str
) -> ParameterValue:
    """Check a sign; true or false say whether the limit itself belongs inside."""
    direction = parameter.bound[0]
    if isinstance(value, bool):
        return f"{direction}=" if value else direction
    if value not in (direction, f"{direction}="):
        raise UsageError(
            f"{name} cannot be {value!r}; allowed are {direction}, {direction}="
        )
    return value


def _allowed(
    parameter: Parameter, value: ParameterValue, name: str
) -> ParameterValue:
    """Check a value against the parameter it replaces."""
    if parameter.choices and value not in parameter.choices:
        known = ", ".join(map(str, parameter.choices))
        raise UsageError(f"{name} cannot be {value!r}; allowed are {known}")
    numbers = isinstance(parameter.value, int | float) and not isinstance(
        parameter.value, bool
    )
    if numbers and (
        isinstance(value, bool) or not isinstance(value, int | float)
    ):
        raise UsageError(
            f"{name} must be a number in {parameter.unit}, not {value!r}"
        )
    return value


def changed_settings(
    tables: ClinicalTables, values: Mapping[str, ParameterValue]
) -> dict[str, SettingChange]:
    """Name the settings that differ from the tables, for the result.

    Bounds that change together stand under their common name, such as ``plmd.operator``.
    """
    usual = table_values(tables.parameters)
    changed = {name for name, value in values.items() if value != usual[name]}
    joined = _joined_bounds(tables, changed)
    alone = changed.difference(*joined.values())
    shown = {name: targets[0] for name, targets in joined.items()}
    shown |= {name: name for name in values if name in alone}
    return {
        name: SettingChange(value=values[one], usual=usual[one])
        for name, one in shown.items()
    }


def _joined_bounds(
    tables: ClinicalTables, changed: set[str]
) -> dict[str, tuple[str, ...]]:
    """Name the bounds that have one common name and changed together."""
    return {
        name: targets
        for name, targets in tables.settings.items()
        if targets[0] in tables.bounds and changed.issuperset(targets)
    }
