"""Hops 3 to 5: the movements of one night by one rule set, and everything counted from them."""

from dataclasses import replace

import numpy as np

from ekbom.criteria.detector import RobustSettings
from ekbom.detection.both_legs import merge_legs
from ekbom.model.events import AROUSAL_KINDS, RESPIRATORY_KINDS
from ekbom.model.finding import Finding, Severity, Value
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

_MOST_SHOWN = 8
"""Of what is listed in one sentence; no result rests on it."""
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


def index_at_cuts(
    study: Study,
    found: FoundMovements,
    rule_set: RuleSet,
    request: ScoringRequest,
) -> tuple[Finding, ...]:
    """Say how much of the PLM index rests on events of which the detector is not sure.

    Nothing where no event was left out as doubtful, or where a detector states no confidence.
    """
    settings = request.detector
    if not isinstance(settings, RobustSettings) or not found.main:
        return ()
    tables = [leg.doubtful for leg in found.main.legs]
    doubtful = merge_legs([table for table in tables if table is not None])
    if not doubtful.onset_s.size:
        return ()
    ends_s = doubtful.onset_s + doubtful.duration_s
    spans_s = np.stack((doubtful.onset_s, ends_s), axis=1)
    counted = settings.counted_confidence
    cuts = (0.0, counted, settings.sure_confidence)
    every, as_counted, surest = (
        _plm_index(study, found.at_least(cut, settings=settings), rule_set)
        for cut in cuts
    )
    if every is None or as_counted is None or surest is None:
        return ()
    values: dict[str, Value] = {
        "count": doubtful.onset_s.size,
        "cut": counted,
        "sure_cut": settings.sure_confidence,
        "spans_s": tuple(spans_s[:_MOST_SHOWN].ravel().tolist()),
        "more": max(0, doubtful.onset_s.size - _MOST_SHOWN),
        "counted_per_h": as_counted,
        "all_per_h": every,
        "sure_per_h": surest,
    }
    return (Finding("index-and-doubt", Severity.NOTE, rule_set.id, values),)


def _plm_index(
    study: Study,
    found: FoundMovements,
    rule_set: RuleSet,
) -> float | None:
    """Count the PLM index of some movements, per hour of recording where there are no stages."""
    rows = score_by_rule_set(study, found, rule_set)
    night = ready_to_count(
        rows, sources_of(study, found.period), scoring_criteria(rule_set)
    )
    name = "plms_per_h" if study.hypnogram else "plm_per_recording_h"
    return night_indices(night)[name].value


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
