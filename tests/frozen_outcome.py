"""Whole results as rows of numbers and codes, to be frozen: no sentence, long columns as sums."""

import math
import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from ekbom.codec.codec import Codec

WORDS = {
    "text",
    "title",
    "plain",
    "source",
    "unit",
    "note",
    "formula",
    "label",
    "digest",
}
LONG = 12
DIGITS = 9
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


def flattened(record: object) -> dict[str, str]:
    """Write every number and code of a record under its path."""
    return dict(_rows(Codec(strict=False).write(record), ""))


def _rows(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            if name not in WORDS:
                yield from _rows(part, f"{path}.{name}".lstrip("."))
    elif (
        isinstance(value, list)
        and len(value) > LONG
        and all(map(_is_number, value))
    ):
        yield path, _sums([float(item) for item in value])
    elif isinstance(value, list) and all(
        isinstance(item, str) for item in value
    ):
        yield path, " ".join(value)
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from _rows(part, f"{path}[{place}]")
    elif _is_number(value):
        yield path, f"{value:.{DIGITS}g}"
    elif value not in (None, ""):
        yield path, str(value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def _sums(numbers: list[float]) -> str:
    """Write how many numbers there are, their sum weighed by place, and the sum of squares."""
    weighed = math.fsum(
        place * number for place, number in enumerate(numbers, start=1)
    )
    squares = math.fsum(number**2 for number in numbers)
    return f"{len(numbers)} {weighed:.{DIGITS}g} {squares:.{DIGITS}g}"


def condensed(rows: Mapping[str, str]) -> dict[str, str]:
    """Write rows whose names begin alike as one: how many, and the sums of their numbers."""
    groups: dict[str, list[str]] = {}
    for name, value in sorted(rows.items()):
        stem = re.split(r"[._\[]", name)[0]
        groups.setdefault(stem, []).append(value)
    return {stem: _condensed(values) for stem, values in groups.items()}


def _condensed(values: list[str]) -> str:
    words = [word for value in values for word in value.split()]
    numbers = [float(word) for word in words if NUMBER.fullmatch(word)]
    others = "".join(word for word in words if not NUMBER.fullmatch(word))
    return f"{_sums(numbers)} {zlib.crc32(others.encode())}"


def expect_frozen(
    path: Path, rows: Mapping[str, str], name: str, *, rel: float
) -> None:
    """Compare rows with those of a frozen list; numbers by `rel`, words exactly."""
    expected: dict[str, str] = read_frozen(path)[name]
    assert list(rows) == list(expected)
    wrong = {
        key: (rows[key], said)
        for key, said in expected.items()
        if not _alike(rows[key], said, rel)
    }
    assert wrong == {}


def read_frozen(path: Path) -> dict[str, dict[str, str]]:
    """Read a frozen list of results, every scalar as a word."""
    text = path.read_text(encoding="utf-8")
    reader = yaml.CBaseLoader
    content: dict[str, dict[str, str]] = yaml.load(text, Loader=reader)  # noqa: S506
    return content


def _alike(found: str, said: str, rel: float) -> bool:
    try:
        pairs = (
            [float(word) for word in found.split()],
            [float(word) for word in said.split()],
        )
    except ValueError:
        return found == said
    return pairs[0] == pytest.approx(pairs[1], rel=rel, abs=rel)
