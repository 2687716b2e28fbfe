"""Every number of the detectors' tables is what the frozen list says."""

import pytest
import yaml
from frozen_detector import FROZEN, rows

EXPECTED = yaml.safe_load(FROZEN.read_text(encoding="utf-8"))


def test_no_section_is_missing() -> None:
    assert list(rows()) == list(EXPECTED)


@pytest.mark.parametrize("section", EXPECTED)
def test_tables_hold_what_is_frozen(section: str) -> None:
    assert rows()[section] == EXPECTED[section]
