"""The result of a scored night: what was read, what was found, and every choice on the way."""

from collections.abc import Mapping
from importlib import metadata

from ekbom.detection.trace_stretches import with_stretches
from ekbom.model.finding import Finding
from ekbom.model.result import RuleSetScore, StudyResult
from ekbom.pipeline.count import sources_of
from ekbom.pipeline.find import FoundMovements
from ekbom.pipeline.request import (
    ScoringRequest,
    digest_of,
)
from ekbom.readers.study import Study
from ekbom.rules.bibliography import load_bibliography
from ekbom.rules.load_indices import index_settings
from ekbom.scoring.indices.compute import sleep_indices

MARKED_BY_A_PERSON = "marked by a person"


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
        findings=_findings(study, found),
        seed=request.seed,
        digest=digest_of(study, request),
        index_table=request.table,
        sources={
            item.key: f"{item.title} {item.where}"
            for item in load_bibliography().values()
        },
    )


def _findings(study: Study, found: FoundMovements) -> tuple[Finding, ...]:
    """List everything that was noticed on the way, each once."""
    listed = [*study.recording.findings, *study.choice.findings]
    for leg in study.legs:
        listed += leg.findings
    return tuple(dict.fromkeys((*listed, *study.findings, *found.findings)))
