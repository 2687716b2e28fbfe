"""Numbers of a report with their names, and the definitions their footnotes lead to."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from ekbom.criteria.index_key import PERIODICITY, IndexKey
from ekbom.model.result import (
    IndexDefinition,
    IndexValue,
    RuleSetScore,
    StudyResult,
)
from ekbom.model.source import EvidenceMark, Source
from ekbom.report.words import Wording

WITHOUT_UNIT = {"1", "count"}


@dataclass(frozen=True, kw_only=True)
class Number:
    """One number with its name; `value` is None where `reason` says why.

    `definition` is the key of what it means.
    """

    key: str
    label: str
    value: float | None
    unit: str
    text: str
    reason: str = ""
    definition: str = ""


@dataclass(frozen=True, kw_only=True)
class NumberGroup:
    """Numbers under one of the laboratory's headings."""

    key: str
    heading: str
    numbers: tuple[Number, ...]


@dataclass(frozen=True, kw_only=True)
class Definition:
    """What a number means: formula, unit, where the formula stands and how well that is known."""

    key: str
    number: int
    title: str
    formula: str
    unit: str
    source: str
    citation: str = ""
    note: str = ""
    marked: bool = False


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Which numbers stand where, by name."""

    headline: tuple[str, ...]
    without_stages: tuple[str, ...]
    patient_index: str
    patient_count: str
    patient_sleep: str
    key: Mapping[str, tuple[str, ...]]


@cache
def load_layout() -> Layout:
    """Read the table that says which number stands under which heading."""
    file = resources.files("ekbom.report").joinpath("layout.toml")
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    key = {heading: tuple(names) for heading, names in table["key"].items()}
    return Layout(
        headline=tuple(table["headline"]),
        without_stages=tuple(table["without_stages"]),
        patient_index=table["patient_index"],
        patient_count=table["patient_count"],
        patient_sleep=table["patient_sleep"],
        key=key,
    )


def main_rule_set(result: StudyResult) -> str:
    """Name the rule set that was asked for first."""
    return next(iter(result.scores))


def main_score(result: StudyResult) -> RuleSetScore:
    """Give the score by the rule set that was asked for first."""
    return result.scores[main_rule_set(result)]


def values_of(result: StudyResult) -> dict[str, IndexValue]:
    """Give every number of a night by name: sleep first, then the indices of the main rule set."""
    indices = (
        result.scores[main_rule_set(result)].indices if result.scores else {}
    )
    return {**result.sleep, **indices}


def number_of(
    result: StudyResult, value: IndexValue, *, words: Wording
) -> Number:
    """Write one number with its title from the table of indices."""
    known = value.value is not None
    return Number(
        key=value.name,
        label=title_of(result, value.name),
        value=value.value,
        unit=value.unit if known and value.unit not in WITHOUT_UNIT else "",
        text=number_text(value, words=words)
        if known
        else words("report.not_computable"),
        reason=words.reason(value.reason),
        definition=value.name if value.name in definitions_in(result) else "",
    )


def number_text(value: IndexValue, *, words: Wording) -> str:
    """Write the value of a number as people read it, a dash where there is none."""
    return words.number(value.value, decimals=decimals_of(value))


def definitions_in(result: StudyResult) -> Mapping[str, IndexDefinition]:
    """Give what the table of the result says about each index, by name."""
    return (
        result.index_table.definitions if result.index_table is not None else {}
    )


def title_of(result: StudyResult, name: str) -> str:
    """Give the title of an index; its name stands for it where no table defines it."""
    definition = definitions_in(result).get(name)
    return capitalised(definition.title if definition is not None else name)


def capitalised(text: str) -> str:
    """Begin a title with a capital letter and leave the rest as it is."""
    return text[:1].upper() + text[1:]


def decimals_of(value: IndexValue) -> int:
    """Choose how many decimals a number is written with.

    None for counts, two for shares and logarithms, else one.
    """
    key = IndexKey.by_name()[value.name]
    if key.counts or value.unit == "count":
        return 0
    if key.kind in PERIODICITY or "ln" in value.unit.split():
        return 2
    return 0 if value.unit == "min" else 1


def key_numbers(
    result: StudyResult, *, words: Wording
) -> tuple[NumberGroup, ...]:
    """Give the numbers of the first pages under their headings."""
    values = values_of(result)
    groups = []
    for heading, names in load_layout().key.items():
        shown = [values[name] for name in names if name in values]
        numbers = tuple(
            number_of(result, value, words=words) for value in shown
        )
        title = words(f"heading.{heading}")
        groups.append(NumberGroup(key=heading, heading=title, numbers=numbers))
    return tuple(groups)


def all_numbers(result: StudyResult, *, words: Wording) -> tuple[Number, ...]:
    """Give every number of the night, as the appendix lists them."""
    return tuple(
        number_of(result, value, words=words)
        for value in values_of(result).values()
    )


def definitions_of(
    result: StudyResult, names: Iterable[str], *, words: Wording
) -> tuple[Definition, ...]:
    """Give the definition of each index once, numbered in the order in which they are met first."""
    table = definitions_in(result)
    defined = [table[name] for name in dict.fromkeys(names) if name in table]
    return tuple(
        _definition(item, n, words=words)
        for n, item in enumerate(defined, start=1)
    )


def _definition(
    item: IndexDefinition, number: int, *, words: Wording
) -> Definition:
    return Definition(
        key=item.name,
        number=number,
        title=capitalised(item.title),
        formula=item.formula,
        unit=item.unit,
        source=source_text(item.source, words=words),
        citation=item.source.citation,
        note=note_text(item.note, item.source),
        marked=item.source.evidence is EvidenceMark.RECALLED,
    )


def source_text(source: Source, *, words: Wording) -> str:
    """Say where something stands and how well that is known."""
    mark = words(f"evidence.{source.evidence}")
    locator = (
        "" if source.evidence is EvidenceMark.ENGINEERING else source.locator
    )
    place = ", ".join(part for part in (source.citation, locator) if part)
    return words("source.place", place=place, mark=mark) if place else mark


def note_text(note: str, source: Source) -> str:
    """Give the note of a rule, and the reason of the project where it is its own choice."""
    reason = (
        source.locator if source.evidence is EvidenceMark.ENGINEERING else ""
    )
    return " ".join(part for part in (reason, note) if part)
