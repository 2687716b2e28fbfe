"""WASM 2016, clause by clause."""

import numpy as np
import pytest
from scoring_cases import Times, criteria_of, every, leg_movements, score

from ekbom.model.movements import LegMovements
from ekbom.scoring.candidates import combine_candidates


def test_wasm2016_lm_shorter_than_half_a_second_does_not_exist() -> None:
    assert score("wasm2016", ["L 10-10.499"]).events == []
    assert score("wasm2016", ["L 10-10.5"]).events == ["L 10-10.5*"]


def test_wasm2016_lm_of_one_leg_join_below_half_a_second() -> None:
    assert score("wasm2016", ["L 10-11", "L 11.499-12"]).events == ["L 10-12*"]
    assert score("wasm2016", ["L 10-11", "L 11.5-12"]).events == [
        "L 10-11*",
        "L 11.5-12*",
    ]


def test_wasm2016_lm_join_before_the_minimum_duration_is_tested() -> None:
    assert score("wasm2016", ["L 10-10.3", "L 10.6-10.9"]).events == [
        "L 10-10.9*"
    ]


def test_wasm2016_lm_join_by_the_latest_offset() -> None:
    assert score("wasm2016", ["L 10-15", "L 11-12", "L 15.4-16"]).events == [
        "L 10-16*"
    ]


def test_wasm2016_clm_of_one_leg_lasts_at_most_ten_seconds() -> None:
    scored = score("wasm2016", ["L 10-20", "L 40-50.001"])
    assert scored.events == ["L 10-20*", "L 40-50.001"]
    assert scored.rows.nonclm_reason.tolist() == ["", "longer-than-limit"]


def test_wasm2016_legs_combine_by_overlap_or_gap_below_half_a_second() -> None:
    assert score("wasm2016", ["L 10-12", "R 11-13"]).events == ["B 10-13*"]
    assert score("wasm2016", ["L 10-12", "R 12.499-13"]).events == ["B 10-13*"]
    assert score("wasm2016", ["L 10-12", "R 12.5-13"]).events == [
        "L 10-12*",
        "R 12.5-13*",
    ]


def test_wasm2016_legs_combine_by_the_latest_offset_so_far() -> None:
    scored = score("wasm2016", ["L 0-9", "R 1-2", "R 5-6", "R 9.4-10"])
    assert scored.events == ["B 0-10*"]
    assert scored.rows.n_parts.tolist() == [4]


def test_wasm2016_bilateral_limit_does_not_concern_one_leg() -> None:
    assert score("wasm2016", ["L 0-9"], options={"bil_max_dur": 8}).events == [
        "L 0-9*"
    ]


def test_wasm2016_bilateral_clm_lasts_at_most_fifteen_seconds() -> None:
    assert score("wasm2016", ["L 10-18", "R 17-25"]).events == ["B 10-25*"]
    scored = score("wasm2016", ["L 10-18", "R 17-25.001"])
    assert scored.rows.nonclm_reason.tolist() == ["bilateral-longer-than-limit"]


def test_wasm2016_bilateral_clm_has_at_most_four_parts() -> None:
    chain = ["L 10-12", "R 11-13", "L 12.5-14", "R 13.5-15", "L 14.5-16"]
    assert score("wasm2016", chain[:4]).events == ["B 10-15*"]
    assert score("wasm2016", chain).rows.nonclm_reason.tolist() == [
        "too-many-parts"
    ]


def test_wasm2016_bilateral_clm_has_no_part_over_ten_seconds() -> None:
    assert score(
        "wasm2016", ["L 10-20.5", "R 11-12"]
    ).rows.nonclm_reason.tolist() == ["part-longer-than-limit"]


def test_wasm2016_parts_of_a_nonclm_do_not_survive() -> None:
    scored = score(
        "wasm2016",
        [*every(20, 3), "L 60-70.5", "R 61-62", *every(20, 2, start_s=90)],
    )
    assert scored.events[3] == "B 60-70.5"
    assert scored.series == []


def test_wasm2016_unsided_movements_are_never_combined() -> None:
    assert score("wasm2016", ["U 10-12", "L 11-13", "U 12.2-14"]).events == [
        "U 10-14*",
        "L 11-13*",
    ]


def test_wasm2016_interval_runs_from_the_earliest_onset() -> None:
    assert score("wasm2016", ["L 0-2", "R 1-3", "L 10.5-12"]).imi == [
        None,
        10.5,
    ]


