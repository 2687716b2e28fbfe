"""Names in the tables must mean something.

Every fact, parameter, criterion, group and code is checked once, after all files were joined.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ekbom.criteria.follow_up import FollowUpTables
from ekbom.criteria.guidelines import (
    AllOf,
    AnyOf,
    AtLeast,
    ClinicalTables,
    Condition,
    FactCompare,
    FactIs,
    HasCondition,
    HasStatus,
    IsMet,
    IsUnknown,
    Listed,
    Named,
    NotOf,
    OnLimit,
    OptionTable,
    Rule,
    Takes,
    bound_setting,
)
from ekbom.model.assessment import FactKind
from ekbom.model.source import Parameter
from ekbom.rules.read import BOUNDS
from ekbom.rules.strict_yaml import TableError

INDEX = "index:"
"""Marks the name of an index of a scored night among what represents a statement."""
OR = "|"
COMPUTED_GROUPS = frozenset(
    {
        "aggravates_rls",
        "aggravates_plms",
        "aggravates_otc",
        "aggravates_prescribed",
    }
)
RULE_LISTS = (
    "specifiers",
    "triggers",
    "workup",
    "iron",
    "alerts",
    "screens",
    "conflicts",
    "messages",
    "overall",
    "texts",
)
RULE_NEEDS = {
    "specifiers": ("code", "when"),
    "triggers": ("code", "title", "when"),
    "workup": ("code", "title", "when"),
}
"""What every rule of a section must hold."""


LEAF_NAMES: Mapping[type, tuple[tuple[str, str], ...]] = {
    FactIs: (("fact", "fact"),),
    FactCompare: (("fact", "fact"), ("parameter", "limit")),
    OnLimit: (("fact", "fact"), ("parameter", "limit")),
    HasCondition: (("condition code", "code"),),
    Takes: (("medicine group", "group"),),
    Listed: (("medicine or group", "group"),),
    Named: (("criterion", "criterion"),),
    HasStatus: (("diagnosis", "code"),),
}
"""What each leaf of a condition names, and in which field."""


def leaves(condition: Condition | None) -> Iterator[Condition]:
    """Walk to the leaves of a tree; without a tree there are none."""
    match condition:
        case None:
            return
        case AllOf(parts=parts) | AnyOf(parts=parts) | AtLeast(parts=parts):
            for part in parts:
                yield from leaves(part)
        case NotOf(part=part) | IsUnknown(part=part) | IsMet(part=part):
            yield from leaves(part)
        case _:
            yield condition


def branches(condition: Condition | None) -> Iterator[Condition]:
    """Walk over every node of a tree that has parts."""
    match condition:
        case AllOf(parts=parts) | AnyOf(parts=parts) | AtLeast(parts=parts):
            yield condition
            for part in parts:
                yield from branches(part)
        case NotOf(part=part) | IsUnknown(part=part) | IsMet(part=part):
            yield from branches(part)
        case _:
            return


def all_rules(tables: ClinicalTables) -> Iterator[Rule]:
    """Walk over every rule of the tables, also those inside diagnoses, options and medicines."""
    yield from tables.criteria.values()
    for diagnosis in (*tables.criteria_sets, *tables.diagnoses):
        yield from diagnosis.rules
    for section in RULE_LISTS:
        yield from getattr(tables, section)
    for option in tables.options:
        yield from (
            *option.recommendations,
            *option.barred,
            *option.cautions,
            *option.doses,
        )
    yield from (medicine.rule for medicine in tables.medicines)
    yield from (row.rule for row in tables.night)
    yield from (row.rule for row in tables.contradictions)


def check_clinical(tables: ClinicalTables) -> None:
    """Refuse tables in which a name refers to nothing or an id is used twice.

    Raises
    ------
    TableError
        Naming the rule and the name that leads nowhere.
    """
    rules = list(all_rules(tables))
    check_rules(rules, tables)
    for section, needed in RULE_NEEDS.items():
        _check_needs(getattr(tables, section), needed)
    for diagnosis in (*tables.criteria_sets, *tables.diagnoses):
        for name in (
            *diagnosis.criteria,
            *diagnosis.speaks_for,
            *diagnosis.speaks_against,
        ):
            _known(
                name, tables.criteria, rule_id=diagnosis.code, what="criterion"
            )
    for option in tables.options:
        _check_safety(option, tables)
    for row in tables.night:
        for fact in (row.fact, *row.also):
            _known(fact, tables.fields, rule_id=row.rule.id, what="fact")
    doubtful = {*tables.fields, *tables.condition_codes}
    for entry in tables.contradictions:
        for name in entry.doubts:
            _known(name, doubtful, rule_id=entry.rule.id, what="fact")
    _check_settings(tables)
    _check_statements(tables, {rule.id for rule in rules})


def check_rules(rules: Sequence[Rule], tables: ClinicalTables) -> None:
    """Refuse rules that share an id, or whose conditions name what the tables do not hold.

    Raises
    ------
    TableError
        Naming the rule.
    """
    ids = [rule.id for rule in rules]
    for rule in rules:
        if not rule.text:
            raise TableError(f"rule {rule.id!r} needs a text")
        for branch in branches(rule.when):
            _check_branch(branch, rule.id)
        for leaf in leaves(rule.when):
            _check_leaf(leaf, tables, rule.id)
    if len(set(ids)) < len(ids):
        twice = next(name for name in ids if ids.count(name) > 1)
        raise TableError(
            f"the rule id {twice!r} is used twice; every sentence needs its own"
        )


def check_follow_up(tables: FollowUpTables, clinical: ClinicalTables) -> None:
    """Refuse names that lead nowhere, ids used twice, and numbers that are no numbers.

    Raises
    ------
    TableError
        Naming what leads nowhere.
    """
    known = replace(clinical, parameters=tables.parameters)
    check_rules([*all_rules(clinical), *_sentences(tables)], known)
    _check_needs([check.rule for check in tables.checks], ("code", "title"))
    for fact in _followed_facts(tables):
        _known(fact, clinical.fields, rule_id="follow_up.yaml", what="fact")
    _check_limits(tables)


def _sentences(tables: FollowUpTables) -> Iterator[Rule]:
    """Walk over every rule of the follow-up table."""
    yield from tables.remarks.values()
    yield from tables.texts.values()
    for check in tables.checks:
        yield check.rule
    for measure in tables.measures:
        yield from (*measure.texts.values(), *measure.unfit, *measure.cautions)


def _followed_facts(tables: FollowUpTables) -> Iterator[str]:
    """Name every fact that a measure or a check of the follow-up table speaks of."""
    for measure in tables.measures:
        yield from (measure.fact, *measure.same)
    for check in tables.checks:
        for entry in check.done_by:
            yield from entry.split(OR)


def _check_limits(tables: FollowUpTables) -> None:
    """Refuse a limit without a bound, and an interval or a limit that is no number."""
    limits = [
        limit
        for entry in tables.measures
        for limit in (entry.limit, entry.second_limit)
    ]
    for name in filter(None, limits):
        if not _number_named(name, tables).bound:
            raise TableError(
                f"follow_up.yaml: the parameter {name!r} is a limit and needs a bound"
            )
    for check in tables.checks:
        _number_named(check.interval, tables)


def _number_named(name: str, tables: FollowUpTables) -> Parameter:
    parameter = tables.parameters.get(name)
    if parameter is None or type(parameter.value) not in (int, float):
        raise TableError(
            f"follow_up.yaml: {name!r} must be a parameter that holds a number"
        )
    return parameter


def _check_safety(option: OptionTable, tables: ClinicalTables) -> None:
    """Refuse a dose without safety facts, and a safety fact that asks nothing."""
    for name in option.requires:
        _known(name, tables.criteria, rule_id=option.code, what="criterion")
        if not tables.criteria[name].check:
            raise TableError(
                f"{option.code} requires {name!r}, which needs a 'check': "
                "what is asked while it is unknown"
            )
    if option.doses and not option.requires:
        raise TableError(
            f"{option.code} has doses but no 'requires'; name its safety facts"
        )


def _check_needs(rules: Iterable[Rule], needed: Iterable[str]) -> None:
    for rule in rules:
        missing = [name for name in needed if not getattr(rule, name)]
        if missing:
            raise TableError(f"rule {rule.id!r} lacks the key {missing[0]!r}")


def _check_branch(branch: Condition, rule_id: str) -> None:
    match branch:
        case AtLeast(count=count) if count < 1:
            raise TableError(
                f"rule {rule_id!r}: at_least needs a whole number from 1, not {count}"
            )
        case AllOf(parts=()) | AnyOf(parts=()) | AtLeast(parts=()):
            raise TableError(
                f"rule {rule_id!r} joins an empty list; it needs conditions"
            )
        case _:
            return


def _check_leaf(leaf: Condition, tables: ClinicalTables, rule_id: str) -> None:
    """Refuse a leaf in which something named does not exist."""
    for what, field in LEAF_NAMES.get(type(leaf), ()):
        _known(
            getattr(leaf, field),
            _there(what, tables),
            rule_id=rule_id,
            what=what,
        )
    match leaf:
        case FactIs(fact=fact, values=values):
            _check_words(fact, values, tables, rule_id)
        case FactCompare(limit=limit, operator=operator):
            _check_sign(operator, tables.parameters[limit], rule_id)
        case _:
            return


def _there(what: str, tables: ClinicalTables) -> Container[str]:
    """Give every name of a kind."""
    if what == "medicine group":
        return {
            group.code for group in tables.medicine_groups
        } | COMPUTED_GROUPS
    if what == "diagnosis":
        return {
            entry.code for entry in (*tables.diagnoses, *tables.criteria_sets)
        }
    if what == "medicine or group":
        medicines = {one.generic for one in tables.substances}
        return medicines | {group.code for group in tables.medicine_groups}
    named: dict[str, Container[str]] = {
        "fact": tables.fields,
        "parameter": tables.parameters,
        "condition code": tables.condition_codes,
        "criterion": tables.criteria,
    }
    return named[what]


def _check_sign(operator: str, parameter: Parameter, rule_id: str) -> None:
    """Refuse a comparison without a sign: neither its own nor the bound of its parameter."""
    if operator in BOUNDS or (
        operator == bound_setting(parameter.name) and parameter.bound
    ):
        return
    raise TableError(
        f"rule {rule_id!r} compares with {parameter.name!r}, which has no bound; "
        "give the parameter a bound, or the condition one of the signs < <= > >= under 'op'"
    )


def _check_words(
    fact: str, values: Iterable[str], tables: ClinicalTables, rule_id: str
) -> None:
    field = tables.fields[fact]
    wrong = [
        value
        for value in values
        if field.kind is FactKind.CHOICE and value not in field.choices
    ]
    if wrong:
        raise TableError(
            f"rule {rule_id!r} asks whether {fact} is {wrong[0]!r}, "
            "which is no answer of that field"
        )


def _known(
    name: str, names: Container[str], *, rule_id: str, what: str
) -> None:
    if name not in names:
        raise TableError(
            f"rule {rule_id!r} names the {what} {name!r}, which does not exist"
        )


def _check_settings(tables: ClinicalTables) -> None:
    """Refuse a setting that stands for nothing, or for a bound that is none."""
    for setting, targets in tables.settings.items():
        for name in targets:
            _known(
                name,
                {*tables.parameters, *tables.bounds},
                rule_id=setting,
                what="parameter",
            )


def _check_statements(tables: ClinicalTables, rule_ids: set[str]) -> None:
    codes = {entry.code for entry in (*tables.diagnoses, *tables.criteria_sets)}
    codes |= {option.code for option in tables.options}
    names = rule_ids.union(
        codes, tables.fields, tables.parameters, tables.settings
    )
    for statement in tables.statements:
        for name in statement.represented_by:
            if not name.startswith(INDEX):
                _known(
                    name,
                    names,
                    rule_id=f"statement {statement.number}",
                    what="rule, code, fact or parameter",
                )
