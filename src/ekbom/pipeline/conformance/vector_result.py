"""What came of running test vectors: each vector with what differs from its expectation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

Json: TypeAlias = (
    "bool | int | float | str | list[Json] | dict[str, Json] | None"
)
JsonObject: TypeAlias = Mapping[str, Json]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One expectation that was not met: its name, what the vector says, what this build says."""

    key: str
    expected: Json
    found: Json


@dataclass(frozen=True, kw_only=True)
class VectorResult:
    """One vector: its name, what differs (nothing = passed), why the vector exists."""

    id: str
    differences: tuple[Difference, ...] = ()
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class ConformanceResult:
    """All vectors of a file."""

    title: str
    vectors: tuple[VectorResult, ...]

    @property
    def failed(self) -> tuple[VectorResult, ...]:
        """The vectors with a difference."""
        return tuple(vector for vector in self.vectors if vector.differences)
