"""Sentences with their reasons: a rule becomes a line that names the facts it rests on."""

from collections.abc import Iterable

from ekbom.clinical.judge import (
    CONDITIONS,
    MEDICATIONS,
    MET,
    UNKNOWN_WORD,
    Judged,
    State,
    judge,
    rests_on,
)
from ekbom.clinical.medicines import all_medicines
from ekbom.criteria.guidelines import ClinicalTables, Rule
from ekbom.criteria.person import Facts
from ekbom.model.assessment import AnsweredFact, CodedLine, FactKind, Line

NAMED_LISTS = (
    "rls_treatment",
    "rls_treatment_failed",
    "rls_treatment_harmed",
    "allergies",
    "iv_iron_history",
)
"""The lists that name medicines and products beside those in use."""
FLAG_WORDS = frozenset({"yes", "no", UNKNOWN_WORD})
"""The answers of a fact that is yes or no."""
CHILD = "rls.child"
"""The criterion of a child."""
ALL_MEDICINES = "medicines"
"""The title of the medicines of every list."""


def line(
    rule: Rule, state: State, *, facts: Iterable[str] | None = None
) -> Line:
    """Make the sentence of a rule with the facts it rests on."""
    names = rests_on(rule, state) if facts is None else facts
    told = tuple(
        answered_fact(name, state.facts, state.tables) for name in sorted(names)
    )
    return Line(
        rule_id=rule.id,
        text=filled(rule.text, told),
        source=rule.source,
        facts=told,
        plain=plain_words(rule, state),
    )


def filled(text: str, facts: Iterable[AnsweredFact]) -> str:
    """Put the numbers of facts into the places of a sentence, such as ``{weight_kg}``."""
    for fact in facts:
        if isinstance(fact.value, float):
            text = text.replace(f"{{{fact.fact}}}", f"{fact.value:g}")
    return text


def plain_words(rule: Rule, state: State) -> str:
    """Give the sentence of a rule for patients; of a child it is said to the parents."""
    words = state.tables.child_words.get(rule.id)
    if words is None or not is_child(state):
        return rule.plain
    return words


def is_child(state: State) -> bool:
    """Tell whether the person is known to be a child."""
    return judge(state.tables.criteria[CHILD], state) is MET


def met_lines(judged: Judged) -> tuple[Line, ...]:
    """List the sentences of the rules that are met."""
    return tuple(line(rule, judged.state) for rule in judged.met)


def coded_lines(judged: Judged) -> tuple[CodedLine, ...]:
    """List the coded sentences of the rules that are met.

    One line a code, the first met rule speaks.
    """
    return tuple(
        CodedLine(
            code=rule.code,
            title=rule.title or rule.text,
            line=line(rule, judged.state),
            urgency=rule.urgency,
        )
        for rule in first_of_code(judged.met)
    )


def first_of_code(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Keep the first rule of every code."""
    first: dict[str, Rule] = {}
    for rule in rules:
        first.setdefault(rule.code, rule)
    return tuple(first.values())


def answered_fact(
    name: str, facts: Facts, tables: ClinicalTables
) -> AnsweredFact:
    """Give one fact with its title, its value and its unit."""
    if name == CONDITIONS:
        return _list_fact(name, tables.lists[CONDITIONS], facts.conditions)
    if name == MEDICATIONS:
        used = [medicine.name for medicine in all_medicines(facts)]
        asked = used or facts.medications is not None
        return _list_fact(
            name, tables.lists[ALL_MEDICINES], used if asked else None
        )
    if name in NAMED_LISTS:
        return _list_fact(name, tables.lists[name], _named(name, facts))
    field = tables.fields[name]
    value = facts.values.get(name)
    return AnsweredFact(
        fact=name,
        title=field.title,
        kind=FactKind.FLAG if set(field.choices) == FLAG_WORDS else field.kind,
        value=None if value == UNKNOWN_WORD else value,
        unit=field.unit,
        origin=facts.provenance.get(name),
    )


def _named(name: str, facts: Facts) -> Iterable[str] | None:
    """Give the names in a list of the facts; None where nobody asked."""
    used, given = facts.rls_treatment, facts.iv_iron_history
    lists: dict[str, Iterable[str] | None] = {
        "rls_treatment": None if used is None else [m.name for m in used],
        "rls_treatment_failed": facts.rls_treatment_failed,
        "rls_treatment_harmed": facts.rls_treatment_harmed,
        "allergies": facts.allergies,
        "iv_iron_history": None
        if given is None
        else [i.product for i in given],
    }
    return lists[name]


def _list_fact(
    name: str, title: str, items: Iterable[str] | None
) -> AnsweredFact:
    value = None if items is None else tuple(sorted(set(items)))
    return AnsweredFact(
        fact=name, title=title, kind=FactKind.WORDS, value=value
    )
