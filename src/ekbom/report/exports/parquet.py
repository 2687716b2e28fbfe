"""The movement tables as Parquet, with what they were made by in their metadata.

Needs the extra ``parquet``.
"""

import io
from collections.abc import Mapping
from importlib import import_module, util
from typing import Any

from ekbom.model.errors import MissingExtraError
from ekbom.model.result import StudyResult
from ekbom.report.columns import Columns
from ekbom.report.exports.movement_columns import (
    leg_movement_columns,
    movement_columns,
)
from ekbom.report.numbers import main_rule_set

PACKAGE = "pyarrow"


def parquet_contents(result: StudyResult) -> dict[str, bytes]:
    """Give `movements.parquet` and `leg_movements.parquet`.

    Unknown cells are null, times are double precision.

    Raises
    ------
    MissingExtraError
        When pyarrow is not installed.
    """
    main = main_rule_set(result)
    return {
        "movements.parquet": parquet_bytes(
            movement_columns(result, main), result
        ),
        "leg_movements.parquet": parquet_bytes(
            leg_movement_columns(result), result
        ),
    }


def parquet_bytes(columns: Columns, result: StudyResult) -> bytes:
    """Write columns as one Parquet file whose metadata name version, rule set and digest."""
    marks = {
        "ekbom_version": result.software_version,
        "rule_set": main_rule_set(result),
        "digest": result.digest,
    }
    return parquet_table(columns, marks)


def parquet_table(columns: Columns, marks: Mapping[str, str]) -> bytes:
    """Write columns as one Parquet file with some marks in its metadata.

    Raises
    ------
    MissingExtraError
        When pyarrow is not installed.
    """
    if util.find_spec(PACKAGE) is None:
        raise MissingExtraError(
            "Parquet needs the package pyarrow; install the extra: pip install 'ekbom[parquet]'."
        )
    arrow: Any = import_module(PACKAGE)  # Any: pyarrow ships no types
    writer: Any = import_module("pyarrow.parquet")
    table = arrow.table(
        {
            name: arrow.array(list(column), from_pandas=True)
            for name, column in columns.items()
        }
    )
    buffer = io.BytesIO()
    writer.write_table(
        table.replace_schema_metadata(dict(marks)), buffer, compression="zstd"
    )
    return buffer.getvalue()
