"""What a parameter of a table may hold."""

from pathlib import Path

import pytest

from ekbom.rules.load_clinical import load_clinical_files
from ekbom.rules.strict_yaml import TableError

HEAD = "last_checked: 2026-01-31\npopulation: everyone\nparameters:\n"


@pytest.mark.parametrize(
    "value", ["[1, word]", "[word, 1]", "[]", "[true, 1]", '""']
)
def test_a_value_is_a_number_a_word_or_a_list_of_numbers(
    tmp_path: Path, value: str
) -> None:
    file = tmp_path / "table.yaml"
    file.write_text(
        f"{HEAD}  p.one: {{value: {value}, unit: h, source: recalled}}\n",
        encoding="utf-8",
    )
    with pytest.raises(TableError):
        load_clinical_files([file], references={})
