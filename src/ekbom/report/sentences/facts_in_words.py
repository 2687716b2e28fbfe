"""Facts of a person in words, and what an answer would change."""

from collections.abc import Iterable

from ekbom.model.assessment import AnsweredFact, Change, FactKind
from ekbom.report.words import Wording, plain_number

WITHOUT_UNIT = ("", "1")
OWN_WORDS = (FactKind.TEXT, FactKind.WORDS)
"""Answers that a person typed; they are shown as they are."""
LISTED = {"conditions": "condition"}
"""Lists of codes, by their fact: the words of what they hold; other lists are a person's words."""
OWN = ""
"""Words that need no others: a person's own, or those of a table."""
EXCLUDED = "excluded"
"""The status behind which stands what excludes a diagnosis."""
SHOWN = ("change_shown", OWN, ", ")
CHANGE_CODES = {
    "diagnosis": ("status", "specifier", ", "),
    "iron": ("iron_action", "iron_route", " "),
    "option": ("placement", OWN, ", "),
}
"""By the kind of a change: the words of its status, of what belongs to it, and what joins them."""


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
    value = _answer(fact, words=words)
    told = words("fact.told", title=fact.title, value=value)
    if fact.value is None or fact.origin is None:
        return told
    return words(
        "fact.with_origin", told=told, origin=words.reason(fact.origin)
    )


def _answer(fact: AnsweredFact, *, words: Wording) -> str:
    """Write the value of a fact: codes as words, a person's own words as they are."""
    if isinstance(fact.value, tuple):
        told = [
            words.code(LISTED.get(fact.fact, OWN), item) for item in fact.value
        ]
        return ", ".join(told) or words("fact.none")
    if not isinstance(fact.value, str):
        return with_unit(fact.value, fact.unit, words=words)
    if fact.kind in OWN_WORDS:
        return fact.value
    return words.code("answer_code", fact.value)


def with_unit(value: float | None, unit: str, *, words: Wording) -> str:
    """Write a number with its unit, without rounding it away."""
    if value is None:
        return words("fact.not_known")
    told = plain_number(value)
    if unit in WITHOUT_UNIT:
        return told
    return words("fact.with_unit", value=told, unit=unit)


def status_words(status: str, excluded_by: str, *, words: Wording) -> str:
    """Write the status of a diagnosis, and what excludes it."""
    by = words.code("excluding", excluded_by)
    return words.code("status", status, by=by)


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
        title=change.title or words.code("change_title", change.code),
        before=before,
        after=after,
    )


def _answer_words(kind: str, codes: tuple[str, ...], *, words: Wording) -> str:
    """Write a status and what belongs to it."""
    if not codes:
        return words("change.nothing")
    if kind == "diagnosis" and codes[0] == EXCLUDED:
        return status_words(*codes, words=words)
    of_status, of_more, separator = CHANGE_CODES.get(kind, SHOWN)
    status = words.code(of_status, codes[0])
    more = [words.code(of_more, code) for code in codes[1:]]
    if kind == "option" and more:
        return words(
            "change.cannot_check", placed=status, facts=", ".join(more)
        )
    return separator.join((status, *more))
