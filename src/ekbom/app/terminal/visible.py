"""Text from files on a terminal: nothing in it steers the terminal or turns the direction.

Control characters, marks of direction, and bytes that are no text are shown as question marks;
in JSON they stay what they are, as escapes.
"""

import re
from collections.abc import Iterable
from typing import TextIO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

STEERING = (
    "\x00-\x09\x0b-\x1f\x7f-\x9f"  # control characters but the line feed
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction
    "\u2028\u2029"  # ends of lines
    "\ud800-\udfff"  # bytes of a file name that are no text
)
HIDDEN = re.compile(f"[{STEERING}]")
HIDDEN_OR_NEW_LINE = re.compile(f"[{STEERING}\n]")
SHOWN = "?"


def visible(text: str) -> str:
    r"""Replace what steers a terminal; line feeds stay.

    Examples
    --------
    >>> visible("LEG\x1b[2J \u202eL")
    'LEG?[2J ?L'
    """
    return HIDDEN.sub(SHOWN, text)


def one_line(text: object) -> str:
    """Write a name, a label or a sentence so that it stays on its line."""
    return HIDDEN_OR_NEW_LINE.sub(SHOWN, str(text))


def escaped(json_text: str) -> str:
    """Write what steers a terminal as escapes of JSON; the meaning stays the same."""
    return HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", json_text)


def say(line: object, *, file: TextIO | None = None) -> None:
    """Print one line."""
    print(one_line(line), file=file)


class VisibleConsole(Console):
    """A console that shows text from files as `visible` does; its own styles work as ever."""

    def render(
        self,
        renderable: RenderableType,
        options: ConsoleOptions | None = None,
    ) -> Iterable[Segment]:
        """Render, then replace what steers the terminal in every text."""
        for segment in super().render(renderable, options):
            yield (
                segment
                if segment.control
                else Segment(visible(segment.text), segment.style)
            )
