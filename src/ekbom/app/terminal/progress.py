"""Progress for a person at a terminal, and none in a pipe."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Timer

from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from ekbom.app.terminal.visible import VisibleConsole, one_line

SHOWN_AFTER_S = 2.0
WEIGHTS = {
    "figures": 6.0,
    "patient": 4.0,
    "pdf": 4.0,
    "reading": 3.0,
    "finding leg movements": 6.0,
    "simulating": 6.0,
    "simulating a night": 20.0,
    "writing every report": 20.0,
}
"""How long a step takes against another one, as measured on a night of eight hours."""


@contextmanager
def steps_shown(steps: Sequence[str] = ()) -> Iterator[Callable[[str], None]]:
    """Show the running step with percent and time left, on standard error while it is a terminal.

    Nothing is shown of what ends within two seconds.

    Parameters
    ----------
    steps
        The steps that are expected, in order. They arrive by calling the value, each before it
        begins; a step that was not expected is shown without a share of its own.
    """
    if not sys.stderr.isatty():
        yield lambda _step: None
        return
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=VisibleConsole(stderr=True),
        transient=True,
    )
    total = sum(map(weight_of, steps)) or None
    task = bar.add_task("starting", total=total)
    later = Timer(SHOWN_AFTER_S, bar.start)
    later.daemon = True
    later.start()
    try:
        yield Steps(bar, task, steps).begin
    finally:
        later.cancel()
        bar.stop()


class Steps:
    """Moves a bar on: what was done is the share of the steps before the one that begins."""

    def __init__(
        self, bar: Progress, task: TaskID, steps: Sequence[str]
    ) -> None:
        self._bar = bar
        self._task = task
        self._steps = [*steps]

    def begin(self, step: str) -> None:
        """Name the step that begins."""
        self._bar.update(self._task, description=one_line(step))
        if step in self._steps:
            before = self._steps[: self._steps.index(step)]
            self._bar.update(self._task, completed=sum(map(weight_of, before)))


def weight_of(step: str) -> float:
    """Give the weight of a step; 1 where none is known."""
    return WEIGHTS.get(step, 1.0)
