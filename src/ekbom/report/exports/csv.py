"""Columns written as CSV: UTF-8, comma, newline."""

import csv
import io
import math

from ekbom.report.columns import Cell, Columns


def csv_bytes(columns: Columns) -> bytes:
    """Write columns as CSV (UTF-8, comma, newline).

    Times to the microsecond, empty for what is not known.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(
        zip(
            *(
                [cell_text(cell) for cell in column]
                for column in columns.values()
            ),
            strict=True,
        )
    )
    return buffer.getvalue().encode()


def cell_text(cell: Cell) -> str:
    """Write one cell: true/false, numbers with at most six decimals, nothing for None and NaN."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return f"{cell:.6f}".rstrip("0").rstrip(".")
    return str(cell)
