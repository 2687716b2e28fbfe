"""Intervals, mixtures, transitions and the course of the night.

By hand, against truth, and whatever the order.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scored_nights import (
    counted_night,
    hypnogram_of,
    random_marks,
    scored_night,
)
from told import told

from ekbom.model.recording import Interval
from ekbom.model.result import IntervalStructure, NightProfile, ScoredPeriod
from ekbom.rules.load_indices import index_settings, load_index_table
from ekbom.scoring.indices.mixture import interval_mixture
from ekbom.scoring.indices.time_structure import (
    interval_structure,
    night_profile,
)
from ekbom.scoring.stage_time import Spans, elapsed_ms

SETTINGS = index_settings(load_index_table())
HOUR = 3600.0
SLEEP = hypnogram_of((0, 8 * HOUR, "N2"))
WHOLE = ScoredPeriod(recording_s=8 * HOUR)


def structure(
    onsets: list[float], *, duration_s: float = 1.0
) -> IntervalStructure:
    night = scored_night([("L", onset, duration_s) for onset in onsets], SLEEP)
    return interval_structure(counted_night(night, period=WHOLE), SETTINGS)


def profile(
    onsets: list[float],
    *stages: tuple[float, float, str],
    period: ScoredPeriod = WHOLE,
) -> NightProfile:
    hypnogram = hypnogram_of(*stages)
    night = scored_night([("L", onset, 1.0) for onset in onsets], hypnogram)
    return night_profile(counted_night(night, period=period))


def test_imi_histogram_bins_are_half_open_and_the_last_is_closed() -> None:
    found = structure([0.0, 2.0, 5.999, 9.999, 99.999, 191.0])
    assert found.n_intervals == 5
    assert np.flatnonzero(found.counts).tolist() == [1, 2, 44]
    assert found.counts[1] == 2
    assert (found.n_outside_s, int(found.counts.sum())) == (1, 4)
    assert (len(found.counts), len(found.counts_ln)) == (45, 45)


def test_imi_mode_is_the_middle_of_the_fullest_bin() -> None:
    found = structure([0.0, 21.0, 42.5, 64.0, 94.0])
    assert found.mode_s == 21
    assert found.mode_ln_s == pytest.approx(np.exp(3.05))


def test_imi_mean_of_ln_covers_the_range_of_the_report_set_only() -> None:
    found = structure([0.0, 5.0, 25.0, 65.0, 155.0])
    assert found.mean_ln == pytest.approx(np.mean(np.log([20, 40])))
    assert found.sd_ln == pytest.approx(np.std(np.log([20, 40]), ddof=1))


def test_imi_of_a_night_without_movements() -> None:
    found = structure([])
    assert (
        found.n_intervals,
        found.mode_s,
        found.mean_ln,
        told(found.mixture.reason)[:12],
    ) == (
        0,
        None,
        None,
        "0 intervals ",
    )


def test_imi_transitions_by_hand() -> None:
    found = structure([0.0, 20.0, 40.0, 45.0, 65.0, 165.0]).transitions
    assert found.classes == ("short", "periodic", "long")
    assert found.counts.tolist() == [[0, 1, 0], [1, 1, 1], [0, 0, 0]]
    assert np.isnan(found.probability[2]).all()
    assert found.probability[1].tolist() == pytest.approx([1 / 3] * 3)


def test_imi_transition_does_not_cross_a_nonclm() -> None:
    marks = [
        ("L", 0.0, 1.0),
        ("L", 20.0, 1.0),
        ("L", 40.0, 12.0),
        ("L", 70.0, 1.0),
        ("L", 90.0, 1.0),
    ]
    night = scored_night(marks, SLEEP)
    found = interval_structure(counted_night(night, period=WHOLE), SETTINGS)
    assert (found.n_intervals, int(found.transitions.counts.sum())) == (2, 0)


@pytest.mark.parametrize("seed", range(3))
def test_mixture_finds_two_groups_of_intervals(seed: int) -> None:
    rng = np.random.default_rng(seed)
    imi_s = np.exp(
        np.concatenate(
            [rng.normal(np.log(3), 0.3, 300), rng.normal(np.log(24), 0.35, 700)]
        )
    )
    found = interval_mixture(imi_s, criteria=SETTINGS.mixture)
    assert found.centre_s == pytest.approx([3, 24], rel=0.1)
    assert found.weight == pytest.approx([0.3, 0.7], abs=0.05)
    assert int(np.argmin(found.bic)) == 1


def test_mixture_finds_one_group_where_there_is_one() -> None:
    imi_s = np.exp(np.random.default_rng(5).normal(np.log(25), 0.4, 500))
    found = interval_mixture(imi_s, criteria=SETTINGS.mixture)
    assert len(found.weight) == 1
    assert found.centre_s[0] == pytest.approx(np.exp(np.mean(np.log(imi_s))))
    assert found.sd_ln[0] == pytest.approx(np.std(np.log(imi_s)), rel=1e-3)


def test_mixture_of_equal_intervals_keeps_a_width() -> None:
    found = interval_mixture(np.full(50, 20.0), criteria=SETTINGS.mixture)
    assert found.sd_ln.tolist() == [SETTINGS.mixture.min_sd_ln]


def test_mixture_of_too_few_intervals_says_so() -> None:
    assert (
        told(
            interval_mixture(
                np.full(19, 20.0), criteria=SETTINGS.mixture
            ).reason
        )
        == "19 intervals are too few for a mixture; it takes 20"
    )


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 1000))
def test_mixture_does_not_depend_on_the_order_and_weights_sum_to_one(
    seed: int,
) -> None:
    rng = np.random.default_rng(seed)
    imi_s = np.exp(
        rng.normal(3, rng.uniform(0.2, 1.5), int(rng.integers(20, 120)))
    )
    one, other = (
        interval_mixture(values, criteria=SETTINGS.mixture)
        for values in (imi_s, rng.permutation(imi_s))
    )
    assert one.weight.sum() == pytest.approx(1)
    assert one.centre_s.tolist() == other.centre_s.tolist()
    assert np.all(np.diff(one.centre_s) >= 0)


def test_night_profile_by_hand() -> None:
    onsets = [600.0 + 20 * i for i in range(6)] + [
        4300.0 + 20 * i for i in range(4)
    ]
    found = profile(
        onsets,
        (0, 600, "W"),
        (600, 3600, "N2"),
        (3600, 4200, "W"),
        (4200, 7800, "N2"),
        (7800, 9000, "W"),
    )
    assert found.hour_start_s.tolist() == [600, 4200]
    assert found.count.tolist() == [6, 4]
    assert found.sleep_min.tolist() == [50, 60]
    assert found.per_h.tolist() == pytest.approx([7.2, 4.0])
    assert found.slope_per_h2 == pytest.approx(-3.2)
    assert found.third_count.tolist() == [6, 4, 0]
    assert found.third_share is not None
    assert found.third_share.tolist() == pytest.approx([0.6, 0.4, 0])


def test_night_profile_hour_without_sleep_has_no_rate_and_no_part_in_the_slope() -> (
    None
):
    found = profile(
        [], (0, 3600, "N2"), (3600, 7200, "W"), (7200, 10_800, "N2")
    )
    assert np.isnan(found.per_h[1])
    assert found.slope_per_h2 == 0
    assert (found.third_share, told(found.reason)) == (
        None,
        "no PLMS was found",
    )


def test_night_profile_without_sleep_or_hypnogram_says_why() -> None:
    assert told(profile([], (0, 3600, "W")).reason).startswith("no sleep")
    night = scored_night([], None)
    assert told(
        night_profile(counted_night(night, period=WHOLE)).reason
    ).startswith("sleep is unknown")


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000))
def test_night_profile_hours_and_thirds_hold_every_plms(seed: int) -> None:
    rng = np.random.default_rng(seed)
    stages = [
        (30.0 * i, 30.0 * i + 30, str(rng.choice(["W", "N2", "R"])))
        for i in range(400)
    ]
    hypnogram = hypnogram_of(*stages)
    night = scored_night(random_marks(rng, n=200, length_s=12_000), hypnogram)
    period = ScoredPeriod(
        recording_s=12_000, gaps=(Interval(onset_s=5000.0, duration_s=100.0),)
    )
    found = night_profile(counted_night(night, period=period))
    asleep = (night.movements.stage != "W") & ~(
        (night.movements.onset_s >= 5000) & (night.movements.onset_s < 5100)
    )
    plms = int(np.count_nonzero(night.movements.plm & asleep))
    assert found.count.sum() == found.third_count.sum() == plms
    assert found.sleep_min.sum() == pytest.approx(found.third_sleep_min.sum())


@settings(max_examples=40, deadline=None)
@given(
    bounds=st.lists(st.integers(0, 1000), min_size=2, max_size=20, unique=True),
    times=st.lists(st.integers(-50, 1100), min_size=1, max_size=20),
)
def test_elapsed_time_agrees_with_adding_up_by_hand(
    bounds: list[int], times: list[int]
) -> None:
    edges = sorted(bounds)[: len(bounds) // 2 * 2]
    onset, end = np.array(edges, dtype=np.int64).reshape(-1, 2).T
    by_hand = [
        sum(max(0, min(time, b) - a) for a, b in zip(onset, end, strict=True))
        for time in times
    ]
    assert (
        elapsed_ms(np.array(times, dtype=np.int64), Spans(onset, end)).tolist()
        == by_hand
    )
