"""What follows from other facts, through whole assessments: doses, weeks, infusions, saturation."""

from typing import Any

import pytest
from clinical_cases import action, assessed, codes, placed, rls, status

from ekbom.pipeline.assess import assess

INFUSIONS = {
    "carboxymaltose": {"product": "ferric carboxymaltose", "weeks_ago": 4},
    "brand in capitals": {
        "product": "Ferric Carboxymaltose (500 mg)",
        "weeks_ago": 4,
    },
    "sucrose": {"product": "iron sucrose", "weeks_ago": 4},
    "no date": {"product": "ferric carboxymaltose"},
}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["carboxymaltose"], "met"),
        (["brand in capitals"], "met"),
        (["sucrose"], "unknown"),
        (["no date"], "unknown"),
        (["no date", "sucrose"], "unknown"),
        ([], "unknown"),
    ],
)
def test_only_ferric_carboxymaltose_with_a_date_counts_as_such(
    given: list[str], expected: str
) -> None:
    answers = rls(
        iv_iron_history=[INFUSIONS[name] for name in given],
        labs__phosphate_mg_dl=1.5,
    )
    result = assessed(answers)
    assert result.verdicts["iron.fcm_recent"].value == expected
    alerted = "AL_HYPOPHOSPHATAEMIA_FCM" in {
        alert.code for alert in result.alerts
    }
    assert alerted is (expected == "met")


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [
        ([13], "met"),
        ([13.1], "not_met"),
        ([40, 13], "met"),
        ([14, 40], "not_met"),
    ],
)
def test_the_latest_infusion_decides(weeks: list[float], expected: str) -> None:
    given = [
        {"product": "ferric carboxymaltose", "weeks_ago": ago} for ago in weeks
    ]
    verdicts = assessed(rls(iv_iron_history=given)).verdicts
    assert verdicts["iron.fcm_recent"].value == expected


@pytest.mark.parametrize(
    ("months", "weeks", "after"),
    [
        (12, 52.17, False),
        (12, 52.18, True),
        (12, 12, False),
        (1, 4.34, False),
        (1, 4.35, True),
        (48, 208.7, False),
        (48, 208.8, True),
    ],
)
def test_symptoms_after_a_medicine_compare_weeks_with_months(
    months: float, weeks: float, *, after: bool
) -> None:
    used = [{"name": "mirtazapine", "weeks": weeks}]
    verdicts = assessed(
        rls(symptoms__duration_months=months, medications=used)
    ).verdicts
    assert verdicts["rls.dsm_not_drug"].value == ("not_met" if after else "met")


@pytest.mark.parametrize(
    ("used", "expected"),
    [
        ([{"name": "mirtazapine"}], "unknown"),
        (
            [
                {"name": "mirtazapine", "weeks": 1},
                {"name": "haloperidol", "weeks": 80},
            ],
            "not_met",
        ),
        ([{"name": "ramipril", "weeks": 80}], "met"),
        (
            [
                {"name": "ramipril", "weeks": 80},
                {"name": "mirtazapine", "weeks": 1},
            ],
            "met",
        ),
        ([], "met"),
    ],
)
def test_the_medicine_in_use_longest_decides_and_only_one_that_aggravates(
    used: list[dict[str, Any]], expected: str
) -> None:
    verdicts = assessed(
        rls(symptoms__duration_months=12, medications=used)
    ).verdicts
    assert verdicts["rls.dsm_not_drug"].value == expected


@pytest.mark.parametrize(
    ("name", "maximum"),
    [("pramipexole", 0.5), ("ropinirole", 4), ("rotigotine", 3)],
)
@pytest.mark.parametrize("place", ["rls_treatment", "medications"])
def test_a_dose_above_the_usual_maximum_is_an_alert(
    name: str, maximum: float, place: str
) -> None:
    said = [
        "AL_DA_DOSE_ABOVE_RLS_MAX" in codes(rls(**{place: [used]}), "alerts")
        for used in (
            {"name": name, "dose_mg": round(maximum - 0.01, 3)},
            {"name": name, "dose_mg": maximum},
            {"name": name, "dose_mg": round(maximum + 0.01, 3)},
            {"name": name},
        )
    ]
    assert said == [False, False, True, False]


