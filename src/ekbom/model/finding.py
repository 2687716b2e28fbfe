"""What was noticed about an input, and why something cannot be told.

Both are codes with values, never sentences.

The words for every code stand in the catalogue of the reports, one per language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Value = str | float | int | tuple[str | float, ...]
"""What may fill a place of a sentence."""
Values = Mapping[str, Value]
"""The values of a sentence, by the name of their place."""


class Severity(StrEnum):
    """How much a finding matters for the result."""

    NOTE = "note"
    WARNING = "warning"
    REFUSAL = "refusal"


@dataclass(frozen=True)
class Reason:
    """Why something is as it is: a stable kebab-case code, and the values its sentence needs.

    A value may be a reason itself, or several, where one reason rests on another.

    Examples
    --------
    >>> Reason("fewer-intervals", {"count": 3, "needed": 20}).code
    'fewer-intervals'
    """

    code: str
    values: Mapping[str, "Value | Reason | tuple[Reason, ...]"] = field(
        default_factory=dict, hash=False
    )


@dataclass(frozen=True)
class Finding:
    """One thing noticed about the input: what it is, how much it matters, and on what.

    `code` is a stable kebab-case name (such as ``unit-blank``) that software may test for.
    `subject` names what it is about (a channel, a leg, a file), `values` hold what was met, by
    name, and `origin` the file it was met in where the subject does not say so.

    Examples
    --------
    >>> Finding("step-coarse", Severity.REFUSAL, "LAT", {"step_uv": 31.25}).values["step_uv"]
    31.25
    """

    code: str
    severity: Severity
    subject: str = ""
    values: Values = field(default_factory=dict, hash=False)
    origin: str = ""
