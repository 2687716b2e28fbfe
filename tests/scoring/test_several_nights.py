"""Several nights of one person: mean, spread, nights needed, and where one more would lie."""

import pytest
from scipy.stats import t

from ekbom.criteria.indices import NightsSettings
from ekbom.rules.load_indices import load_index_table, nights_settings
from ekbom.scoring.several_nights import (
    IndexCourse,
    NightValue,
    course_findings,
    course_of,
    quantile_of_t,
)

SETTINGS = NightsSettings(level_percent=95, precision_percent=20, at_least=3)


def course(
    *values: float | None, settings: NightsSettings = SETTINGS
) -> IndexCourse:
    nights = [
        NightValue(night=f"night {number}", value=value)
        for number, value in enumerate(values, start=1)
    ]
    return course_of("plms_per_h", "/h", nights, settings=settings)


def codes(*values: float | None) -> list[str]:
    found = course_findings(course(*values), title="PLMS")
    return [finding.code for finding in found]


@pytest.mark.parametrize("degrees", [2, 3, 5, 10, 30])
def test_nights_quantile_is_that_of_students_t(degrees: int) -> None:
    exact = t.ppf(0.975, degrees)
    assert quantile_of_t(degrees, SETTINGS) == pytest.approx(exact, rel=0.04)


def test_nights_mean_spread_and_range_of_what_is_known() -> None:
    found = course(10.0, None, 20.0, 30.0)
    assert (found.n_known, found.mean, found.sd) == (3, 20.0, 10.0)
    assert (found.lowest, found.highest) == (10.0, 30.0)


def test_nights_needed_are_the_fewest_that_make_the_mean_precise() -> None:
    found = course(18.0, 20.0, 22.0)
    needed = found.nights_needed
    assert needed is not None
    reach = [
        quantile_of_t(n - 1, SETTINGS) * 2.0 / n**0.5
        for n in (needed - 1, needed)
    ]
    assert reach[1] <= 4.0 < reach[0]


@pytest.mark.parametrize(
    ("values", "needed"),
    [
        ((10.0, 12.0), None),
        ((10.0, 10.0, 10.0), 1),
        ((0.0, 0.0, 0.0), 1),
        ((0.1, 0.1, 0.1), 1),
        ((0.0, 0.0, 90.0), 291),
        ((0.0, 0.0, 0.0, 0.01, 300.0), None),
    ],
)
def test_nights_needed_is_told_from_three_nights_on(
    values: tuple[float, ...], needed: int | None
) -> None:
    assert course(*values).nights_needed == needed


def test_nights_change_is_the_last_against_the_mean_of_the_earlier() -> None:
    found = course(10.0, 20.0, 45.0)
    assert found.change == 30.0
    assert found.beyond is None


@pytest.mark.parametrize(
    ("last", "beyond"), [(24.0, False), (60.0, True), (0.0, True)]
)
def test_nights_last_is_judged_by_three_earlier_ones(
    last: float, beyond: bool
) -> None:
    assert course(18.0, 20.0, 22.0, last).beyond is beyond


def test_nights_expected_are_those_of_one_more_observation() -> None:
    found = course(18.0, 20.0, 22.0, 21.0)
    reach = t.ppf(0.975, 2) * 2.0 * (1 + 1 / 3) ** 0.5
    assert found.expected_low == pytest.approx(20 - reach, rel=0.04)
    assert found.expected_high == pytest.approx(20 + reach, rel=0.04)


def test_nights_last_without_a_value_changes_nothing() -> None:
    found = course(18.0, 20.0, 22.0, None)
    assert (found.change, found.beyond) == (None, None)
    assert found.mean == 20.0


def test_nights_a_rate_is_never_expected_below_zero() -> None:
    assert course(0.0, 1.0, 8.0, 2.0).expected_low == 0.0


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ((None, None), ["nights-no-value"]),
        ((5.0, None), ["nights-one-value"]),
        ((5.0, 6.0), ["nights-spread", "nights-change"]),
        (
            (18.0, 20.0, 22.0),
            ["nights-spread", "nights-needed", "nights-change"],
        ),
        (
            (18.0, 20.0, 22.0, 21.0),
            ["nights-spread", "nights-needed", "nights-change-within"],
        ),
        (
            (18.0, 20.0, 22.0, 60.0),
            ["nights-spread", "nights-needed", "nights-change-beyond"],
        ),
    ],
)
def test_nights_are_told_as_codes(
    values: tuple[float | None, ...], told: list[str]
) -> None:
    assert codes(*values) == told


def test_nights_settings_of_the_table_decide() -> None:
    settings = nights_settings(load_index_table())
    assert settings == SETTINGS
    values = (15.0, 20.0, 25.0)
    strict = NightsSettings(level_percent=95, precision_percent=5, at_least=3)
    wide = NightsSettings(level_percent=80, precision_percent=20, at_least=3)
    late = NightsSettings(level_percent=95, precision_percent=20, at_least=4)
    needed = course(*values).nights_needed
    assert needed is not None
    assert (course(*values, settings=strict).nights_needed or 999) > needed
    assert (course(*values, settings=wide).nights_needed or 999) < needed
    assert course(*values, settings=late).nights_needed is None
