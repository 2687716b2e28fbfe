"""Facts that cannot both be right: they are asked about, and count as unknown until answered.

An alert still looks at the facts as they were told, so that no contradiction switches it off.
"""

from collections.abc import Iterator
from dataclasses import replace

from ekbom.clinical.judge import MEDICATIONS, NO_FACTS, State, judge_all
from ekbom.clinical.lines import line
from ekbom.clinical.medicines import all_medicines, named_failed
from ekbom.criteria.person import Facts
from ekbom.model.assessment import Line
from ekbom.model.finding import Reason

AGAINST = ("rls_treatment_failed", "rls_treatment_harmed", "allergies")
"""Lists of a facts file that name what is not to be taken; a schema may lack some of them."""
TAKEN = "text.taken_and_listed"
CONTRADICTION = "contradiction"
"""Under this step a rule finds the contradictions of the facts."""


def doubt_contradictions(state: State) -> State:
    """Judge what contradicts, and take the facts of it for unknown."""
    rows = state.tables.contradictions
    judged = judge_all((row.rule for row in rows), state)
    met = {rule.id for rule in judged.met}
    doubted = NO_FACTS.union(
        *(row.doubts for row in rows if row.rule.id in met)
    )
    return replace(
        state,
        facts=_without(state.facts, doubted),
        doubted=doubted,
        contradictions=judged,
        codes={**state.codes, CONTRADICTION: frozenset(met)},
        criteria={},
        resting={},
    )


def _without(facts: Facts, doubted: frozenset[str]) -> Facts:
    known = {
        path: value
        for path, value in facts.values.items()
        if path not in doubted
    }
    return replace(facts, values=known)


def as_told(state: State) -> State:
    """Give the state with every fact as it was told."""
    if not state.doubted:
        return state
    return replace(
        state,
        facts=facts_told(state),
        doubted=NO_FACTS,
        criteria={},
        resting={},
    )


def facts_told(state: State) -> Facts:
    """Give the facts as they were told, those in doubt as well."""
    judged = state.contradictions
    return state.facts if judged is None else judged.state.facts


def ask_which_is_right(state: State) -> tuple[Line, ...]:
    """Ask about every contradiction, with the facts of it as they were told."""
    judged = state.contradictions
    if judged is None:
        return ()
    return (
        *(line(rule, judged.state) for rule in judged.met),
        *_taken_and_listed(judged.state),
    )


def _taken_and_listed(state: State) -> Iterator[Line]:
    """Ask about medicines in use that also failed, did harm or brought an allergy.

    Both stay as they were told: a medicine in use raises its alerts, one that failed is not offered
    again.
    """
    facts, tables = state.facts, state.tables
    lists = (getattr(facts, name, None) or () for name in AGAINST)
    refused = {
        substance
        for names in lists
        for name in names
        for substance in named_failed(name, tables).substances
    }
    both = [
        one.name
        for one in all_medicines(facts)
        if refused.intersection(one.substances)
    ]
    if both:
        (rule,) = (one for one in tables.texts if one.id == TAKEN)
        asked = line(rule, state, facts=(MEDICATIONS,))
        names = ", ".join(dict.fromkeys(both))
        yield replace(
            asked, reason=Reason("taken-and-listed", {"names": names})
        )
