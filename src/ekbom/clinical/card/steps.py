"""What helps: at most three steps, iron or a test, then triggers and options.

Where something cannot wait, it is the first step, and only its own tests stand beside it.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from ekbom.clinical.card.cause import adding, explaining, is_medicine
from ekbom.clinical.card.known import HELPS, Known, named, once
from ekbom.clinical.judge import MEDICATIONS, MET
from ekbom.model.assessment import (
    CardSentence,
    CodedLine,
    Line,
    OptionResult,
    Recommendation,
)
from ekbom.model.finding import Reason

MOST_STEPS, MOST_IRON, MOST_NEEDS = 3, 2, 2
OFFERED, FOR, NONE = "offered", "for", "none"
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
CARE = {
    "safe.breathing": Reason("card-care-breathing"),
    "safe.no_alpha2delta": Reason("card-care-in-use"),
    "safe.no_oral_iron": Reason("card-care-in-use"),
    "safe.misuse": Reason("card-care-misuse"),
    "safe.mood": Reason("card-care-mood"),
    "safe.nerve": Reason("card-care-nerve"),
    "safe.gut": Reason("card-care-gut"),
    "safe.liver": Reason("card-care-liver"),
    "safe.no_infection": Reason("card-care-infection"),
}
"""What withholds a dose of an option that is named all the same, in a word."""
OF_THE_KIDNEY = ".kidney"
"""The end of the id of a caution on weak kidneys."""
OF_MOTHERS = {
    "opt.pregnant": Reason("card-care-pregnancy"),
    "opt.breastfeeding": Reason("card-care-breastfeeding"),
}
"""What every medicine and all iron is weighed against."""
ONLY_FOR_DOSES = ("WU_CREATININE_EGFR",)
"""Tests that lead to no cause; they stand behind the others, and are no step of their own."""
AFTER_TREATMENT = ("WU_REEVALUATE_ON_PAP",)
"""Tests that follow a treatment."""


def step_sentences(known: Known) -> tuple[CardSentence, ...]:
    """Say what to do first, second and third."""
    found = _urgent(known) if known.urgent else _candidates(known)
    steps = tuple(found)[:MOST_STEPS]
    none = CardSentence(part=HELPS, says=Reason("card-step-none"))
    return steps or (none,)


def _candidates(known: Known) -> Iterator[CardSentence]:
    if _by_medicine(known):
        yield from _triggers(known)
        yield from _iron_or_test(known)
        yield from _actions(known)
    else:
        yield from _iron_or_test(known)
        yield from _actions(known)
        yield from _triggers(known)
    yield from _later_tests(known)
    yield from _options(known)


def _by_medicine(known: Known) -> bool:
    """Tell whether the first cause rests on a medicine in use, which is then looked at first."""
    return any(
        fact.fact == MEDICATIONS
        for cause in explaining(known)[:1]
        for reason in cause.reasons[:1]
        for fact in reason.facts
    )


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
    return (
        _place(best.strength, STRENGTHS),
        _place(best.certainty, CERTAINTIES),
    )


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
    if advice.direction == NONE:
        return Reason("card-no-recommendation", values)
    if advice.strength == GOOD_PRACTICE:
        return Reason("card-good-practice", values)
    if advice.strength not in STRENGTHS[:2]:
        return Reason("card-ungraded", values)
    return Reason("card-grade", values)


def _urgent(known: Known) -> Iterator[CardSentence]:
    """Put what cannot wait before everything else, and no treatment beside it."""
    titles = named([alert.title for alert in known.urgent])
    yield CardSentence(
        part=HELPS,
        says=Reason("card-step-urgent", {"items": titles}),
        lines=tuple(alert.line for alert in known.urgent),
    )
    asked = {fact.fact for alert in known.urgent for fact in alert.line.facts}
    tests = [
        test
        for test in known.assessment.workup
        if any(fact.fact in asked for fact in test.line.facts)
    ]
    if tests:
        yield _tests_step(tests)


def _iron_or_test(known: Known) -> Iterator[CardSentence]:
    """Iron where it is low; else the tests that come first."""
    options = offered(known, IRON)
    if options:
        yield _step_of(options[:MOST_IRON], known)
        return
    tests = [
        test
        for test in known.assessment.workup
        if test.code not in AFTER_TREATMENT
    ]
    if any(test.code not in ONLY_FOR_DOSES for test in tests):
        yield _tests_step(
            sorted(tests, key=lambda test: test.code in ONLY_FOR_DOSES)
        )


def _later_tests(known: Known) -> Iterator[CardSentence]:
    """Give the tests that follow a treatment."""
    workup = known.assessment.workup
    tests = [test for test in workup if test.code in AFTER_TREATMENT]
    if tests:
        yield _tests_step(tests)


def _tests_step(tests: Iterable[CodedLine]) -> CardSentence:
    """Make one step of the tests that come first."""
    listed = tuple(tests)
    titles = named([test.title for test in listed])
    return CardSentence(
        part=HELPS,
        says=Reason("card-step-test", {"items": titles}),
        lines=tuple(test.line for test in listed),
    )


def _step_of(options: list[OptionResult], known: Known) -> CardSentence:
    """Make one step of options: with what comes before iron, and what asks for care."""
    iron = [one for one in options if one.kind == IRON]
    needs = once(need for option in iron for need in option.cannot_check)
    return CardSentence(
        part=HELPS,
        says=_said(
            _graded(options),
            needs=named(needs, most=MOST_NEEDS),
            care=_care(options, known),
        ),
        lines=_lines(options),
    )


def _said(
    items: tuple[Reason, ...],
    *,
    needs: tuple[Reason, ...],
    care: tuple[Reason, ...],
) -> Reason:
    """Choose the sentence of a step by what has to be said."""
    if needs and care:
        return Reason(
            "card-step-first-care",
            {"items": items, "needs": needs, "care": care},
        )
    if needs:
        return Reason("card-step-first", {"items": items, "needs": needs})
    if care:
        return Reason("card-step-care", {"items": items, "care": care})
    return Reason("card-step", {"items": items})


def _care(options: list[OptionResult], known: Known) -> tuple[Reason, ...]:
    """Name what speaks for care with one of the options in this person."""
    treats = any(option.kind in (IRON, MEDICINE) for option in options)
    mothers = (
        care
        for rule, care in OF_MOTHERS.items()
        if treats and known.verdict(rule) is MET
    )
    rules = once(line.rule_id for option in options for line in option.cautions)
    kidney = (
        Reason("card-care-kidney")
        for rule in rules
        if rule.endswith(OF_THE_KIDNEY)
    )
    withheld = (CARE[rule] for rule in rules if rule in CARE)
    return once((*mothers, *kidney, *withheld))


def _lines(options: Iterable[OptionResult]) -> tuple[Line, ...]:
    return tuple(best_advice(option).line for option in options)


def _graded(options: list[OptionResult]) -> tuple[Reason, ...]:
    """Name options by grade, the best first."""
    return tuple(
        _options_of_grade(list(group)) for _, group in groupby(options, rank)
    )


def _options_of_grade(options: list[OptionResult]) -> Reason:
    """Name options of one grade, and the grade once."""
    return Reason(
        "card-options",
        {
            "titles": named([option.title for option in options]),
            "grade": grade(best_advice(options[0])),
        },
    )


def _actions(known: Known) -> Iterator[CardSentence]:
    """Give what treats a cause itself, such as sleep apnoea."""
    for option in offered(known, ACTION):
        if option.code == REASSURE and not known.reassures:
            continue
        if option.code != REVIEW:
            yield _step_of([option], known)


def _triggers(known: Known) -> Iterator[CardSentence]:
    """Give what can be taken away: medicines with their prescriber, habits."""
    advice = {
        option.code: best_advice(option)
        for option in known.assessment.options
        if option.placed == OFFERED and option.code in (REVIEW, REMOVE)
    }
    removable = [one for one in adding(known) if _removable(one)]
    if not advice or not removable:
        return
    best = advice.get(REMOVE) or advice[REVIEW]
    items = [
        Reason("card-with-prescriber", {"title": one.title})
        if is_medicine(one)
        else Reason("card-factor", {"title": one.title})
        for one in removable
    ]
    yield CardSentence(
        part=HELPS,
        says=Reason(
            "card-step-triggers", {"items": named(items), "grade": grade(best)}
        ),
        lines=(best.line,),
    )


def _removable(trigger: CodedLine) -> bool:
    """Tell whether a trigger is a medicine or a habit."""
    return is_medicine(trigger) or any(
        fact.fact.startswith(HABITS) for fact in trigger.line.facts
    )


def _options(known: Known) -> Iterator[CardSentence]:
    """Give the best graded options of each kind, medicines first, where there is a cause."""
    if not explaining(known):
        return
    for kind in (MEDICINE, DEVICE, MEASURE):
        options = [
            option
            for option in offered(known, kind)
            if option.code != REMOVE and best_advice(option).direction == FOR
        ]
        if options:
            best = rank(options[0])
            yield _step_of(_alike(options, best), known)


def _alike(
    options: Iterable[OptionResult], best: tuple[int, int]
) -> list[OptionResult]:
    return [option for option in options if rank(option) == best]
