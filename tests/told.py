"""Reasons as a person reads them, for tests."""

from ekbom.model.finding import Reason
from ekbom.report.words import load_wording


def told(*reasons: Reason | None) -> str:
    """Say reasons in words; nothing where there is none."""
    return "; ".join(load_wording().reason(reason) for reason in reasons)
