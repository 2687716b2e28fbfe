"""The notes of `changes/`: each has a name and a type that a release can gather."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))[
    "tool"
]["towncrier"]
TYPES = {kind["directory"] for kind in SETTINGS["type"]}
NOTES = sorted((ROOT / SETTINGS["directory"]).glob("*.md"))
NAME = re.compile(r"[a-z0-9][a-z0-9-]*\.(?P<kind>[a-z]+)\.md")


@pytest.mark.parametrize("note", NOTES, ids=lambda note: note.name)
def test_a_note_is_named_after_its_change_and_one_of_the_types(
    note: Path,
) -> None:
    match = NAME.fullmatch(note.name)
    assert match is not None, f"{note.name} is not WHAT-CHANGED.TYPE.md"
    assert match["kind"] in TYPES, (
        f"{note.name}: the types are {', '.join(sorted(TYPES))}"
    )


@pytest.mark.parametrize("note", NOTES, ids=lambda note: note.name)
def test_a_note_holds_sentences_and_no_heading(note: Path) -> None:
    text = note.read_text(encoding="utf-8")
    assert text.strip().endswith((".", "|", "`")), (
        f"{note.name} ends in the middle of a sentence"
    )
    assert not re.search(r"^#", text, re.MULTILINE), (
        f"{note.name}: headings come from the release"
    )


def test_the_changelog_has_the_place_where_a_release_puts_its_notes() -> None:
    changelog = (ROOT / SETTINGS["filename"]).read_text(encoding="utf-8")
    assert changelog.count(SETTINGS["start_string"]) == 1
