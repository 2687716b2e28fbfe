"""Which legs of a study may be scored, and the refusal where none may."""

from ekbom.model.errors import UnscorableError
from ekbom.model.finding import Finding, Severity
from ekbom.model.recording import LegSignal
from ekbom.readers.arrays import ARRAYS
from ekbom.readers.study import Study


def scorable_legs(study: Study) -> tuple[LegSignal, ...]:
    """Take the legs no physical check refused.

    Raises
    ------
    UnscorableError
        If none is left; its findings say why for each leg.
    """
    legs = tuple(leg for leg in study.legs if not refusals(leg))
    if legs:
        return legs
    name = study.recording.name
    choice = study.choice
    if not study.recording.channels and study.recording.format != ARRAYS:
        raise UnscorableError(
            f"{name}: the file holds annotations and no signals; give the recording, and this "
            f"file with it: ekbom score RECORDING --annotations {name}."
        )
    if not study.legs:
        why = ", ".join(
            f"{label}: {reason.code}"
            for label, reason in choice.reasons.items()
        )
        what = f"{name}: there is no leg channel to score"
        hint = "name the channels with --left and --right, or see what there is with: ekbom inspect"
        raise UnscorableError(
            f"{what} ({why or 'no channel is named like a leg'}); {hint}.",
            brief=f"{what}." if choice.findings else f"{what}; {hint}.",
            findings=choice.findings,
        )
    refused = tuple(finding for leg in study.legs for finding in refusals(leg))
    why = "; ".join(_measured(finding) for finding in refused)
    what = f"{name}: no leg can be scored"
    raise UnscorableError(
        f"{what} ({why}).", brief=f"{what}.", findings=refused
    )


def refusals(leg: LegSignal) -> list[Finding]:
    """List why a leg may not be scored; empty if it may."""
    return [
        finding
        for finding in leg.findings
        if finding.severity is Severity.REFUSAL
    ]


def _measured(finding: Finding) -> str:
    """Name leg, code and what was measured, such as ``LAT: step-too-coarse, step_uv 31.25``."""
    values = [
        f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in finding.values.items()
    ]
    return ", ".join((f"{finding.subject}: {finding.code}", *values))
