"""A night scored: open it, find the movements, score them by each rule set asked for, count (hops 1 to 5)."""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import BinaryIO, NamedTuple

from ekbom.criteria.detector import DetectorSettings
from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.model.errors import UsageError
from ekbom.model.events import AROUSAL_KINDS, RESPIRATORY_KINDS
from ekbom.model.finding import Finding, Severity
from ekbom.model.index import IndexTable, ScoredPeriod
from ekbom.model.movements import LegMovements, Side
from ekbom.model.recording import Interval, LegSignal
from ekbom.model.result import RuleSetScore, Study, StudyResult
from ekbom.model.source import RuleSet
from ekbom.pipeline.count import count_night
from ekbom.pipeline.detect import (
    DetectedLegs,
    detect_legs,
    require_enough,
    scorable_legs,
    unscorable_on_all,
    unscorable_stretches,
)
from ekbom.pipeline.stretches import with_stretches
from ekbom.readers.study import open_study
from ekbom.rules.bibliography import load_bibliography
from ekbom.rules.load_detection import load_detector, load_physical_limits
from ekbom.rules.load_indices import index_settings, load_index_table
from ekbom.rules.load_scoring import (
    amplitude_criteria,
    load_rule_set,
    rule_set_names,
    scoring_criteria,
)
from ekbom.scoring.indices.compute import sleep_indices
from ekbom.scoring.links import event_times
from ekbom.scoring.night import score_movements

DEFAULT_RULES = ("wasm2016",)
DEFAULT_DETECTOR = "robust"
ALL_RULES = "all"
MARKED_BY_A_PERSON = "marked by a person"
Progress = Callable[[str], None]
_NO_OPTIONS: Mapping[str, object] = {}


class FoundMovements(NamedTuple):
    """Movements of the legs before any standard joins them, by the amplitude rule they were found with, and the legs' detection."""

    by_amplitude: Mapping[AmplitudeCriteria | None, LegMovements]
    main: DetectedLegs | None
    findings: tuple[Finding, ...]


def score_night(
    recording: str | Path | BinaryIO | None = None,
    *,
    annotations: str | Path | Sequence[str | Path] = (),
    movements: str | Path | None = None,
    rules: str | Sequence[str] = DEFAULT_RULES,
    options: Mapping[str, object] = _NO_OPTIONS,
    detector: str = DEFAULT_DETECTOR,
    left: str | None = None,
    right: str | None = None,
    unit: str | None = None,
    scored: Collection[str] | None = None,
    seed: int = 0,
    bootstrap_samples: int = 1000,
    progress: Progress = lambda _step: None,
) -> StudyResult:
    """Score one night.

    Parameters
    ----------
    recording
        EDF, EDF+ or BDF file or a binary file object; None if only marked movements are scored.
    annotations
        One file or several with the hypnogram and the events, in any registered format.
    movements
        Movements a person marked (columns ``onset_s, duration_s, side``, or a format with leg
        movements); the EMG is then not judged.
    rules
        One rule set or several by name, the first is the main one; ``all`` stands for every one
        there is.
    options
        Options of the rule sets by name; each applies to every rule set that has it.
    detector
        ``robust`` or ``literal``.
    left, right, unit
        Labels of the leg channels, and their unit, where the choice from the header is not right.
    scored
        Kinds declared as scored although no event was found: ``arousals``, ``breathing``,
        ``movements``.
    seed
        Seed of the bootstrap; stored in the result.
    bootstrap_samples
        How many times the night is resampled for the uncertainty of the indices; 0 leaves it out.
    progress
        Called with the name of each step before it begins.

    Returns
    -------
    StudyResult

    Raises
    ------
    InputError
        A file cannot be read; UsageError: an unknown name or value; UnscorableError: no leg can be
        judged.

    Examples
    --------
    >>> from ekbom import score_night
    >>> result = score_night("night.edf", rules=["wasm2016", "aasm"])
    >>> sorted(result.scores)
    ['aasm', 'wasm2016']
    >>> round(result.scores["wasm2016"].indices["plms_per_h"].value)
    27
    """
    _require_possible(seed=seed, bootstrap_samples=bootstrap_samples)
    rule_sets = _rule_sets(rules, options)
    settings = load_detector(detector)
    progress("reading")
    study = open_study(
        recording,
        annotations=annotations,
        movements=movements,
        left=left,
        right=right,
        scored=scored,
        limits=load_physical_limits(),
        unit=unit,
    )
    return score_study(
        study,
        rule_sets=rule_sets,
        settings=settings,
        seed=seed,
        bootstrap_samples=bootstrap_samples,
        progress=progress,
    )


