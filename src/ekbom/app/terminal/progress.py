"""Progress for a person at a terminal, and none in a pipe."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ekbom.app.terminal.visible import VisibleConsole, one_line


@contextmanager
def steps_shown() -> Iterator[Callable[[str], None]]:
    """Show the name of the running step on standard error while it is a terminal.

    The steps arrive by calling the value.
    """
    if not sys.stderr.isatty():
        yield lambda _step: None
        return
    with VisibleConsole(stderr=True).status("starting") as status:
        yield lambda step: status.update(f"{one_line(step)} ...")
