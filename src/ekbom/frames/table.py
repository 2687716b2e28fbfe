"""A record whose arrays are the columns of one table."""

import dataclasses
from collections.abc import Iterator
from itertools import islice

import numpy as np

from ekbom.frames.equal import Comparable
from ekbom.frames.framed import Column, Framed
from ekbom.frames.html import html_table

SHOWN_ROWS = 8
SHOWN_COLUMNS = 12


class Table(Comparable, Framed):
    """A record of columns: it has a length, rows, a data frame, and is equal by its content.

    Columns are its arrays and tuples of one value per row; those of a record inside it, such as
    the evidence of leg movements, stand behind its own.
    """

    def columns(self) -> dict[str, Column]:
        """Give the columns by name, in the order of the fields."""
        return dict(_columns(self, len(self)))

    def __len__(self) -> int:
        """Count the rows."""
        arrays = (
            value for _, value in _values(self) if isinstance(value, np.ndarray)
        )
        return next(map(len, arrays), 0)

    def __iter__(self) -> Iterator[dict[str, object]]:
        """Go through the rows, each a dictionary by column."""
        columns = {
            name: column.tolist() if isinstance(column, np.ndarray) else column
            for name, column in self.columns().items()
        }
        for cells in zip(*columns.values(), strict=True):
            yield dict(zip(columns, cells, strict=True))

    def __repr__(self) -> str:
        """Name the table, its length and its columns."""
        names = ", ".join(self.columns())
        return f"<{type(self).__name__}: {len(self)} rows; {names}>"

    def _repr_html_(self) -> str:
        """Show the first rows in a notebook."""
        names = [*self.columns()][:SHOWN_COLUMNS]
        rows = [
            [row[name] for name in names] for row in islice(self, SHOWN_ROWS)
        ]
        return html_table(names, rows, caption=repr(self))


def _columns(record: object, n_rows: int) -> Iterator[tuple[str, Column]]:
    """List the columns of a record and of the records inside it."""
    for name, value in _values(record):
        if isinstance(value, Table):
            yield from _columns(value, n_rows)
        elif isinstance(value, np.ndarray):
            if value.ndim == 1 and len(value) == n_rows:
                yield name, value
        elif isinstance(value, tuple) and _is_column(value, n_rows):
            yield name, value


def _values(record: object) -> Iterator[tuple[str, object]]:
    for field in dataclasses.fields(record):  # type: ignore[arg-type]  # every table is one
        yield field.name, getattr(record, field.name)


def _is_column(value: tuple[object, ...], n_rows: int) -> bool:
    """Tell a tuple of one tuple per row from any other, such as a tuple of findings."""
    return len(value) == n_rows and all(
        isinstance(cell, tuple) for cell in value
    )
