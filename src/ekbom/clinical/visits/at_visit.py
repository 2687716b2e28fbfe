"""A visit with the state its rules are judged in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ekbom.clinical.judge import CONDITIONS, MEDICATIONS, UNKNOWN_WORD, State
from ekbom.clinical.settings import table_values
from ekbom.clinical.visits.records import Visit
from ekbom.clinical.walk import start, walk
from ekbom.criteria.follow_up import FollowUpTables
from ekbom.criteria.guidelines import ClinicalTables

_STANDS_FOR: Mapping[str, str] = {"labs.tsat_pct": "derived.tsat_measured_pct"}
"""A saturation may be calculated from iron and binding capacity."""


@dataclass(frozen=True)
class AtVisit:
    """A visit and what was known and answered at it."""

    visit: Visit
    state: State

    def number(self, fact: str) -> float | None:
        """Give a number of this visit."""
        value = self.visit.facts.values.get(_STANDS_FOR.get(fact, fact))
        return value if isinstance(value, float) else None

    def knows(self, fact: str) -> bool:
        """Whether a fact is known at this visit."""
        if fact == CONDITIONS:
            return self.visit.facts.conditions is not None
        if fact == MEDICATIONS:
            return self.state.medicines_known
        value = self.visit.facts.values.get(_STANDS_FOR.get(fact, fact))
        return value not in (None, UNKNOWN_WORD)


def at_visit(
    visit: Visit, tables: FollowUpTables, clinical: ClinicalTables
) -> AtVisit:
    """Walk through the clinical tables once more, by the parameters of both tables.

    Which specifiers were met is left out: what they rest on is not told, so an alert that follows
    from them alone counts as not known before.
    """
    state = walk(
        start(visit.facts, clinical, table_values(tables.parameters))
    ).state
    codes = {
        step: found
        for step, found in state.codes.items()
        if step != "specifier"
    }
    return AtVisit(visit, replace(state, codes=codes))
