"""What else changed between two visits: medicines begun and ended, doses, triggers, alerts.

A list nobody asked for is not empty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ekbom.clinical.derive import all_medicines, group_named, members
from ekbom.clinical.lines import line, rests_on
from ekbom.clinical.names import plain_name
from ekbom.clinical.visits.courses import Seen
from ekbom.criteria.follow_up import FollowUpTables
from ekbom.criteria.guidelines import Rule
from ekbom.model.assessment import CodedLine, Line
from ekbom.model.person import Facts, Medicine
from ekbom.model.visits import FindingChange, MedicineChange

DRUG_TRIGGER = "TR_DRUG:"
STARTED, STOPPED, RAISED, LOWERED, UNCLEAR = (
    "started",
    "stopped",
    "dose_raised",
    "dose_lowered",
    "unclear",
)


class Pair(NamedTuple):
    """Two visits that are compared, and the table that says how."""

    base: Seen
    later: Seen
    tables: FollowUpTables


@dataclass(frozen=True, kw_only=True)
class _InUse:
    """A medicine at one visit and the lists that name it.

    `dose_mg` is None where it was not entered.
    """

    key: str
    name: str
    dose_mg: float | None
    lists: frozenset[str]


def known_lists(facts: Facts) -> frozenset[str]:
    """Name the lists of medicines that were asked for; none where a name waits to be confirmed."""
    asked = {"medications": facts.medications, "rls_treatment": facts.rls_treatment}
    return (
        frozenset()
        if names_unclear(facts)
        else frozenset(name for name, entries in asked.items() if entries is not None)
    )


def names_unclear(facts: Facts) -> bool:
    """Say whether a name of a medicine waits to be confirmed."""
    return facts.values.get("derived.medicine_names_unclear") == "yes"


def key_of(medicine: Medicine) -> str:
    """Name a medicine alike at every visit: by its generic name, or by what was typed."""
    return plain_name(medicine.generic or medicine.name)


def medicine_changes(pair: Pair) -> tuple[MedicineChange, ...]:
    """List what was begun, ended or changed in dose between two visits."""
    before, after = _in_use(pair.base.visit.facts), _in_use(pair.later.visit.facts)
    found = [_appeared(key, after, pair) for key in after if key not in before]
    found += [_vanished(key, before, pair) for key in before if key not in after]
    found += [
        change
        for key in after
        if key in before and (change := _dose(before[key], after[key], pair))
    ]
    return tuple(sorted(found, key=lambda change: (change.kind, change.name)))


def _in_use(facts: Facts) -> Mapping[str, _InUse]:
    """List every medicine once; a dose of either list counts."""
    found: dict[str, _InUse] = {}
    for place, medicines in (
        ("medications", facts.medications),
        ("rls_treatment", facts.rls_treatment),
    ):
        for medicine in medicines or ():
            key = key_of(medicine)
            other = found.get(
                key, _InUse(key=key, name=medicine.name, dose_mg=None, lists=frozenset())
            )
            dose = other.dose_mg if medicine.dose_mg is None else medicine.dose_mg
            found[key] = replace(other, dose_mg=dose, lists=other.lists | {place})
    return found


def _appeared(key: str, after: Mapping[str, _InUse], pair: Pair) -> MedicineChange:
    told = after[key].lists <= known_lists(pair.base.visit.facts) and not names_unclear(
        pair.later.visit.facts
    )
    kind = STARTED if told else UNCLEAR
    return _change(kind, after[key].name, pair, note=_note(key, pair.later))


def _vanished(key: str, before: Mapping[str, _InUse], pair: Pair) -> MedicineChange:
    told = before[key].lists <= known_lists(pair.later.visit.facts) and not names_unclear(
        pair.base.visit.facts
    )
    kind = STOPPED if told else UNCLEAR
    return _change(kind, before[key].name, pair, note=_note(key, pair.base))


def _dose(before: _InUse, after: _InUse, pair: Pair) -> MedicineChange | None:
    if before.dose_mg is None or after.dose_mg is None or before.dose_mg == after.dose_mg:
        return None
    kind = RAISED if after.dose_mg > before.dose_mg else LOWERED
    doses = (
        f"{pair.base.visit.date}: {before.dose_mg:g} mg a day",
        f"{pair.later.visit.date}: {after.dose_mg:g} mg a day",
    )
    return _change(kind, after.name, pair, note=_note(after.key, pair.later), told=doses)


def _change(
    kind: str, name: str, pair: Pair, *, note: Line | None, told: tuple[str, ...] = ()
) -> MedicineChange:
    said = line(pair.tables.texts[kind], pair.later.context)
    facts = told or (f"compared with {pair.base.visit.date}",)
    return MedicineChange(
        name=name,
        kind=kind,
        line=Line(rule_id=said.rule_id, text=said.text, source=said.source, facts=facts),
        note=note,
    )


def _note(key: str, seen: Seen) -> Line | None:
    return next(
        (note.line for note in seen.visit.assessment.medicines if plain_name(note.generic) == key),
        None,
    )


def aggravating(changes: Sequence[MedicineChange], seen: Seen) -> bool:
    """Say whether a medicine that can aggravate is among those begun."""
    names = {change.name for change in changes if change.kind == STARTED}
    return any(note.aggravates and note.name in names for note in seen.visit.assessment.medicines)


def dopaminergic_names(seen: Seen) -> frozenset[str]:
    """Name the dopaminergic medicines of a visit."""
    group = group_named("dopaminergic", seen.context.tables)
    return frozenset(medicine.name for medicine in members(all_medicines(seen.visit.facts), group))


def trigger_changes(pair: Pair, medicines: Sequence[MedicineChange]) -> tuple[FindingChange, ...]:
    """List the triggers that appeared or vanished; those of medicines follow their list."""
    rules = pair.later.context.tables.triggers
    plain = [_without_drugs(seen.visit.assessment.triggers) for seen in (pair.base, pair.later)]
    found = _findings(plain[0], plain[1], rules, pair)
    drugs = {change.name: change.kind for change in medicines}
    for seen, kind in ((pair.later, "new"), (pair.base, "gone")):
        for note in seen.visit.assessment.medicines:
            if note.aggravates and drugs.get(note.name) == {"new": STARTED, "gone": STOPPED}[kind]:
                title = note.generic.capitalize()
                found.append(_finding(f"{DRUG_TRIGGER}{note.generic}", title, kind, pair))
    return tuple(found)


def _without_drugs(triggers: Sequence[CodedLine]) -> dict[str, CodedLine]:
    return {
        trigger.code: trigger for trigger in triggers if not trigger.code.startswith(DRUG_TRIGGER)
    }


def alert_changes(pair: Pair) -> tuple[FindingChange, ...]:
    """List the alerts that appeared or vanished."""
    before, after = (
        {alert.code: alert for alert in seen.visit.assessment.alerts}
        for seen in (pair.base, pair.later)
    )
    return tuple(_findings(before, after, pair.later.context.tables.alerts, pair))


def _findings(
    before: Mapping[str, CodedLine],
    after: Mapping[str, CodedLine],
    rules: Sequence[Rule],
    pair: Pair,
) -> list[FindingChange]:
    """Compare coded findings.

    Whether the other visit knew the facts decides between *new* and *not known before*.
    """
    by_id = {rule.id: rule for rule in rules}
    found = []
    for code, coded in after.items():
        if code not in before:
            kind = (
                "new"
                if _knew(pair.base, by_id[coded.line.rule_id], seen_at=pair.later)
                else "now_known"
            )
            found.append(_finding(code, coded.title, kind, pair, urgency=coded.urgency))
    for code, coded in before.items():
        if code not in after:
            kind = (
                "gone"
                if _knew(pair.later, by_id[coded.line.rule_id], seen_at=pair.base)
                else "no_longer_known"
            )
            found.append(_finding(code, coded.title, kind, pair, urgency=coded.urgency))
    return found


def _knew(other: Seen, rule: Rule, *, seen_at: Seen) -> bool:
    """Say whether every fact that made a rule hold at one visit was known at the other."""
    return all(other.knows(fact) for fact in rests_on(rule, seen_at.context))


def _finding(code: str, title: str, kind: str, pair: Pair, *, urgency: str = "") -> FindingChange:
    return FindingChange(
        code=code,
        title=title,
        kind=kind,
        urgency=urgency,
        line=line(pair.tables.texts[f"finding_{kind}"], pair.later.context),
    )
