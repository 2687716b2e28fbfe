"""From the parameters of a scoring table to the typed values the engine works with.

And what is wrong with a value that is not possible.
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Literal, Union, get_args, get_origin, get_type_hints

from ekbom.codec.hooks import is_finite_number
from ekbom.criteria.scoring import (
    INCLUSIVE,
    AmplitudeTable,
    Limit,
    ScoringCriteria,
    Window,
)
from ekbom.model.source import UNDEFINED, Parameter, ParameterValue

LARGEST = 1e6
"""Seconds, microvolts, counts: eleven days, a volt, more movements than any night has."""
AMPLITUDE_NAMES: Mapping[str, object] = get_type_hints(AmplitudeTable)
KINDS: Mapping[str, object] = {
    **AMPLITUDE_NAMES,
    **get_type_hints(ScoringCriteria),
}
INCLUSIVE_OPTIONS: Mapping[str, str] = {
    field.name: str(field.metadata[INCLUSIVE])
    for record in (AmplitudeTable, ScoringCriteria)
    for field in fields(record)
    if INCLUSIVE in field.metadata
}
"""By parameter: the option that says whether a bound is inside."""
ORDERED = (
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
NEEDS = (
    ("leg_combination", "gap", "bilateral_gap_s"),
    ("leg_combination", "onset", "leg_merge_onset_s"),
    ("respiratory_rule", "event_end", "respiratory_window_s"),
    ("respiratory_rule", "event_period", "respiratory_margin_s"),
)
"""A parameter, one of its values, and the parameter that this value cannot do without."""


def choices_of(name: str) -> tuple[str, ...]:
    """Name the values a parameter may take, empty where it is a number, a flag or a window."""
    kind = KINDS[name]
    return tuple(get_args(kind)) if get_origin(kind) is Literal else ()


def is_bound(name: str) -> bool:
    """Say whether the table must tell of a parameter if the value itself is inside."""
    return bool({Limit, Window} & set(_alternatives(KINDS[name])))


def problem_with(name: str, value: ParameterValue) -> str:
    """Say in half a sentence what a parameter must be; empty where the value is possible."""
    *kinds, last = _alternatives(KINDS[name])
    if last is not types.NoneType:
        kinds.append(last)
    elif value in (None, UNDEFINED):
        return ""
    if _is_large(value):
        return f"at most {LARGEST:.0f}"
    tests = [_test_of(kind) for kind in kinds]
    if any(test(value) for _, test in tests):
        return ""
    none = ["'none'"] if last is types.NoneType else []
    return " or ".join([*(wanted for wanted, _ in tests), *none])


def typed(parameter: Parameter) -> object:
    """Turn a checked parameter into the value its field of the criteria wants."""
    kinds, value = _alternatives(KINDS[parameter.name]), parameter.value
    if value in (None, UNDEFINED) and types.NoneType in kinds:
        return None
    if Limit in kinds and isinstance(value, int | float):
        return Limit(value=float(value), inclusive=bool(parameter.inclusive))
    if Window in kinds and isinstance(value, tuple):
        return Window(
            start=value[0], end=value[1], inclusive=bool(parameter.inclusive)
        )
    return (
        float(value)
        if kinds == (float,) and isinstance(value, int | float)
        else value
    )


def contradictions(parameters: Mapping[str, Parameter]) -> list[str]:
    """List what cannot be true together, one sentence each."""
    values = {name: parameter.value for name, parameter in parameters.items()}
    turned = [
        f"{low} = {values[low]} lies above {high} = {values[high]}"
        for low, high in ORDERED
        if _above(values[low], values[high])
    ]
    lacking = [
        f"{name} = {value} needs {needed}, which is not set"
        for name, value, needed in NEEDS
        if values[name] == value and values[needed] in (None, UNDEFINED)
    ]
    return turned + lacking


def _alternatives(kind: object) -> tuple[object, ...]:
    """Split a union into its members."""
    return (
        get_args(kind)
        if get_origin(kind) in (Union, types.UnionType)
        else (kind,)
    )


def _test_of(kind: object) -> tuple[str, Callable[[object], bool]]:
    """Say what a kind wants, and how that is tested."""
    if get_origin(kind) is Literal:
        return f"one of {', '.join(get_args(kind))}", get_args(
            kind
        ).__contains__
    return _TESTS[kind]


def _is_number(value: object) -> bool:
    """Accept a finite number that is not negative."""
    return is_finite_number(value) and value >= 0


def _is_large(value: object) -> bool:
    """Say whether a number is larger than anything a night can hold."""
    numbers = value if isinstance(value, tuple) else (value,)
    return any(
        is_finite_number(number) and abs(number) > LARGEST for number in numbers
    )


def _is_count(value: object) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return whole and _is_number(value) and value != 0


def _is_window(value: object) -> bool:
    if not isinstance(value, tuple) or len(value) != 2:
        return False
    return all(map(is_finite_number, value)) and value[0] <= value[1]


_NUMBER = ("a number of at least 0", _is_number)
_TESTS: Mapping[object, tuple[str, Callable[[object], bool]]] = {
    bool: ("true or false", lambda value: isinstance(value, bool)),
    int: ("a whole number of at least 1", _is_count),
    float: _NUMBER,
    Limit: _NUMBER,
    Window: ("two numbers, the first not above the second", _is_window),
}


def _above(low: ParameterValue, high: ParameterValue) -> bool:
    """Compare two bounds, as far as both are numbers."""
    return (
        isinstance(low, int | float)
        and isinstance(high, int | float)
        and low > high
    )
