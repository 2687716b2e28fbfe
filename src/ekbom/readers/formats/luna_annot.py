"""Luna ``.annot`` files: class, instance, channel, start, stop and meta between tabs.

Times are seconds, elapsed ``0+hh:mm:ss``, epochs ``e:n`` of 30 s, or clock times; a stop may be a
length (``+seconds``) or ``...`` (until the next row). Luna's clock times are times of the
recording, whose start the file does not name.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ekbom.model.errors import InputError
from ekbom.readers.files.clock import DAY_MS, since_first
from ekbom.readers.files.text import (
    CLOCK,
    Row,
    TextFile,
    number,
    read_text,
    shown,
)
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.meanings import meaning_of
from ekbom.readers.scorings.records import AnnotationFormat, Annotations, Mark

NAME = "luna-annot"
COLUMNS = ("class", "instance", "channel", "start", "stop", "meta")
NEEDED = COLUMNS[:-1]
MISSING = "."
UNTIL_NEXT = "..."
EPOCH_MS = 30_000
ELAPSED = re.compile(r"0\+(\d{1,3}):(\d{2}):(\d{2})(\.\d{1,6})?", re.ASCII)
EPOCH = re.compile(r"e:(\d{1,5})", re.ASCII)


def recognises(path: Path, head: bytes) -> bool:
    """Tell the suffix; the content alone could be any table."""
    return path.suffix.casefold() == ".annot" and b"\t" in head


def read(path: Path) -> Annotations:
    """Read a Luna annotation file.

    Times count from the start of the recording, or are clock times throughout.
    """
    file = read_text(path)
    rows = list(_rows(file))
    if not rows:
        raise InputError(
            f"{file.name}: there is no annotation row in the file; export the annotations again."
        )
    start = None
    if _all_by_clock(rows):
        start, starts_ms = since_first([row.clock_ms("start") for row in rows])
    else:
        starts_ms = [_elapsed_ms(row, "start") for row in rows]
    marks = [
        Mark(
            onset_s=onset_ms / 1000,
            duration_s=_duration_s(row, onset_ms, later_ms),
            text=_text(row),
            place=row.where,
            channel=row.cells["channel"],
        )
        for row, onset_ms, later_ms in zip(
            rows, starts_ms, _next_later(starts_ms), strict=True
        )
    ]
    return annotations_of(
        marks,
        name=file.name,
        format_name=NAME,
        dialect="luna",
        start=start,
        start_has_date=start is None,
        findings=file.findings,
    )


def _rows(file: TextFile) -> Iterator[Row]:
    """Split the lines; comments and the optional names line are left out."""
    for line_number, line in file.lines():
        cells = [cell.strip() for cell in line.split("\t")]
        if line.startswith("#") or tuple(cells[:5]) == NEEDED:
            continue
        written = ["" if cell == MISSING else cell for cell in cells]
        named = dict(zip(COLUMNS, written, strict=False))
        row = Row(
            file=file.name,
            line=line_number,
            cells=named,
        )
        if len(cells) not in (len(NEEDED), len(COLUMNS)):
            raise InputError(
                f"{row.place} has {len(cells)} cells; "
                "class, instance, channel, start, stop (and meta) are expected."
            )
        yield row


def _all_by_clock(rows: Sequence[Row]) -> bool:
    """Tell whether all times are clock times; refuse a file that mixes them with others."""
    by_clock = [row for row in rows if CLOCK.fullmatch(row.cells["start"])]
    if by_clock and len(by_clock) < len(rows):
        raise InputError(
            f"{by_clock[0].place} has a clock time, other rows have none; "
            "write all times in one way."
        )
    return bool(by_clock)


def _text(row: Row) -> str:
    """Join class and instance, where the class alone has no known meaning."""
    name = row.cells["class"]
    instance = row.cells["instance"]
    known = meaning_of(name, dialect="luna").known
    return name if known or not instance else f"{name} {instance}"


def _elapsed_ms(row: Row, column: str) -> int:
    """Read seconds, elapsed time or the start of an epoch as ms from the start of the recording."""
    written = row.cells[column]
    elapsed = ELAPSED.fullmatch(written)
    if elapsed is not None:
        whole_s = (
            int(elapsed[1]) * 3600 + int(elapsed[2]) * 60 + int(elapsed[3])
        )
        return whole_s * 1000 + round(float(elapsed[4] or 0) * 1000)
    epoch = EPOCH.fullmatch(written)
    if epoch is not None and int(epoch[1]) > 0:
        return (int(epoch[1]) - 1) * EPOCH_MS
    return round(
        number(
            written,
            place=row.place,
            column="start or stop",
        )
        * 1000
    )


def _next_later(starts_ms: Sequence[int]) -> list[int | None]:
    """Give for every row the first start below it that lies later, in one walk from the end."""
    later: list[int | None] = []
    waiting: list[int] = []
    for start in reversed(starts_ms):
        while waiting and waiting[-1] <= start:
            waiting.pop()
        later.append(waiting[-1] if waiting else None)
        waiting.append(start)
    return later[::-1]


def _duration_s(
    row: Row,
    onset_ms: int,
    later_ms: int | None,
) -> float | None:
    """Tell the length from the stop: a length, the next start, an epoch's end, or a time.

    None where there is none.
    """
    stop = row.cells["stop"]
    if not stop:
        return None
    if stop == UNTIL_NEXT:
        return None if later_ms is None else (later_ms - onset_ms) / 1000
    if stop.startswith("+"):
        return number(
            stop[1:],
            place=row.place,
            column="stop",
        )
    if _ends_by_clock(row):
        return (row.clock_ms("stop") - row.clock_ms("start")) % DAY_MS / 1000
    length_ms = EPOCH_MS if EPOCH.fullmatch(stop) else 0
    return (_elapsed_ms(row, "stop") + length_ms - onset_ms) / 1000


def _ends_by_clock(row: Row) -> bool:
    """Tell whether start and stop are clock times; refuse a row that mixes two ways."""
    start = row.cells["start"]
    stop = row.cells["stop"]
    clocks = {CLOCK.fullmatch(time) is not None for time in (start, stop)}
    if len(clocks) > 1:
        raise InputError(
            f"{row.place}: start {shown(start)} and stop {shown(stop)} are written in two ways; "
            "write both in one."
        )
    return clocks == {True}


FORMAT = AnnotationFormat(
    name=NAME,
    title="Luna annotations (.annot)",
    recognises=recognises,
    read=read,
)
