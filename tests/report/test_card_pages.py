"""The answer on one card: it fits a screen, stands alike in every output and is never empty."""

import re
from dataclasses import replace
from html import unescape
from random import Random

import pytest
from night_shapes import ScoredNights, assessment_of

from ekbom.app.terminal.assessment_lines import answer_lines
from ekbom.app.terminal.card_lines import short_lines
from ekbom.app.terminal.screen import CARD
from ekbom.clinical.assess import assess_facts
from ekbom.clinical.facts import read_facts
from ekbom.criteria.facts import FactKind
from ekbom.model.assessment import Assessment
from ekbom.report.options import ReportOptions
from ekbom.report.pages.compose import compose
from ekbom.report.pages.html import html_of
from ekbom.report.pages.pdf import template_values
from ekbom.report.sentences.card_sentences import (
    COLUMNS,
    MOST_LINES,
    PARTS,
    CardPart,
    card_lines,
    card_parts,
)
from ekbom.report.sentences.option_rows import criteria_table, option_table
from ekbom.report.words import load_wording
from ekbom.rules.load_clinical import load_clinical

WORDS = load_wording()
TABLES = load_clinical()
SEEDS = range(60)
REASSURING = ("card-harmless-", "card-normal")
LONG = "Extraordinarily-Long-Branded-Name-" * 4


def person(seed: int) -> dict[str, object]:
    """Make a person with random answers; a long name and many medicines among them."""
    chance = Random(seed)  # noqa: S311  # no secret depends on it
    answers: dict[str, object] = {}
    for field in TABLES.fields.values():
        if field.path.startswith("derived.") or chance.random() < 0.4:
            continue
        group, _, name = field.path.partition(".")
        if field.kind is FactKind.CHOICE:
            value: object = chance.choice(field.choices)
        elif field.kind is FactKind.NUMBER and field.trial_values:
            value = chance.choice(field.trial_values)
        else:
            continue
        if not name:
            answers[group] = value
            continue
        held = answers.setdefault(group, {})
        assert isinstance(held, dict)
        held[name] = value
    known = sorted(medicine.generic for medicine in TABLES.medicines)
    names = chance.sample(known, 4) + [LONG] * (seed % 3 == 0)
    answers["medications"] = [{"name": name} for name in names]
    codes = sorted(TABLES.condition_codes)
    answers["conditions"] = chance.sample(codes, 2 * (seed % 2))
    return answers


def assessed(answers: dict[str, object]) -> Assessment:
    """Assess without ranking what is missing, which is the slower part."""
    facts = read_facts(answers, TABLES)
    return assess_facts(facts, TABLES, rank_missing=seldom(answers))


def seldom(answers: dict[str, object]) -> bool:
    """Rank what is missing for the emptiest people only."""
    return len(answers) < 4


def parts_of(assessment: Assessment) -> tuple[CardPart, ...]:
    return card_parts(assessment, words=WORDS)


@pytest.mark.parametrize("seed", SEEDS)
def test_card_of_anybody_fits_the_screen_and_answers_every_question(
    seed: int,
) -> None:
    said = assessed(person(seed))
    parts = parts_of(said)
    lines = card_lines(parts, words=WORDS)
    assert 4 <= len(lines) <= MOST_LINES == 12
    assert max(map(len, lines)) <= COLUMNS == 80
    assert tuple(part.key for part in parts) == PARTS
    assert all(one.text.strip() for part in parts for one in part.statements)


@pytest.mark.parametrize("seed", SEEDS)
def test_card_of_anybody_never_reassures_beside_an_alert(seed: int) -> None:
    said = assessed(person(seed))
    codes = [one.says.code for one in said.card]
    calm = [code for code in codes if code.startswith(REASSURING)]
    assert not (said.alerts and calm)
    told = " ".join(card_lines(parts_of(said), words=WORDS))
    assert not (said.alerts and re.search("harmless|benign|normal", told))


@pytest.mark.parametrize("case", ["", "V02", "V20", "V31", "V62", "V71"])
def test_card_stands_alike_in_terminal_html_and_pdf(
    case: str, nights: ScoredNights
) -> None:
    said = assessment_of(case)
    expected = card_lines(parts_of(said), words=WORDS)
    for lines in (short_lines(said), answer_lines(said)):
        assert [text for style, text in lines if style == CARD] == [*expected]
    document = compose(nights["quiet"], ReportOptions(assessment=said))
    assert document.first.card == parts_of(said)
    page = unescape(re.sub(r"<[^>]+>", " ", html_of(document)))
    values = str(template_values(document)["card"])
    for part in parts_of(said):
        for statement in part.statements:
            assert statement.text in page
            assert statement.text in values or "'" in statement.text


