"""Nobody is reassured beside an alarming answer, nor while one is missing."""

import re
from collections.abc import Iterator

import pytest
from clinical_cases import TABLES, Answers, assessed, changed, placed
from harmless_person import ALARMS, LISTED, nothing_alarms, words_of_the_gate

from ekbom.clinical.judge import compiled, leaves
from ekbom.criteria.guidelines import Found, HasStatus, Named, Rule
from ekbom.model.assessment import Assessment
from ekbom.rules.check import all_rules

COMFORT = re.compile(
    r"harmless|benign|normal (part|movement)|nothing (in|points)"
    r"|no (answer|other answer) (points|alarms)"
    r"|needs? no (treatment|medicine)|no illness|physiological",
    re.IGNORECASE,
)
NO_COMFORT = {
    # a word of the list in a sentence that comforts nobody
    "rls.dsm_not_drug",
    "al.infant",
    "wu.ncs",
}
MEASURED = [
    {"psg": {"done": "yes", "plmi": 30, "tst_min": 400}},
    {"psg": {"done": "yes", "plmi": 2, "ahi": 40, "tst_min": 400}},
    {"psg": {"done": "yes", "plmi": 2, "rem_without_atonia": "yes"}},
    {"psg": {"done": "yes", "plmi": 2, "narcolepsy_evidence": "yes"}},
    {"actigraphy": {"plmi": 30}},
    {"scores": {"ess": 22}},
    {"scores": {"isi": 20}},
    {"scores": {"phq9": 27}},
    {"scores": {"phq9_item9": 1}},
    {"scores": {"irls": 12}},
    {"labs": {"hb_g_dl": 6.5}},
    {"labs": {"ferritin_ng_ml": 4000}},
    {"labs": {"ferritin_ng_ml": 8}},
    {"egfr": 20},
    {"conditions": ["narcolepsy"]},
    {"conditions": ["parkinson_disease"]},
    {"conditions": ["haemodialysis"]},
    {"medications": [{"name": "haloperidol"}]},
    {"medications": [{"name": "mirtazapine"}]},
    {"rls_treatment": [{"name": "pramipexole"}]},
    {"age_years": 0.5, "symptoms__jerk_pattern": "repetitive"},
]


def comforting_rules() -> Iterator[Rule]:
    for rule in all_rules(TABLES):
        words = f"{rule.title} {rule.text} {rule.plain}"
        if COMFORT.search(words) and rule.id not in NO_COMFORT:
            yield rule


def asks_the_gate(rule: Rule) -> bool:
    """Whether a rule holds only behind the gate, by itself or by the status it asks for."""
    if rule.when is None:
        return False
    for leaf in leaves(compiled(rule)):
        if isinstance(leaf, Named) and leaf.criterion.startswith("gate."):
            return True
    return False


def told(result: Assessment) -> str:
    """Every sentence of an answer that is not about its limits."""
    lines = [
        result.overall.line,
        *(reason for cause in result.causes for reason in cause.reasons),
        *(reason for one in result.diagnoses for reason in one.reasons),
        *(line.line for line in (*result.messages, *result.screens)),
        *(
            advice.line
            for option in result.options
            if option.placed == "offered"
            for advice in option.recommendations
        ),
    ]
    titles = [
        result.overall.title,
        *(cause.certainty for cause in result.causes),
        *(cause.plain_certainty for cause in result.causes),
    ]
    return " ".join([*titles, *(f"{one.text} {one.plain}" for one in lines)])


def test_every_comforting_sentence_stands_behind_the_gate() -> None:
    open_rules = [
        rule.id for rule in comforting_rules() if not asks_the_gate(rule)
    ]
    assert open_rules == []


def test_the_gate_asks_for_every_alarming_answer() -> None:
    assert set(words_of_the_gate()) == set(ALARMS)


def test_every_answer_about_symptoms_alarms_or_is_listed_as_none() -> None:
    asked = {path for path in TABLES.fields if path.startswith("symptoms.")}
    assert asked == {*LISTED["alarms"], *LISTED["alone_no_alarm"]} & asked
    assert not set(LISTED["alarms"]) & set(LISTED["alone_no_alarm"])


def test_nothing_alarms_and_everything_is_answered_so_the_jerk_is_normal() -> (
    None
):
    answers = nothing_alarms()
    result = assessed(answers)
    assert result.verdicts["gate.open"].value == "not_met"
    assert result.overall.code == "normal"
    assert placed(answers, "TX_REASSURE") == "offered"
    assert not result.alerts


@pytest.mark.parametrize(("fact", "word"), ALARMS)
def test_one_alarming_answer_forbids_every_comfort(
    fact: str, word: str
) -> None:
    answers = changed(nothing_alarms(), {fact.replace(".", "__", 1): word})
    forbidden(answers)


@pytest.mark.parametrize("alarm", MEASURED, ids=str)
def test_one_alarming_value_forbids_every_comfort(
    alarm: dict[str, object],
) -> None:
    forbidden(changed(nothing_alarms(), alarm))


def forbidden(answers: Answers) -> None:
    result = assessed(answers)
    assert result.overall.code != "normal"
    assert placed(answers, "TX_REASSURE") != "offered"
    assert COMFORT.findall(told(result)) == []


@pytest.mark.parametrize(
    "fact",
    [
        "symptoms.leg_weakness",
        "symptoms.saddle_numbness",
        "symptoms.cataplexy",
        "symptoms.self_harm_thoughts",
        "symptoms.numbness",
        "symptoms.snoring",
        "symptoms.awakenings_partner",
    ],
)
def test_a_missing_answer_leaves_only_what_was_answered(fact: str) -> None:
    answers = changed(nothing_alarms(), {fact.replace(".", "__", 1): "unknown"})
    result = assessed(answers)
    assert result.verdicts["gate.open"].value == "unknown"
    assert result.overall.code == "not_shown"
    assert "Other questions are open" in result.overall.line.text


def test_a_medicine_list_that_was_not_asked_for_is_no_empty_list() -> None:
    answers = nothing_alarms()
    del answers["medications"]
    assert assessed(answers).overall.code == "not_shown"


def test_the_gate_of_the_end_names_what_steps_put_out() -> None:
    inner = list(leaves(compiled(TABLES.criteria["gate.open"])))
    assert any(isinstance(leaf, Found) for leaf in inner)
    assert {leaf.code for leaf in inner if isinstance(leaf, HasStatus)} >= {
        "RLS",
        "PLMD",
    }


def test_a_jerk_beside_an_alarm_is_described_and_explains_nothing() -> None:
    answers = changed(
        nothing_alarms(),
        {"symptoms__leg_weakness": "yes", "symptoms__numbness": "yes"},
    )
    result = assessed(answers)
    jerk = next(one for one in result.diagnoses if one.code == "HYPNIC_JERK")
    assert jerk.status == "described"
    assert "HYPNIC_JERK" not in {cause.code for cause in result.causes}
