"""A suggested immobilization test from its recordings.

Each session scored, then joined by the protocol.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ekbom.model.errors import UsageError
from ekbom.model.result import StudyResult
from ekbom.model.source import RuleSet
from ekbom.pipeline.detect import unscorable_stretches
from ekbom.pipeline.request import DEFAULT_DETECTOR, DEFAULT_RULES
from ekbom.pipeline.score import score_night
from ekbom.rules.load_indices import index_settings, load_index_table
from ekbom.rules.load_scoring import (
    list_rule_sets,
    load_rule_set,
    rules_text,
    scoring_criteria,
)
from ekbom.scoring.wake_tests import (
    PROTOCOLS,
    WakeSession,
    WakeTest,
    WakeTestSession,
    wake_test,
)

__all__ = ["WakeTest", "WakeTestSession", "score_wake_test"]

_NO_OPTIONS: Mapping[str, object] = {}


def score_wake_test(
    recordings: Sequence[Path],
    *,
    protocol: str = "sit",
    annotations: Sequence[Path] = (),
    starts_s: Sequence[float] = (),
    discomfort: Sequence[Sequence[float]] = (),
    rules: str = DEFAULT_RULES[0],
    options: Mapping[str, object] = _NO_OPTIONS,
    detector: str = DEFAULT_DETECTOR,
    left: str | None = None,
    right: str | None = None,
) -> WakeTest:
    """Score an immobilization test.

    Parameters
    ----------
    recordings
        One recording per session, or one recording that holds them all (with `starts_s`).
    protocol
        ``sit`` for one session, ``msit`` for several in one evening.
    annotations
        Stages of the recording; only with a single recording. Without stages a session is taken as
        wake throughout.
    starts_s
        Where the sessions begin in the one recording, s from its start; each lasts as long as the
        protocol says.
    discomfort
        Ratings of leg discomfort, one sequence per session.
    rules, options
        A rule set that counts PLM in wake, and its options.

    Raises
    ------
    UsageError
        If the protocol is unknown, the rule set counts no PLM in wake, or sessions and ratings do
        not fit together.
    """
    _check(
        recordings,
        protocol=protocol,
        annotations=annotations,
        starts_s=starts_s,
    )
    rule_set = load_rule_set(rules, options=options)
    _check_rules(rule_set)
    settings = index_settings(load_index_table())
    results = [
        score_night(
            path,
            annotations=annotations,
            rules=[rules],
            options=options,
            detector=detector,
            left=left,
            right=right,
            bootstrap_samples=0,
        )
        for path in recordings
    ]
    if starts_s:
        bounds = [
            (results[0], start_s, settings.wake_test_min * 60)
            for start_s in starts_s
        ]
    else:
        bounds = [
            (result, 0.0, result.recording.duration_s) for result in results
        ]
    if discomfort and len(discomfort) != len(bounds):
        raise UsageError(
            f"There are ratings for {len(discomfort)} sessions but {len(bounds)} sessions; "
            "give the ratings of each session."
        )
    ratings = list(discomfort) or [()] * len(bounds)
    sessions = [
        _session(
            result,
            rules=rules,
            start_s=start_s,
            duration_s=duration_s,
            ratings=tuple(given),
        )
        for (result, start_s, duration_s), given in zip(
            bounds, ratings, strict=True
        )
    ]
    test = wake_test(sessions, protocol=protocol, settings=settings)
    return replace(test, rules=(rules_text(rule_set), rule_set.digest))


def _check(
    recordings: Sequence[Path],
    *,
    protocol: str,
    annotations: Sequence[Path],
    starts_s: Sequence[float],
) -> None:
    if protocol not in PROTOCOLS:
        raise UsageError(
            f"There is no wake test {protocol!r}; there are {', '.join(PROTOCOLS)}."
        )
    if not recordings:
        raise UsageError(
            "A wake test needs a recording; "
            "give one per session, or one with the starts of the sessions."
        )
    if len(recordings) > 1 and (starts_s or annotations):
        raise UsageError(
            "Starts and annotations belong to one recording, but several were given; "
            "give one recording, or leave them out."
        )


def _check_rules(rule_set: RuleSet) -> None:
    """Refuse a rule set that counts no PLM in wake.

    Its index would be a number its standard does not define.
    """
    if not scoring_criteria(rule_set).plmw_defined:
        able = [
            other.id
            for other in list_rule_sets()
            if scoring_criteria(other).plmw_defined
        ]
        raise UsageError(
            f"The rule set {rule_set.id!r} counts no PLM in wake, which a wake test is about; "
            f"use {' or '.join(able)}."
        )


def _session(
    result: StudyResult,
    *,
    rules: str,
    start_s: float,
    duration_s: float,
    ratings: tuple[float, ...],
) -> WakeSession:
    """Cut one session out of a scored recording.

    Time in which either leg could not be judged leaves it.
    """
    end_s = result.recording.duration_s
    lost = tuple(
        stretch
        for quality in result.quality
        for stretch in unscorable_stretches(quality, end_s=end_s)
    )
    return WakeSession(
        movements=result.scores[rules].movements,
        hypnogram=result.hypnogram,
        start_s=start_s,
        duration_s=min(duration_s, max(0.0, end_s - start_s)),
        unscorable=(*result.recording.gaps, *lost),
        discomfort=ratings,
    )
