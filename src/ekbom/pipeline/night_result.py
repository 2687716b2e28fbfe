"""The result of a scored night: what was read, what was found, and every choice on the way."""

from collections.abc import Iterator, Mapping
from importlib import metadata

import numpy as np

from ekbom.detection.kinds.trains import ALTERNATING, STEADY
from ekbom.detection.trace_stretches import with_stretches
from ekbom.model.finding import Finding, Severity
from ekbom.model.result import RuleSetScore, StudyResult
from ekbom.pipeline.count import MAIN_INDEX, plms_as_written, sources_of
from ekbom.pipeline.find import FoundMovements
from ekbom.pipeline.request import (
    ScoringRequest,
    digest_of,
)
from ekbom.readers.study import Study
from ekbom.rules.bibliography import load_bibliography
from ekbom.rules.load_indices import index_settings
from ekbom.scoring.indices.compute import sleep_indices
from ekbom.scoring.rule_names import NonCandidate

MARKED_BY_A_PERSON = "marked by a person"
HARMLESS = (NonCandidate.RHYTHMIC.value, NonCandidate.REM_TWITCHES.value)
"""Rules of the project that keep a movement from counting; no standard names them."""


def result_of(
    study: Study,
    found: FoundMovements,
    scores: Mapping[str, RuleSetScore],
    request: ScoringRequest,
) -> StudyResult:
    """Gather what was read, what was found, what it counts to, and every choice on the way."""
    detection = (
        with_stretches(found.main.legs, study.legs) if found.main else ()
    )
    sources = sources_of(study, found.period)
    return StudyResult(
        software_version=metadata.version("ekbom"),
        recording=study.recording,
        choice=study.choice,
        hypnogram=study.hypnogram,
        events=study.events,
        scored=study.scored,
        lights_off_s=study.lights_off_s,
        lights_on_s=study.lights_on_s,
        period=found.period,
        unscorable=found.nowhere,
        leg_movements=next(iter(scores.values())).leg_movements,
        quality=tuple(leg.quality for leg in detection),
        traces=tuple(leg.trace for leg in detection if leg.trace is not None),
        detection=detection,
        detector=request.detector.id if found.main else MARKED_BY_A_PERSON,
        scores=scores,
        sleep=sleep_indices(sources, index_settings(request.table)),
        findings=_findings(study, found, scores),
        seed=request.seed,
        digest=digest_of(study, request),
        index_table=request.table,
        sources={
            item.key: f"{item.title} {item.where}"
            for item in load_bibliography().values()
        },
    )


def _findings(
    study: Study, found: FoundMovements, scores: Mapping[str, RuleSetScore]
) -> tuple[Finding, ...]:
    """List everything that was noticed on the way, each once."""
    listed = [*study.recording.findings, *study.choice.findings]
    for leg in study.legs:
        listed += leg.findings
    listed += [*study.findings, *found.findings, *_trains(found)]
    listed += _left_out(study, found, scores)
    return tuple(dict.fromkeys(listed))


def _trains(found: FoundMovements) -> Iterator[Finding]:
    """Tell how many trains there were, on one leg and from leg to leg."""
    trains = found.main.trains if found.main else None
    if trains is not None and trains.kind.size:
        yield Finding(
            "trains-found",
            Severity.NOTE,
            "",
            {
                "steady": int(np.count_nonzero(trains.kind == STEADY)),
                "alternating": int(
                    np.count_nonzero(trains.kind == ALTERNATING)
                ),
            },
        )


def _left_out(
    study: Study, found: FoundMovements, scores: Mapping[str, RuleSetScore]
) -> Iterator[Finding]:
    """Tell by every rule set what the index is without trains and twitches, and with them."""
    for name, score in scores.items():
        left_out = np.isin(score.movements.nonclm_reason, HARMLESS)
        without = score.indices[MAIN_INDEX].value
        if left_out.any() and without is None:
            yield Finding(
                "harmless-left-out",
                Severity.NOTE,
                name,
                {"movements": int(left_out.sum())},
            )
        elif left_out.any() and without is not None:
            yield Finding(
                "harmless-left-out-index",
                Severity.NOTE,
                name,
                {
                    "movements": int(left_out.sum()),
                    "without": without,
                    "as_written": plms_as_written(study, found, score.rule_set),
                },
            )
