"""The pages in a real browser.

Console clean, nothing fetched, no serious accessibility finding, readable on a phone.

Needs Chromium and the packages of the dependency group ``browser``; without them the tests are
skipped and say so.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module, util
from pathlib import Path
from typing import Any

import pytest
from night_shapes import LONG_NAMES, ScoredNights, assessment_of

from ekbom.report.pages.html import render_html
from ekbom.report.pages.patient import compose_patient_page
from ekbom.report.pages.patient_files import patient_html

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
BROWSER = os.environ.get("EKBOM_BROWSER") or next(
    (found for name in NAMES if (found := shutil.which(name))), None
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
ARGUMENTS += ["--disable-component-update", "--disable-sync"]
MISSING = [
    name
    for name in ("playwright", "axe_playwright_python")
    if util.find_spec(name) is None
]
REASON = (
    "no Chromium on this machine (Debian: apt install chromium)"
    if BROWSER is None
    else f"not installed: {', '.join(MISSING)} (group browser)"
)
pytestmark = pytest.mark.skipif(BROWSER is None or bool(MISSING), reason=REASON)

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


def full(nights: ScoredNights) -> str:
    return render_html(
        nights["whole"],
        assessment=assessment_of("V71"),
        person=LONG_NAMES["arabic"],
    )


def chinese(nights: ScoredNights) -> str:
    return render_html(
        nights.named("chinese"), person=LONG_NAMES["chinese"] * 3
    )


def patient(nights: ScoredNights) -> str:
    page = compose_patient_page(
        nights["whole"],
        assessment=assessment_of("V71"),
        person=LONG_NAMES["chinese"],
    )
    return patient_html(page)


PAGES: dict[str, Callable[[ScoredNights], str]] = {
    "full": full,
    "none": lambda nights: render_html(nights["quiet"]),
    "no_hypnogram": lambda nights: render_html(
        replace(nights["no_hypnogram"], traces=())
    ),
    "many": lambda nights: render_html(nights.many(5000)),
    "chinese": chinese,
    "patient": patient,
}

# Any: playwright is only there where a browser is; its types would make every other machine fail
# the type check.
Page = Any


def library(name: str) -> Any:
    """Import a package that is only there where a browser is."""
    return import_module(name)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start one browser for all pages."""
    with library("playwright.sync_api").sync_playwright() as play:
        started = play.chromium.launch(executable_path=BROWSER, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def folder(
    tmp_path_factory: pytest.TempPathFactory, nights: ScoredNights
) -> Path:
    """Write every page once."""
    place = tmp_path_factory.mktemp("pages")
    for name, render in PAGES.items():
        (place / f"{name}.html").write_text(render(nights), encoding="utf-8")
    return place


def opened(
    browser: Any,
    folder: Path,
    name: str,
    *,
    size: dict[str, int],
    heard: list[str] | None = None,
) -> Page:
    page = browser.new_page(viewport=size)
    if heard is not None:
        page.on(
            "console", lambda message: heard.append(f"console: {message.text}")
        )
        page.on("pageerror", lambda error: heard.append(f"error: {error}"))
        page.on(
            "request", lambda request: heard.append(f"request: {request.url}")
        )
    page.goto((folder / f"{name}.html").as_uri())
    return page


@pytest.mark.parametrize("name", PAGES)
def test_browser_console_is_clean_and_nothing_is_fetched(
    name: str, browser: Any, folder: Path
) -> None:
    heard: list[str] = []
    page = opened(browser, folder, name, size=DESK, heard=heard)
    page.close()
    assert [
        line
        for line in heard
        if not line.startswith(("request: file:", "request: data:"))
    ] == []
    assert (
        len([line for line in heard if line.startswith("request: file:")]) == 1
    )


@pytest.mark.parametrize("name", ["full", "patient"])
def test_browser_no_serious_accessibility_finding(
    name: str, browser: Any, folder: Path
) -> None:
    page = opened(browser, folder, name, size=DESK)
    found = (
        library("axe_playwright_python.sync_playwright")
        .Axe()
        .run(page, context={"exclude": [["svg > *"]]})
        .response["violations"]
    )
    page.close()
    serious = [
        (item["id"], [node["html"][:80] for node in item["nodes"]][:3])
        for item in found
        if item["impact"] in {"serious", "critical"}
    ]
    assert serious == []


@pytest.mark.parametrize("name", [name for name in PAGES if name != "many"])
def test_browser_fits_a_phone_without_sideways_scrolling(
    name: str, browser: Any, folder: Path
) -> None:
    page = opened(browser, folder, name, size=PHONE)
    wide = page.evaluate("document.documentElement.scrollWidth")
    small = page.evaluate(
        "Math.min(...[...document.querySelectorAll('p, li, td, dd')]"
        ".map(e => parseFloat(getComputedStyle(e).fontSize)))"
    )
    page.close()
    assert wide <= PHONE["width"]
    assert small >= 11


def test_browser_a_row_leads_to_its_index_and_the_index_to_its_number(
    browser: Any, folder: Path
) -> None:
    page = opened(browser, folder, "full", size=DESK)
    page.click("tr[id^='m'] a[href='#d-plms_per_h'] >> nth=0")
    assert (
        page.evaluate("document.querySelector(':target').id") == "d-plms_per_h"
    )
    page.click("#d-plms_per_h a[href='#n-plms_per_h']")
    assert (
        page.evaluate("document.querySelector(':target').id") == "n-plms_per_h"
    )
    page.close()


def test_browser_a_footnote_shows_the_formula_by_pointer_and_by_keyboard(
    browser: Any, folder: Path
) -> None:
    page = opened(browser, folder, "full", size=DESK)
    note = "#n-plms_per_h .fn"
    assert not page.is_visible(f"{note} .tip")
    page.hover(note)
    assert "hours of sleep" in page.inner_text(f"{note} .tip")
    page.mouse.move(0, 0)
    page.focus(note)
    assert page.is_visible(f"{note} .tip")
    page.close()


@pytest.mark.parametrize("name", ["full", "none"])
def test_browser_no_text_is_cut_off_in_the_figures(
    name: str, browser: Any, folder: Path
) -> None:
    page = opened(browser, folder, name, size=DESK)
    outside = page.evaluate("""[...document.querySelectorAll('figure svg')].flatMap(svg => {
        const box = svg.viewBox.baseVal
        return [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBBox()])
          .filter(([, b]) => b.x < -1 || b.y < -1
              || b.x + b.width > box.width + 1 || b.y + b.height > box.height + 1)
          .map(([t]) => t)
    })""")
    page.close()
    assert outside == []
