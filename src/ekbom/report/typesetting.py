"""The typesetter of pages and pictures: fonts, templates, and letters that no font can show."""

import datetime as dt
import json
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal, cast

from ekbom.codec.hooks import JsonValue
from ekbom.model.errors import UsageError
from ekbom.report.branding import Branding, Fonts
from ekbom.report.glyphs import font_folders, missing_letters, without_letters

if TYPE_CHECKING:
    import typst

BODY_FONT = "Libertinus Serif"
FIGURE_FONTS = "'Libertinus Serif', serif"
FALLBACK_FONTS = ("DejaVu Sans Mono", "New Computer Modern Math")
STANDARDS: tuple[Literal["a-2a", "ua-1"], ...] = ("a-2a", "ua-1")
MOST_ATTEMPTS = 4
PAGE_PPI = 72.0
UNKNOWN_START = dt.datetime(1985, 1, 1)
"""Stands in a document where the night has no start; nobody can read a time of writing from it."""


def figure_fonts(branding: Branding) -> str:
    """Name the fonts of the words inside figures, so that they match the text around them."""
    return (
        f"'{branding.fonts.family}', {FIGURE_FONTS}"
        if branding.fonts.family
        else FIGURE_FONTS
    )


def typeset(
    source: bytes,
    values: dict[str, JsonValue],
    *,
    branding: Branding,
    output: Literal["pdf", "png"],
    start: dt.datetime | None = None,
) -> list[bytes]:
    """Run the typesetter; as pictures one per page.

    Letters that no font can show are written in Latin letters and the page is set again. `start`,
    that of the night, is the only time a document holds, so the same night gives the same bytes.

    Raises
    ------
    UsageError
        When the typesetter refuses what it was given.
    """
    import typst

    for _ in range(MOST_ATTEMPTS):
        try:
            return _compiled(
                source,
                values,
                branding=branding,
                output=output,
                timestamp=_seconds_of(start or UNKNOWN_START),
            )
        except typst.TypstError as error:
            letters = missing_letters(error.diagnostic)
            if not letters:
                raise UsageError(
                    f"The PDF cannot be typeset ({error.message}); "
                    "check logo and fonts of the branding file."
                ) from error
            values = {
                name: _replaced(item, letters) for name, item in values.items()
            }
    raise UsageError(
        "The PDF cannot be typeset: too many letters that no font can show; "
        "install the extra: pip install 'ekbom[fonts]'."
    )


def _compiled(
    source: bytes,
    values: dict[str, JsonValue],
    *,
    branding: Branding,
    output: Literal["pdf", "png"],
    timestamp: int,
) -> list[bytes]:
    """Set the pages once; the PDF standards refuse a missing letter, pictures would not."""
    compiler = compiler_of(branding.fonts)
    inputs = {
        "document": json.dumps(values, ensure_ascii=False),
        "fonts": json.dumps(_families(branding.fonts)),
    }
    inputs |= {"logo": json.dumps(list(branding.logo))} if branding.logo else {}
    pages = compiler.compile(
        input=source,
        format="pdf",
        sys_inputs=inputs,
        pdf_standards=list(STANDARDS),
        timestamp=timestamp,
    )
    if output == "png":
        pages = compiler.compile(
            input=source, format="png", sys_inputs=inputs, ppi=PAGE_PPI
        )
    return pages if isinstance(pages, list) else [cast("bytes", pages)]


def _seconds_of(start: dt.datetime) -> int:
    """Count seconds as the typesetter wants them; the local time is taken as it is written."""
    return max(0, round(start.replace(tzinfo=dt.UTC).timestamp()))


def _replaced(value: JsonValue, letters: frozenset[str]) -> JsonValue:
    if isinstance(value, str):
        return without_letters(value, letters)
    if isinstance(value, list):
        return [_replaced(item, letters) for item in value]
    if isinstance(value, dict):
        return {name: _replaced(item, letters) for name, item in value.items()}
    return value


def _families(fonts: Fonts) -> list[str]:
    return [
        family
        for family in (fonts.family, BODY_FONT, *FALLBACK_FONTS)
        if family
    ]


@cache
def compiler_of(fonts: Fonts) -> "typst.Compiler":
    """Give the typesetter with the fonts it may use.

    Its own, installed font packages, those of the laboratory.
    """
    import typst

    return typst.Compiler(
        font_paths=font_folders(fonts.folders),
        ignore_system_fonts=not fonts.system,
    )


def template(name: str) -> bytes:
    """Read a template of the typesetter."""
    return (
        resources.files("ekbom.report").joinpath("templates", name).read_bytes()
    )
