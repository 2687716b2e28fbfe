"""The report as data: every sentence, number, figure and source; HTML and PDF are made from it."""

from collections.abc import Mapping
from dataclasses import dataclass

from ekbom.report.columns import Columns
from ekbom.report.figures.figure import Figure
from ekbom.report.numbers import Definition, Number, NumberGroup
from ekbom.report.pages.vendor_series import VendorTable
from ekbom.report.sentences.card_sentences import CardPart
from ekbom.report.sentences.option_rows import CriteriaTable, OptionTable
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
    """The movement table: headings, columns of equal length, and a line above it.

    The column ``counts_in`` holds the keys of the definitions, with a space between them.
    """

    headings: Mapping[str, str]
    columns: Columns
    caption: str


@dataclass(frozen=True, kw_only=True)
class Cover:
    """What stands around a report: who made it for whom, and what it is.

    `identity` are the lines of its head, in order.
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


@dataclass(frozen=True, kw_only=True)
class FirstPages:
    """What is read first: alerts, the card, the night, and what stands below the card."""

    alerts: tuple[Statement, ...]
    card: tuple[CardPart, ...]
    answer: tuple[Group, ...]
    key_numbers: tuple[NumberGroup, ...]
    figures: tuple[Figure, ...]
    quality: tuple[Statement, ...]
    scoring: tuple[Group, ...]
    options: OptionTable
    criteria: CriteriaTable
    comparison: tuple[Group, ...]
    assessment: tuple[Group, ...]
    rule_set_columns: tuple[str, ...]
    rule_set_rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Appendix:
    """Where everything is looked up; `definitions` stand in the order of their footnotes."""

    all_numbers: tuple[Number, ...]
    vendor: VendorTable
    movements: MovementTable
    parameters: tuple[ParameterRow, ...]
    definitions: tuple[Definition, ...]
    method: tuple[Statement, ...]
    sources: tuple[Statement, ...]
    safety: tuple[Statement, ...]


@dataclass(frozen=True, kw_only=True)
class Document:
    """A whole report; `labels` are the fixed words of its pages by their key."""

    cover: Cover
    first: FirstPages
    appendix: Appendix
    labels: Mapping[str, str]
