"""The question set of the interview; every question fills a field of the facts schema."""

from collections.abc import Iterable, Mapping
from functools import cache

from ekbom.criteria.facts import FactField
from ekbom.criteria.guidelines import ClinicalTables
from ekbom.criteria.interview import (
    Condition,
    Interview,
    OtherUnit,
    Question,
    Section,
    UrgentWord,
)
from ekbom.criteria.written import (
    InterviewFile,
    WrittenQuestion,
    WrittenSection,
    WrittenWarning,
)
from ekbom.model.assessment import FactKind
from ekbom.rules.load_clinical import load_clinical
from ekbom.rules.read import record_of, tables_folder
from ekbom.rules.strict_yaml import TableError, read_table

FILE = "questions.yaml"
LISTS = (
    "conditions",
    "medications",
    "rls_treatment",
    "rls_treatment_failed",
    "rls_treatment_harmed",
    "allergies",
    "iv_iron_history",
)
_DEFAULT_ANSWERS = {"yes": "yes", "no": "no"}
_FREE = {FactKind.TEXT, FactKind.WORDS}


@cache
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
    content = read_table(tables_folder("interview").joinpath(FILE))
    return interview_of(content, tables=load_clinical())


def interview_of(
    content: Mapping[str, object], *, tables: ClinicalTables
) -> Interview:
    """Check the content of a question table against the facts schema."""
    written = record_of(InterviewFile, content, file=FILE)
    sections = tuple(_section(section, tables) for section in written.sections)
    _check_order(
        question for section in sections for question in section.questions
    )
    return Interview(
        version=written.version,
        introduction=written.introduction,
        sections=sections,
    )


def _section(written: WrittenSection, tables: ClinicalTables) -> Section:
    return Section(
        title=written.title,
        why=written.why,
        clinician=written.clinician,
        questions=tuple(
            _question(question, tables) for question in written.questions
        ),
    )


def _check_order(questions: Iterable[Question]) -> None:
    """Refuse a question that is asked twice, or before what it depends on."""
    asked: set[str] = set()
    for question in questions:
        later = [
            entry.fact for entry in question.only_if if entry.fact not in asked
        ]
        if later:
            raise TableError(
                f"{FILE}: the question {question.fact!r} depends on {later[0]!r}, "
                "which is not asked before it"
            )
        if question.fact in asked:
            raise TableError(
                f"{FILE}: the question {question.fact!r} is asked twice"
            )
        asked.add(question.fact)


def _question(written: WrittenQuestion, tables: ClinicalTables) -> Question:
    fact, field = written.fact, tables.fields.get(written.fact)
    if field is None and fact not in LISTS:
        raise TableError(
            f"{FILE}: the question {fact!r} fills no field of the facts schema"
        )
    answers = _answers(written, field, tables)
    for condition in written.only_if:
        _check_range(condition, fact)
    return Question(
        fact=fact,
        ask=written.ask,
        hint=written.hint,
        unit=field.unit if field else "",
        answers=answers,
        minimum=field.minimum if field else None,
        maximum=field.maximum if field else None,
        other_units=_other_units(fact, tables),
        many=written.many,
        words=not answers and (field is None or field.kind in _FREE),
        parts=tuple(map(_part, written.parts)),
        only_if=written.only_if,
        warns=None
        if written.warns is None
        else _urgent(written.warns, fact, tables),
    )


def _part(written: WrittenQuestion) -> Question:
    """Read one part of a list entry: a number, or a choice if it has answers."""
    return Question(
        fact=written.fact,
        ask=written.ask,
        unit=written.unit,
        answers=written.answers,
        minimum=0.0,
    )


def _answers(
    written: WrittenQuestion, field: FactField | None, tables: ClinicalTables
) -> Mapping[str, str]:
    """Give the words a person chooses from, checked against the field's own."""
    if written.fact == "conditions":
        return tables.condition_codes
    if field is None or field.kind != FactKind.CHOICE:
        return written.answers
    answers = written.answers or _DEFAULT_ANSWERS
    wrong = [word for word in answers if word not in field.choices]
    if wrong:
        raise TableError(
            f"{FILE}: the question {written.fact!r} offers {wrong[0]!r}; "
            f"its field has {', '.join(field.choices)}"
        )
    return answers


def _check_range(condition: Condition, fact: str) -> None:
    if (
        condition.within is not None
        and condition.within[0] > condition.within[1]
    ):
        raise TableError(
            f"{FILE}: a condition of the question {fact!r} needs two numbers under 'within', "
            "the lower first"
        )


def _other_units(fact: str, tables: ClinicalTables) -> tuple[OtherUnit, ...]:
    """List the units a laboratory value may be given in, besides the one of its field."""
    own = tables.fields[fact].unit if fact in tables.fields else ""
    return tuple(
        OtherUnit(unit=factor.unit, fact=path, factor=factor.factor)
        for path, factors in tables.units.items()
        for factor in factors
        if factor.target == fact and factor.unit != own
    )


def _urgent(
    written: WrittenWarning, fact: str, tables: ClinicalTables
) -> UrgentWord:
    """Take what is said at once after an answer from an alert of the clinical tables."""
    spoken = {alert.id: alert.plain for alert in tables.alerts if alert.plain}
    if written.rule not in spoken:
        raise TableError(
            f"{FILE}: the question {fact!r} warns by {written.rule!r}, "
            "which is no id of an alert with a plain sentence"
        )
    condition = Condition(fact=fact, words=written.words, above=written.above)
    return UrgentWord(
        condition=condition, rule_id=written.rule, text=spoken[written.rule]
    )
