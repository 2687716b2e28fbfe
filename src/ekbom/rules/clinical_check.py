"""Names in the clinical tables must mean something.

Every fact, parameter, criterion, group and code is checked once.
"""

from collections.abc import Iterable, Iterator

from ekbom.criteria.facts import FactKind
from ekbom.criteria.guidelines import (
    ClinicalTables,
    Condition,
    FactCompare,
    FactIs,
    HasCondition,
    HasStatus,
    Named,
    OnLimit,
    Rule,
    Takes,
)
from ekbom.rules.clinical_conditions import OPERATORS, leaves
from ekbom.rules.strict_yaml import TableError

INDEX = "index:"
"""Marks the name of an index of a scored night among what represents a statement."""
COMPUTED_GROUPS = frozenset(
    {"aggravates_rls", "aggravates_plms", "aggravates_otc", "aggravates_prescribed"}
)


def all_rules(tables: ClinicalTables) -> Iterator[Rule]:
    """Walk over every rule of the tables, also those inside diagnoses, options and medicines."""
    yield from tables.criteria.values()
    for diagnosis in (*tables.criteria_sets, *tables.diagnoses):
        yield from diagnosis.rules
    for rules in (
        tables.specifiers,
        tables.triggers,
        tables.workup,
        tables.iron,
        tables.alerts,
        tables.screens,
    ):
        yield from rules
    for rules in (tables.conflicts, tables.messages, tables.overall, tables.texts):
        yield from rules
    for option in tables.options:
        yield from (*option.recommendations, *option.barred, *option.cautions, *option.doses)
    yield from (medicine.rule for medicine in tables.medicines)
    yield from (row.rule for row in tables.night)


def check_references(tables: ClinicalTables) -> None:
    """Refuse tables in which a name refers to nothing or an id is used twice.

    Raises
    ------
    TableError
        Naming the rule and the name that leads nowhere.
    """
    seen: set[str] = set()
    for rule in all_rules(tables):
        if rule.id in seen:
            raise TableError(f"the rule id {rule.id!r} is used twice; every sentence needs its own")
        seen.add(rule.id)
        for leaf in leaves(rule.when) if rule.when is not None else ():
            _check_leaf(leaf, tables, rule.id)
    for diagnosis in (*tables.criteria_sets, *tables.diagnoses):
        for name in (*diagnosis.criteria, *diagnosis.speaks_for, *diagnosis.speaks_against):
            _known(name, tables.criteria, rule_id=diagnosis.code, what="criterion")
    for row in tables.night:
        for fact in (row.fact, *row.also):
            _known(fact, tables.fields, rule_id=row.rule.id, what="fact")
    _check_statements(tables, seen)


def _check_leaf(leaf: Condition, tables: ClinicalTables, rule_id: str) -> None:
    match leaf:
        case FactIs(fact=fact, values=values):
            _known(fact, tables.fields, rule_id=rule_id, what="fact")
            _check_words(fact, values, tables, rule_id)
        case FactCompare(fact=fact, operator=operator, limit=limit):
            _known(fact, tables.fields, rule_id=rule_id, what="fact")
            _known(limit.split("[")[0], tables.parameters, rule_id=rule_id, what="parameter")
            if operator not in OPERATORS:
                _known(operator, tables.parameters, rule_id=rule_id, what="operator or parameter")
        case OnLimit(fact=fact, limit=limit):
            _known(fact, tables.fields, rule_id=rule_id, what="fact")
            _known(limit.split("[")[0], tables.parameters, rule_id=rule_id, what="parameter")
        case HasCondition(code=code):
            _known(code, tables.condition_codes, rule_id=rule_id, what="condition code")
        case Takes(group=group):
            _known(
                group,
                {g.code for g in tables.medicine_groups} | COMPUTED_GROUPS,
                rule_id=rule_id,
                what="medicine group",
            )
        case Named(criterion=criterion):
            _known(criterion, tables.criteria, rule_id=rule_id, what="criterion")
        case HasStatus(code=code):
            codes = {diagnosis.code for diagnosis in (*tables.diagnoses, *tables.criteria_sets)}
            _known(code, codes, rule_id=rule_id, what="diagnosis")
        case _:
            return


def _check_words(fact: str, values: Iterable[str], tables: ClinicalTables, rule_id: str) -> None:
    field = tables.fields[fact]
    wrong = [
        value for value in values if field.kind is FactKind.CHOICE and value not in field.choices
    ]
    if wrong:
        raise TableError(
            f"rule {rule_id!r} asks whether {fact} is {wrong[0]!r}, which is no answer of that field"
        )


def _known(name: str, names: Iterable[str], *, rule_id: str, what: str) -> None:
    if name not in names:
        raise TableError(f"rule {rule_id!r} names the {what} {name!r}, which does not exist")


def _check_statements(tables: ClinicalTables, rule_ids: set[str]) -> None:
    codes = {d.code for d in (*tables.diagnoses, *tables.criteria_sets)} | {
        o.code for o in tables.options
    }
    names = rule_ids | codes | set(tables.fields) | set(tables.parameters)
    for statement in tables.statements:
        for name in statement.represented_by:
            if name.startswith(INDEX):
                continue
            _known(
                name,
                names,
                rule_id=f"statement {statement.number}",
                what="rule, code, fact or parameter",
            )
