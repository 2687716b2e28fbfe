"""Hops 3 to 5: the movements of one night by one rule set, and everything counted from them."""

from dataclasses import replace

import numpy as np

from ekbom.model.events import AROUSAL_KINDS, RESPIRATORY_KINDS
from ekbom.model.result import RuleSetScore, ScoredKind, ScoredPeriod
from ekbom.model.source import RuleSet
from ekbom.pipeline.find import FoundMovements
from ekbom.pipeline.request import ScoringRequest
from ekbom.readers.study import Study
from ekbom.rules.load_indices import index_settings
from ekbom.rules.load_scoring import scoring_criteria
from ekbom.scoring.indices.compute import night_indices
from ekbom.scoring.indices.scored_night import NightSources, ready_to_count
from ekbom.scoring.indices.time_structure import (
    interval_structure,
    night_profile,
)
from ekbom.scoring.indices.uncertainty import (
    Resampling,
    bootstrap_indices,
    limit_distances,
)
from ekbom.scoring.links import event_times
from ekbom.scoring.night import ScoredLegs, score_movements

MAIN_INDEX = "plms_per_h"


def score_by_rule_set(
    study: Study,
    found: FoundMovements,
    rule_set: RuleSet,
    *,
    as_written: bool = False,
) -> ScoredLegs:
    """Join, combine, link and put into series the movements of a night (hops 3 to 5).

    With `as_written` trains and twitches count too: no standard names them.
    """
    criteria = scoring_criteria(rule_set)
    if as_written:
        criteria = replace(
            criteria, rhythmic_policy="keep", rem_twitch_policy="keep"
        )
    breathing = arousals = None
    if ScoredKind.BREATHING in study.scored:
        breathing = event_times(study.events, kinds=RESPIRATORY_KINDS)
    if ScoredKind.AROUSALS in study.scored:
        arousals = event_times(study.events, kinds=AROUSAL_KINDS)
    return score_movements(
        found.of(rule_set),
        criteria=criteria,
        hypnogram=study.hypnogram,
        respiratory=breathing,
        arousals=arousals,
        gaps=(*study.recording.gaps, *found.nowhere),
    )


def plms_as_written(
    study: Study, found: FoundMovements, rule_set: RuleSet
) -> float:
    """Give the index of a standard with trains and twitches left in; 0 without sleep."""
    rows = score_by_rule_set(study, found, rule_set, as_written=True)
    criteria = scoring_criteria(rule_set)
    night = ready_to_count(rows, sources_of(study, found.period), criteria)
    return night_indices(night)[MAIN_INDEX].value or 0.0


def sources_of(study: Study, period: ScoredPeriod) -> NightSources:
    """Take from a study what its indices are counted by."""
    return NightSources(
        study.hypnogram,
        period,
        study.events,
        study.scored,
    )


def count_night(
    rows: ScoredLegs,
    study: Study,
    period: ScoredPeriod,
    rule_set: RuleSet,
    request: ScoringRequest,
) -> RuleSetScore:
    """Count the indices of one rule set, with the course of the night and the uncertainty.

    Every rule set starts the bootstrap from the same seed; 0 samples leave it out.
    """
    settings = index_settings(request.table)
    criteria = scoring_criteria(rule_set)
    night = ready_to_count(rows, sources_of(study, period), criteria)
    indices = night_indices(night)
    plms = indices["plms_count"].value
    sleep_min = indices["analysed_sleep_min"].value
    resampling = Resampling(
        np.random.default_rng(request.seed), request.bootstrap_samples
    )
    resampled = resampling.n_resamples > 0
    return RuleSetScore(
        rule_set=rule_set,
        leg_movements=rows.legs,
        movements=rows.movements,
        indices=indices,
        intervals=interval_structure(night, settings),
        profile=night_profile(night),
        uncertainty=bootstrap_indices(night, settings, resampling)
        if resampled
        else (),
        limits=limit_distances(
            None if plms is None else round(plms), sleep_min, criteria=criteria
        ),
    )
