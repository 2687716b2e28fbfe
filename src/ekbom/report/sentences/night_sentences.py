"""What a night shows, what it cannot answer, and what would change its answer."""

from collections.abc import Iterator

from ekbom.model.result import LimitDistance, ResampledIndex, StudyResult
from ekbom.report.numbers import (
    capitalised,
    decimals_of,
    load_layout,
    main_score,
    number_of,
    title_of,
    values_of,
)
from ekbom.report.sentences.quality_sentences import reasons_of
from ekbom.report.sentences.statement import Statement
from ekbom.report.words import Wording

Statements = tuple[Statement, ...]


def night_statements(result: StudyResult, *, words: Wording) -> Statements:
    """Say what the night shows: the headline numbers, and what the night cannot answer."""
    score, layout = main_score(result), load_layout()
    names = (
        layout.headline
        if result.hypnogram is not None
        else layout.without_stages
    )
    values = values_of(result)
    rule_set = score.rule_set
    by = words(
        "answer.rule_set", title=rule_set.title, edition=rule_set.edition
    )
    nothing = (
        []
        if len(score.movements.onset_s)
        else [Statement(words("answer.no_movements"))]
    )
    known = [item for item in score.uncertainty if item.low is not None]
    return (
        *nothing,
        *(
            _number(result, name, words=words)
            for name in names
            if name in values
        ),
        Statement(by),
        *(_interval(result, item, words=words) for item in known),
        *limits(result, words=words),
    )


def _number(result: StudyResult, name: str, *, words: Wording) -> Statement:
    """Say one number, or why it cannot be computed."""
    number = number_of(result, values_of(result)[name], words=words)
    title = number.label
    if number.value is None:
        text = words("answer.index_none", title=title, reason=number.reason)
    elif number.unit:
        text = words(
            "answer.index", title=title, value=number.text, unit=number.unit
        )
    else:
        text = words("answer.index_bare", title=title, value=number.text)
    return Statement(text, trace=name)


def limits(result: StudyResult, *, words: Wording) -> Statements:
    """Say what was never scored or could not be: it limits every sentence above."""
    missing = {
        "stages": result.hypnogram is None,
        "arousals": "arousals" not in result.scored,
        "breathing": "breathing" not in result.scored,
    }
    kinds = [kind for kind, absent in missing.items() if absent]
    return (
        *(Statement(words(f"answer.{kind}_missing")) for kind in kinds),
        *(Statement(text) for text in _limits_of_legs(result, words=words)),
    )


def _limits_of_legs(result: StudyResult, *, words: Wording) -> Iterator[str]:
    """Tell a leg that could not be scored from one that was never recorded."""
    for leg in result.quality:
        if leg.scored_share == 0:
            side, why = (
                words(f"side_only.{leg.side}"),
                ", ".join(reasons_of(leg, words=words)),
            )
            yield words("answer.leg_refused", side=side, reason=why)
    if len(result.quality) == 1:
        both = result.choice.left and result.choice.right
        key = "answer.one_leg_scored" if both else "answer.one_leg"
        yield words(key, side=words(f"side.{result.quality[0].side}"))


def change_statements(
    result: StudyResult, *, words: Wording, population: str = ""
) -> Statements:
    """Say how far the index stands from the lines of the table, and what would carry it over.

    Where `population` is known, only the line that applies to it.
    """
    return tuple(
        _limit(item, words=words)
        for item in main_score(result).limits
        if population in ("", item.population)
    )


def _limit(item: LimitDistance, *, words: Wording) -> Statement:
    limit, people = words.exact(item.limit_per_h), capitalised(item.population)
    if item.above is None or item.movements is None:
        reason = words.reason(item.reason)
        return Statement(
            words(
                "answer.limit_none",
                population=people,
                limit=limit,
                reason=reason,
            )
        )
    key = "answer.limit_above" if item.above else "answer.limit_below"
    movements = abs(item.movements)
    text = words(key, population=people, limit=limit, movements=movements)
    return Statement(text, trace=item.name)


def _interval(
    result: StudyResult, item: ResampledIndex, *, words: Wording
) -> Statement:
    """Say which interval resampling the night gives for an index."""
    value = values_of(result)[item.name]
    decimals = decimals_of(value)
    text = words(
        "answer.interval",
        title=title_of(result, item.name),
        low=words.number(item.low, decimals=decimals),
        high=words.number(item.high, decimals=decimals),
        unit=value.unit,
        level=words.exact(item.level_percent),
    )
    return Statement(text, trace=item.name)
