"""The interview: questions as data, what is known is skipped, unknown is never a no."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.console import Console

from ekbom.app.commands.interview import interview
from ekbom.app.terminal.conversation import Conversation
from ekbom.app.terminal.dialogue import (
    Dialogue,
    Given,
    Refused,
    flat,
    nested,
    understand,
)
from ekbom.criteria.interview import Question
from ekbom.model.errors import InputError
from ekbom.rules.load_clinical import load_clinical
from ekbom.rules.load_interview import interview_of, load_interview
from ekbom.rules.strict_yaml import TableError

QUESTIONS = {
    question.fact: question
    for section in load_interview().sections
    for question in section.questions
}


def reader(*lines: str) -> Callable[[], str]:
    """Give the lines one after the other, then end like a closed terminal."""
    waiting: Iterator[str] = iter(lines)

    def read(_prompt: str = "") -> str:
        try:
            return next(waiting)
        except StopIteration:
            raise EOFError from None

    return read


def talk(dialogue: Dialogue, *lines: str) -> tuple[bool, str]:
    """Hold a dialogue with these lines; say whether it came to its end, and what was shown."""
    console = Console(file=io.StringIO(), width=100)
    finished = Conversation(console, reader(*lines)).hold(dialogue)
    shown = console.file
    assert isinstance(shown, io.StringIO)
    return finished, shown.getvalue()


def test_interview_asks_every_patient_field_that_a_person_can_answer() -> None:
    fields = {
        path
        for path in load_clinical().fields
        if path.startswith(("symptoms.", "lifestyle."))
    }
    assert fields <= set(QUESTIONS)


def test_interview_skips_what_is_known() -> None:
    dialogue = Dialogue(
        load_interview(), answers={"age_years": 40.0, "sex": "male"}
    )
    following = dialogue.next_question()
    assert following is not None
    assert following[1].fact == "weight_kg"


def test_interview_goes_back_and_asks_again() -> None:
    dialogue = Dialogue(load_interview())
    talk(dialogue, "40", "male", "b", "female")
    assert dialogue.answers == {"age_years": 40.0, "sex": "female"}
    assert (
        talk(Dialogue(load_interview()), "b")[1].count(
            "This is the first question."
        )
        == 1
    )


def test_interview_empty_line_is_unknown_and_never_no() -> None:
    dialogue = Dialogue(load_interview())
    finished, _ = talk(dialogue, *[""] * 300)
    assert finished
    assert set(dialogue.answers.values()) == {"unknown"}


@pytest.mark.parametrize(
    ("fact", "line", "rule"),
    [
        ("symptoms.leg_weakness", "1", ""),
        ("symptoms.leg_weakness", "yes, and", "al.cord"),
        ("symptoms.saddle_numbness", "yes", "al.cord"),
        ("symptoms.saddle_numbness", "", ""),
        ("symptoms.bladder_change", "yes", "al.cord"),
        ("symptoms.acute_unilateral_swelling", "yes", "al.dvt"),
        ("symptoms.acute_unilateral_swelling", "no", ""),
        ("symptoms.tongue_bite", "yes", "al.seizure"),
        ("scores.phq9_item9", "1", "al.suicidality"),
        ("scores.phq9_item9", "0", ""),
    ],
)
def test_interview_red_flag_is_answered_at_once_by_the_sentence_of_its_alert(
    fact: str, line: str, rule: str
) -> None:
    dialogue = Dialogue(load_interview(), clinician=True)
    given = understand(QUESTIONS[fact], line)
    assert isinstance(given, Given)
    dialogue.give(QUESTIONS[fact], given)
    said = {alert.id: alert.plain for alert in load_clinical().alerts}
    assert dialogue.urgent(QUESTIONS[fact]) == said.get(rule, "")


def test_interview_red_flags_are_asked_before_everything_but_the_person() -> (
    None
):
    sections = [section.title for section in load_interview().sections]
    warning = [
        section.title
        for section in load_interview().sections
        for question in section.questions
        if question.warns
    ]
    assert sections[1] == warning[0]
    shown = talk(
        Dialogue(
            load_interview(),
            answers={"age_years": 40.0, "sex": "male", "weight_kg": 80.0},
        ),
        "no",
        "no",
        "yes",
    )[1]
    assert "Go to an emergency department now" in shown
    assert "2 of 12: First: what cannot wait" in shown


@pytest.mark.parametrize(
    ("fact", "age", "asked"),
    [
        ("pregnancy.status", 30.0, True),
        ("pregnancy.status", 75.0, False),
        ("pregnancy.status", 5.0, False),
        ("pregnancy.status", "unknown", True),
        ("symptoms.restless_sleep_complaint", 40.0, False),
        ("symptoms.restless_sleep_complaint", 9.0, True),
    ],
)
def test_interview_asks_by_age_and_an_unknown_age_rules_nothing_out(
    fact: str, age: object, *, asked: bool
) -> None:
    dialogue = Dialogue(
        load_interview(), answers={"age_years": age, "sex": "female"}
    )
    assert (
        fact in {question.fact for _, question in dialogue.pending()}
    ) == asked


def test_interview_saves_and_resumes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "facts.json"
    monkeypatch.setattr("builtins.input", reader("40", "male", "s"))
    interview(out=out)
    assert not out.exists()
    monkeypatch.setattr("builtins.input", reader("80", *[""] * 300))
    interview(out=out)
    facts = json.loads(out.read_text(encoding="utf-8"))
    assert (facts["age_years"], facts["sex"], facts["weight_kg"]) == (
        40.0,
        "male",
        80.0,
    )
    assert [path.name for path in tmp_path.iterdir()] == ["facts.json"]


def test_interview_takes_lists_with_their_parts() -> None:
    dialogue = Dialogue(
        load_interview(),
        asked=[fact for fact in QUESTIONS if fact != "medications"],
    )
    talk(dialogue, "sertraline", "12", "no", "doxylamine", "", "y", "")
    assert dialogue.answers["medications"] == [
        {"name": "sertraline", "weeks": 12.0, "otc": False},
        {"name": "doxylamine", "otc": True},
    ]


def test_interview_none_is_an_answer_of_its_own() -> None:
    assert understand(QUESTIONS["medications"], "none") == Given(
        "medications", []
    )
    assert understand(QUESTIONS["medications"], "") == Given(
        "medications", None
    )
    assert understand(QUESTIONS["conditions"], "0") == Given("conditions", [])


@pytest.mark.parametrize(
    ("fact", "line", "expected"),
    [
        ("labs.ferritin_ng_ml", "40", ("labs.ferritin_ng_ml", 40.0)),
        ("labs.ferritin_ng_ml", "40 ng/mL", ("labs.ferritin_ng_ml", 40.0)),
        (
            "labs.ferritin_ng_ml",
            "90 pmol/L",
            ("labs.ferritin", {"value": 90.0, "unit": "pmol/L"}),
        ),
        ("labs.hb_g_dl", "13,5", ("labs.hb_g_dl", 13.5)),
        (
            "symptoms.movement_relief",
            "2",
            ("symptoms.movement_relief", "partial"),
        ),
        ("symptoms.urge_to_move", "NO", ("symptoms.urge_to_move", "no")),
        ("conditions", "copd, 6", ("conditions", ["copd", "depression"])),
    ],
)
def test_interview_understands_what_is_typed(
    fact: str, line: str, expected: tuple[str, object]
) -> None:
    assert understand(QUESTIONS[fact], line) == Given(*expected)


@pytest.mark.parametrize(
    ("fact", "line", "said"),
    [
        ("age_years", "400", "not plausible"),
        ("age_years", "old", "not a number"),
        ("labs.ferritin_ng_ml", "40 bananas", "not known here"),
        ("labs.ferritin_ng_ml", "90000 pmol/L", "not plausible"),
        ("symptoms.urge_to_move", "7", "not one of the answers"),
    ],
)
def test_interview_refuses_with_one_sentence(
    fact: str, line: str, said: str
) -> None:
    refused = understand(QUESTIONS[fact], line)
    assert isinstance(refused, Refused)
    assert said in refused.why


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({"fact": "symptoms.unheard_of", "ask": "?"}, "fills no field"),
        (
            {"fact": "sex", "ask": "?", "answers": {"maybe": "maybe"}},
            "offers 'maybe'",
        ),
        (
            {
                "fact": "weight_kg",
                "ask": "?",
                "only_if": [{"fact": "age_years", "above": 3}],
            },
            "not asked before it",
        ),
        (
            {"fact": "sex", "ask": "?", "colour": "red"},
            "the key 'colour' is unknown",
        ),
        (
            {
                "fact": "sex",
                "ask": "?",
                "answers": {"male": "male"},
                "warns": {"words": ["male"], "rule": "al.nothing"},
            },
            "no id of an alert",
        ),
        (
            {
                "fact": "sex",
                "ask": "?",
                "answers": {"male": "male"},
                "warns": {"words": ["male"]},
            },
            "warns: the key 'rule' is missing",
        ),
        (
            {
                "fact": "sex",
                "ask": "?",
                "answers": {"male": "male"},
                "only_if": [{"fact": "age_years", "within": [9, 1]}],
            },
            "lower first",
        ),
    ],
)
def test_question_table_is_refused(
    question: dict[str, object], said: str
) -> None:
    section = {"title": "T", "why": "W", "questions": [question]}
    with pytest.raises(TableError, match=said):
        interview_of(
            {"version": "1", "introduction": "I", "sections": [section]},
            tables=load_clinical(),
        )


def test_a_broken_facts_file_is_refused(tmp_path: Path) -> None:
    known = tmp_path / "facts.json"
    known.write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"facts\.json"):
        interview(out=tmp_path / "out.json", known=known)


@given(
    st.dictionaries(
        st.sampled_from(sorted(QUESTIONS)), st.floats(allow_nan=False)
    )
)
def test_nested_and_flat_are_inverse(answers: dict[str, object]) -> None:
    assert flat(nested(answers)) == answers


@given(st.sampled_from(sorted(QUESTIONS)), st.text(max_size=30))
@example("sex", "\N{SUPERSCRIPT TWO}")
@example("sex", "9" * 5000)
def test_any_line_is_an_answer_or_refused(fact: str, line: str) -> None:
    question: Question = QUESTIONS[fact]
    assert isinstance(understand(question, line), Given | Refused)


def test_interview_asks_a_person_only_for_the_own_word_on_other_causes() -> (
    None
):
    """The assessment itself stands among the questions for the clinician."""
    places = {
        question.fact: section.clinician
        for section in load_interview().sections
        for question in section.questions
    }
    assert places["symptoms.mimic_excluded_told"] is False
    assert places["symptoms.mimic_excluded"] is True
    assert places["symptoms.mimic_excluded_by"] is True
