"""One command at a time writes into a folder.

The system holds the lock for the process, on the folder itself: nothing is left behind in it, and a
process that is killed lets it go. Where the system has no such lock (Windows, some network drives)
nothing is locked.
"""

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ekbom.model.errors import InputError

if sys.platform != "win32":
    import fcntl

WAIT_S, LOOK_S = 10.0, 0.05
_HELD = (errno.EWOULDBLOCK, errno.EACCES)


@contextmanager
def locked(folder: Path, *, wait_s: float = WAIT_S) -> Iterator[None]:
    """Hold a folder that is there for this process alone.

    Raises
    ------
    InputError
        If another process still holds it after `wait_s`.
    """
    if sys.platform == "win32":
        yield
        return
    place = os.open(folder, os.O_RDONLY)
    try:
        _take(place, folder, time.monotonic() + wait_s)
        yield
    finally:
        os.close(place)


def _take(place: int, folder: Path, until: float) -> None:
    """Take the lock of an open folder as soon as nobody holds it."""
    while sys.platform != "win32":
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in _HELD:
                return
        else:
            return
        if time.monotonic() >= until:
            raise InputError(
                f"{folder}: another command is writing into this folder; wait until it has ended "
                "and run this one again, or choose another folder."
            )
        time.sleep(LOOK_S)
