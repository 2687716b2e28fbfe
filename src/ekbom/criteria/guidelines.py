"""Guideline tables as loaded.

Conditions over facts, rules with their sources, medicines, options.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from ekbom.criteria.facts import FactField, UnitFactor
from ekbom.criteria.medicine_names import (
    Combination,
    DoubtfulName,
    NameWords,
    Substance,
)
from ekbom.model.source import Parameter, Source

Step = Literal[
    "specifier",
    "trigger",
    "iron",
    "route",
    "offered",
    "against",
    "alert",
    "contradiction",
]
"""A step of the assessment in which a code may be found."""


@dataclass(frozen=True)
class AllOf:
    """Met when every part is met."""

    parts: tuple["Condition", ...] = field(metadata={"key": "all"})


@dataclass(frozen=True)
class AnyOf:
    """Met when one part is met.

    With `one_no_suffices` a single known "no" makes it not met although others are unknown.
    """

    parts: tuple["Condition", ...] = field(metadata={"key": "any"})
    one_no_suffices: bool = False


@dataclass(frozen=True)
class NotOf:
    """Met when the part is not met; unknown stays unknown."""

    part: "Condition" = field(metadata={"key": "not"})


@dataclass(frozen=True)
class AtLeast:
    """Met when `count` parts are met."""

    count: int = field(metadata={"key": "at_least"})
    parts: tuple["Condition", ...] = field(metadata={"key": "of"})


@dataclass(frozen=True)
class IsUnknown:
    """Met when the part is unknown."""

    part: "Condition" = field(metadata={"key": "unknown"})


@dataclass(frozen=True)
class IsMet:
    """Met when the part is met, otherwise not met.

    For rules that only a positive finding may trigger.
    """

    part: "Condition" = field(metadata={"key": "met"})


@dataclass(frozen=True)
class FactIs:
    """Met when the fact is one of `values`; `else_unknown` are answers that settle nothing."""

    fact: str
    values: tuple[str, ...] = field(metadata={"key": "is"})
    else_unknown: tuple[str, ...] = field(
        default=(), metadata={"key": "settles_nothing"}
    )


def bound_setting(parameter: str) -> str:
    """Name the setting that holds the bound of a parameter.

    Examples
    --------
    >>> bound_setting("plmd.threshold.adult_per_h")
    'plmd.threshold.adult_per_h.bound'
    """
    return f"{parameter}.bound"


@dataclass(frozen=True)
class FactCompare:
    """Met when the fact meets the named parameter by the parameter's own bound.

    `operator` is a sign, or the name of the setting that holds it: by default the bound.
    """

    fact: str
    limit: str = field(metadata={"key": "than"})
    operator: str = field(default="", metadata={"key": "op"})

    def __post_init__(self) -> None:
        """Compare by the bound of the parameter where no sign is written."""
        if not self.operator:
            object.__setattr__(self, "operator", bound_setting(self.limit))


@dataclass(frozen=True)
class HasCondition:
    """Met when a code stands in the list of conditions; unknown when nobody asked for the list."""

    code: str = field(metadata={"key": "condition"})


@dataclass(frozen=True)
class Takes:
    """Met when a medicine of the group is in use."""

    group: str = field(metadata={"key": "takes"})


Place = Literal[
    "rls_treatment",
    "rls_treatment_failed",
    "rls_treatment_harmed",
    "allergies",
]
"""A list of the facts that names medicines or products."""


@dataclass(frozen=True)
class Listed:
    """Met when a list of the facts names the substance, or a medicine of the group.

    Unknown when the list was never asked for, or holds a name that was not recognised.
    """

    group: str = field(metadata={"key": "listed"})
    place: Place = field(metadata={"key": "in"})


@dataclass(frozen=True)
class Named:
    """The verdict of a named criterion."""

    criterion: str


@dataclass(frozen=True)
class HasStatus:
    """Met when a diagnosis has one of the statuses; `by` asks in addition what excludes it."""

    code: str = field(metadata={"key": "status"})
    statuses: tuple[str, ...] = field(metadata={"key": "is"})
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """Met when a code of an earlier step was found, such as a trigger or a listed option."""

    step: Step = field(metadata={"key": "found"})
    codes: tuple[str, ...] = field(metadata={"key": "is"})


@dataclass(frozen=True)
class OnLimit:
    """Met when the fact, rounded as the table says, lies on the named limit."""

    fact: str
    limit: str = field(metadata={"key": "on_limit"})


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
    | Listed
    | Named
    | HasStatus
    | Found
    | OnLimit
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Rule:
    """One sentence of a table: when it holds, what follows, where it stands.

    `text` is the clinician's sentence, `plain` the patient's (empty: not said to patients). `code`
    is what the rule puts out, `excluded_by` what excludes a diagnosis of the status ``excluded``;
    `status`, `routes`, `label`, `check` and the recommendation fields are used by the steps that
    need them. `adds` lets a rule of a diagnosis speak beside the one that decided. `population` is
    written where a rule does not speak of the population of its file; its source holds it too.
    """

    id: str
    source: Source
    text: str
    when: Condition | None = None
    code: str = ""
    title: str = ""
    status: str = ""
    excluded_by: str = ""
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
    adds: bool = False
    population: str = ""


@dataclass(frozen=True, kw_only=True)
class DiagnosisTable:
    """How one diagnosis is reached: the first met rule decides and is its reason.

    Other met rules are reasons only where they say that they add.
    """

    code: str
    title: str
    plain: str = ""
    kind: str
    rules: tuple[Rule, ...]
    criteria: tuple[str, ...] = ()
    speaks_for: tuple[str, ...] = field(default=(), metadata={"key": "for"})
    speaks_against: tuple[str, ...] = field(
        default=(), metadata={"key": "against"}
    )


@dataclass(frozen=True, kw_only=True)
class OptionTable:
    """One option.

    Who recommends or advises against it, what bars it, its cautions and the doses that were read.
    `requires` names the criteria without which none of its doses is printed: one that is not met
    withholds them and says why, one that is unknown withholds them and is asked about.
    """

    code: str
    title: str
    kind: str
    recommendations: tuple[Rule, ...]
    barred: tuple[Rule, ...] = ()
    cautions: tuple[Rule, ...] = ()
    doses: tuple[Rule, ...] = ()
    medicine: str = ""
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MedicineTable:
    """What one substance does to RLS and to PLMS, with evidence level.

    Its names and codes stand in the index of names. `title` begins a line;
    left out, it is the generic name.
    """

    generic: str
    group: str
    effect_rls: str = field(metadata={"key": "rls"})
    effect_plms: str = field(metadata={"key": "plms"})
    level: str
    rule: Rule = field(metadata={"inline": True})
    title: str = ""

    def __post_init__(self) -> None:
        """Begin the generic name with a capital letter where no title is written."""
        if not self.title:
            object.__setattr__(self, "title", self.generic.capitalize())


@dataclass(frozen=True, kw_only=True)
class MedicineGroup:
    """Medicines that count together in a rule.

    Each substance of the index of names says which groups it belongs to; `atc` are the beginnings
    of codes that belong to the group whatever the name.
    """

    code: str
    title: str
    atc: tuple[str, ...] = ()
    generics: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement of the source article and what represents it here."""

    number: int
    text: str
    note: str = ""
    represented_by: tuple[str, ...] = field(metadata={"key": "by"})


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    """Facts that cannot both be right; its rule asks which of them is.

    `doubts` names the fields and the codes of conditions that count as unknown until then.
    """

    doubts: tuple[str, ...]
    rule: Rule = field(metadata={"inline": True})