def score_study(
    study: Study,
    *,
    rule_sets: Sequence[RuleSet],
    settings: DetectorSettings,
    seed: int = 0,
    bootstrap_samples: int = 1000,
    progress: Progress = lambda _step: None,
) -> StudyResult:
    """Score a night that is already open (hops 2 to 5); see `score_night`."""
    found = _find(study, rule_sets=rule_sets, settings=settings, progress=progress)
    table = load_index_table()
    period, nowhere = _period(study, found.main)
    scores = {}
    for rule_set in rule_sets:
        progress(f"scoring by {rule_set.id}")
        legs = found.by_amplitude[amplitude_criteria(rule_set) if found.main else None]
        scores[rule_set.id] = _score(
            study,
            legs,
            rule_set=rule_set,
            period=period,
            nowhere=nowhere,
            table=table,
            seed=seed,
            bootstrap_samples=bootstrap_samples,
        )
    main = scores[rule_sets[0].id]
    detection = with_stretches(found.main.legs, study.legs) if found.main else ()
    return StudyResult(
        software_version=metadata.version("ekbom"),
        recording=study.recording,
        choice=study.choice,
        hypnogram=study.hypnogram,
        events=study.events,
        scored=study.scored,
        lights_off_s=study.lights_off_s,
        lights_on_s=study.lights_on_s,
        period=period,
        unscorable=nowhere,
        leg_movements=main.leg_movements,
        quality=tuple(leg.quality for leg in detection),
        traces=tuple(leg.trace for leg in detection if leg.trace is not None),
        detection=detection,
        detector=settings.id if found.main else MARKED_BY_A_PERSON,
        scores=scores,
        sleep=sleep_indices(
            study.hypnogram,
            period=period,
            events=study.events,
            scored=study.scored,
            settings=index_settings(table),
        ),
        findings=tuple(dict.fromkeys((*_signal_findings(study), *study.findings, *found.findings))),
        seed=seed,
        digest=_digest(study, rule_sets=rule_sets, settings=settings, table=table, seed=seed),
        index_table=table,
        sources={
            reference.key: f"{reference.title} {reference.where}"
            for reference in load_bibliography().values()
        },
    )


def _require_possible(*, seed: int, bootstrap_samples: int) -> None:
    """Refuse numbers that no resampling can be made with."""
    if seed < 0:
        raise UsageError(f"The seed of the bootstrap is {seed}; give 0 or a larger whole number.")
    if bootstrap_samples < 0:
        raise UsageError(
            f"The number of bootstrap samples is {bootstrap_samples}; give 0 to leave the uncertainty out, or more."
        )


def _rule_sets(rules: str | Sequence[str], options: Mapping[str, object]) -> tuple[RuleSet, ...]:
    """Load every rule set once, in the order asked for."""
    names: list[str] = []
    for wish in [rules] if isinstance(rules, str) else rules:
        names += rule_set_names() if wish == ALL_RULES else [wish]
    if not names:
        raise UsageError(f"No rule set is named; rule sets are {', '.join(rule_set_names())}.")
    return tuple(load_rule_set(name, options=options) for name in dict.fromkeys(names))


def _find(
    study: Study, *, rule_sets: Sequence[RuleSet], settings: DetectorSettings, progress: Progress
) -> FoundMovements:
    """Take the movements a person marked, or find them in the EMG once per amplitude rule."""
    if study.marked_movements is not None:
        return FoundMovements({None: study.marked_movements}, None, ())
    legs = scorable_legs(study)
    criteria = {rule_set.id: amplitude_criteria(rule_set) for rule_set in rule_sets}
    main_amplitude = next(
        (amplitude for amplitude in criteria.values() if amplitude is not None), None
    ) or amplitude_criteria(load_rule_set(DEFAULT_RULES[0]))
    if main_amplitude is None:
        raise AssertionError("the default rule set always has an amplitude rule")
    progress("finding leg movements")
    main = detect_legs(legs, ecg=study.ecg, amplitude=main_amplitude, settings=settings)
    require_enough(main.legs, limits=load_physical_limits(), name=study.recording.name)
    by_amplitude: dict[AmplitudeCriteria | None, LegMovements] = {main_amplitude: main.movements}
    for amplitude in criteria.values():
        if amplitude is None:
            by_amplitude[None] = main.movements
        elif amplitude not in by_amplitude:
            other = detect_legs(
                legs, ecg=study.ecg, amplitude=amplitude, settings=settings, keep_trace=False
            )
            by_amplitude[amplitude] = other.movements
    return FoundMovements(
        by_amplitude,
        main,
        tuple(_borrowed(name) for name, amplitude in criteria.items() if amplitude is None),
    )


