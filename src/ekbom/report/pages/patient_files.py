"""The patient's page as HTML and as PDF, both from the same data."""

import datetime as dt
from typing import Literal, cast

from ekbom.codec.codec import as_json
from ekbom.codec.hooks import JsonValue
from ekbom.report.branding import PAGE_SIZES, Branding
from ekbom.report.pages.html import template as html_template
from ekbom.report.pages.patient import PatientPage
from ekbom.report.typesetting import template, typeset


def patient_html(page: PatientPage) -> str:
    """Render the page as HTML that opens offline."""
    return html_template("patient.html.j2").render(page=page)


def patient_pdf(
    page: PatientPage,
    *,
    branding: Branding | None = None,
    start: dt.datetime | None = None,
) -> bytes:
    """Typeset the page as PDF/A; `start` is that of the night."""
    return patient_pages(page, branding=branding, output="pdf", start=start)[0]


def patient_pages(
    page: PatientPage,
    *,
    branding: Branding | None = None,
    output: Literal["pdf", "png"] = "png",
    start: dt.datetime | None = None,
) -> list[bytes]:
    """Typeset the page; as pictures one per sheet."""
    values = cast("dict[str, JsonValue]", as_json(page)) | {
        "page": PAGE_SIZES[page.page]
    }
    return typeset(
        template("patient.typ"),
        values,
        branding=branding or Branding(),
        output=output,
        start=start,
    )