def test_the_highest_of_several_doses_is_compared() -> None:
    both = [
        {"name": "pramipexole", "dose_mg": 0.1},
        {"name": "ropinirole", "dose_mg": 5},
    ]
    for used in (both, both[::-1]):
        assert "AL_DA_DOSE_ABOVE_RLS_MAX" in codes(
            rls(rls_treatment=used), "alerts"
        )


def test_a_dose_of_a_medicine_without_a_maximum_is_not_compared() -> None:
    used = [{"name": "gabapentin", "dose_mg": 3600}]
    assert "AL_DA_DOSE_ABOVE_RLS_MAX" not in codes(
        rls(rls_treatment=used), "alerts"
    )


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([{"initial_response": "good"}], "met"),
        ([{"initial_response": "partial"}], "not_met"),
        ([{"initial_response": "none"}, {"initial_response": "good"}], "met"),
        (
            [{"initial_response": "unknown"}, {"initial_response": "none"}],
            "not_met",
        ),
        ([{"initial_response": "unknown"}], "unknown"),
        ([], "unknown"),
    ],
)
def test_a_good_first_response_to_any_dopaminergic_medicine_supports_rls(
    answers: list[dict[str, str]], expected: str
) -> None:
    names = ("pramipexole", "ropinirole")
    used = [
        {"name": name, **told}
        for name, told in zip(names, answers, strict=False)
    ]
    verdicts = assessed(rls(rls_treatment=used)).verdicts
    assert verdicts["rls.supports_dopamine"].value == expected


def test_a_first_response_to_another_medicine_says_nothing() -> None:
    used = [{"name": "gabapentin", "initial_response": "good"}]
    verdicts = assessed(rls(rls_treatment=used)).verdicts
    assert verdicts["rls.supports_dopamine"].value == "unknown"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"iron_umol_l": 10, "tibc_umol_l": 50.1}, "met"),
        ({"iron_umol_l": 10, "tibc_umol_l": 50}, "not_met"),
        ({"iron_umol_l": 10}, "unknown"),
        ({"tibc_umol_l": 50}, "unknown"),
        ({"iron_umol_l": 10, "tibc_umol_l": 80, "tsat_pct": 30}, "not_met"),
        ({}, "unknown"),
    ],
)
def test_saturation_is_measured_or_iron_over_capacity(
    told: dict[str, float], expected: str
) -> None:
    labs = {"ferritin_ng_ml": 350, **told}
    verdicts = assessed({**rls(), "labs": labs}).verdicts
    assert verdicts["iron.tsat_low_ferritin_high"].value == expected


@pytest.mark.parametrize(
    ("iron_before", "valid"), [("yes", False), ("no", True), (None, True)]
)
def test_saturation_after_iron_is_measured_and_not_valid(
    iron_before: str | None, *, valid: bool
) -> None:
    answers = rls(labs__ferritin_ng_ml=350, labs__tsat_pct=12)
    answers["lab_conditions"] = (
        {"iron_last_24h": iron_before} if iron_before else {}
    )
    verdict = assessed(answers).verdicts["iron.tsat_low_ferritin_high"].value
    assert verdict == ("met" if valid else "unknown")


GANZONI = {
    "weight_kg": 60,
    "labs": {"hb_g_dl": 9},
    "ganzoni": {"target_hb_g_dl": 15},
}


@pytest.mark.parametrize(
    ("weight", "hb", "target", "stores", "expected"),
    [
        (60, 9, 15, None, 60 * 6 * 2.4 + 500),
        (35.1, 9, 15, None, round(35.1 * 6 * 2.4 + 500, 1)),
        (35, 9, 15, None, 35 * 6 * 2.4 + 35 * 15),
        (20, 9, 15, None, 20 * 6 * 2.4 + 20 * 15),
        (60, 9, 15, 700, 60 * 6 * 2.4 + 700),
        (60, 15, 15, None, 500),
        (60, 16, 15, None, 500),
        (60, 14.9, 15, None, round(60 * 0.1 * 2.4 + 500, 1)),
    ],
)
def test_iron_deficit_of_an_anaemia(
    weight: float,
    hb: float,
    target: float,
    stores: float | None,
    expected: float,
) -> None:
    wanted = {"target_hb_g_dl": target} | (
        {} if stores is None else {"stores_mg": stores}
    )
    iron = assessed(
        {"weight_kg": weight, "labs": {"hb_g_dl": hb}, "ganzoni": wanted}
    ).iron
    assert iron is not None
    assert iron.value_mg == expected


