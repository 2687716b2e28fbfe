"""The clinician's report as one HTML file: opens offline, needs no script, prints."""

import base64
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from ekbom.model.assessment import Assessment
from ekbom.model.result import StudyResult
from ekbom.report.branding import Branding, read_branding
from ekbom.report.options import ReportOptions
from ekbom.report.pages.compose import compose
from ekbom.report.pages.document import Document

if TYPE_CHECKING:
    from jinja2 import Template

SHORT = "short."


def render_html(
    result: StudyResult,
    *,
    assessment: Assessment | None = None,
    branding: Branding | str | Path | None = None,
    person: str = "",
    sources: Mapping[str, str] | None = None,
) -> str:
    """Render a scored night as a page of its own.

    Answer, numbers, figures, every choice, every movement, every source.

    Examples
    --------
    >>> from ekbom import read_result, render_html
    >>> render_html(read_result("result.json")).startswith("<!DOCTYPE html>")
    True
    """
    if isinstance(branding, str | Path):
        branding = read_branding(Path(branding))
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
        notes={
            definition.key: definition
            for definition in document.appendix.definitions
        },
        shorts=_short_names(document),
    )


def _short_names(document: Document) -> dict[str, str]:
    """Give the short names of indices."""
    labels = document.labels.items()
    return {
        key.removeprefix(SHORT): text
        for key, text in labels
        if key.startswith(SHORT)
    }


def logo_address(branding: Branding | None) -> str:
    """Give the laboratory's logo as an address that holds the picture itself; empty without one."""
    if branding is None or not branding.logo:
        return ""
    return f"data:{branding.logo_type};base64,{base64.b64encode(branding.logo).decode()}"


def _rows(document: Document) -> str:
    """Write the rows of the movement table.

    Done here because a night may have thousands of them.
    """
    columns = {
        name: [escape(str(cell), quote=False) for cell in column]
        for name, column in document.appendix.movements.columns.items()
    }
    links = _index_links(document)
    columns["counts_in"] = [
        " ".join(links[name] for name in names.split()) or "–"
        for names in columns.get("counts_in", [])
    ]
    rows = enumerate(zip(*columns.values(), strict=True), start=1)
    return "\n".join(
        f'<tr id="m{number}"><td>' + "<td>".join(cells)
        for number, cells in rows
    )


def _index_links(document: Document) -> dict[str, str]:
    """Give the short name of each index, as a link where its definition is printed."""
    defined = {definition.key for definition in document.appendix.definitions}
    return {
        name: f'<a href="#d-{name}">{short}</a>' if name in defined else short
        for name, short in _short_names(document).items()
    }


@cache
def _style() -> str:
    file = resources.files("ekbom.report").joinpath("templates", "report.css")
    return file.read_text(encoding="utf-8")


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