def _borrowed(rule_set: str) -> Finding:
    """Say that a standard without microvolts was given the movements of another amplitude rule."""
    return Finding("amplitude-rule-borrowed", Severity.WARNING, rule_set)


def _period(study: Study, main: DetectedLegs | None) -> tuple[ScoredPeriod, tuple[Interval, ...]]:
    """Name the time that may count, and the time in which no leg at all could be judged."""
    duration_s = study.recording.duration_s
    detection = main.legs if main else ()
    period = ScoredPeriod(
        recording_s=duration_s,
        lights_off_s=study.lights_off_s,
        lights_on_s=study.lights_on_s,
        gaps=study.recording.gaps,
        unscorable={
            leg.quality.side: unscorable_stretches(leg.quality, end_s=duration_s)
            for leg in detection
        },
        legs=tuple(leg.quality.side for leg in detection) or _marked_sides(study.marked_movements),
    )
    return period, unscorable_on_all([leg.quality for leg in detection], end_s=duration_s)


def _marked_sides(marked: LegMovements | None) -> tuple[str, ...]:
    """Name the legs a person marked; both where nothing says otherwise."""
    if marked is not None and len(marked.side) and set(marked.side.tolist()) == {str(Side.UNKNOWN)}:
        return (str(Side.UNKNOWN),)
    return (str(Side.LEFT), str(Side.RIGHT))


def _score(
    study: Study,
    legs: LegMovements,
    *,
    rule_set: RuleSet,
    period: ScoredPeriod,
    nowhere: Sequence[Interval],
    table: IndexTable,
    seed: int,
    bootstrap_samples: int,
) -> RuleSetScore:
    """Score the movements by one rule set (hops 3 to 5)."""
    criteria = scoring_criteria(rule_set)
    rows = score_movements(
        legs,
        criteria=criteria,
        hypnogram=study.hypnogram,
        respiratory=event_times(study.events, kinds=RESPIRATORY_KINDS)
        if "breathing" in study.scored
        else None,
        arousals=event_times(study.events, kinds=AROUSAL_KINDS)
        if "arousals" in study.scored
        else None,
        gaps=(*study.recording.gaps, *nowhere),
    )
    return count_night(
        rows,
        study=study,
        rule_set=rule_set,
        criteria=criteria,
        period=period,
        table=table,
        seed=seed,
        bootstrap_samples=bootstrap_samples,
    )


def _signal_findings(study: Study) -> tuple[Finding, ...]:
    """List what was noticed while the recording was read and its legs were chosen and checked."""
    return (
        *study.recording.findings,
        *study.choice.findings,
        *(finding for leg in study.legs for finding in leg.findings),
    )


def _digest(
    study: Study,
    *,
    rule_sets: Sequence[RuleSet],
    settings: DetectorSettings,
    table: IndexTable,
    seed: int,
) -> str:
    """Identify everything that decides the result.

    Input, choices, rule tables with options, detector, software.
    """
    digest = hashlib.sha256(metadata.version("ekbom").encode())
    facts: list[object] = [
        study.recording.sha256,
        study.choice,
        study.events,
        sorted(study.scored),
        study.lights_off_s,
        study.lights_on_s,
    ]
    facts += [rule_set.digest for rule_set in rule_sets]
    facts += [settings.digest, table.digest, seed, [_leg_facts(leg) for leg in study.legs]]
    digest.update(repr(facts).encode())
    if study.hypnogram is not None:
        for column in (study.hypnogram.onset_s, study.hypnogram.duration_s):
            digest.update(column.tobytes())
        digest.update(",".join(study.hypnogram.stage.tolist()).encode())
    if study.marked_movements is not None:
        for column in (study.marked_movements.onset_s, study.marked_movements.duration_s):
            digest.update(column.tobytes())
        digest.update(",".join(study.marked_movements.side.tolist()).encode())
    return f"sha256:{digest.hexdigest()}"


def _leg_facts(leg: LegSignal) -> tuple[str, str, float, float, str]:
    return (leg.side, leg.label, leg.fs_hz, leg.step_uv, str(leg.derivation or ""))
