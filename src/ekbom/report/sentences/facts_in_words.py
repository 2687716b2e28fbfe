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
OPTION, IRON, DIAGNOSIS = "option", "iron", "diagnosis"
CHANGE_CODES = {
    DIAGNOSIS: ("status", "specifier", ", "),
    IRON: ("iron_action", "iron_route", " or "),
    OPTION: ("placement", OWN, "; "),
}
"""By the kind of a change: the words of its status, of what belongs to it, and what joins them."""
KEPT_STATUS = {
    OPTION: ("change.no_longer", "change.also"),
    DIAGNOSIS: ("change.loses", "change.gains"),
}
"""By the kind of a change: what is said where the status stays, and something else changes."""
OFFERED = "offered"


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


def changes_words(
    changes: Iterable[Change], *, words: Wording
) -> tuple[str, ...]:
    """Write what would change; titles of one kind that change alike stand together.

    Examples
    --------
    >>> from ekbom.report.words import load_wording
    >>> new = [
    ...     Change(kind="test", code="A", title="Ferritin", before=(), after=("shown",)),
    ...     Change(kind="test", code="B", title="CRP", before=(), after=("shown",)),
    ... ]
    >>> changes_words(new, words=load_wording())
    ('test: Ferritin; CRP: would be added',)
    """
    alike: dict[tuple[str, str], list[str]] = {}
    for change in changes:
        told = _told(change, words=words)
        title = change.title or words.code("change_title", change.code)
        alike.setdefault((change.kind, told), []).append(title)
    return tuple(
        words(
            "change.sentence",
            kind=words(f"change_kind.{kind}"),
            titles="; ".join(titles),
            told=told,
        )
        for (kind, told), titles in alike.items()
    )


def _told(change: Change, *, words: Wording) -> str:
    """Say what becomes of one thing: added, gone, another answer, or other open questions."""
    if not change.after:
        return words("change.goes")
    if change.kind in KEPT_STATUS and change.before[:1] == change.after[:1]:
        return _beside_words(change, words=words)
    before, after = (
        _answer_words(change.kind, codes, words=words)
        for codes in (change.before, change.after)
    )
    if before:
        return words("change.from_to", before=before, after=after)
    if after:
        return words("change.appears_as", after=after)
    return words("change.appears")


def _beside_words(change: Change, *, words: Wording) -> str:
    """Write what no longer stands beside a status that stays, and what stands beside it now."""
    before, after = change.before[1:], change.after[1:]
    _, group, separator = CHANGE_CODES[change.kind]
    gone = [code for code in before if code not in after]
    new = [code for code in after if code not in before]
    told = [
        words(key, listed=separator.join(words.code(group, c) for c in codes))
        for key, codes in zip(
            KEPT_STATUS[change.kind], (gone, new), strict=True
        )
        if codes
    ]
    return "; ".join(told)


def _answer_words(kind: str, codes: tuple[str, ...], *, words: Wording) -> str:
    """Write a status and what belongs to it; nothing of what is only there or not."""
    if not codes or kind not in CHANGE_CODES:
        return ""
    if kind == DIAGNOSIS and codes[0] == EXCLUDED:
        return status_words(*codes, words=words)
    of_status, of_more, separator = CHANGE_CODES[kind]
    status = words.code(of_status, codes[0])
    more = [words.code(of_more, code) for code in codes[1:]]
    listed = separator.join(more)
    if kind == OPTION:
        open_facts = more and codes[0] == OFFERED
        if not open_facts:
            return status
        return words("change.cannot_check", placed=status, facts=listed)
    if kind == IRON and more:
        return words("change.routes", action=status, routes=listed)
    return separator.join((status, *more))
