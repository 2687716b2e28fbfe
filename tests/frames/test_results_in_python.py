"""Results and tables: compared, pickled, copied, printed, walked through, turned into frames."""

import copy
import pickle
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # has no types
import pytest
from night_shapes import ScoredNights

from ekbom.frames.equal import same
from ekbom.frames.table import Table
from ekbom.model.movements import LegMovements
from ekbom.model.result import StudyResult
from ekbom.report.result_json import read_result, write_result


@pytest.fixture(scope="module")
def result(nights: ScoredNights) -> StudyResult:
    """Take a night of a real run."""
    return nights["no_breathing"]


def tables_of(result: StudyResult) -> list[Table]:
    score = next(iter(result.scores.values()))
    assert result.hypnogram is not None
    return [
        result.leg_movements,
        score.movements,
        result.hypnogram,
        *result.quality,
    ]


@pytest.mark.parametrize(
    "copied",
    [copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))],  # noqa: S301 - our own bytes
    ids=["copied", "pickled"],
)
def test_result_is_equal_to_its_copy(
    result: StudyResult, copied: Callable[[StudyResult], StudyResult]
) -> None:
    other = copied(result)
    assert other is not result
    assert other == result
    assert tables_of(other) == tables_of(result)


def test_result_is_equal_to_the_one_read_from_its_file(
    result: StudyResult, tmp_path: Path
) -> None:
    write_result(result, str(tmp_path / "result.json"))
    assert read_result(str(tmp_path)) == result


def test_result_of_another_number_is_another(result: StudyResult) -> None:
    legs = result.leg_movements
    later = replace(legs, onset_s=legs.onset_s + 0.001)
    assert legs != later
    assert result != replace(result, leg_movements=later)
    assert result != replace(result, seed=result.seed + 1)
    assert result != result.digest


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (np.array([1.0]), [1.0]),
        (np.array([1.0, np.nan]), np.array([1.0, 2.0])),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ((1, 2), (1, 2, 3)),
        (float("nan"), 0.0),
        (np.array(["a"]), np.array(["b"])),
    ],
)
def test_values_that_differ_are_not_the_same(a: object, b: object) -> None:
    assert same(a, a)
    assert not same(a, b)


def test_a_table_has_length_rows_and_a_frame(result: StudyResult) -> None:
    for table in tables_of(result):
        rows = list(table)
        columns = table.columns()
        assert len(table) == len(rows) > 0
        assert [*rows[0]] == [*columns]
        for frame in (table.to_arrow(), pa.table(table)):
            assert frame.column_names == [*columns]
            assert frame.num_rows == len(rows)


def test_a_row_holds_what_stands_in_the_columns(result: StudyResult) -> None:
    legs = result.leg_movements
    for row, onset_s, side in zip(legs, legs.onset_s, legs.side, strict=True):
        assert (row["onset_s"], row["side"]) == (onset_s, side)
    assert legs.evidence is not None
    assert "rest_uv" in legs.columns()


def test_a_table_without_rows_keeps_its_columns() -> None:
    none = np.zeros(0)
    empty = LegMovements(
        onset_s=none,
        duration_s=none,
        side=none.astype(np.str_),
        truncated=none.astype(np.bool_),
    )
    assert (len(empty), list(empty)) == (0, [])
    assert empty.to_arrow().num_rows == 0
    assert "0 rows" in repr(empty)


def test_a_result_is_a_table_of_its_indices(result: StudyResult) -> None:
    rows = result.to_arrow().to_pylist()
    found = {(row["rule_set"], row["index"]): row for row in rows}
    plms = result.scores["wasm2016"].indices["plms_per_h"]
    assert found["wasm2016", "plms_per_h"]["value"] == plms.value
    assert found["sleep", "tst_min"]["unit"] == "min"


def test_a_result_prints_itself(result: StudyResult) -> None:
    plms = result.scores["wasm2016"].indices["plms_per_h"].value
    assert f"wasm2016: plms_per_h {plms:.4g}/h" in repr(result)
    assert len(repr(result)) < 400
    assert "<td>plms_per_h</td>" in result._repr_html_()


def test_html_of_a_notebook_is_escaped(result: StudyResult) -> None:
    named = replace(
        result, recording=replace(result.recording, name="<script>")
    )
    assert "<script>" not in named._repr_html_()
    for table in tables_of(result):
        assert table._repr_html_().startswith("<table><caption>&lt;")


@pytest.mark.parametrize(
    ("missing", "kind"),
    [(set(), "pandas"), ({"pandas"}, "polars"), ({"pandas", "polars"}, "")],
)
def test_frame_is_of_the_first_library_that_is_there(
    result: StudyResult,
    missing: set[str],
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if kind:
        pytest.importorskip(kind)
    for name in missing:
        monkeypatch.setitem(sys.modules, name, None)
    frame = result.scores["wasm2016"].movements.to_frame()
    assert type(frame).__module__.partition(".")[0] == (kind or "pyarrow")
    assert len(frame) == len(result.scores["wasm2016"].movements)


@pytest.mark.parametrize("name", ["pandas", "polars"])
def test_frame_of_a_library_holds_the_table(
    result: StudyResult, name: str
) -> None:
    pytest.importorskip(name)
    table = result.scores["wasm2016"].movements
    frame = getattr(table, f"to_{name}")()
    assert isinstance(frame, import_module(name).DataFrame)
    assert [*frame.columns] == [*table.columns()]
    assert [*frame["stage"]] == table.stage.tolist()
    assert [[*parts] for parts in frame["parts"]] == [
        [*parts] for parts in table.parts
    ]


def test_frame_without_any_library_says_what_to_install(
    result: StudyResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pandas", "polars", "pyarrow"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError, match=r"ekbom\[pandas\]"):
        result.to_frame()
    with pytest.raises(ImportError, match=r"ekbom\[parquet\]"):
        result.to_arrow()
