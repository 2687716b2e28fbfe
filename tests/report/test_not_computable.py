"""Where something is not computable its reason follows."""

import re

import pytest
from night_shapes import SHAPES, ScoredNights

from ekbom.app.terminal.summary import print_summary
from ekbom.model.result import StudyResult
from ekbom.report.exports.fhir import fhir_bundle, fhir_bytes
from ekbom.report.options import ReportOptions
from ekbom.report.pages.compose import compose
from ekbom.report.pages.html import html_of

ALONE = re.compile(r"not computable(?!: \w|, because \w)", re.IGNORECASE)


@pytest.mark.parametrize("name", SHAPES)
def test_pages_give_the_reason_of_what_is_not_computable(
    name: str, nights: ScoredNights
) -> None:
    night = nights[name]
    beside = ReportOptions(other_nights=(nights["no_hypnogram"],))
    page = html_of(compose(night, beside))
    drawn = re.compile(r"<svg.*?</svg>", re.DOTALL)
    figures = [lettering(svg) for svg in drawn.findall(page)]
    for text in (drawn.sub("", page), *figures):
        assert ALONE.findall(text) == []
    assert ALONE.findall(fhir_bytes(fhir_bundle(night)).decode()) == []


def lettering(svg: str) -> str:
    """Give the words of a drawing; a sentence over several lines is one."""
    return " ".join(re.findall(r">([^<>]+)</text>", svg))


@pytest.mark.parametrize("name", SHAPES)
def test_terminal_gives_the_reason_of_what_is_not_computable(
    name: str, nights: ScoredNights, capsys: pytest.CaptureFixture[str]
) -> None:
    print_summary(nights[name])
    out = capsys.readouterr().out
    table, *lines = out.split("Not computable")
    told = " ".join(" ".join(lines).split())
    for title in re.findall(r"^(.*?\S) +not computable", table, re.MULTILINE):
        assert re.split(r"\s{2,}", title)[0] in told


def test_result_gives_the_reason_of_every_index_without_a_value(
    nights: ScoredNights,
) -> None:
    for name in SHAPES:
        assert without_reason(nights[name]) == []


def without_reason(night: StudyResult) -> list[str]:
    indices = [night.sleep, *(score.indices for score in night.scores.values())]
    return [
        value.name
        for of_one in indices
        for value in of_one.values()
        if value.value is None and value.reason is None
    ]
