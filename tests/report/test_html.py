"""The page of a night: whole for every shape of a night, alone on a machine without network, each number followable."""

import dataclasses
import datetime as dt
import re
import time
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest
from factory import LONG_NAMES, make_result

from ekbom.model.result import StudyResult
from ekbom.report.branding import Branding
from ekbom.report.counted_rows import counts_in
from ekbom.report.options import ReportOptions
from ekbom.report.pages.compose import compose
from ekbom.report.pages.document import Document
from ekbom.report.pages.html import html_of, render_html
from ekbom.report.words import Locale

CASES: dict[str, StudyResult] = {
    "full": make_result(n_movements=400),
    "many": make_result(n_movements=5000),
    "none": make_result(n_movements=0),
    "one_leg": make_result(sides=("left",)),
    "no_hypnogram": make_result(hypnogram=False, events=False),
    "refused_leg": make_result(refused="right"),
    "no_legs": make_result(n_movements=0, sides=()),
    "no_traces": make_result(traces=False),
    "no_start": make_result(start=None),
    "arabic": make_result(name=LONG_NAMES["arabic"]),
    "chinese": make_result(name=LONG_NAMES["chinese"]),
}
DOCUMENTS: dict[str, Document] = {}
PAGES: dict[str, str] = {}
VOID = {"meta", "img", "br", "link", "hr", "input"}


def page(name: str) -> str:
    """Render each case once for all tests."""
    if name not in PAGES:
        PAGES[name] = html_of(document(name))
    return PAGES[name]


def document(name: str) -> Document:
    """Compose each case once for all tests."""
    if name not in DOCUMENTS:
        DOCUMENTS[name] = compose(CASES[name])
    return DOCUMENTS[name]


