"""What causes it: the first cause by name, what makes it worse, what was excluded."""

from collections.abc import Iterator

from ekbom.clinical.card.known import (
    CAUSE,
    MOST_NAMED,
    YES,
    Item,
    Known,
    Told,
    named,
)
from ekbom.clinical.judge import MET, number_setting
from ekbom.clinical.medicines import DRUG_TRIGGER
from ekbom.model.assessment import CardSentence, Cause, CodedLine
from ekbom.model.finding import Reason

RLS, PLMD, OSA = "RLS", "PLMD", "OSA"
INCIDENTAL = "PLMS_INCIDENTAL"
URGENT_CAUSE = "urgent_exclude"
NOT_EXPLAINING = ("trigger", "indeterminate")
"""Statuses of the ranking that explain nothing by themselves."""
FINDING, BENIGN, LIKELY = "finding", "likely_benign", "likely"
FULLY_MET = "criteria_met"
HARMS = ("AUGMENTATION",)
"""Harm by a treatment: it stays on the card beside what it is the treatment of."""
NOT_MET, EXCLUDED, UNLIKELY = "not_met", "excluded", "unlikely"
NORMAL, ATTENTION = "normal", "attention"
"""Codes of the overall line."""
KINDS = ("disorder", "mimic", "benign")
"""Kinds of diagnoses that are told as excluded."""
ALIKE = ("mimic", "urgent")
"""Kinds of diagnoses that look alike and have their own cause."""
FROM_MEDICINES = ("AKATHISIA_DRUG", "PD_WEARING_OFF_OR_AKATHISIA")
"""Look-alikes that a medicine brings about."""
BANDS, ARMS = "severity_", "symptoms.arms_involved"
LOW_IRON = "TR_IRON_DEFICIENCY"
FERRITIN, SATURATION = "labs.ferritin_ng_ml", "derived.tsat_measured_pct"
CAFFEINE = "lifestyle.caffeine_mg_day"
OF_ITS_OWN = ("NOCTURNAL_SEIZURE", "NARCOLEPSY_OR_HYPERSOMNIA")
"""Disorders to which neither iron nor pregnancy nor habits are known to add."""


def cause_sentences(known: Known) -> Iterator[CardSentence]:
    """Say what causes it in this person."""
    causes = explaining(known)
    yield _first(causes[0], known) if causes else _none(known)
    if len(causes) > 1:
        yield _others(causes[1:])
    yield from _worse(known)
    yield _excluded(known)


def explaining(known: Known) -> list[Cause]:
    """List what explains the movements, the surest first."""
    ranked = sorted(known.assessment.causes, key=lambda cause: cause.rank)
    return [cause for cause in ranked if cause.status not in NOT_EXPLAINING]


def _first(cause: Cause, known: Known) -> CardSentence:
    """Name the first cause with how sure it is; a finding is not called harmless by itself."""
    lines = cause.reasons[:1]
    if cause.status == URGENT_CAUSE:
        return CardSentence(
            part=CAUSE,
            says=Reason(
                "card-cause-urgent",
                {"title": cause.title, "plain": cause.plain},
            ),
            lines=lines,
        )
    if cause.code == INCIDENTAL and not known.reassures:
        return CardSentence(
            part=CAUSE, says=Reason("card-finding-open"), lines=lines
        )
    values: Told = {
        "title": cause.title,
        "plain": cause.plain,
        "certainty": certainty(cause, known),
        "plain_certainty": plain_certainty(cause, known),
        "details": details(cause, known),
    }
    if values["details"]:
        return CardSentence(
            part=CAUSE, says=Reason("card-cause", values), lines=lines
        )
    return CardSentence(
        part=CAUSE, says=Reason("card-cause-bare", values), lines=lines
    )


def certainty(cause: Cause, known: Known) -> str:
    """Say how sure a cause is; *benign* only where nothing speaks against it."""
    if cause.status == BENIGN and not known.reassures:
        return known.state.tables.certainty[LIKELY][1]
    return cause.certainty


