"""No dose without each of its safety facts, known and passed."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

import pytest
from clinical_cases import (
    TABLES,
    Answers,
    assessed,
    option,
    placed,
    plmd,
    rls,
)
from safe_people import DOSE_OF, LOW, SAFE, SAFE_PEOPLE, safe

from ekbom.clinical.facts import read_facts
from ekbom.clinical.judge import MET, NOT_MET, judge, rests_on
from ekbom.clinical.settings import apply_settings
from ekbom.clinical.walk import start, walk
from ekbom.criteria.guidelines import OptionTable, Rule
from ekbom.model.source import EvidenceMark

OF_LISTS = {
    "derived.medicines_known": ["medications"],
    "derived.iv_iron_ever": ["iv_iron_history"],
    "derived.iv_iron_weeks_ago": ["iv_iron_history"],
    "derived.fcm_ever": ["iv_iron_history"],
    "derived.fcm_weeks_ago": ["iv_iron_history"],
    "derived.fcm_single_max_mg": ["weight_kg"],
    "derived.kidney_smaller_ml_min": ["crcl_ml_min"],
    "derived.tsat_valid_pct": ["labs.tsat_pct"],
    "derived.egfr": [],
}
"""What a derived fact is made of in these people."""


def dose_rules() -> Iterator[tuple[OptionTable, Rule]]:
    for table in TABLES.options:
        for dose in table.doses:
            yield table, dose


def safety_rules(table: OptionTable) -> list[Rule]:
    """List what is asked before a dose of an option is printed."""
    asking = (*table.barred, *table.cautions, *table.doses)
    required = [TABLES.criteria[name] for name in table.requires]
    return [*(rule for rule in asking if rule.check), *required]


def doses(answers: Answers, code: str) -> set[str]:
    found = option(answers, code)
    return {line.rule_id for line in found.doses} if found else set()


def without(answers: Answers, path: str) -> Answers:
    """Forget one fact."""
    less = deepcopy(answers)
    node: Any = less
    *groups, name = path.split(".")
    for group in groups:
        node = node[group]
    del node[name]
    return less


def not_asked(person: Answers) -> set[str]:
    """Name what this person need not be asked: by age, and by clearance."""
    by_age = (
        {"pregnancy.status", "breastfeeding"}
        if person["age_years"] >= 55
        else set()
    )
    by_kidney = {"dialysis"} if person["crcl_ml_min"] >= 15 else set()
    return by_age | by_kidney


def there(answers: Mapping[str, Any], path: str) -> bool:
    node: Any = answers
    for name in path.split("."):
        if not isinstance(node, Mapping) or name not in node:
            return False
        node = node[name]
    return True


DOSES = list(dose_rules())


def test_every_dose_that_was_read_is_printed_for_somebody() -> None:
    assert {dose.id for _, dose in DOSES} == set(DOSE_OF)
    for table, dose in DOSES:
        assert dose.source.evidence is not EvidenceMark.RECALLED
        assert dose.id in doses(SAFE_PEOPLE[DOSE_OF[dose.id]], table.code)


@pytest.mark.parametrize(
    ("table", "dose"), DOSES, ids=[dose.id for _, dose in DOSES]
)
def test_no_dose_without_each_of_its_safety_facts(
    table: OptionTable, dose: Rule
) -> None:
    person = SAFE_PEOPLE[DOSE_OF[dose.id]]
    facts = read_facts(person, TABLES)
    state = walk(start(facts, TABLES, apply_settings(TABLES, {}))).state
    removed = set()
    for rule in safety_rules(table):
        for fact in rests_on(rule, state):
            for path in OF_LISTS.get(fact, [fact]):
                if path in not_asked(person) or not there(person, path):
                    continue
                removed.add(path)
                found = option(without(person, path), table.code)
                if found is None:
                    continue
                assert found.doses == (), (rule.id, path)
                assert found.placed != "offered" or found.cannot_check, path
    asked = {"age_years", "breastfeeding", "conditions", "medications"}
    asked |= {"allergies", "pregnancy.status"}
    assert asked - not_asked(person) <= removed


@pytest.mark.parametrize("table", [t for t in TABLES.options if t.doses])
def test_every_safety_fact_that_is_unknown_is_asked_about(
    table: OptionTable,
) -> None:
    bare = rls(labs={"ferritin_ng_ml": 30})
    if table.code == "TX_IRON_IV_SUCROSE":
        bare = rls(dialysis="yes", labs={"ferritin_ng_ml": 100, "tsat_pct": 15})
    found = option(without(bare, "age_years"), table.code) or option(
        bare, table.code
    )
    assert found is not None
    asked = {"breastfeeding", "pregnancy", "names of all medicines in use"}
    assert asked <= set(found.cannot_check)
    assert found.doses == ()


SWITCHES: list[tuple[str, dict[str, object]]] = [
    (
        "82 years, morphine",
        {"age_years": 82, "medications": [{"name": "morphine"}]},
    ),
    ("zolpidem", {"medications": [{"name": "zolpidem"}]}),
    ("benzodiazepine", {"opioid_risk__benzodiazepine": "yes"}),
    ("lung disease", {"conditions": ["copd"]}),
    ("respiratory failure", {"conditions": ["respiratory_failure"]}),
    ("neuromuscular disease", {"conditions": ["neuromuscular_disease"]}),
    ("sleep apnoea", {"conditions": ["osa_untreated"]}),
    ("three drinks", {"lifestyle__alcohol_drinks_day": 3}),
    ("epilepsy", {"conditions": ["epilepsy"]}),
    ("dementia", {"conditions": ["dementia"]}),
    ("heart failure", {"conditions": ["heart_failure"]}),
    ("opioid use disorder", {"opioid_risk__oud_history": "yes"}),
    ("breastfeeding", {"breastfeeding": "yes"}),
    ("pregnant", {"pregnancy": {"status": "yes", "week": 30}}),
    ("on gabapentin", {"medications": [{"name": "gabapentin"}]}),
    ("on pregabalin for the legs", {"rls_treatment": [{"name": "pregabalin"}]}),
    ("allergy", {"allergies": ["pregabalin"]}),
    ("harm", {"rls_treatment_harmed": ["Gabapentin"]}),
    ("thoughts of suicide", {"scores__phq9_item9": 1}),
    ("child", {"age_years": 17}),
    ("kidney 59", {"crcl_ml_min": 59}),
    ("filtration 59, clearance 90", {"egfr": 59}),
    ("failed", {"rls_treatment_failed": ["GABAPENTIN", "Pregabalin"]}),
]


@pytest.mark.parametrize(
    "change", [one for _, one in SWITCHES], ids=[name for name, _ in SWITCHES]
)
def test_section_6_4_no_starting_range_of_gabapentin_or_pregabalin_beside(
    change: dict[str, object],
) -> None:
    for code in ("TX_GABAPENTIN", "TX_PREGABALIN"):
        assert doses(safe(), code)
        assert doses(safe(**change), code) == set()


@pytest.mark.parametrize("drinks", [2, 2.9])
def test_little_alcohol_withholds_nothing(drinks: float) -> None:
    assert doses(safe(lifestyle__alcohol_drinks_day=drinks), "TX_GABAPENTIN")


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (64, {"opt.gabapentin.start", "opt.gabapentin.usual"}),
        (65, {"opt.gabapentin.start_low"}),
        (82, {"opt.gabapentin.start_low"}),
    ],
)
def test_65_and_older_the_lowest_of_the_range_only(
    age: int, expected: set[str]
) -> None:
    assert doses(safe(age_years=age), "TX_GABAPENTIN") == expected


def test_no_dose_of_rls_is_printed_for_plmd() -> None:
    person = {**plmd(), **{k: v for k, v in SAFE.items() if k != "scores"}}
    person["scores"] = {"phq9_item9": 0}
    found = option(person, "TX_GABAPENTIN")
    assert found is not None
    assert found.placed == "offered"
    assert found.doses == ()
    assert "safe.rls" in {line.rule_id for line in found.cautions}


def test_the_reason_that_withholds_a_dose_is_said() -> None:
    found = option(safe(conditions=["epilepsy"]), "TX_GABAPENTIN")
    assert found is not None
    assert found.placed == "offered"
    assert "safe.nerve" in {line.rule_id for line in found.cautions}


def test_a_failed_requirement_is_said_only_where_a_dose_could_stand() -> None:
    required = TABLES.criteria["safe.nerve"]
    facts = read_facts(safe(conditions=["epilepsy"]), TABLES)
    state = start(facts, TABLES, apply_settings(TABLES, {}))
    assert judge(required, state) is NOT_MET
    assert judge(TABLES.criteria["safe.mood"], state) is MET
    barred = option(
        safe(conditions=["epilepsy"], allergies=["gabapentin"]),
        "TX_GABAPENTIN",
    )
    assert barred is not None
    assert "safe.nerve" not in {line.rule_id for line in barred.cautions}


@pytest.mark.parametrize(
    ("facts", "placed_as", "dose", "asked"),
    [
        ({"egfr": 9, "crcl_ml_min": 9}, "offered", None, "dialysis"),
        (
            {"egfr": 9, "crcl_ml_min": 9, "dialysis": "no"},
            "offered",
            "opt.gabapentin_enacarbil.crcl0",
            None,
        ),
        (
            {"egfr": 9, "crcl_ml_min": 9, "dialysis": "yes"},
            "not_offered",
            None,
            None,
        ),
        ({"egfr": 14.9, "crcl_ml_min": 16}, "offered", None, "dialysis"),
        (
            {"egfr": 15, "crcl_ml_min": 15},
            "offered",
            "opt.gabapentin_enacarbil.crcl15",
            None,
        ),
    ],
)
def test_enacarbil_below_15_asks_about_dialysis(
    facts: dict[str, object],
    placed_as: str,
    dose: str | None,
    asked: str | None,
) -> None:
    person = safe(**{"dialysis": "unknown", **facts})
    found = option(person, "TX_GABAPENTIN_ENACARBIL")
    assert found is not None
    assert found.placed == placed_as
    assert [line.rule_id for line in found.doses] == ([dose] if dose else [])
    assert ("dialysis" in found.cannot_check) is (asked is not None)


def test_enacarbil_is_not_recommended_in_kidney_failure() -> None:
    found = option(safe(egfr=9, crcl_ml_min=9), "TX_GABAPENTIN_ENACARBIL")
    assert found is not None
    assert {advice.direction for advice in found.recommendations} == {"none"}


@pytest.mark.parametrize(
    ("egfr", "crcl", "dose"),
    [
        (45, 70, "crcl30"),
        (70, 45, "crcl30"),
        (29, 31, "crcl15"),
        (31, 29, "crcl15"),
        (70, 60, "normal"),
        (60, 70, "normal"),
    ],
)
def test_where_clearance_and_filtration_differ_the_smaller_dose_and_both_are_shown(
    egfr: float, crcl: float, dose: str
) -> None:
    found = option(safe(egfr=egfr, crcl_ml_min=crcl), "TX_GABAPENTIN_ENACARBIL")
    assert found is not None
    name = f"opt.gabapentin_enacarbil.{dose}"
    assert [line.rule_id for line in found.doses] == [name]
    said = [
        line.text
        for line in found.cautions
        if line.rule_id.endswith("kidney_differs")
    ]
    if dose == "normal":
        assert said == []
    else:
        assert f"({crcl:g} mL/min)" in said[0]
        assert f"({egfr:g} mL/min/1.73 m2)" in said[0]


# Iron into a vein


def carboxymaltose(**changes: object) -> set[str]:
    return doses(safe(labs=LOW, **changes), "TX_IRON_IV_FCM")


def most_mg(weight: float, region: str) -> float | None:
    person = safe(labs=LOW, weight_kg=weight, label_region=region)
    value = read_facts(person, TABLES).values["derived.fcm_single_max_mg"]
    return value if isinstance(value, float) else None


@pytest.mark.parametrize(
    ("weight", "region", "expected"),
    [
        (36, "us", 540),
        (36, "elsewhere", 720),
        (36, "unknown", 540),
        (34.9, "us", 523),
        (34.9, "elsewhere", 500),
        (34.9, "unknown", 500),
        (35, "elsewhere", 700),
        (35, "unknown", 525),
        (49.9, "elsewhere", 998),
        (50, "elsewhere", 1000),
        (66.6, "us", 999),
        (66.7, "us", 1000),
        (120, "unknown", 1000),
    ],
)
def test_label_ferric_carboxymaltose_one_dose_by_weight_and_region(
    weight: float, region: str, expected: float
) -> None:
    assert most_mg(weight, region) == expected
    person = safe(labs=LOW, weight_kg=weight, label_region=region)
    name = "dose" if expected == 1000 else "dose_by_weight"
    assert doses(person, "TX_IRON_IV_FCM") == {f"opt.iron_iv_fcm.{name}"}


def test_label_ferric_carboxymaltose_the_dose_line_holds_the_number() -> None:
    found = option(safe(labs=LOW, weight_kg=36), "TX_IRON_IV_FCM")
    assert found is not None
    assert "at most 540 mg" in found.doses[0].text


@pytest.mark.parametrize(
    ("history", "placed_as", "printed"),
    [
        ([], "offered", True),
        ([{"product": "ferinject", "weeks_ago": 3.9}], "", False),
        ([{"product": "ferinject", "weeks_ago": 4}], "not_offered", False),
        (
            [{"product": "ferric carboxymaltose", "weeks_ago": 13}],
            "not_offered",
            False,
        ),
        (
            [{"product": "ferric carboxymaltose", "weeks_ago": 13.1}],
            "offered",
            True,
        ),
        ([{"product": "ferric carboxymaltose"}], "offered", False),
        (
            [{"product": "something by drip", "weeks_ago": 4}],
            "offered",
            False,
        ),
        ([{"product": "something by drip", "weeks_ago": 14}], "offered", True),
        ([{"product": "iron infusion", "weeks_ago": 13}], "offered", False),
        ([{"product": "iron infusion", "weeks_ago": 14}], "offered", True),
        ([{"product": "iron sucrose", "weeks_ago": 13}], "offered", False),
        ([{"product": "iron sucrose", "weeks_ago": 14}], "offered", True),
        (
            [
                {"product": "iron sucrose", "weeks_ago": 30},
                {"product": "monofer"},
            ],
            "offered",
            False,
        ),
    ],
)
def test_no_iron_into_a_vein_within_the_repeat_time(
    history: list[dict[str, object]], placed_as: str, printed: bool
) -> None:
    person = safe(labs=LOW, iv_iron_history=history)
    assert placed(person, "TX_IRON_IV_FCM") == placed_as
    assert bool(doses(person, "TX_IRON_IV_FCM")) is printed


@pytest.mark.parametrize(
    "change",
    [
        {"conditions": ["hereditary_haemochromatosis"]},
        {"conditions": ["iron_overload_other"]},
        {"conditions": ["liver_disease"]},
        {"conditions": ["active_systemic_infection"]},
        {"allergies": ["iron dextran"]},
        {"allergies": ["Venofer"]},
        {"breastfeeding": "yes"},
        {"pregnancy": {"status": "yes", "week": 30}},
        {"labs__crp_mg_l": 10.1},
        {"labs__phosphate_mg_dl": 2.4},
        {"labs__tsat_pct": 45},
        {"medications": [{"name": "qwertzu"}]},
    ],
)
def test_no_dose_of_iron_into_a_vein_beside(change: dict[str, object]) -> None:
    assert carboxymaltose()
    person = safe(labs=dict(LOW))
    for name, value in change.items():
        group, _, field = name.partition("__")
        if field:
            person[group][field] = value
        else:
            person[group] = value
    assert doses(person, "TX_IRON_IV_FCM") == set()


@pytest.mark.parametrize(
    "change",
    [
        {"conditions": ["bowel_or_stomach_operation"]},
        {"conditions": ["inflammatory_bowel_disease"]},
        {"medications": [{"name": "ferrous sulfate"}]},
        {"allergies": ["ferrous sulfate"]},
        {"rls_treatment_harmed": ["iron tablets"]},
        {"breastfeeding": "yes"},
    ],
)
def test_no_dose_of_iron_tablets_beside(change: dict[str, object]) -> None:
    assert doses(safe(labs=LOW), "TX_IRON_ORAL")
    assert doses(safe(labs=LOW, **change), "TX_IRON_ORAL") == set()


@pytest.mark.parametrize(("ferritin", "printed"), [(75, True), (75.1, False)])
def test_the_dose_of_iron_tablets_is_that_of_ferritin_at_most_75(
    ferritin: float, printed: bool
) -> None:
    person = safe(labs={**LOW, "ferritin_ng_ml": ferritin, "tsat_pct": 18})
    assert bool(doses(person, "TX_IRON_ORAL")) is printed


def test_implants_bar_nerve_stimulation_and_are_asked_about() -> None:
    assert placed(safe(), "TX_PNS") == "offered"
    for code in ("electronic_implant", "metal_in_lower_leg"):
        assert placed(safe(conditions=[code]), "TX_PNS") == "not_offered"
    unknown = option(rls(), "TX_PNS")
    assert unknown is not None
    assert "electronic implants and metal in the legs" in unknown.cannot_check


def test_no_dose_stands_in_any_answer_without_a_requirement() -> None:
    found = assessed(rls(age_years=50))
    assert all(one.doses == () for one in found.options)
