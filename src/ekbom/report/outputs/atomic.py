"""Files that are either whole or not there, and that only their owner can read."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

OWNER_FILE, OWNER_FOLDER = 0o600, 0o700
WAITING = re.compile(r"\..+\.(\d+)\.ekbom-part")
Waiting = list[tuple[Path, Path]]


def write_atomically(contents: Mapping[Path, bytes]) -> None:
    """Write several files so that none appears before all are written.

    Every file goes to a temporary name in its own folder first; only when the last is on disk are
    they renamed. After an error no temporary file is left and no older file has been touched.
    """
    with waiting_files(contents) as waiting:
        for temporary, path in waiting:
            temporary.replace(path)


@contextmanager
def waiting_files(contents: Mapping[Path, bytes]) -> Iterator[Waiting]:
    """Write every file under a temporary name beside its place.

    Gives pairs of the temporary name and the place. What was not put in its place is gone at the
    end; so is what a run left that was killed before.
    """
    waiting: Waiting = []
    try:
        for folder in {path.parent for path in contents}:
            make_folder(folder)
            _sweep(folder)
        for path, content in contents.items():
            temporary = waiting_name(path)
            waiting.append((temporary, path))
            _write(temporary, content)
        yield waiting
    finally:
        for temporary, _ in waiting:
            temporary.unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it; what is newly made is for its owner only."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=OWNER_FOLDER, exist_ok=True)


def _write(path: Path, content: bytes) -> None:
    """Write a new file that nobody else can read, from its creation on."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_FILE))
    path.write_bytes(content)


def waiting_name(path: Path) -> Path:
    """Give the temporary name of a file of this process."""
    return path.with_name(f".{path.name}.{os.getpid()}.ekbom-part")


def _sweep(folder: Path) -> None:
    """Take away what runs left that were killed while they wrote into this folder."""
    for item in folder.iterdir():
        whose = WAITING.fullmatch(item.name)
        if whose and not _runs(int(whose[1])):
            item.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    """Say whether another process of this number runs; where nobody can tell, it does."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
