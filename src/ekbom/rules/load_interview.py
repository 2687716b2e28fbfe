"""The question set of the interview from its table.

Every question fills a field of the facts schema, or the table is refused.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources

from ekbom.criteria.facts import FactField, FactKind
from ekbom.criteria.guidelines import ClinicalTables
from ekbom.criteria.interview import Condition, Interview, OtherUnit, Question, Section, UrgentWord
from ekbom.rules.load_clinical import load_clinical
from ekbom.rules.strict_yaml import TableError, read_table

FILE = "questions.yaml"
ANY = "any"
LISTS = ("conditions", "medications", "rls_treatment", "rls_treatment_failed", "iv_iron_history")
_DEFAULT_ANSWERS = {"yes": "yes", "no": "no"}
_QUESTION = {"fact", "ask", "hint", "answers", "only_if", "many", "parts", "unit", "warns"}
_CONDITION = {"fact", "words", "above", "within"}
_YAML_WORDS = {True: "yes", False: "no"}


@lru_cache(maxsize=1)
def load_interview() -> Interview:
    """Load the interview that is shipped with the package.

    Raises
    ------
    TableError
        If a question names no field of the facts schema, offers an answer the field does not have,
        or depends on a fact that is asked later or never.

    Examples
    --------
    >>> load_interview().sections[0].questions[0].fact
    'age_years'
    """
    source = resources.files("ekbom.rules").joinpath("tables", "interview", FILE)
    return interview_of(read_table(source), tables=load_clinical())


def interview_of(table: Mapping[str, object], *, tables: ClinicalTables) -> Interview:
    """Check the content of a question table against the facts schema."""
    sections = []
    asked: set[str] = set()
    for entry in _entries(table.get("sections"), place="sections"):
        questions = []
        for node in _entries(entry.get("questions"), place=str(entry.get("title"))):
            question = _question(node, tables=tables)
            unknown = [
                condition.fact for condition in question.only_if if condition.fact not in asked
            ]
            if unknown or question.fact in asked:
                why = (
                    f"depends on {unknown[0]!r}, which is not asked before it"
                    if unknown
                    else "is asked twice"
                )
                raise TableError(f"{FILE}: the question {question.fact!r} {why}")
            asked.add(question.fact)
            questions.append(question)
        clinician = entry.get("clinician") is True
        sections.append(
            Section(
                title=_text(entry, "title"),
                why=_text(entry, "why"),
                clinician=clinician,
                questions=tuple(questions),
            )
        )
    return Interview(
        version=_text(table, "version"),
        introduction=_text(table, "introduction"),
        sections=tuple(sections),
    )


def _question(node: Mapping[str, object], *, tables: ClinicalTables) -> Question:
    fact = _text(node, "fact")
    extra = set(node) - _QUESTION
    if extra:
        raise TableError(f"{FILE}: the question {fact!r} has the unknown key {sorted(extra)[0]!r}")
    field = tables.fields.get(fact)
    if field is None and fact not in LISTS:
        raise TableError(f"{FILE}: the question {fact!r} fills no field of the facts schema")
    answers = _answers(node, fact=fact, field=field, tables=tables)
    return Question(
        fact=fact,
        ask=_text(node, "ask"),
        hint=str(node.get("hint", "")),
        unit=field.unit if field else "",
        answers=answers,
        minimum=field.minimum if field else None,
        maximum=field.maximum if field else None,
        other_units=_other_units(fact, tables=tables),
        many=node.get("many") is True,
        words=not answers and (field is None or field.kind in {FactKind.TEXT, FactKind.WORDS}),
        parts=tuple(_part(part) for part in _entries(node.get("parts", []), place=fact)),
        only_if=tuple(
            _condition(condition, fact=fact)
            for condition in _entries(node.get("only_if", []), place=fact)
        ),
        warns=_warns(node["warns"], fact=fact, tables=tables) if "warns" in node else None,
    )


def _warns(node: object, *, fact: str, tables: ClinicalTables) -> UrgentWord:
    """Read what is said at once after an answer.

    The plain sentence of an alert of the clinical tables.
    """
    if not isinstance(node, dict) or "rule" not in node:
        raise TableError(
            f"{FILE}: the warning of the question {fact!r} needs the id of an alert under 'rule'"
        )
    alert = next(
        (alert for alert in tables.alerts if alert.id == node["rule"] and alert.plain), None
    )
    if alert is None:
        raise TableError(
            f"{FILE}: the question {fact!r} warns by {node['rule']!r}, which is no alert with a plain sentence"
        )
    condition = _condition(
        {"fact": fact, **{key: value for key, value in node.items() if key != "rule"}}, fact=fact
    )
    return UrgentWord(condition=condition, rule_id=alert.id, text=alert.plain)


def _other_units(fact: str, *, tables: ClinicalTables) -> tuple[OtherUnit, ...]:
    """List the units a laboratory value may be given in, besides the one of its field."""
    own = tables.fields[fact].unit if fact in tables.fields else ""
    return tuple(
        OtherUnit(unit=factor.unit, fact=path, factor=factor.factor)
        for path, factors in tables.units.items()
        for factor in factors
        if factor.target == fact and factor.unit != own
    )


def _part(node: Mapping[str, object]) -> Question:
    """Read one part of a list entry: a number, or a choice if it has answers."""
    answers = _words(node.get("answers", {}))
    return Question(
        fact=_text(node, "fact"),
        ask=_text(node, "ask"),
        unit=str(node.get("unit", "")),
        answers=answers,
        minimum=0.0,
    )


def _answers(
    node: Mapping[str, object], *, fact: str, field: FactField | None, tables: ClinicalTables
) -> Mapping[str, str]:
    """Give the words a person chooses from, checked against the field's own."""
    if fact == "conditions":
        return tables.condition_codes
    answers = _words(node.get("answers", {}))
    if field is None or field.kind != FactKind.CHOICE:
        return answers
    answers = answers or _DEFAULT_ANSWERS
    wrong = [word for word in answers if word not in field.choices]
    if wrong:
        raise TableError(
            f"{FILE}: the question {fact!r} offers {wrong[0]!r}; its field has {', '.join(field.choices)}"
        )
    return answers


