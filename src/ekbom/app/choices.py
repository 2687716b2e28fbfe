"""Options that several commands share, and how a typed option becomes values."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from ekbom.model.errors import UsageError
from ekbom.model.source import ParameterValue

Files = Annotated[
    tuple[Path, ...], Parameter(consume_multiple=True, negative="")
]
"""Several files behind one option."""
Settings = Annotated[tuple[str, ...], Parameter(name="--set", negative="")]
"""Options as name=value, given one by one."""
Switch = Annotated[bool, Parameter(negative="")]
"""Something that is done when it is named."""

FLAGS = {"true": True, "false": False}


def given(*paths: Path | None) -> tuple[Path, ...]:
    """Keep the files that were named."""
    return tuple(path for path in paths if path is not None)


def words(text: str) -> tuple[str, ...]:
    """Split names that are separated by commas."""
    names = [name.strip() for name in text.split(",")]
    return tuple(filter(None, names))


def named_values(
    settings: Iterable[str], *, option: str
) -> dict[str, ParameterValue]:
    """Read settings that are written as name=value.

    Raises
    ------
    UsageError
        If one has no name or no value.
    """
    values: dict[str, ParameterValue] = {}
    for setting in settings:
        name, _, value = (part.strip() for part in setting.partition("="))
        if not name or not value:
            raise UsageError(
                f"{option} {setting!r} must be written as name=value."
            )
        values[name] = _value(value)
    return values


def _value(text: str) -> ParameterValue:
    """Read a flag, a number, or a word."""
    if text in FLAGS:
        return FLAGS[text]
    try:
        return float(text)
    except ValueError:
        return text
