"""Tables at the terminal: no lines, text on the left, numbers on the right."""

from rich.table import Table


def plain_table(*titles: str, gap: int = 1) -> Table:
    """Make a table; the first column is text, the others are numbers, `gap` blanks apart."""
    table = Table(
        box=None,
        padding=(0, gap, 0, 0),
        header_style="bold",
        pad_edge=False,
        caption_justify="left",
    )
    for number, title in enumerate(titles):
        table.add_column(
            title, justify="right" if number else "left", overflow="fold"
        )
    return table


def shown(value: float | None, form: str = ".2f") -> str:
    """Write a number by a format, or a dash where there is none."""
    return "-" if value is None else format(value, form)
