"""The sentences of a report that come from a result.

What the night shows, what limits it, how it was scored.
"""

import numpy as np

from ekbom.model.finding import Finding, Reason
from ekbom.model.index import LimitDistance, ResampledIndex
from ekbom.model.movements import LegQuality
from ekbom.model.result import StudyResult
from ekbom.report.counted_rows import lost_time
from ekbom.report.numbers import (
    capitalised,
    decimals_of,
    load_layout,
    main_rule_set,
    number_of,
    readable,
    values_of,
)
from ekbom.report.sentences.statement import Group, Statement
from ekbom.report.words import Wording


def night_statements(result: StudyResult, *, words: Wording) -> tuple[Statement, ...]:
    """Say what the night shows: the headline numbers, and what the night cannot answer."""
    values, layout = values_of(result), load_layout()
    names = layout.headline if result.hypnogram is not None else layout.without_stages
    found = [_number_statement(result, name, words=words) for name in names if name in values]
    score = result.scores[main_rule_set(result)]
    found.append(
        Statement(
            text=words(
                "answer.rule_set", title=score.rule_set.title, edition=score.rule_set.edition
            )
        )
    )
    if not len(score.movements.onset_s):
        found.insert(0, Statement(text=words("answer.no_movements")))
    sure = tuple(
        _interval(result, item, words=words) for item in score.uncertainty if item.low is not None
    )
    return (*found, *sure, *limits(result, words=words))


def _number_statement(result: StudyResult, name: str, *, words: Wording) -> Statement:
    number = number_of(result, values_of(result)[name], words=words)
    if number.value is None:
        return Statement(
            text=words("answer.index_none", title=number.label, reason=number.reason), trace=name
        )
    return Statement(
        text=words("answer.index", title=number.label, value=number.text, unit=number.unit).replace(
            " .", "."
        ),
        trace=name,
    )


def limits(result: StudyResult, *, words: Wording) -> tuple[Statement, ...]:
    """Say what was never scored or could not be: it limits every sentence above."""
    kinds = {
        "stages": result.hypnogram is None,
        "arousals": "arousals" not in result.scored,
        "breathing": "breathing" not in result.scored,
    }
    found = [
        Statement(text=words(f"answer.{kind}_missing"))
        for kind, missing in kinds.items()
        if missing
    ]
    for leg in result.quality:
        if leg.scored_share == 0:
            found.append(
                Statement(
                    text=words(
                        "answer.leg_refused",
                        side=words(f"side_only.{leg.side}"),
                        reason=", ".join(_reasons_of(leg, words=words)),
                    )
                )
            )
    if len(result.quality) == 1:
        both = bool(result.choice.left and result.choice.right)
        key = "answer.one_leg_scored" if both else "answer.one_leg"
        found.append(Statement(text=words(key, side=words(f"side.{result.quality[0].side}"))))
    return tuple(found)


def change_statements(result: StudyResult, *, words: Wording) -> tuple[Statement, ...]:
    """Say how far the index stands from the lines of the table, and what would carry it over."""
    return tuple(_limit(item, words=words) for item in result.scores[main_rule_set(result)].limits)


def _limit(item: LimitDistance, *, words: Wording) -> Statement:
    limit = words.exact(item.limit_per_h)
    if item.above is None or item.movements is None:
        return Statement(
            text=words(
                "answer.limit_none",
                population=capitalised(item.population),
                limit=limit,
                reason=words.reason(item.reason),
            )
        )
    key = "answer.limit_above" if item.above else "answer.limit_below"
    return Statement(
        text=words(
            key, population=capitalised(item.population), limit=limit, movements=abs(item.movements)
        ),
        trace=item.name,
    )


def _interval(result: StudyResult, item: ResampledIndex, *, words: Wording) -> Statement:
    value = values_of(result).get(item.name)
    label = (
        number_of(result, value, words=words).label if value is not None else readable(item.name)
    )
    decimals = decimals_of(value) if value is not None else 1
    low, high = (
        words.number(item.low, decimals=decimals),
        words.number(item.high, decimals=decimals),
    )
    unit = value.unit if value is not None else ""
    return Statement(
        text=words(
            "answer.interval",
            title=label,
            low=low,
            high=high,
            unit=unit,
            level=words.exact(item.level_percent),
        ),
        trace=item.name,
    )


