"""The strict loader of the clinical tables: one bad table for every reason of refusal."""

from pathlib import Path

import pytest

from ekbom.rules.bibliography import references_of
from ekbom.rules.load_clinical import load_clinical_files
from ekbom.rules.strict_yaml import TableError

HEAD = "last_checked: 2026-01-31\npopulation: everyone\n"
BOOK = {"title": "A book", "identifier": "none", "ceiling": "secondary"}
REFERENCES = references_of({"BOOK": BOOK})
FIELDS = "fields:\n  a.b: {kind: flag, title: A}\n  a.n: {kind: number, unit: h, title: N}\n"
GOOD = "criteria:\n  - {id: c.one, text: One., when: {fact: a.b, is: yes}, source: recalled}\n"


def load(folder: Path, body: str) -> None:
    """Load one table with the common head."""
    file = folder / "table.yaml"
    file.write_text(HEAD + FIELDS + body, encoding="utf-8")
    load_clinical_files([file], references=REFERENCES)


def test_loader_accepts_a_good_table(tmp_path: Path) -> None:
    load(tmp_path, GOOD)


def test_loader_was_last_checked_when_the_oldest_table_was(
    tmp_path: Path,
) -> None:
    """Whoever reads the date must not think that every table was checked on the latest day."""
    bodies = {"2026-03-01": FIELDS, "2026-01-31": "", "2026-02-10": ""}
    files = []
    for number, (day, body) in enumerate(bodies.items()):
        file = tmp_path / f"{number}.yaml"
        text = f"last_checked: {day}\npopulation: everyone\n{body}"
        file.write_text(text, encoding="utf-8")
        files.append(file)
    tables = load_clinical_files(files, references=REFERENCES)
    assert tables.last_checked == "2026-01-31"


def criterion(when: str, source: str = "recalled", extra: str = "") -> str:
    """One criterion as YAML."""
    return f"criteria:\n  - {{id: c.one, text: One., when: {when}, source: {source}{extra}}}\n"


@pytest.mark.parametrize(
    ("body", "part"),
    [
        (
            "criteria:\n  - {id: c.one, text: One., when: {fact: a.b, is: yes}}\n",
            "criteria[0]: the key 'source' is missing",
        ),
        (criterion("{fact: a.b, is: yes}", "guessed"), "a source is needed"),
        (
            criterion("{fact: a.b, is: yes}", "[OTHER, page 1, read]"),
            "which the bibliography does not hold",
        ),
        (
            criterion("{fact: a.b, is: yes}", "[BOOK, page 1, read]"),
            "only secondary",
        ),
        (
            criterion("{fact: a.b, is: yes}", "[BOOK, page 1, recalled]"),
            "must be marked 'read' or 'secondary'",
        ),
        (
            criterion("{fact: a.b, is: yes}", "[BOOK, '', secondary]"),
            "a source needs text",
        ),
        (
            criterion("{fact: a.b, is: yes}", extra=", colour: red"),
            "the key 'colour' is unknown",
        ),
        (
            criterion("{fact: a.c, is: yes}"),
            "names the fact 'a.c', which does not exist",
        ),
        (
            criterion("{fact: a.b, is: maybe}"),
            "which is no answer of that field",
        ),
        (
            criterion("{fact: a.n, than: 5}"),
            "when.than: 5 stands where text belongs",
        ),
        (
            criterion("{fact: a.n, than: no.such}"),
            "names the parameter 'no.such'",
        ),
        (
            criterion("{fact: a.n, op: about, than: p.one}")
            + "parameters:\n  p.one: {value: 5, unit: h, source: recalled}\n",
            "one of the signs",
        ),
        (
            criterion("{fact: a.n, than: p.one}")
            + "parameters:\n  p.one: {value: 5, unit: h, source: recalled}\n",
            "compares with 'p.one', which has no bound",
        ),
        (
            "settings:\n  s.old: [p.one.bound]\n"
            "parameters:\n  p.one: {value: 5, unit: h, source: recalled}\n",
            "names the parameter 'p.one.bound'",
        ),
        (criterion("{criterion: c.two}"), "names the criterion 'c.two'"),
        (criterion("{takes: sweets}"), "names the medicine group 'sweets'"),
        (criterion("{condition: bored}"), "names the condition code 'bored'"),
        (criterion("{status: XYZ, is: [likely]}"), "names the diagnosis 'XYZ'"),
        (
            criterion("{found: nowhere, is: [X]}"),
            "when.found: 'nowhere' is none of specifier",
        ),
        (
            criterion("{at_least: 0, of: [{fact: a.b, is: yes}]}"),
            "whole number from 1",
        ),
        (criterion("{some: []}"), "when: no form has just 'some'"),
        (criterion("{all: []}"), "joins an empty list"),
        (criterion("[1]"), "when: [1] stands where a mapping belongs"),
        (
            GOOD + "  - {id: c.one, text: Two., source: recalled}\n",
            "is used twice",
        ),
        (
            "parameters:\n  p.one: {value: 5, unit: h}\n",
            "the key 'source' is missing",
        ),
        (
            "parameters:\n  p.one: {value: [], unit: h, source: recalled}\n",
            "is neither number, flag",
        ),
        ("surprises: []\n", "the key 'surprises' is unknown"),
        (
            "statements:\n  - {number: 1, text: T, by: [c.nothing]}\n",
            "names the rule, code, fact or parameter 'c.nothing'",
        ),
    ],
)
def test_loader_refuses(tmp_path: Path, body: str, part: str) -> None:
    with pytest.raises(TableError) as caught:
        load(tmp_path, body)
    assert part in str(caught.value)


def test_loader_refuses_diagnoses_that_ask_for_each_other(
    tmp_path: Path,
) -> None:
    rule = (
        "{code: %s, title: T, kind: k, rules: [{id: r.%s, status: likely, text: T., "
        "when: {status: %s, is: [likely]}, source: recalled}]}"
    )
    body = "diagnoses:\n" + "".join(
        f"  - {rule % names}\n" for names in (("A", "A", "B"), ("B", "B", "A"))
    )
    with pytest.raises(TableError, match="ask for each other"):
        load(tmp_path, body)


def test_loader_refuses_a_reference_nobody_read() -> None:
    with pytest.raises(
        TableError, match="a source nobody read is no reference"
    ):
        references_of({"BOOK": BOOK | {"ceiling": "recalled"}})


def test_loader_refuses_a_table_without_the_day_it_was_checked(
    tmp_path: Path,
) -> None:
    file = tmp_path / "undated.yaml"
    file.write_text("population: everyone\n" + GOOD, encoding="utf-8")
    with pytest.raises(TableError, match="the key 'last_checked' is missing"):
        load_clinical_files([file], references=REFERENCES)