@pytest.mark.parametrize(
    ("period", "n_series"), [(9.999, 0), (10.0, 1), (90.0, 1), (90.001, 0)]
)
def test_wasm2016_series_needs_intervals_of_10_to_90_s_inclusive(
    period: float, n_series: int
) -> None:
    assert len(score("wasm2016", every(period, 4)).series) == n_series


@pytest.mark.parametrize(("n", "series"), [(3, []), (4, [[0, 1, 2, 3]])])
def test_wasm2016_series_needs_four_clm(
    n: int, series: list[list[int]]
) -> None:
    scored = score("wasm2016", every(20, n))
    assert scored.series == series
    assert set(scored.rows.series_reason) == (
        {"run-too-short"} if not series else {""}
    )


def test_wasm2016_series_ends_on_short_interval() -> None:
    scored = score("wasm2016", [*every(20, 4), *every(20, 4, start_s=65)])
    assert scored.series == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert scored.rows.run_reason.tolist()[4] == "short-interval"


def test_wasm2016_series_ends_on_long_interval() -> None:
    scored = score("wasm2016", [*every(20, 4), *every(20, 4, start_s=151)])
    assert scored.series == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert scored.rows.run_reason.tolist()[4] == "long-interval"


def test_wasm2016_series_ends_on_a_movement_that_is_no_clm() -> None:
    scored = score(
        "wasm2016", [*every(20, 3), "L 50-62", *every(20, 2, start_s=75)]
    )
    assert scored.series == []
    assert scored.imi == [None, 20, 20, None, None, 20]
    assert scored.rows.run_reason.tolist()[4] == "nonclm-before"


def test_wasm2016_short_interval_may_open_the_next_series() -> None:
    marks = ["L 0-1", *every(20, 4, start_s=5)]
    assert score("wasm2016", marks).series == [[1, 2, 3, 4]]
    strict = score(
        "wasm2016", marks, options={"series_start_after_short_imi": False}
    )
    assert strict.series == []
    assert strict.rows.series_reason.tolist()[1] == "after-short-interval"


def test_wasm2016_short_interval_strict_reading_counts_from_the_next_clm() -> (
    None
):
    marks = ["L 0-1", *every(20, 5, start_s=5)]
    assert score(
        "wasm2016", marks, options={"series_start_after_short_imi": False}
    ).series == [[2, 3, 4, 5]]


def test_wasm2016_series_is_built_on_both_legs() -> None:
    assert score(
        "wasm2016", ["L 0-1", "R 20-21", "L 40-41", "R 60-61"]
    ).series == [[0, 1, 2, 3]]


@pytest.mark.parametrize(
    "gap",
    [(25.0, 30.0), (20.0, 20.1), (39.9, 40.0), (10.0, 21.0), (35.0, 45.0)],
)
def test_wasm2016_no_interval_across_a_recording_gap(
    gap: tuple[float, float],
) -> None:
    scored = score("wasm2016", every(20, 4), gaps=[gap])
    assert scored.series == []
    assert None in scored.imi[1:]
    assert "recording-gap" in scored.rows.run_reason.tolist()


def test_wasm2016_gap_outside_changes_nothing_and_option_looks_over_it() -> (
    None
):
    assert score("wasm2016", every(20, 4), gaps=[(61, 70)]).series == [
        [0, 1, 2, 3]
    ]
    assert score(
        "wasm2016",
        every(20, 4),
        gaps=[(25, 30)],
        options={"gap_breaks_series": False},
    ).series == [[0, 1, 2, 3]]


def test_wasm2016_series_may_cross_wake() -> None:
    stages = ((0, 30, "N2"), (30, 50, "W"), (50, 3600, "N2"))
    assert score("wasm2016", every(20, 4), stages=stages).series == [
        [0, 1, 2, 3]
    ]
    cut = score(
        "wasm2016",
        every(20, 4),
        stages=stages,
        options={"series_cross_wake": False},
    )
    assert cut.series == []
    assert cut.rows.run_reason.tolist() == [
        "first-movement",
        "",
        "state-change",
        "state-change",
    ]


