"""The laboratory's branding file: what it may hold, and what it is refused for."""

from pathlib import Path

import pytest

from ekbom.model.errors import EkbomError
from ekbom.report.branding import read_branding

GOOD = """
language = "en"
[laboratory]
name = "Sleep Laboratory East"
address = "1 Main Street"
logo = "logo.svg"
header = "Department of Neurology"
footer = "Telephone 123"
[page]
size = "Letter"
[locale]
decimal_sign = ","
date = "{day:02d}.{month:02d}.{year}"
"""


def test_branding_is_read(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8"
    )
    (tmp_path / "lab.toml").write_text(GOOD, encoding="utf-8")
    look = read_branding(tmp_path / "lab.toml")
    assert (look.laboratory, look.page, look.logo_type) == (
        "Sleep Laboratory East",
        "letter",
        "image/svg+xml",
    )
    assert look.locale.decimal_sign == ","


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("language = ", "is not valid TOML"),
        ('[page]\nsize = "A3"', "page size 'A3' is not known"),
        ('[laboratory]\ncolour = "red"', "colour has no meaning here"),
        ('laboratory = "East"', "laboratory must be a table"),
        ('[laboratory]\nlogo = "logo.bmp"', "is no SVG, PNG or JPEG"),
        ('[laboratory]\nlogo = "logo.png"', "cannot be read"),
    ],
)
def test_branding_mistakes_are_named(
    content: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "lab.toml").write_text(content, encoding="utf-8")
    with pytest.raises(EkbomError, match=said) as refusal:
        read_branding(tmp_path / "lab.toml")
    assert "lab.toml" in str(refusal.value)


def test_branding_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EkbomError, match="cannot be read"):
        read_branding(tmp_path / "none.toml")