@pytest.mark.parametrize("left_out", ["weight_kg", "labs", "ganzoni"])
def test_iron_deficit_needs_weight_haemoglobin_and_target(
    left_out: str,
) -> None:
    answers = {
        name: value for name, value in GANZONI.items() if name != left_out
    }
    iron = assessed(answers).iron
    assert iron is None or iron.value_mg is None


@pytest.mark.parametrize(
    ("points", "severity"),
    [
        (0, ""),
        (1, "mild"),
        (10, "mild"),
        (11, "moderate"),
        (20, "moderate"),
        (21, "severe"),
        (30, "severe"),
        (31, "very_severe"),
        (40, "very_severe"),
    ],
)
def test_irls_bands(points: float, severity: str) -> None:
    result = assess(rls(scores={"irls": points}))
    (found,) = [one for one in result.diagnoses if one.code == "RLS"]
    bands = [
        code for code in found.specifier_codes if code.startswith("severity_")
    ]
    assert bands == ([f"severity_{severity}"] if severity else [])


@pytest.mark.parametrize(
    ("age", "index", "expected"),
    [
        (18, 15.1, "criteria_met"),
        (18, 15, "not_met"),
        (17.9, 5.1, "criteria_met"),
        (17.9, 5, "not_met"),
        (17.9, 15, "criteria_met"),
    ],
)
def test_plmd_limits_by_age(age: float, index: float, expected: str) -> None:
    answers = {
        "age_years": age,
        "sex": "male",
        "symptoms": {
            "urge_to_move": "no",
            "rest_onset": "no",
            "movement_relief": "no",
            "evening_night_worse": "no",
            "sleep_disturbance": "yes",
            "daytime_sleepiness": "yes",
        },
        "psg": {
            "done": "yes",
            "plmi": index,
            "ahi": 0.5,
            "rrlm_excluded": "yes",
            "tst_min": 400,
        },
        "conditions": [],
        "medications": [],
    }
    found = status(answers, "PLMD")
    assert (found == "criteria_met") is (expected == "criteria_met")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"benzodiazepine": "yes"}, True),
        ({"benzodiazepine": "no"}, False),
        ({}, False),
    ],
)
def test_a_benzodiazepine_keeps_opioids_away(
    told: dict[str, str], *, expected: bool
) -> None:
    answers = rls(
        rls_treatment_failed=["gabapentin", "pregabalin"],
        opioid_risk={"oud_history": "no", "osa": "no", **told},
        conditions=[],
        medications=[],
        scores={"irls": 33},
    )
    found = [
        one for one in assessed(answers).options if one.code == "TX_OPIOID"
    ]
    spoken = {
        line.rule_id for one in found for line in (*one.barred, *one.cautions)
    }
    assert found
    assert (
        any("sedative" in name or "benzo" in name for name in spoken)
        is expected
    )


@pytest.mark.parametrize(
    ("own_words", "family", "expected"),
    [
        ("yes", "no", "criteria_met"),
        ("no", "no", "indeterminate"),
        ("no", "yes", "possible_paediatric"),
    ],
)
def test_a_child_describes_it_in_own_words(
    own_words: str, family: str, expected: str
) -> None:
    answers = rls(
        age_years=9,
        symptoms__child_own_words=own_words,
        family_history_rls=family,
    )
    assert status(answers, "RLS") == expected


def test_iron_is_an_option_only_where_the_action_asks_for_it() -> None:
    assert (
        action(rls(labs__ferritin_ng_ml=75)),
        placed(rls(labs__ferritin_ng_ml=75), "TX_IRON_ORAL"),
    ) == (
        "supplement",
        "offered",
    )
    assert action(rls(labs__ferritin_ng_ml=75.1)) == "consider_iv_only"
    assert placed(rls(labs__ferritin_ng_ml=75.1), "TX_IRON_ORAL") == ""
