"""Facts that cannot both be right are asked about and settle nothing; alarms stay on."""

from dataclasses import replace

import pytest
from clinical_cases import TABLES, VECTOR_CASES, Answers, assessed, rls, status
from contradictory_people import CONTRADICTORY

from ekbom.clinical.assess import assess_facts, compare_facts
from ekbom.clinical.facts import read_facts
from ekbom.clinical.settings import apply_settings
from ekbom.clinical.walk import start
from ekbom.criteria.guidelines import ClinicalTables
from ekbom.model.assessment import Assessment
from ekbom.pipeline.assess import assess

NO_QUESTIONS = replace(TABLES, contradictions=())
ROWS = {row.rule.id: row for row in TABLES.contradictions}


def told(answers: Answers, tables: ClinicalTables) -> Assessment:
    facts = read_facts(answers, tables)
    return assess_facts(facts, tables, rank_missing=False)


def questions(answers: Answers) -> list[str]:
    asked = [line.rule_id for line in assessed(answers).problems]
    return [rule for rule in asked if rule in ROWS]


def test_every_contradiction_has_a_case() -> None:
    assert set(CONTRADICTORY) == set(ROWS)


@pytest.mark.parametrize("rule", CONTRADICTORY)
def test_contradiction_is_asked_about_first_with_its_facts(rule: str) -> None:
    problems = assessed(CONTRADICTORY[rule]).problems
    assert rule in [line.rule_id for line in problems[: len(ROWS)]]
    line = next(line for line in problems if line.rule_id == rule)
    assert line.text.endswith("?")
    assert line.plain.endswith(("?", "."))
    assert line.facts
    assert any(fact.value is not None for fact in line.facts)


@pytest.mark.parametrize("rule", CONTRADICTORY)
def test_what_contradicts_counts_as_unknown(rule: str) -> None:
    facts = read_facts(CONTRADICTORY[rule], TABLES)
    state = start(facts, TABLES, apply_settings(TABLES, {}))
    doubts = set(ROWS[rule].doubts)
    assert doubts <= state.doubted
    assert not doubts & set(state.facts.values)


@pytest.mark.parametrize("rule", CONTRADICTORY)
def test_contradiction_switches_no_alarm_off(rule: str) -> None:
    before = {a.code for a in told(CONTRADICTORY[rule], NO_QUESTIONS).alerts}
    after = {a.code for a in told(CONTRADICTORY[rule], TABLES).alerts}
    assert before <= after


@pytest.mark.parametrize("rule", CONTRADICTORY)
def test_contradiction_lifts_no_bar(rule: str) -> None:
    def offered(tables: ClinicalTables) -> set[str]:
        done = told(CONTRADICTORY[rule], tables)
        return {
            one.code
            for one in done.options
            if one.placed == "offered" and one.kind in ("medicine", "iron")
        }

    assert offered(TABLES) <= offered(NO_QUESTIONS)


@pytest.mark.parametrize("rule", CONTRADICTORY)
def test_contradiction_gives_no_dose_more(rule: str) -> None:
    def doses(tables: ClinicalTables) -> set[str]:
        done = told(CONTRADICTORY[rule], tables)
        return {dose.rule_id for one in done.options for dose in one.doses}

    assert doses(TABLES) <= doses(NO_QUESTIONS)


@pytest.mark.parametrize("name", VECTOR_CASES)
def test_vectors_hold_no_contradiction(name: str) -> None:
    assert questions(VECTOR_CASES[name]["facts"]) == []


def test_teratogen_alert_stays_for_a_man_said_to_be_pregnant() -> None:
    answers = rls(
        sex="male",
        pregnancy={"status": "yes"},
        medications=[{"name": "valproic acid"}],
    )
    codes = [alert.code for alert in assessed(answers).alerts]
    assert "AL_TERATOGEN_IN_PREGNANCY" in codes
    triggers = [trigger.code for trigger in assessed(answers).triggers]
    assert "TR_PREGNANCY" not in triggers


def test_kidney_that_is_normal_and_in_dialysis_gets_no_dose() -> None:
    answers = rls(
        conditions=["haemodialysis"],
        egfr=95,
        medications=[],
        pregnancy={"status": "no"},
    )
    options = {option.code: option for option in assessed(answers).options}
    assert not options["TX_GABAPENTIN"].doses
    assert "TX_PREGABALIN" not in options


def test_index_beside_no_night_settles_no_plmd() -> None:
    answers = CONTRADICTORY["ctr.index_without_night"]
    assert status(answers, "PLMD") == "indeterminate"


def test_relief_without_an_urge_leaves_rls_open() -> None:
    answers = CONTRADICTORY["ctr.relief_without_urge"]
    assert status(answers, "RLS") == "indeterminate"


def test_no_answer_is_tried_that_would_contradict() -> None:
    """Of a man the answer yes to pregnancy is not tried; what counts is the answer no."""
    man = {**rls(sex="male"), "medications": [], "conditions": []}
    before = read_facts(man, TABLES)
    answered = read_facts({**man, "pregnancy": {"status": "no"}}, TABLES)
    missing = {fact.fact: fact.changes for fact in assess(man).missing}
    expected = compare_facts(before, answered, TABLES)
    assert missing.get("pregnancy.status", ()) == expected


def test_medicine_in_use_that_failed_is_asked_about_by_name() -> None:
    answers = rls(
        rls_treatment=[{"name": "Gabapentin", "dose_mg": 300}],
        rls_treatment_failed=["gabapentin", "pregabalin"],
    )
    (line,) = (
        line
        for line in assessed(answers).problems
        if line.rule_id == "text.taken_and_listed"
    )
    assert line.reason is not None
    assert line.reason.values == {"names": "Gabapentin"}
    other = rls(
        rls_treatment=[{"name": "gabapentin"}],
        rls_treatment_failed=["pregabalin"],
    )
    asked = [line.rule_id for line in assessed(other).problems]
    assert "text.taken_and_listed" not in asked
