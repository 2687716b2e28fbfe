"""The clinician's report as PDF/A-2a and PDF/UA-1, typeset from the document as data."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from ekbom.codec.hooks import JsonValue
from ekbom.model.assessment import Assessment
from ekbom.model.result import StudyResult
from ekbom.report.branding import PAGE_SIZES, Branding
from ekbom.report.options import ReportOptions
from ekbom.report.pages.compose import compose
from ekbom.report.pages.document import Document
from ekbom.report.pages.document_json import document_values
from ekbom.report.typesetting import figure_fonts, template, typeset


def render_pdf(
    result: StudyResult,
    *,
    assessment: Assessment | None = None,
    branding: Branding | None = None,
    person: str = "",
    sources: Mapping[str, str] | None = None,
) -> bytes:
    """Render a scored night as PDF/A-2a (archive) and PDF/UA-1 (accessible).

    One to three pages and an appendix.

    Raises
    ------
    UsageError
        When the typesetter refuses the branding, for example a logo that is no picture.
    """
    look = branding or Branding()
    options = ReportOptions(
        assessment=assessment,
        branding=look,
        person=person,
        sources=sources or {},
    )
    return pdf_of(
        compose(result, options, font=figure_fonts(look)),
        branding=look,
        start=result.recording.start,
    )


def pdf_of(
    document: Document,
    *,
    branding: Branding | None = None,
    start: dt.datetime | None = None,
) -> bytes:
    """Typeset a composed report (its figures drawn with `figure_fonts`) of a night."""
    look = branding or Branding()
    return typeset(
        template("report.typ"),
        template_values(document),
        branding=look,
        output="pdf",
        start=start,
    )[0]


def template_values(document: Document) -> dict[str, JsonValue]:
    """Give what the template needs of a document.

    The long tables stay in the files beside the report.
    """
    appendix = document.appendix
    movements = replace(appendix.movements, columns={})
    short = replace(appendix, movements=movements, all_numbers=())
    values = document_values(replace(document, appendix=short))
    return values | {"page": PAGE_SIZES[document.cover.page]}
