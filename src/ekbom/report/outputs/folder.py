"""An output folder belongs to one night: more of it is added, another night replaces the set."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from ekbom.model.errors import UsageError
from ekbom.report.outputs.atomic import (
    make_folder,
    waiting_files,
    write_atomically,
)
from ekbom.report.outputs.file_list import (
    LIST_NAME,
    NIGHT_FILES,
    FileList,
    State,
    digest_of_bytes,
    is_one_of,
    leads_elsewhere,
    list_bytes,
    read_list,
    state_of,
)
from ekbom.report.outputs.lock import locked
from ekbom.report.outputs.permit import CAREFUL, Permit

OUTPUTS = (
    *NIGHT_FILES,
    "assessment.json",
    "report.*",
    "patient.*",
    "fhir.json",
    "redcap*.csv",
    "*.parquet",
    "figures/*",
)
"""How Ekbom calls its files."""
Contents = Mapping[str, bytes]
FormerFiles = Callable[[Path], FileList | None]


@dataclass(frozen=True, kw_only=True)
class Placed:
    """What came of writing into a folder.

    Attributes
    ----------
    written
        The files written, in the order a reader would open them.
    removed
        Files that Ekbom had made of the night that was here before.
    kept
        Files of that night which were changed after Ekbom wrote them, or which nothing says it
        wrote.
    """

    written: tuple[Path, ...]
    removed: tuple[Path, ...] = ()
    kept: tuple[Path, ...] = ()


NONE = Placed(written=())
"""Where nothing was written."""


def _no_files(_: Path) -> FileList | None:
    """Know nothing of a folder without a list."""


def place(
    folder: Path,
    contents: Contents,
    *,
    digest: str,
    permit: Permit = CAREFUL,
    former_files: FormerFiles = _no_files,
    known: frozenset[str] = frozenset(),
    joins: bool = False,
) -> Placed:
    """Put files of a night into a folder, all of them or none.

    Where the folder holds another night, what Ekbom wrote of that one is removed. A file that was
    changed since, and one that Ekbom did not write, stay. Of several commands that write at once
    one comes after the other.

    Parameters
    ----------
    folder
        The folder; it is made if it is not there.
    contents
        Content by name.
    digest
        Digest of the result that the files belong to.
    permit
        What they may take the place of.
    former_files
        Tells which files of a folder without a list are Ekbom's.
    known
        Names of files that are Ekbom's although no list names them.
    joins
        Whether the folder must hold this very night, or none, already.

    Raises
    ------
    UsageError
        If a file would take the place of an input, or of one that Ekbom did not write; or if the
        folder holds another night that is to be joined.
    InputError
        If the list of the folder is damaged, or another process writes into it for long.
    """
    wish = _Wish(folder, contents, digest, permit, former_files, known, joins)
    _permitted(wish)  # refused before a folder is made
    files = {folder / name: content for name, content in contents.items()}
    make_folder(folder)
    with locked(folder):
        plan = _permitted(wish)
        with waiting_files(files) as waiting:
            _write_list(folder, plan.under_way)
            for temporary, path in waiting:
                temporary.replace(path)
            _remove(folder, plan.stale)
            _write_list(folder, plan.final)
    return Placed(
        written=tuple(files),
        removed=tuple(folder / name for name in plan.stale),
        kept=tuple(folder / name for name in plan.kept),
    )


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """What becomes of a folder.

    `own` are names whose file may be replaced, `stale` files to remove, `kept` files of the former
    night that stay; `under_way` and `final` the lists to write before and after.
    """

    own: frozenset[str]
    stale: tuple[str, ...]
    kept: tuple[str, ...]
    under_way: FileList
    final: FileList


class _Wish(NamedTuple):
    """What `place` was asked for."""

    folder: Path
    contents: Contents
    digest: str
    permit: Permit
    former_files: FormerFiles
    known: frozenset[str]
    joins: bool


def _permitted(wish: _Wish) -> _Plan:
    """Plan what becomes of a folder as it is now, or refuse it."""
    folder, digest = wish.folder, wish.digest
    former = read_list(folder) or wish.former_files(folder)
    former = former or FileList(digest="")
    if wish.joins:
        _require_same(folder, former, digest)
    plan = _plan(folder, wish.contents, digest, former)
    for name in wish.contents:
        wish.permit.require(folder / name, free=name in plan.own | wish.known)
    for name in plan.stale:
        wish.permit.require(folder / name, free=True)
    return plan


def _require_same(folder: Path, former: FileList, digest: str) -> None:
    if former.digest and not former.of_one_night(digest):
        raise UsageError(
            f"{folder} holds another night than the one assessed; choose another place with "
            "--out, or score the night into that folder first."
        )


def _plan(
    folder: Path, contents: Contents, digest: str, former: FileList
) -> _Plan:
    states = {name: state_of(folder, name, former) for name in former.files}
    own = {name for name, state in states.items() if state is State.OURS}
    coming = {
        name: (digest_of_bytes(content),) for name, content in contents.items()
    }
    same = former.of_one_night(digest)
    left = [name for name in former.files if name not in contents]
    stale = () if same else tuple(name for name in left if name in own)
    changed = [name for name in left if states[name] is State.CHANGED]
    changed += _unlisted(folder, {*former.files, *contents})
    standing = {
        name: former.files[name]
        for name in left
        if same and _stays_listed(name, states[name])
    }
    both = {
        name: (*former.files.get(name, ()), *coming.get(name, ()))
        for name in (*former.files, *(set(coming) - set(former.files)))
    }
    final = FileList(
        digest=digest, files=dict(sorted((standing | coming).items()))
    )
    return _Plan(
        own=frozenset(own | _alike(folder, contents)),
        stale=stale,
        kept=() if same else tuple(changed),
        under_way=replace(
            final, files=both, complete=False, former=_former(former, digest)
        ),
        final=final,
    )


def _unlisted(folder: Path, known: Iterable[str]) -> list[str]:
    """Name files that are called like Ekbom's although nothing says that it wrote them."""
    there = [*folder.glob("*"), *folder.glob("figures/*")]
    names = (path.relative_to(folder).as_posix() for path in there)
    listed = frozenset(known)
    return sorted(
        name
        for name in names
        if is_one_of(name, OUTPUTS) and name not in listed
    )


def _former(former: FileList, digest: str) -> str:
    """Name the other night whose files are still there; empty where there is none."""
    others = {former.digest, former.former} - {"", digest}
    return min(others, default="")


def _stays_listed(name: str, state: State) -> bool:
    """Keep in the list what is there, and what must not be missing."""
    return state is not State.MISSING or is_one_of(name, NIGHT_FILES)


def _alike(folder: Path, contents: Contents) -> set[str]:
    """Name the files that hold already what they are to hold."""
    return {
        name
        for name, content in contents.items()
        if (folder / name).is_file()
        and not leads_elsewhere(folder, name)
        and (folder / name).read_bytes() == content
    }


def _write_list(folder: Path, listed: FileList) -> None:
    write_atomically({folder / LIST_NAME: list_bytes(listed)})


def _remove(folder: Path, names: Iterable[str]) -> None:
    """Remove files, and the folders inside that are empty then."""
    for name in names:
        path = folder / name
        path.unlink(missing_ok=True)
        inner = path.parent
        if inner != folder and not any(inner.iterdir()):
            inner.rmdir()
