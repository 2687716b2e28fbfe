"""Two scorings of one night.

Matching against an exhaustive twin, kappa by hand, perturbed nights, six people's stages.
"""

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment
from scored_nights import hypnogram_of, leg_movements
from told import told
from validation.plmscore_statistics import (
    night_hypnogram,
    night_leg_movements,
    read_night,
)
from validation.sleep_statistics import as_hypnogram, load_hypnograms

from ekbom.model.movements import LegMovements
from ekbom.model.result import IndexValue
from ekbom.rules.load_indices import agreement_settings, load_index_table
from ekbom.scoring.agreement.bland_altman import bland_altman
from ekbom.scoring.agreement.kappa import (
    cohen_kappa,
    common_epochs,
    stage_kappa,
)
from ekbom.scoring.agreement.matching import (
    best_matching,
    event_agreement,
    overlapping_pairs,
)
from ekbom.scoring.agreement.records import ScoringAgreement
from ekbom.scoring.agreement.scorings import Scoring, compare_scorings
from ekbom.scoring.stage_time import Spans, united

SETTINGS = agreement_settings(load_index_table())
HOUR = 3600.0
NIGHT_FILE = (
    Path(__file__).parents[1]
    / "data"
    / "plmscore_reference"
    / "night_003.json.gz"
)


def spans(*events: tuple[int, int]) -> Spans:
    times = np.array(events, dtype=np.int64).reshape(-1, 2)
    return united(Spans(times[:, 0], times[:, 1]), touching=False)


def legs_scoring(legs: LegMovements, name: str = "x") -> Scoring:
    return Scoring(name, legs, None, {})


def compare(
    a: LegMovements, b: LegMovements, *, duration_s: float = HOUR
) -> ScoringAgreement:
    return compare_scorings(
        legs_scoring(a, "a"),
        legs_scoring(b, "b"),
        duration_s=duration_s,
        settings=SETTINGS,
        index_names=(),
    )


def perturbed(legs: LegMovements, *, seed: int) -> LegMovements:
    """Drop a tenth, shift the borders of the rest by a tenth of a second or so, add some."""
    rng = np.random.default_rng(seed)
    keep = rng.random(len(legs.onset_s)) > 0.1
    onset = legs.onset_s[keep] + rng.normal(0, 0.1, int(keep.sum()))
    duration = np.maximum(
        legs.duration_s[keep] + rng.normal(0, 0.1, int(keep.sum())), 0.3
    )
    extra = rng.uniform(0, float(legs.onset_s.max()), 10)
    return LegMovements(
        onset_s=np.concatenate([onset, extra]),
        duration_s=np.concatenate([duration, np.full(10, 1.0)]),
        side=np.concatenate([legs.side[keep], np.full(10, "left")]),
        truncated=np.zeros(len(onset) + 10, dtype=bool),
    )


span_list = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 12)), max_size=9
).map(
    lambda items: spans(*[(start, start + length) for start, length in items])
)


@given(
    a=span_list, b=span_list, level=st.sampled_from([0.05, 0.1, 0.3, 0.5, 0.7])
)
def test_matching_is_as_good_as_an_exhaustive_assignment(
    a: Spans, b: Spans, level: float
) -> None:
    pairs = overlapping_pairs(a, b)
    chosen = best_matching(pairs, min_iou=level)
    worth = np.zeros((len(a.onset_ms), len(b.onset_ms)))
    usable = pairs.iou >= level
    worth[pairs.row_a[usable], pairs.row_b[usable]] = 100 + pairs.iou[usable]
    rows, columns = linear_sum_assignment(worth, maximize=True)
    assert (100 + pairs.iou[chosen]).sum() == pytest.approx(
        worth[rows, columns].sum()
    )
    assert (
        len(set(pairs.row_a[chosen].tolist()))
        == len(set(pairs.row_b[chosen].tolist()))
        == len(chosen)
    )


@given(a=span_list, b=span_list)
def test_overlapping_pairs_are_all_that_overlap(a: Spans, b: Spans) -> None:
    pairs = overlapping_pairs(a, b)
    by_hand = [
        (i, j)
        for i, j in itertools.product(
            range(len(a.onset_ms)), range(len(b.onset_ms))
        )
        if a.onset_ms[i] < b.end_ms[j] and b.onset_ms[j] < a.end_ms[i]
    ]
    assert (
        list(zip(pairs.row_a.tolist(), pairs.row_b.tolist(), strict=True))
        == by_hand
    )


@given(a=span_list, b=span_list)
def test_agreement_turned_round_swaps_precision_and_recall(
    a: Spans, b: Spans
) -> None:
    one, other = (
        event_agreement(x, y, side="left", iou=SETTINGS.iou)
        for x, y in ((a, b), (b, a))
    )
    np.testing.assert_array_equal(one.precision, other.recall)
    np.testing.assert_array_equal(one.f1, other.f1)
    assert np.all(np.diff(one.n_matched) <= 0)


