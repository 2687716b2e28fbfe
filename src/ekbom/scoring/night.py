"""From leg movements to scored movements in one call.

Hops 3 to 5 in the order the standards give.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ekbom.criteria.scoring import ScoringCriteria
from ekbom.model.events import Hypnogram
from ekbom.model.movements import LegMovements, ScoredMovements
from ekbom.model.recording import Interval
from ekbom.scoring.candidates import combine_candidates
from ekbom.scoring.legs import join_leg_movements
from ekbom.scoring.links import (
    EventTimes,
    associate,
    left_out_before_combination,
)
from ekbom.scoring.series import periodic_series


class ScoredLegs(NamedTuple):
    """Movements of each leg after joining, and the movements whose `parts` are rows of them."""

    legs: LegMovements
    movements: ScoredMovements


def score_movements(
    legs: LegMovements,
    *,
    criteria: ScoringCriteria,
    hypnogram: Hypnogram | None,
    respiratory: EventTimes | None,
    arousals: EventTimes | None,
    gaps: Sequence[Interval] = (),
) -> ScoredLegs:
    """Score leg movements by a standard.

    Join, combine the legs, link with breathing and arousals, build series.

    Parameters
    ----------
    legs
        Movements of one or both legs as they were found or marked, in any order.
    criteria
        The standard.
    hypnogram
        Scored stages, None = sleep is unknown.
    respiratory, arousals
        Scored events, None = nobody scored them.
    gaps
        Time that was not recorded or cannot be judged.
    """
    joined = join_leg_movements(legs, criteria=criteria)
    left_out = left_out_before_combination(
        joined, hypnogram=hypnogram, respiratory=respiratory, criteria=criteria
    )
    candidates = combine_candidates(
        joined, criteria=criteria, left_out=left_out
    )
    associated = associate(
        candidates,
        hypnogram=hypnogram,
        respiratory=respiratory,
        arousals=arousals,
        criteria=criteria,
    )
    return ScoredLegs(
        joined, periodic_series(associated, gaps=gaps, criteria=criteria)
    )


def without_excluded(movements: ScoredMovements) -> ScoredMovements:
    """Take out the rows that are no LM by the standard; what remains may be counted."""
    keep = np.flatnonzero(~movements.excluded)
    if len(keep) == len(movements.excluded):
        return movements
    columns = vars(movements)
    arrays = {
        name: column[keep]
        for name, column in columns.items()
        if isinstance(column, np.ndarray)
    }
    return ScoredMovements(
        **{
            **columns,
            **arrays,
            "parts": tuple(movements.parts[row] for row in keep.tolist()),
        }
    )