class Reader(HTMLParser):
    """Collects ids, inner links and elements that were left open."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.ids += [named["id"] or ""] if "id" in named else []
        self.targets += (
            [(named["href"] or "")[1:]] if (named.get("href") or "").startswith("#") else []
        )
        if tag not in VOID | {"td", "tr"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID | {"td", "tr"}:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    return reader


@pytest.mark.parametrize("name", CASES)
def test_html_is_well_formed_and_every_link_leads_somewhere(name: str) -> None:
    reader = read(page(name))
    assert reader.wrong == []
    assert reader.open == []
    assert len(reader.ids) == len(set(reader.ids))
    assert set(reader.targets) <= set(reader.ids)


@pytest.mark.parametrize("name", CASES)
def test_html_needs_no_network_and_no_script(name: str) -> None:
    text = page(name)
    assert re.sub(r'xmlns="http://www.w3.org/2000/svg"', "", text).count("://") == 0
    assert "<script" not in text
    assert "default-src 'none'" in text


@pytest.mark.parametrize("name", CASES)
def test_html_says_what_it_is_and_leaves_no_hole(name: str) -> None:
    text = page(name)
    assert text.count("Decision support, not a diagnosis.") >= 2
    assert "not yet read and signed" in text
    visible = re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
    assert not re.search(r"\bnan\b|\bNone\b|\{[a-z_]+\}|Infinity", visible)


@pytest.mark.parametrize("name", CASES)
def test_html_figures_are_drawn_or_say_why_not(name: str) -> None:
    for figure in document(name).first.figures:
        root = ET.fromstring(figure.svg)  # noqa: S314
        marks = [
            element
            for element in root.iter()
            if element.tag.split("}")[1] in {"path", "rect", "circle"}
        ]
        assert figure.empty or len(marks) > 5, figure.id
        assert not figure.empty or figure.caption
        places = re.findall(
            r'[ML](-?[0-9.]+),(-?[0-9.]+)|x="(-?[0-9.]+)" y="(-?[0-9.]+)"', figure.svg
        )
        assert all(
            -1 <= float(a or c) <= 961 and -1 <= float(b or d) <= 700 for a, b, c, d in places
        ), figure.id


def test_html_empty_figures_are_exactly_those_without_anything_to_show() -> None:
    empty = {
        name: {figure.id for figure in document(name).first.figures if figure.empty}
        for name in CASES
    }
    assert empty["full"] == empty["many"] == empty["one_leg"] == empty["refused_leg"] == set()
    assert empty["none"] == {"intervals", "hours", "raster", "examples", "legs"}
    assert empty["no_traces"] == {"examples"}


def test_html_every_row_of_the_night_is_there_and_leads_to_an_index() -> None:
    text, rows = page("full"), CASES["full"].scores["wasm2016"].movements
    assert text.count('<tr id="m') == len(rows.onset_s)
    first = int(rows.plm.nonzero()[0][5]) + 1
    line = next(line for line in text.splitlines() if line.startswith(f'<tr id="m{first}">'))
    assert 'href="#d-plms_per_h"' in line or 'href="#d-plmw_per_h"' in line
    assert 'id="d-plms_per_h"' in text
    assert 'id="n-plms_per_h"' in text


def test_html_rows_that_count_outside_the_scored_time_count_nowhere() -> None:
    result = dataclasses.replace(CASES["full"], lights_off_s=5000.0)
    early = [
        names
        for names, onset_s in zip(
            counts_in(result), result.scores["wasm2016"].movements.onset_s.tolist(), strict=True
        )
        if onset_s < 5000
    ]
    assert early
    assert not any(early)


def test_html_numbers_that_cannot_be_computed_say_why_and_are_never_zero() -> None:
    text = page("no_hypnogram")
    assert "not computable: sleep is unknown: the night has no hypnogram" in text
    assert "Sleep stages were not scored" in text
    assert "Arousals were not scored" in text
    assert "not scored" in text


def test_html_recalled_definitions_and_rules_are_marked() -> None:
    assert "recalled, not confirmed" in page("full")


def test_html_changed_options_are_shown() -> None:
    assert "arousal_gap_inclusive = True" in page("full")


def test_html_names_cannot_inject_markup() -> None:
    text = render_html(
        make_result(name='<script>alert("x")</script>', n_movements=3), person="<b>N</b>"
    )
    assert "<script" not in text
    assert "<b>N</b>" not in text


def test_html_branding_and_locale() -> None:
    look = Branding(
        laboratory="Sleep Laboratory East",
        footer="Room 4",
        page="letter",
        locale=Locale(decimal_sign=",", date="{day:02d}.{month:02d}.{year}"),
    )
    text = render_html(make_result(), branding=look)
    assert "Sleep Laboratory East" in text
    assert "Room 4" in text
    assert "09.03.2024" in text
    assert "87,7" in text
    assert "size: letter" in text


def test_html_size_and_speed_of_the_largest_night() -> None:
    start = time.process_time()
    text = render_html(CASES["many"])
    assert time.process_time() - start < 1.5
    assert len(text.encode()) < 3_000_000


def test_html_several_nights_stand_side_by_side_in_order_of_time() -> None:
    first = make_result(n_movements=50, start=dt.datetime(2024, 1, 2, 22, 0))
    unknown = make_result(
        n_movements=50, hypnogram=False, events=False, start=dt.datetime(2024, 5, 1, 22, 0)
    )
    figure = compose(CASES["full"], ReportOptions(other_nights=(unknown, first))).first.figures[-1]
    assert figure.id == "nights"
    dates = re.findall(r"2024-\d\d-\d\d", figure.svg)
    assert dates == ["2024-01-02", "2024-03-09", "2024-05-01"]
    assert "not computable" in figure.svg


def test_html_a_leg_that_is_missing_is_told_apart_from_one_that_could_not_be_scored() -> None:
    result = CASES["full"]
    lost = dataclasses.replace(result, quality=result.quality[:1])
    assert "only one could be scored (left leg)" in render_html(lost)
    assert "Only one leg was recorded (left leg)" in page("one_leg")
    assert "The right leg could not be scored" in page("refused_leg")