def test_agreement_by_hand() -> None:
    a, b = (
        spans((0, 1000), (5000, 6000), (9000, 10_000)),
        spans((100, 1100), (5600, 6600), (20_000, 21_000)),
    )
    found = event_agreement(a, b, side="left", iou=(0.2, 0.5, 0.9))
    assert found.n_matched.tolist() == [2, 1, 0]
    assert found.f1.tolist() == pytest.approx([2 / 3, 1 / 3, 0])
    assert found.pair_iou.tolist() == pytest.approx([900 / 1100, 400 / 1600])
    assert found.onset_difference_s.tolist() == pytest.approx([0.1, 0.6])


def test_agreement_one_long_mark_against_two_short_ones_matches_one() -> None:
    found = event_agreement(
        spans((0, 2000)), spans((0, 900), (1000, 2000)), side="left", iou=(0.1,)
    )
    assert (found.n_matched.tolist(), found.matched_b.tolist()) == ([1], [1])


def test_agreement_of_two_empty_scorings_has_nothing_to_divide_by() -> None:
    found = event_agreement(spans(), spans(), side="left", iou=(0.5,))
    assert np.isnan([found.precision[0], found.recall[0], found.f1[0]]).all()


@pytest.mark.parametrize(
    ("counts", "kappa"),
    [
        ([[20, 5], [10, 15]], 0.4),
        ([[10, 0], [0, 5]], 1.0),
        ([[0, 5], [5, 0]], -1.0),
        ([[25, 25], [25, 25]], 0.0),
    ],
)
def test_kappa_by_hand(counts: list[list[int]], kappa: float) -> None:
    assert cohen_kappa(np.array(counts)).value == pytest.approx(kappa)


@given(
    counts=st.lists(
        st.lists(st.integers(0, 50), min_size=3, max_size=3),
        min_size=3,
        max_size=3,
    )
)
def test_kappa_is_symmetric(counts: list[list[int]]) -> None:
    table = np.array(counts)
    assert cohen_kappa(table).value == cohen_kappa(table.T).value


def test_kappa_of_one_label_is_not_computable() -> None:
    found = cohen_kappa(np.array([[50, 0], [0, 0]]))
    assert (found.value, found.observed) == (None, 1)
    assert "one and the same label" in told(found.reason)


def test_scoring_compared_with_itself_agrees_perfectly() -> None:
    legs = night_leg_movements(read_night(NIGHT_FILE))
    found = compare(legs, legs, duration_s=30_000)
    for side in ("left", "right", "any"):
        assert found.events[side].f1.tolist() == [1.0] * len(SETTINGS.iou)
        assert found.seconds[side].value == pytest.approx(1)
    assert found.disagreements == ()


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 100))
def test_scoring_compared_with_a_perturbed_copy_of_itself(seed: int) -> None:
    legs = night_leg_movements(read_night(NIGHT_FILE))
    found = compare(legs, perturbed(legs, seed=seed), duration_s=30_000)
    for side in ("left", "right"):
        agreement = found.events[side]
        assert 0.7 < agreement.f1[0] < 1
        assert abs(float(np.median(agreement.onset_difference_s))) < 0.1
        kappa = found.seconds[side].value
        assert kappa is not None
        assert 0.5 < kappa < 1
    times = [item.onset_s for item in found.disagreements]
    assert times == sorted(times)
    missed = sum(item.kind == "only_a" for item in found.disagreements)
    assert missed == sum(
        found.events[side].n_a - len(found.events[side].matched_a)
        for side in ("left", "right")
    )


@pytest.mark.parametrize(("duration_s", "kappa"), [(0.5, 1.0), (0.499, 0.0)])
def test_kappa_per_second_a_second_is_movement_if_half_of_it_is(
    duration_s: float, kappa: float
) -> None:
    found = compare(
        leg_movements([("L", 10.0, 1.0)]),
        leg_movements([("L", 10.0, duration_s)]),
    )
    assert found.seconds["left"].value == pytest.approx(kappa)


def test_scoring_without_sides_is_compared_over_any_leg() -> None:
    sided, plain = (
        leg_movements([("L", 10.0, 2.0), ("R", 11.0, 2.0)]),
        leg_movements([("U", 10.0, 3.0)]),
    )
    found = compare(sided, plain)
    assert list(found.events) == ["any"]
    assert found.events["any"].f1[0] == 1
    assert found.disagreements == ()


