"""Iron by population on and beside every limit.

Doses withheld, kidney adjustment, what bars an option.
"""

import pytest
from clinical_cases import action, assessed, codes, option, placed, plmd, rls
from safe_people import LOW, SAFE, safe

KNOWN = {name: value for name, value in SAFE.items() if name != "crcl_ml_min"}
ESRD = {"conditions": ["esrd", "haemodialysis"]}


@pytest.mark.parametrize(
    ("ferritin", "tsat", "expected"),
    [
        (50, 25, "supplement"),
        (75, 25, "supplement"),
        (75.1, 25, "consider_iv_only"),
        (100, 25, "consider_iv_only"),
        (100.1, 25, "not_indicated"),
        (130, 20, "not_indicated"),
        (130, 19.9, "supplement"),
        (300, 19.9, "supplement"),
        (300.1, 19.9, "consider_specialist"),
        (60, 44.9, "supplement"),
        (60, 45, "withhold_pending_review"),
        (150, 60, "not_indicated"),
        (60, None, "supplement"),
        (150, None, "unknown_test_first"),
        (None, 15, "unknown_test_first"),
        (None, None, "unknown_test_first"),
    ],
)
def test_aasm_good_practice_1_adult_limits(
    ferritin: float | None, tsat: float | None, expected: str
) -> None:
    labs = {
        name: value
        for name, value in (("ferritin_ng_ml", ferritin), ("tsat_pct", tsat))
        if value is not None
    }
    assert action(rls(labs=labs)) == expected


@pytest.mark.parametrize(
    ("ferritin", "expected"), [(49.9, "supplement"), (50, "not_indicated")]
)
def test_aasm_good_practice_1_child_limit(
    ferritin: float, expected: str
) -> None:
    assert action(rls(age_years=9, labs__ferritin_ng_ml=ferritin)) == expected


@pytest.mark.parametrize(
    ("ferritin", "tsat", "expected"),
    [
        (199.9, 19.9, "supplement"),
        (200, 19.9, "not_met_esrd_rule"),
        (199.9, 20, "not_met_esrd_rule"),
        (150, None, "unknown_test_first"),
    ],
)
def test_aasm_recommendation_22_kidney_failure_needs_both(
    ferritin: float, tsat: float | None, expected: str
) -> None:
    labs = {"ferritin_ng_ml": ferritin} | (
        {} if tsat is None else {"tsat_pct": tsat}
    )
    assert action(rls(labs=labs, **ESRD)) == expected


@pytest.mark.parametrize(
    ("crp", "expected"), [(10, "not_indicated"), (10.1, "indeterminate")]
)
def test_ferritin_is_not_read_during_inflammation(
    crp: float, expected: str
) -> None:
    assert action(rls(labs__ferritin_ng_ml=200, labs__crp_mg_l=crp)) == expected


def test_low_ferritin_is_low_even_during_inflammation() -> None:
    answers = rls(labs__ferritin_ng_ml=60, labs__crp_mg_l=40)
    assert action(answers) == "supplement"
    assert "AL_FERRITIN_INFLAMMATION" in codes(answers, "alerts")


@pytest.mark.parametrize(
    ("inclusive", "expected"),
    [(True, "consider_iv_only"), (False, "not_indicated")],
)
def test_upper_edge_of_the_band_is_a_setting(
    inclusive: bool, expected: str
) -> None:
    iron = assessed(
        rls(labs__ferritin_ng_ml=100), iron__iv_upper_inclusive=inclusive
    ).iron
    assert iron is not None
    assert iron.action == expected


@pytest.mark.parametrize(
    ("week", "routes"), [(13, {"oral"}), (14, {"oral", "iv"}), (None, {"oral"})]
)
def test_no_iv_iron_in_the_first_trimester_or_in_an_unknown_week(
    week: int | None, routes: set[str]
) -> None:
    pregnancy = {"status": "yes"} | ({} if week is None else {"week": week})
    answers = rls(labs__ferritin_ng_ml=20, pregnancy=pregnancy)
    iron = assessed(answers).iron
    assert iron is not None
    assert set(iron.routes) == routes
    assert (placed(answers, "TX_IRON_IV_FCM") == "offered") is ("iv" in routes)


