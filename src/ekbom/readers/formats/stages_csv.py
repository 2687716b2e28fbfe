"""Event tables of the STAGES study.

``Start Time,Duration (seconds),Event`` with clock times and stages among the events.

The spelling of events differs between the sites of the study; both legs of one movement are one row
there.
"""

from pathlib import Path

from ekbom.readers.files.clock import since_first
from ekbom.readers.files.text import filled_rows, names_columns, read_text
from ekbom.readers.scorings.mark import annotations_of
from ekbom.readers.scorings.records import AnnotationFormat, Annotations, Mark

NAME = "stages-csv"
START, DURATION, EVENT = COLUMNS = ("Start Time", "Duration (seconds)", "Event")


def read(path: Path) -> Annotations:
    """Read a STAGES event table.

    Time zero is the clock time of the first row, whose date is not known.
    """
    file = read_text(path)
    rows = filled_rows(file, delimiter=",", required=COLUMNS)
    start, onsets_ms = since_first([row.clock_ms(START) for row in rows])
    marks = [
        Mark(
            onset_s=onset_ms / 1000,
            duration_s=row.seconds(DURATION),
            text=row.cells[EVENT],
            place=row.where,
        )
        for row, onset_ms in zip(rows, onsets_ms, strict=True)
    ]
    return annotations_of(
        marks,
        name=file.name,
        format_name=NAME,
        start=start,
        start_has_date=False,
        findings=file.findings,
    )


FORMAT = AnnotationFormat(
    name=NAME,
    title="STAGES event table (CSV)",
    recognises=names_columns(*COLUMNS, suffixes=(".csv",)),
    read=read,
)
