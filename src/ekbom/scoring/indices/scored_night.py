"""A night that is ready to be counted: what was scored, by which standard, in which time."""

from typing import NamedTuple

from ekbom.criteria.scoring import ScoringCriteria
from ekbom.model.events import Event, Hypnogram
from ekbom.model.movements import LegMovements, ScoredMovements
from ekbom.model.result import ScoredPeriod
from ekbom.scoring.indices.scored_time import NightTime, night_time
from ekbom.scoring.night import ScoredLegs, without_excluded


class NightSources(NamedTuple):
    """What a night holds besides its movements.

    `hypnogram` is None where nobody staged the night. `scored` names what somebody looked for
    (``arousals``, ``breathing``); what is not named gives 'not scored', never 0. `period` is the
    time that may count.
    """

    hypnogram: Hypnogram | None
    period: ScoredPeriod
    events: tuple[Event, ...] = ()
    scored: frozenset[str] = frozenset()


class ScoredNight(NamedTuple):
    """A night as its indices are counted from it.

    `movements` are the rows that are LM by the standard, `legs` the LM of each leg before the legs
    were combined, `time` what of the night counts for what.
    """

    movements: ScoredMovements
    legs: LegMovements
    hypnogram: Hypnogram | None
    period: ScoredPeriod
    events: tuple[Event, ...]
    scored: frozenset[str]
    criteria: ScoringCriteria
    time: NightTime


def ready_to_count(
    rows: ScoredLegs, sources: NightSources, criteria: ScoringCriteria
) -> ScoredNight:
    """Join the scored movements of a night with everything they are counted by."""
    movements = without_excluded(rows.movements)
    time = night_time(sources.hypnogram, sources.period)
    return ScoredNight(
        movements,
        rows.legs,
        sources.hypnogram,
        sources.period,
        sources.events,
        sources.scored,
        criteria,
        time,
    )
