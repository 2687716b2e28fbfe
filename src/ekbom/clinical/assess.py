"""The assessment: facts and tables in.

What it is, what makes it worse, what to check and what can help, out.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from ekbom.clinical.causes import medicine_notes, rank_causes, tell_medicine_triggers
from ekbom.clinical.changes import answers_of, changes_between
from ekbom.clinical.diagnoses import criteria_behind, tell_diagnosis
from ekbom.clinical.iron import tell_iron
from ekbom.clinical.judge import Judged, State, judge_all, rests_on
from ekbom.clinical.lines import answered_fact, coded_lines, line, met_lines
from ekbom.clinical.missing import missing_facts
from ekbom.clinical.options import tell_option
from ekbom.clinical.settings import apply_settings, changed_settings
from ekbom.clinical.walk import Walk, start, walk
from ekbom.criteria.guidelines import ClinicalTables
from ekbom.model.assessment import Assessment, Change, CodedLine, Line, MissingFact, Verdict
from ekbom.model.person import Facts
from ekbom.model.source import ParameterValue

URGENCY = ("now", "soon", "note")
"""What cannot wait, what is for soon, what is to be noted."""
BOUNDARY_CODE = "AL_BOUNDARY_VALUE"
"""The code of rules about values that stand on a limit."""
Settings = Mapping[str, ParameterValue]


def assess_facts(
    facts: Facts,
    tables: ClinicalTables,
    *,
    settings: Settings | None = None,
    rank_missing: bool = True,
) -> Assessment:
    """Assess the facts of one person.

    Parameters
    ----------
    facts
        Facts as `read_facts` makes them.
    tables
        The clinical tables.
    settings
        Parameters to replace by name, such as ``{"plmd.operator": ">="}``; shown in the result.
    rank_missing
        Also try what each missing answer would change (the slower part).

    Raises
    ------
    UsageError
        If a setting is unknown or its value is not allowed.
    """
    values = apply_settings(tables, settings or {})
    steps = walk(start(facts, tables, values))
    closing = _close(steps.state)
    missing = _missing(steps, closing) if rank_missing else ()
    return _tell(steps, closing, missing)


def compare_facts(
    before: Facts, after: Facts, tables: ClinicalTables, *, settings: Settings | None = None
) -> tuple[Change, ...]:
    """Say what would change if some facts were others, the weightiest kinds first."""
    values = apply_settings(tables, settings or {})
    told = [answers_of(walk(start(facts, tables, values))) for facts in (before, after)]
    return changes_between(*told, tables)


class _Closing(NamedTuple):
    """The rules that are judged when everything else is."""

    overall: Judged
    screens: Judged
    conflicts: Judged
    boundaries: Judged
    messages: Judged
    texts: Judged


def _close(state: State) -> _Closing:
    tables = state.tables
    on_limits = (rule for rule in tables.alerts if rule.code == BOUNDARY_CODE)
    groups = (tables.overall, tables.screens, tables.conflicts, on_limits, tables.messages, tables.texts)
    return _Closing(*(judge_all(rules, state) for rules in groups))


def _missing(steps: Walk, closing: _Closing) -> tuple[MissingFact, ...]:
    state = steps.state

    def retry(facts: Facts) -> Mapping[tuple[str, str], tuple[str, ...]]:
        return answers_of(walk(start(facts, state.tables, state.settings)))

    return missing_facts(
        answers_of(steps),
        state.facts,
        state.tables,
        waiting=_waiting(_all_judged(steps, closing)),
        retry=retry,
    )


def _waiting(judged: Iterable[Judged]) -> Counter[str]:
    """Count for every fact the verdicts that wait for it."""
    return Counter(
        fact for step in judged for rule in step.unknown for fact in rests_on(rule, step.state)
    )


def _all_judged(steps: Walk, closing: _Closing) -> Iterator[Judged]:
    """Go over every step that judged rules."""
    for diagnosis in (*steps.diagnoses, *steps.criteria_sets):
        yield diagnosis.judged
        yield criteria_behind(diagnosis)
    for option in steps.options:
        yield from (option.advice, option.barred, option.cautions, option.doses)
    yield from (steps.specifiers, steps.triggers, steps.iron, steps.workup, steps.alerts, *closing)


def _tell(steps: Walk, closing: _Closing, missing: tuple[MissingFact, ...]) -> Assessment:
    """Write the sentences; while something cannot wait, no option carries a dose."""
    state = steps.state
    facts, tables = state.facts, state.tables
    diagnoses = tuple(tell_diagnosis(one, steps.specifiers) for one in steps.diagnoses)
    notes = medicine_notes(state)
    triggers = (*coded_lines(steps.triggers), *tell_medicine_triggers(notes))
    alerts = _by_urgency(coded_lines(steps.alerts))
    doses = all(alert.urgency != URGENCY[0] for alert in alerts)
    return Assessment(
        overall=coded_lines(closing.overall)[0],
        causes=rank_causes(diagnoses, triggers, tables),
        alerts=alerts,
        criteria_sets=tuple(tell_diagnosis(s, steps.specifiers) for s in steps.criteria_sets),
        diagnoses=diagnoses,
        triggers=triggers,
        medicines=notes,
        workup=coded_lines(steps.workup),
        iron=tell_iron(steps.iron),
        options=tuple(tell_option(option, doses=doses) for option in steps.options),
        screens=coded_lines(closing.screens),
        conflicts=coded_lines(closing.conflicts),
        boundaries=met_lines(closing.boundaries),
        messages=coded_lines(closing.messages),
        safety=tuple(text for text in coded_lines(closing.texts) if text.urgency == "safety"),
        problems=_problems(state),
        missing=missing,
        facts=tuple(
            answered_fact(name, facts, tables)
            for name in sorted(facts.values)
            if not name.startswith("derived.")
        ),
        verdicts=_verdicts(steps, closing),
        settings=changed_settings(tables, state.settings),
        edition=tables.edition,
        last_checked=tables.last_checked,
        tables_digest=tables.digest,
    )


def _verdicts(steps: Walk, closing: _Closing) -> dict[str, Verdict]:
    """Name every verdict by its rule."""
    judged = _all_judged(steps, closing)
    told = {rule.id: verdict for step in judged for rule, verdict in step.verdicts}
    return {**steps.state.criteria, **told}


def _by_urgency(alerts: tuple[CodedLine, ...]) -> tuple[CodedLine, ...]:
    """Red flags first."""
    places = {urgency: place for place, urgency in enumerate(URGENCY)}
    return tuple(sorted(alerts, key=lambda alert: places.get(alert.urgency, len(URGENCY))))


def _problems(state: State) -> tuple[Line, ...]:
    """List what a person must know about the facts themselves."""
    texts = {rule.id: rule for rule in state.tables.texts}
    return tuple(
        replace(line(texts[problem.rule_id], state), reason=problem.reason)
        for problem in state.facts.problems
    )
