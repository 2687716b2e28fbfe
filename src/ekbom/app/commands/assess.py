"""`ekbom assess`: from clinical facts to causes, checks and options, each with its reasons."""

import json as json_module
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.markup import escape

from ekbom.app.results import open_result
from ekbom.app.terminal.assessment_lines import answer_lines, change_lines
from ekbom.model.errors import InputError, UsageError
from ekbom.model.source import ParameterValue
from ekbom.pipeline.assess import assess as assess_answers
from ekbom.pipeline.assess import what_if as changes_if
from ekbom.report.result_json import assessment_to_dict, write_assessment

RESULT_NAME = "result.json"


def assess(
    facts: Path,
    /,
    *,
    night: Path | None = None,
    what_if: Annotated[tuple[str, ...], Parameter(name="--what-if", negative="")] = (),
    settings: Annotated[tuple[str, ...], Parameter(name="--set", negative="")] = (),
    out: Path | None = None,
    json: bool = False,
) -> None:
    """Assess clinical facts.

    What it is, what makes it worse, what to check, what can help, and how sure each of these
    is.

    Parameters
    ----------
    facts
        A facts file (JSON), as the interview writes it; see the facts schema in the documentation.
    night
        The result.json of a scored night, or its folder; its indices become facts.
    what_if
        An answer to try, as name=value, such as ferritin_ng_ml=40; what would change is shown. May
        be given several times.
    settings
        A clinical setting as name=value, such as plmd.operator=">="; shown in the result. May be
        given several times.
    out
        Also write the assessment as JSON to this file.
    json
        Print the assessment as JSON instead of lines.
    """
    answers = read_answers(facts)
    scored = open_result(_result_path(night)) if night else None
    chosen = dict(_pairs(settings, option="--set"))
    assessment = assess_answers(answers, night=scored, settings=chosen)
    written = assessment_to_dict(assessment)
    if out is not None:
        write_assessment(assessment, out)
    if json:
        print(json_module.dumps(written, indent=2, ensure_ascii=False))
        return
    lines = answer_lines(assessment)
    if what_if:
        tried = dict(_pairs(what_if, option="--what-if"))
        lines = [
            *change_lines(tried, changes_if(answers, tried, night=scored, settings=chosen)),
            *lines,
        ]
    show(lines)


def show(lines: Iterable[tuple[str, str]]) -> None:
    """Print styled lines."""
    console = Console(highlight=False, soft_wrap=True)
    for style, text in lines:
        console.print(escape(text), style=style or None)


def read_answers(path: Path) -> dict[str, object]:
    """Read a facts file.

    Raises
    ------
    InputError
        If it cannot be read or holds no JSON object.
    """
    try:
        content = json_module.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); give a facts file.") from error
    except ValueError as error:
        raise InputError(
            f"{path} is no valid JSON ({error}); give a facts file as the interview writes it."
        ) from error
    if not isinstance(content, dict):
        raise InputError(
            f"{path} holds no JSON object; give a facts file as the interview writes it."
        )
    return content


def _result_path(path: Path) -> Path:
    return path / RESULT_NAME if path.is_dir() else path


def _pairs(settings: Iterable[str], *, option: str) -> Iterable[tuple[str, ParameterValue]]:
    for setting in settings:
        name, sign, value = setting.partition("=")
        if not sign or not name or not value:
            raise UsageError(f"{option} {setting!r} must be written as name=value.")
        yield name.strip(), _value(value.strip())


def _value(text: str) -> ParameterValue:
    """Read a number, a flag, or a word."""
    if text in ("true", "false"):
        return text == "true"
    try:
        return float(text)
    except ValueError:
        return text
