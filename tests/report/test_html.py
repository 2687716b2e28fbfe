"""The page of a night: whole for every shape, without network, each number followable."""

import datetime as dt
import re
import time
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from night_shapes import SHAPES, ScoredNights

from ekbom.model.result import StudyResult
from ekbom.report.branding import Branding
from ekbom.report.counted_rows import counts_in
from ekbom.report.options import ReportOptions
from ekbom.report.pages.compose import compose
from ekbom.report.pages.document import Document
from ekbom.report.pages.html import html_of, render_html
from ekbom.report.words import Locale

CASES = [*SHAPES, "many", "no_traces", "no_legs", "arabic", "chinese"]
VOID = {"meta", "img", "br", "link", "hr", "input"}
IMPLIED = VOID | {"td", "tr"}
PLACES = re.compile(
    r'[ML](-?[0-9.]+),(-?[0-9.]+)|x="(-?[0-9.]+)" y="(-?[0-9.]+)"'
)


def night_of(name: str, nights: ScoredNights) -> StudyResult:
    """Give a scored night, or one with a size or a character no run makes."""
    if name == "many":
        return nights.many()
    if name in {"arabic", "chinese"}:
        return nights.named(name)
    if (
        name == "no_traces"
    ):  # as `read_result` gives it without the file beside it
        return replace(nights["whole"], traces=())
    if name == "no_legs":  # as scored marks give it where nobody moved
        return replace(nights["quiet"], quality=(), detection=(), traces=())
    return nights[name]


class Pages:
    """Documents and pages of all cases, each made when it is asked for first."""

    def __init__(self, nights: ScoredNights) -> None:
        self._nights = nights
        self._documents: dict[str, Document] = {}
        self._pages: dict[str, str] = {}

    def document(self, name: str) -> Document:
        if name not in self._documents:
            self._documents[name] = compose(night_of(name, self._nights))
        return self._documents[name]

    def page(self, name: str) -> str:
        if name not in self._pages:
            self._pages[name] = html_of(self.document(name))
        return self._pages[name]


@pytest.fixture(scope="module")
def pages(nights: ScoredNights) -> Pages:
    return Pages(nights)


