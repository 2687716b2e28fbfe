"""Guideline tables as loaded.

Conditions over facts, rules with their sources, medicines, options.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ekbom.criteria.facts import FactField, UnitFactor
from ekbom.model.source import EvidenceMark, Parameter, Source


@dataclass(frozen=True, kw_only=True)
class Reference:
    """One entry of the bibliography.

    `ceiling` is the best evidence mark a rule citing it may claim.
    """

    key: str
    title: str
    identifier: str
    ceiling: EvidenceMark


@dataclass(frozen=True)
class AllOf:
    """Met when every part is met."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class AnyOf:
    """Met when one part is met.

    With `one_no_suffices` a single known "no" makes it not met although others are unknown.
    """

    parts: tuple["Condition", ...]
    one_no_suffices: bool = False


@dataclass(frozen=True)
class NotOf:
    """Met when the part is not met; unknown stays unknown."""

    part: "Condition"


@dataclass(frozen=True)
class AtLeast:
    """Met when `count` parts are met."""

    count: int
    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class IsUnknown:
    """Met when the part is unknown."""

    part: "Condition"


@dataclass(frozen=True)
class IsMet:
    """Met when the part is met, otherwise not met.

    For rules that only a positive finding may trigger.
    """

    part: "Condition"


@dataclass(frozen=True)
class FactIs:
    """Met when the fact is one of `values`; `else_unknown` are answers that settle nothing."""

    fact: str
    values: tuple[str, ...]
    else_unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class FactCompare:
    """Met when the fact compares to the named parameter.

    `operator` is a sign or the name of a parameter that holds one.
    """

    fact: str
    operator: str
    limit: str


@dataclass(frozen=True)
class HasCondition:
    """Met when a code stands in the list of conditions; unknown when nobody asked for the list."""

    code: str


@dataclass(frozen=True)
class Takes:
    """Met when a medicine of the group is in use."""

    group: str


@dataclass(frozen=True)
class Named:
    """The verdict of a named criterion."""

    criterion: str


@dataclass(frozen=True)
class HasStatus:
    """Met when a diagnosis has one of the statuses (a prefix ends with `*`)."""

    code: str
    statuses: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """Met when a code of an earlier step was found.

    A specifier, a trigger, an iron action, a listed option.
    """

    step: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class OnLimit:
    """Met when the fact, rounded as the table says, lies on the named limit."""

    fact: str
    limit: str


Condition = (
    AllOf
    | AnyOf
    | NotOf
    | AtLeast
    | IsUnknown
    | IsMet
    | FactIs
    | FactCompare
    | HasCondition
    | Takes
    | Named
    | HasStatus
    | Found
    | OnLimit
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Rule:
    """One sentence of a table: when it holds, what follows, where it stands.

    `text` is the clinician's sentence, `plain` the patient's (empty: not said to patients). `code`
    is what the rule puts out; `status`, `routes`, `label`, `check` and the recommendation fields
    are used by the steps that need them.
    """

    id: str
    source: Source
    text: str
    when: Condition | None = None
    code: str = ""
    title: str = ""
    status: str = ""
    plain: str = ""
    check: str = ""
    routes: tuple[str, ...] = ()
    label: str = ""
    placed: str = ""
    direction: str = ""
    strength: str = ""
    certainty: str = ""
    urgency: str = ""
    already_known: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DiagnosisTable:
    """How one diagnosis is reached: the first met rule decides, all met rules are reasons."""

    code: str
    title: str
    plain: str
    kind: str
    rules: tuple[Rule, ...]
    criteria: tuple[str, ...] = ()
    speaks_for: tuple[str, ...] = ()
    speaks_against: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OptionTable:
    """One option: who recommends or advises against it, what bars it, its cautions and the doses that were read."""

    code: str
    title: str
    kind: str
    recommendations: tuple[Rule, ...]
    barred: tuple[Rule, ...] = ()
    cautions: tuple[Rule, ...] = ()
    doses: tuple[Rule, ...] = ()
    medicine: str = ""


@dataclass(frozen=True, kw_only=True)
class MedicineTable:
    """One medicine of the table.

    Names, codes, class, effect on RLS and on PLMS with evidence level.
    """

    generic: str
    atc: tuple[str, ...]
    group: str
    effect_rls: str
    effect_plms: str
    level: str
    rule: Rule
    spellings: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MedicineGroup:
    """Medicines that count together in a rule, by ATC prefix or generic name."""

    code: str
    title: str
    atc: tuple[str, ...]
    generics: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement of the source article and what represents it here."""

    number: int
    text: str
    note: str
    represented_by: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class NightRow:
    """Which index of a scored night becomes which fact, what must have been scored for it, and what else it says."""

    fact: str
    rule_set: str
    index: str
    needs: tuple[str, ...]
    also: Mapping[str, str]
    rule: Rule


@dataclass(frozen=True, eq=False, kw_only=True)
class ClinicalTables:
    """All clinical tables of one edition, checked and joined; `digest` identifies their content."""

    edition: str
    last_checked: str
    digest: str
    parameters: Mapping[str, Parameter]
    fields: Mapping[str, FactField]
    units: Mapping[str, tuple[UnitFactor, ...]]
    condition_codes: Mapping[str, str]
    references: Mapping[str, Reference]
    criteria: Mapping[str, Rule]
    criteria_sets: tuple[DiagnosisTable, ...]
    diagnoses: tuple[DiagnosisTable, ...]
    specifiers: tuple[Rule, ...]
    triggers: tuple[Rule, ...]
    medicines: tuple[MedicineTable, ...]
    medicine_groups: tuple[MedicineGroup, ...]
    workup: tuple[Rule, ...]
    iron: tuple[Rule, ...]
    options: tuple[OptionTable, ...]
    alerts: tuple[Rule, ...]
    screens: tuple[Rule, ...]
    conflicts: tuple[Rule, ...]
    messages: tuple[Rule, ...]
    overall: tuple[Rule, ...]
    texts: tuple[Rule, ...]
    statements: tuple[Statement, ...]
    night: tuple[NightRow, ...] = ()
    certainty: Mapping[str, tuple[int, str, str]] = field(default_factory=dict)
