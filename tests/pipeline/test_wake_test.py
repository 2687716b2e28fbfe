"""Suggested immobilization tests from recordings.

The protocol decides what is a session and what departs from it.
"""

from pathlib import Path

import pytest
from told import told

from ekbom.model.errors import UsageError
from ekbom.pipeline.wake_test import score_wake_test


def test_sit_counts_periodic_movements_in_wake_and_says_what_departs(
    short_night: Path,
) -> None:
    test = score_wake_test([short_night], discomfort=[(10.0, 30.0)])
    assert not test.valid
    assert "50 min" in told(*test.reasons)
    assert test.discomfort_mean == 20.0
    session = test.sessions[0]
    assert session.wake_min is not None
    assert test.plmw_per_h == pytest.approx(
        60 * session.plmw_count / session.wake_min
    )


def test_msit_asks_for_its_four_sessions(short_night: Path) -> None:
    test = score_wake_test(
        [short_night], protocol="msit", starts_s=(0.0, 600.0)
    )
    assert "takes 4 sessions, 2 came" in told(*test.reasons)


def test_wake_test_refuses_an_unknown_protocol(short_night: Path) -> None:
    with pytest.raises(UsageError, match="no wake test 'forced'"):
        score_wake_test([short_night], protocol="forced")


def test_wake_test_refuses_ratings_that_belong_to_no_session(
    short_night: Path,
) -> None:
    with pytest.raises(UsageError, match="ratings for 2 sessions"):
        score_wake_test([short_night], discomfort=[(1.0,), (2.0,)])


@pytest.mark.parametrize("rules", ["aasm", "asda1993", "coleman1982"])
def test_wake_test_refuses_a_standard_that_counts_no_plm_in_wake(
    rules: str, short_night: Path
) -> None:
    with pytest.raises(
        UsageError,
        match=f"'{rules}' counts no PLM in wake.*use wasm2016 or wasm2006",
    ):
        score_wake_test([short_night], rules=rules)


def test_wake_test_says_by_which_rules_and_options(short_night: Path) -> None:
    plain, other = (
        score_wake_test([short_night], options=options)
        for options in ({}, {"imi_max": 60})
    )
    assert (plain.rules[0], other.rules[0]) == (
        "wasm2016",
        "wasm2016 with imi_max_s = 60",
    )
    assert plain.rules[1] != other.rules[1]


def test_wake_test_refuses_an_option_that_does_not_exist(
    short_night: Path,
) -> None:
    with pytest.raises(UsageError, match="has no option 'imi'"):
        score_wake_test([short_night], options={"imi": 3})
