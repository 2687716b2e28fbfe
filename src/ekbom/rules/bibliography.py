"""The bibliography: what the tables may cite, and how much of each source was read."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from types import MappingProxyType

from ekbom.rules.strict_yaml import TableError, read_table

_KEYS = {"what", "where", "identifier", "access", "checked"}


@dataclass(frozen=True, kw_only=True)
class Reference:
    """One source: what it is, where it appeared, and which part of it was read (`access`) by which day (`checked`)."""

    key: str
    what: str
    where: str
    identifier: str
    access: str
    checked: str


@lru_cache(maxsize=1)
def load_bibliography() -> Mapping[str, Reference]:
    """Read every source the tables may cite, by key.

    Raises
    ------
    TableError
        If an entry lacks a field, has one that is unknown, or holds a value of the wrong type.
    """
    source = resources.files("ekbom.rules").joinpath("tables", "references.yaml")
    entries = read_table(source)
    return MappingProxyType(
        {key: _reference(key, entry, file=source.name) for key, entry in entries.items()}
    )


def _reference(key: str, entry: object, *, file: str) -> Reference:
    """Check one entry."""
    if not isinstance(entry, dict) or set(entry) != _KEYS:
        raise TableError(
            f"{file}: the entry {key!r} must have exactly the fields {', '.join(sorted(_KEYS))}"
        )
    wrong = [name for name, value in entry.items() if not isinstance(value, str) or not value]
    if wrong:
        raise TableError(
            f"{file}: the entry {key!r} needs text in every field; check {', '.join(wrong)}"
        )
    return Reference(key=key, **entry)
