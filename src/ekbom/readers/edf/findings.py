"""A list that grows while a file is read.

What was noticed, each defect once, in the order it was met.
"""

from ekbom.model.finding import Finding, Severity


class FindingLog:
    """Collects findings during one reading; `as_tuple` hands them out, frozen."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Finding] = {}

    def note(self, code: str, message: str, *, subject: str = "") -> None:
        """Record something unusual that cannot have changed a value."""
        self._add(code, Severity.NOTE, message, subject)

    def warn(self, code: str, message: str, *, subject: str = "") -> None:
        """Record a repair or an assumption that values rest on."""
        self._add(code, Severity.WARNING, message, subject)

    def as_tuple(self) -> tuple[Finding, ...]:
        """Return all findings in the order they were met."""
        return tuple(self._found.values())

    def _add(self, code: str, severity: Severity, message: str, subject: str) -> None:
        self._found.setdefault((code, subject), finding_about(subject, code, severity, message))


def finding_about(subject: str, code: str, severity: Severity, message: str) -> Finding:
    """Make a finding whose sentence begins with what it is about, so that it can stand alone."""
    return Finding(
        code=code,
        severity=severity,
        message=f"{subject}: {message}" if subject else message,
        subject=subject,
    )
