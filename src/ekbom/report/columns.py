"""What a table of a report is made of: columns of cells by name, and the time of day of a row."""

import datetime as dt
from collections.abc import Sequence

Cell = str | int | float | bool | None
Columns = dict[str, Sequence[Cell]]


def clock_time(start: dt.datetime | None, onset_s: float) -> str:
    """Write the time of day of an onset as hh:mm:ss.t, empty where the recording has no start.

    Examples
    --------
    >>> clock_time(dt.datetime(2024, 1, 1, 23, 59, 59), 1.5)
    '00:00:00.5'
    """
    if start is None:
        return ""
    moment = start + dt.timedelta(milliseconds=round(onset_s * 1000))
    return f"{moment:%H:%M:%S}.{moment.microsecond // 100_000}"
