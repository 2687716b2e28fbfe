"""When nothing speaks against calling something harmless."""

from ekbom.clinical.judge import NOT_MET
from ekbom.model.assessment import Assessment

GATE = "gate.open"
"""The criterion that is met by an alarming answer, and unknown while one is missing."""


def may_reassure(assessment: Assessment) -> bool:
    """Tell whether a reassuring sentence may be said.

    Only where every answer that could alarm was given and none does, no alert is there, and nothing
    about the facts themselves has to be asked.
    """
    asked = assessment.alerts or assessment.problems
    return not asked and assessment.verdicts[GATE] is NOT_MET
