"""Does it matter: how often, how regular, what it does to rest; and what is benign."""

from collections.abc import Iterator

from ekbom.clinical.card.known import (
    MATTER,
    NO,
    OVER_LIMIT,
    YES,
    Known,
    Told,
)
from ekbom.clinical.judge import MET, NOT_MET, number_setting
from ekbom.model.assessment import CardSentence, Line
from ekbom.model.finding import Reason

PLM_INDEX, MEDIAN, PERIODICITY = (
    "psg.plmi",
    "psg.median_imi_s",
    "psg.periodicity_index",
)
AROUSALS = "psg.plm_arousal_index"
DAYS = "symptoms.frequency_per_week"
HARM = {
    "symptoms.sleep_disturbance": Reason("card-harm-sleep"),
    "symptoms.awakenings_self": Reason("card-harm-wakes"),
    "symptoms.distress_or_impairment": Reason("card-harm-distress"),
    "symptoms.daytime_sleepiness": Reason("card-harm-sleepy"),
    "symptoms.poor_concentration": Reason("card-harm-thinking"),
    "symptoms.awakenings_partner": Reason("card-harm-partner"),
}
"""What harm to rest is asked of, in the order in which it is told."""
ASKED = tuple(HARM)[:4]
"""What must be answered before anybody says that there is no harm."""
HARMED = (YES, "mild")
HARMLESS = {
    "HYPNIC_JERK": Reason("card-harmless-jerk"),
    "HABITUAL_FOOT_TAPPING": Reason("card-harmless-tapping"),
    "ALMA_HFT": Reason("card-harmless-rhythm"),
    "PLMS_INCIDENTAL": Reason("card-harmless-movements"),
}
"""What may be called harmless, each by its own name."""
POSITIVE = ("likely_benign", "likely", "finding")


def matter_sentences(known: Known) -> Iterator[CardSentence]:
    """Say whether it matters: frequency, regularity and harm to rest, one sentence each."""
    yield _sentence(_often(known))
    yield _sentence(_regular(known))
    yield _sentence(_harm(known))
    yield from _benign(known)


def _sentence(says: Reason, *lines: Line) -> CardSentence:
    return CardSentence(part=MATTER, says=says, lines=lines)


def _often(known: Known) -> Reason:
    """Say how often they come, against the limit of the age."""
    index = known.number(PLM_INDEX)
    if index is None:
        days = known.number(DAYS)
        if days is None:
            return Reason("card-often-unknown")
        return Reason("card-often-felt", {"days": days})
    verdict = known.verdict(OVER_LIMIT)
    if verdict not in (MET, NOT_MET):
        return Reason("card-often-open", {"index": index})
    group = "child" if known.child else "adult"
    limit = number_setting(f"plmd.threshold.{group}_per_h", known.state)
    values: Told = {"index": index, "limit": limit, "group": group}
    if verdict is MET:
        return Reason("card-often-above", values)
    return Reason("card-often-below", values)


def _regular(known: Known) -> Reason:
    """Say how regular they come."""
    median, share = known.number(MEDIAN), known.number(PERIODICITY)
    if median is None:
        if share is None:
            return Reason("card-regular-unknown")
        return Reason("card-regular-share", {"share": share})
    low, high = (
        number_setting(f"typical_interval.{end}_s", known.state)
        for end in ("low", "high")
    )
    values = {"median": median, "low": low, "high": high}
    if share is None:
        return Reason("card-regular-median", values)
    return Reason("card-regular", {**values, "share": share})


def harms(known: Known) -> tuple[Reason, ...]:
    """List the harm to rest that was answered yes."""
    return tuple(
        harm for fact, harm in HARM.items() if known.answered(fact, *HARMED)
    )


def _harm(known: Known) -> Reason:
    """Say what it does to rest; nothing is said to be unharmed that nobody asked about."""
    told = (*harms(known), *_measured(known))
    if told:
        return Reason("card-harm", {"items": told})
    if all(known.answered(fact, NO) for fact in ASKED):
        return Reason("card-harm-none")
    if any(known.answered(fact, NO) for fact in ASKED):
        return Reason("card-harm-open")
    return Reason("card-harm-unknown")


def _measured(known: Known) -> tuple[Reason, ...]:
    """Give the numbers behind it."""
    arousals, sleepiness = known.number(AROUSALS), known.number("scores.ess")
    told = []
    if arousals is not None:
        told.append(Reason("card-arousals", {"index": arousals}))
    if sleepiness is not None and sleepiness > _sleepy_above(known):
        told.append(Reason("card-epworth", {"points": sleepiness}))
    return tuple(told)


def _sleepy_above(known: Known) -> float:
    """Give the Epworth total above which somebody is sleepy; one below it is no harm."""
    return number_setting("ess.sleepy", known.state)


def _benign(known: Known) -> Iterator[CardSentence]:
    """Call benign what is benign, by its name, where nothing speaks against it."""
    if not known.reassures:
        return
    for one in known.assessment.diagnoses:
        if one.code in HARMLESS and one.status in POSITIVE:
            yield _sentence(HARMLESS[one.code], *one.reasons[:1])
