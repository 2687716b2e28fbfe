"""The examples of README and documentation run: what they show is what a reader can type.

They run in a folder that holds a short night and the files that the examples name. Commands are
lines that begin with `ekbom` in a block of code; Python blocks run as they are.
"""

import json
import os
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from ekbom.app.cli import main

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ASKS_A_PERSON = {"interview"}
EPOCHS = 100


def blocks(*kinds: str) -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        for found in BLOCK.finditer(page.read_text(encoding="utf-8")):
            if found[1] in kinds:
                yield page, found[2]


def commands() -> Iterator[tuple[str, str]]:
    for page, block in blocks("", "console"):
        for line in block.splitlines():
            text = line.removeprefix("$ ").strip()
            if text.startswith("ekbom "):
                yield page.name, text


PROGRAMS = [
    pytest.param(code, id=f"{page.name}-{number}")
    for number, (page, code) in enumerate(blocks("python"))
]
COMMANDS = list(commands())


def fill(folder: Path, night: Path) -> None:
    """Put into a folder what the examples name."""
    os.link(night, folder / "night.edf")
    truth = night.with_name("night.truth_leg_movements.csv")
    rows = [
        line.split(",")[:3]
        for line in truth.read_text(encoding="utf-8").splitlines()
    ]
    marks = "\n".join(",".join(row) for row in rows)
    (folder / "marks.csv").write_text(marks + "\n", encoding="utf-8")
    stages = ["Epoch,Stage", *(f"{number},2" for number in range(EPOCHS))]
    for name in ("scoring.csv", "hypnogram.csv"):
        (folder / name).write_text("\n".join(stages), encoding="utf-8")
    own = "Start;Len;Event;Leg\n10.5;2000;LM;left\n40;1500;LM;right\n"
    (folder / "own_table.csv").write_text(own, encoding="utf-8")
    facts = {"age_years": 61, "symptoms": {"urge_to_move": "no"}}
    (folder / "facts.json").write_text(json.dumps(facts), encoding="utf-8")
    (folder / "tests").symlink_to(ROOT / "tests")


@pytest.fixture(scope="module")
def folder(short_night: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the folder, with the night scored into `night/` and an assessment."""
    place = tmp_path_factory.mktemp("pages")
    fill(place, short_night)
    run(f"ekbom score night.edf --out {place}/night", place)
    return place


def run(command: str, folder: Path) -> None:
    """Run a command of a page; a star in it stands for files, as in a shell."""
    words: list[str] = []
    for word in shlex.split(command, comments=True)[1:]:
        found = sorted(map(str, folder.glob(word))) if "*" in word else []
        words += found or [word]
    here = Path.cwd()
    os.chdir(folder)
    try:
        with pytest.raises(SystemExit) as ended:
            main(words)
    finally:
        os.chdir(here)
    assert ended.value.code == 0, command


@pytest.mark.parametrize(
    ("page", "command"), COMMANDS, ids=[text for _, text in COMMANDS]
)
def test_a_command_of_a_page_runs(
    page: str, command: str, folder: Path
) -> None:
    assert page
    if command.split()[1] in ASKS_A_PERSON:
        pytest.skip("it asks a person")
    run(command, folder)


class _Staging:
    """Stands in for the staging of a library that is not installed here."""

    def __init__(self, _raw: object, *, eeg_name: str) -> None:
        self.eeg_name = eeg_name

    def predict(self) -> Any:  # an array of texts, as the library gives
        return np.array(["W", *["N2"] * (EPOCHS - 2), "R"])


@pytest.mark.parametrize("code", PROGRAMS)
def test_a_program_of_a_page_runs(
    code: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    staging = ModuleType("yasa")
    monkeypatch.setattr(staging, "SleepStaging", _Staging, raising=False)
    monkeypatch.setitem(sys.modules, "yasa", staging)
    monkeypatch.chdir(folder)
    rng = np.random.default_rng(0)
    ready = {
        "left_uv": rng.normal(0, 2, 120_000),
        "right_uv": rng.normal(0, 2, 120_000),
        "stages": ["N2"] * 20,
    }
    ready |= _result_of(code)
    exec(compile(code, "page", "exec"), ready)  # noqa: S102 - our own page


def _result_of(code: str) -> dict[str, Any]:
    """Give the scored night to a block that goes on with one."""
    if "import ekbom" in code:
        return {}
    import ekbom

    return {"result": ekbom.read_result("night")}


def test_pages_have_examples() -> None:
    assert len(COMMANDS) > 10
    assert len(PROGRAMS) > 5
