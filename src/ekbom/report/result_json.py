"""`result.json`: a scored night with everything that belongs to it but the traces, exact to the last bit."""

import dataclasses
import json
from pathlib import Path
from types import ModuleType

from ekbom.model import (
    events,
    hypnogram,
    movements,
    recording,
)
from ekbom.model import (
    index as indices,
)
from ekbom.model import (
    result as study,
)
from ekbom.model import (
    source as rules,
)
from ekbom.model.assessment import Assessment
from ekbom.model.errors import InputError
from ekbom.model.result import SCHEMA_VERSION, StudyResult
from ekbom.report.atomic import write_atomically
from ekbom.report.codec import Decoder, JsonValue, encode
from ekbom.report.traces import TRACES_NAME, read_traces, with_traces

MODEL_MODULES: tuple[ModuleType, ...] = (
    events,
    hypnogram,
    indices,
    movements,
    recording,
    rules,
    study,
)
PROGRAM = "ekbom"


def model_records() -> list[type]:
    """List every record class of the model; they may stand in the open parts of a result."""
    found = {
        item for module in MODEL_MODULES for item in vars(module).values() if isinstance(item, type)
    }
    return sorted(
        (item for item in found if dataclasses.is_dataclass(item)), key=lambda item: item.__name__
    )


def result_to_dict(result: StudyResult) -> dict[str, JsonValue]:
    """Turn a result into JSON values (columns as lists, NaN as null).

    Traces stay out, see `ekbom.report.traces`. So does the table that defines the indices: it
    belongs to the program, the digest of the result names it.

    Examples
    --------
    >>> from pathlib import Path
    >>> from ekbom.report.result_json import read_result, result_from_dict, result_to_dict
    >>> result = read_result(Path("result.json"))
    >>> result_from_dict(result_to_dict(result)).digest == result.digest
    True
    """
    detection = tuple(dataclasses.replace(leg, trace=None) for leg in result.detection)
    encoded = encode(dataclasses.replace(result, traces=(), detection=detection, index_table=None))
    if not isinstance(encoded, dict):
        raise TypeError("A StudyResult becomes a JSON object.")
    return {"schema_version": SCHEMA_VERSION, "program": PROGRAM} | encoded


def result_from_dict(values: dict[str, JsonValue], *, place: str = "result") -> StudyResult:
    """Build the result again; `place` is named in errors.

    Raises
    ------
    InputError
        When the version or a field is not one this program knows.
    """
    version = values.get("schema_version")
    if not isinstance(version, str) or version.split(".")[0] != SCHEMA_VERSION.split(".")[0]:
        raise InputError(
            f"{place}: schema_version is {version!r}, this program reads {SCHEMA_VERSION}; score the night anew."
        )
    return Decoder(model_records(), place=place).record(StudyResult, values)


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
    return with_traces(result, read_traces(beside)) if beside.exists() else result


def assessment_to_dict(assessment: Assessment) -> dict[str, JsonValue]:
    """Turn an assessment into JSON values, with a version of its own."""
    encoded = encode(assessment)
    return {"schema_version": SCHEMA_VERSION, "program": PROGRAM} | (
        encoded if isinstance(encoded, dict) else {}
    )


def write_assessment(assessment: Assessment, path: Path) -> Path:
    """Write an assessment as JSON, whole or not at all, and give its path back."""
    write_atomically(
        {
            path: (
                json.dumps(assessment_to_dict(assessment), indent=2, ensure_ascii=False) + "\n"
            ).encode()
        }
    )
    return path


def read_assessment(path: Path) -> Assessment:
    """Read an assessment that was written as JSON.

    Raises
    ------
    InputError
        When the file is missing, is no JSON, or is no assessment.
    """
    return Decoder(model_records(), place=str(path)).record(Assessment, _json_object(path))


def _json_object(path: Path) -> dict[str, JsonValue]:
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
        raise InputError(f"{path} holds no JSON object; give a result.json that ekbom wrote.")
    return values
