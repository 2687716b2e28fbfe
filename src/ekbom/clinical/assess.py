"""The assessment: facts and tables in.

What it is, what makes it worse, what to check and what can help, out.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from ekbom.clinical.card.answer import card_of
from ekbom.clinical.causes import (
    medicine_notes,
    rank_causes,
    tell_medicine_triggers,
)
from ekbom.clinical.changes import Answers, answers_of, changes_between
from ekbom.clinical.contradictions import ask_which_is_right, facts_told
from ekbom.clinical.diagnoses import criteria_behind, tell_diagnoses
from ekbom.clinical.iron import tell_iron
from ekbom.clinical.judge import UNKNOWN, Judged, State, judge_all, rests_on
from ekbom.clinical.lines import answered_fact, coded_lines, line, met_lines
from ekbom.clinical.missing import missing_facts
from ekbom.clinical.options import tell_option
from ekbom.clinical.settings import apply_settings, changed_settings
from ekbom.clinical.walk import Diagnosis, Walk, reach, start, walk
from ekbom.criteria.guidelines import ClinicalTables
from ekbom.criteria.person import Facts
from ekbom.model.assessment import (
    Assessment,
    Change,
    CodedLine,
    Line,
    MissingFact,
    Verdict,
)
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
    asked = tuple(_asked(steps, closing))
    criteria = judge_all(tables.criteria.values(), steps.state)
    doubts = steps.state.contradictions or judge_all((), steps.state)
    told = replace(
        _tell(steps, closing),
        verdicts=_verdicts((criteria, doubts, *asked)),
        missing=_missing(steps, asked) if rank_missing else (),
        person=facts.person,
    )
    return replace(told, card=card_of(told, closing.texts.state))


def compare_facts(
    before: Facts,
    after: Facts,
    tables: ClinicalTables,
    *,
    settings: Settings | None = None,
) -> tuple[Change, ...]:
    """Say what would change if some facts were others, the weightiest kinds first."""
    values = apply_settings(tables, settings or {})
    now, then = (
        answers_of(walk(start(facts, tables, values)))
        for facts in (before, after)
    )
    return changes_between(now, then, tables)


class _Closing(NamedTuple):
    """The rules that are judged when everything else is; none of them is asked by another."""

    criteria_sets: tuple[Diagnosis, ...]
    overall: Judged
    screens: Judged
    conflicts: Judged
    boundaries: Judged
    messages: Judged
    texts: Judged


def _close(state: State) -> _Closing:
    tables = state.tables
    on_limits = (rule for rule in tables.alerts if rule.code == BOUNDARY_CODE)
    groups = (
        tables.overall,
        tables.screens,
        tables.conflicts,
        on_limits,
        tables.messages,
        tables.texts,
    )
    sets, _ = reach(tables.criteria_sets, state)
    return _Closing(sets, *(judge_all(rules, state) for rules in groups))


def _asked(steps: Walk, closing: _Closing) -> Iterator[Judged]:
    """Go over every step that judged rules."""
    criteria_sets, *last = closing
    for diagnosis in (*steps.diagnoses, *criteria_sets):
        yield from (diagnosis.judged, criteria_behind(diagnosis))
    for option in steps.options:
        yield from (option.advice, option.barred, option.cautions, option.doses)
        yield judge_all(option.unchecked, option.state)
    yield from (
        steps.specifiers,
        steps.triggers,
        steps.iron,
        steps.workup,
        steps.alerts,
    )
    yield from last


def _verdicts(asked: Iterable[Judged]) -> dict[str, Verdict]:
    """Name every verdict by its rule."""
    return {
        rule.id: verdict
        for judged in asked
        for rule, verdict in zip(judged.rules, judged.verdicts, strict=True)
    }


def _missing(steps: Walk, asked: Iterable[Judged]) -> tuple[MissingFact, ...]:
    """Try answers to the facts that verdicts wait for."""
    state = steps.state
    waiting = Counter(
        fact
        for judged in asked
        for rule in judged.having(UNKNOWN)
        for fact in rests_on(rule, judged.state)
    )

    before = answers_of(steps)

    def retry(facts: Facts) -> Answers:
        tried = start(facts, state.tables, state.settings)
        contradicts = tried.doubted - state.doubted
        return before if contradicts else answers_of(walk(tried))

    return missing_facts(
        before,
        facts_told(state),
        state.tables,
        waiting=waiting,
        retry=retry,
    )


def _tell(steps: Walk, closing: _Closing) -> Assessment:
    """Write the sentences; while something cannot wait, no option carries a dose.

    Verdicts and missing answers are still to come.
    """
    state = steps.state
    facts, tables = facts_told(state), state.tables
    diagnoses = tell_diagnoses(steps.diagnoses, steps.specifiers)
    notes = medicine_notes(state)
    triggers = (
        *coded_lines(steps.triggers),
        *tell_medicine_triggers(notes, tables),
    )
    alerts = _by_urgency(coded_lines(steps.alerts))
    doses = all(alert.urgency != URGENCY[0] for alert in alerts)
    return Assessment(
        overall=coded_lines(closing.overall)[0],
        causes=rank_causes(diagnoses, triggers, tables),
        alerts=alerts,
        criteria_sets=tell_diagnoses(closing.criteria_sets, steps.specifiers),
        diagnoses=diagnoses,
        triggers=triggers,
        medicines=notes,
        workup=coded_lines(steps.workup),
        iron=tell_iron(steps.iron),
        options=tuple(
            tell_option(one, doses=doses) for one in steps.options if one.placed
        ),
        screens=coded_lines(closing.screens),
        conflicts=coded_lines(closing.conflicts),
        boundaries=met_lines(closing.boundaries),
        messages=coded_lines(closing.messages),
        safety=tuple(
            text
            for text in coded_lines(closing.texts)
            if text.urgency == "safety"
        ),
        problems=_problems(state),
        missing=(),
        facts=tuple(
            answered_fact(name, facts, tables)
            for name in sorted(facts.values)
            if not name.startswith("derived.")
        ),
        verdicts={},
        settings=changed_settings(tables, state.settings),
        edition=tables.edition,
        last_checked=tables.last_checked,
        tables_digest=tables.digest,
    )


def _by_urgency(alerts: tuple[CodedLine, ...]) -> tuple[CodedLine, ...]:
    """Red flags first."""
    places = {urgency: place for place, urgency in enumerate(URGENCY)}
    return tuple(
        sorted(
            alerts, key=lambda alert: places.get(alert.urgency, len(URGENCY))
        )
    )


def _problems(state: State) -> tuple[Line, ...]:
    """List what a person must know about the facts themselves, contradictions first."""
    texts = {rule.id: rule for rule in state.tables.texts}
    return (
        *ask_which_is_right(state),
        *(
            replace(line(texts[problem.rule_id], state), reason=problem.reason)
            for problem in state.facts.problems
        ),
    )
