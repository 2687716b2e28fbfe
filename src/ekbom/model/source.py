"""A rule set as loaded from its table: every parameter with value, unit, bound and source."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

ParameterValue = float | int | bool | str | tuple[float, ...] | None
UNDEFINED = "undefined"


class EvidenceMark(StrEnum):
    """How the number is known.

    Read in its source, read in a secondary source, or recalled and to be verified.
    """

    READ = "read"
    SECONDARY = "secondary"
    RECALLED = "recalled"
    ENGINEERING = "engineering"


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter of a table.

    `inclusive` is None where the value is no bound. `citation` is a key of the bibliography with
    `locator`, or empty for a recalled or engineering value. `choices` lists the values an option
    may take, empty for any number.
    """

    name: str
    value: ParameterValue
    unit: str
    evidence: EvidenceMark
    citation: str = ""
    locator: str = ""
    to_verify: bool = False
    inclusive: bool | None = None
    choices: tuple[ParameterValue, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    note: str = ""
    last_checked: str = ""


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """A scoring standard and edition: identity, status and parameters by name.

    `digest` identifies the table with options.

    `name` is what people call it, `title` what it is called in full.
    """

    id: str
    title: str
    edition: str
    published: str
    status: str
    last_checked: str
    source: str
    parameters: Mapping[str, Parameter]
    non_default: Mapping[str, ParameterValue]
    digest: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a rule stands: a citation with locator that was read, or none and `to_verify`."""

    evidence: EvidenceMark
    citation: str = ""
    locator: str = ""
    to_verify: bool = False
    guideline: str = ""
    edition: str = ""
    population: str = ""
    last_checked: str = ""
