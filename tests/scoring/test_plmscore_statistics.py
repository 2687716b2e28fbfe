"""The 318 statistics of PLMScoRe on random awkward nights: every value agrees."""

from pathlib import Path

import pytest
from validation.plmscore_statistics import (
    STATES,
    differences,
    indices_of_our_movements,
    indices_of_their_movements,
    read_night,
)

NIGHTS = sorted(
    (Path(__file__).parents[1] / "data" / "plmscore_reference").glob(
        "night_*.json.gz"
    )
)
SOME = NIGHTS[::10]


def test_plmscore_nights_are_all_here() -> None:
    assert len(NIGHTS) == 60


@pytest.mark.parametrize("path", SOME, ids=lambda path: path.name[:9])
def test_wasm_indices_agree_with_plmscore_when_counting_its_own_movements(
    path: Path,
) -> None:
    night = read_night(path)
    assert len(night["plmscore"]["statistics"]) * len(STATES) == 318 * 8
    assert list(differences(night, indices_of_their_movements(night))) == []


@pytest.mark.parametrize("path", SOME, ids=lambda path: path.name[:9])
def test_wasm_indices_agree_with_plmscore_when_scoring_its_inputs(
    path: Path,
) -> None:
    night = read_night(path)
    assert list(differences(night, indices_of_our_movements(night))) == []


def test_plmscore_comparison_notices_a_changed_value() -> None:
    night = read_night(NIGHTS[0])
    row = next(
        row
        for row in night["plmscore"]["statistics"]
        if (row["LMtype"], row["Statistic"]) == ("PLM", "number")
    )
    row["TST"] += 1
    found = list(differences(night, indices_of_their_movements(night)))
    assert [(item.row, item.state) for item in found] == [("PLM number", "TST")]
