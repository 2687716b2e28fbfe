"""A person at a terminal is asked which of two files is meant; a script is told to name one."""

import sys
from pathlib import Path

from ekbom.app.terminal.visible import say
from ekbom.pipeline.companions import ContradictionError, companions_of


def annotations_for(
    night: Path | None, given: tuple[Path, ...], *, companions: bool
) -> tuple[Path, ...]:
    """Give the files to use where those beside a recording contradict each other, else `given`.

    Raises
    ------
    ContradictionError
        They contradict each other and nobody is there to be asked.
    """
    if night is None or given or not companions:
        return given
    try:
        companions_of(night)
    except ContradictionError as error:
        if not sys.stdin.isatty() or not sys.stderr.isatty():
            raise
        return (_chosen(error), *error.others)
    return given


def _chosen(error: ContradictionError) -> Path:
    """Ask until one of the files is named; no answer is an end without a choice."""
    say(f"{error}", file=sys.stderr)
    for number, file in enumerate(error.files, start=1):
        say(f"  {number}  {file.name}", file=sys.stderr)
    while True:
        sys.stderr.write("Which one is this night's scoring? ")
        sys.stderr.flush()
        answer = sys.stdin.readline()
        if not answer:
            raise error
        if answer.strip() in ("1", "2"):
            return error.files[int(answer) - 1]
