"""The laboratory's own look from a TOML file: name, logo, page, language, number formats."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from ekbom.model.errors import InputError, UsageError
from ekbom.report.words import ENGLISH, Locale

PAGE_SIZES = {"a4": "a4", "letter": "us-letter"}
LOGO_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}
MOMENT = ("year", "month", "day", "hour", "minute", "second")
LONGEST_DATE = 200
KNOWN = {
    "": {"language", "laboratory", "page", "locale", "fonts"},
    "laboratory": {"name", "address", "logo", "header", "footer"},
    "page": {"size"},
    "locale": {"decimal_sign", "date", "time"},
    "fonts": {"family", "folders", "system"},
}


@dataclass(frozen=True, kw_only=True)
class Fonts:
    """What the PDF may typeset with beside the fonts it brings.

    One family to prefer, folders, the fonts of the system.
    """

    family: str = ""
    folders: tuple[str, ...] = ()
    system: bool = False


@dataclass(frozen=True, kw_only=True)
class Branding:
    """How a report looks.

    `page` is ``a4`` or ``letter``, `logo` the content of an SVG, PNG or JPEG file.
    """

    language: str = ENGLISH
    laboratory: str = ""
    address: str = ""
    header: str = ""
    footer: str = ""
    logo: bytes = b""
    logo_type: str = ""
    page: str = "a4"
    locale: Locale = field(default_factory=Locale)
    fonts: Fonts = field(default_factory=Fonts)


def read_branding(path: Path) -> Branding:
    """Read a branding file; the logo is looked for beside it.

    Raises
    ------
    InputError
        When the file or its logo cannot be read.
    UsageError
        When it holds a key or a value that has no meaning here.
    """
    table = _read(path)
    parts = {name: _part(table, name, path) for name in KNOWN}
    laboratory = parts["laboratory"]
    logo, logo_type = _logo(laboratory.get("logo"), path)
    lines = {
        name: str(laboratory.get(name, ""))
        for name in ("address", "header", "footer")
    }
    return Branding(
        language=str(parts[""].get("language", ENGLISH)),
        laboratory=str(laboratory.get("name", "")),
        logo=logo,
        logo_type=logo_type,
        page=_page(str(parts["page"].get("size", "a4")), path),
        locale=_locale(parts["locale"], path),
        fonts=_fonts(parts["fonts"], path),
        **lines,
    )


def _read(path: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror}); give the path of a branding TOML file."
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"{path} is not valid TOML ({error}); correct the line it names."
        ) from error


def _part(
    table: Mapping[str, object], name: str, path: Path
) -> Mapping[str, object]:
    part = table if not name else table.get(name, {})
    if not isinstance(part, dict):
        raise UsageError(f"{path}: {name} must be a table; write [{name}].")
    unknown = sorted(set(part) - KNOWN[name])
    if unknown:
        place = f"[{name}] " if name else ""
        known = ", ".join(sorted(KNOWN[name]))
        raise UsageError(
            f"{path}: {place}{unknown[0]} has no meaning here; known are {known}."
        )
    return cast("Mapping[str, object]", part)


def _locale(part: Mapping[str, object], path: Path) -> Locale:
    """Read the formats and write a day and a time by them."""
    moment = dict.fromkeys(MOMENT, 12)
    locale = Locale(**{name: str(item) for name, item in part.items()})
    try:
        written = locale.date.format(**moment) + locale.time.format(**moment)
    except (LookupError, ValueError, AttributeError, TypeError) as error:
        raise UsageError(
            f"{path}: [locale] date or time is no pattern ({error}); "
            "write such as {day:02d}.{month:02d}.{year} and {hour:02d}:{minute:02d}."
        ) from error
    if len(written) > LONGEST_DATE:
        raise UsageError(
            f"{path}: [locale] date or time makes more than {LONGEST_DATE} letters; "
            "write a shorter pattern."
        )
    return locale


def _page(size: str, path: Path) -> str:
    if size.lower() not in PAGE_SIZES:
        raise UsageError(
            f"{path}: page size {size!r} is not known; write a4 or letter."
        )
    return size.lower()


def _fonts(part: Mapping[str, object], path: Path) -> Fonts:
    folders = part.get("folders", [])
    listed = folders if isinstance(folders, list) else [folders]
    return Fonts(
        family=str(part.get("family", "")),
        folders=tuple(str(path.parent / str(item)) for item in listed),
        system=bool(part.get("system")),
    )


def _logo(name: object, path: Path) -> tuple[bytes, str]:
    if name is None:
        return b"", ""
    logo = path.parent / str(name)
    if logo.suffix.lower() not in LOGO_TYPES:
        raise UsageError(
            f"{path}: the logo {name!r} is no SVG, PNG or JPEG file; give one of these."
        )
    try:
        return logo.read_bytes(), LOGO_TYPES[logo.suffix.lower()]
    except OSError as error:
        raise InputError(
            f"{logo} cannot be read ({error.strerror}); correct the logo named in {path}."
        ) from error
