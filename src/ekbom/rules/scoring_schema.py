"""What kind of value each parameter of a scoring table takes, derived from the records the engine works with."""

import math
import types
from typing import Literal, Union, get_args, get_origin, get_type_hints

from ekbom.criteria.scoring import Limit, ScoringCriteria, Window
from ekbom.model.source import UNDEFINED, Parameter, ParameterValue

AMPLITUDE_NAMES = {
    "onset_above_rest_uv": Limit | None,
    "offset_above_rest_uv": Limit | None,
    "offset_hold_s": Limit | None,
    "morphology": bool,
    "morphology_median_uv": Limit | None,
    "morphology_window_s": Limit | None,
}
KINDS: dict[str, object] = {**AMPLITUDE_NAMES, **get_type_hints(ScoringCriteria)}

_ORDERED = (
    ("offset_above_rest_uv", "onset_above_rest_uv"),
    ("lm_min_duration_s", "clm_max_duration_s"),
    ("imi_min_s", "imi_max_s"),
    ("pi_imi_min_s", "pi_imi_max_s"),
    ("ln_imi_min_s", "ln_imi_max_s"),
    ("imi_histogram_bin_s", "imi_histogram_max_s"),
    ("ln_imi_histogram_bin", "ln_imi_histogram_max"),
    ("lmm_min_s", "lmm_max_adult_s"),
    ("lmm_min_s", "lmm_max_child_s"),
)
"""Pairs of which the first may not lie above the second."""


def choices_of(name: str) -> tuple[str, ...]:
    """Name the values a parameter may take, empty where it is a number, a flag or a window."""
    kind = KINDS[name]
    return tuple(get_args(kind)) if get_origin(kind) is Literal else ()


def problem_with(name: str, value: ParameterValue) -> str:
    """Say in half a sentence what a parameter must be if this value is impossible for it.

    Empty if it is possible.
    """
    kinds = _alternatives(KINDS[name])
    if value in (None, UNDEFINED) and types.NoneType in kinds:
        return ""
    proper = [kind for kind in kinds if kind is not types.NoneType]
    if any(_mismatch(kind, value) == "" for kind in proper):
        return ""
    return " or ".join(
        [
            *(_mismatch(kind, object()) for kind in proper),
            *(["'none'"] if len(kinds) > len(proper) else []),
        ]
    )


def _alternatives(kind: object) -> tuple[object, ...]:
    """Split a union into its members."""
    return get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)


def _mismatch(kind: object, value: object) -> str:
    """Say what this kind wants if the value is not of it."""
    if get_origin(kind) is Literal:
        return "" if value in get_args(kind) else f"one of {', '.join(map(str, get_args(kind)))}"
    if kind is bool:
        return "" if isinstance(value, bool) else "true or false"
    if kind is int:
        return (
            ""
            if isinstance(value, int) and not isinstance(value, bool) and value >= 1
            else "a whole number of at least 1"
        )
    if kind is Window:
        return (
            ""
            if isinstance(value, tuple) and len(value) == 2 and _ordered(value)
            else "two numbers, the first not above the second"
        )
    return "" if _is_number(value) else "a number of at least 0"


def _is_number(value: object) -> bool:
    """Accept a finite number that is not negative."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and value >= 0
    )


def _ordered(pair: tuple[object, ...]) -> bool:
    """Accept two finite numbers in order."""
    first, second = pair
    return (
        isinstance(first, float)
        and isinstance(second, float)
        and math.isfinite(first)
        and math.isfinite(second)
        and first <= second
    )


def typed(parameter: Parameter) -> object:
    """Turn a checked parameter into the value its field of the criteria wants."""
    kinds, value = _alternatives(KINDS[parameter.name]), parameter.value
    if value in (None, UNDEFINED) and types.NoneType in kinds:
        return None
    if Limit in kinds and isinstance(value, int | float):
        return Limit(value=float(value), inclusive=bool(parameter.inclusive))
    if Window in kinds and isinstance(value, tuple):
        return Window(start=value[0], end=value[1], inclusive=bool(parameter.inclusive))
    return float(value) if kinds == (float,) and isinstance(value, int | float) else value


def is_bound(name: str) -> bool:
    """Say whether a parameter is a bound, for which the table must say whether the bound itself is inside."""
    return bool({Limit, Window} & set(_alternatives(KINDS[name])))


def contradictions(parameters: dict[str, Parameter]) -> list[str]:
    """List what cannot be true together, one sentence each."""
    values = {name: parameter.value for name, parameter in parameters.items()}
    found = [
        f"{low} = {values[low]} lies above {high} = {values[high]}"
        for low, high in _ORDERED
        if _above(values[low], values[high])
    ]
    needs = (
        ("leg_combination", "gap", "bilateral_gap_s"),
        ("leg_combination", "onset", "leg_merge_onset_s"),
        ("respiratory_rule", "event_end", "respiratory_window_s"),
        ("respiratory_rule", "event_period", "respiratory_margin_s"),
    )
    for name, value, needed in needs:
        if values[name] == value and values[needed] in (None, UNDEFINED):
            found.append(f"{name} = {value} needs {needed}, which is not set")
    return found


def _above(low: ParameterValue, high: ParameterValue) -> bool:
    """Compare two bounds, as far as both are numbers."""
    return isinstance(low, int | float) and isinstance(high, int | float) and low > high
