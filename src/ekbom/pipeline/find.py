"""Movements of the legs before any standard joins them, and the time that may count."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

from ekbom.context.scoring_fit import scoring_shift
from ekbom.criteria.detector import DetectorSettings, RobustSettings
from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.detection.both_legs import (
    DetectedLegs,
    at_least_as_sure,
    join_legs,
    require_enough,
    unscorable_on_all,
    unscorable_stretches,
)
from ekbom.detection.copies import without_copies
from ekbom.model.finding import Finding, Severity
from ekbom.model.movements import LegMovements, LegQuality
from ekbom.model.recording import Interval, LegSignal
from ekbom.model.result import ScoredPeriod
from ekbom.model.source import RuleSet
from ekbom.pipeline.detect import SharedWork, find_leg_movements
from ekbom.pipeline.request import DEFAULT_RULES, ScoringRequest
from ekbom.readers.join import marked_sides
from ekbom.readers.scorable_legs import scorable_legs
from ekbom.readers.study import Study
from ekbom.rules.load_detection import (
    load_physical_limits,
    load_scoring_fit,
)
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

    def at_least(
        self, confidence: float, *, settings: DetectorSettings
    ) -> "FoundMovements":
        """Take instead what met the rule on every leg and is at least so sure."""
        legs = self.main.legs if self.main else ()
        chosen = join_legs(
            tuple(at_least_as_sure(leg, confidence) for leg in legs),
            settings=settings,
        )
        return self._replace(
            by_amplitude=dict.fromkeys(self.by_amplitude, chosen.movements)
        )

    def of(self, rule_set: RuleSet) -> LegMovements:
        """Take the movements that a rule set starts from."""
        return self.by_amplitude[
            amplitude_criteria(rule_set) if self.main else None
        ]


def find_movements(study: Study, request: ScoringRequest) -> FoundMovements:
    """Take the movements a person marked, or find them in the EMG once per amplitude rule."""
    if study.marked_movements is not None:
        marked = study.marked_movements
        period = _period(study, (), marked_sides(marked))
        return FoundMovements(
            {None: marked}, None, period, (), _fit(study, marked)
        )
    criteria = {
        rule_set.id: amplitude_criteria(rule_set)
        for rule_set in request.rule_sets
    }
    by_amplitude = _by_amplitude(study, request, [*criteria.values()])
    main = by_amplitude[None]
    qualities = [leg.quality for leg in main.legs]
    return FoundMovements(
        {rule: legs.movements for rule, legs in by_amplitude.items()},
        main,
        _period(study, qualities, tuple(leg.side for leg in qualities)),
        unscorable_on_all(qualities, end_s=study.recording.duration_s),
        (
            *_fit(study, main.movements),
            *(
                Finding("amplitude-rule-borrowed", Severity.WARNING, name)
                for name, amplitude in criteria.items()
                if amplitude is None
            ),
        ),
    )


def _fit(study: Study, movements: LegMovements) -> tuple[Finding, ...]:
    """Say whether the scoring of a night belongs to another place of its recording."""
    return scoring_shift(
        movements,
        study.hypnogram,
        study.events,
        duration_s=study.recording.duration_s,
        settings=load_scoring_fit(),
    )


def _by_amplitude(
    study: Study,
    request: ScoringRequest,
    asked: Sequence[AmplitudeCriteria | None],
) -> dict[AmplitudeCriteria | None, DetectedLegs]:
    """Find the movements by every amplitude rule; None stands for the first in microvolts.

    That of the default rule set is taken where no rule set has one.
    """
    default = amplitude_criteria(load_rule_set(DEFAULT_RULES[0]))
    first, *others = _present(asked) or _present([default])
    detect = partial(
        detect_legs,
        scorable_legs(study),
        ecg=study.ecg,
        settings=request.detector,
    )
    request.progress("finding leg movements")
    main = detect(amplitude=first)
    require_enough(
        main.legs, limits=load_physical_limits(), name=study.recording.name
    )
    rest = {rule: detect(amplitude=rule, keep_trace=False) for rule in others}
    return {None: main, first: main} | rest


def _present(
    rules: Sequence[AmplitudeCriteria | None],
) -> list[AmplitudeCriteria]:
    return list(dict.fromkeys(rule for rule in rules if rule is not None))


def detect_legs(
    legs: Sequence[LegSignal],
    *,
    ecg: LegSignal | None,
    amplitude: AmplitudeCriteria,
    settings: DetectorSettings,
    keep_trace: bool = True,
) -> DetectedLegs:
    """Find the movements of every leg, each with a look at the heart and at the other leg."""
    shared = SharedWork()
    found = tuple(
        find_leg_movements(
            leg,
            amplitude=amplitude,
            settings=settings,
            ecg=ecg,
            other_leg=next((other for other in legs if other is not leg), None),
            keep_trace=keep_trace,
            shared=shared,
        )
        for leg in legs
    )
    if isinstance(settings, RobustSettings):
        found = without_copies(
            legs, found, amplitude=amplitude, settings=settings
        )
    return join_legs(found, settings=settings)


def _period(
    study: Study, qualities: Sequence[LegQuality], legs: tuple[str, ...]
) -> ScoredPeriod:
    """Name the time that may count."""
    end_s = study.recording.duration_s
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
