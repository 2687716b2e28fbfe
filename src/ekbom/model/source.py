"""Where a number or a sentence stands, and a rule set with every parameter and its source."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

ParameterValue = float | int | bool | str | tuple[float, ...] | None
UNDEFINED = "undefined"


class EvidenceMark(StrEnum):
    """How something is known.

    Read in its source, read in a secondary source, recalled and to be verified, a choice of the
    project, or an option that the user set.
    """

    READ = "read"
    SECONDARY = "secondary"
    RECALLED = "recalled"
    ENGINEERING = "engineering"
    OPTION = "option"


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where something stands.

    A citation with the place that was read, or none and `to_verify`. For a choice of the project
    `locator` holds the reason.
    """

    evidence: EvidenceMark
    citation: str = ""
    locator: str = ""
    to_verify: bool = False
    guideline: str = ""
    edition: str = ""
    population: str = ""
    last_checked: str = ""


@dataclass(frozen=True, kw_only=True)
class TableValue:
    """What a table says of a parameter that an option set otherwise."""

    value: ParameterValue
    inclusive: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter of a table.

    `inclusive` says whether a bound itself is inside; None where the value is no bound. `bound` is
    the sign by which a fact meets the value, such as ``<=``; empty where the engine knows it.
    `choices` lists the values an option may take, empty for any number. `instead_of` is what the
    table says where an option set something else.
    """

    name: str = field(metadata={"from_key": True})
    value: ParameterValue
    unit: str
    source: Source
    inclusive: bool | None = None
    bound: str = ""
    choices: tuple[ParameterValue, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    note: str = ""
    instead_of: TableValue | None = None


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """A scoring standard and edition: identity, status and parameters by name.

    `digest` identifies the table with options, `name` is what people call it, `title` what it is
    called in full, `source` the key of the bibliography.
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
