"""Every limit and every day of the follow-up table: just below, at, and just above it."""

import datetime as dt
from typing import Any

import pytest

from ekbom.clinical.visits.records import FollowUp, NextCheck
from ekbom.pipeline.follow_up import follow_up

FIRST = dt.date(2026, 1, 12)
RLS = dict.fromkeys(
    (
        "urge_to_move",
        "rest_onset",
        "movement_relief",
        "evening_night_worse",
        "mimic_excluded",
    ),
    "yes",
)
ENOUGH_IRON = {"labs": {"ferritin_ng_ml": 200, "tsat_pct": 30}}
NO_MEDICINES: dict[str, Any] = {"medications": [], "rls_treatment": []}


def followed(*visits: tuple[int, dict[str, Any]]) -> FollowUp:
    """Follow a woman with RLS, visits given by days after the first."""
    dated = [
        {
            "date": (FIRST + dt.timedelta(days=days)).isoformat(),
            "facts": {"age_years": 52, **facts},
        }
        for days, facts in visits
    ]
    common = {"sex": "female", "symptoms": RLS}
    return follow_up(
        {"schema_version": "1.0", "common": common, "visits": dated}
    )


def check(course: FollowUp, code: str) -> NextCheck | None:
    return next((one for one in course.next_checks if one.code == code), None)


def as_facts(path: str, value: float) -> dict[str, Any]:
    group, _, name = path.partition(".")
    return {group: {name: value}}


@pytest.mark.parametrize(
    ("fact", "first", "below", "at", "above"),
    [
        ("scores.irls", 20, 22.9, 23, 23.1),
        ("psg.plmi", 10, 35.0, 35.1, 35.2),
        ("psg.plmi_wasm2016", 10, 35.0, 35.1, 35.2),
        ("actigraphy.plmi", 10, 35.0, 35.1, 35.2),
    ],
)
@pytest.mark.parametrize("back", [False, True], ids=["rises", "falls"])
def test_change_of_a_number_counts_from_its_limit_on(
    fact: str,
    first: float,
    below: float,
    at: float,
    above: float,
    *,
    back: bool,
) -> None:
    moved = "lower" if back else "higher"
    reached = moved if fact == "scores.irls" else "no_relevant_change"
    expected = ["no_relevant_change", reached, moved]
    directions = []
    for value in (below, at, above):
        pair = (value, first) if back else (first, value)
        course = followed(
            (0, as_facts(fact, pair[0])), (70, as_facts(fact, pair[1]))
        )
        one = next(one for one in course.overall if one.fact == fact)
        directions.append(one.direction.value)
        assert one.change == pytest.approx(pair[1] - pair[0])
    assert directions == expected


@pytest.mark.parametrize("fact", ["labs.ferritin_ng_ml", "labs.tsat_pct"])
@pytest.mark.parametrize(
    ("later", "expected"),
    [(29.9, "lower"), (30, "no_relevant_change"), (30.1, "higher")],
)
def test_any_difference_of_iron_counts(
    fact: str, later: float, expected: str
) -> None:
    course = followed((0, as_facts(fact, 30)), (70, as_facts(fact, later)))
    (one,) = [one for one in course.overall if one.fact == fact]
    assert one.direction.value == expected


@pytest.mark.parametrize("fact", ["plmi", "plmi_wasm2016"])
@pytest.mark.parametrize(
    ("tst_min", "expected"),
    [(119.9, "unknown"), (120, "higher"), (120.1, "higher")],
)
def test_night_is_compared_from_two_hours_of_sleep_on(
    fact: str, tst_min: float, expected: str
) -> None:
    course = followed(
        (0, {"psg": {fact: 5, "tst_min": 400}}),
        (70, {"psg": {fact: 80, "tst_min": tst_min}}),
    )
    (one,) = [one for one in course.overall if one.fact == f"psg.{fact}"]
    assert one.direction.value == expected


