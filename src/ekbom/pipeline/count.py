"""Everything counted from the scored rows of one night by one rule set."""

from ekbom.model.indices import IndexTable, ScoredPeriod
from ekbom.model.rules import RuleSet, ScoringCriteria
from ekbom.model.study import RuleSetScore, Study
from ekbom.scoring.indices import compute_indices
from ekbom.scoring.score_movements import ScoredLegs


def count_night(
    rows: ScoredLegs,
    *,
    study: Study,
    rule_set: RuleSet,
    criteria: ScoringCriteria,
    period: ScoredPeriod,
    table: IndexTable,
    seed: int,
    bootstrap_samples: int,
) -> RuleSetScore:
    """Count the indices of one rule set, with the structure of the intervals and the uncertainty."""
    indices = compute_indices(
        rows.movements, rows.legs, study.hypnogram, period=period, events=study.events, scored=study.scored, criteria=criteria
    )
    return RuleSetScore(rule_set=rule_set, leg_movements=rows.legs, movements=rows.movements, indices=indices)