def test_card_comes_before_the_numbers_and_after_what_cannot_wait(
    nights: ScoredNights,
) -> None:
    said = assessment_of("V71")
    page = html_of(compose(nights["quiet"], ReportOptions(assessment=said)))
    places = [
        page.index(text)
        for text in ("Thoughts of suicide", "What causes it?", "The numbers<")
    ]
    assert places == sorted(places)
    told = [text for _, text in short_lines(said)]
    assert told[0].startswith("FIRST: Thoughts of suicide")


def test_card_of_an_assessment_without_one_says_what_was_told_then(
    nights: ScoredNights,
) -> None:
    older = replace(assessment_of(), card=())
    (part,) = parts_of(older)
    assert part.statements[0].text == (
        "Restless legs syndrome (RLS): criteria met."
    )
    document = compose(nights["quiet"], ReportOptions(assessment=older))
    assert "Restless legs syndrome (RLS): criteria met." in html_of(document)
    assert short_lines(older)[0][1].startswith("What causes it? Restless legs")


def test_card_of_the_demo_says_what_the_question_asks() -> None:
    told = " ".join(
        " ".join(card_lines(parts_of(assessment_of()), words=WORDS)).split()
    )
    for said in (
        "What causes it? Restless legs syndrome (RLS): criteria met, "
        "severe (IRLS 22), for 30 months, on 5 of 7 days.",
        "Worse with low iron (ferritin 38 ng/mL), doxylamine and much caffeine.",
        "Harm to rest: disturbed sleep and distress.",
        "2. Review doxylamine (with the prescriber) and much caffeine "
        "(for, good practice).",
        "3. Gabapentin, gabapentin enacarbil or pregabalin "
        "(for, strong, moderate); with care: slow breathing.",
        "Excluded: PLMD beside it, look-alikes.",
        "Needed for a dose: kidney function",
    ):
        assert said in told, said


def test_options_say_why_in_this_person_and_what_must_be_known() -> None:
    table = option_table(assessment_of(), words=WORDS)
    rows = {row.code: row for row in table.rows}
    iron, medicine = rows["TX_IRON_ORAL"], rows["TX_GABAPENTIN"]
    assert "Here: Ferritin: 38 ng/mL." in iron.why
    assert any("22 points" in text for text in medicine.why)
    assert any("transferrin saturation" in text for text in iron.needs)
    assert iron.grades == ("for, conditional, moderate certainty",)
    assert any("AASM2025" in source.text for source in iron.sources)


def test_options_that_are_advised_against_are_folded_with_their_count(
    nights: ScoredNights,
) -> None:
    said = assessment_of()
    against = option_table(said, words=WORDS).against
    placed = [
        one
        for one in said.options
        if one.placed == "against_standard_use" or one.kind == "never"
    ]
    assert len(against) == len(placed) > 5
    page = html_of(compose(nights["quiet"], ReportOptions(assessment=said)))
    heading = WORDS("heading.against")
    assert f"<summary>{heading} ({len(against)})</summary>" in page


def test_options_share_each_caution_once() -> None:
    table = option_table(assessment_of(), words=WORDS)
    told = [one.text.partition(": ")[2] for one in table.cautions]
    assert len(told) == len(set(told))
    assert any(
        "abapentin, gabapentin enacarbil" in one.text for one in table.cautions
    )


def test_criteria_stand_side_by_side() -> None:
    table = criteria_table(assessment_of(), words=WORDS)
    assert len(table.columns) == 4
    assert all(len(row) == 4 for row in table.rows)
    asked_by_one = next(row for row in table.rows if "three times" in row[0])
    assert asked_by_one[1:] == ("–", "–", "met")


@pytest.mark.parametrize(
    ("age", "lines"),
    [(52, ["Adult"]), (9, ["Child"]), (None, ["Adult", "Child"])],
)
def test_only_the_limit_of_the_age_stands_on_the_page(
    age: int | None, lines: list[str], nights: ScoredNights
) -> None:
    said = assessed({} if age is None else {"age_years": age})
    first = compose(nights["whole"], ReportOptions(assessment=said)).first
    heading = WORDS("heading.change")
    group = next(one for one in first.answer if one.heading == heading)
    told = [one.text.partition(":")[0] for one in group.statements]
    assert told == lines
