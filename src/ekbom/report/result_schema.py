"""The JSON Schema of `result.json`, made from the records themselves."""

import json
import sys
from pathlib import Path
from typing import cast

from ekbom.codec.hooks import JsonValue
from ekbom.codec.schema import DIALECT, Schema, schema_of
from ekbom.model.result import SCHEMA_VERSION, StudyResult


def result_schema() -> Schema:
    """Give the schema: one definition per record.

    Examples
    --------
    >>> result_schema()["title"]
    'Ekbom: a scored night'
    """
    schema = schema_of(StudyResult)
    schema["properties"] = {
        "schema_version": {"const": SCHEMA_VERSION},
        "program": {"type": "string"},
        **cast("Schema", schema["properties"]),
    }
    schema["required"] = [
        "schema_version",
        *cast("list[JsonValue]", schema["required"]),
    ]
    return {"$schema": DIALECT, "title": "Ekbom: a scored night", **schema}


def main(paths: list[str]) -> None:
    """Write the schema to every path given.

    ``python -m ekbom.report.result_schema PATH ...``
    """
    text = json.dumps(result_schema(), indent=1, ensure_ascii=False) + "\n"
    for path in paths:
        Path(path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
