"""Sleep statistics: standard definitions, edges of real nights, answers of another program."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from validation.sleep_statistics import (
    DATA,
    as_hypnogram,
    differences,
    load_hypnograms,
    our_statistics,
    stage_list,
)

from ekbom.model.events import Hypnogram
from ekbom.model.recording import Interval
from ekbom.model.result import IndexValue, ScoredPeriod
from ekbom.scoring.indices.sleep import NO_REM, sleep_statistics
from ekbom.scoring.reasons import (
    AROUSALS_NOT_SCORED,
    NO_HYPNOGRAM,
    NO_SLEEP,
    NOTHING_STAGED,
)

NIGHTS = load_hypnograms()
YASA = json.loads((DATA / "yasa_statistics.json").read_text(encoding="utf-8"))[
    "nights"
]
NIGHT = "W*4 N1*2 N2*6 W*2 N3*6 R*4 W*2 N2*4 W*6"
"""36 epochs of 30 s: SOL 2 min, 26 epochs of sleep, two bouts of wake, 3 min awake at the end."""


def statistics(runs: str, **changes: object) -> dict[str, IndexValue]:
    stages = stage_list(runs)
    period = ScoredPeriod(**({"recording_s": len(stages) * 30.0} | changes))  # type: ignore[arg-type]
    return sleep_statistics(
        as_hypnogram(stages),
        period=period,
        arousal_onset_s=None,
        persistent_sleep_s=300.0,
    )


def numbers(runs: str, **changes: object) -> dict[str, float | None]:
    return {
        name: value.value for name, value in statistics(runs, **changes).items()
    }


@pytest.mark.parametrize("name", NIGHTS)
def test_sleep_statistics_agree_with_yasa_on_real_nights(name: str) -> None:
    assert differences(our_statistics(NIGHTS[name]), YASA[name]) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tib_min", 18),
        ("spt_min", 13),
        ("tst_min", 11),
        ("sol_min", 2),
        ("rem_latency_min", 8),
        ("waso_min", 2),
        ("waso_lights_on_min", 5),
        ("se_percent", 100 * 11 / 18),
        ("sme_percent", 100 * 11 / 13),
        ("awakenings_count", 2),
        ("awakenings_per_h", 2 * 60 / 11),
        ("sleep_to_wake_per_h", 3 * 60 / 11),
        ("n2_min", 5),
        ("n2_percent", 100 * 5 / 11),
        ("nrem_percent", 100 * 9 / 11),
        ("sol_persistent_min", 7),
    ],
)
def test_sleep_statistics_by_hand(name: str, value: float) -> None:
    assert numbers(NIGHT)[name] == pytest.approx(value)


def test_sleep_statistics_lights_bound_the_time_in_bed() -> None:
    found = numbers(NIGHT, lights_off_s=60.0, lights_on_s=17 * 60.0)
    assert (
        found["tib_min"],
        found["sol_min"],
        found["waso_min"],
        found["waso_lights_on_min"],
    ) == (
        16,
        1,
        2,
        4,
    )


def test_sleep_statistics_lights_off_inside_sleep_leaves_what_came_before_out() -> (
    None
):
    found = numbers(NIGHT, lights_off_s=2.5 * 60)
    assert (found["sol_min"], found["tst_min"]) == (0, 10.5)


def test_sleep_statistics_without_lights_run_from_first_to_last_staged_epoch() -> (
    None
):
    assert numbers("UNSCORED*4 " + NIGHT + " UNSCORED*10")["tib_min"] == 18


def test_sleep_statistics_unscored_time_is_in_the_period_and_in_no_stage() -> (
    None
):
    found = numbers("W*2 N2*4 UNSCORED*4 N2*4 W*2", recording_s=480.0)
    assert [
        found[name]
        for name in (
            "tib_min",
            "spt_min",
            "tst_min",
            "waso_min",
            "unscored_min",
        )
    ] == [8, 6, 4, 0, 2]


def test_sleep_statistics_recording_gap_is_unscored_even_where_somebody_staged_it() -> (
    None
):
    found = numbers(
        "W*2 N2*12 W*2", gaps=(Interval(onset_s=120.0, duration_s=60.0),)
    )
    assert [found[name] for name in ("tib_min", "spt_min", "tst_min")] == [
        8,
        6,
        5,
    ]


def test_sleep_statistics_wake_on_both_sides_of_a_gap_is_one_awakening() -> (
    None
):
    assert numbers("N2*4 W*1 UNSCORED*2 W*1 N2*4")["awakenings_count"] == 1


def test_sleep_statistics_final_awakening_is_not_counted() -> None:
    assert numbers("W*4 N2*10 W*4")["awakenings_count"] == 0


def test_sleep_statistics_night_without_sleep_gives_reasons_not_zeros() -> None:
    found = statistics("W*60")
    assert found["tst_min"].value == 0
    assert found["se_percent"].value == 0
    for name in (
        "spt_min",
        "sol_min",
        "rem_latency_min",
        "waso_min",
        "n2_percent",
        "awakenings_count",
        "sme_percent",
    ):
        assert (found[name].value, found[name].reason) == (None, NO_SLEEP)


def test_sleep_statistics_night_without_rem_says_so() -> None:
    assert statistics("W*4 N2*10")["rem_latency_min"] == IndexValue(
        name="rem_latency_min", value=None, unit="min", reason=NO_REM
    )


def test_sleep_statistics_without_hypnogram_are_unknown() -> None:
    period = ScoredPeriod(recording_s=28_800.0)
    found = sleep_statistics(
        None, period=period, arousal_onset_s=None, persistent_sleep_s=300.0
    )
    assert {value.value for value in found.values()} == {None}
    assert found["tst_min"].reason == NO_HYPNOGRAM


def test_sleep_statistics_of_a_night_that_nobody_staged_are_unknown() -> None:
    found = statistics("UNSCORED*40")
    assert (found["tst_min"].value, found["tst_min"].reason) == (
        None,
        NOTHING_STAGED,
    )


def test_sleep_statistics_of_an_empty_hypnogram_are_unknown() -> None:
    empty = Hypnogram(
        onset_s=np.empty(0),
        duration_s=np.empty(0),
        stage=np.empty(0, dtype="<U8"),
        epoch_s=30.0,
    )
    found = sleep_statistics(
        empty,
        period=ScoredPeriod(recording_s=100.0),
        arousal_onset_s=None,
        persistent_sleep_s=300.0,
    )
    assert (found["tst_min"].value, found["tst_min"].reason) == (
        None,
        NOTHING_STAGED,
    )


def test_sleep_statistics_every_night_answers_the_same_names() -> None:
    names = set(statistics(NIGHT))
    assert names == set(statistics("W*5")) == set(statistics("UNSCORED*5"))


@pytest.mark.parametrize(
    ("onset_s", "count"),
    [
        ([150.0, 200.0], 2),
        ([10.0], 0),
        ([0.0, 119.999, 120.0], 1),
        ([], 0),
        ([17 * 60.0], 0),
    ],
)
def test_arousal_index_counts_arousals_that_begin_in_sleep(
    onset_s: list[float], count: int
) -> None:
    stages = stage_list(NIGHT)
    period = ScoredPeriod(recording_s=len(stages) * 30.0)
    found = sleep_statistics(
        as_hypnogram(stages),
        period=period,
        arousal_onset_s=np.array(onset_s),
        persistent_sleep_s=300.0,
    )
    assert found["arousals_count"].value == count
    assert found["arousals_per_h"].value == pytest.approx(count * 60 / 11)


def test_arousal_index_is_not_scored_where_nobody_scored_arousals() -> None:
    assert statistics(NIGHT)["arousals_per_h"].reason == AROUSALS_NOT_SCORED


stage_strategy = st.lists(
    st.sampled_from(["W", "N1", "N2", "N3", "R", "UNSCORED"]),
    min_size=1,
    max_size=80,
)


@given(stages=stage_strategy)
def test_sleep_statistics_stages_add_up(stages: list[str]) -> None:
    found = our_statistics(stages)
    if found["tst_min"] is None:
        return
    parts = [
        found[name] or 0.0 for name in ("n1_min", "n2_min", "n3_min", "rem_min")
    ]
    assert sum(parts) == pytest.approx(found["tst_min"])
    assert found["tst_min"] + (found["w_min"] or 0) + (
        found["unscored_min"] or 0
    ) == pytest.approx(found["tib_min"])


@settings(max_examples=30, deadline=None)
@given(stages=stage_strategy, shift_s=st.sampled_from([30.0, 3600.0, 83.21]))
def test_sleep_statistics_do_not_move_with_the_clock(
    stages: list[str], shift_s: float
) -> None:
    still = as_hypnogram(stages)
    moved = Hypnogram(
        onset_s=still.onset_s + shift_s,
        duration_s=still.duration_s,
        stage=still.stage,
        epoch_s=30.0,
    )
    end = len(stages) * 30.0
    both = [
        sleep_statistics(
            hypnogram,
            period=ScoredPeriod(
                recording_s=end + shift,
                lights_off_s=shift,
                lights_on_s=end + shift,
            ),
            arousal_onset_s=None,
            persistent_sleep_s=300.0,
        )
        for hypnogram, shift in ((still, 0.0), (moved, shift_s))
    ]
    assert {
        name: value.value for name, value in both[0].items()
    } == pytest.approx({name: value.value for name, value in both[1].items()})
