"""AASM manual, clause by clause, as far as it could be read in secondary sources."""

import pytest
from scoring_cases import every, score


def test_aasm_lm_lasts_half_to_ten_seconds_and_longer_is_none() -> None:
    scored = score("aasm", ["L 0-0.499", "L 20-20.5", "L 40-50", "L 60-70.001"])
    assert scored.events == ["L 20-20.5*", "L 40-50*"]
    assert scored.all_rows.nonclm_reason.tolist() == [
        "",
        "",
        "longer-than-limit",
    ]
    assert scored.all_rows.excluded.tolist() == [False, False, True]


def test_aasm_long_activity_has_no_effect_and_breaks_by_option() -> None:
    marks = [*every(20, 2), "L 30-41", *every(20, 2, start_s=50)]
    assert score("aasm", marks).series == [[0, 1, 2, 3]]
    assert score("aasm", marks, options={"long_lm_breaks": True}).series == []


def test_aasm_legs_merge_by_onsets_below_five_seconds() -> None:
    assert score("aasm", ["L 0-1", "R 4.999-6"]).events == ["B 0-6*"]
    assert score("aasm", ["L 0-1", "R 5-6"]).events == ["L 0-1*", "R 5-6*"]


def test_aasm_third_movement_stays_separate_and_is_too_close() -> None:
    scored = score(
        "aasm", ["L 0-1", "R 2-3", "L 4-5", *every(30, 3, start_s=30)]
    )
    assert scored.events[:2] == ["B 0-3*", "L 4-5*"]
    assert scored.series == [[0, 2, 3, 4]]
    assert scored.rows.series_reason.tolist()[1] == "skipped-short-interval"


def test_aasm_merged_pairs_follow_each_other() -> None:
    assert score("aasm", ["L 0-1", "R 2-3", "L 4-5", "R 6-7"]).events == [
        "B 0-3*",
        "B 4-7*",
    ]


def test_aasm_merged_pair_may_outlast_a_single_lm() -> None:
    assert score("aasm", ["L 0-10", "R 4-14"]).events == ["B 0-14*"]


def test_aasm_period_after_a_pair_runs_from_its_first_onset_or_last_by_option() -> (
    None
):
    marks = ["L 100-102", "R 103-104", "L 191-192", "L 211-212", "L 231-232"]
    assert score("aasm", marks).series == []
    assert score(
        "aasm", marks, options={"aasm_group_reference": "last"}
    ).series == [[0, 1, 2, 3]]


@pytest.mark.parametrize(
    ("period", "n_series"), [(5.0, 1), (90.0, 1), (90.001, 0)]
)
def test_aasm_series_needs_intervals_of_5_to_90_s_inclusive(
    period: float, n_series: int
) -> None:
    assert len(score("aasm", every(period, 4)).series) == n_series


def test_aasm_series_needs_four_lm() -> None:
    assert score("aasm", every(20, 3)).series == []
    assert score("aasm", every(20, 4)).series == [[0, 1, 2, 3]]


def test_aasm_too_close_lm_is_skipped_and_measuring_goes_on_from_the_kept_one() -> (
    None
):
    scored = score("aasm", ["L 0-1", "L 3-4", "L 30-31", "L 60-61", "L 90-91"])
    assert scored.series == [[0, 2, 3, 4]]
    assert scored.imi == [None, 3, 30, 30, 30]
    assert score(
        "aasm",
        ["L 0-1", "L 3-4", "L 30-31", "L 60-61", "L 90-91"],
        options={"short_imi": "break"},
    ).series == [[1, 2, 3, 4]]


@pytest.mark.parametrize(
    ("mark", "scored"),
    [
        ("L 78-79.499", True),
        ("L 78-79.5", False),
        ("L 85-87", False),
        ("L 100.5-101.5", False),
        ("L 100.501-101.5", True),
        ("L 70-79.6", False),
    ],
)
def test_aasm_no_lm_from_half_a_second_before_to_after_a_respiratory_event(
    mark: str, scored: bool
) -> None:
    rows = score("aasm", [mark], respiratory=[(80, 100)])
    assert (rows.events != []) is scored
    assert rows.all_rows.rrlm.tolist() == [not scored]


@pytest.mark.parametrize(
    ("overlap", "kept"),
    [
        ("any", ["L 110-112*"]),
        ("onset", ["L 79-81*", "L 110-112*"]),
        ("full", ["L 79-81*", "L 99-101*", "L 110-112*"]),
    ],
)
def test_aasm_respiratory_overlap_by_option(
    overlap: str, kept: list[str]
) -> None:
    marks = ["L 79-81", "L 85-87", "L 99-101", "L 110-112"]
    assert (
        score(
            "aasm",
            marks,
            respiratory=[(80, 100)],
            options={"resp_overlap": overlap},
        ).events
        == kept
    )


def test_aasm_respiratory_exclusion_comes_before_the_legs_are_merged() -> None:
    scored = score(
        "aasm", ["L 98-99", "R 101-102", "L 130-131"], respiratory=[(80, 100)]
    )
    assert scored.events == ["R 101-102*", "L 130-131*"]


def test_aasm_main_count_depends_on_breathing() -> None:
    rows = score("aasm", every(20, 4), respiratory=None).rows
    assert rows.needs_respiratory
    assert not rows.respiratory_scored


@pytest.mark.parametrize(
    ("mark", "scored"),
    [
        ("L 58-60", True),
        ("L 59.999-62", True),
        ("L 60-62", False),
        ("L 118-120", False),
        ("L 118-120.001", True),
        ("L 59-121", False),
    ],
)
def test_aasm_lm_needs_a_part_in_sleep(mark: str, scored: bool) -> None:
    stages = ((0, 60, "N2"), (60, 120, "W"), (120, 3600, "N2"))
    assert (score("aasm", [mark], stages=stages).events != []) is scored


def test_aasm_lm_wholly_in_wake_is_not_scored() -> None:
    stages = ((0, 60, "N2"), (60, 120, "W"), (120, 3600, "N2"))
    scored = score(
        "aasm",
        [
            "L 20-22",
            "L 50-52",
            "L 80-82",
            "L 100-102",
            "L 130-132",
            "L 160-162",
        ],
        stages=stages,
    )
    assert scored.series == [[0, 1, 2, 3]]
    assert scored.all_rows.nonclm_reason.tolist() == [
        "",
        "",
        "outside-sleep",
        "outside-sleep",
        "",
        "",
    ]


def test_aasm_wake_is_bridged_by_the_90_s_period_alone() -> None:
    stages = ((0, 60, "N2"), (60, 120, "W"), (120, 3600, "N2"))
    assert score(
        "aasm", ["L 20-22", "L 50-52", "L 130-132", "L 160-162"], stages=stages
    ).series == [[0, 1, 2, 3]]
    stages = ((0, 60, "N2"), (60, 150, "W"), (150, 3600, "N2"))
    assert (
        score(
            "aasm",
            ["L 20-22", "L 50-52", "L 155-157", "L 185-187"],
            stages=stages,
        ).series
        == []
    )


def test_aasm_unknown_sleep_leaves_nothing_out() -> None:
    assert score("aasm", every(20, 4), stages=None).series == [[0, 1, 2, 3]]


@pytest.mark.parametrize(
    ("arousal", "linked"), [((12.499, 16), True), ((12.5, 16), False)]
)
def test_aasm_arousal_gap_below_half_a_second(
    arousal: tuple[float, float], linked: bool
) -> None:
    assert score(
        "aasm", ["L 10-12"], arousals=[arousal]
    ).rows.arousal_associated.tolist() == [linked]
