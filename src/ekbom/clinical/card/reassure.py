"""When nothing speaks against calling something harmless."""

from ekbom.clinical.judge import NOT_MET, State
from ekbom.model.assessment import Assessment

HARMLESS_KINDS = ("benign", "finding")
NO = "no"
UNTROUBLED = (
    "symptoms.sleep_disturbance",
    "symptoms.distress_or_impairment",
    "symptoms.daytime_sleepiness",
)
"""Nobody is told that all is well who was not asked these."""
CLEARED = ("not_met", "unlikely", "excluded")
"""How the status of a diagnosis begins that was looked for and not found."""


def may_reassure(assessment: Assessment, state: State) -> bool:
    """Tell whether a reassuring sentence may be said.

    Only where there is no alert and no question about the facts, sleep is known to be undisturbed,
    RLS and PLMD were answered and not met, no other disorder or look-alike is in sight, and the
    index is known and not raised.
    """
    values = state.facts.values
    calm = all(values.get(fact) == NO for fact in UNTROUBLED)
    if assessment.alerts or assessment.problems or not calm:
        return False
    others = (
        one for one in assessment.diagnoses if one.kind not in HARMLESS_KINDS
    )
    cleared = all(one.status.startswith(CLEARED) for one in others)
    index = assessment.verdicts["plmd.over_limit"]
    return cleared and index is NOT_MET and state.medicines_known
