"""Several visits of one person.

Each is assessed by the clinical tables, then compared with those before it.
"""

from collections.abc import Mapping

from ekbom.clinical.assess import assess_facts
from ekbom.clinical.visits.follow_up import follow_visits
from ekbom.clinical.visits.records import (
    AugmentationAtVisit,
    Course,
    Direction,
    FindingChange,
    FollowUp,
    IronChange,
    MedicineChange,
    NextCheck,
    Step,
    Visit,
    VisitSummary,
)
from ekbom.clinical.visits.visits_file import read_visits
from ekbom.rules.load_clinical import load_clinical
from ekbom.rules.load_follow_up import load_follow_up

__all__ = [
    "AugmentationAtVisit",
    "Course",
    "Direction",
    "FindingChange",
    "FollowUp",
    "IronChange",
    "MedicineChange",
    "NextCheck",
    "Step",
    "VisitSummary",
    "follow_up",
]


def follow_up(content: Mapping[str, object]) -> FollowUp:
    """Assess and compare the visits of one person.

    Parameters
    ----------
    content
        The content of a visits file: ``schema_version``, ``common``, ``visits``.

    Raises
    ------
    InputError
        If a key is unknown, a day is no day or stands twice, or a fact is unknown or implausible.

    Examples
    --------
    >>> before = {"date": "2026-01-10", "facts": {"scores": {"irls": 28}}}
    >>> after = {"date": "2026-04-10", "facts": {"scores": {"irls": 15}}}
    >>> visits = [before, after]
    >>> follow_up({"schema_version": "1.0", "visits": visits}).response.value
    'lower'
    """
    clinical = load_clinical()
    visits = [
        Visit(
            date=date,
            facts=facts,
            assessment=assess_facts(facts, clinical, rank_missing=False),
        )
        for date, facts in read_visits(content, clinical)
    ]
    return follow_visits(visits, load_follow_up(), clinical)
