"""Options of a scoring rule set.

Their names, their aliases, and how text and TOML become values.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from ekbom.codec.hooks import is_finite_number
from ekbom.codec.refusal import shown
from ekbom.model.errors import InputError, UsageError
from ekbom.model.source import (
    EvidenceMark,
    Parameter,
    ParameterValue,
    Source,
    TableValue,
)
from ekbom.rules.read import NO_LIMIT
from ekbom.rules.scoring_values import (
    INCLUSIVE_OPTIONS,
    contradictions,
    problem_with,
)

ALIASES: Mapping[str, str] = {
    "offset_inclusive": "offset_above_rest_inclusive",
    "onset_uV": "onset_above_rest_uv",
    "offset_uV": "offset_above_rest_uv",
    "morph_uV": "morphology_median_uv",
    "morph_win_s": "morphology_window_s",
    "min_dur": "lm_min_duration_s",
    "max_mono": "clm_max_duration_s",
    "same_leg_gap": "same_leg_gap_s",
    "bil_gap": "bilateral_gap_s",
    "bil_max_n": "bilateral_max_parts",
    "bil_max_dur": "bilateral_max_duration_s",
    "leg_merge_onset": "leg_merge_onset_s",
    "aasm_group_reference": "group_reference",
    "imi_min": "imi_min_s",
    "imi_max": "imi_max_s",
    "min_series": "series_min_count",
    "noncl_breaks": "nonclm_breaks",
    "long_lm_breaks": "nonclm_breaks",
    "rr_window": "respiratory_window_s",
    "rr_excluded_before_series": "respiratory_excluded_before_series",
    "resp_margin": "respiratory_margin_s",
    "resp_overlap": "respiratory_overlap",
    "arousal_gap": "arousal_gap_s",
    "lmm_max_s": "lmm_max_adult_s",
}
_PLMI_LIMIT = "plmi_limit"
_PLMI_SIGNS = {">": False, ">=": True}
_PLMI_NAMES = (
    INCLUSIVE_OPTIONS["plmi_limit_adult_per_h"],
    INCLUSIVE_OPTIONS["plmi_limit_child_per_h"],
)


def option_names(parameters: Mapping[str, Parameter]) -> list[str]:
    """List everything that can be set, aliases included."""
    bounds = _bounds(parameters)
    aliases = [
        alias
        for alias, target in ALIASES.items()
        if target in parameters or target in bounds
    ]
    return sorted({*parameters, *bounds, *aliases, _PLMI_LIMIT})


def apply_options(
    parameters: Mapping[str, Parameter],
    options: Mapping[str, object],
    *,
    rule_set: str,
) -> dict[str, Parameter]:
    """Set options on the parameters of a table.

    Raises
    ------
    UsageError
        If a name is unknown, a value is impossible, or two values contradict each other; the
        message lists what exists.
    """
    changed = dict(parameters)
    for name, value in _plain(options).items():
        target = ALIASES.get(name, name)
        bounds = _bounds(parameters)
        if target in bounds:
            changed[bounds[target]] = _with_bound(
                changed[bounds[target]], value, option=name
            )
        elif target in parameters:
            changed[target] = _with_value(changed[target], value, option=name)
        else:
            known = ", ".join(option_names(parameters))
            raise UsageError(
                f"The rule set {rule_set} has no option {name!r}; options are {known}."
            )
    wrong = contradictions(changed)
    if wrong:
        raise UsageError(
            f"These options of {rule_set} cannot be true together: {'; '.join(wrong)}."
        )
    return changed


def options_from_text(assignments: Iterable[str]) -> dict[str, object]:
    """Read options written as ``name=value``.

    Such as ``imi_max_inclusive=false`` or ``rr_window=[-0.5,0.5]``.

    Raises
    ------
    UsageError
        If an assignment has no equals sign or a name is set twice.
    """
    options: dict[str, object] = {}
    for assignment in assignments:
        name, sign, value = (part.strip() for part in assignment.partition("="))
        if not sign or not name or not value:
            raise UsageError(
                f"The option {assignment!r} must be written name=value, such as short_imi=break."
            )
        if name in options:
            raise UsageError(
                f"The option {name!r} is set twice; keep one of the two."
            )
        options[name] = _from_text(value)
    return options


def options_from_toml(path: Path) -> dict[str, object]:
    """Read options from a TOML file.

    Lines of ``name = value`` stand at the top or in a table ``[options]``.

    Raises
    ------
    InputError
        If the file cannot be read as TOML.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            f"The options file {path} cannot be read ({error.strerror}); "
            "check the path behind --config."
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"The options file {path} cannot be read as TOML ({error}); "
            "write lines such as short_imi = 'break'."
        ) from error
    inner = content.get("options")
    if not isinstance(inner, dict):
        return content
    if len(content) > 1:
        raise InputError(
            f"The options file {path} holds options beside its table [options]; "
            "put all of them in one place."
        )
    return dict(inner)


