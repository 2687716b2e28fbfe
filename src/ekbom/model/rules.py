"""A rule set as loaded from its table: every parameter with value, unit, bound and source."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

ParameterValue = float | int | bool | str | tuple[float, ...] | None
UNDEFINED = "undefined"


class EvidenceMark(StrEnum):
    """How the number is known: read in its source, read in a secondary source, or recalled and to be verified."""

    READ = "read"
    SECONDARY = "secondary"
    RECALLED = "recalled"
    ENGINEERING = "engineering"


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter of a table.

    `inclusive` is None where the value is no bound. `citation` is a key of the bibliography with `locator`, or empty
    for a recalled or engineering value. `choices` lists the values an option may take, empty for any number.
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
    """A scoring standard and edition: identity, status and parameters by name; `digest` identifies the table with options."""

    id: str
    title: str
    edition: str
    status: str
    last_checked: str
    source: str
    parameters: Mapping[str, Parameter]
    non_default: Mapping[str, ParameterValue]
    digest: str


@dataclass(frozen=True, kw_only=True)
class AmplitudeCriteria:
    """When activity of one leg is an LM, in uV above the resting level; `*_inclusive`: the bound itself belongs inside.

    On: envelope reaches rest + `onset_above_rest_uv`. Off: start of `offset_hold_s` seconds that do not exceed
    rest + `offset_above_rest_uv`. With `morphology`, some stretch of `morphology_window_s` has a median of at least
    `morphology_median_uv` above rest.
    """

    onset_above_rest_uv: float
    offset_above_rest_uv: float
    offset_hold_s: float
    offset_inclusive: bool
    min_duration_s: float
    morphology: bool
    morphology_median_uv: float
    morphology_window_s: float
