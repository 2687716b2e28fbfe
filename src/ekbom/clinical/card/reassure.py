"""When nothing speaks against calling something harmless."""

from ekbom.clinical.judge import NOT_MET, State
from ekbom.model.assessment import Assessment

HARMLESS_KINDS = ("benign", "finding")
CLEARED = ("not_met", "unlikely", "excluded")
"""How the status of a diagnosis begins that was looked for and not found."""


def may_reassure(assessment: Assessment, state: State) -> bool:
    """Tell whether a reassuring sentence may be said.

    Only where there is no alert and no question about the facts, RLS and PLMD were answered and not
    met, no other disorder or look-alike is in sight, and the index is known and not raised.
    """
    if assessment.alerts or assessment.problems:
        return False
    others = (
        one for one in assessment.diagnoses if one.kind not in HARMLESS_KINDS
    )
    cleared = all(one.status.startswith(CLEARED) for one in others)
    index = assessment.verdicts["plmd.over_limit"]
    return cleared and index is NOT_MET and state.medicines_known