def quality_sentence(leg: LegQuality, *, words: Wording) -> str:
    """Say how much of a leg could be scored, and its median resting level there."""
    known = leg.rest_uv[~leg.unscorable & np.isfinite(leg.rest_uv)]
    share = 100.0 * leg.scored_share
    if not known.size:
        return words("quality.judged_without_rest", side=leg.side, share=share)
    rest_uv = float(np.median(known))
    return words("quality.judged", side=leg.side, share=share, rest_uv=rest_uv)


def _reasons_of(leg: LegQuality, *, words: Wording) -> list[str]:
    """Name every reason why minutes of a leg were left out."""
    return [_minute_reason(code, words=words) for code in np.unique(leg.reason[leg.unscorable])]


def _minute_reason(code: str, *, words: Wording) -> str:
    """Say why minutes were left out; the words of older results stand as they are."""
    if not code:
        return words("identity.unknown")
    return words.reason(Reason(code)) if words.has(f"reason.{code}") else code


def quality_statements(result: StudyResult, *, words: Wording) -> tuple[Statement, ...]:
    """Say for each leg how much could be judged, and which time was left out why."""
    if not result.quality:
        return (Statement(text=words("quality.no_quality")),)
    found = []
    for leg in result.quality:
        side = words(f"side.{leg.side}")
        found.append(Statement(text=quality_sentence(leg, words=words)))
        reasons, minutes = np.unique(leg.reason[leg.unscorable], return_counts=True)
        found += [
            Statement(
                text=words(
                    "quality.unscored",
                    side=side,
                    minutes=int(count),
                    reason=_minute_reason(reason, words=words),
                )
            )
            for reason, count in zip(reasons.tolist(), minutes.tolist(), strict=True)
        ]
    starts = {part.onset_s for part in lost_time(result)} - {
        gap.onset_s for gap in result.recording.gaps
    }
    total = (
        words("quality.total", minutes=len(starts)) if starts else words("quality.none_unscored")
    )
    return (*found, Statement(text=total))


def scoring_groups(result: StudyResult, *, words: Wording) -> tuple[Group, ...]:
    """Say how the night was scored: options, choices, signal and detector, findings."""
    rule_set = result.scores[main_rule_set(result)].rule_set
    options = [
        Statement(text=words("choice.option", name=name, value=str(value)))
        for name, value in rule_set.non_default.items()
    ]
    preparation = [
        finding_statement(finding, words=words)
        for leg in result.detection
        for finding in leg.preparation
    ]
    found = [
        finding_statement(finding, words=words)
        for finding in (*result.findings, *(f for leg in result.quality for f in leg.findings))
    ]
    detector = Statement(text=words("choice.detector", detector=result.detector))
    groups = {
        "options": options or [Statement(text=words("choice.no_options"))],
        "choices": _choices(result, words=words),
        "preparation": [detector, *preparation],
        "findings": found or [Statement(text=words("section.none_here"))],
    }
    return tuple(
        Group(heading=words(f"heading.{name}"), statements=tuple(statements))
        for name, statements in groups.items()
    )


def finding_statement(finding: Finding, *, words: Wording) -> Statement:
    """Write one finding with how much it matters; its code is the trace."""
    severity = words(f"severity.{finding.severity}")
    return Statement(text=f"{words.finding(finding)} ({severity})", trace=finding.code)


def _choices(result: StudyResult, *, words: Wording) -> list[Statement]:
    choice = result.choice
    labels = {"left": choice.left, "right": choice.right, "unsided": choice.unsided}
    labels |= {
        "chin": (choice.chin,) if choice.chin else (),
        "ecg": (choice.ecg,) if choice.ecg else (),
    }
    shown = [(name, found) for name, found in labels.items() if found or name in {"left", "right"}]
    statements = [
        words(f"choice.{name}", labels=" − ".join(found) or words("choice.none"))
        for name, found in shown
    ]
    statements += [
        words("choice.because", subject=subject, text=words.reason(reason))
        for subject, reason in choice.reasons.items()
    ]
    if result.hypnogram is not None:
        statements.append(
            words("choice.hypnogram", source=result.hypnogram.source or words("identity.given"))
        )
    digest = result.scores[main_rule_set(result)].rule_set.digest
    statements += [
        words("choice.seed", seed=result.seed),
        words("choice.digest", digest=result.digest),
    ]
    statements += [
        words("choice.table_digest", digest=digest),
        words("choice.input_digest", digest=result.recording.sha256),
    ]
    return [Statement(text=text) for text in statements]
