"""A suggested immobilization test from its recordings.

Each session scored, then joined by the protocol.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from ekbom.model.errors import UsageError
from ekbom.model.result import StudyResult
from ekbom.model.source import RuleSet
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
    rated,
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
    ignore_dates: bool = False,
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
    ignore_dates
        Take annotations of another date by their clock times.

    Raises
    ------
    UsageError
        If the protocol is unknown, the rule set counts no PLM in wake, or sessions and ratings do
        not fit together.
    """
    _check(recordings, protocol, beside=bool(annotations or starts_s))
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
            ignore_dates=ignore_dates,
            bootstrap_samples=0,
        )
        for path in recordings
    ]
    sessions = [_session(result, rules) for result in results]
    if starts_s:
        lasting_s = settings.wake_test_min * 60
        sessions = [sessions[0].part(at_s, lasting_s) for at_s in starts_s]
    test = wake_test(
        rated(sessions, discomfort), protocol=protocol, settings=settings
    )
    return replace(test, rules=(rules_text(rule_set), rule_set.digest))


def _check(recordings: Sequence[Path], protocol: str, *, beside: bool) -> None:
    """Refuse what makes no test; `beside`: starts or annotations were given."""
    if protocol not in PROTOCOLS:
        raise UsageError(
            f"There is no wake test {protocol!r}; there are {', '.join(PROTOCOLS)}."
        )
    if not recordings:
        raise UsageError(
            "A wake test needs a recording; "
            "give one per session, or one with the starts of the sessions."
        )
    if len(recordings) > 1 and beside:
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


def _session(result: StudyResult, rules: str) -> WakeSession:
    """Take a whole recording as a session.

    Time in which either leg could not be judged leaves it.
    """
    lost = result.period.unscorable.values()
    return WakeSession(
        movements=result.scores[rules].movements,
        hypnogram=result.hypnogram,
        start_s=0.0,
        duration_s=result.recording.duration_s,
        unscorable=(*result.recording.gaps, *chain.from_iterable(lost)),
    )
