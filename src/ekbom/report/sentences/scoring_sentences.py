"""How a night was scored: options, choices of channels, signal and detector, findings."""

from collections.abc import Iterator

from ekbom.model.finding import Finding
from ekbom.model.result import StudyResult
from ekbom.report.numbers import main_score
from ekbom.report.sentences.statement import Group, Statement
from ekbom.report.words import Wording

ALWAYS_NAMED = {"left", "right"}


def scoring_groups(result: StudyResult, *, words: Wording) -> tuple[Group, ...]:
    """Say how the night was scored: options, choices, signal and detector, findings."""
    detector = Statement(words("choice.detector", detector=result.detector))
    prepared = [
        finding for leg in result.detection for finding in leg.preparation
    ]
    met = [
        *result.findings,
        *(finding for leg in result.quality for finding in leg.findings),
    ]
    options = [Statement(text) for text in _options(result, words=words)]
    groups = {
        "options": options or [Statement(words("choice.no_options"))],
        "choices": [Statement(text) for text in _choices(result, words=words)],
        "preparation": [detector, *_findings(prepared, words=words)],
        "findings": _findings(met, words=words)
        or [Statement(words("section.none_here"))],
    }
    return tuple(
        Group(heading=words(f"heading.{name}"), statements=tuple(statements))
        for name, statements in groups.items()
    )


def _findings(findings: list[Finding], *, words: Wording) -> list[Statement]:
    return [finding_statement(finding, words=words) for finding in findings]


def finding_statement(finding: Finding, *, words: Wording) -> Statement:
    """Write one finding with how much it matters; its code is the trace.

    A finding of a former schema keeps the code it had among its values.
    """
    severity = words(f"severity.{finding.severity}")
    text = words(
        "severity.finding", text=words.finding(finding), severity=severity
    )
    return Statement(text, trace=str(finding.values.get("code", finding.code)))


def _options(result: StudyResult, *, words: Wording) -> Iterator[str]:
    for name, value in main_score(result).rule_set.non_default.items():
        yield words("choice.option", name=name, value=str(value))


def _choices(result: StudyResult, *, words: Wording) -> Iterator[str]:
    """Name channels with the reason of each, stages, and what makes the result repeatable."""
    for name, labels in _channels(result).items():
        if labels or name in ALWAYS_NAMED:
            yield words(
                f"choice.{name}",
                labels=" − ".join(labels) or words("choice.none"),
            )
    for subject, reason in result.choice.reasons.items():
        yield words(
            "choice.because", subject=subject, text=words.reason(reason)
        )
    if result.hypnogram is not None:
        source = result.hypnogram.source or words("identity.given")
        yield words("choice.hypnogram", source=source)
    yield words("choice.seed", seed=result.seed)
    yield words("choice.digest", digest=result.digest)
    yield words(
        "choice.table_digest", digest=main_score(result).rule_set.digest
    )
    yield words("choice.input_digest", digest=result.recording.sha256)


def _channels(result: StudyResult) -> dict[str, tuple[str, ...]]:
    """List the labels that stand for legs, chin and heart."""
    choice = result.choice
    return {
        "left": choice.left,
        "right": choice.right,
        "unsided": choice.unsided,
        "chin": (choice.chin,) if choice.chin else (),
        "ecg": (choice.ecg,) if choice.ecg else (),
    }