class Reader(HTMLParser):
    """Collects ids, inner links and elements that were left open."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        named = dict(attrs)
        target = named.get("href") or ""
        self.ids += [named["id"] or ""] if "id" in named else []
        self.targets += [target[1:]] if target.startswith("#") else []
        self.open += [tag] if tag not in IMPLIED else []

    def handle_startendtag(
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if tag not in IMPLIED and (not self.open or self.open.pop() != tag):
            self.wrong.append(tag)


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    return reader


@pytest.mark.parametrize("name", CASES)
def test_html_is_well_formed_and_every_link_leads_somewhere(
    name: str, pages: Pages
) -> None:
    reader = read(pages.page(name))
    assert reader.wrong == []
    assert reader.open == []
    assert len(reader.ids) == len(set(reader.ids))
    assert set(reader.targets) <= set(reader.ids)


@pytest.mark.parametrize("name", CASES)
def test_html_needs_no_network_and_no_script(name: str, pages: Pages) -> None:
    text = re.sub(
        r"<h3>Sources</h3>.*?</dl>", "", pages.page(name), flags=re.DOTALL
    )
    assert (
        re.sub(r'xmlns="http://www.w3.org/2000/svg"', "", text).count("://")
        == 0
    )
    assert "<script" not in text
    assert "default-src 'none'" in text
    assert not re.search(r'(?:src|href)="(?!#|data:)', pages.page(name))


@pytest.mark.parametrize("name", CASES)
def test_html_says_what_it_is_and_leaves_no_hole(
    name: str, pages: Pages
) -> None:
    text = pages.page(name)
    assert text.count("Decision support, not a diagnosis.") >= 2
    assert "not yet read and signed" in text
    visible = re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
    holes = r"\bnan\b|\bNone\b(?!: every option)|\{[a-z_]+\}|Infinity"
    assert not re.search(holes, visible)


@pytest.mark.parametrize("name", CASES)
def test_html_figures_are_drawn_or_say_why_not(name: str, pages: Pages) -> None:
    for figure in pages.document(name).first.figures:
        root = ET.fromstring(figure.svg)  # noqa: S314
        tags = [element.tag.split("}")[1] for element in root.iter()]
        marks = [tag for tag in tags if tag in {"path", "rect", "circle"}]
        assert figure.empty or len(marks) > 5, figure.id
        assert not figure.empty or figure.caption
        for a, b, c, d in PLACES.findall(figure.svg):
            assert -1 <= float(a or c) <= 961, figure.id
            assert -1 <= float(b or d) <= 700, figure.id


def test_html_empty_figures_are_exactly_those_without_anything_to_show(
    pages: Pages,
) -> None:
    empty = {
        name: {
            figure.id
            for figure in pages.document(name).first.figures
            if figure.empty
        }
        for name in CASES
    }
    drawn = {
        "whole",
        "many",
        "one_leg",
        "refused_leg",
        "silent_leg",
        "lost_time",
        "cross_talk",
    }
    assert [name for name in drawn if empty[name]] == []
    assert empty["quiet"] == {
        "intervals",
        "hours",
        "raster",
        "examples",
        "legs",
    }
    assert empty["no_traces"] == empty["marked"] == {"examples"}


def test_html_every_row_of_the_night_is_there_and_leads_to_an_index(
    pages: Pages, nights: ScoredNights
) -> None:
    text, rows = (
        pages.page("whole"),
        nights["whole"].scores["wasm2016"].movements,
    )
    assert text.count('<tr id="m') == len(rows.onset_s)
    row = int(rows.plm.nonzero()[0][5]) + 1
    line = next(
        line
        for line in text.splitlines()
        if line.startswith(f'<tr id="m{row}">')
    )
    assert 'href="#d-plms_per_h"' in line or 'href="#d-plmw_per_h"' in line
    assert 'id="d-plms_per_h"' in text
    assert 'id="n-plms_per_h"' in text


def test_html_every_index_a_row_counts_in_has_a_short_name(
    nights: ScoredNights,
) -> None:
    labels = compose(nights["whole"]).labels
    names = {name for row in counts_in(nights["whole"]) for name in row}
    assert len(names) > 3
    assert {f"short.{name}" for name in names} <= set(labels)


def test_html_numbers_that_cannot_be_computed_say_why_and_are_never_zero(
    pages: Pages,
) -> None:
    text = pages.page("no_hypnogram")
    assert (
        "not computable: sleep is unknown: the night has no hypnogram" in text
    )
    assert "Sleep stages were not scored" in text
    assert "Arousals were not scored" in text
    assert "not scored" in text


def test_html_recalled_rules_are_marked_where_there_are_any(
    pages: Pages,
) -> None:
    appendix = pages.document("whole").appendix
    recalled = [row for row in appendix.parameters if row.marked]
    recalled_words = [
        row for row in recalled if "recalled, not confirmed" in row.source
    ]
    assert recalled == recalled_words


def test_html_changed_options_are_shown(pages: Pages) -> None:
    assert "arousal_gap_inclusive = True" in pages.page("options")
    assert "None: every option stands as the standard says." in pages.page(
        "whole"
    )


def test_html_names_cannot_inject_markup(nights: ScoredNights) -> None:
    night = nights["quiet"]
    named = replace(night.recording, name='<script>alert("x")</script>')
    text = render_html(replace(night, recording=named), person="<b>N</b>")
    assert "<script" not in text
    assert "<b>N</b>" not in text


def test_html_branding_and_locale(nights: ScoredNights) -> None:
    look = Branding(
        laboratory="Sleep Laboratory East",
        footer="Room 4",
        page="letter",
        locale=Locale(decimal_sign=",", date="{day:02d}.{month:02d}.{year}"),
    )
    night = nights["whole"]
    assert night.recording.start is not None
    text = render_html(night, branding=look)
    assert "Sleep Laboratory East" in text
    assert "Room 4" in text
    assert f"{night.recording.start:%d.%m.%Y}" in text
    assert "26,8" in text
    assert "size: letter" in text


def test_html_size_and_speed_of_the_largest_night(nights: ScoredNights) -> None:
    night = nights.many(5000)
    start = time.process_time()
    text = render_html(night)
    assert time.process_time() - start < 1.5
    assert len(text.encode()) < 3_000_000


def test_html_several_nights_stand_side_by_side_in_order_of_time(
    nights: ScoredNights,
) -> None:
    def begun(name: str, month: int) -> StudyResult:
        night = nights[name]
        start = dt.datetime(2024, month, 2, 22, 0)
        return replace(night, recording=replace(night.recording, start=start))

    others = (begun("no_hypnogram", 5), begun("one_leg", 1))
    options = ReportOptions(other_nights=others)
    figure = compose(begun("whole", 3), options).first.figures[-1]
    assert figure.id == "nights"
    dates = re.findall(r"2024-\d\d-\d\d", figure.svg)
    assert dates == ["2024-01-02", "2024-03-02", "2024-05-02"]
    told = " ".join(re.findall(r">([^<>]+)</text>", figure.svg))
    assert "not computable: sleep is unknown: the night has no hypnogram" in (
        " ".join(told.split())
    )


def test_html_a_leg_that_is_missing_is_told_apart_from_one_that_could_not_be_scored(
    pages: Pages,
) -> None:
    assert "only one could be scored (left leg)" in pages.page("refused_leg")
    assert "Only one leg was recorded (left leg)" in pages.page("one_leg")
    assert "The left leg could not be scored" in pages.page("silent_leg")
