"""Kidney function from creatinine: the equations, where they may be used, what an entry says."""

import pytest
from clinical_cases import TABLES, Answers, assessed, rls

from ekbom.clinical.derived.kidney import clearance, filtration_rate
from ekbom.clinical.facts import read_facts
from ekbom.model.finding import Reason

WOMAN: Answers = {
    "age_years": 55,
    "sex": "female",
    "labs": {"creatinine_mg_dl": 0.9},
}


def derived(name: str, **changes: object) -> float | None:
    answers = {**WOMAN, **changes}
    value = read_facts(answers, TABLES).values.get(f"derived.{name}")
    return value if isinstance(value, float) else None


def test_ckd_epi_2021_worked_example() -> None:
    rate = derived("egfr")
    assert rate is not None
    assert rate == pytest.approx(76, abs=1)


@pytest.mark.parametrize(
    ("sex", "creatinine", "age", "rate"),
    [
        ("female", 0.5, 30, 129.3),
        ("female", 0.7, 30, 119.2),
        ("female", 1.4, 30, 51.9),
        ("male", 0.7, 30, 127.1),
        ("male", 0.9, 30, 117.8),
        ("male", 1.8, 30, 51.2),
        ("male", 0.9, 18, 126.9),
    ],
)
def test_ckd_epi_2021_below_at_and_above_kappa(
    sex: str, creatinine: float, age: float, rate: float
) -> None:
    assert filtration_rate(creatinine, age, sex, TABLES) == rate


@pytest.mark.parametrize(
    ("sex", "expected"), [("female", 34.2), ("male", 40.2)]
)
def test_cockcroft_gault(sex: str, expected: float) -> None:
    assert clearance(0.9, 82.0, sex, 45.0, TABLES) == expected


def test_nobody_is_older_than_the_equation() -> None:
    assert clearance(0.9, 145.0, "female", 45.0, TABLES) == 0.0


@pytest.mark.parametrize(
    "change",
    [
        {"sex": "unknown"},
        {"sex": None},
        {"age_years": None},
        {"age_years": 17.9},
        {"labs": {}},
        {"pregnancy": {"status": "yes"}},
        {"dialysis": "yes"},
        {"conditions": ["haemodialysis"]},
    ],
)
def test_equations_are_not_used(change: dict[str, object]) -> None:
    assert derived("egfr", weight_kg=60, **change) is None
    assert derived("crcl_ml_min", weight_kg=60, **change) is None


@pytest.mark.parametrize(
    "change",
    [
        {"age_years": 18},
        {"pregnancy": {"status": "no"}},
        {"pregnancy": {"status": "unknown"}},
        {"dialysis": "no"},
        {"conditions": ["esrd"]},
    ],
)
def test_equations_are_used(change: dict[str, object]) -> None:
    assert derived("egfr", weight_kg=60, **change) is not None
    assert derived("crcl_ml_min", weight_kg=60, **change) is not None


def test_clearance_needs_the_weight() -> None:
    assert derived("egfr") is not None
    assert derived("crcl_ml_min") is None
    assert derived("kidney_smaller_ml_min") is None


def test_an_entered_value_goes_before_a_calculated_one() -> None:
    assert derived("egfr", egfr=33, weight_kg=60) == 33
    assert derived("crcl_ml_min", crcl_ml_min=44, weight_kg=60) == 44
    assert (
        derived("kidney_smaller_ml_min", egfr=33, crcl_ml_min=44, weight_kg=60)
        == 33
    )
    assert (
        derived("kidney_smaller_ml_min", egfr=50, crcl_ml_min=44, weight_kg=60)
        == 44
    )


def test_creatinine_in_other_units_gives_the_same() -> None:
    labs = {"creatinine": {"value": 0.9 * 88.4, "unit": "umol/L"}}
    assert derived("egfr", labs=labs) == derived("egfr")


def test_a_calculated_value_names_its_origin() -> None:
    facts = read_facts({**WOMAN, "weight_kg": 60}, TABLES)
    told = {"creatinine": 0.9, "age": 55.0}
    assert facts.provenance["derived.egfr"] == Reason(
        "egfr-from-creatinine", told
    )
    assert facts.provenance["derived.crcl_ml_min"] == Reason(
        "clearance-from-creatinine", {**told, "weight": 60.0}
    )
    entered = read_facts({**WOMAN, "egfr": 60}, TABLES)
    assert "derived.egfr" not in entered.provenance


@pytest.mark.parametrize(
    ("creatinine", "trigger"),
    [(0.9, None), (1.5, "TR_CKD"), (5.0, "TR_ESRD")],
)
def test_creatinine_without_a_code_or_a_rate_is_read(
    creatinine: float, trigger: str | None
) -> None:
    found = assessed(rls(labs__creatinine_mg_dl=creatinine))
    kidney = {one.code for one in found.triggers} & {"TR_CKD", "TR_ESRD"}
    assert kidney == ({trigger} if trigger else set())
    tests = {one.code for one in found.workup}
    assert "WU_CREATININE_EGFR" not in tests