def test_wasm2016_state_is_that_of_the_onset() -> None:
    stages = ((0, 100, "W"), (100, 200, "N2"))
    scored = score(
        "wasm2016",
        ["L 99.999-105", "L 120-121", "L 150-151", "L 180-181", "L 220-221"],
        stages=stages,
    )
    assert scored.rows.stage.tolist() == ["W", "N2", "N2", "N2", "UNSCORED"]
    assert score(
        "wasm2016", ["L 100-101"], stages=stages
    ).rows.stage.tolist() == ["N2"]


@pytest.mark.parametrize(
    ("mark", "related"),
    [
        ("L 96-97.999", False),
        ("L 96-98", True),
        ("L 99-101", True),
        ("L 110.25-111", True),
        ("L 110.251-111", False),
        ("L 85-87", False),
    ],
)
def test_wasm2016_respiratory_window_around_the_end_of_the_event(
    mark: str, related: bool
) -> None:
    assert score(
        "wasm2016", [mark], respiratory=[(80, 100)]
    ).rows.rrlm.tolist() == [related]


def test_wasm2016_respiratory_window_by_option() -> None:
    options = {"rr_window": [-0.5, 0.5]}
    assert score(
        "wasm2016", ["L 100.5-102"], respiratory=[(80, 100)], options=options
    ).rows.rrlm.tolist() == [True]
    assert score(
        "wasm2016", ["L 100.501-102"], respiratory=[(80, 100)], options=options
    ).rows.rrlm.tolist() == [False]


def test_wasm2016_respiratory_clm_counts_in_the_first_and_not_in_the_second_series() -> (
    None
):
    scored = score("wasm2016", every(20, 5), respiratory=[(30, 39)])
    assert scored.series == [[0, 1, 2, 3, 4]]
    assert scored.series_nr == [[0, 1, 3, 4]]
    assert np.isnan(scored.rows.imi_nr_s[2])
    assert scored.rows.imi_nr_s[3] == 40


def test_wasm2016_taking_out_respiratory_clm_can_make_and_destroy_a_series() -> (
    None
):
    made = score(
        "wasm2016",
        ["L 0-1", "L 20-21", "L 40-41", "L 45-46", "L 60-61"],
        respiratory=[(30, 46)],
    )
    assert (made.series, made.series_nr) == ([], [[0, 1, 2, 4]])
    lost = score("wasm2016", every(20, 4), respiratory=[(30, 39)])
    assert (lost.series, lost.series_nr) == ([[0, 1, 2, 3]], [])


def test_wasm2016_respiratory_nonclm_keeps_ending_runs() -> None:
    scored = score(
        "wasm2016",
        [*every(20, 3), "L 50-61", *every(20, 3, start_s=70)],
        respiratory=[(35, 52)],
    )
    assert scored.rows.rrlm.tolist()[3]
    assert scored.series_nr == []


@pytest.mark.parametrize(
    ("arousal", "linked"),
    [
        ((12.499, 16), True),
        ((12.5, 16), False),
        ((6, 9.501), True),
        ((6, 9.5), False),
        ((11, 15), True),
        ((0, 30), True),
    ],
)
def test_wasm2016_arousal_overlaps_or_lies_closer_than_half_a_second(
    arousal: tuple[float, float], linked: bool
) -> None:
    assert score(
        "wasm2016", ["L 10-12"], arousals=[arousal]
    ).rows.arousal_associated.tolist() == [linked]


@pytest.mark.parametrize("arousal", [(12.5, 16.0), (6.0, 9.5)])
def test_wasm2016_arousal_gap_inclusive_by_option(
    arousal: tuple[float, float],
) -> None:
    assert score(
        "wasm2016",
        ["L 10-12"],
        arousals=[arousal],
        options={"arousal_gap_inclusive": True},
    ).rows.arousal_associated.all()


def test_wasm2016_one_arousal_serves_two_movements_and_a_long_one_hides_none() -> (
    None
):
    scored = score(
        "wasm2016",
        ["L 10-12", "L 13-14", "L 40-41"],
        arousals=[(5, 45), (12.2, 12.8)],
    )
    assert scored.rows.arousal_associated.tolist() == [True, True, True]


