"""The measurement itself.

Matching, F1, targets and conditions are right before they judge a detector.
"""

from dataclasses import replace

import numpy as np
import pytest
from validation.detector.conditions import (
    PAIRS,
    paired_conditions,
    single_conditions,
)
from validation.detector.measure import (
    Spans,
    match,
    reached,
    score_night,
    summarise,
)
from validation.detector.nights import KnownNight, Material, make_night
from validation.detector.page import cells
from validation.detector.reliability import Labelled, reliability
from validation.detector.survey import row_of

from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.model.movements import LegMovements


def spans(*pairs: tuple[float, float]) -> Spans:
    return Spans(
        np.array([a for a, _ in pairs]), np.array([b for _, b in pairs])
    )


@pytest.mark.parametrize(
    ("true", "found", "hits"),
    [
        (spans((0, 2)), spans((0, 2)), 1),
        (spans((0, 2)), spans((0, 1)), 1),
        (spans((0, 2)), spans((0, 0.99)), 0),
        (spans((0, 2)), spans((1.1, 4)), 0),
        (spans((0, 2)), spans((0, 1), (1, 2)), 1),
        (spans((0, 2), (3, 5)), spans((0, 5)), 0),
        (spans((0, 2), (10, 12)), spans((10, 12), (30, 31)), 1),
        (spans(), spans((0, 1)), 0),
        (spans((0, 1)), spans(), 0),
    ],
)
def test_match_is_one_to_one_at_half_of_the_union(
    true: Spans, found: Spans, hits: int
) -> None:
    paired = match(true, found)
    assert len(paired.true_rows) == len(paired.found_rows) == hits
    assert (paired.n_true, paired.n_found) == (
        len(true.onset_s),
        len(found.onset_s),
    )


@pytest.fixture(scope="module", params=list(Material))
def known(
    request: pytest.FixtureRequest, amplitude: AmplitudeCriteria
) -> KnownNight:
    return make_night(
        single_conditions()[1],
        material=request.param,
        amplitude=amplitude,
        hours=1.0,
        seed=3,
    )


def test_truth_measured_against_itself_is_perfect(known: KnownNight) -> None:
    score = score_night(known, known.legs.truth.leg_movements())
    assert (score.false_positive, score.false_negative) == (0, 0)
    assert score.true_positive > 20
    assert score.true_index == score.found_index > 5.0
    summary = summarise([score])
    assert summary.f1 == 1.0
    assert summary.onset_error_ms == summary.index_error_per_h == 0.0
    assert reached(summary, f1=0.98, index_share=0.02)


def test_a_late_detector_is_told_its_bias_and_a_deaf_one_fails(
    known: KnownNight,
) -> None:
    truth = known.legs.truth.leg_movements()
    late = summarise(
        [score_night(known, replace(truth, onset_s=truth.onset_s + 0.05))]
    )
    assert late.onset_bias_ms == pytest.approx(50.0)
    assert late.offset_bias_ms == pytest.approx(50.0)
    half = LegMovements(
        onset_s=truth.onset_s[::2],
        duration_s=truth.duration_s[::2],
        side=truth.side[::2],
        truncated=truth.truncated[::2],
    )
    deaf = summarise([score_night(known, half)])
    assert deaf.recall == pytest.approx(0.5, abs=0.02)
    assert deaf.precision == 1.0
    assert not reached(deaf, f1=0.98, index_share=0.02)


def test_spoilt_time_counts_for_nobody(amplitude: AmplitudeCriteria) -> None:
    condition = next(
        c for c in single_conditions() if c.name == "electrode off"
    )
    night = make_night(
        condition,
        material=Material.SYNTHETIC,
        amplitude=amplitude,
        hours=1.0,
        seed=1,
    )
    (off,) = night.legs.spoilt["left"]
    truth = night.legs.truth.leg_movements()
    inside = (
        (truth.side == "left")
        & (truth.onset_s > off.onset_s)
        & (truth.onset_s < off.onset_s + off.duration_s)
    )
    assert inside.sum() > 3
    without = LegMovements(
        onset_s=truth.onset_s[~inside],
        duration_s=truth.duration_s[~inside],
        side=truth.side[~inside],
        truncated=truth.truncated[~inside],
    )
    score = score_night(night, without)
    assert (score.false_positive, score.false_negative) == (0, 0)
    assert score.found_index == score.true_index


def test_an_empty_night_has_no_f1_and_counts_false_movements(
    amplitude: AmplitudeCriteria,
) -> None:
    condition = next(c for c in single_conditions() if c.name == "empty, 1 uV")
    night = make_night(
        condition,
        material=Material.REAL,
        amplitude=amplitude,
        hours=0.5,
        seed=1,
    )
    nothing = np.zeros(0)
    quiet = LegMovements(
        onset_s=nothing,
        duration_s=nothing,
        side=np.zeros(0, dtype="<U9"),
        truncated=np.zeros(0, dtype=bool),
    )
    row = row_of(condition, Material.REAL, "quiet", [score_night(night, quiet)])
    assert row.reached
    assert row.summary.f1 is None
    assert cells(row)[2] == "-"
    one = LegMovements(
        onset_s=np.array([100.0]),
        duration_s=np.array([1.0]),
        side=np.array(["left"]),
        truncated=np.array([False]),
    )
    assert not row_of(
        condition, Material.REAL, "nervous", [score_night(night, one)] * 3
    ).reached


def test_every_condition_has_a_name_of_its_own_and_every_pair_exists() -> None:
    singles, pairs = single_conditions(), paired_conditions()
    assert len({c.name for c in singles}) == len(singles)
    assert len({c.name for c in pairs}) == len(pairs) == len(PAIRS) >= 40
    lowest = {c.name: c.f1 for c in singles}
    for pair, (first, second) in zip(pairs, PAIRS, strict=True):
        asked = [f1 for f1 in (lowest[first], lowest[second]) if f1 is not None]
        assert pair.f1 == pytest.approx(min(asked) - 0.02)
    for condition in (*singles, *pairs):
        assert condition.parameters(hours=1.0).hours == 1.0


def test_reliability_of_honest_and_of_boastful_confidence() -> None:
    rng = np.random.default_rng(8)
    stated = rng.random(20_000)
    nights = [
        Labelled(part, rng.random(len(part)) < part)
        for part in np.split(stated, 20)
    ]
    honest = reliability(nights, n_below=0, rng=rng)
    boastful = reliability(
        [Labelled(np.sqrt(night.confidence), night.true) for night in nights],
        n_below=0,
        rng=rng,
    )
    assert honest is not None
    assert boastful is not None
    assert honest.error < 0.02
    assert honest.error_low <= honest.error <= honest.error_high + 0.01
    assert boastful.error == pytest.approx(2.0 / 3.0 - 0.5, abs=0.02)
    assert boastful.doubtful_error > 0.1
    assert reliability([], n_below=0, rng=rng) is None
