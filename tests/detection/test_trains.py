"""Trains and twitches: what is one, which movements belong to one, and what is none."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from known_legs import CRITERIA, ROBUST, known_leg, regular
from train_scenarios import Burst, of_times, row

from ekbom.detection.both_legs import DetectedLegs
from ekbom.detection.kinds.trains import (
    ALTERNATING,
    STEADY,
    find_trains,
    mark_rhythmic,
)
from ekbom.pipeline.find import detect_legs

TRAINS = ROBUST.trains


def legs(left: Sequence[Burst], right: Sequence[Burst]) -> DetectedLegs:
    """Detect both legs of four minutes."""
    made = [
        known_leg(minutes=4.0, movements=planned, side=side, seed=seed)[0]
        for side, planned, seed in (("left", left, 1), ("right", right, 2))
    ]
    return detect_legs(made, ecg=None, amplitude=CRITERIA, settings=ROBUST)


def tremor(every_s: float = 25.0) -> list[Burst]:
    """Trains of ten bursts of 0.3 s at 1.6 Hz."""
    return [
        (start + 0.62 * k, 0.4, 60.0)
        for start in np.arange(10.0, 220.0, every_s)
        for k in range(10)
    ]


def alternating() -> tuple[list[Burst], list[Burst]]:
    """Six bursts at 1.4 Hz from leg to leg, every 20 s."""
    times = [
        (start + 0.7 * k, k % 2)
        for start in np.arange(10.0, 220.0, 20.0)
        for k in range(6)
    ]
    left, right = (
        [(time, 0.4, 60.0) for time, leg in times if leg == side]
        for side in (0, 1)
    )
    return left, right


def test_foot_tremor_movements_that_a_train_fuses_are_rhythmic() -> None:
    found = legs(tremor(), ())
    assert found.trains is not None
    assert set(found.trains.kind) == {STEADY}
    assert len(found.trains.onset_s) == len(np.arange(10.0, 220.0, 25.0))
    assert found.trains.rate_hz == pytest.approx(1 / 0.62, rel=0.05)
    assert len(found.movements.onset_s) > 0
    assert found.movements.rhythmic is not None
    assert found.movements.rhythmic.all()


def test_alternating_activation_is_found_across_the_legs() -> None:
    found = legs(*alternating())
    assert found.trains is not None
    both = found.trains.kind == ALTERNATING
    assert both.sum() == len(np.arange(10.0, 220.0, 20.0))
    assert set(found.trains.side[both]) == {"bilateral"}
    assert found.movements.rhythmic is not None
    assert found.movements.rhythmic.all()


def test_periodic_movements_are_no_train_and_no_twitches() -> None:
    found = legs(regular(4.0), regular(4.0, seed=9))
    assert len(found.movements.onset_s) > 15
    assert found.movements.rhythmic is not None
    assert not found.movements.rhythmic.any()
    assert found.movements.twitches is not None
    assert not found.movements.twitches.any()


def test_twitches_fused_by_short_pauses_are_known() -> None:
    cluster = [
        (start + at, 0.3, 60.0)
        for start in np.arange(10.0, 220.0, 20.0)
        for at in (0.0, 0.45, 1.2)
    ]
    found = legs(cluster, ())
    assert found.movements.twitches is not None
    assert found.movements.twitches.mean() > 0.8


def test_periodic_movements_between_trains_are_not_rhythmic() -> None:
    kicks = [(start, 2.0, 60.0) for start in np.arange(20.0, 220.0, 25.0)]
    found = legs([*tremor(), *kicks], ())
    assert found.movements.rhythmic is not None
    for start, _, _ in kicks:
        row_of = np.argmin(np.abs(found.movements.onset_s - start))
        assert abs(found.movements.onset_s[row_of] - start) < 0.2
        assert not found.movements.rhythmic[row_of]


def test_train_needs_its_fewest_bursts() -> None:
    fewest = TRAINS.bursts_min
    for n, expected in ((fewest - 1, 0), (fewest, 1)):
        found = find_trains([row(n, 1.0)], settings=TRAINS)
        assert len(found.onset_s) == expected


def test_train_ends_where_its_rhythm_breaks() -> None:
    times = [0, 1, 2, 3, 6.2, 9.4, 12.6]
    found = find_trains([of_times(times)], settings=TRAINS)
    assert found.onset_s.tolist() == [0.0, 3.0]
    assert found.n_bursts.tolist() == [4, 4]


@pytest.mark.parametrize("n_legs", [0, 1, 2])
def test_no_burst_is_no_train_and_nothing_is_rhythmic(n_legs: int) -> None:
    found = find_trains([of_times([])] * n_legs, settings=TRAINS)
    marked = mark_rhythmic(row(3, 20.0), found, settings=TRAINS)
    assert not len(found.onset_s)
    assert marked.rhythmic is not None
    assert not marked.rhythmic.any()


@given(
    quarters=st.lists(st.integers(0, 1200), max_size=40, unique=True),
    shift_s=st.integers(0, 5000),
)
def test_property_trains_do_not_move_with_the_clock(
    quarters: list[int], shift_s: int
) -> None:
    times = [quarter / 4 for quarter in sorted(quarters)]
    here, there = (
        find_trains([of_times([time + by for time in times])], settings=TRAINS)
        for by in (0, shift_s)
    )
    assert (there.onset_s - shift_s).tolist() == here.onset_s.tolist()
    assert there.n_bursts.tolist() == here.n_bursts.tolist()
    assert np.all(here.n_bursts >= TRAINS.bursts_min)
    assert np.all(here.rate_hz >= TRAINS.rate_min_hz)
    assert np.all(here.rate_hz <= TRAINS.rate_max_hz)
