"""RLS and PLMD side by side, from the answers of this person."""

from collections.abc import Iterator

from ekbom.clinical.card.known import COMPARE, NO, OVER_LIMIT, YES, Known
from ekbom.clinical.judge import MET, NOT_MET, UNKNOWN_WORD
from ekbom.model.assessment import CardSentence, FactValue
from ekbom.model.finding import Reason

URGE, REST, RELIEF = (
    "symptoms.urge_to_move",
    "symptoms.rest_onset",
    "symptoms.movement_relief",
)
NOTICED, SEEN = (
    "symptoms.aware_of_movements",
    "symptoms.bed_partner_reports_kicking",
)
INDEX = "psg.plmi"
RLS, REFUTED = "RLS", "not_met"


def comparison(known: Known) -> Iterator[CardSentence]:
    """Compare by timing and by will, then say which of the two the answers speak for."""
    yield _sentence(
        Reason(
            "compare-awake",
            {"urge": _word(known, URGE), "rest": _word(known, REST)},
        )
    )
    yield _sentence(Reason("compare-will", {"relief": _word(known, RELIEF)}))
    yield _sentence(_asleep(known))
    yield _sentence(_verdict(known))


def _sentence(says: Reason) -> CardSentence:
    return CardSentence(part=COMPARE, says=says)


def _word(known: Known, fact: str) -> str:
    """Give an answer as it was chosen."""
    value: FactValue | None = known.value(fact)
    return value if isinstance(value, str) else UNKNOWN_WORD


def _asleep(known: Known) -> Reason:
    """Say what happens in sleep, measured where there is a recording."""
    values = {"seen": _word(known, SEEN), "noticed": _word(known, NOTICED)}
    index = known.number(INDEX)
    if index is None:
        return Reason("compare-asleep-told", values)
    return Reason("compare-asleep-measured", {**values, "index": index})


def _verdict(known: Known) -> Reason:
    """Say which of the two the answers speak for."""
    urge = known.answered(URGE, YES)
    no_urge = known.answered(URGE, NO)
    many, few = (
        known.verdict(OVER_LIMIT) is verdict for verdict in (MET, NOT_MET)
    )
    moves = many or (known.answered(SEEN, YES) and not few)
    rls = known.diagnosis(RLS)
    if urge and rls is not None and rls.status == REFUTED:
        return Reason("compare-urge-only")
    if urge and moves:
        return Reason("compare-both")
    if urge:
        return Reason("compare-rls")
    if no_urge and moves:
        return Reason("compare-plmd")
    if no_urge and few:
        return Reason("compare-neither")
    return Reason("compare-open")
