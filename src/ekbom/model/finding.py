"""What was noticed about an input."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters for the result."""

    NOTE = "note"
    WARNING = "warning"
    REFUSAL = "refusal"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing noticed about the input: what it is, where, and what was done about it.

    `code` is a stable kebab-case name (such as ``unit-blank``) that software may test for;
    `message` is one sentence for a person, with the value that was met.
    """

    code: str
    severity: Severity
    message: str
    subject: str = ""
