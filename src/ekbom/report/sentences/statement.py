"""A sentence of a report with the place it comes from, and a heading with its sentences."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Statement:
    """One sentence of a report.

    `trace` names the rule, the source and the facts it rests on; `marked` says that its source is
    only recalled.
    """

    text: str
    trace: str = ""
    marked: bool = False


@dataclass(frozen=True, kw_only=True)
class Group:
    """A heading with its sentences."""

    heading: str
    statements: tuple[Statement, ...]
