"""What differs between two walks of one person, for what-if and for ranking missing answers.

Every answer of a walk is a few codes under its kind and code, so that two walks can be compared.
"""

from collections.abc import Iterable, Mapping

from ekbom.clinical.medicines import DRUG_TRIGGER
from ekbom.clinical.walk import RLS, Walk
from ekbom.criteria.guidelines import ClinicalTables
from ekbom.model.assessment import Change

KINDS = ("diagnosis", "iron", "option", "alert", "trigger", "test")
"""The kinds of answers, the weightiest first."""
IRON = ("iron", "supplementation")
SHOWN = ("shown",)
Key = tuple[str, str]
Answers = Mapping[Key, tuple[str, ...]]


def answers_of(walk: Walk) -> Answers:
    """Write what a walk answered as codes: a status and what belongs to it."""
    answers: dict[Key, tuple[str, ...]] = {
        ("diagnosis", one.table.code): (one.decided.status,)
        for one in walk.diagnoses
        if one.decided is not None
    }
    if ("diagnosis", RLS) in answers:
        answers["diagnosis", RLS] += tuple(rule.code for rule in walk.specifiers.met)
    for rule in walk.iron.met[:1]:
        answers[IRON] = (rule.code, *rule.routes)
    for option in (option for option in walk.options if option.placed):
        answers["option", option.table.code] = (option.placed, *option.cannot_check)
    answers |= _shown("alert", (rule.code for rule in walk.alerts.met))
    answers |= _shown("trigger", (rule.code for rule in walk.triggers.met))
    answers |= _shown("trigger", walk.medicine_triggers)
    answers |= _shown("test", (rule.code for rule in walk.workup.met))
    return answers


def _shown(kind: str, codes: Iterable[str]) -> dict[Key, tuple[str, ...]]:
    return {(kind, code): SHOWN for code in codes}


def changes_between(before: Answers, after: Answers, tables: ClinicalTables) -> tuple[Change, ...]:
    """List the differences with the titles of the tables, the weightiest kinds first."""
    titles = _titles(tables)
    return tuple(
        Change(
            kind=kind,
            code=code,
            title=titles.get(code, code.removeprefix(DRUG_TRIGGER).replace("_", " ")),
            before=before.get((kind, code), ()),
            after=after.get((kind, code), ()),
        )
        for kind, code in changed_keys(before, after)
    )


def changed_keys(before: Answers, after: Answers) -> list[Key]:
    """Name what differs, the weightiest kinds first."""
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    return sorted(keys, key=lambda key: (KINDS.index(key[0]), key[1]))


def _titles(tables: ClinicalTables) -> Mapping[str, str]:
    titles = {rule.code: rule.title for rule in (*tables.alerts, *tables.triggers, *tables.workup)}
    titles |= {option.code: option.title for option in tables.options}
    return titles | {diagnosis.code: diagnosis.title for diagnosis in tables.diagnoses}
