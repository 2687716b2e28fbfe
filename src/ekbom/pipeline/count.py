"""Everything counted from the scored rows of one night by one rule set."""

import numpy as np

from ekbom.criteria.scoring import ScoringCriteria
from ekbom.model.index import IndexTable, ScoredPeriod
from ekbom.model.result import RuleSetScore, Study
from ekbom.model.source import RuleSet
from ekbom.rules.load_indices import index_settings
from ekbom.scoring.indices.compute import compute_indices
from ekbom.scoring.indices.time_structure import interval_structure, night_profile
from ekbom.scoring.indices.uncertainty import bootstrap_indices, limit_distances
from ekbom.scoring.night import ScoredLegs


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
    """Count the indices of one rule set.

    Beside them stand the structure of the intervals, the course of the night and the uncertainty.

    Every rule set starts the bootstrap from the same seed; 0 samples leave it out.
    """
    movements, hypnogram, settings = rows.movements, study.hypnogram, index_settings(table)
    indices = compute_indices(
        movements,
        rows.legs,
        hypnogram,
        period=period,
        events=study.events,
        scored=study.scored,
        criteria=criteria,
    )
    plms, sleep_min = indices["plms_count"].value, indices["analysed_sleep_min"].value
    return RuleSetScore(
        rule_set=rule_set,
        leg_movements=rows.legs,
        movements=movements,
        indices=indices,
        intervals=interval_structure(
            movements, hypnogram, period=period, criteria=criteria, settings=settings
        ),
        profile=night_profile(movements, hypnogram, period=period),
        uncertainty=bootstrap_indices(
            movements,
            hypnogram,
            period=period,
            criteria=criteria,
            settings=settings,
            rng=np.random.default_rng(seed),
            n_resamples=bootstrap_samples,
        )
        if bootstrap_samples
        else (),
        limits=limit_distances(None if plms is None else round(plms), sleep_min, criteria=criteria),
    )
