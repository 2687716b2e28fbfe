"""Luna ``.annot`` files: class, instance, channel, start, stop and meta between tabs.

Times are seconds, elapsed ``0+hh:mm:ss``, epochs ``e:n`` of 30 s, or clock times; a stop may be a
length (``+seconds``) or ``...`` (until the next row). Luna's clock times are times of the
recording, whose start the file does not name.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ekbom.model.errors import InputError
from ekbom.readers.files.clock import DAY_MS, since_start_ms
from ekbom.readers.files.text import CLOCK, clock_ms, number, read_text, shown
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.meanings import meaning_of
from ekbom.readers.scorings.records import AnnotationFormat, Annotations, Mark

NAME = "luna-annot"
COLUMNS = ("class", "instance", "channel", "start", "stop", "meta")
MISSING = "."
UNTIL_NEXT = "..."
EPOCH_MS = 30_000
ELAPSED = re.compile(r"0\+(\d{1,3}):(\d{2}):(\d{2})(\.\d{1,6})?", re.ASCII)
EPOCH = re.compile(r"e:(\d{1,5})", re.ASCII)


@dataclass(frozen=True)
class LunaRow:
    """One row as written: its number, what it says, the signal, start and stop."""

    number: int
    text: str
    channel: str
    start: str
    stop: str


def recognises(path: Path, head: bytes) -> bool:
    """Tell the suffix; the content alone could be any table."""
    return path.suffix.casefold() == ".annot" and b"\t" in head


def read(path: Path) -> Annotations:
    """Read a Luna annotation file.

    Times count from the start of the recording, or are clock times throughout.
    """
    file = read_text(path)
    rows = _rows(file.text, file.name)
    by_clock = [row for row in rows if CLOCK.fullmatch(row.start)]
    if by_clock and len(by_clock) < len(rows):
        raise InputError(
            f"{file.name}: row {by_clock[0].number} has a clock time, other rows have none; write all times in one way."
        )
    starts_ms, start = (
        _by_clock(rows, file.name)
        if by_clock
        else ([_elapsed_ms(row, row.start, file.name) for row in rows], None)
    )
    marks = [
        Mark(
            onset_s=starts_ms[index] / 1000,
            duration_s=_duration_s(row, starts_ms, index, name=file.name),
            text=row.text,
            place=f"row {row.number}",
            channel=row.channel,
        )
        for index, row in enumerate(rows)
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


def _rows(text: str, name: str) -> list[LunaRow]:
    """Split the lines; comments and the optional names line are left out."""
    rows: list[LunaRow] = []
    for line_number, line in enumerate(text.splitlines(), start=1):
        cells = [cell.strip() for cell in line.split("\t")]
        if not line.strip() or line.startswith("#") or tuple(cells[:5]) == COLUMNS[:5]:
            continue
        if len(cells) not in (5, 6):
            raise InputError(
                f"{name}: row {line_number} has {len(cells)} cells; class, instance, channel, start, stop (and meta) are expected."
            )
        class_name, instance, channel, start, stop = (
            cell.replace(MISSING, "", 1) if cell == MISSING else cell for cell in cells[:5]
        )
        known = meaning_of(class_name, dialect="luna").known or not instance
        rows.append(
            LunaRow(
                line_number,
                class_name if known else f"{class_name} {instance}",
                channel,
                start,
                stop,
            )
        )
    if not rows:
        raise InputError(
            f"{name}: there is no annotation row in the file; export the annotations again."
        )
    return rows


def _by_clock(rows: Sequence[LunaRow], name: str) -> tuple[list[int], dt.datetime]:
    """Count clock times from the first row; its date is unknown."""
    clocks = [clock_ms(row.start, place=f"{name}: row {row.number}") for row in rows]
    start = dt.datetime(1985, 1, 1) + dt.timedelta(milliseconds=clocks[0])
    return since_start_ms(clocks, start_ms=clocks[0]), start


def _elapsed_ms(row: LunaRow, written: str, name: str) -> int:
    """Read seconds, elapsed time or the start of an epoch as ms from the start of the recording."""
    elapsed = ELAPSED.fullmatch(written)
    if elapsed is not None:
        fraction_ms = round(float(elapsed[4] or 0) * 1000)
        return (
            int(elapsed[1]) * 3600 + int(elapsed[2]) * 60 + int(elapsed[3])
        ) * 1000 + fraction_ms
    epoch = EPOCH.fullmatch(written)
    if epoch is not None and int(epoch[1]) > 0:
        return (int(epoch[1]) - 1) * EPOCH_MS
    return round(number(written, place=f"{name}: row {row.number}", column="start or stop") * 1000)


def _duration_s(row: LunaRow, starts_ms: Sequence[int], index: int, *, name: str) -> float | None:
    """Find the length from the stop: a length, the next start, an epoch's end, or a time.

    None where there is none.
    """
    place = f"{name}: row {row.number}"
    if not row.stop:
        return None
    if row.stop == UNTIL_NEXT:
        later = [start for start in starts_ms[index + 1 :] if start > starts_ms[index]]
        return (later[0] - starts_ms[index]) / 1000 if later else None
    if row.stop.startswith("+"):
        return number(row.stop[1:], place=place, column="stop")
    if CLOCK.fullmatch(row.start) and CLOCK.fullmatch(row.stop):
        return (clock_ms(row.stop, place=place) - clock_ms(row.start, place=place)) % DAY_MS / 1000
    if CLOCK.fullmatch(row.start) or CLOCK.fullmatch(row.stop):
        raise InputError(
            f"{place}: start {shown(row.start)} and stop {shown(row.stop)} are written in two ways; write both in one."
        )
    length_ms = EPOCH_MS if EPOCH.fullmatch(row.stop) else 0
    return (_elapsed_ms(row, row.stop, name) + length_ms - starts_ms[index]) / 1000


FORMAT = AnnotationFormat(
    name=NAME, title="Luna annotations (.annot)", recognises=recognises, read=read
)
