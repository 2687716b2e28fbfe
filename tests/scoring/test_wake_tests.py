"""Suggested immobilization tests: wake only, the right length, the right number of sessions."""

import pytest
from scored_nights import hypnogram_of, scored_night
from told import told

from ekbom.model.events import Hypnogram
from ekbom.model.recording import Interval
from ekbom.rules.load_indices import index_settings, load_index_table
from ekbom.scoring.wake_tests import WakeSession, wake_test

SETTINGS = index_settings(load_index_table())
HOUR = 3600.0
AWAKE = hypnogram_of((0, HOUR, "W"))


def session(
    hypnogram: Hypnogram | None = AWAKE,
    *,
    n: int = 10,
    duration_s: float = HOUR,
    **changes: object,
) -> WakeSession:
    night = scored_night(
        [("L", 60.0 + 20 * i, 1.0) for i in range(n)], hypnogram
    )
    return WakeSession(night.movements, hypnogram, 0.0, duration_s, **changes)  # type: ignore[arg-type]


def test_sit_index_is_plm_per_hour_of_wake() -> None:
    found = wake_test(
        [session(discomfort=(10.0, 30.0, 50.0))],
        protocol="sit",
        settings=SETTINGS,
    )
    assert (
        found.plmw_per_h,
        found.discomfort_mean,
        found.valid,
        told(*found.reasons),
    ) == (
        10,
        30,
        True,
        "",
    )
    assert found.sessions[0].discomfort_max == 50


def test_sit_sleep_leaves_numerator_and_denominator() -> None:
    dozing = hypnogram_of((0, 150, "W"), (150, 1950, "N1"), (1950, HOUR, "W"))
    found = wake_test(
        [session(dozing)], protocol="sit", settings=SETTINGS
    ).sessions[0]
    assert (found.plmw_count, found.wake_min, found.plmw_per_h) == (5, 30, 10)


def test_sit_slept_through_gives_no_index() -> None:
    found = wake_test(
        [session(hypnogram_of((0, HOUR, "N2")))],
        protocol="sit",
        settings=SETTINGS,
    )
    assert (found.plmw_per_h, found.valid) == (None, False)
    assert "no scorable wake" in told(*found.reasons)


@pytest.mark.parametrize(
    ("duration_s", "valid"),
    [(HOUR, True), (55 * 60.0, True), (54 * 60.0, False), (66 * 60.0, False)],
)
def test_sit_of_the_wrong_length_is_flagged(
    duration_s: float, valid: bool
) -> None:
    found = wake_test(
        [session(duration_s=duration_s)], protocol="sit", settings=SETTINGS
    )
    assert found.valid == valid
    assert ("the protocol asks for 60" in told(*found.reasons)) != valid


def test_sit_without_stages_takes_all_as_wake_and_says_so() -> None:
    found = wake_test(
        [
            session(
                None, unscorable=(Interval(onset_s=1800.0, duration_s=600.0),)
            )
        ],
        protocol="sit",
        settings=SETTINGS,
    )
    assert (found.sessions[0].wake_min, found.plmw_per_h) == (50, 12)
    assert (
        told(*found.sessions[0].reasons)
        == "nobody staged it, it is taken as wake throughout"
    )


def test_msit_pools_its_sessions_and_counts_them() -> None:
    four = [session(n=n) for n in (4, 8, 12, 16)]
    found = wake_test(four, protocol="msit", settings=SETTINGS)
    assert (found.plmw_per_h, found.valid) == (10, True)
    three = wake_test(four[:3], protocol="msit", settings=SETTINGS)
    assert (three.plmw_per_h, three.valid, told(*three.reasons)) == (
        8,
        False,
        "the protocol takes 4 sessions, 3 came",
    )


def test_wake_test_of_an_unknown_protocol_is_no_protocol() -> None:
    assert not wake_test([session()], protocol="fit", settings=SETTINGS).valid
