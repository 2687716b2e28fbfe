"""The bytes of a recording: a file, or any file object that can be rewound."""

from collections.abc import Iterator
from contextlib import contextmanager
from os import SEEK_END
from pathlib import Path
from typing import BinaryIO

from ekbom.model.errors import InputError


def name_of(source: Path | BinaryIO) -> str:
    """Name a source for messages: the file's name without its folder."""
    if isinstance(source, Path):
        return source.name
    return Path(str(getattr(source, "name", "recording"))).name


@contextmanager
def opened(
    source: Path | BinaryIO, name: str, *, at: int = 0
) -> Iterator[BinaryIO]:
    """Open a path or take a file object, at a byte of it.

    Raises
    ------
    InputError
        Every failure of the file system, as one clear sentence.
    """
    try:
        if isinstance(source, Path):
            with source.open("rb", buffering=0) as raw:
                raw.seek(at)
                yield raw
        else:
            _go_to(source, at, name)
            yield source
    except FileNotFoundError as error:
        raise InputError(
            f"{name}: there is no such file; check the path {str(source)!r}"
        ) from error
    except IsADirectoryError as error:
        raise InputError(
            f"{name}: this is a folder; name the recording in it"
        ) from error
    except OSError as error:
        raise InputError(
            f"{name}: the file cannot be read ({error.strerror or error}); "
            "check its permissions and the disk"
        ) from error


def _go_to(source: BinaryIO, at: int, name: str) -> None:
    try:
        source.seek(at)
    except (OSError, ValueError) as error:
        raise InputError(
            f"{name}: the source cannot be read from its beginning ({error}); "
            "store it as a file first"
        ) from error


def size_of(stream: BinaryIO, name: str) -> int:
    """Measure a source in bytes; it stands at its end afterwards.

    Raises
    ------
    InputError
        If the source does not tell.
    """
    size = stream.seek(0, SEEK_END)
    if size is None:
        raise InputError(
            f"{name}: the source does not tell its size; store it as a file first"
        )
    return size
