"""Triggers and alerts that appeared or vanished between two visits."""

from collections.abc import Iterable, Mapping, Sequence

from ekbom.clinical.judge import rests_on
from ekbom.clinical.lines import line
from ekbom.clinical.medicines import aggravates, entries, trigger_code
from ekbom.clinical.visits.at_visit import AtVisit
from ekbom.clinical.visits.medicine_changes import STARTED, STOPPED, Pair
from ekbom.clinical.visits.records import FindingChange, MedicineChange
from ekbom.criteria.guidelines import Rule
from ekbom.model.assessment import CodedLine

NEW, NOW_KNOWN, GONE, NO_LONGER_KNOWN = (
    "new",
    "now_known",
    "gone",
    "no_longer_known",
)


def trigger_changes(
    pair: Pair, medicines: Sequence[MedicineChange]
) -> tuple[FindingChange, ...]:
    """List the triggers that appeared or vanished; those of medicines follow their list."""
    before, after = (_without_medicines(visit) for visit in pair[:2])
    plain = _compared(before, after, pair.later.state.tables.triggers, pair)
    begun = _medicine_triggers(
        pair.later, _names(medicines, STARTED), NEW, pair
    )
    ended = _medicine_triggers(
        pair.base, _names(medicines, STOPPED), GONE, pair
    )
    return (*plain, *begun, *ended)


def alert_changes(pair: Pair) -> tuple[FindingChange, ...]:
    """List the alerts that appeared or vanished."""
    before, after = (visit.visit.assessment.alerts for visit in pair[:2])
    return _compared(before, after, pair.later.state.tables.alerts, pair)


def _without_medicines(visit: AtVisit) -> list[CodedLine]:
    triggers = visit.visit.assessment.triggers
    of_a_rule = {rule.code for rule in visit.state.tables.triggers}
    return [trigger for trigger in triggers if trigger.code in of_a_rule]


def _names(medicines: Iterable[MedicineChange], kind: str) -> set[str]:
    return {change.name for change in medicines if change.kind == kind}


def _medicine_triggers(
    visit: AtVisit, names: set[str], kind: str, pair: Pair
) -> list[FindingChange]:
    """Name the medicines among `names` that can aggravate."""
    return [
        _change(trigger_code(medicine.generic), medicine.title, kind, pair)
        for used, medicine in entries(visit.visit.facts, visit.state.tables)
        if aggravates(medicine) and used.name in names
    ]


def _compared(
    before: Iterable[CodedLine],
    after: Iterable[CodedLine],
    rules: Sequence[Rule],
    pair: Pair,
) -> tuple[FindingChange, ...]:
    """Compare coded findings: those that appeared, then those that vanished."""
    old, new = _by_code(before), _by_code(after)
    by_id = {rule.id: rule for rule in rules}
    appeared = [new[code] for code in new if code not in old]
    vanished = [old[code] for code in old if code not in new]
    return (
        *(_appeared(one, by_id[one.line.rule_id], pair) for one in appeared),
        *(_vanished(one, by_id[one.line.rule_id], pair) for one in vanished),
    )


def _by_code(lines: Iterable[CodedLine]) -> Mapping[str, CodedLine]:
    return {one.code: one for one in lines}


def _appeared(one: CodedLine, rule: Rule, pair: Pair) -> FindingChange:
    """Tell *new* from *not known before*."""
    knew = _knew(pair.base, rule, pair.later)
    return _change(
        one.code,
        one.title,
        NEW if knew else NOW_KNOWN,
        pair,
        urgency=one.urgency,
    )


def _vanished(one: CodedLine, rule: Rule, pair: Pair) -> FindingChange:
    """Tell *gone* from *not known now*."""
    knew = _knew(pair.later, rule, pair.base)
    kind = GONE if knew else NO_LONGER_KNOWN
    return _change(one.code, one.title, kind, pair, urgency=one.urgency)


def _knew(other: AtVisit, rule: Rule, held_at: AtVisit) -> bool:
    """Whether every fact that made a rule hold at one visit was known at the other."""
    return all(other.knows(fact) for fact in rests_on(rule, held_at.state))


def _change(
    code: str, title: str, kind: str, pair: Pair, *, urgency: str = ""
) -> FindingChange:
    said = line(pair.tables.texts[f"finding_{kind}"], pair.later.state)
    return FindingChange(
        code=code, title=title, kind=kind, urgency=urgency, line=said
    )
