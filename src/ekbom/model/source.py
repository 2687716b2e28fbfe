"""Where a number or a sentence stands, and a rule set with every parameter and its source."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

ParameterValue = float | int | bool | str | tuple[float, ...] | None
UNDEFINED = "undefined"


class EvidenceMark(StrEnum):
    """How something is known; engineering is a choice of the project, option one of the user."""

    READ = "read"
    SECONDARY = "secondary"
    RECALLED = "recalled"
    ENGINEERING = "engineering"
    OPTION = "option"


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where something stands: a citation with the place that was read, or none and `to_verify`."""

    evidence: EvidenceMark
    citation: str = ""
    locator: str = ""  #: for a choice of the project, the reason
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
    """One parameter of a table."""

    name: str = field(metadata={"from_key": True})
    value: ParameterValue
    unit: str
    source: Source
    inclusive: bool | None = None  #: of a bound: whether it is inside
    bound: str = ""  #: the sign by which a fact meets it
    choices: tuple[ParameterValue, ...] = ()  #: empty for any number
    minimum: float | None = None
    maximum: float | None = None
    note: str = ""
    instead_of: TableValue | None = None  #: set where an option changed it


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """A scoring standard and edition: identity, status and parameters by name."""

    id: str
    title: str
    edition: str
    published: str
    status: str
    last_checked: str
    source: str  #: key of the bibliography
    parameters: Mapping[str, Parameter]
    non_default: Mapping[str, ParameterValue]
    digest: str  #: of the table with options
    name: str = ""  #: what people call it
