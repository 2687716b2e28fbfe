"""What an assessment says: every sentence with the rule it comes from and the facts it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ekbom.model.finding import Reason
from ekbom.model.person import FactKind, FactValue
from ekbom.model.source import Source


class Verdict(StrEnum):
    """Three answers of a criterion; unknown is never no."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class AnsweredFact:
    """One fact of a person: its dotted path, its title, its value in its unit.

    `value` is None where nobody knows it. `origin` says where the value came from, None for what
    was typed without a word about it.
    """

    fact: str
    title: str
    kind: FactKind
    value: FactValue | None
    unit: str = ""
    origin: Reason | None = None


@dataclass(frozen=True, kw_only=True)
class Line:
    """One sentence: its rule, its source, and the facts it rests on.

    `text` is the sentence of the table; `reason` says it more closely where there is one.
    """

    rule_id: str
    text: str
    source: Source
    facts: tuple[AnsweredFact, ...] = ()
    plain: str = ""
    reason: Reason | None = None


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
    """One option: `placed` is ``offered``, ``against_standard_use`` or ``not_offered``.

    Never an order.

    `cannot_check` lists what is unknown; while it is not empty no dose is given.
    """

    code: str
    title: str
    kind: str
    placed: str
    recommendations: tuple[Recommendation, ...]
    barred: tuple[Line, ...]
    cautions: tuple[Line, ...]
    doses: tuple[Line, ...]
    cannot_check: tuple[str, ...]
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
    """One difference between two assessments.

    `kind` is ``diagnosis``, ``iron``, ``option``, ``alert``, ``trigger`` or ``test``. `before` and
    `after` are codes: a status and what belongs to it (specifiers, routes, what cannot be checked);
    empty where the assessment says nothing of it. `title` is that of the table, empty for iron.
    """

    kind: str
    code: str
    title: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MissingFact:
    """An answer that would change the result.

    What it could change, and how much (weight of the changed lines).
    """

    fact: str
    title: str
    weight: float
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class CardSentence:
    """One sentence of the answer on one card, and the lines it rests on.

    `part` is ``cause``, ``matter``, ``helps`` or ``sure``; ``compare`` stands below the card.
    """

    part: str
    says: Reason
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """The whole answer; alerts with urgency ``now`` come first in every output.

    `night` is the digest of the scored night it rests on, `person` the pseudonym of the facts;
    each is empty where there was none.
    """

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
    settings: Mapping[str, str]
    edition: str
    last_checked: str
    tables_digest: str
    card: tuple[CardSentence, ...] = ()
    night: str = ""
    person: str = ""