@dataclass(frozen=True, kw_only=True)
class NightRow:
    """Which index of a scored night becomes which fact.

    `needs` names what must have been scored for it, `also` what else it says.
    """

    fact: str
    rule_set: str
    index: str
    needs: tuple[str, ...]
    also: Mapping[str, str] = field(default_factory=dict)
    rule: Rule = field(metadata={"inline": True})


@dataclass(frozen=True, eq=False, kw_only=True)
class ClinicalTables:
    """All clinical tables of one edition, checked and joined; `digest` identifies their content.

    `lists` holds the titles of the lists of a facts file. `settings` names what a user may set by
    another name than a parameter's own: which parameters, or bounds of parameters
    (``name.bound``), stand behind it. `child_words` holds what the plain sentence of a rule says
    about a child, where it says something else.
    """

    edition: str
    last_checked: str
    digest: str
    parameters: Mapping[str, Parameter]
    fields: Mapping[str, FactField]
    units: Mapping[str, tuple[UnitFactor, ...]]
    condition_codes: Mapping[str, str]
    lists: Mapping[str, str]
    settings: Mapping[str, tuple[str, ...]]
    criteria: Mapping[str, Rule]
    criteria_sets: tuple[DiagnosisTable, ...]
    diagnoses: tuple[DiagnosisTable, ...]
    specifiers: tuple[Rule, ...]
    triggers: tuple[Rule, ...]
    medicines: tuple[MedicineTable, ...]
    medicine_groups: tuple[MedicineGroup, ...]
    substances: tuple[Substance, ...]
    combinations: tuple[Combination, ...]
    doubtful_names: tuple[DoubtfulName, ...]
    name_words: NameWords
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
    contradictions: tuple[Contradiction, ...] = ()
    certainty: Mapping[str, tuple[int, str, str]] = field(default_factory=dict)
    child_words: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def bounds(self) -> Mapping[str, Parameter]:
        """The parameters that have a bound, by the name of the setting that holds it."""
        return {
            bound_setting(name): entry
            for name, entry in self.parameters.items()
            if entry.bound
        }
