"""WASM 2006, ASDA 1993 and Coleman 1982, clause by clause, as the tables recall them."""

import pytest
from scoring_cases import every, score
from told import told

DOUBLETS = [
    "L 0-1",
    "L 3-4",
    "L 30-31",
    "L 33-34",
    "L 60-61",
    "L 63-64",
    "L 90-91",
    "L 93-94",
]


def test_wasm2006_too_close_clm_is_skipped() -> None:
    assert score("wasm2006", DOUBLETS).series == [[0, 2, 4, 6]]
    assert score("wasm2016", DOUBLETS).series == []


def test_wasm2006_long_lm_is_ignored_and_breaks_by_option() -> None:
    marks = [*every(20, 2), "L 30-42", *every(20, 2, start_s=50)]
    assert score("wasm2006", marks).series == [[0, 1, 3, 4]]
    assert score("wasm2006", marks, options={"noncl_breaks": True}).series == []


@pytest.mark.parametrize(
    ("period", "n_series"), [(5.0, 1), (8.0, 1), (90.0, 1), (90.001, 0)]
)
def test_wasm2006_series_needs_intervals_of_5_to_90_s(
    period: float, n_series: int
) -> None:
    assert len(score("wasm2006", every(period, 4)).series) == n_series


def test_wasm2006_legs_combine_by_gap_to_at_most_fifteen_seconds() -> None:
    assert score("wasm2006", ["L 10-18", "R 17-25"]).events == ["B 10-25*"]
    assert score("wasm2006", ["L 10-18", "R 17-25.001"]).events == [
        "B 10-25.001"
    ]
    assert score("wasm2006", ["L 10-12", "R 12.5-13.5"]).events == [
        "L 10-12*",
        "R 12.5-13.5*",
    ]


def test_wasm2006_bilateral_clm_has_no_limit_of_parts() -> None:
    assert score(
        "wasm2006",
        ["L 10-12", "R 11-13", "L 12.5-14", "R 13.5-15", "L 14.5-16"],
    ).events == ["B 10-16*"]


@pytest.mark.parametrize(
    ("mark", "related"),
    [
        ("L 98-99.499", False),
        ("L 98-99.5", True),
        ("L 100.5-101", True),
        ("L 100.501-101.5", False),
    ],
)
def test_wasm2006_respiratory_within_half_a_second_of_the_event_end(
    mark: str, related: bool
) -> None:
    assert score(
        "wasm2006", [mark], respiratory=[(80, 100)]
    ).all_rows.rrlm.tolist() == [related]


def test_wasm2006_respiratory_clm_are_excluded_before_the_series() -> None:
    marks = ["L 0-2", "L 30-32", "L 60-62", "L 90-92"]
    scored = score("wasm2006", marks, respiratory=[(10, 29.5)])
    assert scored.series == []
    assert scored.all_rows.nonclm_reason.tolist() == [
        "",
        "respiratory-event",
        "",
        "",
    ]
    assert score(
        "wasm2006",
        marks,
        respiratory=[(10, 29.5)],
        options={"rr_excluded_before_series": False},
    ).series == [[0, 1, 2, 3]]


@pytest.mark.parametrize("rules", ["asda1993", "coleman1982"])
def test_older_lm_lasts_half_to_five_seconds(rules: str) -> None:
    assert score(
        rules, ["L 0-0.499", "L 20-20.5", "L 40-45", "L 60-65.001"]
    ).events == [
        "L 20-20.5*",
        "L 40-45*",
    ]


@pytest.mark.parametrize(
    ("rules", "limit"), [("asda1993", 5.0), ("coleman1982", 4.0)]
)
def test_older_legs_merge_by_onset(rules: str, limit: float) -> None:
    assert len(score(rules, ["L 0-1", f"R {limit - 0.001}-6"]).events) == 1
    assert len(score(rules, ["L 0-1", f"R {limit}-6"]).events) == 2


@pytest.mark.parametrize(
    ("rules", "shortest"), [("asda1993", 5.0), ("coleman1982", 4.0)]
)
def test_older_series_intervals(rules: str, shortest: float) -> None:
    assert score(rules, every(shortest, 4, duration_s=0.6)).series == [
        [0, 1, 2, 3]
    ]
    assert score(rules, every(90, 4)).series == [[0, 1, 2, 3]]
    assert score(rules, every(90.001, 4)).series == []
    assert score(rules, every(20, 3)).series == []


def test_asda1993_four_seconds_are_too_close() -> None:
    assert score("asda1993", every(4, 4)).series == []


@pytest.mark.parametrize("rules", ["asda1993", "coleman1982"])
def test_older_standards_say_nothing_of_breathing_and_arousals(
    rules: str,
) -> None:
    rows = score(
        rules, every(20, 4), respiratory=[(0, 100)], arousals=[(0, 100)]
    ).rows
    assert not rows.rrlm.any()
    assert not rows.arousal_associated.any()
    assert not rows.respiratory_scored
    assert not rows.arousals_scored
    assert "no rule" in told(rows.respiratory_reason)
    assert "no rule" in told(rows.arousals_reason)


def test_older_standards_answer_when_an_option_defines_the_rule() -> None:
    rows = score(
        "asda1993",
        ["L 10-12"],
        arousals=[(12.4, 15)],
        options={"arousal_gap": 0.5},
    ).rows
    assert rows.arousals_scored
    assert rows.arousal_associated.tolist() == [True]
