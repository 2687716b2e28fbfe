"""A sentence that names an option names one that its command has."""

import re
from functools import cache
from pathlib import Path

import pytest

from ekbom.app.cli import COMMANDS, main

SRC = Path(__file__).parents[2] / "src" / "ekbom"
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
TEXT = re.compile(r'"(?:[^"\\\n]|\\.)*"')
NIGHT = ("score", "wake-test")
WRITERS = ("score", "assess", "report", "simulate", "demo", "interview")
SAID_BY = {
    "app/choices.py": ("score", "wake-test", "compare"),
    "app/files.py": ("score",),
    "app/scoring_lines.py": ("score",),
    "app/terminal/agreement_lines.py": ("compare",),
    "app/terminal/card_lines.py": ("assess",),
    "app/terminal/summary.py": ("score",),
    "readers/formats/tables/declared_columns.py": ("convert",),
    "readers/channels/choose.py": (*NIGHT, "inspect"),
    "readers/companions.py": ("score",),
    "readers/legs.py": (*NIGHT, "inspect"),
    "readers/scorable_legs.py": NIGHT,
    "readers/scorings/belonging.py": (*NIGHT, "compare"),
    "pipeline/side_by_side/compare.py": ("compare",),
    "report/exports/scorings/registry.py": ("convert", "anonymise"),
    "report/outputs/folder.py": ("assess", "score"),
    "report/options.py": ("assess",),
    "report/outputs/permit.py": WRITERS,
    "report/result_json.py": ("assess",),
    "report/texts/en/convert.toml": ("score",),
    "report/texts/en/findings.toml": NIGHT,
    "report/texts/en/reasons.toml": (*NIGHT, "inspect"),
    "rules/scoring_options.py": ("score", "compare"),
    "rules/tables/clinical/texts.yaml": ("score",),
}
"""By file the commands that print its sentences, or that these tell people to give.

The texts of a command are its own; they need no row.
"""


@cache
def help_of(
    command: str, capture: pytest.CaptureFixture[str]
) -> frozenset[str]:
    with pytest.raises(SystemExit):
        main([command, "--help"])
    return frozenset(OPTION.findall(capture.readouterr().out))


def options_named() -> dict[str, set[str]]:
    """List by file the options that its sentences name."""
    named = {}
    for path in sorted(SRC.rglob("*")):
        if path.suffix not in {".py", ".toml", ".yaml"}:
            continue
        content = path.read_text(encoding="utf-8")
        content = (
            re.sub(r'"""[^"]*"""', "", content)
            if path.suffix == ".py"
            else content
        )
        texts = TEXT.findall(content) if path.suffix == ".py" else [content]
        found = set(OPTION.findall(" ".join(texts)))
        if found:
            named[path.relative_to(SRC).as_posix()] = found
    return named


def commands_of(file: str) -> tuple[str, ...]:
    """Name the commands that print the sentences of a file."""
    own = f"{Path(file).stem}:"
    inside = file.startswith("app/commands/")
    names = [
        name for name, (target, _) in COMMANDS.items() if target.startswith(own)
    ]
    return tuple(names) if inside else SAID_BY[file]


@pytest.mark.parametrize("file", sorted(options_named()))
def test_a_sentence_names_only_options_that_its_command_has(
    file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    named = options_named()[file]
    for command in commands_of(file):
        missing = named - help_of(command, capsys)
        assert not missing, f"ekbom {command} has no {missing}"


def test_every_file_of_the_list_still_names_an_option() -> None:
    assert set(SAID_BY) <= set(options_named())
