"""What plain sentences say of a child: in the third person, and only where it differs."""

import re

import pytest

from ekbom.rules.check import all_rules
from ekbom.rules.load_clinical import load_clinical

TABLES = load_clinical()
RULES = {rule.id: rule for rule in all_rules(TABLES)}
ADDRESSED = re.compile(
    r"\byour (?!child\b|own\b|doctor\b|pregnancy team\b|midwife\b)"
    r"|\byou (are|said|feel|describe)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("rule", TABLES.child_words)
def test_child_words_belong_to_a_sentence_for_patients(rule: str) -> None:
    assert RULES[rule].plain
    assert RULES[rule].plain != TABLES.child_words[rule]


@pytest.mark.parametrize("rule", TABLES.child_words)
def test_child_words_speak_of_the_child_in_the_third_person(rule: str) -> None:
    assert not ADDRESSED.search(TABLES.child_words[rule])
