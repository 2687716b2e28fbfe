"""Numbers of a report with their names, and the definitions their footnotes lead to."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import cast

from ekbom.model.result import IndexValue, RuleSetScore, StudyResult
from ekbom.model.source import EvidenceMark, Source
from ekbom.report.words import Wording

HEADINGS = ("sleep", "movements", "periodicity", "breathing", "arousal")


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
    table = tomllib.loads(
        resources.files("ekbom.report").joinpath("layout.toml").read_text(encoding="utf-8")
    )
    key = cast("Mapping[str, list[str]]", table["key"])
    return Layout(
        headline=tuple(table["headline"]),
        without_stages=tuple(table["without_stages"]),
        patient_index=str(table["patient_index"]),
        patient_count=str(table["patient_count"]),
        patient_sleep=str(table["patient_sleep"]),
        key={heading: tuple(names) for heading, names in key.items()},
    )


def main_rule_set(result: StudyResult) -> str:
    """Name the rule set that was asked for first."""
    return next(iter(result.scores))


def main_score(result: StudyResult) -> RuleSetScore:
    """Give the score by the rule set that was asked for first."""
    return result.scores[main_rule_set(result)]


def values_of(result: StudyResult) -> dict[str, IndexValue]:
    """Give every number of a night by name: sleep first, then the indices of the main rule set."""
    indices = result.scores[main_rule_set(result)].indices if result.scores else {}
    return {**result.sleep, **indices}


def number_of(result: StudyResult, value: IndexValue, *, words: Wording) -> Number:
    """Write one number with its title from the table of indices.

    Without a definition its own name stands for it.
    """
    definition = (
        result.index_table.definitions.get(value.name) if result.index_table is not None else None
    )
    title = definition.title if definition is not None else readable(value.name)
    unit = "" if value.unit in {"1", "count"} else value.unit
    text = (
        words("report.not_computable")
        if value.value is None
        else words.number(value.value, decimals=decimals_of(value))
    )
    return Number(
        key=value.name,
        label=capitalised(title),
        value=value.value,
        unit=unit if value.value is not None else "",
        text=text,
        reason=words.reason(value.reason),
        definition=value.name if definition is not None else "",
    )


def capitalised(text: str) -> str:
    """Begin a title with a capital letter and leave the rest as it is."""
    return text[:1].upper() + text[1:]


def decimals_of(value: IndexValue) -> int:
    """Choose how many decimals a number is written with.

    None for counts, two for shares and logarithms, else one.
    """
    if value.name.endswith("_count") or value.unit == "count":
        return 0
    if value.name.startswith("pi_") or "ln" in value.unit.split():
        return 2
    return 0 if value.unit == "min" else 1


def readable(name: str) -> str:
    """Turn a name without a definition into words."""
    return name.replace("_per_h", " per hour").replace("_", " ")


def key_numbers(result: StudyResult, *, words: Wording) -> tuple[NumberGroup, ...]:
    """Give the numbers of the first pages under their headings."""
    values, layout = values_of(result), load_layout()
    groups = []
    for heading in HEADINGS:
        numbers = tuple(
            number_of(result, values[name], words=words)
            for name in layout.key[heading]
            if name in values
        )
        groups.append(
            NumberGroup(key=heading, heading=words(f"heading.{heading}"), numbers=numbers)
        )
    return tuple(groups)


def all_numbers(result: StudyResult, *, words: Wording) -> tuple[Number, ...]:
    """Give every number of the night, as the appendix lists them."""
    return tuple(number_of(result, value, words=words) for value in values_of(result).values())


def definitions_of(
    result: StudyResult, keys: Iterable[str], *, words: Wording
) -> tuple[Definition, ...]:
    """Give the definition of each key once, numbered in the order in which they are first met."""
    if result.index_table is None:
        return ()
    found = []
    table = result.index_table.definitions
    for number, key in enumerate((key for key in dict.fromkeys(keys) if key in table), start=1):
        item = table[key]
        found.append(
            Definition(
                key=key,
                number=number,
                title=capitalised(item.title),
                formula=item.formula,
                unit=item.unit,
                source=source_text(item.source, words=words),
                citation=item.source.citation,
                note=item.note,
                marked=item.source.evidence is EvidenceMark.RECALLED,
            )
        )
    return tuple(found)


def source_text(source: Source, *, words: Wording) -> str:
    """Say where something stands and how well that is known."""
    place = ", ".join(part for part in (source.citation, source.locator) if part)
    mark = words(f"evidence.{source.evidence}")
    return f"{place} ({mark})" if place else mark
