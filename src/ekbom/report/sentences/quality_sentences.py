"""How much of each leg could be judged, and which time was left out why."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from ekbom.model.finding import Reason
from ekbom.model.movements import LegQuality
from ekbom.model.result import StudyResult
from ekbom.report.counted_rows import lost_time
from ekbom.report.sentences.statement import Statement
from ekbom.report.words import Wording


def quality_statements(
    result: StudyResult, *, words: Wording
) -> tuple[Statement, ...]:
    """Say for each leg how much could be judged, and which time was left out why."""
    return tuple(Statement(text) for text in _sentences(result, words=words))


def _sentences(result: StudyResult, *, words: Wording) -> Iterator[str]:
    if not result.quality:
        yield words("quality.no_quality")
        return
    for leg in result.quality:
        yield quality_sentence(leg, words=words)
        yield from _left_out(leg, words=words)
    gaps_s = {gap.onset_s for gap in result.recording.gaps}
    minutes = len({part.onset_s for part in lost_time(result)} - gaps_s)
    yield (
        words("quality.total", minutes=minutes)
        if minutes
        else words("quality.none_unscored")
    )


def quality_sentence(leg: LegQuality, *, words: Wording) -> str:
    """Say how much of a leg could be scored, and its median resting level there."""
    known = leg.rest_uv[~leg.unscorable & np.isfinite(leg.rest_uv)]
    share = 100.0 * leg.scored_share
    if not known.size:
        return words("quality.judged_without_rest", side=leg.side, share=share)
    rest_uv = float(np.median(known))
    return words("quality.judged", side=leg.side, share=share, rest_uv=rest_uv)


def reasons_of(leg: LegQuality, *, words: Wording) -> list[str]:
    """Name every reason why minutes of a leg were left out."""
    return [
        _minute_reason(code, words=words) for code in _minutes_by_reason(leg)
    ]


def _left_out(leg: LegQuality, *, words: Wording) -> Iterator[str]:
    """Say how many minutes were left out for each reason."""
    side = words(f"side.{leg.side}")
    for code, minutes in _minutes_by_reason(leg).items():
        reason = _minute_reason(code, words=words)
        yield words(
            "quality.unscored", side=side, minutes=minutes, reason=reason
        )


def _minutes_by_reason(leg: LegQuality) -> dict[str, int]:
    """Count the minutes left out by the code of their reason, in the order of the codes."""
    return dict(sorted(Counter(leg.reason[leg.unscorable].tolist()).items()))


def _minute_reason(code: str, *, words: Wording) -> str:
    """Say why minutes were left out; the words of older results stand as they are."""
    if not code:
        return words("identity.unknown")
    return words.reason(Reason(code)) if words.has(f"reason.{code}") else code
