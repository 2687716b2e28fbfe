"""What differs between two walks of one person, for what-if and for ranking missing answers.

Every answer of a walk is a few codes under its kind and code, so that two walks can be compared.
"""

from collections.abc import Iterable, Mapping

from ekbom.clinical.medicines import trigger_code
from ekbom.clinical.walk import RLS, Walk
from ekbom.criteria.guidelines import (
    ClinicalTables,
    DiagnosisTable,
    OptionTable,
    Rule,
)
from ekbom.model.assessment import Change

KINDS = ("diagnosis", "iron", "option", "alert", "trigger", "test")
"""The kinds of answers, the weightiest first."""
IRON = ("iron", "supplementation")
SHOWN = ("shown",)
Key = tuple[str, str]
Answers = Mapping[Key, tuple[str, ...]]


def answers_of(walk: Walk) -> Answers:
    """Write what a walk answered as codes: a status and what belongs to it."""
    return {
        **_diagnoses(walk),
        **_iron(walk),
        **_options(walk),
        **_shown("alert", walk.alerts.met),
        **_shown("trigger", walk.triggers.met),
        **{("trigger", code): SHOWN for code in walk.medicine_triggers},
        **_shown("test", walk.workup.met),
    }


def _diagnoses(walk: Walk) -> Answers:
    specifiers = tuple(rule.code for rule in walk.specifiers.met)
    answers: dict[Key, tuple[str, ...]] = {}
    for one in walk.diagnoses:
        if one.decided is not None:
            more = specifiers if one.table.code == RLS else ()
            by = (one.decided.excluded_by,) if one.decided.excluded_by else ()
            code = one.table.code
            answers["diagnosis", code] = (one.decided.status, *by, *more)
    return answers


def _iron(walk: Walk) -> Answers:
    decided = next(iter(walk.iron.met), None)
    return {} if decided is None else {IRON: (decided.code, *decided.routes)}


def _options(walk: Walk) -> Answers:
    placed = (option for option in walk.options if option.placed)
    return {
        ("option", o.table.code): (o.placed, *o.cannot_check) for o in placed
    }


def _shown(kind: str, rules: Iterable[Rule]) -> Answers:
    return {(kind, rule.code): SHOWN for rule in rules}


def changes_between(
    before: Answers, after: Answers, tables: ClinicalTables
) -> tuple[Change, ...]:
    """List the differences with the titles of the tables, the weightiest kinds first.

    The decision on iron has no title of its own.
    """
    titles = _titles(tables)
    return tuple(
        Change(
            kind=kind,
            code=code,
            title=titles.get((kind, code), ""),
            before=before.get((kind, code), ()),
            after=after.get((kind, code), ()),
        )
        for kind, code in changed_keys(before, after)
    )


def changed_keys(before: Answers, after: Answers) -> list[Key]:
    """Name what differs, the weightiest kinds first."""
    keys = [
        key for key in {**before, **after} if before.get(key) != after.get(key)
    ]
    return sorted(keys, key=lambda key: (KINDS.index(key[0]), key[1]))


def _titles(tables: ClinicalTables) -> Mapping[Key, str]:
    """Give the title of everything that can change; a medicine is called by its name."""
    coded: dict[str, Iterable[Rule | OptionTable | DiagnosisTable]] = {
        "alert": tables.alerts,
        "trigger": tables.triggers,
        "test": tables.workup,
        "option": tables.options,
        "diagnosis": tables.diagnoses,
    }
    titles = {
        (kind, one.code): one.title
        for kind, all_ in coded.items()
        for one in all_
    }
    medicines = (medicine.generic for medicine in tables.medicines)
    titles |= {("trigger", trigger_code(name)): name for name in medicines}
    return titles
