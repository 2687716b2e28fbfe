"""Facts that no person can have are refused in one sentence, however they are written."""

from pathlib import Path

import pytest

from ekbom.clinical.facts import read_facts
from ekbom.codec.json_text import DEEPEST, json_values
from ekbom.model.errors import InputError
from ekbom.pipeline.facts_file import read_object
from ekbom.rules.load_clinical import load_clinical

HALF = "\ud83d"


def nested(depth: int) -> dict[str, object]:
    value: dict[str, object] = {}
    for _ in range(depth):
        value = {"rls": value}
    return value


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"age_years": 10**400}, "age_years is 1000"),
        ({"age_years": float("inf")}, "age_years is inf"),
        ({"labs": {"iron": {"value": 10**400, "unit": "ug/dL"}}}, "1000"),
        ({"medications": [{"name": "x", "weeks": 10**400}]}, "1000"),
        ({"medications": [{"name": f"x{HALF}"}]}, "text of whole letters"),
        ({"sex": HALF}, "half of a letter"),
        ({"conditions": [HALF]}, "text of whole letters"),
        ({HALF: 1}, "unknown key"),
        (nested(5000), "unknown key"),
        ({"medications": nested(5000)}, "too deep"),
        ({"age_years": nested(5000)}, "unknown key"),
    ],
)
def test_facts_that_no_person_has(
    answers: dict[str, object], told: str
) -> None:
    with pytest.raises(InputError) as refused:
        read_facts(answers, load_clinical())
    assert told in str(refused.value)
    str(refused.value).encode()
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"age_years": 1' + "0" * 400 + "}", "has more than 18 digits"),
        ("[" * 100_000, "levels deep"),
        ("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), "levels deep"),
        (r'{"sex": "\ud83d"}', "half of a letter"),
        (r'{"\ud83d": 1}', "half of a letter"),
    ],
)
def test_facts_file_that_no_interview_writes(
    text: str, told: str, tmp_path: Path
) -> None:
    path = tmp_path / "facts.json"
    path.write_text(text)
    with pytest.raises(InputError, match=told):
        read_object(path)


def test_json_values_takes_whole_letters_and_usual_depth() -> None:
    deep = "[" * DEEPEST + "]" * DEEPEST
    assert json_values(deep) is not None
    assert json_values(r'"\ud83d\ude00"') == "\N{GRINNING FACE}"
    assert json_values("[123456789012345678]") == [123456789012345678]
