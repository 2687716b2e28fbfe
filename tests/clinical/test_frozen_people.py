"""Whole assessments and a course of visits say what the frozen list says."""

from collections.abc import Mapping

import pytest
from frozen_outcome import expect_frozen, read_frozen
from frozen_people import FROZEN, rows


@pytest.fixture(scope="module")
def found() -> Mapping[str, Mapping[str, str]]:
    return rows()


@pytest.mark.parametrize("person", read_frozen(FROZEN))
def test_person_is_told_what_is_frozen(
    person: str, found: Mapping[str, Mapping[str, str]]
) -> None:
    expect_frozen(FROZEN, found[person], person, rel=1e-9)
