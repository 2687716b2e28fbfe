"""Nights at the edge: nothing, one, very many, no sleep, borders crossed, times that are none."""

import time

import numpy as np
import pytest
from scoring_cases import (
    criteria_of,
    every,
    hypnogram_of,
    leg_movements,
    score,
    times_of,
)

from ekbom.model.errors import InputError
from ekbom.model.events import RESPIRATORY_KINDS, Event, EventKind
from ekbom.model.movements import LegMovements, MovementEvidence
from ekbom.scoring.legs import join_leg_movements
from ekbom.scoring.links import event_times
from ekbom.scoring.night import score_movements, without_excluded

STANDARDS = ("wasm2016", "aasm", "wasm2006", "asda1993", "coleman1982")
each_standard = pytest.mark.parametrize("rules", STANDARDS)


@each_standard
def test_no_movement_gives_empty_tables(rules: str) -> None:
    rows = score(
        rules, [], respiratory=[(10, 20)], arousals=[(10, 20)], gaps=[(1, 2)]
    ).rows
    assert (
        len(rows.onset_s)
        == len(rows.imi_s)
        == len(rows.series_id)
        == len(rows.parts)
        == 0
    )
    assert rows.respiratory_scored == (rules not in {"asda1993", "coleman1982"})


@each_standard
def test_single_movement_is_in_no_series(rules: str) -> None:
    scored = score(rules, ["L 10-12"])
    assert scored.imi == [None]
    assert scored.rows.isolated.tolist() == [True]
    assert scored.rows.series_reason.tolist() == ["run-too-short"]


@each_standard
def test_night_without_hypnogram_is_scored_with_stages_unknown(
    rules: str,
) -> None:
    scored = score(rules, every(20, 5), stages=None)
    assert scored.series == [[0, 1, 2, 3, 4]]
    assert set(scored.rows.stage) == {"UNSCORED"}


def test_night_without_sleep_has_plm_in_wake_by_wasm_and_none_by_aasm() -> None:
    stages = ((0.0, 3600.0, "W"),)
    assert score("wasm2016", every(20, 5), stages=stages).series == [
        [0, 1, 2, 3, 4]
    ]
    assert score("aasm", every(20, 5), stages=stages).events == []


def test_empty_hypnogram_is_a_night_without_a_scored_epoch() -> None:
    assert set(score("wasm2016", every(20, 5), stages=()).rows.stage) == {
        "UNSCORED"
    }
    assert score("aasm", every(20, 5), stages=()).events == []


def test_movement_over_a_stage_border_belongs_to_the_stage_it_begins_in() -> (
    None
):
    assert score(
        "wasm2016", ["L 59.9-65"], stages=((0, 60, "N2"), (60, 90, "R"))
    ).rows.stage.tolist() == ["N2"]


def test_hypnogram_with_a_hole_leaves_the_stage_unscored() -> None:
    stages = ((0, 60, "N2"), (90, 120, "N2"))
    assert score(
        "wasm2016",
        ["L 59-61", "L 70-71", "L 90-91", "L 120-121"],
        stages=stages,
    ).rows.stage.tolist() == [
        "N2",
        "UNSCORED",
        "N2",
        "UNSCORED",
    ]


def test_hypnogram_rows_in_any_length_and_before_zero() -> None:
    rows = score(
        "wasm2016",
        ["L 5-6"],
        stages=((-30, 0, "W"), (0, 7.5, "N1"), (7.5, 600, "N2")),
    ).rows
    assert rows.stage.tolist() == ["N1"]


def test_movement_before_the_recording_starts_keeps_its_time() -> None:
    assert score("wasm2016", ["L 0-1"]).rows.onset_s.tolist() == [0.0]
    shifted = leg_movements(["L 0-1"])
    early = LegMovements(
        onset_s=shifted.onset_s - 5,
        duration_s=shifted.duration_s,
        side=shifted.side,
        truncated=shifted.truncated,
    )
    assert score("wasm2016", early).rows.onset_s.tolist() == [-5.0]


def test_two_marks_of_one_movement_are_one() -> None:
    assert score("wasm2016", ["L 10-12", "L 10-12"]).events == ["L 10-12*"]


def test_movement_that_spans_a_gap_and_one_marked_inside_it() -> None:
    scored = score(
        "wasm2016", [*every(20, 3), "L 55-62", "L 80-81"], gaps=[(58, 60)]
    )
    assert scored.imi == [None, 20, 20, 15, None]
    assert score("wasm2016", every(20, 4), gaps=[(15, 45)]).imi == [
        None,
        None,
        None,
        None,
    ]


def test_gap_from_the_very_onset_lies_after_the_movement() -> None:
    assert score("wasm2016", every(20, 4), gaps=[(40, 45)]).imi == [
        None,
        20,
        20,
        None,
    ]


