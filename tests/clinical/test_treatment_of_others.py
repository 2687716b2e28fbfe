"""Rules of one disease are not used on another, and what was tried is recognised once."""

import pytest
from clinical_cases import TABLES, Answers, assessed, codes, option, placed, rls
from safe_people import safe

from ekbom.clinical.facts import read_facts

PRAMIPEXOLE = [
    {"name": "pramipexole", "dose_mg": 3, "initial_response": "good"}
]
AUGMENTED = {
    "onset_advance_h": 5,
    "days_worse_per_week": 7,
    "other_cause": "no",
}
PARKINSON: Answers = {
    "age_years": 70,
    "conditions": ["parkinson_disease"],
    "medications": PRAMIPEXOLE,
    "symptoms": {"urge_to_move": "no"},
}
OF_RLS = (
    "TX_REDUCE_OR_REPLACE_DA",
    "TX_INCREASE_DA_DOSE",
    "TX_ADD_SECOND_DA",
    "TX_CABERGOLINE",
)


def listed(answers: Answers) -> set[str]:
    return {one.code for one in assessed(answers).options}


def specifiers(answers: Answers) -> set[str]:
    (found,) = [one for one in assessed(answers).diagnoses if one.code == "RLS"]
    return set(found.specifier_codes)


def test_parkinson_without_rls_gets_no_advice_on_dopaminergic_treatment_of_rls() -> (
    None
):
    assert not listed(PARKINSON) & set(OF_RLS)
    assert placed(PARKINSON, "TX_PARKINSON_SPECIALIST") == "offered"
    assert placed(PARKINSON, "TX_STOP_DA_ABRUPTLY") is None or (
        placed(PARKINSON, "TX_STOP_DA_ABRUPTLY") == "not_offered"
    )
    assert "AL_DA_DOSE_ABOVE_RLS_MAX" not in codes(PARKINSON, "alerts")


def test_parkinson_without_rls_is_not_asked_about_augmentation() -> None:
    found = assessed(PARKINSON)
    assert "AUGMENTATION" not in {one.code for one in found.diagnoses}
    assert "SCREEN_AUGMENTATION" not in codes(PARKINSON, "screens")
    assert "SCREEN_IMPULSE_CONTROL" in codes(PARKINSON, "screens")
    assert "CONFLICT_4" not in codes(PARKINSON, "conflicts")
    listed_for_legs = {**PARKINSON, "rls_treatment": PRAMIPEXOLE}
    assert "SCREEN_AUGMENTATION" in codes(listed_for_legs, "screens")


@pytest.mark.parametrize("place", ["medications", "rls_treatment"])
def test_parkinson_with_rls_belongs_to_the_parkinson_specialist(
    place: str,
) -> None:
    answers = rls(
        conditions=["parkinson_disease"],
        medications=[],
        augmentation=AUGMENTED,
    ) | {place: PRAMIPEXOLE}
    assert "TX_REDUCE_OR_REPLACE_DA" not in listed(answers)
    assert placed(answers, "TX_PARKINSON_SPECIALIST") == "offered"


@pytest.mark.parametrize(
    ("change", "offered"),
    [
        ({"rls_treatment": PRAMIPEXOLE}, True),
        ({"medications": PRAMIPEXOLE}, True),
        ({"medications": PRAMIPEXOLE, "conditions": []}, True),
        (
            {
                "medications": PRAMIPEXOLE,
                "conditions": ["prolactin_or_growth_hormone_tumour"],
            },
            False,
        ),
        (
            {
                "rls_treatment": PRAMIPEXOLE,
                "conditions": ["prolactin_or_growth_hormone_tumour"],
            },
            True,
        ),
        ({"rls_treatment": PRAMIPEXOLE, "symptoms__urge_to_move": "no"}, False),
        ({"rls_treatment": []}, False),
    ],
)
def test_advice_on_dopaminergic_treatment_needs_rls_and_a_medicine_for_it(
    change: dict[str, object], offered: bool
) -> None:
    answers = rls(augmentation=AUGMENTED, **change)
    assert ("TX_REDUCE_OR_REPLACE_DA" in listed(answers)) is offered


def test_probable_rls_is_enough_for_that_advice() -> None:
    answers = rls(
        symptoms__mimic_excluded="unknown",
        rls_treatment=PRAMIPEXOLE,
        augmentation=AUGMENTED,
    )
    assert placed(answers, "TX_REDUCE_OR_REPLACE_DA") == "offered"


# What was tried


@pytest.mark.parametrize(
    "name", ["gabapentin", "Gabapentin", " GABAPENTIN ", "gabapentin_enacarbil"]
)
def test_what_failed_is_not_offered_again_however_it_is_written(
    name: str,
) -> None:
    answers = safe(rls_treatment_failed=[name])
    assert placed(answers, "TX_GABAPENTIN") == "not_offered"
    assert placed(answers, "TX_PREGABALIN") == "offered"


def test_what_harmed_bars_the_whole_class_and_an_allergy_too() -> None:
    for change in (
        {"rls_treatment_harmed": ["pregabalin"]},
        {"allergies": ["Gabapentin"]},
    ):
        for code in (
            "TX_GABAPENTIN",
            "TX_PREGABALIN",
            "TX_GABAPENTIN_ENACARBIL",
        ):
            assert placed(safe(**change), code) == "not_offered"
    harmed = safe(rls_treatment_harmed=["ropinirole"])
    assert placed(harmed, "TX_PRAMIPEXOLE") == "not_offered"


