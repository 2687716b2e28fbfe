"""Entries of tables as plain words, as the frozen lists write them."""

import re
from collections.abc import Iterable
from pathlib import Path

import yaml

from ekbom.model.source import Parameter, Source

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def joined(words: Iterable[object]) -> str:
    """Join what is not empty."""
    return ", ".join(str(word) for word in words if word not in ("", None))


def mark(source: Source) -> str:
    """Write how something is known."""
    return joined(
        (source.evidence.value, source.citation, "to verify" * source.to_verify)
    )


def parameter(one: Parameter) -> str:
    """Write one parameter: its bound, value, unit, what it may be, and how it is known."""
    inside = {True: "inclusive", False: "exclusive", None: ""}[one.inclusive]
    limits = (
        ""
        if one.minimum is None and one.maximum is None
        else f"{one.minimum} to {one.maximum}"
    )
    choices = f"one of {joined(one.choices)}" if one.choices else ""
    value = f"{one.bound} {one.value} {one.unit}".strip()
    return f"{joined((value, inside, limits, choices))} ({mark(one.source)})"


def write_frozen(path: Path, rows: object, *, about: str) -> None:
    """Write a frozen list anew; a person reads the difference."""
    text = yaml.safe_dump(rows, sort_keys=False, allow_unicode=True, width=95)
    head = f"# {about}\n# A line is changed by hand where the table is meant to change.\n"
    path.write_text(head + text, encoding="utf-8")
