"""The table of stages and marks that Ekbom writes, as CSV and as Parquet.

Columns are onset_s, duration_s, kind and, where there are any, side, label and channel. A row of
the kind ``stage`` names its stage in the label; the label of any other kind is the text of the
source.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module, util
from pathlib import Path
from typing import Any

from ekbom.model.errors import InputError, MissingExtraError
from ekbom.readers.files.text import (
    Row,
    filled_rows,
    names_columns,
    read_bytes,
    read_text,
    require_rows,
)
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.records import AnnotationFormat, Annotations, Mark

CSV_NAME = "night-csv"
PARQUET_NAME = "night-parquet"
NEEDED = ("onset_s", "duration_s", "kind")
MORE = ("side", "label", "channel")
STAGE, OTHER = "stage", "other"
UNSIDED = ("", "unknown")
PACKAGE = "pyarrow"
MAGIC = b"PAR1"
MAX_ROWS = 1_000_000
MAX_TABLE_BYTES = 256 * 1024 * 1024


def read_csv(path: Path) -> Annotations:
    """Read the table as CSV; times count from the start of the recording."""
    file = read_text(path)
    rows = filled_rows(file, delimiter=",", required=NEEDED, what="row")
    return annotations_of(
        map(_mark, rows),
        name=file.name,
        format_name=CSV_NAME,
        findings=file.findings,
    )


def read_parquet(path: Path) -> Annotations:
    """Read the table as Parquet.

    Raises
    ------
    MissingExtraError
        When pyarrow is not installed.
    """
    rows = list(_parquet_rows(path))
    require_rows(rows, name=path.name, what="row")
    return annotations_of(
        map(_mark, rows), name=path.name, format_name=PARQUET_NAME
    )


def recognises_parquet(path: Path, head: bytes) -> bool:  # noqa: ARG001 - the content alone decides
    """Tell whether the file begins as Parquet does."""
    return head.startswith(MAGIC)


def _mark(row: Row) -> Mark:
    kind, side, label, channel = (
        row.cells.get(column, "") for column in ("kind", *MORE)
    )
    stage = kind == STAGE
    named = " ".join([kind, *([] if side in UNSIDED else [side])])
    return Mark(
        onset_s=row.number("onset_s"),
        duration_s=row.seconds("duration_s") or None,
        text=label if stage or (kind == OTHER and label) else named,
        place=row.where,
        channel=channel,
        is_stage=stage,
    )


def _parquet_rows(path: Path) -> Iterator[Row]:
    content = read_bytes(path)
    columns = [*_columns(content, path.name)]
    cells = zip(*(column for _, column in columns), strict=True)
    names = [name for name, _ in columns]
    for line, values in enumerate(cells, start=1):
        texts = ["" if value is None else str(value) for value in values]
        yield Row(
            file=path.name,
            line=line,
            cells=dict(zip(names, texts, strict=True)),
        )


def _columns(
    content: bytes, name: str
) -> Iterable[tuple[str, Sequence[object]]]:
    """Read the known columns of a Parquet file that is not larger than a night needs."""
    if util.find_spec(PACKAGE) is None:
        raise MissingExtraError(
            f"{name}: Parquet needs the package pyarrow; "
            "install the extra: pip install 'ekbom[parquet]'."
        )
    arrow: Any = import_module(PACKAGE)  # Any: pyarrow ships no types
    parquet: Any = import_module("pyarrow.parquet")
    try:
        file = parquet.ParquetFile(io.BytesIO(content))
        _require_columns(file.schema_arrow.names, name)
        _require_size(file.metadata, name)
        wanted = [
            column
            for column in (*NEEDED, *MORE)
            if column in file.schema_arrow.names
        ]
        table = file.read(columns=wanted)
        return [(each, table.column(each).to_pylist()) for each in wanted]
    except (arrow.ArrowException, OSError, ValueError, TypeError) as error:
        raise InputError(
            f"{name}: the Parquet file is damaged and cannot be unpacked; write it again."
        ) from error


def _require_columns(names: Sequence[str], file: str) -> None:
    for needed in NEEDED:
        if needed not in names:
            raise InputError(
                f"{file}: the column {needed!r} is missing; "
                f"a table of marks has {', '.join(NEEDED)}."
            )
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise InputError(
            f"{file}: the column {twice[0]!r} is there twice; keep one of them."
        )


def _require_size(
    metadata: Any, name: str
) -> None:  # Any: pyarrow ships no types
    """Refuse a table that no night needs, before it is unpacked."""
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    n_bytes = sum(group.total_byte_size for group in groups)
    if metadata.num_rows > MAX_ROWS or n_bytes > MAX_TABLE_BYTES:
        raise InputError(
            f"{name}: {metadata.num_rows} rows of {n_bytes} bytes are too many for one night "
            f"(at most {MAX_ROWS} rows); check the file."
        )


CSV_FORMAT = AnnotationFormat(
    name=CSV_NAME,
    title="table of stages and marks (CSV)",
    recognises=names_columns(*NEEDED, "label", suffixes=(".csv", ".txt")),
    read=read_csv,
)
PARQUET_FORMAT = AnnotationFormat(
    name=PARQUET_NAME,
    title="table of stages and marks (Parquet)",
    recognises=recognises_parquet,
    read=read_parquet,
)
