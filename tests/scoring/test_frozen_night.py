"""Nights drawn by lot count to what the frozen list says, by every standard."""

from collections.abc import Mapping

import pytest
from frozen_night import FROZEN, rows
from frozen_outcome import expect_frozen, read_frozen


@pytest.fixture(scope="module")
def found() -> Mapping[str, Mapping[str, str]]:
    return rows()


@pytest.mark.parametrize("part", read_frozen(FROZEN))
def test_night_counts_to_what_is_frozen(
    part: str, found: Mapping[str, Mapping[str, str]]
) -> None:
    expect_frozen(FROZEN, found[part], part, rel=1e-6)
