"""Vectors prove a build: all of them pass, and a changed expectation is noticed."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from ekbom.app.commands.conformance import conformance
from ekbom.model.errors import InputError
from ekbom.pipeline.conformance.rule_vectors import run_rule_vector
from ekbom.pipeline.conformance.run import run_vectors

RULES = Path(__file__).parents[1] / "vectors" / "rule_vectors.json"
VECTORS: list[dict[str, Any]] = json.loads(RULES.read_text(encoding="utf-8"))[
    "vectors"
]


@pytest.mark.parametrize(
    "vector", VECTORS, ids=lambda vector: f"{vector['rule_set']}-{vector['id']}"
)
def test_vector(vector: dict[str, Any]) -> None:
    assert run_rule_vector(vector).differences == ()


def changed(value: Any) -> Any:
    """Give another value of the same shape."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 0.001
    if isinstance(value, str):
        return value + "x"
    if isinstance(value, list):
        return [changed(value[0]), *value[1:]] if value else [[0]]
    if isinstance(value, dict):
        return {key: changed(item) for key, item in value.items()}
    return 1.0


@pytest.mark.parametrize(
    "vector",
    VECTORS[::3],
    ids=lambda vector: f"{vector['rule_set']}-{vector['id']}",
)
def test_vector_with_changed_expectation_fails(vector: dict[str, Any]) -> None:
    wrong = copy.deepcopy(vector)
    wrong["expected"] = {
        key: changed(value) for key, value in vector["expected"].items()
    }
    assert [item.key for item in run_rule_vector(wrong).differences] == list(
        vector["expected"]
    )


def write(tmp_path: Path, content: object) -> Path:
    path = tmp_path / "vectors.json"
    path.write_text(
        content if isinstance(content, str) else json.dumps(content),
        encoding="utf-8",
    )
    return path


def test_conformance_prints_counts_and_succeeds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    conformance(write(tmp_path, {"vectors": VECTORS[:3]}))
    assert capsys.readouterr().out == "3 passed, 0 failed\n"


def test_conformance_prints_each_difference_and_exits_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = copy.deepcopy(VECTORS[0])
    wrong["expected"]["series"] = [[0, 1, 2, 3]]
    with pytest.raises(SystemExit) as caught:
        conformance(write(tmp_path, {"vectors": [wrong, VECTORS[1]]}))
    lines = capsys.readouterr().out.splitlines()
    assert caught.value.code == 1
    assert lines[1] == "  series: expected [[0, 1, 2, 3]], found []"
    assert lines[-1] == "1 passed, 1 failed"


def test_conformance_unknown_expectation_is_a_difference() -> None:
    result = run_rule_vector(VECTORS[0] | {"expected": {"colour": "red"}})
    assert (
        result.differences[0].found == "no such outcome is known to this build"
    )


def test_conformance_unknown_option_is_a_difference() -> None:
    result = run_rule_vector(VECTORS[0] | {"options": {"no_such_option": 1}})
    assert "no option 'no_such_option'" in str(result.differences[0].found)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("not json", "cannot be read as JSON"),
        ("[" * 100_000, "cannot be read as JSON"),
        ([], "must be an object"),
        ({"something": []}, "needs exactly one of the lists"),
        ({"vectors": []}, "holds no test vector"),
        ({"vectors": [1]}, "holds a vector that is no object"),
        (
            {"vectors": [{"id": "a", "rule_set": "WASM2016", "inputs": {}}]},
            "The vector a has no expectation",
        ),
        (
            {
                "vectors": [
                    {
                        "id": "a",
                        "rule_set": "WASM2016",
                        "inputs": {},
                        "expected": {"series": []},
                    }
                ]
            },
            "The vector a cannot be understood",
        ),
    ],
)
def test_conformance_refuses_what_is_no_vector_file(
    tmp_path: Path, content: object, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        run_vectors(write(tmp_path, content))
