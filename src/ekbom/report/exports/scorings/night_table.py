"""A scoring as one table, CSV or Parquet: stages and marks with kind, leg, series and reason."""

from collections.abc import Iterator

from ekbom.model.events import EventKind
from ekbom.report.columns import Columns
from ekbom.report.exports.csv import csv_bytes
from ekbom.report.exports.parquet import parquet_table
from ekbom.report.exports.scorings.marks import (
    NightMarks,
    WrittenMark,
    decimal_text,
)
from ekbom.report.exports.scorings.standard_texts import clean

NAMES = (
    "onset_s",
    "duration_s",
    "kind",
    "side",
    "label",
    "channel",
    "series_id",
    "nonclm_reason",
)
STAGE = "stage"
END = "recording_end"
Cells = tuple[float, float, str, str, str, str, int | None, str]


def table_csv(night: NightMarks) -> bytes:
    """Write the table as CSV; times have all their digits."""
    columns = table_columns(night)
    for name in ("onset_s", "duration_s"):
        columns[name] = [
            decimal_text(float(cell or 0.0)) for cell in columns[name]
        ]
    return csv_bytes(columns)


def table_parquet(night: NightMarks) -> bytes:
    """Write the table as Parquet; times are double precision."""
    return parquet_table(table_columns(night), {"source": night.name})


def table_columns(night: NightMarks) -> Columns:
    """Give the columns, rows by onset."""
    rows = sorted(_rows(night), key=lambda cells: cells[0])
    return {
        name: [row[place] for row in rows] for place, name in enumerate(NAMES)
    }


def _rows(night: NightMarks) -> Iterator[Cells]:
    for row in night.stages(by_epoch=True):
        times = (row.onset_s, row.duration_s)
        yield (*times, STAGE, "", row.stage.value, "", None, "")
    for mark in night.marks:
        yield _cells(mark)
    if night.duration_s is not None:
        yield night.duration_s, 0.0, END, "", "", "", None, ""


def _cells(mark: WrittenMark) -> Cells:
    side = mark.side if mark.legs else ""
    kind = "_".join([*mark.qualities, mark.kind.value])
    other = mark.kind is EventKind.OTHER
    label = mark.label.partition("@@")[0] if other else mark.label
    return (
        mark.onset_s,
        mark.duration_s,
        kind,
        side,
        clean(label),
        clean(mark.channel),
        mark.series_id or None,
        mark.rule,
    )
