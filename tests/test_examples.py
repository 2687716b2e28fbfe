"""The examples of the docstrings run, in a folder that holds a short night and its result."""

import doctest
import importlib
import os
from pathlib import Path

import pytest

from ekbom.pipeline.score import score_night
from ekbom.report.result_json import write_result

SRC = Path(__file__).parents[1] / "src"
FILES = [
    path
    for path in sorted(SRC.rglob("*.py"))
    if ">>> " in path.read_text(encoding="utf-8")
]
MODULES = [
    ".".join(path.relative_to(SRC).with_suffix("").parts) for path in FILES
]


@pytest.fixture(scope="module")
def folder(short_night: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with ``night.edf`` and ``result.json``, as the examples name them."""
    place = tmp_path_factory.mktemp("examples")
    os.link(short_night, place / "night.edf")
    result = score_night(place / "night.edf", bootstrap_samples=0)
    write_result(result, place / "result.json")
    return place


@pytest.mark.parametrize(
    "name", [name.removesuffix(".__init__") for name in MODULES]
)
def test_examples_give_what_the_docstring_says(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    found = doctest.testmod(
        importlib.import_module(name), optionflags=doctest.ELLIPSIS
    )
    assert found.attempted
    assert not found.failed


def test_no_example_is_skipped() -> None:
    skipped = [
        path.name
        for path in FILES
        if "doctest: +SKIP" in path.read_text(encoding="utf-8")
    ]
    assert not skipped
