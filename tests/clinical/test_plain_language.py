"""What a patient reads: short sentences, no doses, no order to stop, no diagnosis."""

import re
import tomllib
from collections.abc import Iterator
from importlib import resources

import pytest

from ekbom.rules.check import all_rules
from ekbom.rules.load_clinical import load_clinical
from ekbom.rules.load_interview import load_interview

MOST_WORDS = 22
HIGHEST_GRADE = 8.0
"""School grade by the Automated Readability Index (Senter and Smith 1967).

Grade 8 is an age of 13 to 14 years.
"""


def plain_sentences() -> Iterator[tuple[str, str]]:
    """Walk over every sentence for patients with the rule it comes from."""
    for rule in all_rules(load_clinical()):
        if rule.plain:
            yield rule.id, rule.plain


def interview_sentences() -> Iterator[tuple[str, str]]:
    """Walk over every sentence of the interview with its field."""
    interview = load_interview()
    yield "introduction", interview.introduction
    for section in interview.sections:
        if section.clinician:
            continue
        yield section.title, section.why
        for question in section.questions:
            yield question.fact, question.ask
            if question.hint:
                yield question.fact, question.hint


def page_sentences() -> Iterator[tuple[str, str]]:
    """Walk over the fixed sentences of the page for patients."""
    texts = tomllib.loads(
        resources.files("ekbom.report")
        .joinpath("texts", "en", "pages.toml")
        .read_text(encoding="utf-8")
    )
    for name, text in texts.get("patient", {}).items():
        if isinstance(text, str) and text.rstrip().endswith((".", "?", "!")):
            yield f"patient.{name}", re.sub(r"\{[^}]*\}", "10", text)


def words_of(text: str) -> list[str]:
    """List the words of a text."""
    return re.findall(r"[A-Za-z0-9'-]+", text)


def sentences_of(text: str) -> list[str]:
    """Split a text where a sentence ends; a colon or a semicolon is a place to breathe."""
    return [
        part for part in re.split(r"[.!?:;]+(?:\s|$)", text) if words_of(part)
    ]


def grade_of(texts: list[str]) -> float:
    """Give the Automated Readability Index: from letters per word and words per sentence."""
    words = [word for text in texts for word in words_of(text)]
    sentences = sum(len(sentences_of(text)) for text in texts)
    return (
        4.71 * sum(map(len, words)) / len(words)
        + 0.5 * len(words) / sentences
        - 21.43
    )


SHOWN = [*plain_sentences(), *interview_sentences(), *page_sentences()]


def test_plain_language_index_of_a_known_text() -> None:
    assert grade_of(["The cat sat on the mat."]) == pytest.approx(
        4.71 * 17 / 6 + 0.5 * 6 - 21.43
    )


@pytest.mark.parametrize(
    "source",
    [plain_sentences, interview_sentences, page_sentences],
    ids=["rules", "interview", "page"],
)
def test_plain_language_reads_like_grade_eight_or_below(source: object) -> None:
    assert callable(source)
    assert grade_of([text for _, text in source()]) <= HIGHEST_GRADE


@pytest.mark.parametrize(
    ("name", "text"), SHOWN, ids=[name for name, _ in SHOWN]
)
def test_plain_sentence_is_short(name: str, text: str) -> None:
    longest = max(len(words_of(sentence)) for sentence in sentences_of(text))
    assert longest <= MOST_WORDS, f"{name}: {longest} words"


@pytest.mark.parametrize(
    ("name", "text"), [*plain_sentences(), *page_sentences()]
)
def test_plain_sentence_holds_no_dose(name: str, text: str) -> None:
    assert not re.search(r"\d\s*(mg|g|ml|tablets?|times a day)\b", text), name


@pytest.mark.parametrize(
    ("name", "text"), [*plain_sentences(), *page_sentences()]
)
def test_plain_sentence_never_says_stop_and_never_names_what_somebody_has(
    name: str, text: str
) -> None:
    lowered = text.lower()
    for found in re.finditer(
        r"\b(stop|leave out|come off|increase|take more)\b", lowered
    ):
        before = lowered[: found.start()]
        assert re.search(r"\b(not|never|nobody|before you)\b[^.]*$", before), (
            f"{name}: {text}"
        )
    assert not re.search(
        r"\byou (have|suffer from) (a|an|the|restless|periodic|iron|sleep|rls|plmd)\b",
        lowered,
    ), f"{name}: {text}"
