"""Several scored nights of one person side by side."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ekbom.model.errors import UsageError
from ekbom.model.finding import Finding, Severity
from ekbom.model.result import IndexValue, RuleSetScore, StudyResult
from ekbom.pipeline.explain import score_by
from ekbom.rules.load_indices import load_index_table, nights_settings
from ekbom.scoring.several_nights import (
    IndexCourse,
    NightValue,
    course_findings,
    course_of,
)

__all__ = [
    "IndexCourse",
    "NightHead",
    "NightValue",
    "NightsCourse",
    "compare_nights",
]
WITH_STAGES = (
    "plms_per_h",
    "plms_arousal_per_h",
    "plmw_per_h",
    "pi_intervals",
)
WITHOUT_STAGES = ("plm_per_recording_h",)
"""By hour of recording: they need no EEG, and nights with and without it can be compared."""
FEWEST = 2


@dataclass(frozen=True, kw_only=True)
class NightHead:
    """One night of several: its name, when it was, how long, and how it was scored."""

    name: str
    date: str  #: empty where it is withheld
    recorded_h: float
    staged: bool
    detector: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class NightsCourse:
    """Several nights of one person; `findings` say what the numbers mean and what is doubtful."""

    rule_set: str
    nights: tuple[NightHead, ...]
    indices: tuple[IndexCourse, ...]
    findings: tuple[Finding, ...]
    digest: str


def compare_nights(
    results: Sequence[StudyResult],
    *,
    names: Sequence[str] = (),
    rule_set: str | None = None,
) -> NightsCourse:
    """Put scored nights of one person side by side.

    Parameters
    ----------
    results
        Two nights or more, in any order; they are put in order of their dates where all are known,
        else they stay as given.
    names
        How the nights are called; by their dates or recordings when left out.
    rule_set
        The rule set to compare by; the main one of the first night when left out.

    Returns
    -------
    NightsCourse
        Every index by night, its mean and spread, how many nights a stable mean needs, and whether
        the last night lies outside of what the earlier ones let expect. Indices by hour of
        recording are there for nights without EEG.

    Raises
    ------
    UsageError
        Fewer than two nights, one night twice, or a night that was not scored by the rule set.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from ekbom import compare_nights, read_result
    >>> first = read_result("result.json")
    >>> second = replace(first, digest="another night")
    >>> compare_nights([first, second]).indices[0].n_known
    2
    """
    _require_several(results)
    wanted = rule_set or next(iter(results[0].scores))
    named = names or [_name(result) for result in results]
    pairs = list(zip(named, results, strict=True))
    dated = all(result.recording.date is not None for result in results)
    if dated:
        pairs.sort(key=lambda pair: str(pair[1].recording.start))
    scored = [
        (name, result, score_by(result, wanted)) for name, result in pairs
    ]
    courses = tuple(_courses(scored))
    noticed = _doubts(
        [(result, score) for _, result, score in scored], dated=dated
    )
    titles = load_index_table().definitions
    told = (
        finding
        for course in courses
        for finding in course_findings(course, title=titles[course.name].title)
    )
    digests = " ".join([wanted, *(result.digest for _, result in pairs)])
    return NightsCourse(
        rule_set=wanted,
        nights=tuple(_head(name, result) for name, result in pairs),
        indices=courses,
        findings=(*noticed, *told),
        digest=f"sha256:{hashlib.sha256(digests.encode()).hexdigest()}",
    )


def _require_several(results: Sequence[StudyResult]) -> None:
    """Refuse a single night, and the same night twice."""
    if len(results) < FEWEST:
        raise UsageError(
            f"{len(results)} night is given; name two or more to put them side by side."
        )
    digests = [result.digest for result in results]
    for result in results:
        if digests.count(result.digest) > 1:
            raise UsageError(
                f"{result.recording.name} is given twice; name each night once."
            )


def _name(result: StudyResult) -> str:
    day = result.recording.date
    return result.recording.name if day is None else day.isoformat()


def _head(name: str, result: StudyResult) -> NightHead:
    return NightHead(
        name=name,
        date=str(result.recording.date or ""),
        recorded_h=result.recording.duration_s / 3600,
        staged=result.hypnogram is not None,
        detector=result.detector,
        digest=result.digest,
    )


def _courses(
    scored: Sequence[tuple[str, StudyResult, RuleSetScore]],
) -> Iterator[IndexCourse]:
    """Follow every index that some night has."""
    settings = nights_settings(load_index_table())
    staged = any(result.hypnogram is not None for _, result, _ in scored)
    for name in (*(WITH_STAGES if staged else ()), *WITHOUT_STAGES):
        found = [score.indices.get(name) for _, _, score in scored]
        unit = next((index.unit for index in found if index is not None), None)
        if unit is None:
            continue
        nights = [
            _value(night, index, score)
            for (night, _, score), index in zip(scored, found, strict=True)
        ]
        yield course_of(name, unit, nights, settings=settings)


def _value(
    night: str, index: IndexValue | None, score: RuleSetScore
) -> NightValue:
    """Take an index of one night with its interval from resampling."""
    if index is None:
        return NightValue(night=night, value=None)
    resampled = [one for one in score.uncertainty if one.name == index.name]
    low, high = (
        (resampled[0].low, resampled[0].high) if resampled else (None, None)
    )
    return NightValue(
        night=night,
        value=index.value,
        reason=index.reason,
        low=low,
        high=high,
    )


def _doubts(
    scored: Sequence[tuple[StudyResult, RuleSetScore]], *, dated: bool
) -> Iterator[Finding]:
    """Say why nights may not be comparable, and by what they are in order."""
    rules = {score.rule_set.digest for _, score in scored}
    detectors = {result.detector for result, _ in scored}
    staged = {result.hypnogram is not None for result, _ in scored}
    if len(rules) > 1:
        yield Finding("nights-rules-differ", Severity.WARNING)
    if len(detectors) > 1:
        yield Finding("nights-detectors-differ", Severity.WARNING)
    if len(staged) > 1:
        yield Finding("nights-stages-differ", Severity.WARNING)
    if not dated:
        yield Finding("nights-order-given", Severity.NOTE)
