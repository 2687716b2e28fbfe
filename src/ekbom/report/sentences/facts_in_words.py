"""Facts of a person in words, and what an answer would change."""

from collections.abc import Iterable

from ekbom.model.assessment import AnsweredFact, Change, FactKind, FactValue
from ekbom.report.words import Wording, plain_number

WITHOUT_UNIT = ("", "1")


def facts_words(facts: Iterable[AnsweredFact], *, words: Wording) -> str:
    """Write several facts one after the other."""
    return "; ".join(fact_words(fact, words=words) for fact in facts)


def fact_words(fact: AnsweredFact, *, words: Wording) -> str:
    """Write a fact as ``Title: value unit [origin]``; *not known* where nobody answered.

    Examples
    --------
    >>> from ekbom.model.assessment import FactKind
    >>> from ekbom.report.words import load_wording
    >>> age = AnsweredFact(
    ...     fact="age_years", title="Age", kind=FactKind.NUMBER, value=38.0, unit="years"
    ... )
    >>> fact_words(age, words=load_wording())
    'Age: 38 years'
    """
    if fact.kind is FactKind.TEXT and isinstance(fact.value, str):
        value = fact.value  # a person's own words
    else:
        value = with_unit(fact.value, fact.unit, words=words)
    told = words("fact.told", title=fact.title, value=value)
    if fact.value is None or fact.origin is None:
        return told
    return words(
        "fact.with_origin", told=told, origin=words.reason(fact.origin)
    )


def with_unit(value: FactValue | None, unit: str, *, words: Wording) -> str:
    """Write a value with its unit."""
    told = value_words(value, words=words)
    if value is None or unit in WITHOUT_UNIT:
        return told
    return words("fact.with_unit", value=told, unit=unit)


def value_words(value: FactValue | None, *, words: Wording) -> str:
    """Write a value without rounding it away; codes become words."""
    if value is None:
        return words("fact.not_known")
    if isinstance(value, tuple):
        return ", ".join(code_words(item) for item in value) or words(
            "fact.none"
        )
    return code_words(value) if isinstance(value, str) else plain_number(value)


def code_words(code: str) -> str:
    """Write a code as words."""
    return code.replace("_", " ")


def change_words(change: Change, *, words: Wording) -> str:
    """Write what would change, before and after."""
    before, after = (
        _answer_words(change.kind, codes, words=words)
        for codes in (change.before, change.after)
    )
    kind = words(f"change_kind.{change.kind}")
    return words(
        "change.sentence",
        kind=kind,
        title=change.title,
        before=before,
        after=after,
    )


def _answer_words(kind: str, codes: tuple[str, ...], *, words: Wording) -> str:
    """Write a status and what belongs to it."""
    if not codes:
        return words("change.nothing")
    status, *more = (code_words(code) for code in codes)
    if kind == "option" and more:
        return words(
            "change.cannot_check", placed=status, facts=", ".join(more)
        )
    return (" " if kind == "iron" else ", ").join((status, *more))
