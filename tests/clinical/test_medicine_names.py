"""Names of medicines: what is recognised, what is asked about, and what follows from either."""

import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml
from clinical_cases import TABLES, assessed, rls
from hypothesis import given
from hypothesis import strategies as st
from told import told

from ekbom.clinical.facts import read_facts
from ekbom.clinical.medicines import groups_in_use, names_unclear
from ekbom.clinical.names.recognise import Outcome, recognise
from ekbom.criteria.medicine_names import name_keys

CASES: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("medicine_names.yaml").read_text(encoding="utf-8")
)
GROUPS = [
    (group, name) for group, names in CASES["groups"].items() for name in names
]
PLAIN = [(one.generic, one.generic) for one in TABLES.substances] + [
    (name, one.generic)
    for one in TABLES.substances
    for name in (*one.spellings, *one.brands)
]


@pytest.mark.parametrize(("group", "name"), GROUPS)
def test_a_real_spelling_is_recognised_with_its_group(
    group: str, name: str
) -> None:
    facts = read_facts({"medications": [{"name": name}]}, TABLES)
    assert not names_unclear(facts)
    assert groups_in_use(facts, TABLES)[group] == (name,)


@pytest.mark.parametrize("group", CASES["groups"])
def test_every_group_has_ten_real_spellings(group: str) -> None:
    assert len(CASES["groups"][group]) >= CASES["least"].get(group, 10)


def test_every_group_that_a_rule_may_ask_for_has_cases() -> None:
    asked = {group.code for group in TABLES.medicine_groups}
    assert asked - set(CASES["groups"]) == set()


@pytest.mark.parametrize(
    ("name", "substances"),
    [*CASES["substances"].items(), *CASES["products"].items()],
)
def test_a_name_stands_for_its_substances(
    name: str, substances: list[str]
) -> None:
    answer = recognise(name, "", TABLES)
    assert answer.outcome is Outcome.RECOGNISED
    assert list(answer.substances) == sorted(substances)


def test_every_product_of_several_substances_is_frozen() -> None:
    first_names = {one.names[0] for one in TABLES.combinations}
    assert first_names == set(CASES["products"])


@pytest.mark.parametrize("name", CASES["neutral"])
def test_an_ordinary_medicine_is_recognised_and_alarms_nobody(
    name: str,
) -> None:
    facts = read_facts({"medications": [{"name": name}]}, TABLES)
    assert not names_unclear(facts)
    groups = groups_in_use(facts, TABLES)
    assert not [code for code in CASES["alarming"] if groups[code]]


@pytest.mark.parametrize("name", CASES["unknown"])
def test_an_unknown_name_is_asked_about_and_rules_out_no_group(
    name: str,
) -> None:
    facts = read_facts({"medications": [{"name": name}]}, TABLES)
    assert recognise(name, "", TABLES).outcome is Outcome.UNKNOWN
    assert names_unclear(facts)
    assert facts.values["derived.unrecognised_medicines"] == (name,)
    assert repr(name) in told(facts.problems[0].reason)


@pytest.mark.parametrize("name", CASES["no_medicine"])
def test_a_word_that_is_no_medicine_is_asked_about_and_never_counted(
    name: str,
) -> None:
    facts = read_facts({"medications": [{"name": name}]}, TABLES)
    assert recognise(name, "", TABLES).outcome is Outcome.NO_MEDICINE
    assert names_unclear(facts)
    assert not any(groups_in_use(facts, TABLES).values())
    assert repr(name) in told(facts.problems[0].reason)


def test_an_unknown_name_leaves_a_yes_and_turns_every_no_into_unknown() -> None:
    known = [{"name": "Depakote"}]
    pregnant = {"pregnancy": {"status": "yes", "week": 7}}
    for more, expected in (([], "not_met"), ([{"name": "qwertzu"}], "unknown")):
        verdicts = assessed(rls(medications=more, **pregnant)).verdicts
        assert verdicts["al.teratogen"].value == expected
        verdicts = assessed(
            rls(medications=[*known, *more], **pregnant)
        ).verdicts
        assert verdicts["al.teratogen"].value == "met"


def test_the_question_about_a_name_stands_in_the_assessment() -> None:
    result = assessed(rls(medications=[{"name": "qwertzu"}]))
    assert [
        problem.reason.values["name"]
        for problem in result.problems
        if problem.reason
    ] == ["qwertzu"]


def test_a_failed_treatment_is_recognised_whatever_its_spelling() -> None:
    for name in ("Gabapentin", "NEURONTIN 300mg", "gabapentine", "gabapentin"):
        verdicts = assessed(rls(rls_treatment_failed=[name])).verdicts
        assert verdicts["opt.gabapentin.failed"].value == "met", name


def test_a_failed_treatment_of_two_words_is_found() -> None:
    verdicts = assessed(rls(rls_treatment_failed=["Horizant 600mg"])).verdicts
    assert verdicts["opt.gabapentin_enacarbil.failed"].value == "met"


def test_failed_treatments_count_once_each_and_home_remedies_not_at_all() -> (
    None
):
    for failed, count in (
        (["magnesium", "warm bath", "iron tablets"], 0.0),
        (["Gabapentin", "Neurontin", "gabapentin"], 1.0),
        (["pramipexole_augmentation", "Lyrica"], 2.0),
    ):
        facts = read_facts({"rls_treatment_failed": failed}, TABLES)
        assert facts.values["derived.failed_treatments"] == count


def test_an_unknown_failed_treatment_rules_out_no_failure() -> None:
    facts = rls(rls_treatment_failed=["qwertzu"])
    verdicts = assessed(facts).verdicts
    assert verdicts["opt.gabapentin.failed"].value == "unknown"
    assert verdicts["spec.refractory"].value == "unknown"


def test_an_infusion_is_recognised_by_brand_and_an_unknown_one_hides_nothing() -> (
    None
):
    given = [{"product": "Ferinject", "weeks_ago": 8}]
    later = {"product": "qwertzu", "weeks_ago": 2}
    facts = read_facts({"iv_iron_history": given}, TABLES)
    assert facts.values["derived.fcm_weeks_ago"] == 8
    facts = read_facts({"iv_iron_history": [*given, later]}, TABLES)
    assert "derived.fcm_weeks_ago" not in facts.values
    assert len(facts.problems) == 1


@given(
    st.sampled_from(PLAIN),
    st.sampled_from(
        ["", " 500mg bd", " 0,18 mg Tabl.", " XR", " retard 20 mg 1-0-1"]
    ),
    st.sampled_from([str, str.upper, str.title, str.casefold]),
    st.booleans(),
)
def test_dose_case_and_accents_never_change_the_substance(
    entry: tuple[str, str], dose: str, case: Any, bare: bool
) -> None:
    name, generic = entry
    typed = case(name) + dose
    if bare:
        typed = "".join(
            letter
            for letter in unicodedata.normalize("NFKD", typed)
            if not unicodedata.combining(letter)
        )
    assert recognise(typed, "", TABLES).substances == (generic,)


def test_no_name_stands_for_two_medicines() -> None:
    owners: dict[tuple[str, ...], str] = {}
    for name, generic in PLAIN:
        for key in name_keys(name):
            assert owners.setdefault(key, generic) == generic
