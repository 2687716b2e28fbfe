"""Iron beside inflammation, the first blood test, and saturations that cannot be."""

from dataclasses import replace

import pytest
from clinical_cases import TABLES, Answers, action, assessed, codes, placed, rls

from ekbom.clinical.derived.derive import derive
from ekbom.clinical.facts import read_facts
from ekbom.model.errors import InputError

INFLAMED = {"ferritin_ng_ml": 90, "tsat_pct": 18, "crp_mg_l": 25}


def routes(answers: Answers) -> set[str]:
    iron = assessed(answers).iron
    return set(iron.routes) if iron else set()


@pytest.mark.parametrize(
    ("labs", "expected", "ways"),
    [
        (INFLAMED, "supplement", {"oral"}),
        ({**INFLAMED, "tsat_pct": 20}, "indeterminate", set()),
        ({**INFLAMED, "tsat_pct": 19.9}, "supplement", {"oral"}),
        ({**INFLAMED, "crp_mg_l": 10}, "supplement", {"oral", "iv"}),
        ({**INFLAMED, "crp_mg_l": 10.1}, "supplement", {"oral"}),
        (
            {**INFLAMED, "ferritin_ng_ml": 75, "tsat_pct": 30},
            "supplement",
            {"oral"},
        ),
        (
            {**INFLAMED, "ferritin_ng_ml": 75.1, "tsat_pct": 30},
            "indeterminate",
            set(),
        ),
        ({**INFLAMED, "ferritin_ng_ml": 301}, "consider_specialist", set()),
    ],
)
def test_aasm_good_practice_1_low_ferritin_or_low_saturation_counts_beside_crp(
    labs: dict[str, float], expected: str, ways: set[str]
) -> None:
    answers = rls(labs=labs)
    assert action(answers) == expected
    assert routes(answers) == ways


def test_low_saturation_beside_crp_looks_for_the_inflammation() -> None:
    tests = codes(rls(labs=INFLAMED), "workup")
    assert {"WU_INFLAMMATION_CAUSE", "WU_REPEAT_IRON_AFTER_INFLAMMATION"} <= (
        tests
    )
    calm = rls(labs={**INFLAMED, "crp_mg_l": 10})
    assert "WU_INFLAMMATION_CAUSE" not in codes(calm, "workup")


def test_iron_into_a_vein_waits_until_an_infection_is_excluded() -> None:
    answers = rls(labs=INFLAMED)
    assert placed(answers, "TX_IRON_ORAL") == "offered"
    assert placed(answers, "TX_IRON_IV_FCM") == ""
    excluded = rls(labs=INFLAMED, infection={"excluded": "yes"})
    assert routes(excluded) == {"oral", "iv"}
    assert placed(excluded, "TX_IRON_IV_FCM") == "offered"
    infected = rls(labs=INFLAMED, conditions=["active_systemic_infection"])
    assert action(infected) == "defer"


def test_iron_sucrose_waits_too() -> None:
    labs = {"ferritin_ng_ml": 100, "tsat_pct": 15, "crp_mg_l": 25}
    answers = rls(labs=labs, conditions=["esrd", "haemodialysis"])
    assert placed(answers, "TX_IRON_IV_SUCROSE") == "not_offered"
    answers["infection"] = {"excluded": "yes"}
    assert placed(answers, "TX_IRON_IV_SUCROSE") == "offered"


def test_crp_belongs_to_the_first_blood_test() -> None:
    first = codes(rls(labs={}), "workup")
    assert {"WU_FERRITIN", "WU_TSAT", "WU_CRP"} <= first
    assert "WU_CRP" not in codes(rls(), "workup")


def reasons(answers: Answers) -> list[str]:
    return [
        one.reason.code
        for one in read_facts(answers, TABLES).problems
        if one.reason
    ]


@pytest.mark.parametrize(
    ("value", "asked"),
    [(0.35, True), (1, True), (1.1, False), (0, True), (100, False)],
)
def test_a_saturation_up_to_one_per_cent_is_asked_about_and_not_used(
    value: float, asked: bool
) -> None:
    answers = rls(labs={"ferritin_ng_ml": 150, "tsat_pct": value})
    facts = read_facts(answers, TABLES)
    assert reasons(answers) == (["saturation-as-fraction"] if asked else [])
    for name in ("derived.tsat_valid_pct", "derived.tsat_measured_pct"):
        assert (name in facts.values) is not asked
    if asked:
        assert action(answers) == "unknown_test_first"
        assert "WU_TSAT" in codes(answers, "workup")


def test_a_fraction_with_its_unit_is_a_fraction() -> None:
    labs = {"tsat": {"value": 0.35, "unit": "fraction"}}
    facts = read_facts({"labs": labs}, TABLES)
    assert facts.values["derived.tsat_valid_pct"] == pytest.approx(35)
    assert facts.problems == ()


@pytest.mark.parametrize(
    "labs",
    [{"tsat_pct": 100.1}, {"tsat": {"value": 1.2, "unit": "fraction"}}],
)
def test_a_saturation_above_one_hundred_per_cent_is_refused(
    labs: dict[str, object],
) -> None:
    with pytest.raises(InputError, match="implausible"):
        read_facts({"labs": labs}, TABLES)


@pytest.mark.parametrize(
    ("iron", "asked"),
    [
        (60, None),
        (60.1, "saturation-above-all"),
        (0.6, "saturation-as-fraction"),
        (0.61, None),
    ],
)
def test_iron_over_binding_capacity_is_asked_about_too(
    iron: float, asked: str | None
) -> None:
    labs = {"iron_umol_l": iron, "tibc_umol_l": 60}
    assert reasons({"labs": labs}) == ([asked] if asked else [])
    facts = read_facts({"labs": labs}, TABLES)
    assert ("derived.tsat_valid_pct" in facts.values) is (asked is None)


def test_a_problem_about_a_value_goes_when_the_value_is_corrected() -> None:
    wrong = read_facts({"labs": {"tsat_pct": 0.35}}, TABLES)
    values = {**wrong.values, "labs.tsat_pct": 35.0}
    right = derive(replace(wrong, values=values), TABLES)
    assert right.problems == ()
    assert right.values["derived.tsat_valid_pct"] == 35.0
