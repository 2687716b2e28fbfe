"""Movements of the legs before any standard joins them, and the time that may count."""

from collections.abc import Mapping
from typing import NamedTuple

from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.model.finding import Finding, Severity
from ekbom.model.movements import DetectionResult, LegMovements, Side
from ekbom.model.recording import Interval
from ekbom.model.result import ScoredPeriod
from ekbom.model.source import RuleSet
from ekbom.pipeline.detect import (
    DetectedLegs,
    detect_legs,
    require_enough,
    scorable_legs,
    unscorable_on_all,
    unscorable_stretches,
)
from ekbom.pipeline.request import DEFAULT_RULES, ScoringRequest
from ekbom.readers.study import Study
from ekbom.rules.load_detection import load_physical_limits
from ekbom.rules.load_scoring import amplitude_criteria, load_rule_set


class FoundMovements(NamedTuple):
    """Movements by the amplitude rule they were found with, and the detection of the legs.

    `main` is None where a person marked the movements. `period` is the time that may count,
    `nowhere` the time in which no leg at all could be judged.
    """

    by_amplitude: Mapping[AmplitudeCriteria | None, LegMovements]
    main: DetectedLegs | None
    period: ScoredPeriod
    nowhere: tuple[Interval, ...]
    findings: tuple[Finding, ...] = ()

    def of(self, rule_set: RuleSet) -> LegMovements:
        """Take the movements that a rule set starts from."""
        return self.by_amplitude[
            amplitude_criteria(rule_set) if self.main else None
        ]


def find_movements(study: Study, request: ScoringRequest) -> FoundMovements:
    """Take the movements a person marked, or find them in the EMG once per amplitude rule."""
    if study.marked_movements is not None:
        period = _period(study, (), _marked_sides(study.marked_movements))
        return FoundMovements({None: study.marked_movements}, None, period, ())
    criteria = {
        rule_set.id: amplitude_criteria(rule_set)
        for rule_set in request.rule_sets
    }
    main_amplitude = _main_amplitude(criteria)
    legs = scorable_legs(study)
    request.progress("finding leg movements")
    main = detect_legs(
        legs, ecg=study.ecg, amplitude=main_amplitude, settings=request.detector
    )
    require_enough(
        main.legs, limits=load_physical_limits(), name=study.recording.name
    )
    by_amplitude = {None: main.movements, main_amplitude: main.movements}
    for amplitude in criteria.values():
        if amplitude not in by_amplitude and amplitude is not None:
            other = detect_legs(
                legs,
                ecg=study.ecg,
                amplitude=amplitude,
                settings=request.detector,
                keep_trace=False,
            )
            by_amplitude[amplitude] = other.movements
    period = _period(
        study, main.legs, tuple(leg.quality.side for leg in main.legs)
    )
    qualities = [leg.quality for leg in main.legs]
    nowhere = unscorable_on_all(qualities, end_s=study.recording.duration_s)
    borrowed = [
        name for name, amplitude in criteria.items() if amplitude is None
    ]
    findings = tuple(
        Finding("amplitude-rule-borrowed", Severity.WARNING, name)
        for name in borrowed
    )
    return FoundMovements(by_amplitude, main, period, nowhere, findings)


def _main_amplitude(
    criteria: Mapping[str, AmplitudeCriteria | None],
) -> AmplitudeCriteria:
    """Take the first amplitude rule in microvolts, else that of the default rule set."""
    default = amplitude_criteria(load_rule_set(DEFAULT_RULES[0]))
    found = [rule for rule in (*criteria.values(), default) if rule is not None]
    return found[0]


def _period(
    study: Study, detection: tuple[DetectionResult, ...], legs: tuple[str, ...]
) -> ScoredPeriod:
    """Name the time that may count."""
    end_s = study.recording.duration_s
    qualities = [leg.quality for leg in detection]
    return ScoredPeriod(
        recording_s=end_s,
        lights_off_s=study.lights_off_s,
        lights_on_s=study.lights_on_s,
        gaps=study.recording.gaps,
        unscorable={
            leg.side: unscorable_stretches(leg, end_s=end_s)
            for leg in qualities
        },
        legs=legs,
    )


def _marked_sides(marked: LegMovements) -> tuple[str, ...]:
    """Name the legs a person marked; both where nothing says otherwise."""
    if set(marked.side.tolist()) == {Side.UNKNOWN.value}:
        return (Side.UNKNOWN.value,)
    return (Side.LEFT.value, Side.RIGHT.value)
