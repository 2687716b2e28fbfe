"""Every number of the detectors is frozen, and does what it is there for.

`frozen_parameters.toml` lists the values; `behaviour.toml` says for each of them what a small
signal shows with it, and what it shows when the number is another one.
"""

import tomllib
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any

import cleaning_scenarios
import detector_scenarios
import heart_scenarios
import pytest
import restless_scenarios
import surface_scenarios
import train_scenarios
from known_legs import LITERAL, ROBUST
from small_signals import Seen

from ekbom.criteria.detector import DetectorSettings
from ekbom.rules.load_detection import (
    detector_names,
    load_confidence,
    load_detector,
    load_physical_limits,
)

HERE = Path(__file__).parent
Table = dict[
    str, dict[str, Any]
]  # Any: numbers and lists of them, as TOML gives them
Scenario = Callable[..., Seen]
SCENARIOS: dict[str, Scenario] = {
    name: scenario
    for module in (
        cleaning_scenarios,
        detector_scenarios,
        heart_scenarios,
        restless_scenarios,
        surface_scenarios,
        train_scenarios,
    )
    for name, scenario in vars(module).items()
    if "__" in name and not name.startswith("_")
}
DETECTORS: dict[str, DetectorSettings] = {"robust": ROBUST, "literal": LITERAL}


def table(name: str) -> Table:
    """Read one of the lists beside this file."""
    read: Table = tomllib.loads((HERE / name).read_text(encoding="utf-8"))
    return read


BEHAVIOUR = {
    f"{group}.{name}": case
    for group, cases in table("behaviour.toml").items()
    for name, case in cases.items()
}


def frozen_names(detector: str) -> dict[str, object]:
    """Values of a detector as its settings give them, by the names of the frozen list."""
    parameters = load_detector(detector).parameters
    return {
        name if "." in name else f"{detector}.{name}": parameter.value
        for name, parameter in parameters.items()
    }


def settings_of(group: str) -> Any:  # Any: the record of any table
    """Settings of one table."""
    return DETECTORS[group] if group in DETECTORS else getattr(ROBUST, group)


def scenario_of(case: dict[str, Any]) -> tuple[str, Scenario, str]:
    """Group of settings that a scenario takes, the scenario, and the name of what it sees."""
    group, name, seen = case["sees"].split(".", 2)
    return group, SCENARIOS[f"{group}__{name}"], seen


@cache
def seen_with_the_table(group: str, scenario: Scenario) -> Seen:
    """What a scenario sees with the numbers of the tables."""
    return scenario(settings_of(group))


@pytest.mark.parametrize("detector", detector_names())
def test_every_number_of_a_detector_is_the_frozen_one(detector: str) -> None:
    frozen = {
        f"{group}.{name}": tuple(value) if isinstance(value, list) else value
        for group, values in table("frozen_parameters.toml").items()
        for name, value in values.items()
    }
    names = frozen_names(detector)
    assert names == {name: frozen[name] for name in names if name in frozen}


def test_every_physical_limit_is_the_frozen_one() -> None:
    assert (
        asdict(load_physical_limits())
        == table("frozen_parameters.toml")["physical"]
    )


def test_the_models_of_the_confidence_are_the_frozen_ones() -> None:
    frozen, model = (
        table("frozen_parameters.toml")["confidence"],
        load_confidence(),
    )
    assert model is not None
    assert list(model.accepted.coefficients) == frozen["accepted"]
    assert list(model.rejected.coefficients) == frozen["rejected"]


def test_nothing_is_frozen_or_described_that_no_detector_has() -> None:
    there = {
        name for detector in detector_names() for name in frozen_names(detector)
    }
    frozen = table("frozen_parameters.toml")
    groups = set(frozen) - {"physical", "confidence"}
    assert {
        f"{group}.{name}" for group in groups for name in frozen[group]
    } == there
    assert set(BEHAVIOUR) == there


@pytest.mark.parametrize("parameter", BEHAVIOUR)
def test_a_number_does_what_it_is_there_for(parameter: str) -> None:
    case = BEHAVIOUR[parameter]
    group, name = parameter.split(".")
    takes, scenario, seen = scenario_of(case)
    becomes = (
        tuple(case["becomes"])
        if isinstance(case["becomes"], list)
        else case["becomes"]
    )
    kind = type(getattr(settings_of(group), name))
    moved = replace(settings_of(group), **{name: kind(becomes)})
    if takes != group:
        moved = replace(ROBUST, **{group: moved})
    before, after = (
        seen_with_the_table(takes, scenario)[seen],
        scenario(moved)[seen],
    )
    assert before == pytest.approx(case["before"], rel=0.1, abs=0.01)
    change = (after - before) / (case["after"] - case["before"])
    assert 0.5 < change < 1.5, (
        f"{before:g} becomes {after:g}, not {case['after']:g}"
    )
