"""Why two standards differ, movement by movement."""

from pathlib import Path

import pytest
from marked_nights import score_marks, write_marks
from told import told

from ekbom.app.commands.rules import diff, list_all, show
from ekbom.model.errors import UsageError
from ekbom.pipeline.explain import compare_rule_sets

PERIODIC = [f"L {start}-{start + 2}" for start in (10, 30, 50)]


def sentences(
    folder: Path, marks: list[str], a: str, b: str, *, stages: str = "N2"
) -> list[str]:
    return [
        told(item.reason)
        for item in compare_rule_sets(
            score_marks(folder, marks, rules=(a, b), stages=stages), a, b
        ).movements
    ]


def test_rules_diff_names_the_interval_that_ended_the_series(
    tmp_path: Path,
) -> None:
    found = sentences(tmp_path, [*PERIODIC, "L 57.2-58"], "aasm", "wasm2016")
    assert found[3] == (
        "LM 4: in a series by AASM, not by WASM 2016, since the interval before it is 7.2 s, "
        "below 10 s, which leaves a run of 1"
    )
    assert found[0] == (
        "LM 1: in a series by AASM, not by WASM 2016, "
        "since before LM 4 the interval is 7.2 s, below 10 s, which leaves a run of 3"
    )


def test_rules_diff_numbers_movements_as_the_table_of_movements_does(
    tmp_path: Path,
) -> None:
    marks = [*PERIODIC, "L 57.2-58"]
    night = score_marks(
        tmp_path, marks, rules=("aasm", "wasm2016"), stages="N2"
    )
    found = compare_rule_sets(night, "aasm", "wasm2016").movements
    assert [(item.row_a, item.row_b) for item in found] == [
        (row, row) for row in (1, 2, 3, 4)
    ]


def test_rules_diff_names_the_movement_that_is_no_candidate(
    tmp_path: Path,
) -> None:
    found = sentences(
        tmp_path, [*PERIODIC, "L 60-72", "L 80-81"], "wasm2006", "wasm2016"
    )
    assert (
        "before LM 5 LM 4 is no candidate (it lasts 12 s, a candidate at most 10 s)"
        in found[0]
    )
    assert (
        "LM 5: in a series by WASM 2006, not by WASM 2016, since LM 4 before it is no candidate"
        in found[3]
    )


def test_rules_diff_names_the_movement_that_was_skipped(tmp_path: Path) -> None:
    found = sentences(
        tmp_path,
        [
            "L 0-1",
            "L 3-4",
            *(f"L {start}-{start + 1}" for start in (20, 40, 60)),
        ],
        "wasm2016",
        "wasm2006",
    )
    skipped = "the interval before it is 3 s, below 5 s, and the later CLM is looked over"
    alone = (
        "its run has 1 CLM and a series needs 4: no CLM lies before it, "
        "after it the interval is 3 s, below 10 s"
    )
    assert found == [
        f"LM 1: in a series by WASM 2006, not by WASM 2016, since {alone}",
        f"LM 2: in a series by WASM 2016, not by WASM 2006, since {skipped}",
    ]


def test_rules_diff_names_the_duration(tmp_path: Path) -> None:
    found = sentences(tmp_path, ["L 10-18"], "wasm2016", "asda1993")
    assert found == [
        (
            "LM 1: a candidate by WASM 2016, not by ASDA 1993, since it lasts 8 s, "
            "a candidate at most 5 s"
        )
    ]


def test_rules_diff_names_sleep(tmp_path: Path) -> None:
    found = sentences(tmp_path, ["L 10-12"], "wasm2016", "aasm", stages="W N2")
    assert found == [
        "LM 1: a candidate by WASM 2016, not by AASM, since no part of it lies in an epoch of sleep"
    ]


def test_rules_diff_names_legs_combined_differently(tmp_path: Path) -> None:
    found = sentences(tmp_path, ["L 10-14", "R 14.7-16"], "wasm2016", "aasm")
    assert found == [
        (
            "LM 2: a movement of its own by WASM 2016, one with LM 1 by AASM, "
            "since they combine the legs differently"
        )
    ]


def test_rules_diff_of_a_standard_with_itself_is_empty(tmp_path: Path) -> None:
    result = score_marks(tmp_path, [*PERIODIC, "R 57.2-58", "L 60-72"])
    found = compare_rule_sets(result, "wasm2016", "wasm2016")
    assert found.movements == ()
    assert found.n_plm_a == found.n_plm_b == found.n_both


def test_rules_diff_of_an_empty_night_is_empty(tmp_path: Path) -> None:
    assert sentences(tmp_path, ["L 10-10.2"], "wasm2016", "aasm") == []


def test_rules_diff_of_a_standard_that_was_not_asked_for_refused(
    tmp_path: Path,
) -> None:
    with pytest.raises(UsageError, match="not scored by 'aasm'"):
        compare_rule_sets(score_marks(tmp_path, PERIODIC), "wasm2016", "aasm")


def test_rules_diff_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    movements, annotations = write_marks(
        tmp_path,
        [*PERIODIC, "L 57.2-58"],
        events=[(500, 510, "Obstructive apnea")],
    )
    diff("aasm", "wasm2016", movements=movements, annotations=(annotations,))
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2:] == [
        "PLM: 4 by AASM, 0 by WASM 2016, 0 by both",
        "4 movements differ",
    ]


def test_rules_list_command(capsys: pytest.CaptureFixture[str]) -> None:
    list_all()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [
        "wasm2016",
        "aasm",
        "wasm2006",
        "asda1993",
        "coleman1982",
    ]
    assert "recalled, not confirmed" in lines[3]


def test_rules_show_command_prints_sources_and_doubt(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show("wasm2016")
    text = capsys.readouterr().out
    assert (
        "imi_min_s                           10 s (inclusive)  [read in ferri2016, abstract; "
        "checked 2026-11-22]"
    ) in text
    assert "  ferri2016: Ferri R et al." in text
    show("wasm2006", options=("imi_max=80",))
    text = capsys.readouterr().out
    assert "set by option: imi_max_s = 80" in text
    assert (
        "onset_above_rest_uv                 8 uV (exclusive)  [recalled, not confirmed; to verify"
        in text
    )
    assert "Set by option; the table says 90, inclusive." in text
