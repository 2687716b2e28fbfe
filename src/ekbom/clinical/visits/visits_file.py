"""A file of visits: every visit with its day and its facts, sorted by day.

What holds at all of them is written once.
"""

import datetime as dt
from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

from ekbom.clinical.facts import VERSION_KEY, read_facts, require_version
from ekbom.codec.codec import STRICT
from ekbom.codec.refusal import RefusalError
from ekbom.criteria.fact_files import (
    LASTING,
    LASTING_SYMPTOMS,
    VisitsFile,
    WrittenVisit,
)
from ekbom.criteria.guidelines import ClinicalTables
from ekbom.criteria.person import Facts
from ekbom.model.errors import InputError

PERSON = "person"
SYMPTOMS = "symptoms"


class DatedFacts(NamedTuple):
    """The facts of one visit and its day."""

    date: dt.date
    facts: Facts


def read_visits(
    content: Mapping[str, object], tables: ClinicalTables
) -> tuple[DatedFacts, ...]:
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
    file = _read(content)
    common = _common(file.common)
    visits = [
        _visit(visit, common, tables, index)
        for index, visit in enumerate(file.visits)
    ]
    days = sorted(visit.date for visit in visits)
    for earlier, later in pairwise(days):
        if earlier == later:
            day = earlier.isoformat()
            raise InputError(
                f"the day {day} stands at two visits; join them or correct one day"
            )
    return tuple(sorted(visits, key=lambda visit: visit.date))


def _read(content: Mapping[str, object]) -> VisitsFile:
    require_version(content.get(VERSION_KEY), file="the visits file")
    try:
        file = STRICT.read(VisitsFile, content)
    except RefusalError as error:
        raise InputError(
            f"the visits file: {error}; it holds visits with 'date' and 'facts', "
            "and nothing that names a person"
        ) from None
    if not file.visits:
        raise InputError(
            "the visits file needs at least one visit, with 'date' and 'facts'"
        )
    return file


def _visit(
    visit: WrittenVisit,
    common: Mapping[str, object],
    tables: ClinicalTables,
    index: int,
) -> DatedFacts:
    if PERSON in visit.facts:
        raise InputError(
            f"visits[{index}] ({visit.date}): the visits file names nobody; leave out {PERSON!r}"
        )
    try:
        return DatedFacts(
            visit.date, read_facts(_with_common(visit.facts, common), tables)
        )
    except InputError as error:
        raise InputError(f"visits[{index}] ({visit.date}): {error}") from error


def _common(common: Mapping[str, object]) -> Mapping[str, object]:
    """Accept only what lasts.

    A value measured once must not look as if it were measured at every visit.
    """
    symptoms = common.get(SYMPTOMS, {})
    if not isinstance(symptoms, Mapping):
        raise InputError(
            f"'common' holds the symptoms {symptoms!r}, which must be a mapping"
        )
    given = [
        *(common.keys() - {SYMPTOMS}),
        *(f"{SYMPTOMS}.{name}" for name in symptoms),
    ]
    allowed = (*LASTING, *(f"{SYMPTOMS}.{name}" for name in LASTING_SYMPTOMS))
    for name in given:
        if name not in allowed:
            raise InputError(
                f"'common' holds {name!r}, which belongs to the visit it was asked at; "
                f"'common' takes {', '.join(allowed)}"
            )
    return common


def _with_common(
    facts: Mapping[str, object], common: Mapping[str, object]
) -> Mapping[str, object]:
    """Put what holds at every visit under the facts of one visit.

    What the visit says comes first.
    """
    joined = {**common, **facts}
    own, lasting = facts.get(SYMPTOMS, {}), common.get(SYMPTOMS, {})
    if (
        isinstance(own, Mapping)
        and isinstance(lasting, Mapping)
        and (own or lasting)
    ):
        answered = {
            name: value for name, value in own.items() if value is not None
        }
        joined[SYMPTOMS] = {**lasting, **answered}
    return joined
