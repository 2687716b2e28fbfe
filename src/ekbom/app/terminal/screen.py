"""How text comes to the terminal: as it is, long lines left whole, no colours in a pipe."""

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape

from ekbom.app.terminal.visible import VisibleConsole, one_line
from ekbom.report.words import load_wording

CARD = "card"
"""The style of a line of the card."""


def screen() -> Console:
    """Open the terminal for lines that stay whole."""
    return VisibleConsole(highlight=False, soft_wrap=True)


def tables_screen() -> Console:
    """Open the terminal for tables and words that are no markup."""
    return VisibleConsole(highlight=False, emoji=False, markup=False)


def show(lines: Iterable[tuple[str, str]]) -> None:
    """Print lines, each with its style; of a line of the card its question stands out."""
    console = screen()
    for style, text in lines:
        if style == CARD:
            console.print(_with_question(one_line(text)))
        else:
            console.print(escape(one_line(text)), style=style or None)


def _with_question(text: str) -> str:
    question, sign, answer = text.partition("?")
    if not sign or text.startswith(" "):
        return escape(text)
    return f"[bold]{escape(question)}{sign}[/bold]{escape(answer)}"


def standing() -> str:
    """Say what every result is: support of a decision, and no more."""
    return load_wording()("report.standing")
