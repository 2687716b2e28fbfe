"""A large file written piece by piece: whole or not there, and for its owner only."""

import os
from collections.abc import Iterable
from pathlib import Path

from ekbom.report.outputs.atomic import OWNER_FILE, make_folder, waiting_name


def write_streamed(path: Path, parts: Iterable[bytes]) -> None:
    """Write the parts under a temporary name and put the file in its place when all are there.

    Where a part cannot be made, nothing is left behind.
    """
    make_folder(path.parent)
    waiting = waiting_name(path)
    waiting.unlink(missing_ok=True)
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(waiting, flags, OWNER_FILE), "wb") as stream:
            for part in parts:
                stream.write(part)
        waiting.replace(path)
    finally:
        waiting.unlink(missing_ok=True)
