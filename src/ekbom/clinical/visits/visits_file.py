"""A file of visits: every visit with its day and its facts, sorted by day.

What holds at all of them is written once.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ekbom.clinical.facts import read_facts
from ekbom.codec.codec import STRICT
from ekbom.codec.refusal import RefusalError
from ekbom.criteria.fact_files import LASTING, LASTING_SYMPTOMS, VisitsFile, WrittenVisit
from ekbom.criteria.guidelines import ClinicalTables
from ekbom.model.errors import InputError
from ekbom.model.person import Facts

VERSION = "1.0"


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
    version = content.get("schema_version")
    if not isinstance(version, str) or version.split(".")[0] != VERSION.split(".", maxsplit=1)[0]:
        raise InputError(
            f"the visits file has the schema_version {version!r}; this program reads {VERSION}"
        )
    written = _written(content)
    common = _common(written.common)
    read = [
        _visit(visit, common, tables, place=f"visits[{row}]")
        for row, visit in enumerate(written.visits)
    ]
    _refuse_twice([visit.date for visit in read])
    return tuple(sorted(read, key=lambda visit: visit.date))


def _written(content: Mapping[str, object]) -> VisitsFile:
    try:
        written = STRICT.read(VisitsFile, content)
    except RefusalError as error:
        raise InputError(
            f"the visits file is refused: {error}; it holds days and facts, "
            "and nothing that names a person"
        ) from None
    if not written.visits:
        raise InputError("the visits file needs a list 'visits' with at least one visit")
    return written


def _refuse_twice(days: Sequence[dt.date]) -> None:
    twice = sorted({day for day in days if days.count(day) > 1})
    if twice:
        raise InputError(
            f"the day {twice[0].isoformat()} stands at two visits; join them or correct one day"
        )


def _visit(
    visit: WrittenVisit, common: Mapping[str, object], tables: ClinicalTables, *, place: str
) -> DatedFacts:
    try:
        return DatedFacts(visit.date, read_facts(_with_common(visit.facts, common), tables))
    except InputError as error:
        raise InputError(f"{place} ({visit.date}): {error}") from error


def _common(node: Mapping[str, object]) -> Mapping[str, object]:
    """Accept only what lasts.

    A value measured once must not look as if it were measured at every visit.
    """
    symptoms = node.get("symptoms", {})
    if not isinstance(symptoms, Mapping):
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
