"""Each recommendation of AASM 2025 says what it says, and how well each part of that is known."""

import re
from typing import NamedTuple

import pytest
from clinical_cases import TABLES

from ekbom.criteria.guidelines import Rule
from ekbom.model.source import EvidenceMark
from ekbom.rules.bibliography import load_bibliography
from ekbom.rules.check import all_rules

FOR, AGAINST = "for", "against"
READ, SECONDARY, RECALLED = "read", "secondary", "recalled"
RULES = {rule.id: rule for rule in all_rules(TABLES)}


class Known(NamedTuple):
    """What a recommendation says, and how its direction and its certainty are known."""

    rule: str
    direction: str
    strength: str
    certainty: str
    direction_known: str = SECONDARY
    certainty_known: str = SECONDARY


AASM_2025: dict[int, Known] = {
    1: Known("opt.gabapentin_enacarbil.aasm1", FOR, "strong", "moderate"),
    2: Known("opt.gabapentin.aasm2", FOR, "strong", "moderate"),
    3: Known("opt.pregabalin.aasm3", FOR, "strong", "moderate"),
    4: Known("opt.iron_iv_fcm.aasm4", FOR, "strong", "moderate"),
    5: Known("opt.iron_iv_lmwid.aasm5", FOR, "conditional", "very low"),
    6: Known("opt.iron_iv_ferumoxytol.aasm6", FOR, "conditional", "very low"),
    7: Known("opt.iron_oral.aasm7", FOR, "conditional", "moderate"),
    8: Known("opt.dipyridamole.aasm8", FOR, "conditional", "low"),
    9: Known("opt.opioid.aasm9", FOR, "conditional", "moderate"),
    10: Known("opt.pns.aasm10", FOR, "conditional", "moderate"),
    11: Known(
        "opt.levodopa.aasm11",
        AGAINST,
        "conditional",
        "very low",
        certainty_known=RECALLED,
    ),
    12: Known("opt.pramipexole.aasm12", AGAINST, "conditional", "moderate"),
    13: Known(
        "opt.rotigotine.aasm13",
        AGAINST,
        "conditional",
        "low",
        certainty_known=RECALLED,
    ),
    14: Known(
        "opt.ropinirole.aasm14",
        AGAINST,
        "conditional",
        "moderate",
        certainty_known=RECALLED,
    ),
    15: Known(
        "opt.bupropion.aasm15",
        AGAINST,
        "conditional",
        "moderate",
        certainty_known=RECALLED,
    ),
    16: Known(
        "opt.carbamazepine.aasm16",
        AGAINST,
        "conditional",
        "low",
        certainty_known=RECALLED,
    ),
    17: Known(
        "opt.clonazepam.aasm17",
        AGAINST,
        "conditional",
        "very low",
        certainty_known=RECALLED,
    ),
    18: Known(
        "opt.valerian.aasm18",
        AGAINST,
        "conditional",
        "very low",
        RECALLED,
        RECALLED,
    ),
    19: Known(
        "opt.valproate.aasm19",
        AGAINST,
        "conditional",
        "low",
        RECALLED,
        RECALLED,
    ),
    20: Known(
        "opt.cabergoline.aasm20",
        AGAINST,
        "strong",
        "moderate",
        certainty_known=RECALLED,
    ),
    21: Known("opt.gabapentin.aasm21", FOR, "conditional", "very low"),
    22: Known("opt.iron_iv_sucrose.aasm22", FOR, "conditional", "moderate"),
    23: Known("opt.vitamin_c.aasm23", FOR, "conditional", "low"),
    24: Known(
        "opt.levodopa.aasm24",
        AGAINST,
        "conditional",
        "low",
        certainty_known=RECALLED,
    ),
    25: Known(
        "opt.rotigotine.aasm25",
        AGAINST,
        "conditional",
        "very low",
        certainty_known=RECALLED,
    ),
    26: Known("opt.triazolam.aasm26", AGAINST, "conditional", "very low"),
    27: Known("opt.valproate.aasm27", AGAINST, "conditional", "very low"),
    28: Known(
        "opt.iron_oral.aasm28",
        FOR,
        "conditional",
        "very low",
        certainty_known=RECALLED,
    ),
}
"""The 28 recommendations as they are known; nobody here read the full text of the guideline."""
REMARKED = range(11, 15)
"""Recommendations whose remark is known from the same reports."""
REMARK = (
    " Effective in the short term; against standard use because of augmentation. "
    "It may suit somebody who values quick relief over the later harm."
)
GRADED = re.compile(r"\.aasm(\d+)$")
GUIDELINES = {
    "AASM 2012": "AASM2012",
    "AASM 2025": "AASM2025",
    "AAN 2016": "AAN2016",
    "ICSD-3-TR": "ICSD3TR",
    "DSM-5": "DSM5",
    "IRLSSG 2014": "IRLSSG2014",
}
"""How a sentence names a guideline, and its key."""
BESIDE = ("conflict.", "al.boundary.", "text.", "opt.compression.", "al.fcm")
"""Rules whose sentence sets sources side by side, or says where a number belongs."""


