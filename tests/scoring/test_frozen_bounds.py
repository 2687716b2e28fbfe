"""Every bound and every choice of the scoring tables against frozen lists a person can read."""

import pytest
from bound_probes import (
    BOUNDS,
    CHOICES,
    NONE,
    PROBES,
    VALUES,
    bound_lines,
    choice_lines,
    read,
    value_lines,
)

from ekbom.rules.load_scoring import load_rule_set, rule_set_names
from ekbom.rules.scoring_values import INCLUSIVE_OPTIONS

WITHOUT_EDGE = {
    "series_min_count",
    "bilateral_max_parts",
    "pi_min_intervals",
    "offset_hold_s",
}
"""Counts, and a length that has no edge: their bound is always inside."""


def test_frozen_bounds_just_below_at_and_just_above() -> None:
    assert list(bound_lines()) == read(BOUNDS)


def test_frozen_choices_as_they_are_and_otherwise() -> None:
    assert list(choice_lines()) == read(CHOICES)


def test_frozen_values_of_the_scoring_tables_and_of_the_table_of_indices() -> (
    None
):
    assert list(value_lines()) == read(VALUES)


def test_frozen_bounds_every_bound_of_a_standard_is_tried() -> None:
    tried = {name.split()[0] for name in PROBES}
    limits_of_large_movements = {
        "lmm_min_s",
        "lmm_max_adult_s",
        "lmm_max_child_s",
    }
    morphology = {"morphology_median_uv", "morphology_window_s"}
    for rules in rule_set_names():
        bounds = {
            name
            for name, item in load_rule_set(rules).parameters.items()
            if item.inclusive is not None
        }
        assert bounds - tried == limits_of_large_movements | morphology


@pytest.mark.parametrize(
    "line", read(BOUNDS), ids=lambda line: f"{line[0]} {line[1]}"
)
def test_frozen_bounds_inclusiveness_decides_at_the_bound(
    line: tuple[str, ...],
) -> None:
    rules, name, _, word, below, at, above = line
    assert below != above
    field, _, edge = name.partition(" ")
    number = load_rule_set(rules).parameters[field].value
    if isinstance(number, tuple):
        number = number[0 if edge == "start" else 1]
    if field in WITHOUT_EDGE:
        return
    assert at in {below, above}
    flipped = {INCLUSIVE_OPTIONS[field]: word == "outside"}
    assert isinstance(number, int | float)
    assert PROBES[name].verdict(rules, number, flipped) == (
        above if at == below else below
    )
    assert PROBES[name].verdict(rules, number, NONE) == at


@pytest.mark.parametrize("name", sorted({line[1] for line in read(CHOICES)}))
def test_frozen_choices_each_flips_a_verdict(name: str) -> None:
    lines = [line for line in read(CHOICES) if line[1] == name]
    others = {
        (rules, verdict, other.split(": ", 1)[1])
        for rules, _, _, verdict, otherwise in lines
        for other in otherwise.split(" | ")
    }
    assert any(
        other not in {verdict, "refused"} for _, verdict, other in others
    ) or all(other == "refused" for _, _, other in others)
