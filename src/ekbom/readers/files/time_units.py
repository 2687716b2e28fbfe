"""Units of time in the headings of tables: ``onset_s``, ``Onset (ms)``, ``duration [sec]``."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from ekbom.model.errors import InputError
from ekbom.readers.files.text import Row, shown

UNITS = {
    1.0: ("s", "sec", "secs", "second", "seconds"),
    1000.0: ("ms", "msec", "msecs", "millisecond", "milliseconds"),
    1 / 60: ("min", "mins", "minute", "minutes"),
}
"""How many of a unit make a second, and how people write it."""
PER_SECOND = {name: count for count, names in UNITS.items() for name in names}
HEADING = re.compile(
    r"(?P<quantity>onset|duration)[ _-]*[\[(]?(?P<unit>[a-z]*)[\])]?",
    re.IGNORECASE | re.ASCII,
)


class TimeColumn(NamedTuple):
    """A column of times by its heading; `per_s` of its unit make a second."""

    heading: str
    per_s: float

    def number(self, row: Row) -> float:
        """Read a cell as a time, s."""
        return row.number(self.heading) / self.per_s

    def seconds(self, row: Row) -> float:
        """Read a cell as a length of time that is not negative, s."""
        return row.seconds(self.heading) / self.per_s


def is_heading(heading: str, quantity: str) -> bool:
    """Tell whether a heading names a quantity, in whatever unit."""
    match = HEADING.fullmatch(heading.strip())
    return match is not None and match["quantity"].casefold() == quantity


def time_column(
    headings: Sequence[str],
    quantity: str,
    *,
    name: str,
    unit: str = "",
) -> TimeColumn:
    """Find the column of a quantity and the unit its heading names.

    Parameters
    ----------
    headings
        All headings of the table.
    quantity
        ``onset`` or ``duration``.
    name
        The file, for messages.
    unit
        The unit of a heading that names none; empty where it must name one.

    Raises
    ------
    InputError
        There is no such column or more than one, or its unit is missing or none of time.
    """
    named = [heading for heading in headings if is_heading(heading, quantity)]
    known = [heading for heading in named if _per_s(heading, unit)]
    if len(known) == 1:
        return TimeColumn(known[0], _per_s(known[0], unit))
    if f"{quantity}_s" in known:
        return TimeColumn(f"{quantity}_s", 1.0)
    if known:
        raise InputError(
            f"{name}: the header names {' and '.join(map(repr, known))}; keep one of them."
        )
    if named:
        raise InputError(
            f"{name}: the column {named[0]!r} names no unit of time; "
            f"call it {quantity}_s for seconds or {quantity}_ms for milliseconds."
        )
    raise InputError(
        f"{name}: the column '{quantity}_s' is missing; "
        f"the header names {shown(', '.join(headings))}."
    )


def _per_s(heading: str, unit: str) -> float:
    """Tell how many of the unit of a heading make a second, 0 where it names none of time."""
    match = HEADING.fullmatch(heading.strip())
    written = match["unit"].casefold() if match else ""
    return PER_SECOND.get(written or unit, 0.0)
