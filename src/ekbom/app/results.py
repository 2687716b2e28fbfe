"""A result file opened for a command: with the definitions of its indices beside it."""

from dataclasses import replace
from pathlib import Path

from ekbom.model.result import StudyResult
from ekbom.report.result_json import read_result
from ekbom.rules.load_indices import load_index_table


def open_result(path: Path) -> StudyResult:
    """Read a result and put the table of indices to it, so that every number can be traced."""
    return replace(read_result(path), index_table=load_index_table())
