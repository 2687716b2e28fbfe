"""The report as data: every sentence, number, figure and source of it, from which HTML and PDF are both made."""

from collections.abc import Mapping
from dataclasses import dataclass

from ekbom.report.columns import Columns
from ekbom.report.figures.figure import Figure
from ekbom.report.numbers import Definition, Number, NumberGroup
from ekbom.report.sentences.statement import Group, Statement


@dataclass(frozen=True, kw_only=True)
class ParameterRow:
    """One rule of the standard as it was used.

    `changed`: it differs from the standard, `marked`: recalled, not confirmed.
    """

    name: str
    value: str
    unit: str
    bound: str
    source: str
    note: str
    changed: bool
    marked: bool


@dataclass(frozen=True, kw_only=True)
class MovementTable:
    """The movement table: headings and columns of equal length, and for each key in `counts_in` where it is explained."""

    headings: Mapping[str, str]
    columns: Columns
    caption: str


@dataclass(frozen=True, kw_only=True)
class Document:
    """A whole report. `identity` are the lines of its head, in order.

    `definitions` stand in the order of their footnotes.
    """

    language: str
    title: str
    standing: str
    standing_long: str
    status: str
    made_by: str
    laboratory: str
    address: str
    header: str
    footer: str
    page: str
    person: str
    identity: Mapping[str, str]
    alerts: tuple[Statement, ...]
    answer: tuple[Group, ...]
    key_numbers: tuple[NumberGroup, ...]
    figures: tuple[Figure, ...]
    quality: tuple[Statement, ...]
    scoring: tuple[Group, ...]
    assessment: tuple[Group, ...]
    all_numbers: tuple[Number, ...]
    rule_set_columns: tuple[str, ...]
    rule_set_rows: tuple[tuple[str, ...], ...]
    movements: MovementTable
    parameters: tuple[ParameterRow, ...]
    definitions: tuple[Definition, ...]
    method: tuple[Statement, ...]
    sources: tuple[Statement, ...]
    safety: tuple[Statement, ...]
    labels: Mapping[str, str]
