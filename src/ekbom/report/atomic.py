"""Files that are either whole or not there: written under a temporary name, then renamed."""

import os
from collections.abc import Mapping
from pathlib import Path


def write_atomically(contents: Mapping[Path, bytes]) -> None:
    """Write several files so that none appears before all are written.

    Every file goes to a temporary name in its own folder first; only when the last is on disk are
    they renamed. After an error no temporary file is left and no older file has been touched.
    """
    waiting: list[tuple[Path, Path]] = []
    try:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
            waiting.append((temporary, path))
            temporary.write_bytes(content)
        for temporary, path in waiting:
            temporary.replace(path)
    finally:
        for temporary, _ in waiting:
            temporary.unlink(missing_ok=True)
