"""Files in a ``.gz`` or a ``.zip``, unpacked into a folder of their own, never beyond a bound."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from ekbom.model.errors import InputError
from ekbom.readers.files.text import MAX_BYTES

SUFFIXES = (".gz", ".zip")
MAX_FILES = 50
HIDDEN = (".", "__MACOSX")


def is_packed(path: Path) -> bool:
    """Tell whether a file is packed, by its name."""
    return path.suffix.casefold() in SUFFIXES


@contextmanager
def unpacked(path: Path) -> Iterator[tuple[Path, ...]]:
    """Unpack into a folder that is gone afterwards; give the files in it by name.

    Raises
    ------
    InputError
        The file is damaged, encrypted, empty, or holds more than a scoring can.
    """
    with TemporaryDirectory(prefix="ekbom-") as folder:
        into = Path(folder)
        try:
            unpack = _unzip if path.suffix.casefold() == ".zip" else _gunzip
            unpack(path, into)
        except OSError as error:
            raise InputError(
                f"{path.name}: the file cannot be read or unpacked "
                f"({error.strerror or 'it is damaged'}); check it, or unpack it by hand."
            ) from error
        except (
            EOFError,
            NotImplementedError,
            RuntimeError,
            ValueError,
            zipfile.BadZipFile,
            zlib.error,
        ) as error:
            raise InputError(
                f"{path.name}: the file is damaged, encrypted or packed in an unknown way; "
                "unpack it by hand."
            ) from error
        yield tuple(sorted(into.iterdir()))


def _gunzip(path: Path, into: Path) -> None:
    with gzip.open(path, "rb") as stream:
        content = stream.read(MAX_BYTES + 1)
    _require_room(len(content), path.name)
    (into / (path.stem or "unpacked")).write_bytes(content)


def _unzip(path: Path, into: Path) -> None:
    """Unpack the files of an archive by their bare names; folders inside count for nothing."""
    with zipfile.ZipFile(path) as archive:
        items = [item for item in archive.infolist() if _is_wanted(item)]
        if len(items) > MAX_FILES:
            raise InputError(
                f"{path.name}: {len(items)} files are too many for one scoring; unpack it by hand."
            )
        _require_room(sum(item.file_size for item in items), path.name)
        left = MAX_BYTES
        for item in items:
            with archive.open(item) as stream:
                content = stream.read(left + 1)
            left -= len(content)
            _require_room(MAX_BYTES - left, path.name)
            (into / _bare_name(item)).write_bytes(content)


def _is_wanted(item: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(item.filename).parts
    return (
        not item.is_dir()
        and bool(_bare_name(item))
        and not any(part.startswith(HIDDEN) for part in parts)
    )


def _bare_name(item: zipfile.ZipInfo) -> str:
    """Give the name without any folder, so that nothing is written elsewhere."""
    return item.filename.replace("\\", "/").rpartition("/")[2]


def _require_room(n_bytes: int, name: str) -> None:
    if n_bytes > MAX_BYTES:
        raise InputError(
            f"{name}: more than {MAX_BYTES} bytes come out of it, too many for an annotation "
            "file; check the file."
        )
