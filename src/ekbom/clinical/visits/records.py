"""Several visits of one person.

What changed between them, augmentation at each, and what is due next.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ekbom.criteria.person import Facts
from ekbom.model.assessment import Assessment, CodedLine, CriterionResult, Line
from ekbom.model.source import Parameter


class Direction(StrEnum):
    """How a value moved between two visits; unknown is never *no relevant change*."""

    LOWER = "lower"
    HIGHER = "higher"
    NO_RELEVANT_CHANGE = "no_relevant_change"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One visit: its day, its facts and their assessment."""

    date: dt.date
    facts: Facts
    assessment: Assessment


@dataclass(frozen=True, kw_only=True)
class Course:
    """One number between two visits.

    `change` is later minus earlier in `unit`, None where it cannot be told.
    """

    fact: str
    title: str
    unit: str
    earlier_date: dt.date | None
    later_date: dt.date
    earlier: float | None
    later: float | None
    change: float | None
    direction: Direction
    line: Line
    beside: tuple[Line, ...] = ()
    cautions: tuple[Line, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MedicineChange:
    """What happened to one medicine since the visit of `since`.

    ``started``, ``stopped``, ``dose_raised``, ``dose_lowered`` or ``unclear``. The doses are in mg
    a day, None where the dose did not change. `note` is what the tables know about the medicine,
    None for one they do not hold.
    """

    name: str
    kind: str
    since: dt.date
    line: Line
    earlier_mg: float | None = None
    later_mg: float | None = None
    note: Line | None = None


@dataclass(frozen=True, kw_only=True)
class IronChange:
    """What the iron rules say now and said before.

    `before` and `after` are codes of iron actions, `before` is empty where no rule applied.
    """

    before: str
    after: str
    line: Line


@dataclass(frozen=True, kw_only=True)
class FindingChange:
    """A trigger or alert that is ``new``, ``now_known``, ``gone`` or ``no_longer_known``."""

    code: str
    title: str
    kind: str
    line: Line
    urgency: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """From one visit to the next; red flags stand first."""

    since: dt.date
    date: dt.date
    red_flags: tuple[FindingChange, ...]
    response: Direction
    courses: tuple[Course, ...]
    medicines: tuple[MedicineChange, ...]
    triggers: tuple[FindingChange, ...]
    alerts: tuple[FindingChange, ...]
    iron: IronChange | None
    remarks: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class AugmentationAtVisit:
    """Augmentation criteria at one visit.

    Status ``not_on_treatment`` without a dopaminergic medicine, ``unknown`` where the medicines are
    not known.
    """

    date: dt.date
    status: str
    line: Line
    criteria: tuple[CriterionResult, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NextCheck:
    """Something to look at again, `interval` after `counted_from`.

    Status ``due``, ``overdue`` (already past at the last visit) or ``now``.
    """

    code: str
    title: str
    status: str
    due_by: dt.date
    counted_from: dt.date
    line: Line
    interval: Parameter


@dataclass(frozen=True, kw_only=True)
class VisitSummary:
    """One visit in a line: its day, what the assessment says, numbers and medicines in use.

    `excluded_by` names, for every diagnosis of the status ``excluded``, what excludes it.
    """

    date: dt.date
    overall: CodedLine
    statuses: Mapping[str, str]
    excluded_by: Mapping[str, str]
    values: Mapping[str, float]
    medicines: tuple[str, ...] | None
    problems: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """The whole course; `red_flags` are those of the last visit and come first in every output.

    `overall` compares the last visit with the first that held each number.
    """

    red_flags: tuple[CodedLine, ...]
    visits: tuple[VisitSummary, ...]
    overall: tuple[Course, ...]
    response: Direction
    steps: tuple[Step, ...]
    augmentation: tuple[AugmentationAtVisit, ...]
    next_checks: tuple[NextCheck, ...]
    safety: tuple[CodedLine, ...]
    edition: str
    last_checked: str
    tables_digest: str
    follow_up_digest: str
