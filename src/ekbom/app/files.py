"""The files a command is given: a scored night, or a JSON object of facts."""

import json
from dataclasses import replace
from pathlib import Path

from ekbom.model.errors import InputError, UsageError
from ekbom.model.result import StudyResult
from ekbom.report.result_json import read_result
from ekbom.rules.load_indices import load_index_table

RESULT_NAME = "result.json"


def result_file(path: Path) -> Path:
    """Take a result.json or the folder it lies in.

    Raises
    ------
    UsageError
        If the path is neither.
    """
    file = path / RESULT_NAME if path.is_dir() else path
    if file.suffix != ".json":
        raise UsageError(
            f"{path} is no result.json; give the result of: ekbom score NIGHT --out FOLDER."
        )
    return file


def open_result(path: Path) -> StudyResult:
    """Read a result and put the table of indices to it, so that every number can be traced."""
    result = read_result(result_file(path))
    return replace(result, index_table=load_index_table())


def read_object(path: Path) -> dict[str, object]:
    """Read a file of facts or visits.

    Raises
    ------
    InputError
        If it cannot be read or holds no JSON object.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror}); give a facts file."
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"{path} is no valid JSON ({error}); give a facts file as the interview writes it."
        ) from error
    if not isinstance(content, dict):
        raise InputError(
            f"{path} holds no JSON object; give a facts file as the interview writes it."
        )
    return content


def json_text(content: object) -> str:
    """Write JSON for a person and a program: indented, every letter as it is."""
    return json.dumps(content, indent=2, ensure_ascii=False)
