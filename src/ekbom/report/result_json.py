"""`result.json`: a scored night with everything but the traces, exact to the last bit.

The version of the schema is ``major.minor``. The minor number rises when something is added, or a
text becomes a code or a record; the major number when something is removed or changes its meaning.
A program reads every version of its own major number.
"""

import dataclasses
import json
from pathlib import Path
from typing import TypeVar, cast

from ekbom.codec.codec import LENIENT, as_json
from ekbom.codec.hooks import JsonValue
from ekbom.codec.refusal import RefusalError
from ekbom.model.assessment import Assessment
from ekbom.model.errors import InputError
from ekbom.model.result import SCHEMA_VERSION, StudyResult
from ekbom.report.atomic import write_atomically
from ekbom.report.traces import TRACES_NAME, read_traces, with_traces
from ekbom.report.upgrades.schema_1_0 import FORMER_1_0
from ekbom.report.upgrades.schema_1_1 import FORMER_1_1

T = TypeVar("T")
PROGRAM = "ekbom"
Values = dict[str, JsonValue]
FORMER = {"1.0": FORMER_1_0, "1.1": FORMER_1_1}
"""What reads each earlier version; any other is read as one of today."""


def result_to_dict(result: StudyResult) -> Values:
    """Turn a result into JSON values (columns as lists, NaN as null).

    Traces stay out, see `ekbom.report.traces`. So does the table that defines the indices: it
    belongs to the program, the digest of the result names it.
    """
    detection = tuple(
        dataclasses.replace(leg, trace=None) for leg in result.detection
    )
    plain = dataclasses.replace(
        result, traces=(), detection=detection, index_table=None
    )
    return _with_version(plain)


def result_from_dict(values: Values, *, place: str = "result") -> StudyResult:
    """Build the result again; `place` is named in errors.

    Raises
    ------
    InputError
        When the version or a field is not one this program knows.
    """
    return _read(StudyResult, values, place=place, again="score the night anew")


def assessment_to_dict(assessment: Assessment) -> Values:
    """Turn an assessment into JSON values, with a version of its own."""
    return _with_version(assessment)


def assessment_from_dict(
    values: Values, *, place: str = "assessment"
) -> Assessment:
    """Build the assessment again; `place` is named in errors.

    Raises
    ------
    InputError
        When the version or a field is not one this program knows.
    """
    return _read(Assessment, values, place=place, again="assess the facts anew")


def _with_version(record: object) -> Values:
    written = cast("Values", as_json(record))
    return {"schema_version": SCHEMA_VERSION, "program": PROGRAM, **written}


def _read(kind: type[T], values: Values, *, place: str, again: str) -> T:
    """Read a record of any version of the same major number."""
    version = values.get("schema_version")
    if (
        not isinstance(version, str)
        or version.split(".")[0] != SCHEMA_VERSION.split(".")[0]
    ):
        raise InputError(
            f"{place}: schema_version is {version!r}, this program reads {SCHEMA_VERSION}; {again}."
        )
    codec = FORMER.get(version, LENIENT)
    try:
        return codec.read(kind, values)
    except RefusalError as error:
        raise InputError(f"{place}: {error}; {again}.") from None


def result_bytes(result: StudyResult) -> bytes:
    """Give the content of `result.json` (UTF-8, one line per top-level field)."""
    values = result_to_dict(result)
    lines = [
        f"{json.dumps(key)}: {json.dumps(item, ensure_ascii=False, allow_nan=False)}"
        for key, item in values.items()
    ]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def write_result(result: StudyResult, path: str | Path) -> None:
    """Write `result.json`, whole or not at all.

    Examples
    --------
    >>> from ekbom import read_result, write_result
    >>> write_result(read_result("result.json"), "copy.json")
    """
    write_atomically({Path(path): result_bytes(result)})


def read_result(path: str | Path) -> StudyResult:
    """Read a result and, where `traces.npz` lies beside it, its traces.

    Raises
    ------
    InputError
        When the file is missing, is no JSON, or is no result of a version this program reads.

    Examples
    --------
    >>> from ekbom import read_result
    >>> read_result("result.json").scores["wasm2016"].indices["plms_per_h"].unit
    '/h'
    """
    file = Path(path)
    result = result_from_dict(_json_object(file), place=str(file))
    beside = file.with_name(TRACES_NAME)
    return (
        with_traces(result, read_traces(beside)) if beside.exists() else result
    )


def write_assessment(assessment: Assessment, path: Path) -> Path:
    """Write an assessment as JSON, whole or not at all, and give its path back."""
    text = (
        json.dumps(assessment_to_dict(assessment), indent=2, ensure_ascii=False)
        + "\n"
    )
    write_atomically({path: text.encode()})
    return path


def read_assessment(path: Path) -> Assessment:
    """Read an assessment that was written as JSON.

    Raises
    ------
    InputError
        When the file is missing, is no JSON, or is no assessment.
    """
    return assessment_from_dict(_json_object(path), place=str(path))


def _json_object(path: Path) -> Values:
    """Read a file that holds one JSON object."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror}); give the path of a result.json."
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"{path} is not valid JSON ({error}); give a result.json that ekbom wrote."
        ) from error
    if not isinstance(values, dict):
        raise InputError(
            f"{path} holds no JSON object; give a result.json that ekbom wrote."
        )
    return values