@pytest.mark.parametrize("number", AASM_2025)
def test_aasm_2025_recommendation_is_as_it_is_known(number: int) -> None:
    known = AASM_2025[number]
    rule = RULES[known.rule]
    said = (rule.direction, rule.strength, rule.certainty)
    assert said == (known.direction, known.strength, known.certainty)
    assert rule.source.evidence == EvidenceMark(known.direction_known)
    if known.direction_known == RECALLED:
        assert rule.source.citation == ""
        return
    assert rule.source.citation == "AASM2025"
    place = f"recommendation {number}" + " and its remark" * (
        number in REMARKED
    )
    if known.certainty_known == RECALLED:
        place += "; its certainty is recalled"
    assert rule.source.locator == place


def test_aasm_2025_every_graded_rule_is_one_of_the_recommendations() -> None:
    built = {rule for rule in RULES if GRADED.search(rule)}
    assert built == {known.rule for known in AASM_2025.values()}
    for number, known in AASM_2025.items():
        found = GRADED.search(known.rule)
        assert found is not None
        assert int(found.group(1)) == number


def test_strength_and_certainty_belong_to_recommendations_alone() -> None:
    graded = {
        rule.id
        for rule in RULES.values()
        if rule.strength in ("strong", "conditional")
    }
    assert graded == {known.rule for known in AASM_2025.values()}


@pytest.mark.parametrize("number", AASM_2025)
def test_aasm_2025_sentence_holds_the_recommendation_and_nothing_more(
    number: int,
) -> None:
    """Who should give it, warnings of labels and remarks are sentences of their own."""
    text = RULES[AASM_2025[number].rule].text
    text = text.removesuffix(REMARK) if number in REMARKED else text
    assert re.fullmatch(
        r"(Adults|Children) with [^.:]+: [^.:]+, "
        r"(recommended|suggested)( against)?( \(direction recalled\))?\.",
        text,
    ), text


def names_of(rule: Rule) -> set[str]:
    return {key for name, key in GUIDELINES.items() if name in rule.text}


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES.values() if names_of(rule)], ids=str
)
def test_a_sentence_that_names_a_guideline_cites_it(rule: Rule) -> None:
    if rule.id.startswith(BESIDE) or not rule.source.citation:
        return
    assert rule.source.citation in names_of(rule), rule.id


def test_nothing_cites_a_label_of_another_product() -> None:
    about = {
        rule.id: rule.text
        for rule in RULES.values()
        if rule.source.citation == "IVLABELS"
    }
    assert set(about) == {
        "al.iv_boxed",
        "opt.iron_iv_lmwid.reaction",
        "opt.iron_iv_ferumoxytol.reaction",
    }


@pytest.mark.parametrize(
    ("rule", "evidence", "citation"),
    [
        ("opt.pramipexole.efficacy", READ, "AAN2016"),
        ("opt.pramipexole.efficacy12", READ, "AASM2012"),
        ("opt.ropinirole.efficacy12", READ, "AASM2012"),
        ("opt.levodopa.efficacy12", READ, "AASM2012"),
        ("opt.opioid.specialist", RECALLED, ""),
        ("opt.iron_iv_fcm.reaction", RECALLED, ""),
        ("screen.mechanism_brain_iron", RECALLED, ""),
        ("screen.mechanism_iron", READ, "ARTICLE"),
        ("screen.mechanism_dopamine", READ, "ARTICLE"),
        ("tr.iron", READ, "AASM2025"),
        ("tr.iron_child", SECONDARY, "AASM2025"),
        ("tr.esrd", READ, "ARTICLE"),
        ("dx.osa.likely", RECALLED, ""),
        ("dx.position", RECALLED, ""),
        ("wu.psg", RECALLED, ""),
        ("iron.movements", "engineering", ""),
    ],
)
def test_sentence_is_known_as_closely_as_its_mark_says(
    rule: str, evidence: str, citation: str
) -> None:
    source = RULES[rule].source
    assert (source.evidence.value, source.citation) == (evidence, citation)


@pytest.mark.parametrize(
    ("rule", "unsaid"),
    [
        ("screen.mechanism_dopamine", "central"),
        ("tr.iron", "periodic"),
        ("tr.pregnancy", "birth"),
        ("opt.pramipexole.efficacy", "AASM"),
        ("opt.opioid.aasm9", "specialist"),
        ("opt.cabergoline.aasm20", "valves"),
    ],
)
def test_sentence_says_no_more_than_its_source(rule: str, unsaid: str) -> None:
    assert unsaid not in RULES[rule].text


def test_read_needs_a_reference_that_was_read() -> None:
    references = load_bibliography()
    for rule in RULES.values():
        key = rule.source.citation
        if key and rule.source.evidence is EvidenceMark.READ:
            assert references[key].ceiling is EvidenceMark.READ
