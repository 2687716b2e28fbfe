"""Counts and rates of a night.

Definitions by hand, what cannot be computed and why, and what always adds up.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scored_nights import (
    count,
    event_list,
    hypnogram_of,
    random_marks,
    scored_night,
)
from told import told

from ekbom.criteria.index_key import SIDES, STATES
from ekbom.model.events import Hypnogram
from ekbom.model.recording import Interval
from ekbom.model.result import ScoredPeriod
from ekbom.rules.load_scoring import load_rule_set, scoring_criteria
from ekbom.scoring.indices.kinds import KINDS

HOUR = 3600.0
STAGES = hypnogram_of(
    (0, 600, "W"),
    (600, 1800, "N2"),
    (1800, 2400, "R"),
    (2400, 3000, "W"),
    (3000, 3600, "N3"),
)
SERIES = [("L", 700.0 + 20 * i, 2.0) for i in range(5)] + [("R", 760.0, 2.0)]
"""Five movements in N2, 20 s apart; the fourth is of both legs."""
LATE = [("R", 2500.0 + 30 * i, 1.0) for i in range(4)]
"""Four movements in wake."""
NIGHT = scored_night(
    [*SERIES, *LATE, ("L", 3300.0, 4.0)],
    STAGES,
    events=event_list(
        arousals=[(722, 730), (3500, 3510)], breathing=[(650, 695)]
    ),
)
WHOLE = ScoredPeriod(recording_s=HOUR)
FOUND = count(NIGHT, period=WHOLE)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lm_tib_count", 10),
        ("clms_count", 6),
        ("clmw_count", 4),
        ("plms_count", 5),
        ("plms_per_h", 5 / (2400 / HOUR)),
        ("plms_n2_per_h", 5 / (1200 / HOUR)),
        ("plms_rem_per_h", 0),
        ("plms_nrem_per_h", 5 / (1800 / HOUR)),
        ("plmw_count", 4),
        ("plmw_per_h", 4 / (1200 / HOUR)),
        ("plms_bilateral_count", 1),
        ("plms_left_count", 4),
        ("plms_monolateral_count", 4),
        ("plms_arousal_count", 1),
        ("plms_no_arousal_count", 4),
        ("plms_arousal_per_h", 1 / (2400 / HOUR)),
        ("clms_rr_count", 1),
        ("plms_nr_count", 4),
        ("isolated_clms_count", 1),
        ("short_interval_clms_count", 0),
        ("plms_duration_mean_s", 2),
        ("plmw_duration_mean_s", 1),
        ("clms_duration_max_s", 4),
        ("lm_per_recording_h", 10),
        ("leg_lms_left_count", 6),
        ("leg_lms_right_count", 1),
        ("arousals_count", 2),
        ("arousals_with_clm_percent", 50),
        ("breathing_events_with_clm_percent", 100),
        ("pi_movements", 0.9),
        ("pi_movements_sleep", 5 / 6),
        ("series_count", 2),
        ("series_length_mean", 4.5),
        ("series_duration_mean_min", (82 + 91) / 2 / 60),
        ("imi_sleep_median_s", 20),
        ("analysed_sleep_min", 40),
        ("plms_arousal_percent", 20),
    ],
)
def test_wasm_index_by_hand(name: str, value: float) -> None:
    assert FOUND[name].value == pytest.approx(value)


def test_wasm_periodicity_index_lower_limit_of_the_interval_formula_is_exclusive() -> (
    None
):
    night = scored_night(
        [("L", 10.0 * i, 2.0) for i in range(4)], hypnogram_of((0, HOUR, "N2"))
    )
    found = count(night, period=WHOLE)
    assert (found["pi_intervals"].value, found["pi_movements"].value) == (0, 1)


def test_wasm_periodicity_index_three_consecutive_intervals_are_a_run() -> None:
    onsets = [0.0, 20.0, 40.0, 60.0, 65.0, 165.0]
    found = count(
        scored_night(
            [("L", onset, 2.0) for onset in onsets],
            hypnogram_of((0, HOUR, "N2")),
        ),
        period=WHOLE,
    )
    assert found["pi_intervals"].value == pytest.approx(0.6)
    assert found["pi_movements"].value == pytest.approx(4 / 6)


@pytest.mark.parametrize(
    ("gap_s", "inclusive", "share"),
    [(0.5, False, 0), (0.5, True, 100), (0.499, False, 100), (0.501, True, 0)],
)
def test_wasm_arousal_has_a_clm_up_to_the_limit_of_the_gap(
    gap_s: float, inclusive: bool, share: float
) -> None:
    criteria = scoring_criteria(
        load_rule_set("wasm2016", options={"arousal_gap_inclusive": inclusive})
    )
    night = scored_night(
        [("L", 100.0, 2.0)],
        hypnogram_of((0, HOUR, "N2")),
        events=event_list(arousals=[(102 + gap_s, 110)]),
        criteria=criteria,
    )
    assert (
        count(night, period=WHOLE, criteria=criteria)[
            "arousals_with_clm_percent"
        ].value
        == share
    )


@pytest.mark.parametrize(
    ("onset_s", "share"),
    [(110.25, 100), (110.251, 0), (95.999, 0), (96.0, 100)],
)
def test_wasm_breathing_event_has_a_clm_that_touches_the_window_around_its_end(
    onset_s: float, share: float
) -> None:
    night = scored_night(
        [("L", onset_s, 2.0)],
        hypnogram_of((0, HOUR, "N2")),
        events=event_list(breathing=[(80, 100)]),
    )
    assert (
        count(night, period=WHOLE)["breathing_events_with_clm_percent"].value
        == share
    )


def test_wasm_index_movement_at_the_very_end_of_the_hypnogram_has_no_stage() -> (
    None
):
    found = count(
        scored_night([("L", HOUR, 2.0)], STAGES),
        period=ScoredPeriod(recording_s=HOUR + 60),
    )
    assert (found["lm_tib_count"].value, found["lm_recording_count"].value) == (
        0,
        1,
    )


def test_wasm_index_of_a_night_without_hypnogram_is_per_hour_of_recording() -> (
    None
):
    night = scored_night([*SERIES, *LATE], None)
    found = count(night, period=ScoredPeriod(recording_s=2 * HOUR))
    assert found["lm_per_recording_h"].value == pytest.approx(4.5)
    assert found["plm_recording_count"].value == 9
    assert found["pi_movements"].value == 1
    assert found["plms_per_h"].value is None
    assert (
        told(found["plms_per_h"].reason)
        == "sleep is unknown: the night has no hypnogram"
    )


def test_wasm_index_of_a_night_without_sleep_is_not_computable() -> None:
    found = count(
        scored_night(LATE, hypnogram_of((0, HOUR, "W"))), period=WHOLE
    )
    assert (found["plms_per_h"].value, told(found["plms_per_h"].reason)) == (
        None,
        "no sleep was scored",
    )
    assert found["plms_count"].value == 0
    assert found["plmw_per_h"].value == 4


@pytest.mark.parametrize(
    ("scored", "unknown", "known"),
    [
        ({"breathing"}, "plms_arousal_per_h", "plms_nr_per_h"),
        ({"arousals"}, "plms_nr_per_h", "plms_arousal_per_h"),
        (set(), "plms_nr_arousal_per_h", "plms_per_h"),
    ],
)
def test_wasm_index_of_what_was_never_scored_is_not_scored(
    scored: set[str], unknown: str, known: str
) -> None:
    night = scored_night(SERIES, STAGES, scored=frozenset(scored))
    found = count(night, period=WHOLE, scored=frozenset(scored))
    assert found[unknown].value is None
    assert "not scored" in told(found[unknown].reason)
    assert found[known].value is not None


def test_wasm_index_after_time_in_a_recording_gap_leaves_numerator_and_denominator() -> (
    None
):
    period = ScoredPeriod(
        recording_s=HOUR, gaps=(Interval(onset_s=690.0, duration_s=60.0),)
    )
    found = count(NIGHT, period=period)
    assert found["plms_count"].value == 2
    assert found["plms_per_h"].value == pytest.approx(2 / (2340 / HOUR))


def test_wasm_index_of_a_disconnected_leg_leaves_that_leg_and_everything_of_both_legs() -> (
    None
):
    period = ScoredPeriod(
        recording_s=HOUR,
        unscorable={"right": (Interval(onset_s=690.0, duration_s=60.0),)},
    )
    found = count(NIGHT, period=period)
    assert (found["plms_count"].value, found["analysed_sleep_min"].value) == (
        2,
        39,
    )
    assert (
        found["plms_left_count"].value,
        found["analysed_sleep_left_min"].value,
    ) == (4, 40)
    assert found["analysed_sleep_right_min"].value == 39


def test_wasm_index_of_a_leg_that_was_off_all_night_counts_the_other_leg_alone() -> (
    None
):
    period = ScoredPeriod(
        recording_s=HOUR,
        unscorable={"right": (Interval(onset_s=0.0, duration_s=HOUR),)},
    )
    found = count(NIGHT, period=period)
    assert found["analysed_sleep_min"].value == 40
    assert told(found["plms_right_per_h"].reason) == "no right leg was recorded"
    assert found["plms_bilateral_per_h"].value is None
    assert found["plms_left_per_h"].value == pytest.approx(6)


def test_wasm_index_of_one_channel_without_side_has_no_sides() -> None:
    night = scored_night([("U", 700.0 + 20 * i, 2.0) for i in range(5)], STAGES)
    found = count(
        night, period=ScoredPeriod(recording_s=HOUR, legs=("unknown",))
    )
    assert found["plms_count"].value == 5
    assert (
        told(found["plms_left_count"].reason)
        == "the leg channel does not say which leg it is"
    )


def test_wasm_index_time_outside_lights_counts_for_nothing() -> None:
    found = count(
        NIGHT,
        period=ScoredPeriod(
            recording_s=HOUR, lights_off_s=730.0, lights_on_s=2550.0
        ),
    )
    assert (found["plms_count"].value, found["plmw_count"].value) == (3, 2)
    assert found["analysed_w_min"].value == pytest.approx(150 / 60)


def test_wasm_index_all_of_a_stage_unscorable_is_unknown_even_as_a_count() -> (
    None
):
    found = count(
        NIGHT,
        period=ScoredPeriod(
            recording_s=HOUR,
            unscorable={"both": (Interval(onset_s=3000.0, duration_s=600.0),)},
        ),
    )
    assert (
        found["plms_n3_count"].value,
        told(found["plms_n3_count"].reason),
    ) == (
        None,
        "the leg signal cannot be judged in any of the N3 sleep",
    )


def test_wasm_index_movement_on_a_stage_border_belongs_to_the_later_stage() -> (
    None
):
    found = count(
        scored_night([("L", 1800.0, 2.0), ("L", 599.5, 2.0)], STAGES),
        period=WHOLE,
    )
    assert (
        found["clms_rem_count"].value,
        found["clms_n2_count"].value,
        found["clmw_count"].value,
    ) == (1, 0, 1)


def test_aasm_has_no_plm_in_wake() -> None:
    criteria = scoring_criteria(load_rule_set("aasm"))
    found = count(
        scored_night(SERIES, STAGES, criteria=criteria),
        period=WHOLE,
        criteria=criteria,
    )
    assert (found["plmw_per_h"].value, told(found["plmw_per_h"].reason)) == (
        None,
        "the rule set counts no PLM in wake",
    )
    assert found["plms_count"].value == 5


def test_aasm_without_breathing_scored_does_not_know_its_main_count() -> None:
    criteria = scoring_criteria(load_rule_set("aasm"))
    scored = frozenset({"arousals"})
    night = scored_night(SERIES, STAGES, criteria=criteria, scored=scored)
    assert (
        told(
            count(night, period=WHOLE, criteria=criteria, scored=scored)[
                "plms_per_h"
            ].reason
        )
        == "breathing events were not scored"
    )


def test_wasm_index_of_an_empty_night_is_zero_per_hour_and_has_no_durations() -> (
    None
):
    found = count(scored_night([], STAGES), period=WHOLE)
    assert found["plms_per_h"].value == 0
    assert (
        found["plms_duration_mean_s"].value,
        told(found["plms_duration_mean_s"].reason),
    ) == (
        None,
        "no such movement",
    )
    assert (
        found["pi_movements"].value,
        told(found["pi_movements"].reason),
    ) == (
        None,
        "no CLM was found",
    )


def test_wasm_index_of_a_single_movement() -> None:
    found = count(scored_night([("L", 700.0, 2.0)], STAGES), period=WHOLE)
    assert (
        told(found["clms_duration_sd_s"].reason) == "one movement has no spread"
    )
    assert (
        told(found["pi_intervals"].reason)
        == "no interval between two CLM was measured"
    )
    assert found["isolated_clms_count"].value == 1


def random_night(seed: int) -> tuple[object, Hypnogram]:
    rng = np.random.default_rng(seed)
    stages = [
        (
            30.0 * i,
            30.0 * i + 30,
            str(rng.choice(["W", "N1", "N2", "N3", "R", "UNSCORED"])),
        )
        for i in range(120)
    ]
    events = event_list(
        arousals=[
            (t, t + 5) for t in rng.uniform(0, HOUR, 20).round(3).tolist()
        ],
        breathing=[
            (t, t + 15) for t in rng.uniform(0, HOUR, 20).round(3).tolist()
        ],
    )
    hypnogram = hypnogram_of(*stages)
    return scored_night(
        random_marks(rng, n=150, length_s=HOUR), hypnogram, events=events
    ), hypnogram


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_indices_add_up(seed: int) -> None:
    night, _ = random_night(seed)
    found = count(night, period=WHOLE)  # type: ignore[arg-type]
    values = {name: item.value for name, item in found.items()}
    for kind in KINDS:
        for side in SIDES:
            number = {
                state: values[kind.key(state, side, "count").name] or 0.0
                for state in STATES
            }
            assert number["tib"] == number["sleep"] + number["w"]
            assert number["nrem"] == number["n1"] + number["n2"] + number["n3"]
            assert number["sleep"] == number["nrem"] + number["rem"]
            for state in STATES:
                minutes = values[f"analysed_{state}_min"]
                rate = values[kind.key(state, side, "per_h").name]
                if rate is not None and minutes is not None:
                    assert rate * minutes / 60 == pytest.approx(number[state])
        whole, left, right, both, one = (
            values[kind.key("tib", side, "count").name] for side in SIDES
        )
        assert whole == (one or 0) + (both or 0)
        assert one == (left or 0) + (right or 0)
    assert (
        (values["plm_tib_count"] or 0)
        <= (values["clm_tib_count"] or 0)
        <= (values["lm_tib_count"] or 0)
    )
    parts = [
        values[f"{name}_tib_count"] or 0
        for name in ("plm", "short_interval_clm", "isolated_clm")
    ]
    assert sum(parts) >= (values["clm_tib_count"] or 0)


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_indices_mirror_when_the_legs_are_swapped(seed: int) -> None:
    rng = np.random.default_rng(seed)
    marks = random_marks(rng, n=80, length_s=HOUR)
    swapped = [
        ("R" if side == "L" else "L", onset, duration)
        for side, onset, duration in marks
    ]
    one, other = (
        count(scored_night(each, STAGES), period=WHOLE)
        for each in (marks, swapped)
    )
    mirror = {"left": "right", "right": "left"}
    for name, item in one.items():
        words = [mirror.get(word, word) for word in name.split("_")]
        assert other["_".join(words)].value == (
            None if item.value is None else pytest.approx(item.value)
        )


@settings(max_examples=6, deadline=None)
@given(
    seed=st.integers(0, 10_000), shift_s=st.sampled_from([1000.0, 12_345.125])
)
def test_indices_do_not_move_with_the_clock(seed: int, shift_s: float) -> None:
    rng = np.random.default_rng(seed)
    marks = random_marks(rng, n=80, length_s=HOUR)
    moved = [
        (side, onset + shift_s, duration) for side, onset, duration in marks
    ]
    later = Hypnogram(
        onset_s=STAGES.onset_s + shift_s,
        duration_s=STAGES.duration_s,
        stage=STAGES.stage,
        epoch_s=30.0,
    )
    one = count(scored_night(marks, STAGES), period=WHOLE)
    other = count(
        scored_night(moved, later),
        period=ScoredPeriod(recording_s=HOUR + shift_s),
    )
    for name, item in one.items():
        if "recording" not in name:
            assert other[name].value == (
                None
                if item.value is None
                else pytest.approx(item.value, rel=1e-6, abs=1e-9)
            )


def test_indices_names_are_the_same_for_every_night() -> None:
    nothing = count(scored_night([], None), period=WHOLE, scored=frozenset())
    assert set(nothing) == set(FOUND)
