"""Every answer that is asked for leads somewhere: alerts, tests, what is barred, case by case."""

from typing import Any

import pytest
from alert_cases import CASES, answers_of
from clinical_cases import TABLES, assessed, codes, placed

from ekbom.criteria.facts import FactKind
from ekbom.criteria.guidelines import FactCompare, FactIs, OnLimit
from ekbom.rules.check import all_rules, leaves

READ_BY_CODE = {
    # single values that other facts are made of before any rule is asked
    "labs.tsat_pct": "derived.tsat_measured_pct",
    "labs.iron_umol_l": "derived.tsat_measured_pct",
    "labs.tibc_umol_l": "derived.tsat_measured_pct",
    "labs.creatinine_mg_dl": "the kidney function that doses ask for",
    "ganzoni.stores_mg": "the deficit of iron",
    "label_region": "derived.fcm_single_max_mg",
}
SHOWN_BESIDE = {
    # shown with their own titles and never judged: there is no limit to judge them by
    "psg.plmi_wasm2006",
    "psg.plmi_asda1993",
    "psg.plmi_coleman1982",
    "psg.plmi_other_rules",
    "psg.periodicity_index",
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_answer_leads_where_the_case_says(case: dict[str, Any]) -> None:
    answers = answers_of(case)
    result = assessed(answers)
    urgency = {alert.code: alert.urgency for alert in result.alerts}
    wanted: dict[str, str] = case.get("alerts", {})
    assert {code: urgency.get(code) for code in wanted} == wanted
    assert not set(case.get("silent", ())) & set(urgency)
    workup = codes(answers, "workup")
    assert set(case.get("workup", ())) <= workup
    assert not set(case.get("no_workup", ())) & workup
    for option in case.get("barred", ()):
        assert placed(answers, option) in ("not_offered", "")
    assert case.get("overall", result.overall.code) == result.overall.code


def test_every_fact_that_is_asked_for_is_read_by_a_rule() -> None:
    read = {
        leaf.fact
        for rule in all_rules(TABLES)
        for leaf in leaves(rule.when)
        if isinstance(leaf, FactIs | FactCompare | OnLimit)
    }
    own_words = {
        path
        for path, field in TABLES.fields.items()
        if field.kind in (FactKind.WORDS, FactKind.TEXT)
    }
    unread = {
        path for path in TABLES.fields if not path.startswith("derived.")
    } - read
    assert unread - own_words - set(READ_BY_CODE) == SHOWN_BESIDE


def test_every_alert_that_cannot_wait_makes_the_heading_urgent() -> None:
    now = {rule.code for rule in TABLES.alerts if rule.urgency == "now"}
    urgent = next(
        rule for rule in TABLES.overall if rule.id == "overall.urgent"
    )
    named = {code for leaf in leaves(urgent.when) for code in leaf.codes}  # type: ignore[union-attr]
    assert named == now
