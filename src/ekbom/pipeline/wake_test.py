"""A suggested immobilization test from its recordings: each session scored, then joined by the protocol."""

from collections.abc import Sequence
from pathlib import Path

from ekbom.model.errors import UsageError
from ekbom.model.indices import WakeTest
from ekbom.model.study import StudyResult
from ekbom.pipeline.detect import unscorable_stretches
from ekbom.pipeline.score import DEFAULT_DETECTOR, DEFAULT_RULES, score_night
from ekbom.rules.load_indices import index_settings, load_index_table
from ekbom.scoring.wake_tests import PROTOCOLS, WakeSession, wake_test


def score_wake_test(
    recordings: Sequence[Path],
    *,
    protocol: str = "sit",
    annotations: Sequence[Path] = (),
    starts_s: Sequence[float] = (),
    discomfort: Sequence[Sequence[float]] = (),
    rules: str = DEFAULT_RULES[0],
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
        Stages of the recording; only with a single recording. Without stages a session is taken as wake throughout.
    starts_s
        Where the sessions begin in the one recording, s from its start; each lasts as long as the protocol says.
    discomfort
        Ratings of leg discomfort, one sequence per session.

    Raises
    ------
    UsageError
        If the protocol is unknown, or sessions and ratings do not fit together.
    """
    _check(recordings, protocol=protocol, annotations=annotations, starts_s=starts_s)
    settings = index_settings(load_index_table())
    results = [
        score_night(path, annotations=annotations, rules=[rules], detector=detector, left=left, right=right, bootstrap_samples=0)
        for path in recordings
    ]
    if starts_s:
        bounds = [(results[0], start_s, settings.wake_test_min * 60) for start_s in starts_s]
    else:
        bounds = [(result, 0.0, result.recording.duration_s) for result in results]
    if discomfort and len(discomfort) != len(bounds):
        raise UsageError(f"There are ratings for {len(discomfort)} sessions but {len(bounds)} sessions; give the ratings of each session.")
    ratings = list(discomfort) or [()] * len(bounds)
    sessions = [
        _session(result, rules=rules, start_s=start_s, duration_s=duration_s, ratings=tuple(given))
        for (result, start_s, duration_s), given in zip(bounds, ratings, strict=True)
    ]
    return wake_test(sessions, protocol=protocol, settings=settings)


def _check(recordings: Sequence[Path], *, protocol: str, annotations: Sequence[Path], starts_s: Sequence[float]) -> None:
    if protocol not in PROTOCOLS:
        raise UsageError(f"There is no wake test {protocol!r}; there are {', '.join(PROTOCOLS)}.")
    if not recordings:
        raise UsageError("A wake test needs a recording; give one per session, or one with the starts of the sessions.")
    if len(recordings) > 1 and (starts_s or annotations):
        raise UsageError("Starts and annotations belong to one recording, but several were given; give one recording, or leave them out.")


def _session(result: StudyResult, *, rules: str, start_s: float, duration_s: float, ratings: tuple[float, ...]) -> WakeSession:
    """Cut one session out of a scored recording; time in which either leg could not be judged leaves it."""
    end_s = result.recording.duration_s
    lost = tuple(stretch for quality in result.quality for stretch in unscorable_stretches(quality, end_s=end_s))
    return WakeSession(
        movements=result.scores[rules].movements,
        hypnogram=result.hypnogram,
        start_s=start_s,
        duration_s=min(duration_s, max(0.0, end_s - start_s)),
        unscorable=(*result.recording.gaps, *lost),
        discomfort=ratings,
    )
