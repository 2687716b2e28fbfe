"""Every movement of PLMScoRe, a program by a co-author of WASM 2016.

Sides, candidates, links, intervals and series agree.
"""

import copy
from pathlib import Path

import pytest
from validation.plmscore import compare, row_differences
from validation.plmscore_statistics import NIGHTS, read_night

PATHS = sorted(NIGHTS.glob("night_*.json.gz"))
SOME = PATHS[2::5]
"""Twelve of the sixty; `python -m validation.plmscore` compares all."""


@pytest.mark.parametrize("path", SOME, ids=lambda path: path.name[:9])
def test_wasm2016_movements_agree_with_plmscore(path: Path) -> None:
    assert list(row_differences(read_night(path))) == []


@pytest.mark.parametrize(
    "column",
    [
        "T2",
        "Onset",
        "nonCLM",
        "NoBil",
        "rLM",
        "AR",
        "PLM",
        "PLMnr",
        "PLM_Sno",
        "PLMnr_Sno",
        "Stage",
    ],
)
def test_plmscore_comparison_notices_a_changed_movement(column: str) -> None:
    night = copy.deepcopy(read_night(PATHS[0]))
    row = next(
        number
        for number, row in enumerate(night["plmscore"]["events"])
        if row[column] is not None
    )
    night["plmscore"]["events"][row][column] += 1
    assert [(item.column, item.row) for item in row_differences(night)] == [
        (column, row)
    ]


def test_plmscore_comparison_notices_a_missing_movement() -> None:
    night = copy.deepcopy(read_night(PATHS[0]))
    del night["plmscore"]["events"][0]
    assert [item.column for item in row_differences(night)] == [
        "number of movements"
    ]


def test_plmscore_comparison_of_an_empty_folder_proves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compare(tmp_path) == 1
    assert "0 nights" in capsys.readouterr().out