def set_options(
    assignments: Iterable[str], *, config: Path | None = None
) -> dict[str, object]:
    """Join the options of a command.

    Those of a TOML file, and over them those written as ``name=value``.

    An option of the file gives way to the same option on the command line, under whichever of its
    names each stands.
    """
    spoken = options_from_text(assignments)
    targets = {ALIASES.get(name, name) for name in spoken}
    written = {} if config is None else options_from_toml(config)
    return {
        **{
            name: value
            for name, value in written.items()
            if ALIASES.get(name, name) not in targets
        },
        **spoken,
    }


def _from_text(text: str) -> object:
    """Read a value as TOML would; a bare word is a name."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):
        numbers = text.split(",")
        return (
            [float(number) for number in numbers]
            if len(numbers) > 1 and all(map(_is_number, numbers))
            else text
        )


def _is_number(text: str) -> bool:
    """Say whether text is a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def _plain(options: Mapping[str, object]) -> dict[str, object]:
    """Expand the option that sets two bounds at once and refuse a parameter set under two names."""
    plain: dict[str, object] = {}
    for name, value in options.items():
        if name == _PLMI_LIMIT:
            if not isinstance(value, str) or value not in _PLMI_SIGNS:
                raise UsageError(
                    f"The option plmi_limit must be '>' or '>=', not {shown(value)}."
                )
            plain.update(dict.fromkeys(_PLMI_NAMES, _PLMI_SIGNS[value]))
        else:
            plain[name] = value
    targets = [ALIASES.get(name, name) for name in plain]
    twice = sorted({target for target in targets if targets.count(target) > 1})
    if twice:
        raise UsageError(
            f"The option {twice[0]!r} is set twice under different names; keep one of them."
        )
    return plain


def _bounds(parameters: Mapping[str, Parameter]) -> dict[str, str]:
    """Map the option that says whether a bound is inside to the parameter it belongs to."""
    return {
        option: name
        for name, option in INCLUSIVE_OPTIONS.items()
        if name in parameters
    }


def _with_bound(
    parameter: Parameter, value: object, *, option: str
) -> Parameter:
    """Set whether a bound is inside."""
    if not isinstance(value, bool):
        raise UsageError(
            f"The option {option!r} must be true or false, not {shown(value)}."
        )
    return (
        parameter
        if value == parameter.inclusive
        else _set(parameter, replace(parameter, inclusive=value))
    )


def _with_value(
    parameter: Parameter, value: object, *, option: str
) -> Parameter:
    """Set the value of a parameter."""
    new = _coerced(value)
    problem = problem_with(parameter.name, new)
    if problem:
        raise UsageError(
            f"The option {option!r} must be {problem}, not {shown(value)}."
        )
    if isinstance(new, int | float) and not (
        parameter.minimum or new
    ) <= new <= (parameter.maximum or new):
        raise UsageError(
            f"The option {option!r} must lie between {parameter.minimum} and "
            f"{parameter.maximum}, not {shown(value)}."
        )
    return (
        parameter
        if new == parameter.value
        else _set(parameter, replace(parameter, value=new))
    )


def _coerced(value: object) -> ParameterValue:
    """Make lists tuples and the word none nothing."""
    if isinstance(value, list | tuple) and all(
        is_finite_number(item) for item in value
    ):
        return tuple(float(item) for item in value)
    if value is None or value == NO_LIMIT:
        return None
    return (
        value if isinstance(value, float | int | bool | str) else shown(value)
    )


def _set(before: Parameter, after: Parameter) -> Parameter:
    """Take the source off a parameter that no longer says what its source says."""
    source = Source(
        evidence=EvidenceMark.OPTION, last_checked=before.source.last_checked
    )
    said = before.instead_of or TableValue(
        value=before.value, inclusive=before.inclusive
    )
    return replace(after, source=source, note="", instead_of=said)