@pytest.mark.parametrize(
    ("crp", "warned"), [(9.9, False), (10, False), (10.1, True)]
)
@pytest.mark.parametrize("early", [True, False], ids=["before", "now"])
def test_inflammation_at_either_visit_is_named_beside_ferritin(
    crp: float, *, warned: bool, early: bool
) -> None:
    inflamed, calm = (
        {"labs": {"ferritin_ng_ml": 60, "crp_mg_l": value}}
        for value in (crp, 1)
    )
    course = followed(
        (0, inflamed if early else calm), (70, calm if early else inflamed)
    )
    (one,) = [
        one for one in course.overall if one.fact == "labs.ferritin_ng_ml"
    ]
    ids = [line.rule_id for line in one.cautions]
    assert ("follow.ferritin.inflammation" in ids) is warned


INFUSION = {
    "iv_iron_history": [{"product": "ferric carboxymaltose", "weeks_ago": 2}]
}
TABLETS = {"medications": [{"name": "ferrous sulfate", "weeks": 2}]}


@pytest.mark.parametrize(
    "iron", [INFUSION, TABLETS], ids=["infusion", "tablets"]
)
@pytest.mark.parametrize(
    ("days", "expected"),
    [(69, "due"), (70, "due"), (71, "overdue")],
    ids=["before", "on", "after"],
)
def test_iron_check_is_overdue_after_twelve_weeks(
    iron: dict[str, Any], days: int, expected: str
) -> None:
    found = check(followed((0, iron), (days, {})), "IRON_AFTER_TREATMENT")
    assert found is not None
    assert found.due_by - found.counted_from == dt.timedelta(weeks=12)
    assert found.counted_from == FIRST - dt.timedelta(weeks=2)
    assert found.status == expected


@pytest.mark.parametrize(
    ("days", "made"), [(55, False), (56, True), (57, True)]
)
def test_iron_measured_two_weeks_before_its_day_counts_as_made(
    days: int, *, made: bool
) -> None:
    course = followed((0, INFUSION), (days, ENOUGH_IRON))
    assert (check(course, "IRON_AFTER_TREATMENT") is None) is made


YEARLY: dict[str, dict[str, Any]] = {
    "IRON_REGULAR": ENOUGH_IRON,
    "KIDNEY_FUNCTION": {"egfr": 90},
}
GABAPENTIN: dict[str, Any] = {
    "medications": [],
    "rls_treatment": [{"name": "gabapentin"}],
}


@pytest.mark.parametrize("code", YEARLY)
@pytest.mark.parametrize(
    ("days", "expected"), [(363, "due"), (364, "due"), (365, "overdue")]
)
def test_yearly_checks_are_counted_from_the_last_value(
    code: str, days: int, expected: str
) -> None:
    course = followed((0, {**GABAPENTIN, **YEARLY[code]}), (days, GABAPENTIN))
    found = check(course, code)
    assert found is not None
    assert (found.status, found.counted_from) == (expected, FIRST)
    assert found.due_by == FIRST + dt.timedelta(weeks=52)


@pytest.mark.parametrize("code", YEARLY)
def test_yearly_checks_are_due_now_where_nothing_was_measured(
    code: str,
) -> None:
    found = check(followed((0, GABAPENTIN), (40, GABAPENTIN)), code)
    assert found is not None
    assert (found.status, found.due_by) == (
        "now",
        FIRST + dt.timedelta(days=40),
    )


@pytest.mark.parametrize(
    ("days", "expected"), [(0, "due"), (56, "due"), (57, "overdue")]
)
def test_new_treatment_is_judged_after_eight_weeks(
    days: int, expected: str
) -> None:
    started = (30, GABAPENTIN)
    later = [(30 + days, GABAPENTIN)] if days else []
    found = check(
        followed((0, NO_MEDICINES), started, *later), "TREATMENT_EFFECT"
    )
    assert found is not None
    assert found.counted_from == FIRST + dt.timedelta(days=30)
    assert found.due_by == found.counted_from + dt.timedelta(weeks=8)
    assert found.status == expected


@pytest.mark.parametrize(("days", "made"), [(41, False), (42, True)])
def test_irls_two_weeks_before_its_day_judges_the_treatment(
    days: int, *, made: bool
) -> None:
    course = followed(
        (0, NO_MEDICINES),
        (30, GABAPENTIN),
        (30 + days, {**GABAPENTIN, "scores": {"irls": 12}}),
    )
    assert (check(course, "TREATMENT_EFFECT") is None) is made