def plain_certainty(cause: Cause, known: Known) -> str:
    """Say the same for patients."""
    if cause.status == BENIGN and not known.reassures:
        return known.state.tables.certainty[LIKELY][2]
    return cause.plain_certainty


def details(cause: Cause, known: Known) -> tuple[Reason, ...]:
    """Say how severe it is and how long it lasts; for RLS also that this is not known."""
    if cause.code == RLS:
        return (_severity(known), *_course(known, told=True), *_limbs(known))
    return _course(known, told=False)


def _severity(known: Known) -> Reason:
    irls = known.number("scores.irls")
    if irls is None:
        return Reason("card-severity-unknown")
    rls = known.diagnosis(RLS)
    codes = rls.specifier_codes if rls is not None else ()
    band = next((code for code in codes if code.startswith(BANDS)), "")
    if not band:
        return Reason("card-irls", {"irls": irls})
    return Reason("card-severity", {"band": band, "irls": irls})


def _limbs(known: Known) -> tuple[Reason, ...]:
    """Say that arms or other parts take part."""
    return (Reason("card-arms"),) if known.answered(ARMS, YES) else ()


def _course(known: Known, *, told: bool) -> tuple[Reason, ...]:
    """Say for how long and on how many days; `told` also says that nobody knows."""
    months = known.number("symptoms.duration_months")
    days = known.number("symptoms.frequency_per_week")
    course = []
    if months is not None:
        course.append(
            Reason("card-one-month")
            if months == 1
            else Reason("card-months", {"months": months})
        )
    if days is not None:
        course.append(Reason("card-days", {"days": days}))
    if told and months is None:
        course.append(Reason("card-course-unknown"))
    return tuple(course)


def _none(known: Known) -> CardSentence:
    """Say that no cause was found, or that none can be told yet."""
    overall = known.assessment.overall
    if overall.code == NORMAL and known.reassures:
        return CardSentence(
            part=CAUSE, says=Reason("card-normal"), lines=(overall.line,)
        )
    if overall.code == ATTENTION:
        return CardSentence(
            part=CAUSE, says=Reason("card-attention"), lines=(overall.line,)
        )
    looked = [known.diagnosis(code) for code in (RLS, PLMD)]
    if all(one is not None and one.status == NOT_MET for one in looked):
        return CardSentence(part=CAUSE, says=Reason("card-not-shown"))
    return CardSentence(part=CAUSE, says=Reason("card-open"))


def _others(causes: list[Cause]) -> CardSentence:
    """Name the other causes; a finding and a benign one without a word of how sure."""
    items = [
        Reason("card-named", {"title": cause.title})
        if cause.status in (FINDING, BENIGN)
        else Reason(
            "card-other",
            {
                "title": cause.title,
                "plain": cause.plain,
                "certainty": cause.certainty,
            },
        )
        for cause in causes
    ]
    weighs = any(
        cause.status == FULLY_MET or cause.code in HARMS for cause in causes
    )
    code = "card-also-weighs" if weighs else "card-also"
    return CardSentence(
        part=CAUSE,
        says=Reason(code, {"items": named(items, most=2)}),
        lines=causes[0].reasons[:1],
    )


def _worse(known: Known) -> Iterator[CardSentence]:
    """Say what adds to it; beside a look-alike, that it adds to the restless legs."""
    if _explained_alike(known) and not _adds(known):
        return
    triggers = adding(known)
    if triggers:
        items = named([factor(one, known) for one in triggers])
        told = {"items": items}
        yield CardSentence(
            part=CAUSE,
            says=Reason("card-worse-legs", told)
            if _explained_alike(known)
            else Reason("card-worse", told),
            lines=tuple(one.line for one in triggers[:MOST_NAMED]),
        )
        return
    unasked = _unasked(known)
    yield CardSentence(
        part=CAUSE,
        says=Reason("card-worse-open", {"unasked": unasked})
        if unasked
        else Reason("card-worse-none"),
    )


