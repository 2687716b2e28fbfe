"""A small table for a notebook; everything in it is escaped."""

from collections.abc import Iterable, Sequence
from html import escape


def html_table(
    names: Iterable[str], rows: Iterable[Sequence[object]], *, caption: str = ""
) -> str:
    """Write a table as HTML.

    Examples
    --------
    >>> html_table(["a"], [["<"]])
    '<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>&lt;</td></tr></tbody></table>'
    """
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "".join(f"<tr>{_cells(row)}</tr>" for row in rows)
    told = f"<caption>{escape(caption)}</caption>" if caption else ""
    return (
        f"<table>{told}<thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def _cells(row: Iterable[object]) -> str:
    return "".join(f"<td>{escape(_shown(cell))}</td>" for cell in row)


def _shown(cell: object) -> str:
    if cell is None:
        return "–"
    return f"{cell:.4g}" if isinstance(cell, float) else str(cell)
