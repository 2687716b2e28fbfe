"""Every clinical rule says what the frozen lists say: on its parts, and at every limit."""

from pathlib import Path
from typing import Any

import pytest
from clinical_cases import TABLES
from frozen_facts import read_words
from frozen_verdicts import verdict, with_number

from ekbom.rules.check import all_rules

# Thousands of cases of one compiled judge: what they reach, the other tests reach too.
pytestmark = pytest.mark.no_cover

HERE = Path(__file__).parent
LEAVES: dict[str, list[dict[str, dict[str, Any]]]] = read_words(
    HERE / "frozen_leaves.yaml"
)
BOUNDS: list[dict[str, Any]] = read_words(HERE / "frozen_bounds.yaml")


@pytest.mark.parametrize("rule", LEAVES)
def test_rule_says_on_its_cases_what_is_frozen(rule: str) -> None:
    expected = [next(iter(case.items())) for case in LEAVES[rule]]
    found = [(verdict(rule, facts), facts) for _, facts in expected]
    assert found == expected


@pytest.mark.parametrize(
    "bound",
    BOUNDS,
    ids=[f"{bound['rule']} at {bound['limit']}" for bound in BOUNDS],
)
def test_rule_at_its_limit_says_what_is_frozen(bound: dict[str, Any]) -> None:
    cases = [
        with_number(bound["facts"], bound["fact"], value)
        for value in bound["values"]
    ]
    assert [verdict(bound["rule"], case) for case in cases] == bound["verdicts"]


def test_every_rule_with_a_condition_is_frozen() -> None:
    conditional = {
        rule.id for rule in all_rules(TABLES) if rule.when is not None
    }
    assert conditional == set(LEAVES)
