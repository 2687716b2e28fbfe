"""`ekbom-files.json`: which files of a folder Ekbom wrote, and of which night they are.

The list is written before files are put in their places, as one that is not complete, and again
after the last of them. Whoever reads a night from the folder can so tell whether it is whole.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from fnmatch import fnmatch
from pathlib import Path, PurePath

from ekbom.codec.codec import LENIENT, as_json
from ekbom.codec.refusal import RefusalError
from ekbom.model.errors import InputError

LIST_NAME = "ekbom-files.json"
RESULT_NAME = "result.json"
TRACES_NAME = "traces.npz"
TABLES = ("movements.csv", "movements_*.csv", "leg_movements.csv")
"""Names of the tables of movements; a person may have corrected one of them by hand."""
NIGHT_FILES = (RESULT_NAME, TRACES_NAME, *TABLES)
"""What a night consists of; everything else in the folder is made from these."""
HEAD = {"schema_version": "1.0", "program": "ekbom"}


class State(Enum):
    """How a file stands to the list of its folder."""

    OURS = auto()
    CHANGED = auto()
    MISSING = auto()


@dataclass(frozen=True, kw_only=True)
class FileList:
    """The files of one night in one folder.

    Attributes
    ----------
    digest
        Digest of the result that the files belong to.
    files
        By name the SHA-256 of what Ekbom wrote; two while one file takes the place of another.
    former
        Digest of the night whose files were being replaced when the list was written.
    complete
        False from before the first file is put in its place until after the last.
    """

    digest: str
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    former: str = ""
    complete: bool = True

    def of_one_night(self, digest: str) -> bool:
        """Say whether all files are of the night with this digest."""
        return self.digest == digest and self.former in ("", digest)


def is_one_of(name: str, patterns: tuple[str, ...]) -> bool:
    """Say whether a name fits one of some patterns."""
    return any(fnmatch(name, pattern) for pattern in patterns)


def digest_of_bytes(content: bytes) -> str:
    """Give the SHA-256 of a content as the list holds it."""
    return hashlib.sha256(content).hexdigest()


def list_bytes(listed: FileList) -> bytes:
    """Give the content of `ekbom-files.json`."""
    written = as_json(listed)
    values = HEAD | (written if isinstance(written, dict) else {})
    return (json.dumps(values, indent=1) + "\n").encode()


def read_list(folder: Path) -> FileList | None:
    """Read the list of a folder; None where there is none.

    Raises
    ------
    InputError
        If it is damaged: nobody can tell then which files are Ekbom's.
    """
    path = folder / LIST_NAME
    if not path.is_file():
        return None
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        _require_names(values, path)
        listed = LENIENT.read(FileList, values)
    except (OSError, ValueError, RecursionError, RefusalError) as error:
        raise InputError(
            f"{path} cannot be read ({error}), so nobody can tell which files Ekbom wrote; "
            "choose another folder, or delete this list."
        ) from error
    return listed


def _require_names(values: object, path: Path) -> None:
    """Refuse a list that names what is no file of its folder, before anything else is read."""
    files = values.get("files") if isinstance(values, dict) else None
    for name in files if isinstance(files, dict) else ():
        _require_inside(name, path)


def _require_inside(name: str, path: Path) -> None:
    """Refuse a name that leads out of the folder, or that no file can have."""
    pure = PurePath(name)
    try:
        possible = b"\0" not in os.fsencode(name)
    except UnicodeEncodeError:
        possible = False
    if not possible or pure.anchor or ".." in pure.parts or not pure.name:
        raise InputError(
            f"{path} names {name!r}, which is no file of this folder; delete this list."
        )


def state_of(folder: Path, name: str, listed: FileList) -> State:
    """Say whether a listed file is as Ekbom wrote it; a link never is."""
    path = folder / name
    if not path.exists() and not path.is_symlink():
        return State.MISSING
    if leads_elsewhere(folder, name) or not path.is_file():
        return State.CHANGED
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return State.OURS if digest in listed.files[name] else State.CHANGED


def leads_elsewhere(folder: Path, name: str) -> bool:
    """Say whether a file, or a folder on the way to it, is a link."""
    parts = PurePath(name).parts
    places = [folder.joinpath(*parts[: n + 1]) for n in range(len(parts))]
    return any(place.is_symlink() for place in places)


def require_whole(folder: Path, *, finishing: bool = False) -> None:
    """Refuse a folder that does not hold what its list says.

    Documents made from the night may be missing, signed or changed: nothing is read from them.

    Parameters
    ----------
    folder
        A folder with a night; one without a list is taken as it is.
    finishing
        Whether more of the same night is about to be written there, which completes it.

    Raises
    ------
    InputError
        If writing was interrupted, or a file of the night is missing or was changed.
    """
    listed = read_list(folder)
    if listed is None:
        return
    if not listed.complete and not (finishing and not listed.former):
        raise InputError(
            f"{folder} is incomplete, because a command was interrupted while it wrote there; "
            "run that command again."
        )
    for name in sorted(listed.files):
        if is_one_of(name, NIGHT_FILES):
            _require_as_written(folder, name, listed)


def require_as_written(file: Path, digest: str) -> None:
    """Refuse a file that the list beside it knows in another form, or as one of another night.

    Raises
    ------
    InputError
        If the list contradicts the file, or the night whose digest is given.
    """
    listed = read_list(file.parent)
    if listed is None or file.name not in listed.files:
        return
    _require_as_written(file.parent, file.name, listed)
    if not listed.of_one_night(digest):
        raise InputError(
            f"{file} is not of the night that {LIST_NAME} names; score the night anew."
        )


def is_of_the_set(file: Path, beside: Path) -> bool:
    """Say whether a file is there and, where the other one is listed, is listed with it."""
    if not file.exists():
        return False
    listed = read_list(file.parent)
    names = set(listed.files) if listed else set()
    return beside.name not in names or file.name in names


def _require_as_written(folder: Path, name: str, listed: FileList) -> None:
    state = state_of(folder, name, listed)
    if state is State.MISSING:
        raise InputError(
            f"{folder} is incomplete, because {name} is missing; score the night anew."
        )
    if state is State.CHANGED:
        raise InputError(
            f"{folder / name} was changed after Ekbom wrote it, so the folder contradicts itself; "
            "keep your copy in another folder and score the night anew."
        )
