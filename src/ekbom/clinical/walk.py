"""The one walk through the tables: every step judges its rules and hands its answers on.

The walk says which rules are met and writes no sentence, so it is fast enough to try many answers;
`ekbom.clinical.assess` writes the sentences.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from ekbom.clinical.contradictions import as_told, doubt_contradictions
from ekbom.clinical.derived.named import listings
from ekbom.clinical.judge import Decision, Judged, State, first_met, judge_all
from ekbom.clinical.medicines import (
    groups_in_use,
    medicine_triggers,
    names_unclear,
)
from ekbom.clinical.options import STEPS, Option, place_option
from ekbom.criteria.guidelines import (
    ClinicalTables,
    DiagnosisTable,
    OptionTable,
    Rule,
)
from ekbom.criteria.person import Facts
from ekbom.model.source import ParameterValue

RLS = "RLS"
"""The diagnosis that the specifiers belong to."""


NO_CODES: frozenset[str] = frozenset()


class Diagnosis(NamedTuple):
    """One diagnosis: the first met rule decides; without one it is not spoken of."""

    table: DiagnosisTable
    decided: Rule | None
    state: State

    @property
    def judged(self) -> Judged:
        """All its rules."""
        return judge_all(self.table.rules, self.state)


@dataclass(frozen=True, kw_only=True)
class Walk:
    """What every step of an assessment answered; `state` is what the last step left.

    Diagnoses and options that no rule speaks of are here too, for what they wait for.
    """

    diagnoses: tuple[Diagnosis, ...]
    specifiers: Judged
    triggers: Judged
    medicine_triggers: tuple[str, ...]
    iron: Judged
    options: tuple[Option, ...]
    workup: Judged
    alerts: Judged
    state: State


def start(
    facts: Facts, tables: ClinicalTables, settings: Mapping[str, ParameterValue]
) -> State:
    """Begin an assessment: the facts, those in doubt taken out, and nothing concluded from them."""
    told = State(
        facts=facts,
        tables=tables,
        settings=settings,
        groups=groups_in_use(facts, tables),
        medicines_known=facts.medications is not None
        and not names_unclear(facts),
        listings=listings(facts, tables),
    )
    return doubt_contradictions(told)


def walk(state: State) -> Walk:
    """Go through the steps in their order; every step may ask what an earlier one put out."""
    tables = state.tables
    diagnoses, state = reach(tables.diagnoses, state)
    specifiers = judge_all(
        tables.specifiers if RLS in state.decided else (), state
    )
    state = _after(state, specifier=_codes(specifiers.met))
    triggers = judge_all(tables.triggers, state)
    medicines = medicine_triggers(state.facts, tables)
    state = _after(state, trigger=(*_codes(triggers.met), *medicines))
    iron = judge_all(tables.iron, state)
    for rule in iron.met[:1]:
        state = _after(state, iron=(rule.code,), route=rule.routes)
    options, state = _place(tables.options, state)
    workup = judge_all(_open_tests(state), state)
    alerts = judge_all(tables.alerts, as_told(state))
    return Walk(
        diagnoses=diagnoses,
        specifiers=specifiers,
        triggers=triggers,
        medicine_triggers=medicines,
        iron=iron,
        options=options,
        workup=workup,
        alerts=alerts,
        state=_after(state, alert=_codes(alerts.met)),
    )


def reach(
    tables: Iterable[DiagnosisTable], state: State
) -> tuple[tuple[Diagnosis, ...], State]:
    """Judge every diagnosis in its order, so that later ones may ask for earlier ones."""
    asked: list[Diagnosis] = []
    for table in tables:
        rule = first_met(table.rules, state)
        asked.append(Diagnosis(table, rule, state))
        if rule is not None:
            decided = {**state.decided, table.code: Decision(rule, state)}
            state = replace(state, decided=decided)
    return tuple(asked), state


def _place(
    tables: Iterable[OptionTable], state: State
) -> tuple[tuple[Option, ...], State]:
    """Place every option in its order, so that later ones may ask for earlier ones."""
    placed: list[Option] = []
    for table in tables:
        option = place_option(table, state)
        placed.append(option)
        if option.placed:
            step = STEPS[option.placed]
            listed = state.codes.get(step, NO_CODES) | {table.code}
            state = replace(state, codes={**state.codes, step: listed})
    return tuple(placed), state


def _open_tests(state: State) -> list[Rule]:
    """Propose the tests whose result is not among the facts."""
    known = state.facts.values.keys()
    return [
        rule
        for rule in state.tables.workup
        if known.isdisjoint(rule.already_known)
    ]


def _after(state: State, **codes: Iterable[str]) -> State:
    """Hand on what a step put out."""
    new = {step: frozenset(found) for step, found in codes.items()}
    return replace(state, codes={**state.codes, **new})


def _codes(rules: Iterable[Rule]) -> tuple[str, ...]:
    return tuple(rule.code for rule in rules)
