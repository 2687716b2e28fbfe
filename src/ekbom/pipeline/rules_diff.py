"""Why two standards differ on one scored night."""

from dataclasses import dataclass

import numpy as np

from ekbom.model.result import RuleSetScore, StudyResult
from ekbom.pipeline.explain import score_by
from ekbom.rules.load_scoring import scoring_criteria
from ekbom.scoring.agreement.two_standards import (
    MovementDifference,
    differences,
    two_standards,
)
from ekbom.scoring.why import Judged


@dataclass(frozen=True, kw_only=True)
class RulesDifference:
    """Two standards on one night.

    How many PLM each counts, and every movement they judge differently, in time order.
    """

    name_a: str
    name_b: str
    n_plm_a: int
    n_plm_b: int
    n_both: int
    movements: tuple[MovementDifference, ...]


def compare_rule_sets(result: StudyResult, a: str, b: str) -> RulesDifference:
    """Say of every movement two standards judge differently why they do.

    Movements are the same if they overlap in time; of several the one that overlaps longest.

    Raises
    ------
    UsageError
        If the night was not scored by one of the two.
    """
    first, second = two_standards(
        _judged(score_by(result, a)), _judged(score_by(result, b))
    )
    matched = first.other >= 0
    both = first.rows.plm[matched] & second.rows.plm[first.other[matched]]
    return RulesDifference(
        name_a=first.name,
        name_b=second.name,
        n_plm_a=int(np.count_nonzero(first.rows.plm)),
        n_plm_b=int(np.count_nonzero(second.rows.plm)),
        n_both=int(np.count_nonzero(both)),
        movements=differences(first, second),
    )


def _judged(score: RuleSetScore) -> tuple[str, Judged]:
    """Name a standard as people call it, with its movements."""
    name = score.rule_set.name or score.rule_set.id
    return name, Judged(score.movements, scoring_criteria(score.rule_set))
