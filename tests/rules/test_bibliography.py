"""One bibliography for all tables: each entry was read, is cited, and is told in full."""

import re

import pytest

from ekbom.rules.bibliography import load_bibliography, references_of
from ekbom.rules.load_clinical import source_texts
from ekbom.rules.read import tables_folder
from ekbom.rules.strict_yaml import TableError

BOOK = {"title": "A book", "identifier": "none", "ceiling": "secondary"}
TABLES = sorted(
    (
        file
        for folder in tables_folder().iterdir()
        if folder.is_dir()
        for file in folder.iterdir()
        if file.is_file()
    ),
    key=lambda file: file.name,
)
READ_FOR_OTHERS = {
    "luna",
    "resteaze",
    "ferri2015",
    "ferri2017",
    "zucconi2006",
    "pmc4434558",
}
"""Read, and quoted only in notes or in the documentation."""


def test_every_reference_is_cited_by_some_table() -> None:
    texts = [file.read_text(encoding="utf-8") for file in TABLES]
    texts.append(tables_folder("indices.yaml").read_text(encoding="utf-8"))
    cited = {
        key for text in texts for key in re.findall(r"source: \[?(\w+)", text)
    }
    assert set(load_bibliography()) - cited - READ_FOR_OTHERS == set()


def test_every_reference_is_told_with_its_identifier() -> None:
    texts = source_texts()
    for key, reference in load_bibliography().items():
        assert reference.title in texts[key]
        assert reference.identifier in texts[key]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ceiling": "recalled"}, "a source nobody read is no reference"),
        ({"ceiling": "seen"}, "BOOK.ceiling: 'seen' is none of read"),
        ({"colour": "red"}, "BOOK: the key 'colour' is unknown"),
        ({"title": 3}, "BOOK.title: 3 stands where text belongs"),
    ],
)
def test_bibliography_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(TableError, match=r"^references\.yaml: ") as caught:
        references_of({"BOOK": BOOK | changes})
    assert message in str(caught.value)
