"""What became of the files of a folder, as lines of the terminal."""

from collections.abc import Iterator

from ekbom.app.terminal.visible import one_line
from ekbom.report.outputs.folder import Placed


def placed_lines(placed: Placed) -> Iterator[str]:
    """Name the files written, those removed with the night before, and those that stayed."""
    for path in placed.written:
        yield one_line(f"Written: {path}")
    for path in placed.removed:
        yield one_line(f"Removed: {path} (of the night that was here before)")
    for path in placed.kept:
        yield one_line(
            f"Kept: {path} (not of this night, and not as Ekbom wrote it)"
        )
