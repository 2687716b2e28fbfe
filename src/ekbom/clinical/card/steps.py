"""What helps: at most three steps, the urgent first, then iron or a test, triggers, options."""

from collections.abc import Iterable, Iterator

from ekbom.clinical.card.cause import factor, is_medicine
from ekbom.clinical.card.known import HELPS, Known, named, once
from ekbom.model.assessment import (
    CardSentence,
    CodedLine,
    OptionResult,
    Recommendation,
)
from ekbom.model.finding import Reason

MOST_STEPS = 3
OFFERED, FOR = "offered", "for"
IRON, ACTION, MEDICINE, DEVICE, MEASURE = (
    "iron",
    "action",
    "medicine",
    "device",
    "measure",
)
REVIEW, REMOVE, REASSURE = (
    "TX_REVIEW_DRUG_WITH_PRESCRIBER",
    "TX_REMOVE_TRIGGER",
    "TX_REASSURE",
)
STRENGTHS = ("strong", "conditional", "good practice", "none")
CERTAINTIES = ("high", "moderate", "low", "very low", "none")
GOOD_PRACTICE = "good practice"
HABITS = "lifestyle."


def step_sentences(known: Known) -> tuple[CardSentence, ...]:
    """Say what to do first, second and third."""
    steps = tuple(_candidates(known))[:MOST_STEPS]
    none = CardSentence(part=HELPS, says=Reason("card-step-none"))
    return steps or (none,)


def _candidates(known: Known) -> Iterator[CardSentence]:
    yield from _urgent(known)
    yield from _iron_or_test(known)
    yield from _actions(known)
    yield from _triggers(known)
    yield from _options(known)


def offered(known: Known, *kinds: str) -> list[OptionResult]:
    """List the options of some kinds that may be considered, the best graded first."""
    listed = [
        option
        for option in known.assessment.options
        if option.placed == OFFERED and option.kind in kinds
    ]
    return sorted(listed, key=rank)


def rank(option: OptionResult) -> tuple[int, int]:
    """Order options by direction and strength, then by certainty."""
    best = best_advice(option)
    if best.direction != FOR:
        return (len(STRENGTHS), len(CERTAINTIES))
    return (_place(best.strength, STRENGTHS), _place(best.certainty, CERTAINTIES))


def _place(word: str, words: tuple[str, ...]) -> int:
    return words.index(word) if word in words else len(words)


def best_advice(option: OptionResult) -> Recommendation:
    """Give the advice that stands for an option: for it, and the best graded."""

    def order(advice: Recommendation) -> tuple[bool, int, int]:
        return (
            advice.direction != FOR,
            _place(advice.strength, STRENGTHS),
            _place(advice.certainty, CERTAINTIES),
        )

    return min(option.recommendations, key=order)


def grade(advice: Recommendation) -> Reason:
    """Give direction, strength and certainty."""
    values = {
        "direction": advice.direction,
        "strength": advice.strength,
        "certainty": advice.certainty,
    }
    if advice.strength == GOOD_PRACTICE:
        return Reason("card-good-practice", values)
    if advice.strength not in STRENGTHS[:2]:
        return Reason("card-ungraded", values)
    return Reason("card-grade", values)


def _urgent(known: Known) -> Iterator[CardSentence]:
    """Put what cannot wait before everything else."""
    if not known.urgent:
        return
    titles = named([alert.title for alert in known.urgent])
    yield CardSentence(
        part=HELPS,
        says=Reason("card-step-urgent", {"items": titles}),
        lines=tuple(alert.line for alert in known.urgent),
    )


def _iron_or_test(known: Known) -> Iterator[CardSentence]:
    """Iron where it is low; else the tests that come first."""
    options = offered(known, IRON)
    if options:
        yield _step_of(options, most=2)
        return
    tests = known.assessment.workup
    if tests:
        yield CardSentence(
            part=HELPS,
            says=Reason(
                "card-step-test",
                {"items": named([test.title for test in tests])},
            ),
            lines=tuple(test.line for test in tests),
        )


def _step_of(options: list[OptionResult], *, most: int) -> CardSentence:
    """Make one step of options that stand beside each other."""
    told = tuple(_option(option) for option in options[:most])
    needs = once(
        need for option in options[:most] for need in option.cannot_check
    )
    lines = tuple(best_advice(option).line for option in options[:most])
    if not needs:
        return CardSentence(
            part=HELPS, says=Reason("card-step", {"items": told}), lines=lines
        )
    values = {"items": told, "needs": named(needs, most=2)}
    return CardSentence(
        part=HELPS, says=Reason("card-step-first", values), lines=lines
    )


def _option(option: OptionResult) -> Reason:
    advice = best_advice(option)
    return Reason(
        "card-option",
        {
            "title": option.title,
            "grade": grade(advice),
            "plain": advice.line.plain,
        },
    )


def _actions(known: Known) -> Iterator[CardSentence]:
    """Give what treats a cause itself, such as sleep apnoea."""
    for option in offered(known, ACTION):
        if option.code == REASSURE and not known.reassures:
            continue
        if option.code != REVIEW:
            yield _step_of([option], most=1)


def _triggers(known: Known) -> Iterator[CardSentence]:
    """Give what can be taken away: medicines with their prescriber, habits."""
    advice = {
        option.code: best_advice(option)
        for option in known.assessment.options
        if option.placed == OFFERED and option.code in (REVIEW, REMOVE)
    }
    removable = [one for one in known.assessment.triggers if _removable(one)]
    if not advice or not removable:
        return
    best = advice.get(REMOVE) or advice[REVIEW]
    medicines = [one.title for one in removable if is_medicine(one)]
    habits = [factor(one) for one in removable if not is_medicine(one)]
    told = []
    if medicines:
        told.append(
            Reason("card-review-medicines", {"items": named(medicines)})
        )
    if habits:
        told.append(Reason("card-less-of", {"items": named(habits)}))
    yield CardSentence(
        part=HELPS,
        says=Reason(
            "card-step-triggers", {"items": tuple(told), "grade": grade(best)}
        ),
        lines=(best.line,),
    )


def _removable(trigger: CodedLine) -> bool:
    """Tell whether a trigger is a medicine or a habit."""
    return is_medicine(trigger) or any(
        fact.fact.startswith(HABITS) for fact in trigger.line.facts
    )


def _options(known: Known) -> Iterator[CardSentence]:
    """Give the best graded options: medicines, else a device, else measures without medicine."""
    for kind in (MEDICINE, DEVICE, MEASURE):
        options = [
            option
            for option in offered(known, kind)
            if option.code != REMOVE and best_advice(option).direction == FOR
        ]
        if options:
            best = rank(options[0])
            yield _step_of(_alike(options, best), most=3)


def _alike(
    options: Iterable[OptionResult], best: tuple[int, int]
) -> list[OptionResult]:
    return [option for option in options if rank(option) == best]
