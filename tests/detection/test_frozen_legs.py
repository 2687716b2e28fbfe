"""The detectors find on known legs what the frozen list says."""

from collections.abc import Mapping

import pytest
from frozen_legs import FROZEN, rows
from frozen_outcome import expect_frozen, read_frozen


@pytest.fixture(scope="module")
def found() -> Mapping[str, Mapping[str, str]]:
    return rows()


@pytest.mark.parametrize("leg", read_frozen(FROZEN))
def test_leg_holds_what_is_frozen(
    leg: str, found: Mapping[str, Mapping[str, str]]
) -> None:
    expect_frozen(FROZEN, found[leg], leg, rel=1e-4)
