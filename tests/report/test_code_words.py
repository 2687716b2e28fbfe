"""Words for codes: every code that an assessment or a course can hold has a word, and no other."""

import tomllib
from pathlib import Path

import pytest

from ekbom import report
from ekbom.clinical import changes, options
from ekbom.clinical.visits import checks, finding_changes, medicine_changes
from ekbom.clinical.visits.records import Direction
from ekbom.model.assessment import FactKind, Verdict
from ekbom.report.words import load_wording
from ekbom.rules.load_clinical import load_clinical

FILE = Path(report.__file__).parent / "texts" / "en" / "codes.toml"
WORDS = tomllib.loads(FILE.read_text(encoding="utf-8"))
TABLES = load_clinical()
REACHED = (*TABLES.diagnoses, *TABLES.criteria_sets)
ADVICE = [rule for one in TABLES.options for rule in one.recommendations]
AT_A_VISIT = {"not_on_treatment", "unknown", "not_judged"}
"""Statuses that only a course has."""
CODES: dict[str, set[str]] = {
    "status": {rule.status for one in REACHED for rule in one.rules}
    | AT_A_VISIT,
    "excluding": {
        rule.excluded_by
        for one in REACHED
        for rule in one.rules
        if rule.excluded_by
    },
    "specifier": {rule.code for rule in TABLES.specifiers},
    "iron_action": {rule.code for rule in TABLES.iron},
    "iron_route": {route for rule in TABLES.iron for route in rule.routes},
    "placement": {options.OFFERED, options.AGAINST, options.NOT_OFFERED},
    "option_label": {rule.label for rule in ADVICE if rule.label},
    "medicine_effect": {
        effect
        for one in TABLES.medicines
        for effect in (one.effect_rls, one.effect_plms)
    },
    "evidence_level": {one.level for one in TABLES.medicines},
    "verdict": set(Verdict),
    "answer_code": {
        choice
        for field in TABLES.fields.values()
        if field.kind is FactKind.CHOICE
        for choice in field.choices
    },
    "condition": set(TABLES.condition_codes),
    "change_title": {changes.IRON[1]},
    "medicine_change": {
        medicine_changes.STARTED,
        medicine_changes.STOPPED,
        medicine_changes.UNCLEAR,
        medicine_changes.RAISED,
        medicine_changes.LOWERED,
    },
    "finding_change": {
        finding_changes.NEW,
        finding_changes.NOW_KNOWN,
        finding_changes.GONE,
        finding_changes.NO_LONGER_KNOWN,
    },
    "response": set(Direction),
    "check_status": {checks.DUE, checks.OVERDUE, checks.NOW},
}


def test_code_words_cover_every_group() -> None:
    assert set(WORDS) == set(CODES)


@pytest.mark.parametrize("group", sorted(CODES))
def test_code_words_every_code_has_a_word_and_every_word_a_code(
    group: str,
) -> None:
    assert set(WORDS[group]) == CODES[group]


@pytest.mark.parametrize("group", sorted(CODES))
def test_code_words_are_no_codes(group: str) -> None:
    words = load_wording()
    day = "2026-01-31"
    told = [words.code(group, code, day=day, by="RLS") for code in CODES[group]]
    assert [text for text in told if "_" in text or ":" in text] == []


def test_code_words_of_conditions_are_those_of_the_facts_file() -> None:
    other_order = {"osa_treated", "osa_untreated", "ckd_stage_3b", "esrd"}
    for code, title in TABLES.condition_codes.items():
        if code not in other_order:
            assert title.lower().startswith(WORDS["condition"][code].lower())


def test_code_words_show_a_code_of_a_later_version_as_it_is() -> None:
    assert load_wording().code("status", "not_of_today") == "not_of_today"
