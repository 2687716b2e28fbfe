"""Facts as the frozen lists write them: flat, each with its whole name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

LISTS = (
    "conditions",
    "medications",
    "rls_treatment",
    "rls_treatment_failed",
    "rls_treatment_harmed",
    "allergies",
    "iv_iron_history",
)


def read_words(path: Path) -> Any:
    """Read a list with every scalar as it is written; yes and no are words."""
    text = path.read_text(encoding="utf-8")
    return yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506 - makes nothing but words


def flat(answers: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Write a facts file with one whole name for every fact."""
    found: dict[str, Any] = {}
    for name, value in answers.items():
        if (
            isinstance(value, Mapping)
            and name not in LISTS
            and "value" not in value
        ):
            found |= flat(value, f"{before}{name}.")
        else:
            found[f"{before}{name}"] = value
    return found


def nested(case: Mapping[str, Any]) -> dict[str, Any]:
    """Write flat facts as a facts file holds them."""
    found: dict[str, Any] = {}
    for path, value in case.items():
        node = found
        *groups, name = path.split(".")
        for group in groups:
            node = node.setdefault(group, {})
        node[name] = value
    return found


def number(text: Any) -> Any:
    """Read what a frozen list writes: numbers and true or false as such, all else as words."""
    if isinstance(text, Mapping):
        return {name: number(value) for name, value in text.items()}
    if isinstance(text, list):
        return [number(value) for value in text]
    if isinstance(text, bool):
        return text
    if text in ("true", "false"):
        return text == "true"
    try:
        return float(text)
    except ValueError:
        return text
