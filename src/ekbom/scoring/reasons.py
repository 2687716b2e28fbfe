"""Why an index has no number: the codes that several counts share."""

from ekbom.model.finding import Reason

NO_HYPNOGRAM = Reason("no-hypnogram")
NOTHING_STAGED = Reason("nothing-staged")
NOTHING_RECORDED = Reason("nothing-recorded")
NO_SLEEP = Reason("no-sleep-in-bed")
NO_PLMS = Reason("no-plms")
NO_PLMW = Reason("no-plmw-rule")
AROUSALS_NOT_SCORED = Reason("arousals-not-scored")
AROUSALS_NOT_DEFINED = Reason("arousals-not-defined")
BREATHING_NOT_SCORED = Reason("breathing-not-scored")
BREATHING_NOT_DEFINED = Reason("breathing-not-defined")


def state_not_scored(state: str) -> Reason:
    """Say that no time of a state was scored, so that there is nothing to divide by."""
    return Reason("state-not-scored", {"state": state})