def _condition(node: Mapping[str, object], *, fact: str) -> Condition:
    above, within, words = node.get("above"), node.get("within"), node.get("words", [])
    if (
        set(node) - _CONDITION
        or not isinstance(words, list)
        or not isinstance(above, int | float | None)
    ):
        raise TableError(
            f"{FILE}: a condition of the question {fact!r} needs a fact with words, or with a number under 'above' or 'within'"
        )
    return Condition(
        fact=_text(node, "fact"),
        words=tuple(_word(word) for word in words),
        above=None if above is None else float(above),
        within=None if within is None else _range(within, fact=fact),
    )


def _range(value: object, *, fact: str) -> tuple[float, float]:
    """Read two numbers, the lower first."""
    if (
        not isinstance(value, list)
        or len(value) != 2
        or not all(isinstance(end, int | float) for end in value)
        or value[0] > value[1]
    ):
        raise TableError(
            f"{FILE}: a condition of the question {fact!r} needs two numbers under 'within', the lower first"
        )
    return float(value[0]), float(value[1])


def _word(value: object) -> str:
    """Read a word; YAML takes a bare yes or no for a truth value."""
    return _YAML_WORDS[value] if isinstance(value, bool) else str(value)


def _words(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise TableError(
            f"{FILE}: answers are a mapping of schema words to the words a person sees, not {value!r}"
        )
    return {_word(key): _word(word) for key, word in value.items()}


def _text(node: Mapping[str, object], key: str) -> str:
    value = node.get(key)
    if not isinstance(value, str) or not value:
        raise TableError(f"{FILE}: every entry needs text under {key!r}, not {value!r}")
    return value


def _entries(value: object, *, place: str) -> Sequence[Mapping[str, object]]:
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise TableError(f"{FILE}: {place} needs a list of entries")
    return value
