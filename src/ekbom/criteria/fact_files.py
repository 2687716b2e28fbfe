"""Facts files and visits files as they are written, before their answers are checked.

Read them with `ekbom.codec.codec.STRICT`. The answers themselves are checked against the fields of
the clinical tables.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Response = Literal["good", "partial", "none", "unknown"]
"""How well a medicine helped at first."""


@dataclass(frozen=True, kw_only=True)
class WrittenMedicine:
    """One medicine as it is written; what is left out is not known."""

    name: str
    atc: str | None = None
    weeks: float | None = None
    otc: bool | Literal["yes", "no", "unknown"] | None = None
    dose_mg: float | None = None
    years: float | None = None
    initial_response: Response = "unknown"


@dataclass(frozen=True, kw_only=True)
class WrittenInfusion:
    """One earlier iron infusion as it is written."""

    product: str
    weeks_ago: float | None = None


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """A laboratory value with its unit."""

    value: float
    unit: str


@dataclass(frozen=True, kw_only=True)
class FactLists:
    """The lists of a facts file; one that is left out was never asked for.

    `person` is a pseudonym of the person that the file is about.
    """

    conditions: tuple[str, ...] | None = None
    medications: tuple[WrittenMedicine, ...] | None = None
    rls_treatment: tuple[WrittenMedicine, ...] | None = None
    rls_treatment_failed: tuple[str, ...] | None = None
    rls_treatment_harmed: tuple[str, ...] | None = None
    allergies: tuple[str, ...] | None = None
    iv_iron_history: tuple[WrittenInfusion, ...] | None = None
    provenance: Mapping[str, str] | None = None
    person: str | None = None


@dataclass(frozen=True, kw_only=True)
class WrittenVisit:
    """One visit: its day and its facts."""

    date: dt.date
    facts: Mapping[str, object]


LASTING = ("sex", "family_history_rls", "conditions")
"""Facts that may hold at every visit."""
LASTING_SYMPTOMS = (
    "urge_to_move",
    "rest_onset",
    "movement_relief",
    "evening_night_worse",
    "mimic_excluded",
    "mimic_excluded_by",
    "mimic_excluded_told",
)
"""Symptoms that may hold at every visit."""


@dataclass(frozen=True, kw_only=True)
class VisitsFile:
    """Several visits of one person; `common` holds at every visit.

    Nothing in it names a person: no name, no number, no free text. Visits stand in any order, each
    day at most once.
    """

    schema_version: str
    visits: tuple[WrittenVisit, ...]
    common: Mapping[str, object] = field(default_factory=dict)
