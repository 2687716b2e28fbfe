"""The most harmless person there can be: every alarming question answered, and answered with no."""

from collections.abc import Iterator
from pathlib import Path

import yaml
from clinical_cases import NO_SYMPTOMS, TABLES, Answers

from ekbom.clinical.judge import compiled, leaves
from ekbom.criteria.guidelines import FactIs, Named, Rule

LISTED = yaml.safe_load(
    Path(__file__)
    .with_name("alarming_answers.yaml")
    .read_text(encoding="utf-8")
)
ALARMS = [
    (fact, word) for fact, words in LISTED["alarms"].items() for word in words
]
GATES = ("gate.red_flag", "gate.night_complaint", "gate.leg_trouble")


def words_of_the_gate() -> Iterator[tuple[str, str]]:
    """Every fact of the gate with every word that alarms, as the table has them."""
    for name in GATES:
        yield from words_of(TABLES.criteria[name])


def words_of(rule: Rule) -> Iterator[tuple[str, str]]:
    for leaf in leaves(compiled(rule)):
        if isinstance(leaf, Named):
            yield from words_of(TABLES.criteria[leaf.criterion])
        if isinstance(leaf, FactIs):
            yield from ((leaf.fact, word) for word in leaf.values)


def nothing_alarms() -> Answers:
    """Somebody who jerked once while falling asleep and answered everything else with no."""
    answers: Answers = {
        "age_years": 27,
        "sex": "male",
        "symptoms": {**NO_SYMPTOMS},
        "conditions": [],
        "medications": [],
        "rls_treatment": [],
        "psg": {"done": "no"},
        "impulse_control": dict.fromkeys(
            ("gambling", "shopping", "sex", "eating"), "no"
        ),
        "lifestyle": {"drives": "no"},
    }
    for fact, _ in ALARMS:
        group, _, field = fact.partition(".")
        if "no" in TABLES.fields[fact].choices:
            answers[group].setdefault(field, "no")
    answers["symptoms"] |= {
        "sleep_onset_jerk": "yes",
        "falling_sensation": "yes",
        "jerk_pattern": "single_occasional",
    }
    return answers
