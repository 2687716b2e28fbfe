"""Medicines begun, ended or changed in dose between two visits.

A list nobody asked for is not empty.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ekbom.clinical.lines import line
from ekbom.clinical.medicines import (
    all_medicines,
    group_named,
    members,
    names_unclear,
)
from ekbom.clinical.visits.at_visit import AtVisit
from ekbom.clinical.visits.records import MedicineChange
from ekbom.criteria.follow_up import FollowUpTables
from ekbom.criteria.medicine_names import words_of
from ekbom.criteria.person import Facts, Medicine
from ekbom.model.assessment import Line

STARTED, STOPPED, UNCLEAR = "started", "stopped", "unclear"
RAISED, LOWERED = "dose_raised", "dose_lowered"


class Pair(NamedTuple):
    """Two visits that are compared, and the table that says how."""

    base: AtVisit
    later: AtVisit
    tables: FollowUpTables


@dataclass(frozen=True, kw_only=True)
class _InUse:
    """A medicine at one visit and the lists that name it.

    `dose_mg` is None where it was not entered.
    """

    key: str
    name: str
    dose_mg: float | None = None
    lists: frozenset[str] = frozenset()


def known_lists(facts: Facts) -> frozenset[str]:
    """Name the lists of medicines that were asked for; none where a name waits to be confirmed."""
    if names_unclear(facts):
        return frozenset()
    return frozenset(
        name for name, listed in _lists(facts).items() if listed is not None
    )


def _lists(facts: Facts) -> Mapping[str, tuple[Medicine, ...] | None]:
    return {
        "medications": facts.medications,
        "rls_treatment": facts.rls_treatment,
    }


def key_of(medicine: Medicine) -> str:
    """Name a medicine alike at every visit: by its generic name, or by what was typed."""
    return medicine.generic or " ".join(words_of(medicine.name))


def medicine_changes(pair: Pair) -> tuple[MedicineChange, ...]:
    """List what was begun, ended or changed in dose between two visits."""
    before, after = (
        _in_use(pair.base.visit.facts),
        _in_use(pair.later.visit.facts),
    )
    begun = [
        _moved(after[key], pair.later, pair)
        for key in after
        if key not in before
    ]
    ended = [
        _moved(before[key], pair.base, pair)
        for key in before
        if key not in after
    ]
    both = [key for key in after if key in before]
    doses = (_dose(before[key], after[key], pair) for key in both)
    changes = (*begun, *ended, *filter(None, doses))
    return tuple(sorted(changes, key=lambda change: (change.kind, change.name)))


def _in_use(facts: Facts) -> Mapping[str, _InUse]:
    """List every medicine once; a dose of either list counts."""
    used: dict[str, _InUse] = {}
    for place, medicines in _lists(facts).items():
        for medicine in medicines or ():
            key = key_of(medicine)
            other = used.get(key, _InUse(key=key, name=medicine.name))
            dose = (
                other.dose_mg if medicine.dose_mg is None else medicine.dose_mg
            )
            used[key] = replace(
                other, dose_mg=dose, lists=other.lists | {place}
            )
    return used


def _moved(medicine: _InUse, named_at: AtVisit, pair: Pair) -> MedicineChange:
    """Say that only one of two visits names a medicine, as far as the other was asked."""
    began = named_at is pair.later
    other = pair.base if began else pair.later
    asked = medicine.lists <= known_lists(other.visit.facts)
    told = asked and not names_unclear(named_at.visit.facts)
    kind = (STARTED if began else STOPPED) if told else UNCLEAR
    return MedicineChange(
        name=medicine.name,
        kind=kind,
        since=pair.base.visit.date,
        line=line(pair.tables.texts[kind], pair.later.state, facts=()),
        note=_note(medicine.key, named_at),
    )


def _dose(before: _InUse, after: _InUse, pair: Pair) -> MedicineChange | None:
    if (
        before.dose_mg is None
        or after.dose_mg is None
        or before.dose_mg == after.dose_mg
    ):
        return None
    kind = RAISED if after.dose_mg > before.dose_mg else LOWERED
    return MedicineChange(
        name=after.name,
        kind=kind,
        since=pair.base.visit.date,
        line=line(pair.tables.texts[kind], pair.later.state, facts=()),
        earlier_mg=before.dose_mg,
        later_mg=after.dose_mg,
        note=_note(after.key, pair.later),
    )


def _note(key: str, visit: AtVisit) -> Line | None:
    notes = visit.visit.assessment.medicines
    return next(
        (note.line for note in notes if note.generic in key.split(" + ")), None
    )


def aggravating(changes: Iterable[MedicineChange], visit: AtVisit) -> bool:
    """Whether a medicine that can aggravate is among those begun."""
    names = {change.name for change in changes if change.kind == STARTED}
    return any(
        note.aggravates and note.name in names
        for note in visit.visit.assessment.medicines
    )


def dopaminergic_names(visit: AtVisit) -> frozenset[str]:
    """Name the dopaminergic medicines of a visit."""
    group = group_named("dopaminergic", visit.state.tables)
    return frozenset(
        medicine.name
        for medicine in members(all_medicines(visit.visit.facts), group)
    )


def changed_doses(
    changes: Sequence[MedicineChange], kind: str, visit: AtVisit
) -> bool:
    """Whether the dose of a dopaminergic medicine changed that way."""
    names = dopaminergic_names(visit)
    return any(
        change.kind == kind and change.name in names for change in changes
    )
