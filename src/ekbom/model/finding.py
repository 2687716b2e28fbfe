"""What was noticed about an input, why something cannot be told: codes; reports have the words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Value = str | float | int | tuple[str | float, ...]  #: fills a place
Values = Mapping[str, Value]  #: by the name of their place


class Severity(StrEnum):
    """How much a finding matters for the result."""

    NOTE = "note"
    WARNING = "warning"
    REFUSAL = "refusal"


@dataclass(frozen=True)
class Reason:
    """Why something is as it is; a value may be a reason itself, or several of them."""

    code: str  #: stable, in kebab case
    values: Mapping[str, "Value | Reason | tuple[Reason, ...]"] = field(
        default_factory=dict, hash=False
    )


@dataclass(frozen=True)
class Finding:
    """One thing noticed about the input: what it is, how much it matters, and on what."""

    code: str  #: stable, in kebab case (``unit-blank``)
    severity: Severity
    subject: str = ""  #: a channel, a leg, a file
    values: Values = field(default_factory=dict, hash=False)
    origin: str = ""  #: the file, where the subject is not one
