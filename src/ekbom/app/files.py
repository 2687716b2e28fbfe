"""The files a command is given and writes: a scored night, JSON."""

import json
from dataclasses import replace
from pathlib import Path

from ekbom.model.errors import UsageError
from ekbom.model.result import StudyResult
from ekbom.report.outputs.file_list import RESULT_NAME, require_whole
from ekbom.report.outputs.permit import is_same
from ekbom.report.result_json import read_result
from ekbom.rules.load_indices import load_index_table


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


def folder_of(path: Path | None) -> Path | None:
    """Give the folder of a file that is to be written, where there is one."""
    return None if path is None else path.parent


def open_result(path: Path, *, goes_on_in: Path | None = None) -> StudyResult:
    """Read a result and put the table of indices to it, so that every number can be traced.

    `goes_on_in` is the folder that the command writes into: where it is that of the result, a
    command that was interrupted there is completed by it.

    Raises
    ------
    InputError
        If the result cannot be read, or its folder does not hold what its list says.
    """
    file = result_file(path)
    finishing = goes_on_in is not None and is_same(goes_on_in, file.parent)
    require_whole(file.parent, finishing=finishing)
    result = read_result(file)
    return replace(result, index_table=load_index_table())


def json_text(content: object) -> str:
    """Write JSON for a person and a program: indented, every letter as it is."""
    return json.dumps(content, indent=2, ensure_ascii=False)
