"""The movement tables: the agreed columns first, nothing claimed that was never scored."""

import csv
import datetime as dt
import io
from pathlib import Path

import numpy as np
import pytest
from night_shapes import ScoredNights

from ekbom.report.columns import Columns, clock_time
from ekbom.report.exports.csv import csv_bytes
from ekbom.report.exports.movement_columns import (
    leg_movement_columns,
    movement_columns,
)
from ekbom.report.files import write_night

AGREED = [
    "onset_s",
    "duration_s",
    "side",
    "stage",
    "clm",
    "imi_s",
    "series_id",
    "plm",
    "rrlm",
    "arousal_associated",
]
BREATHING = {"rrlm", "plm_nr", "series_id_nr", "imi_nr_s"}
NEVER_FALSE = {*BREATHING, "arousal_associated"}


def written(columns: Columns) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_bytes(columns).decode())))


def test_tables_agreed_columns_stand_first(nights: ScoredNights) -> None:
    header = [*written(movement_columns(nights["whole"], "wasm2016"))[0]]
    assert header[: len(AGREED)] == AGREED


def test_tables_onsets_and_series_come_back(nights: ScoredNights) -> None:
    result = nights["whole"]
    rows = written(movement_columns(result, "wasm2016"))
    scored = result.scores["wasm2016"].movements
    np.testing.assert_allclose(
        [float(row["onset_s"]) for row in rows], scored.onset_s, atol=5e-7
    )
    assert [int(row["series_id"]) for row in rows] == scored.series_id.tolist()
    assert [row["plm"] == "true" for row in rows] == scored.plm.tolist()
    assert rows[0]["imi_s"] == ""


@pytest.mark.parametrize(
    ("name", "empty"),
    [
        ("whole", set()),
        ("no_breathing", BREATHING),
        ("no_hypnogram", NEVER_FALSE),
    ],
)
def test_tables_what_was_never_scored_is_empty_not_false(
    name: str, empty: set[str], nights: ScoredNights
) -> None:
    rows = written(movement_columns(nights[name], "wasm2016"))
    bare = {
        column
        for column in NEVER_FALSE
        if {row[column] for row in rows} == {""}
    }
    assert bare == empty


def test_tables_leg_movements_name_the_combined_row(
    nights: ScoredNights,
) -> None:
    result = nights["whole"]
    combined = movement_columns(result, "wasm2016")
    for row in written(leg_movement_columns(result)):
        parts = str(combined["parts"][int(row["movement"]) - 1]).split()
        assert row["leg_movement"] in parts
        assert float(row["peak_above_rest_uv"]) > 0


def test_tables_no_movements_give_a_header_and_no_row(
    tmp_path: Path, nights: ScoredNights
) -> None:
    write_night(nights["quiet"], tmp_path)
    assert (
        len(
            (tmp_path / "movements.csv")
            .read_text(encoding="utf-8")
            .splitlines()
        )
        == 1
    )


def test_tables_marked_movements_without_evidence_leave_those_columns_out(
    nights: ScoredNights,
) -> None:
    marked = nights["marked"]
    assert "rest_uv" in leg_movement_columns(nights["whole"])
    assert "rest_uv" not in leg_movement_columns(marked)
    assert set(movement_columns(marked, "wasm2016")["confidence"]) == {None}


def test_tables_cells_are_written_so_that_they_can_be_read_again() -> None:
    assert (
        csv_bytes(
            {"a": [1.5, float("nan"), None, True, "x,y"], "b": [1, 2, 3, 4, 5]}
        )
        == b'a,b\n1.5,1\n,2\n,3\ntrue,4\n"x,y",5\n'
    )


@pytest.mark.parametrize(
    ("onset_s", "said"),
    [(0.0, "22:31:00.0"), (5339.95, "23:59:59.9"), (5340.0, "00:00:00.0")],
)
def test_tables_clock_time_is_local_and_passes_midnight(
    onset_s: float, said: str
) -> None:
    assert clock_time(dt.datetime(2024, 3, 9, 22, 31), onset_s) == said
    assert clock_time(None, onset_s) == ""
