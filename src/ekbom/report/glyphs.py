"""Letters that no font at hand can show.

Found by the typesetter itself, replaced by visible Latin letters, never by an empty box.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from importlib import import_module, util
from pathlib import Path

FONT_PACKAGES = (
    "fontpkg_noto_sans_arabic",
    "fontpkg_noto_sans_devanagari",
    "fontpkg_noto_sans_thai",
    "pylopdf_fonts_zh_cn",
    "pylopdf_fonts_zh_tw",
)
MISSING = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
OPENING, CLOSING = "‹", "›"


def font_folders(extra: Iterable[str] = ()) -> list[str]:
    """List the folders of font packages that are installed (extra ``fonts``) and those the laboratory names."""
    found = [util.find_spec(name) for name in FONT_PACKAGES]
    places = [
        Path(spec.origin).parent for spec in found if spec is not None and spec.origin is not None
    ]
    return [str(place) for place in places] + list(extra)


def missing_letters(message: str) -> frozenset[str]:
    """Read from the typesetter's message which letters no font could show."""
    return frozenset(letter for text in MISSING.findall(message) for letter in text)


def without_letters(text: str, letters: frozenset[str]) -> str:
    """Write every run of such letters in Latin letters between angle quotes.

    Examples
    --------
    >>> without_letters("night 欧", frozenset("欧")).startswith("night ‹")
    True
    """
    if not letters & set(text):
        return text
    latin = _latin()
    pattern = re.compile(
        "["
        + re.escape("".join(sorted(letters)))
        + r"]+(?:\s+["
        + re.escape("".join(sorted(letters)))
        + "]+)*"
    )
    return pattern.sub(
        lambda run: f"{OPENING}{latin(run.group()).strip() or _names(run.group())}{CLOSING}", text
    )


def _latin() -> Callable[[str], str]:
    """Take the transliteration package where it is installed, else the numbers of the letters."""
    if util.find_spec("anyascii") is None:
        return _names
    transliterate: Callable[[str], str] = import_module("anyascii").anyascii
    return transliterate


def _names(text: str) -> str:
    return " ".join(
        f"U+{ord(letter):04X}"
        for letter in text
        if not unicodedata.category(letter).startswith("Z")
    )
