"""Letters that no font at hand can show: written in Latin letters, never as an empty box.

The typesetter itself says which letters these are.
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
    """List the folders of the font packages that are installed, then those of the laboratory.

    The packages come with the extra ``fonts``.
    """
    specs = [util.find_spec(name) for name in FONT_PACKAGES]
    origins = [
        spec.origin
        for spec in specs
        if spec is not None and spec.origin is not None
    ]
    return [*(str(Path(origin).parent) for origin in origins), *extra]


def missing_letters(message: str) -> frozenset[str]:
    """Read from the typesetter's message which letters no font could show."""
    return frozenset(
        letter for text in MISSING.findall(message) for letter in text
    )


def without_letters(text: str, letters: frozenset[str]) -> str:
    """Write every run of such letters in Latin letters between angle quotes.

    Examples
    --------
    >>> without_letters("night 欧", frozenset("欧")).startswith("night ‹")
    True
    """
    if not letters & set(text):
        return text
    any_of = f"[{re.escape(''.join(sorted(letters)))}]+"
    return re.sub(rf"{any_of}(?:\s+{any_of})*", _in_latin, text)


def _in_latin(run: re.Match[str]) -> str:
    letters = run.group()
    return f"{OPENING}{_latin()(letters).strip() or _names(letters)}{CLOSING}"


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
