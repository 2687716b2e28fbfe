"""Which files of a folder without a list were made from the result beside them.

Versions before the list wrote such folders. A file counts only if it can be made again from the
result, or names its digest.
"""

from collections.abc import Iterator
from pathlib import Path

from ekbom.model.errors import InputError
from ekbom.model.result import StudyResult
from ekbom.report.exports.csv import csv_bytes
from ekbom.report.exports.movement_columns import (
    leg_movement_columns,
    movement_columns,
)
from ekbom.report.exports.redcap import redcap_dictionary
from ekbom.report.numbers import main_rule_set
from ekbom.report.outputs.file_list import (
    RESULT_NAME,
    TRACES_NAME,
    FileList,
    digest_of_bytes,
)
from ekbom.report.result_json import read_result_alone
from ekbom.report.traces import read_traces

NAME_THE_DIGEST = (
    "report.html",
    "report.json",
    "fhir.json",
    "redcap.csv",
    "movements.parquet",
    "leg_movements.parquet",
)


def earlier_files(folder: Path) -> FileList | None:
    """List the files of a folder that were made from its result; None without a result."""
    try:
        result = read_result_alone(folder / RESULT_NAME)
    except InputError:
        return None
    names = [
        name for name in _made_from(result, folder) if _plain(folder / name)
    ]
    digests = {
        name: (digest_of_bytes((folder / name).read_bytes()),) for name in names
    }
    return FileList(digest=result.digest, files=digests)


def _plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _made_from(result: StudyResult, folder: Path) -> Iterator[str]:
    """Name the files that belong to a result."""
    yield RESULT_NAME
    yield from (
        name
        for name, content in _tables(result)
        if _content(folder / name) == content
    )
    if _readable_traces(folder / TRACES_NAME, result.digest):
        yield TRACES_NAME
    named = result.digest.encode()
    yield from (
        name
        for name in NAME_THE_DIGEST
        if named and named in _content(folder / name)
    )


def _tables(result: StudyResult) -> Iterator[tuple[str, bytes]]:
    """Make every table of a result anew."""
    for rule_set in result.scores:
        main = rule_set == main_rule_set(result)
        name = "movements.csv" if main else f"movements_{rule_set}.csv"
        yield name, csv_bytes(movement_columns(result, rule_set))
    yield "leg_movements.csv", csv_bytes(leg_movement_columns(result))
    if result.scores:
        yield "redcap_dictionary.csv", redcap_dictionary(result)


def _content(path: Path) -> bytes:
    return path.read_bytes() if _plain(path) else b""


def _readable_traces(path: Path, digest: str) -> bool:
    try:
        read_traces(path, digest=digest)
    except InputError:
        return False
    return True