def test_wasm2016_short_interval_and_isolated_clm() -> None:
    scored = score(
        "wasm2016",
        [
            "L 0-1",
            "L 5-6",
            "L 200-201",
            *every(20, 4, start_s=400),
            "L 465-466",
        ],
    )
    assert scored.rows.short_interval.tolist() == [
        False,
        True,
        False,
        False,
        False,
        False,
        False,
        True,
    ]
    assert scored.rows.isolated.tolist() == [
        True,
        False,
        True,
        False,
        False,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize("unknown", ["respiratory", "arousals"])
def test_wasm2016_never_scored_is_unknown_and_not_none(unknown: str) -> None:
    known: dict[str, Times | None] = {
        "respiratory": [(30, 39)],
        "arousals": [(1, 5)],
    } | {unknown: None}
    rows = score(
        "wasm2016",
        every(20, 4),
        respiratory=known["respiratory"],
        arousals=known["arousals"],
    ).rows
    assert rows.respiratory_scored is (unknown != "respiratory")
    assert rows.arousals_scored is (unknown != "arousals")
    assert (rows.respiratory_reason, rows.arousals_reason).count(None) == 1


def test_wasm2016_truncated_movement_is_no_clm_and_ends_the_run() -> None:
    legs = leg_movements(
        [*every(20, 3), "L 55-56", *every(20, 3, start_s=70)], truncated=[3]
    )
    for options in ({}, {"noncl_breaks": False}):
        scored = score("wasm2016", legs, options=options)
        assert scored.rows.nonclm_reason.tolist()[3] == "truncated"
        assert scored.series == []


@pytest.mark.parametrize(
    ("policy", "series", "rows"),
    [("nonclm", [], 4), ("keep", [[0, 1, 2, 3]], 4), ("drop", [], 3)],
)
def test_wasm2016_rhythmic_movements_by_policy(
    policy: str, series: list[list[int]], rows: int
) -> None:
    scored = score(
        "wasm2016",
        leg_movements(every(20, 4), rhythmic=[1]),
        options={"rhythmic_policy": policy},
    )
    assert scored.series == series
    assert len(scored.rows.onset_s) == rows


@pytest.mark.parametrize(
    ("stage", "policy", "rows"),
    [("R", "drop", 3), ("R", "keep", 4), ("N2", "drop", 4), ("W", "drop", 4)],
)
def test_wasm2016_twitches_are_left_out_in_rem_sleep_alone(
    stage: str, policy: str, rows: int
) -> None:
    scored = score(
        "wasm2016",
        leg_movements(every(20, 4), twitches=[1]),
        stages=[(0, 600, stage)],
        options={"rem_twitch_policy": policy},
    )
    assert len(scored.rows.onset_s) == rows


def test_wasm2016_twitches_count_where_no_stage_is_known() -> None:
    marks = leg_movements(every(20, 4), twitches=[1])
    assert len(score("wasm2016", marks, stages=None).rows.onset_s) == 4


def test_wasm2016_a_movement_joined_of_twitches_and_another_is_a_movement() -> (
    None
):
    marks = leg_movements(["L 10-10.6", "L 10.8-12"], twitches=[0])
    scored = score("wasm2016", marks, stages=[(0, 600, "R")])
    assert len(scored.rows.onset_s) == 1


def test_wasm2016_nonclm_looked_over_by_option() -> None:
    assert score(
        "wasm2016",
        [*every(20, 2), "L 30-42", *every(20, 2, start_s=50)],
        options={"noncl_breaks": False},
    ).series == [[0, 1, 3, 4]]


def test_wasm2016_upper_limit_exclusive_by_option() -> None:
    assert (
        score(
            "wasm2016", every(90, 4), options={"imi_max_inclusive": False}
        ).series
        == []
    )


def test_wasm2016_bilateral_limits_taken_away_by_option() -> None:
    chain = ["L 10-17", "R 16-22", "L 21-24", "R 23-25", "L 24.5-27"]
    assert score("wasm2016", chain).rows.clm.tolist() == [False]
    assert score(
        "wasm2016", chain, options={"bil_max_dur": "none", "bil_max_n": "none"}
    ).rows.clm.tolist() == [True]


@pytest.mark.parametrize(
    ("duration_s", "clm"), [(12.0, True), (15.0, True), (15.1, False)]
)
def test_wasm2016_a_movement_marked_on_both_legs_is_held_to_the_bilateral_limit(
    *, duration_s: float, clm: bool
) -> None:
    marked = LegMovements(
        onset_s=np.array([10.0]),
        duration_s=np.array([duration_s]),
        side=np.array(["bilateral"]),
        truncated=np.array([False]),
    )
    assert combine_candidates(
        marked, criteria=criteria_of("wasm2016")
    ).clm.tolist() == [clm]
