"""Every index that counts movements is explained by exactly the movements it counts."""

import json
from pathlib import Path

import pytest
from marked_nights import score_marks
from told import told

from ekbom.app.commands.explain import explain
from ekbom.model.errors import UsageError
from ekbom.model.result import StudyResult
from ekbom.pipeline.explain import explain_index
from ekbom.report.result_json import write_result

MARKS = [
    *(f"L {start}-{start + 2}" for start in (10, 30, 50, 70)),
    "R 77.2-79",
    "L 200-211",
    *(f"L {start}-{start + 2}" for start in (300, 320, 340, 360, 380)),
    "R 381-383",
    "L 1000-1001",
    "L 1003-1003.4",
]
EVENTS = [
    (330.0, 339.0, "Obstructive apnea"),
    (1000.5, 1002.0, "Hypopnea"),
    (312.0, 315.0, "Arousal"),
    (322.2, 326.0, "Arousal"),
]

CLM_OF = {"": "_tib", "_sleep": "s", "_w": "w", "_rem": "s_rem", "_n2": "s_n2"}
"""How the name of an index of CLM says a state."""


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    return score_marks(
        tmp_path_factory.mktemp("night"),
        MARKS,
        stages="W N2 R N2",
        events=EVENTS,
        rules=("all",),
    )


@pytest.mark.parametrize(
    "rules", ["wasm2016", "aasm", "wasm2006", "asda1993", "coleman1982"]
)
def test_explanation_counts_what_the_index_counts(
    night: StudyResult, rules: str
) -> None:
    explained = 0
    for name, index in night.scores[rules].indices.items():
        if name.endswith("_count") and index.value:
            explanation = explain_index(night, name, rule_set=rules)
            assert (
                explanation.note or len(explanation.counting) == index.value
            ), name
            explained += not explanation.note
    assert explained > 40


@pytest.mark.parametrize(
    "rules", ["wasm2016", "aasm", "wasm2006", "asda1993", "coleman1982"]
)
def test_explanation_of_a_periodicity_index_lists_its_numerator(
    night: StudyResult, rules: str
) -> None:
    indices = night.scores[rules].indices
    for state in ("", "_sleep", "_w", "_rem", "_n2"):
        all_intervals = explain_index(
            night, f"imi{state}_mean_s", rule_set=rules
        ).counting
        clm = explain_index(
            night,
            f"clm{CLM_OF[state]}_count",
            rule_set=rules,
        )
        for name, below in (
            (f"pi_intervals{state}", len(all_intervals)),
            (f"pi_movements{state}", len(clm.counting)),
        ):
            if indices[name].value is not None:
                assert len(
                    explain_index(night, name, rule_set=rules).counting
                ) / below == pytest.approx(indices[name].value), name


def test_explanation_of_intervals_names_each_interval_and_the_kind_it_is_not(
    night: StudyResult,
) -> None:
    short = explain_index(night, "imi_sleep_short_count")
    assert len(short.counting) == short.index.value
    assert [row.movement for row in short.counting] == [5]
    assert {row.movement: told(row.reason) for row in short.almost}[
        3
    ] == "the interval before it is 20 s"
    ln = explain_index(night, "imi_sleep_periodic_ln_mean")
    assert (
        len(ln.counting)
        == explain_index(night, "imi_sleep_periodic_count").index.value
    )


def reasons(night: StudyResult, name: str, **where: str) -> dict[int, str]:
    return {
        row.movement: told(row.reason)
        for row in explain_index(night, name, **where).almost
    }


def test_explanation_says_which_rule_kept_a_movement_out(
    night: StudyResult,
) -> None:
    explanation = explain_index(night, "plms_per_h")
    assert [row.movement for row in explanation.counting] == [
        2,
        3,
        4,
        7,
        8,
        9,
        10,
        11,
    ]
    almost = reasons(night, "plms_per_h")
    assert almost[1] == "it begins in W, not in sleep"
    assert almost[5].startswith(
        "its run has 1 CLM and a series needs 4: the interval before it is 7.2 s, "
        "below 10 s, after it LM 6 is no candidate"
    )
    assert almost[6] == "it lasts 11 s, a candidate at most 10 s"
    assert explanation.index.value == pytest.approx(8 / (59.5 / 60))


