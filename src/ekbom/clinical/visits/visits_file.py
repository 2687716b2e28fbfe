"""A file of visits: every visit with its day and its facts, what holds at all of them written once; sorted by day."""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from ekbom.clinical.facts import read_facts
from ekbom.criteria.guidelines import ClinicalTables
from ekbom.model.errors import InputError
from ekbom.model.person import Facts

VERSION = "1.0"
LASTING = ("sex", "family_history_rls", "conditions")
LASTING_SYMPTOMS = (
    "urge_to_move",
    "rest_onset",
    "movement_relief",
    "evening_night_worse",
    "mimic_excluded",
)
_FILE_KEYS = ("schema_version", "common", "visits")
_VISIT_KEYS = ("date", "facts")


class DatedFacts(NamedTuple):
    """The facts of one visit and its day."""

    date: dt.date
    facts: Facts


def read_visits(content: Mapping[str, object], tables: ClinicalTables) -> tuple[DatedFacts, ...]:
    """Check the content of a visits file and sort its visits by day.

    Parameters
    ----------
    content
        ``schema_version``, ``visits`` with ``date`` and ``facts`` each, and ``common`` with what
        holds at every visit.
    tables
        The clinical tables; their fields are the schema of the facts.

    Raises
    ------
    InputError
        If a key is unknown, a day is no day or stands twice, or a fact of a visit is unknown or
        implausible.
    """
    _refuse_unknown(content, _FILE_KEYS, place="the visits file")
    version = content.get("schema_version")
    if not isinstance(version, str) or version.split(".")[0] != VERSION.split(".", maxsplit=1)[0]:
        raise InputError(
            f"the visits file has the schema_version {version!r}; this program reads {VERSION}"
        )
    entries = content.get("visits")
    if not isinstance(entries, list) or not entries:
        raise InputError(
            "the visits file needs a list 'visits' with at least one visit, each with 'date' and 'facts'"
        )
    common = _common(content.get("common", {}))
    read = [
        _visit(entry, common, tables, place=f"visits[{index}]")
        for index, entry in enumerate(entries)
    ]
    days = [visit.date for visit in read]
    twice = sorted({day for day in days if days.count(day) > 1})
    if twice:
        raise InputError(
            f"the day {twice[0].isoformat()} stands at two visits; join them or correct one day"
        )
    return tuple(sorted(read, key=lambda visit: visit.date))


def _visit(
    entry: object, common: Mapping[str, object], tables: ClinicalTables, *, place: str
) -> DatedFacts:
    if not isinstance(entry, Mapping):
        raise InputError(f"{place} must be a mapping with 'date' and 'facts', not {entry!r}")
    _refuse_unknown(entry, _VISIT_KEYS, place=place)
    day = _day(entry.get("date"), place=place)
    facts = entry.get("facts")
    if not isinstance(facts, Mapping):
        raise InputError(f"{place} ({day}) needs 'facts', a mapping as in a facts file")
    try:
        return DatedFacts(day, read_facts(_with_common(facts, common), tables))
    except InputError as error:
        raise InputError(f"{place} ({day}): {error}") from error


def _day(value: object, *, place: str) -> dt.date:
    try:
        return dt.date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise InputError(
            f"{place} has the date {value!r}; write the day as in 2026-01-31"
        ) from None


def _common(node: object) -> Mapping[str, object]:
    """Accept only what lasts.

    A value measured once must not look as if it were measured at every visit.
    """
    symptoms = node.get("symptoms", {}) if isinstance(node, Mapping) else None
    if not isinstance(node, Mapping) or not isinstance(symptoms, Mapping):
        raise InputError(
            f"'common' must be a mapping of facts that hold at every visit, not {node!r}"
        )
    wrong = [str(key) for key in node if key not in (*LASTING, "symptoms")]
    wrong += [f"symptoms.{key}" for key in symptoms if key not in LASTING_SYMPTOMS]
    if wrong:
        allowed = ", ".join((*LASTING, *(f"symptoms.{name}" for name in LASTING_SYMPTOMS)))
        raise InputError(
            f"'common' holds {wrong[0]!r}, which belongs to the visit it was asked at; 'common' takes {allowed}"
        )
    return node


def _with_common(facts: Mapping[str, object], common: Mapping[str, object]) -> Mapping[str, object]:
    """Put what holds at every visit under the facts of one visit.

    What the visit says comes first.
    """
    joined = {**common, **facts}
    own, lasting = facts.get("symptoms", {}), common.get("symptoms", {})
    if isinstance(own, Mapping) and isinstance(lasting, Mapping) and (own or lasting):
        joined["symptoms"] = {
            **lasting,
            **{name: value for name, value in own.items() if value is not None},
        }
    return joined


def _refuse_unknown(node: Mapping[str, object], known: tuple[str, ...], *, place: str) -> None:
    unknown = [key for key in node if key not in known]
    if unknown:
        raise InputError(
            f"{place} holds the unknown key {unknown[0]!r}; known are {', '.join(known)}, and nothing that names a person"
        )