def test_scoring_lists_disagreements_in_time_order_with_a_sentence() -> None:
    a, b = (
        leg_movements([("L", 10.0, 2.0), ("L", 50.0, 4.0)]),
        leg_movements([("R", 5.0, 1.0), ("L", 53.0, 4.0)]),
    )
    found = compare(a, b).disagreements
    assert [(item.onset_s, item.kind) for item in found] == [
        (5.0, "only_b"),
        (10.0, "only_a"),
        (50.0, "borders"),
    ]
    assert told(found[2].reason) == (
        "left leg: in the second scoring the movement begins +3.0 s and ends +3.0 s from the first"
    )


@pytest.mark.parametrize(
    ("begins_s", "listed"), [(51.0, []), (51.1, ["borders"])]
)
def test_scoring_lists_borders_only_below_the_overlap_of_the_table(
    begins_s: float, listed: list[str]
) -> None:
    """Two marks of 3 s that begin 1 s apart share 2 s of 4 s: exactly half."""
    assert SETTINGS.listed_iou == 0.5
    found = compare(
        leg_movements([("L", 50.0, 3.0)]), leg_movements([("L", begins_s, 3.0)])
    )
    assert [item.kind for item in found.disagreements] == listed


def test_scoring_differences_of_indices_need_both_numbers() -> None:
    values = [
        {"x": IndexValue(name="x", value=value, unit="/h")}
        for value in (3.0, 5.0, None)
    ]
    scorings = [Scoring("", None, None, value) for value in values]
    pairs = [
        compare_scorings(
            scorings[0],
            other,
            duration_s=1.0,
            settings=SETTINGS,
            index_names=["x"],
        )
        for other in scorings[1:]
    ]
    assert [pair.index_difference["x"] for pair in pairs] == [2.0, None]
    assert "neither movements nor stages" in told(pairs[0].reason)


def test_stages_of_six_people_agree_as_people_do() -> None:
    people = [
        as_hypnogram(stages)
        for name, stages in load_hypnograms().items()
        if name.startswith("psg_ipa")
    ]
    kappas = [
        stage_kappa(a, b).value for a, b in itertools.combinations(people, 2)
    ]
    assert len(kappas) == 15
    assert all(value is not None and 0.4 < value < 0.95 for value in kappas)
    assert [stage_kappa(person, person).value for person in people] == [1.0] * 6
    assert (
        stage_kappa(people[0], people[1]).value
        == stage_kappa(people[1], people[0]).value
    )


def test_stages_unscored_by_either_are_left_out() -> None:
    a, b = (
        hypnogram_of((0, 60, "W"), (60, 120, "N2")),
        hypnogram_of((30, 60, "UNSCORED"), (60, 90, "N2"), (90, 150, "N3")),
    )
    onset, stages_a, stages_b = common_epochs(a, b)
    assert (onset.tolist(), stages_a.tolist(), stages_b.tolist()) == (
        [60_000, 90_000],
        ["N2", "N2"],
        ["N2", "N3"],
    )


def test_stage_disagreements_are_stretches() -> None:
    a, b = (
        hypnogram_of((0, 300, "N2")),
        hypnogram_of((0, 90, "N2"), (90, 180, "N1"), (180, 300, "N3")),
    )
    found = compare_scorings(
        Scoring("a", None, a, {}),
        Scoring("b", None, b, {}),
        duration_s=300,
        settings=SETTINGS,
        index_names=(),
    )
    assert [
        (item.onset_s, item.duration_s, told(item.reason))
        for item in found.disagreements
    ] == [
        (90, 90, "the first scoring says N2, the second N1"),
        (180, 120, "the first scoring says N2, the second N3"),
    ]


def test_kappa_per_second_of_a_real_night_is_not_the_stage_kappa() -> None:
    night = read_night(NIGHT_FILE)
    legs, hypnogram = night_leg_movements(night), night_hypnogram(night)
    both = Scoring("a", legs, hypnogram, {})
    found = compare_scorings(
        both, both, duration_s=30_000, settings=SETTINGS, index_names=()
    )
    assert found.stages is not None
    assert found.stages.n == len(night["inputs"]["stages"])
    assert found.seconds["any"].n == 30_000


def test_bland_altman_by_hand() -> None:
    found = bland_altman(
        "plms_per_h",
        np.array([10.0, 20.0, 30.0, np.nan]),
        np.array([12.0, 21.0, 33.0, 4.0]),
        settings=SETTINGS,
    )
    assert (found.n_nights, found.bias, found.sd) == (3, 2, 1)
    assert found.lower == pytest.approx(2 - 1.959964)
    assert found.bias_interval == pytest.approx(
        (2 - 1.959964 / 3**0.5, 2 + 1.959964 / 3**0.5)
    )


def test_bland_altman_of_one_night_says_so() -> None:
    assert (
        told(
            bland_altman(
                "x", np.array([1.0]), np.array([2.0]), settings=SETTINGS
            ).reason
        )
        == "it takes two nights with both values"
    )
