"""What an answer would change, in words: what comes, what goes, and what stays is not repeated."""

import pytest
from night_shapes import ScoredNights, assessment_of

from ekbom.model.assessment import Change
from ekbom.pipeline.assess import assess
from ekbom.report.options import ReportOptions
from ekbom.report.pages.compose import compose
from ekbom.report.sentences.facts_in_words import changes_words
from ekbom.report.words import load_wording

WORDS = load_wording()


def change(
    kind: str, before: tuple[str, ...], after: tuple[str, ...], title: str = "X"
) -> Change:
    return Change(
        kind=kind, code="CODE", title=title, before=before, after=after
    )


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (change("test", (), ("shown",)), "test: X: would be added"),
        (change("test", ("shown",), ()), "test: X: would fall away"),
        (
            change("diagnosis", (), ("suspected",)),
            "diagnosis: X: would be added: suspected",
        ),
        (
            change("diagnosis", ("excluded", "OSA_UNTREATED"), ("not_met",)),
            "diagnosis: X: from excluded by untreated sleep apnoea to not met",
        ),
        (
            change(
                "diagnosis",
                ("criteria_met", "refractory"),
                ("criteria_met", "with_plms"),
            ),
            "diagnosis: X: no longer refractory; also with periodic movements in sleep",
        ),
        (
            change(
                "iron", ("unknown_test_first",), ("supplement", "oral", "iv")
            ),
            "iron: X: from test first to supplement (by mouth or into a vein)",
        ),
        (
            change("option", ("offered", "age", "weight"), ("offered", "age")),
            "option: X: not open any more: weight",
        ),
        (
            change("option", ("offered",), ("offered", "age")),
            "option: X: open as well: age",
        ),
        (
            change("option", ("offered", "age"), ("not_offered", "age")),
            "option: X: from offered (cannot check: age) to not offered",
        ),
    ],
)
def test_change_says_what_becomes_of_it(made: Change, told: str) -> None:
    assert changes_words([made], words=WORDS) == (told,)


def test_changes_alike_stand_together() -> None:
    made = [
        change("test", (), ("shown",), "Ferritin"),
        change("alert", (), ("shown",), "Falls"),
        change("test", (), ("shown",), "CRP"),
    ]
    assert changes_words(made, words=WORDS) == (
        "test: Ferritin; CRP: would be added",
        "alert: Falls: would be added",
    )


def test_report_says_where_the_answer_knows_nothing_of_its_night(
    nights: ScoredNights,
) -> None:
    night = nights["whole"]
    without = compose(night, ReportOptions(assessment=assessment_of()))
    told = WORDS("answer.night_not_asked")
    assert told == without.first.answer[0].statements[0].text
    for options in (
        ReportOptions(),
        ReportOptions(assessment=assess({}, night=night)),
    ):
        said = compose(night, options).first.answer[0].statements
        assert told not in [one.text for one in said]
