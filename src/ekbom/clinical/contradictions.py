"""Facts that cannot both be right: they are asked about, and count as unknown until answered.

An alert still looks at the facts as they were told, so that no contradiction switches it off.
"""

from dataclasses import replace

from ekbom.clinical.judge import NO_FACTS, State, judge_all
from ekbom.clinical.lines import line
from ekbom.criteria.person import Facts
from ekbom.model.assessment import Line

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
    return tuple(line(rule, judged.state) for rule in judged.met)
