"""The clinician's report as PDF/A-2a and PDF/UA-1, typeset by Typst from the document as data; no system package, fonts embedded."""

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from ekbom.model.assessment import Assessment
from ekbom.model.result import StudyResult
from ekbom.report.branding import PAGE_SIZES, Branding
from ekbom.report.codec import JsonValue, encode
from ekbom.report.pages.compose import compose
from ekbom.report.pages.document import Document
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
    return pdf_of(
        compose(
            result,
            assessment=assessment,
            branding=look,
            person=person,
            sources=sources,
            font=figure_fonts(look),
        ),
        branding=look,
    )


def pdf_of(document: Document, *, branding: Branding | None = None) -> bytes:
    """Typeset a composed report (its figures drawn with `figure_fonts`)."""
    look = branding or Branding()
    return typeset(template("report.typ"), document_values(document), branding=look, output="pdf")[
        0
    ]


def document_values(document: Document) -> dict[str, JsonValue]:
    """Give what the template needs of a document.

    The long tables stay in the files beside the report.
    """
    page = PAGE_SIZES[document.page]
    kept = replace(
        document, page=page, movements=replace(document.movements, columns={}), all_numbers=()
    )
    return cast("dict[str, JsonValue]", encode(kept))
