"""Columns written as CSV: UTF-8, comma, newline."""

import csv
import io
import math
import re

from ekbom.report.columns import Cell, Columns

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a text begins with that a spreadsheet works out; the wide signs are those of East Asia."""
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")


def csv_bytes(columns: Columns) -> bytes:
    """Write columns as CSV (UTF-8, comma, newline).

    Times to the microsecond, empty for what is not known.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([plain_text(name) for name in columns])
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
    return plain_text(cell) if isinstance(cell, str) else str(cell)


def plain_text(text: str) -> str:
    """Write text so that no spreadsheet takes it for a formula; a number stays a number.

    Examples
    --------
    >>> plain_text("=1+2"), plain_text("-3.5"), plain_text("left")
    ("'=1+2", '-3.5', 'left')
    """
    if not text.lstrip(" ").startswith(FORMULA) or _is_number(text):
        return text
    return f"'{text}"


def _is_number(text: str) -> bool:
    """Say whether a text is a number as the tables of this program write it."""
    return NUMBER.fullmatch(text) is not None