def adding(known: Known) -> list[CodedLine]:
    """List what adds to it: low iron first, then medicines, then the others."""

    def place(trigger: CodedLine) -> tuple[bool, bool]:
        return trigger.code != LOW_IRON, not is_medicine(trigger)

    if not _adds(known):
        return []
    return sorted(known.assessment.triggers, key=place)


def _explained_alike(known: Known) -> bool:
    """Tell whether the first cause looks alike and is not brought about by a medicine."""
    first = next(iter(explaining(known)), None)
    return first is not None and _alike(first.code, known)


def _alike(code: str, known: Known) -> bool:
    found = known.diagnosis(code)
    if code in OF_ITS_OWN:
        return True
    return (
        found is not None and found.kind in ALIKE and code not in FROM_MEDICINES
    )


def _adds(known: Known) -> bool:
    """Tell whether a cause is named to which iron, medicines or habits can add."""
    causes = explaining(known)
    return not causes or any(not _alike(one.code, known) for one in causes)


def factor(trigger: CodedLine, known: Known) -> Reason:
    """Name what adds to it; low iron with the values behind it."""
    ferritin = known.number(FERRITIN)
    saturation = known.number(SATURATION)
    if trigger.code != LOW_IRON or (ferritin, saturation) == (None, None):
        return Reason("card-factor", {"title": trigger.title})
    if saturation is None and ferritin is not None:
        return Reason(
            "card-iron-ferritin", {"title": trigger.title, "ferritin": ferritin}
        )
    if ferritin is None and saturation is not None:
        return Reason(
            "card-iron-saturation",
            {"title": trigger.title, "saturation": saturation},
        )
    values: Told = {
        "title": trigger.title,
        "ferritin": ferritin or 0.0,
        "saturation": saturation or 0.0,
    }
    return Reason("card-iron-both", values)


def _unasked(known: Known) -> tuple[Reason, ...]:
    """Name what may add to it and was never answered."""
    iron = (known.number(FERRITIN), known.number(SATURATION))
    open_questions = {
        Reason("card-iron"): iron == (None, None),
        Reason("card-medicines"): not known.state.medicines_known,
        Reason("card-caffeine"): known.number(CAFFEINE) is None
        and not known.child,
    }
    return tuple(asked for asked, is_open in open_questions.items() if is_open)


def is_medicine(trigger: CodedLine) -> bool:
    """Tell whether a trigger is a medicine in use."""
    return trigger.code.startswith(DRUG_TRIGGER)


def _excluded(known: Known) -> CardSentence:
    told = [
        one
        for one in known.assessment.diagnoses
        if one.kind in KINDS
        and one.status.startswith((NOT_MET, EXCLUDED, UNLIKELY))
    ]
    items: list[Item] = [
        Reason("card-second", {"title": one.title, "code": one.code})
        if one.status.startswith(EXCLUDED)
        else Reason("card-short", {"title": one.title, "code": one.code})
        for one in told
    ]
    beside = any(_alike(one.code, known) for one in explaining(known))
    if known.verdict("rls.c5") is MET and not beside:
        items.append(Reason("card-alike"))
    items += _apnoea(known)
    if not items:
        return CardSentence(part=CAUSE, says=Reason("card-excluded-none"))
    return CardSentence(
        part=CAUSE,
        says=Reason("card-excluded", {"items": named(items)}),
        lines=tuple(line for one in told for line in one.reasons[:1]),
    )


def _apnoea(known: Known) -> list[Item]:
    """Say that breathing was recorded and too few events were found for sleep apnoea."""
    ahi = known.number("psg.ahi")
    limit = "osa.ahi_child" if known.child else "osa.ahi_symptomatic"
    found = known.diagnosis(OSA) is not None
    if ahi is None or found or ahi >= number_setting(limit, known.state):
        return []
    return [Reason("card-apnoea")]
