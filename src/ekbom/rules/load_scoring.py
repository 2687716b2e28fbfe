"""The scoring standards.

Their tables, with options, as rule sets, and as the criteria the engine works with.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from ekbom.criteria.scoring import AmplitudeCriteria, ScoringCriteria
from ekbom.criteria.written import ScoringFile, SharedFile
from ekbom.model.errors import UsageError
from ekbom.model.source import UNDEFINED, Parameter, ParameterValue, RuleSet
from ekbom.rules.bibliography import load_bibliography
from ekbom.rules.read import NO_LIMIT, read_record, tables_folder
from ekbom.rules.scoring_options import apply_options
from ekbom.rules.scoring_values import (
    AMPLITUDE_NAMES,
    INCLUSIVE_OPTIONS,
    KINDS,
    choices_of,
    contradictions,
    is_bound,
    problem_with,
    typed,
)
from ekbom.rules.strict_yaml import TableError

COMMON = "common.yaml"
_NO_OPTIONS: Mapping[str, object] = {}


@cache
def rule_set_names() -> tuple[str, ...]:
    """Name the scoring standards there are, the default first."""
    files = [
        file.name
        for file in tables_folder("scoring").iterdir()
        if file.name != COMMON
    ]
    names = [
        name.removesuffix(".yaml") for name in files if name.endswith(".yaml")
    ]
    return tuple(sorted(names, key=lambda name: _table(name).rank))


def list_rule_sets() -> tuple[RuleSet, ...]:
    """Load every scoring standard as its table says."""
    return tuple(load_rule_set(name) for name in rule_set_names())


def load_rule_set(
    name: str, *, options: Mapping[str, object] = _NO_OPTIONS
) -> RuleSet:
    """Load a scoring standard and set options on it.

    Parameters
    ----------
    name
        ``wasm2016``, ``aasm``, ``wasm2006``, ``asda1993`` or ``coleman1982``.
    options
        Values by parameter name, by alias, or by the name of a bound with ``_inclusive``. A value
        that equals the table's is no option. ``none`` takes a limit away.

    Raises
    ------
    UsageError
        If the standard or an option is unknown, or a value is impossible; the message lists what
        exists.

    Examples
    --------
    >>> load_rule_set("wasm2016", options={"arousal_gap_inclusive": True}).non_default
    {'arousal_gap_inclusive': True}
    """
    if name not in rule_set_names():
        raise UsageError(
            f"There is no rule set {name!r}; rule sets are {', '.join(rule_set_names())}."
        )
    table, plain = _table(name), _parameters(name)
    parameters = apply_options(plain, options, rule_set=name)
    return RuleSet(
        id=name,
        name=table.name,
        title=table.title,
        edition=table.edition,
        published=table.published,
        status=table.status,
        last_checked=table.last_checked,
        source=table.source,
        parameters=parameters,
        non_default=_differences(plain, parameters),
        digest=_digest(name, parameters),
    )


def rules_text(rule_set: RuleSet) -> str:
    """Name a rule set with every option that is not the default, as results print it.

    Examples
    --------
    >>> rules_text(load_rule_set("wasm2016", options={"imi_max": 60}))
    'wasm2016 with imi_max_s = 60'
    """
    changed = ", ".join(
        f"{name} = {value}" for name, value in rule_set.non_default.items()
    )
    return f"{rule_set.id} with {changed}" if changed else rule_set.id


def scoring_criteria(rule_set: RuleSet) -> ScoringCriteria:
    """Turn the parameters of a rule set into the typed criteria of the scoring engine."""
    names = [name for name in KINDS if name not in AMPLITUDE_NAMES]
    fields: dict[str, Any] = {
        name: typed(rule_set.parameters[name]) for name in names
    }  # Any: the schema has checked each kind
    return ScoringCriteria(**fields)


def amplitude_criteria(rule_set: RuleSet) -> AmplitudeCriteria | None:
    """Turn the amplitude parameters of a rule set into typed criteria.

    None where the standard gives no microvolts.
    """
    parameters = rule_set.parameters
    if any(
        parameters[name].value in (None, UNDEFINED) for name in AMPLITUDE_NAMES
    ):
        return None
    return AmplitudeCriteria(
        onset_above_rest_uv=_number(parameters["onset_above_rest_uv"]),
        onset_inclusive=bool(parameters["onset_above_rest_uv"].inclusive),
        offset_above_rest_uv=_number(parameters["offset_above_rest_uv"]),
        offset_inclusive=bool(parameters["offset_above_rest_uv"].inclusive),
        offset_hold_s=_number(parameters["offset_hold_s"]),
        min_duration_s=_number(parameters["lm_min_duration_s"]),
        morphology=parameters["morphology"].value is True,
        morphology_median_uv=_number(parameters["morphology_median_uv"]),
        morphology_window_s=_number(parameters["morphology_window_s"]),
    )


def _number(parameter: Parameter) -> float:
    """Take a number out of a parameter the schema has checked to be one."""
    if not isinstance(parameter.value, int | float):
        raise TableError(
            f"parameter {parameter.name!r} must be a number, not {parameter.value!r}"
        )
    return float(parameter.value)


@cache
def _table(name: str) -> ScoringFile:
    """Read one table and check its head."""
    table = read_record(
        ScoringFile, tables_folder("scoring").joinpath(f"{name}.yaml")
    )
    if table.id != name:
        raise TableError(
            f"{name}.yaml: the id must be {name!r}, not {table.id!r}"
        )
    if table.source != NO_LIMIT and table.source not in load_bibliography():
        raise TableError(
            f"{name}.yaml: the source {table.source!r} is not in the bibliography; "
            "write 'none' where none was read"
        )
    return table


@cache
def _shared() -> Mapping[str, Parameter]:
    """Read the parameters that all standards share."""
    return read_record(
        SharedFile, tables_folder("scoring").joinpath(COMMON)
    ).parameters


@cache
def _parameters(name: str) -> Mapping[str, Parameter]:
    """Join the parameters of one standard and those all standards share."""
    own, shared = _table(name).parameters, _shared()
    both = sorted(set(own) & set(shared))
    if both:
        raise TableError(
            f"{name}.yaml: the parameter {both[0]!r} stands in {COMMON} too; keep it in one of them"
        )
    return check_scoring_parameters({**own, **shared}, file=f"{name}.yaml")


def check_scoring_parameters(
    parameters: Mapping[str, Parameter], *, file: str
) -> dict[str, Parameter]:
    """Hold the parameters of a scoring table against what the engine needs.

    Every name, every kind, every bound.

    Raises
    ------
    TableError
        If a parameter is missing or unknown, has an impossible value, or is a bound that does not
        say whether it is inside.
    """
    _check_names(parameters, file=file)
    for name, parameter in parameters.items():
        _check_value(name, parameter, file=file)
    wrong = contradictions(parameters)
    if wrong:
        raise TableError(f"{file}: {wrong[0]}")
    return {
        name: replace(parameter, choices=choices_of(name))
        for name, parameter in parameters.items()
    }


def _check_names(parameters: Mapping[str, Parameter], *, file: str) -> None:
    missing, unknown = (
        sorted(set(KINDS) - set(parameters)),
        sorted(set(parameters) - set(KINDS)),
    )
    wrong = [f"lacks {name!r}" for name in missing] + [
        f"has the unknown {name!r}" for name in unknown
    ]
    if wrong:
        raise TableError(f"{file}: the table {', '.join(wrong)}")


def _check_value(name: str, parameter: Parameter, *, file: str) -> None:
    problem = problem_with(name, parameter.value)
    if problem:
        raise TableError(
            f"{file}: parameter {name!r} must be {problem}, not {parameter.value!r}"
        )
    if is_bound(name) and parameter.inclusive is None:
        raise TableError(
            f"{file}: parameter {name!r} is a bound and must say whether it is inclusive"
        )


def _differences(
    plain: Mapping[str, Parameter], changed: Mapping[str, Parameter]
) -> dict[str, ParameterValue]:
    """List what differs from the table, bounds under their own option name."""
    found: dict[str, ParameterValue] = {}
    for name, parameter in changed.items():
        if parameter.value != plain[name].value:
            found[name] = (
                NO_LIMIT if parameter.value is None else parameter.value
            )
        if parameter.inclusive != plain[name].inclusive:
            found[INCLUSIVE_OPTIONS[name]] = parameter.inclusive
    return found


def _digest(name: str, parameters: Mapping[str, Parameter]) -> str:
    """Fingerprint of everything in a rule set that can change a result."""
    content = {
        key: (parameter.value, parameter.unit, parameter.inclusive)
        for key, parameter in sorted(parameters.items())
    }
    return hashlib.sha256(json.dumps([name, content]).encode()).hexdigest()
