"""Event tables of the STAGES study.

``Start Time,Duration (seconds),Event`` with clock times and stages among the events.

The spelling of events differs between the sites of the study; both legs of one movement are one row
there.
"""

import datetime as dt
from pathlib import Path

from ekbom.model.errors import InputError
from ekbom.readers.files.clock import since_start_ms
from ekbom.readers.files.text import clock_ms, head_text, read_text, seconds, table_rows
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.records import AnnotationFormat, Annotations, Mark

NAME = "stages-csv"
START, DURATION, EVENT = "Start Time", "Duration (seconds)", "Event"


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether the first line names start time, duration in seconds and event."""
    lines = head_text(head).splitlines()
    return (
        path.suffix.casefold() == ".csv"
        and bool(lines)
        and {START, DURATION, EVENT} <= {cell.strip() for cell in lines[0].split(",")}
    )


def read(path: Path) -> Annotations:
    """Read a STAGES event table.

    Time zero is the clock time of the first row, whose date is not known.
    """
    file = read_text(path)
    rows = table_rows(file, delimiter=",", required=(START, DURATION, EVENT))
    if not rows:
        raise InputError(
            f"{file.name}: there is no event under the header; export the events again."
        )
    clocks = [clock_ms(row.cells[START], place=f"{file.name}: row {row.number}") for row in rows]
    marks = [
        Mark(
            onset_s=onset_ms / 1000,
            duration_s=seconds(
                row.cells[DURATION], place=f"{file.name}: row {row.number}", column=DURATION
            ),
            text=row.cells[EVENT],
            place=f"row {row.number}",
        )
        for row, onset_ms in zip(rows, since_start_ms(clocks, start_ms=clocks[0]), strict=True)
    ]
    start = dt.datetime(1985, 1, 1) + dt.timedelta(milliseconds=clocks[0])
    return annotations_of(
        marks,
        name=file.name,
        format_name=NAME,
        start=start,
        start_has_date=False,
        findings=file.findings,
    )


FORMAT = AnnotationFormat(
    name=NAME, title="STAGES event table (CSV)", recognises=recognises, read=read
)