def test_gaps_that_overlap_and_touch() -> None:
    assert score(
        "wasm2016", every(20, 6), gaps=[(25, 30), (28, 35), (35, 36)]
    ).imi == [
        None,
        20,
        None,
        20,
        20,
        20,
    ]


def test_truncated_part_makes_the_bilateral_movement_no_clm() -> None:
    scored = score(
        "wasm2016", leg_movements(["L 10-12", "R 11-13"], truncated=[1])
    )
    assert scored.rows.nonclm_reason.tolist() == ["truncated"]
    assert scored.rows.side.tolist() == ["bilateral"]


@each_standard
def test_truncated_movement_of_any_length_ends_the_run(rules: str) -> None:
    scored = score(
        rules,
        leg_movements(
            [*every(20, 2), "L 30-45", *every(20, 2, start_s=50)], truncated=[2]
        ),
    )
    assert scored.series == []
    assert "truncated" in scored.rows.nonclm_reason


@pytest.mark.parametrize(
    ("onset", "duration"),
    [
        (float("nan"), 1.0),
        (1.0, float("nan")),
        (1.0, -0.5),
        (float("inf"), 1.0),
    ],
)
def test_time_that_is_none_is_refused_with_its_row(
    onset: float, duration: float
) -> None:
    legs = LegMovements(
        onset_s=np.array([5.0, onset]),
        duration_s=np.array([1.0, duration]),
        side=np.array(["left", "left"]),
        truncated=np.zeros(2, dtype=bool),
    )
    with pytest.raises(InputError, match="Leg movement 1 starts at"):
        join_leg_movements(legs, criteria=criteria_of("wasm2016"))


def test_joined_movement_keeps_the_evidence_of_its_bursts() -> None:
    base = leg_movements(["L 10-10.4", "L 20-21", "L 10.6-11"])
    values = np.array([3.0, 9.0, 5.0])
    evidence = MovementEvidence(
        rest_uv=values,
        peak_above_rest_uv=values,
        median_above_rest_uv=values,
        area_uv_s=values,
        rise_time_s=values,
        n_bursts=np.array([1, 1, 2]),
        confidence=values,
    )
    legs = LegMovements(
        onset_s=base.onset_s,
        duration_s=base.duration_s,
        side=base.side,
        truncated=base.truncated,
        evidence=evidence,
    )
    joined = join_leg_movements(legs, criteria=criteria_of("wasm2016")).evidence
    assert joined is not None
    assert joined.peak_above_rest_uv.tolist() == [5.0, 9.0]
    assert joined.area_uv_s.tolist() == [8.0, 9.0]
    assert joined.n_bursts.tolist() == [3, 1]
    assert joined.confidence.tolist() == [3.0, 9.0]
    assert joined.confidence_low.tolist() == []


def test_event_times_take_the_kinds_asked_for() -> None:
    events = [
        Event(onset_s=1, duration_s=2, kind=EventKind.RERA, label="RERA"),
        Event(onset_s=3, duration_s=4, kind=EventKind.AROUSAL, label="A"),
    ]
    times = event_times(events, kinds=RESPIRATORY_KINDS)
    assert (times.onset_s.tolist(), times.duration_s.tolist()) == ([1.0], [2.0])


def test_rows_left_out_are_taken_out_of_every_column() -> None:
    movements = score("aasm", [*every(20, 3), "L 65-80"]).all_rows
    kept = without_excluded(movements)
    assert (
        len(movements.onset_s),
        len(kept.onset_s),
        len(kept.parts),
        len(kept.run_reason),
    ) == (
        4,
        3,
        3,
        3,
    )


@each_standard
def test_twenty_thousand_movements(rules: str) -> None:
    rng = np.random.default_rng(5)
    n = 20_000
    legs = LegMovements(
        onset_s=np.sort(np.round(rng.uniform(0, 280_000, n), 3)),
        duration_s=np.round(rng.uniform(0.3, 6.0, n), 3),
        side=np.where(rng.random(n) < 0.5, "left", "right"),
        truncated=np.zeros(n, dtype=bool),
    )
    pairs = [
        (start, start + 10.0)
        for start in np.linspace(0, 280_000, 2_000).tolist()
    ]
    start = time.process_time()
    scored = score_movements(
        legs,
        criteria=criteria_of(rules),
        hypnogram=hypnogram_of(
            [
                (30.0 * k, 30.0 * k + 30.0, "W" if k % 7 == 0 else "N2")
                for k in range(9_334)
            ]
        ),
        respiratory=times_of(pairs),
        arousals=times_of(pairs),
    )
    assert time.process_time() - start < 2.0
    assert scored.movements.n_parts.sum() == len(scored.legs.onset_s)
    assert scored.movements.clm.sum() > 1_000
