"""Files and folders that the pages of the project name are there.

A page may name what lies in the room of its own name.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "ekbom"
PLACES = (ROOT, ROOT / "docs", PACKAGE)
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("**/*.md")),
]
NAMED = re.compile(r"`((?:[\w.-]+/)+[\w.*-]*)`")
WRITTEN_BY_A_RUN = ("build/", "night/", "docs/_build/", "dist/", "figures/*")


@pytest.mark.parametrize(
    "page", PAGES, ids=lambda page: str(page.relative_to(ROOT))
)
def test_a_page_names_files_that_are_there(page: Path) -> None:
    places = (*PLACES, PACKAGE / page.stem)
    names = set(NAMED.findall(page.read_text(encoding="utf-8")))
    missing = [
        name
        for name in sorted(names)
        if not name.startswith(WRITTEN_BY_A_RUN)
        and not any(list(place.glob(name.rstrip("/"))) for place in places)
    ]
    assert not missing
