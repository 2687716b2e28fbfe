"""What differs between two assessments of one person.

For what-if, and for ranking missing answers.
"""

from collections.abc import Mapping

from ekbom.clinical.outline import outline_of
from ekbom.criteria.guidelines import ClinicalTables
from ekbom.model.assessment import Assessment, Change

NOTHING = "-"
_KINDS = ("diagnosis", "iron", "option", "alert", "trigger", "test")


def compare_assessments(
    before: Assessment, after: Assessment, tables: ClinicalTables
) -> tuple[Change, ...]:
    """List the differences, the weightiest kinds first."""
    return named_changes(outline_of(before), outline_of(after), tables)


def named_changes(
    before: Mapping[str, str], after: Mapping[str, str], tables: ClinicalTables
) -> tuple[Change, ...]:
    """List the differences of two outlines with the titles of the tables."""
    titles = _titles(tables)
    return tuple(
        Change(
            about=_about(name, titles),
            before=_words(before.get(name, NOTHING)),
            after=_words(after.get(name, NOTHING)),
        )
        for name in changed_names(before, after)
    )


def changed_names(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Name what differs, the weightiest kinds first."""
    names = [
        name
        for name in {**before, **after}
        if before.get(name, NOTHING) != after.get(name, NOTHING)
    ]
    return sorted(names, key=lambda name: (_KINDS.index(kind_of(name)), name))


def kind_of(name: str) -> str:
    """Name the kind of a change: diagnosis, iron, option, alert, trigger or test."""
    return name.split(" ", 1)[0]


def _about(name: str, titles: Mapping[str, str]) -> str:
    kind, _, code = name.partition(" ")
    return f"{kind}: {titles.get(code, code.removeprefix('TR_DRUG:').replace('_', ' '))}"


def _words(value: str) -> str:
    return value.replace("_", " ")


def _titles(tables: ClinicalTables) -> Mapping[str, str]:
    coded = (*tables.alerts, *tables.triggers, *tables.workup)
    titles = {rule.code: rule.title for rule in coded} | {
        option.code: option.title for option in tables.options
    }
    return titles | {diagnosis.code: diagnosis.title for diagnosis in tables.diagnoses}