def test_a_name_that_is_not_recognised_withholds_and_is_asked_about() -> None:
    answers = safe(rls_treatment_failed=["the blue tablet"])
    found = option(answers, "TX_GABAPENTIN")
    assert found is not None
    assert found.doses == ()
    assert "treatments that did not help" in found.cannot_check
    problems = [line.reason for line in assessed(answers).problems]
    assert [reason.code for reason in problems if reason] == [
        "medicine-unknown"
    ]


@pytest.mark.parametrize(
    ("failed", "count"),
    [
        ([], 0),
        (["magnesium", "warm bath"], 0),
        (["Iron tablets", "ferric carboxymaltose"], 0),
        (["gabapentin", "Gabapentin"], 1),
        (["gabapentin", "pregabalin", "massage"], 2),
        (["pramipexole_augmentation"], 1),
        (["the blue tablet"], None),
    ],
)
def test_only_recognised_medicines_count_as_tried_each_once(
    failed: list[str], count: int | None
) -> None:
    facts = read_facts({"rls_treatment_failed": failed}, TABLES)
    assert facts.values.get("derived.failed_treatments") == count


A2D, OTHER = ["gabapentin"], ["pramipexole"]


@pytest.mark.parametrize(
    ("change", "refractory"),
    [
        ({"rls_treatment_failed": [*A2D, *OTHER]}, True),
        ({"rls_treatment_failed": A2D, "rls_treatment_harmed": OTHER}, True),
        ({"rls_treatment_failed": OTHER, "rls_treatment_harmed": A2D}, True),
        ({"rls_treatment_failed": OTHER, "allergies": A2D}, True),
        ({"rls_treatment_failed": [*A2D, "pramipexole_augmentation"]}, True),
        ({"rls_treatment_failed": A2D}, False),
        ({"rls_treatment_failed": ["gabapentin", "pregabalin"]}, False),
        ({"rls_treatment_failed": OTHER}, False),
        ({"rls_treatment_failed": [*A2D, "iron", "warm bath"]}, False),
        ({"rls_treatment_failed": ["magnesium", "warm bath"]}, False),
        (
            {
                "rls_treatment_failed": [*A2D, *OTHER],
                "rls__trial_adequate": "no",
            },
            False,
        ),
        (
            {
                "rls_treatment_failed": [*A2D, *OTHER],
                "rls__trial_adequate": "yes",
            },
            True,
        ),
        (
            {
                "rls_treatment_failed": [*A2D, *OTHER],
                "labs__ferritin_ng_ml": 75,
            },
            False,
        ),
        (
            {
                "rls_treatment_failed": [*A2D, *OTHER],
                "labs__ferritin_ng_ml": 76,
            },
            True,
        ),
        ({"rls_treatment_failed": [*A2D, *OTHER], "labs": {}}, False),
        (
            {
                "rls_treatment_failed": [*A2D, *OTHER],
                "lifestyle__caffeine_mg_day": 401,
            },
            False,
        ),
        (
            {
                "rls_treatment_failed": [*A2D, *OTHER],
                "medications": [{"name": "mirtazapine"}],
            },
            False,
        ),
        ({"rls__refractory_stated": "yes"}, True),
        (
            {
                "rls_treatment_failed": A2D,
                "rls_treatment": PRAMIPEXOLE,
                "augmentation": AUGMENTED,
            },
            True,
        ),
    ],
)
def test_refractory_needs_two_classes_iron_and_triggers_or_a_statement(
    change: dict[str, object], refractory: bool
) -> None:
    assert ("refractory" in specifiers(rls(**change))) is refractory


def test_home_remedies_lead_to_no_opioid() -> None:
    answers = rls(
        scores={"irls": 33}, rls_treatment_failed=["magnesium", "warm bath"]
    )
    assert "TX_OPIOID" not in listed(answers)
    answers["rls_treatment_failed"] = ["gabapentin"]
    assert placed(answers, "TX_OPIOID") == "offered"


@pytest.mark.parametrize(
    ("change", "listed_as"),
    [
        ({"rls_treatment_failed": ["gabapentin"]}, "offered"),
        ({"rls_treatment_failed": ["pramipexole"]}, ""),
        ({"rls_treatment_harmed": ["pregabalin"]}, "offered"),
        (
            {"rls_treatment_failed": ["gabapentin"], "scores": {"irls": 21}},
            "offered",
        ),
        ({"rls_treatment_failed": ["gabapentin"], "scores": {"irls": 20}}, ""),
        (
            {
                "rls_treatment_failed": ["gabapentin"],
                "labs__ferritin_ng_ml": 75,
            },
            "",
        ),
        ({"rls_treatment_failed": ["gabapentin"], "labs": {}}, ""),
    ],
)
def test_an_opioid_comes_after_a_gabapentin_like_medicine_iron_and_triggers(
    change: dict[str, object], listed_as: str
) -> None:
    answers = rls(**{"scores": {"irls": 33}, **change})
    assert placed(answers, "TX_OPIOID") == listed_as


@pytest.mark.parametrize(
    "change",
    [
        {"conditions": ["respiratory_failure"]},
        {"conditions": ["neuromuscular_disease"]},
        {"allergies": ["codeine"]},
        {"rls_treatment_harmed": ["tramadol"]},
        {"opioid_risk": {"oud_history": "yes"}},
    ],
)
def test_an_opioid_is_barred_by(change: dict[str, object]) -> None:
    answers = safe(
        scores={"irls": 33, "phq9_item9": 0},
        rls_treatment_failed=["gabapentin", "pramipexole"],
    )
    assert placed(answers, "TX_OPIOID") == "offered"
    assert placed({**answers, **change}, "TX_OPIOID") == "not_offered"