def test_explanation_of_the_count_without_breathing(night: StudyResult) -> None:
    almost = reasons(night, "plms_nr_per_h")
    assert almost[9] == "it is breathing-related"
    assert [
        row.movement for row in explain_index(night, "plms_nr_per_h").counting
    ] == [
        2,
        3,
        4,
        7,
        8,
        10,
        11,
    ]


def test_explanation_says_that_a_series_fell_apart(tmp_path: Path) -> None:
    marks = [f"L {start}-{start + 1}" for start in (0, 20, 40, 60)]
    result = score_marks(
        tmp_path, marks, events=[(30, 39, "Obstructive apnea")]
    )
    assert (
        reasons(result, "plms_nr_count")[1]
        == "without breathing-related CLM its series has fewer than 4"
    )


def test_explanation_of_arousals_and_sides(night: StudyResult) -> None:
    assert [
        row.movement
        for row in explain_index(night, "plms_arousal_per_h").counting
    ] == [8]
    assert (
        reasons(night, "plms_arousal_per_h")[7]
        == "it is not linked with an arousal"
    )
    assert reasons(night, "plms_bilateral_count")[10] == "its side is left"


def test_explanation_of_a_standard_that_leaves_movements_out(
    night: StudyResult,
) -> None:
    almost = reasons(night, "plms_per_h", rule_set="aasm")
    assert almost[12] == "it belongs to a respiratory event"
    assert (
        "no part of it lies in an epoch of sleep"
        in reasons(night, "lm_tib_count", rule_set="aasm")[1]
    )


def test_explanation_of_an_index_without_movements(night: StudyResult) -> None:
    assert (
        told(explain_index(night, "series_length_mean").note)
        == "this index does not count single movements"
    )
    assert explain_index(night, "tst_min").index.value == pytest.approx(59.5)


def test_explanation_of_an_unknown_index_or_standard_refused(
    night: StudyResult,
) -> None:
    with pytest.raises(
        UsageError,
        match="no index 'plms_per_hour'; indices with such a name are plms_",
    ):
        explain_index(night, "plms_per_hour")
    with pytest.raises(
        UsageError,
        match="not scored by 'nobody'; it was scored by wasm2016, aasm",
    ):
        explain_index(night, "plms_per_h", rule_set="nobody")


def test_explain_command_reads_a_result_file(
    night: StudyResult, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "result.json"
    write_result(night, path)
    explain(path, "plms_per_h")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("plms_per_h by wasm2016: 8.06")
    assert lines[1].startswith("Formula: ")
    assert lines[2] == "Counted: 8 movements"
    assert any(
        line.startswith(
            "  LM 6: 200.000 s, 11.000 s long, left, N2; it lasts 11 s"
        )
        for line in lines
    )
    explain(path, "plms_per_h", json_output=True)
    assert [
        row["movement"]
        for row in json.loads(capsys.readouterr().out)["counting"]
    ] == [
        2,
        3,
        4,
        7,
        8,
        9,
        10,
        11,
    ]


def test_explain_says_of_a_movement_without_interval_why_none_was_measured(
    night: StudyResult,
) -> None:
    explained = explain_index(night, "imi_mean_s", rule_set="wasm2016")
    why = {item.movement: told(item.reason) for item in explained.almost}
    assert why[1] == "no interval before it could be measured"


def test_explanation_of_a_chain_names_its_parts_and_the_most_allowed(
    tmp_path: Path,
) -> None:
    chain = ["L 10-12", "R 11-13", "L 12.5-14", "R 13.5-15", "L 14.5-16"]
    result = score_marks(tmp_path, [*chain, "L 100-102"], stages="N2")
    assert (
        reasons(result, "clms_count")[1]
        == "it has 5 parts, a candidate at most 4"
    )
