"""The clinician's report as one HTML file: opens offline, needs no script, prints."""

import base64
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from ekbom.model.assessment import Assessment
from ekbom.model.result import StudyResult
from ekbom.report.branding import Branding
from ekbom.report.options import ReportOptions
from ekbom.report.pages.compose import compose
from ekbom.report.pages.document import Document

if TYPE_CHECKING:
    from jinja2 import Template

SHORT_NAMES = {
    "plms_per_h": "PLMS",
    "plmw_per_h": "PLMW",
    "plms_nr_per_h": "PLMSnr",
    "plms_arousal_per_h": "PLMSa",
    "clms_rr_per_h": "CLMr",
    "short_interval_clms_per_h": "short",
    "short_interval_clmw_per_h": "short W",
    "isolated_clms_per_h": "isolated",
    "isolated_clmw_per_h": "isolated W",
    "nonclms_per_h": "other",
    "nonclmw_per_h": "other W",
    "plm_per_recording_h": "PLM",
}


def render_html(
    result: StudyResult,
    *,
    assessment: Assessment | None = None,
    branding: Branding | None = None,
    person: str = "",
    sources: Mapping[str, str] | None = None,
) -> str:
    """Render a scored night as a page of its own.

    Answer, numbers, figures, every choice, every movement, every source.

    Examples
    --------
    >>> from pathlib import Path
    >>> from ekbom import read_result, render_html
    >>> result = read_result(Path("result.json"))
    >>> render_html(result).startswith("<!DOCTYPE html>")
    True
    """
    options = ReportOptions(
        assessment=assessment,
        branding=branding or Branding(),
        person=person,
        sources=sources or {},
    )
    return html_of(compose(result, options), branding=branding)


def html_of(document: Document, *, branding: Branding | None = None) -> str:
    """Render a composed report as HTML."""
    return template("report.html.j2").render(
        cover=document.cover,
        first=document.first,
        appendix=document.appendix,
        labels=document.labels,
        style=_style(),
        logo=logo_address(branding),
        rows=_rows(document),
        notes={definition.key: definition for definition in document.appendix.definitions},
        shorts=SHORT_NAMES,
    )


def logo_address(branding: Branding | None) -> str:
    """Give the laboratory's logo as an address that holds the picture itself; empty without one."""
    if branding is None or not branding.logo:
        return ""
    return f"data:{branding.logo_type};base64,{base64.b64encode(branding.logo).decode()}"


def _rows(document: Document) -> str:
    """Write the rows of the movement table.

    Done here because a night may have thousands of them.
    """
    appendix = document.appendix
    known = {definition.key for definition in appendix.definitions}
    columns = {
        name: [escape_cell(str(cell)) for cell in column]
        for name, column in appendix.movements.columns.items()
    }
    columns["counts_in"] = [_index_links(str(cell), known) for cell in columns.get("counts_in", [])]
    lines = []
    for number, cells in enumerate(zip(*columns.values(), strict=True), start=1):
        lines.append(f'<tr id="m{number}"><td>' + "<td>".join(cells))
    return "\n".join(lines)


def _index_links(names: str, known: set[str]) -> str:
    links = []
    for name in names.split():
        short = SHORT_NAMES.get(name, name)
        links.append(f'<a href="#d-{name}">{short}</a>' if name in known else short)
    return " ".join(links) or "–"


def escape_cell(words: str) -> str:
    """Escape the few signs that mean something in HTML."""
    return (
        words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        if re.search(r"[&<>]", words)
        else words
    )


@cache
def _style() -> str:
    return (
        resources.files("ekbom.report")
        .joinpath("templates", "report.css")
        .read_text(encoding="utf-8")
    )


@cache
def template(name: str) -> "Template":
    """Compile a template; anything it prints is escaped, anything undefined is an error."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("ekbom.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
