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
from ekbom.codec.json_text import json_values
from ekbom.codec.refusal import RefusalError
from ekbom.model.assessment import Assessment
from ekbom.model.errors import InputError
from ekbom.model.movements import LegTrace
from ekbom.model.result import SCHEMA_VERSION, StudyResult
from ekbom.report.outputs.atomic import write_atomically
from ekbom.report.outputs.file_list import (
    RESULT_NAME,
    is_of_the_set,
    require_as_written,
)
from ekbom.report.traces import TRACES_NAME, read_traces, with_traces
from ekbom.report.upgrades.schema_1_0 import FORMER_1_0
from ekbom.report.upgrades.schema_1_1 import FORMER_1_1
from ekbom.report.whole_result import contradiction_in

T = TypeVar("T")
PROGRAM = "ekbom"
NIGHT = "night_digest"
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
    again = "score the night anew"
    result = _read(StudyResult, values, place=place, again=again)
    if problem := contradiction_in(result):
        raise InputError(f"{place}: {problem}; {again}.")
    return result


def assessment_to_dict(assessment: Assessment, *, night: str = "") -> Values:
    """Turn an assessment into JSON values, with a version of its own.

    `night` is the digest of the scored night it was made with.
    """
    values = _with_version(assessment)
    return values | {NIGHT: night} if night else values


def assessment_from_dict(
    values: Values, *, place: str = "assessment"
) -> Assessment:
    """Build the assessment again; `place` is named in errors.

    Raises
    ------
    InputError
        When the version or a field is not one this program knows.
    """
    again = "assess the facts anew"
    said = _read(Assessment, values, place=place, again=again)
    if problem := contradiction_in(said):
        raise InputError(f"{place}: {problem}; {again}.")
    return said


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

    Parameters
    ----------
    path
        A result.json, or the folder that it lies in.

    Raises
    ------
    InputError
        When the file is missing, is no JSON, is no result of a version this program reads, or
        does not belong to what lies beside it.

    Examples
    --------
    >>> from ekbom import read_result
    >>> read_result("result.json").scores["wasm2016"].indices["plms_per_h"].unit
    '/h'
    """
    file = Path(path)
    if file.is_dir():
        file /= RESULT_NAME
    result = read_result_alone(file)
    require_as_written(file, result.digest)
    beside = file.with_name(TRACES_NAME)
    if not is_of_the_set(beside, file):
        return result
    traces = read_traces(beside, digest=result.digest)
    _require_legs_of(result, traces, beside)
    require_as_written(beside, result.digest)
    return with_traces(result, traces)


def read_result_alone(file: Path) -> StudyResult:
    """Read a result without the traces beside it, and without asking the list of its folder.

    Raises
    ------
    InputError
        When the file is missing, is no JSON, or is no result of a version this program reads.
    """
    return result_from_dict(_json_object(file), place=str(file))


def _require_legs_of(
    result: StudyResult, traces: tuple[LegTrace, ...], beside: Path
) -> None:
    """Refuse traces of a leg that was not judged: they are of another night."""
    judged = {leg.quality.side for leg in result.detection}
    if others := sorted({trace.side for trace in traces} - judged):
        raise InputError(
            f"{beside} holds a leg ({others[0]}) that this night did not judge, so it belongs to "
            "another night; score the night anew into a folder of its own."
        )


def assessment_bytes(assessment: Assessment, *, night: str = "") -> bytes:
    """Give the content of `assessment.json`."""
    values = assessment_to_dict(assessment, night=night)
    return (json.dumps(values, indent=2, ensure_ascii=False) + "\n").encode()


def write_assessment(
    assessment: Assessment, path: Path, *, night: str = ""
) -> Path:
    """Write an assessment as JSON, whole or not at all, and give its path back.

    `night` is the digest of the scored night it was made with.
    """
    write_atomically({path: assessment_bytes(assessment, night=night)})
    return path


def read_assessment(path: Path, *, night: str = "") -> Assessment:
    """Read an assessment that was written as JSON.

    Parameters
    ----------
    path
        The file.
    night
        Digest of the night that it is read for; an assessment made without a night fits any.

    Raises
    ------
    InputError
        When the file is missing, is no JSON, is no assessment, or one of another night.
    """
    values = _json_object(path)
    named = values.get(NIGHT)
    if named and night and named != night:
        raise InputError(
            f"{path} was made with another night (or the same night scored otherwise); assess the "
            "facts anew with this one: ekbom assess FACTS --night FOLDER --out FILE."
        )
    return assessment_from_dict(values, place=str(path))


def is_assessment(path: Path) -> bool:
    """Say whether a file is an assessment that this program wrote."""
    try:
        values = _json_object(path)
    except InputError:
        return False
    return values.get("program") == PROGRAM and "criteria_sets" in values


def _json_object(path: Path) -> Values:
    """Read a file that holds one JSON object."""
    try:
        values = json_values(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror}); give the path of a result.json."
        ) from error
    except ValueError as error:
        raise InputError(
            f"{path} is not valid JSON ({error}); give a result.json that ekbom wrote."
        ) from error
    if not isinstance(values, dict):
        raise InputError(
            f"{path} holds no JSON object; give a result.json that ekbom wrote."
        )
    return cast("Values", values)
