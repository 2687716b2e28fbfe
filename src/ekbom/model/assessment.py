"""What an assessment says: every sentence with the rule it comes from and the facts it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ekbom.model.finding import Reason
from ekbom.model.source import ParameterValue, Source

FactValue = str | float | tuple[str, ...]


class FactKind(StrEnum):
    """What a fact may hold: a word of a list, a number with a plausible range, yes or no, ..."""

    CHOICE = "choice"
    NUMBER = "number"
    FLAG = "flag"
    TEXT = "text"
    WORDS = "words"


class Verdict(StrEnum):
    """Three answers of a criterion; unknown is never no."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class AnsweredFact:
    """One fact of a person: its dotted path, its title, its value in its unit."""

    fact: str
    title: str
    kind: FactKind
    value: FactValue | None  #: None where nobody knows it
    unit: str = ""
    origin: Reason | None = None  #: None for what was typed without it


@dataclass(frozen=True, kw_only=True)
class Line:
    """One sentence: its rule, its source, and the facts it rests on."""

    rule_id: str
    text: str  #: the sentence of the table
    source: Source
    facts: tuple[AnsweredFact, ...] = ()
    plain: str = ""
    reason: Reason | None = None  #: says it more closely


@dataclass(frozen=True, kw_only=True)
class CriterionResult:
    """One criterion with its verdict."""

    verdict: Verdict
    line: Line


@dataclass(frozen=True, kw_only=True)
class DiagnosisResult:
    """One diagnosis or criteria set: status, specifiers, every reason, the criteria behind it."""

    code: str
    title: str
    plain: str
    kind: str
    status: str
    excluded_by: str = ""  #: what, where the status is ``excluded``
    reasons: tuple[Line, ...]
    specifiers: tuple[Line, ...] = ()
    specifier_codes: tuple[str, ...] = ()
    criteria: tuple[CriterionResult, ...] = ()
    speaks_for: tuple[Line, ...] = ()
    speaks_against: tuple[Line, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CodedLine:
    """A trigger, a test to do, an alert, a message: a code with its sentence."""

    code: str
    title: str
    line: Line
    urgency: str = ""


@dataclass(frozen=True, kw_only=True)
class MedicineNote:
    """What is known about one medicine in use; `effect_*` are words of the medicine table."""

    name: str
    generic: str
    effect_rls: str
    effect_plms: str
    level: str
    line: Line
    aggravates: bool


@dataclass(frozen=True, kw_only=True)
class IronResult:
    """What to do about iron: action, routes, and for the anaemia calculator an estimate in mg."""

    action: str
    routes: tuple[str, ...]
    line: Line
    value_mg: float | None = None


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """What one source says about an option."""

    direction: str
    strength: str
    certainty: str
    label: str
    line: Line


@dataclass(frozen=True, kw_only=True)
class OptionResult:
    """One option, never an order."""

    code: str
    title: str
    kind: str
    placed: str  #: ``offered``, ``against_standard_use`` or ``not_offered``
    recommendations: tuple[Recommendation, ...]
    barred: tuple[Line, ...]
    cautions: tuple[Line, ...]
    doses: tuple[Line, ...]
    cannot_check: tuple[str, ...]  #: while it holds any, no dose is given
    labels: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Cause:
    """One line of the answer to "what causes these leg movements?"; `rank` 1 is the first."""

    rank: int
    code: str
    title: str
    plain: str
    status: str
    certainty: str
    plain_certainty: str
    reasons: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One difference between two assessments."""

    kind: str  #: of what: ``diagnosis``, ``iron``, ``option``, ``alert`` ...
    code: str
    title: str  #: of the table, empty for iron
    before: tuple[str, ...]  #: codes: a status and what belongs to it
    after: tuple[str, ...]  #: empty where the assessment says nothing


@dataclass(frozen=True, kw_only=True)
class MissingFact:
    """An answer that would change the result: what, and how much (weight of those lines)."""

    fact: str
    title: str
    weight: float
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class CardSentence:
    """One sentence of the answer on one card, and the lines it rests on."""

    part: str  #: ``cause``, ``matter``, ``helps``, ``sure`` or ``compare``
    says: Reason
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SettingChange:
    """A setting that the user chose, and what the tables say."""

    value: ParameterValue
    usual: ParameterValue


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """The whole answer; alerts with urgency ``now`` come first in every output."""

    overall: CodedLine
    causes: tuple[Cause, ...]
    alerts: tuple[CodedLine, ...]
    criteria_sets: tuple[DiagnosisResult, ...]
    diagnoses: tuple[DiagnosisResult, ...]
    triggers: tuple[CodedLine, ...]
    medicines: tuple[MedicineNote, ...]
    workup: tuple[CodedLine, ...]
    iron: IronResult | None
    options: tuple[OptionResult, ...]
    screens: tuple[CodedLine, ...]
    conflicts: tuple[CodedLine, ...]
    boundaries: tuple[Line, ...]
    messages: tuple[CodedLine, ...]
    safety: tuple[CodedLine, ...]
    problems: tuple[Line, ...]
    missing: tuple[MissingFact, ...]
    facts: tuple[AnsweredFact, ...]
    verdicts: Mapping[str, Verdict]
    settings: Mapping[str, SettingChange]
    edition: str
    last_checked: str
    tables_digest: str
    card: tuple[CardSentence, ...] = ()
    night_digest: str = ""  #: of the scored night it rests on
    person: str = ""  #: pseudonym of the facts