@pytest.mark.parametrize(
    ("plmi", "expected"), [(15, "not_met"), (15.0001, "criteria_met")]
)
def test_icsd3tr_plmd_compares_the_unrounded_index(
    plmi: float, expected: str
) -> None:
    result = next(
        found
        for found in assessed(plmd(psg__plmi=plmi)).diagnoses
        if found.code == "PLMD"
    )
    assert result.status == expected


def test_dose_is_withheld_until_kidney_function_is_known() -> None:
    unknown = option(rls(**KNOWN), "TX_GABAPENTIN")
    known = option(rls(**KNOWN, crcl_ml_min=90), "TX_GABAPENTIN")
    assert unknown is not None
    assert known is not None
    assert unknown.placed == known.placed == "offered"
    assert unknown.doses == ()
    assert "kidney function" in unknown.cannot_check
    assert known.cannot_check == ()
    assert any("300-1200 mg" in line.text for line in known.doses)


def test_iv_iron_withholds_its_dose_until_saturation_and_phosphate_are_known() -> (
    None
):
    unknown = option(
        rls(labs={"ferritin_ng_ml": 30}, **KNOWN), "TX_IRON_IV_FCM"
    )
    known = option(safe(labs=LOW), "TX_IRON_IV_FCM")
    assert unknown is not None
    assert known is not None
    assert {"phosphate", "transferrin saturation"} <= set(unknown.cannot_check)
    assert unknown.doses == ()
    assert known.cannot_check == ()
    assert known.doses


@pytest.mark.parametrize(
    ("crcl", "dose"),
    [
        (60, "600 mg once"),
        (59, "start 300 mg"),
        (30, "start 300 mg"),
        (29, "mL/min: 300 mg."),
        (15, "mL/min: 300 mg."),
        (14, "alternate days"),
    ],
)
def test_label_gabapentin_enacarbil_by_kidney_function(
    crcl: float, dose: str
) -> None:
    found = option(rls(**KNOWN, crcl_ml_min=crcl), "TX_GABAPENTIN_ENACARBIL")
    assert found is not None
    assert [dose in line.text for line in found.doses] == [True]


def test_label_gabapentin_enacarbil_is_not_for_haemodialysis() -> None:
    assert placed(rls(**ESRD), "TX_GABAPENTIN_ENACARBIL") == "not_offered"
    assert placed(rls(**ESRD), "TX_GABAPENTIN") == "offered"


@pytest.mark.parametrize(
    ("history", "expected"),
    [("yes", "not_offered"), ("no", "offered"), ("unknown", "offered")],
)
def test_opioid_history_bars_and_an_unknown_history_withholds(
    history: str, expected: str
) -> None:
    answers = rls(
        scores={"irls": 33},
        rls_treatment_failed=["gabapentin", "pregabalin"],
        opioid_risk={"oud_history": history},
    )
    found = option(answers, "TX_OPIOID")
    assert found is not None
    assert found.placed == expected
    assert ("history of opioid use disorder" in found.cannot_check) is (
        history == "unknown"
    )


def test_nothing_is_ordered_and_what_is_never_done_is_never_offered() -> None:
    treated = rls(
        rls_treatment=[
            {"name": "pramipexole", "atc": "N04BC05", "dose_mg": 0.25}
        ]
    )
    for code in (
        "TX_INCREASE_DA_DOSE",
        "TX_ADD_SECOND_DA",
        "TX_STOP_DA_ABRUPTLY",
    ):
        assert placed(treated, code) == "not_offered"
    assert {"SCREEN_AUGMENTATION", "SCREEN_IMPULSE_CONTROL"} <= codes(
        treated, "screens"
    )
