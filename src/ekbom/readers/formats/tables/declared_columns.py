"""A table whose columns the user names: ``onset=Start,duration=Len,text=Event``.

CSV or TSV with a heading line; semicolons are known too. What is declared is the name that the
table gives to a quantity: onset and one of text, stage and side must be there, duration and channel
may be. A unit may follow in brackets: ``onset=Start[ms]``. Onsets are numbers from the start of the
recording, or clock times throughout.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ekbom.model.errors import InputError, UsageError
from ekbom.readers.files.clock import since_first
from ekbom.readers.files.text import (
    CLOCK,
    Row,
    TextFile,
    filled_rows,
    read_text,
    shown,
)
from ekbom.readers.files.time_units import PER_SECOND
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.meanings import stage_of
from ekbom.readers.scorings.records import Annotations, Mark

NAME = "declared-table"
ONSET, DURATION, TEXT, SIDE, CHANNEL, STAGE = (
    "onset",
    "duration",
    "text",
    "side",
    "channel",
    "stage",
)
KNOWN = (ONSET, DURATION, TEXT, SIDE, CHANNEL, STAGE)
DECLARED = re.compile(
    r"\s*(?P<what>[a-z]+)\s*=\s*(?P<heading>[^\[\]]+?)\s*(?:\[(?P<unit>[a-z]+)\])?\s*"
)
SEPARATORS = ("\t", ";", ",")
EMPTY = ("", "n/a", "NA", "-")


class Column(NamedTuple):
    """A column of the table: its heading, and how many of its unit make a second."""

    heading: str
    per_s: float = 1.0


Columns = Mapping[str, Column]


def declared(text: str) -> Columns:
    """Read a declaration such as ``onset=Start,duration=Len[ms],text=Event``.

    Raises
    ------
    UsageError
        A part is no ``name=heading``, a name is not known or stands twice, or the onset or what
        the rows are is missing.

    Examples
    --------
    >>> declared("onset=Start,duration=Len[ms],text=Event")["duration"]
    Column(heading='Len', per_s=1000.0)
    """
    columns: dict[str, Column] = {}
    for part in text.split(","):
        match = DECLARED.fullmatch(part)
        if match is None or match["what"] not in KNOWN:
            raise UsageError(
                f"--columns: {part.strip()!r} declares no column; write name=heading with one of "
                f"{', '.join(KNOWN)}, such as onset=Start,duration=Len[ms],text=Event."
            )
        if match["what"] in columns:
            raise UsageError(
                f"--columns: {match['what']!r} is declared twice; keep one of them."
            )
        per_s = PER_SECOND.get(match["unit"] or "s", 0.0)
        if not per_s or (
            match["unit"] and match["what"] not in (ONSET, DURATION)
        ):
            raise UsageError(
                f"--columns: {match['unit']!r} is no unit of {match['what']}; "
                "s, ms or min is expected, for onset and duration alone."
            )
        columns[match["what"]] = Column(match["heading"], per_s)
    if ONSET not in columns or not {TEXT, STAGE, SIDE} & set(columns):
        raise UsageError(
            "--columns: declare onset, and text, stage or side: with a side alone every row is a "
            "leg movement."
        )
    return columns


def read_declared(path: Path, columns: Columns) -> Annotations:
    """Read a table by the columns that are declared.

    Raises
    ------
    InputError
        A declared column is missing, or a cell is no number, time, stage or leg.
    """
    file = read_text(path)
    rows = filled_rows(
        file,
        delimiter=_separator(file),
        required=[column.heading for column in columns.values()],
        what="row",
    )
    start = None
    heading, per_s = columns[ONSET]
    if all(CLOCK.fullmatch(row.cells[heading]) for row in rows):
        start, times_ms = since_first([row.clock_ms(heading) for row in rows])
        onsets_s = [at_ms / 1000 for at_ms in times_ms]
    else:
        onsets_s = [row.number(heading) / per_s for row in rows]
    return annotations_of(
        _marks(rows, onsets_s, columns),
        name=file.name,
        format_name=NAME,
        start=start,
        start_has_date=start is None,
        findings=file.findings,
    )


def _separator(file: TextFile) -> str:
    """Take the character that stands most often in the heading line."""
    _, heading = file.lines()[0]
    return max(SEPARATORS, key=heading.count)


def _marks(
    rows: Sequence[Row], onsets_s: Sequence[float], columns: Columns
) -> list[Mark]:
    marks = []
    for row, onset_s in zip(rows, onsets_s, strict=True):
        stage = _cell(row, columns, STAGE)
        text = _cell(row, columns, TEXT)
        if stage:
            marks.append(_mark(row, onset_s, columns, _staged(row, stage)))
        if text or not ({STAGE, TEXT} & set(columns)):
            marks.append(
                _mark(row, onset_s, columns, _sided(row, columns, text))
            )
    return marks


def _mark(row: Row, onset_s: float, columns: Columns, text: str) -> Mark:
    lasting = columns.get(DURATION)
    written = _cell(row, columns, DURATION)
    return Mark(
        onset_s=onset_s,
        duration_s=row.seconds(lasting.heading) / lasting.per_s
        if lasting and written
        else None,
        text=text,
        place=row.where,
        channel=_cell(row, columns, CHANNEL),
        is_stage=bool(_cell(row, columns, STAGE))
        and stage_of(text) is not None,
    )


def _staged(row: Row, stage: str) -> str:
    if stage_of(stage) is None:
        raise InputError(
            f"{row.place}: {shown(stage)} is no known stage; W, N1, N2, N3 or R is expected."
        )
    return stage


def _sided(row: Row, columns: Columns, text: str) -> str:
    """Put the leg behind the text; a row without a text is a leg movement."""
    side = _cell(row, columns, SIDE)
    return " ".join(filter(None, [text or "LM", side]))


def _cell(row: Row, columns: Columns, what: str) -> str:
    """Give a cell, empty where there is no such column or nothing in it."""
    column = columns.get(what)
    written = row.cells.get(column.heading, "") if column else ""
    return "" if written in EMPTY else written
