"""Columns as a data frame of whichever library is there, and as Arrow for every other one."""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np

Column = (
    np.ndarray[Any, np.dtype[Any]] | Sequence[object]
)  # of any length and type
Columns = Mapping[str, Column]
LIBRARIES = ("pandas", "polars", "pyarrow")
"""In the order in which `Framed.to_frame` looks for them."""


class Framed:
    """Something with columns of one length.

    It offers the Arrow PyCapsule protocol, so ``polars.DataFrame(x)``, ``pyarrow.table(x)`` or
    ``duckdb`` take it as it is, where pyarrow is installed.
    """

    @abstractmethod
    def columns(self) -> Columns:
        """Give the columns by name, in order."""

    def to_pandas(self) -> Any:  # its types are not installed everywhere
        """Give a `pandas.DataFrame`; needs the extra "pandas"."""
        return library("pandas").DataFrame(_plain(self.columns()))

    def to_polars(self) -> Any:  # its types are not installed everywhere
        """Give a `polars.DataFrame`; needs the extra "polars"."""
        return library("polars").DataFrame(_lists(self.columns()))

    def to_arrow(self) -> Any:  # its types are not installed everywhere
        """Give a `pyarrow.Table`; needs the extra "parquet"."""
        return library("pyarrow").table(_lists(self.columns()))

    def to_frame(self) -> Any:  # whichever library is there
        """Give the frame of the first library that is installed: pandas, polars, pyarrow.

        Raises
        ------
        ImportError
            None of them is.
        """
        ways: dict[str, Callable[[], object]] = {
            "pandas": self.to_pandas,
            "polars": self.to_polars,
            "pyarrow": self.to_arrow,
        }
        for name in LIBRARIES:
            if _found(name) is not None:
                return ways[name]()
        raise ImportError(
            "A data frame needs pandas, polars or pyarrow and none is installed; "
            "use: pip install 'ekbom[pandas]'."
        )

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Hand the columns on as a stream of Arrow."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)


def library(name: str) -> ModuleType:
    """Import a library of data frames, or say how to get it."""
    found = _found(name)
    if found is None:
        extra = "parquet" if name == "pyarrow" else name
        raise ImportError(
            f"This needs the library {name}, which is not installed; "
            f"use: pip install 'ekbom[{extra}]'."
        )
    return found


def _found(name: str) -> ModuleType | None:
    try:
        return import_module(name)
    except ModuleNotFoundError:
        return None


def _plain(columns: Columns) -> dict[str, Column]:
    """Give text as objects, so that no column is cut to the length of its longest text."""
    return {
        name: column.astype(object)
        if isinstance(column, np.ndarray) and column.dtype.kind == "U"
        else column
        for name, column in columns.items()
    }


def _lists(columns: Columns) -> dict[str, list[object]]:
    """Give every column as values of Python; lists of lists stay lists."""
    return {
        name: column.tolist()
        if isinstance(column, np.ndarray)
        else [[*cell] if isinstance(cell, tuple) else cell for cell in column]
        for name, column in columns.items()
    }
