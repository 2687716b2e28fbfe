"""What to say of a folder where one recording is asked for."""

from pathlib import Path

from ekbom.model.errors import UsageError

RECORDINGS = frozenset({".edf", ".bdf", ".rec"})
SHOWN = 10


def refuse_folder(path: Path | None, *, command: str) -> None:
    """Say of a folder which recordings it holds, and how many nights are scored.

    Raises
    ------
    UsageError
        The path is a folder.
    """
    if path is None or not path.is_dir():
        return
    found = sorted(
        item
        for item in path.iterdir()
        if item.suffix.casefold() in RECORDINGS and item.is_file()
    )
    if not found:
        raise UsageError(
            f"{path} is a folder without a recording (EDF, BDF); give the recording itself."
        )
    names = ", ".join(item.name for item in found[:SHOWN])
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    first = found[0]
    raise UsageError(
        f"{path} is a folder and holds {len(found)} recordings: {names}{more}. "
        f"Give one of them: ekbom {command} {first}. "
        f"For every one: for f in {path}/*{first.suffix}; do "
        'ekbom score "$f" --out "${f%.*}"; done; then: ekbom nights FOLDER FOLDER --out DIR.'
    )