SCREENED: dict[str, dict[str, Any]] = {
    "SCREEN_AUGMENTATION": {
        "augmentation": {
            "days_worse_per_week": 0,
            "onset_advance_h": 0,
            "dose_increase_worsened": "no",
            "other_cause": "no",
        }
    },
    "SCREEN_IMPULSE_CONTROL": {
        "impulse_control": dict.fromkeys(
            ("gambling", "shopping", "sex", "eating"), "no"
        )
    },
}
PRAMIPEXOLE: dict[str, Any] = {"rls_treatment": [{"name": "pramipexole"}]}


@pytest.mark.parametrize("code", SCREENED)
def test_screen_answered_today_is_due_in_half_a_year_and_now_where_one_part_is_open(
    code: str,
) -> None:
    course = followed((0, PRAMIPEXOLE), (40, {**PRAMIPEXOLE, **SCREENED[code]}))
    found = check(course, code)
    assert found is not None
    today = FIRST + dt.timedelta(days=40)
    assert (found.status, found.due_by) == (
        "due",
        today + dt.timedelta(weeks=26),
    )
    (group, answers), *_ = SCREENED[code].items()
    for name in answers:
        part = {key: value for key, value in answers.items() if key != name}
        open_part = check(followed((0, {**PRAMIPEXOLE, group: part})), code)
        assert open_part is not None
        assert open_part.status == "now", name


@pytest.mark.parametrize("code", SCREENED)
def test_screens_belong_to_dopaminergic_medicines_alone(code: str) -> None:
    assert check(followed((0, GABAPENTIN)), code) is None
    assert check(followed((0, NO_MEDICINES)), code) is None


SWOLLEN = {"symptoms": {**RLS, "acute_unilateral_swelling": "yes"}}
NOT_SWOLLEN = {"symptoms": {**RLS, "acute_unilateral_swelling": "no"}}
NO_PULSES = {"symptoms": {**RLS, "absent_pulses": "yes"}}
PULSES = {"symptoms": {**RLS, "absent_pulses": "no"}}


@pytest.mark.parametrize(
    ("before", "after", "code", "red", "other"),
    [
        (NOT_SWOLLEN, SWOLLEN, "AL_DVT_REDFLAG", ["new"], []),
        ({}, SWOLLEN, "AL_DVT_REDFLAG", ["now_known"], []),
        (SWOLLEN, NOT_SWOLLEN, "AL_DVT_REDFLAG", [], ["gone"]),
        (SWOLLEN, {}, "AL_DVT_REDFLAG", [], ["no_longer_known"]),
        (SWOLLEN, SWOLLEN, "AL_DVT_REDFLAG", [], []),
        (PULSES, NO_PULSES, "AL_ARTERIAL_REDFLAG", [], ["new"]),
        ({}, NO_PULSES, "AL_ARTERIAL_REDFLAG", [], ["now_known"]),
        (NO_PULSES, PULSES, "AL_ARTERIAL_REDFLAG", [], ["gone"]),
    ],
)
def test_red_flag_of_a_step_is_an_alert_that_cannot_wait_and_was_not_there_before(
    before: dict[str, Any],
    after: dict[str, Any],
    code: str,
    red: list[str],
    other: list[str],
) -> None:
    (step,) = followed((0, before), (30, after)).steps
    assert [flag.kind for flag in step.red_flags if flag.code == code] == red
    assert [alert.kind for alert in step.alerts if alert.code == code] == other


@pytest.mark.parametrize(
    ("infused", "tablets", "latest"), [(2, 30, 2), (30, 2, 2), (5, 5, 5)]
)
def test_iron_check_counts_from_the_latest_iron(
    infused: int, tablets: int, latest: int
) -> None:
    given = {
        "iv_iron_history": [
            {"product": "ferric carboxymaltose", "weeks_ago": 60},
            {"product": "iron sucrose", "weeks_ago": infused},
        ],
        "medications": [{"name": "ferrous sulfate", "weeks": tablets}],
    }
    found = check(followed((0, given)), "IRON_AFTER_TREATMENT")
    assert found is not None
    assert found.counted_from == FIRST - dt.timedelta(weeks=latest)
