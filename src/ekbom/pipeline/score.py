"""A night scored: opened, movements found, scored by each rule set, counted (hops 1 to 5)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from ekbom.model.result import StudyResult
from ekbom.pipeline.count import (
    count_night,
    index_at_cuts,
    score_by_rule_set,
)
from ekbom.pipeline.files.companions import Companions, companions_of
from ekbom.pipeline.files.mapping_file import load_mapping
from ekbom.pipeline.find import find_movements
from ekbom.pipeline.night_result import result_of
from ekbom.pipeline.request import (
    DEFAULT_DETECTOR,
    DEFAULT_RULES,
    Progress,
    ScoringRequest,
    wanted_rule_sets,
)
from ekbom.readers.free_text import without_free_text
from ekbom.readers.study import Study, open_study
from ekbom.rules.load_detection import (
    load_detector,
    load_event_limits,
    load_physical_limits,
)

_NO_OPTIONS: Mapping[str, object] = {}


def score_night(
    recording: str | Path | BinaryIO | None = None,
    *,
    annotations: str | Path | Sequence[str | Path] = (),
    movements: str | Path | None = None,
    companions: bool = True,
    mapping: str | Path | Sequence[str | Path] = (),
    rules: str | Sequence[str] = DEFAULT_RULES,
    options: Mapping[str, object] = _NO_OPTIONS,
    detector: str = DEFAULT_DETECTOR,
    left: str | None = None,
    right: str | None = None,
    unit: str | None = None,
    ignore_dates: bool = False,
    keep_text: bool = False,
    scored: str | Collection[str] | None = None,
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
    companions
        Where no `annotations` are given, take the scorings that lie beside the recording and
        belong to it by their names; each is named in a finding.
    mapping
        One file or several in which a laboratory says what its own labels and texts mean, and
        which rule sets and options it has; see `docs/mappings.md`.
    rules
        One rule set or several by name, the first is the main one; ``all`` stands for every one
        there is.
    options
        Options of the rule sets by name; each applies to every rule set that has it.
    detector
        ``robust`` or ``literal``.
    left, right, unit
        Labels of the leg channels, and their unit, where the choice from the header is not right.
    ignore_dates
        Take a scoring of another date by its clock times; without it such a scoring is refused.
    keep_text
        Keep what persons wrote freely as annotations; without it such texts are only counted.
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
    own = load_mapping(mapping)
    request = ScoringRequest(
        rule_sets=wanted_rule_sets(rules, options, own),
        mapping=own,
        detector=load_detector(detector),
        seed=seed,
        bootstrap_samples=bootstrap_samples,
        progress=progress,
    )
    progress("reading")
    beside = Companions()
    if companions and not annotations and isinstance(recording, str | Path):
        beside = companions_of(recording, ignore_dates=ignore_dates)
    study = open_study(
        recording,
        annotations=annotations or beside.paths,
        movements=movements,
        left=left,
        right=right,
        scored=scored,
        limits=load_physical_limits(),
        unit=unit,
        event_limits=load_event_limits(),
        ignore_dates=ignore_dates,
        labels=own.channels,
        texts=own.events,
    )
    used = own.findings(study, request.rule_sets)
    findings = (*used, *beside.findings, *study.findings)
    study = replace(study, findings=findings)
    return score_study(
        study if keep_text else without_free_text(study), request
    )


def score_study(study: Study, request: ScoringRequest) -> StudyResult:
    """Score a night that is already open (hops 2 to 5); see `score_night`."""
    found = find_movements(study, request)
    scores = {}
    for rule_set in request.rule_sets:
        request.progress(f"scoring by {rule_set.id}")
        rows = score_by_rule_set(study, found, rule_set)
        scores[rule_set.id] = count_night(
            rows, study, found.period, rule_set, request
        )
    doubt = index_at_cuts(study, found, request.rule_sets[0], request)
    found = found._replace(findings=(*found.findings, *doubt))
    return result_of(study, found, scores, request)
