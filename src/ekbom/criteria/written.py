"""The table files as they are written, before names are checked and files are joined."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ekbom.criteria.facts import FactField
from ekbom.criteria.follow_up import CheckRule, Measure
from ekbom.criteria.guidelines import (
    Contradiction,
    DiagnosisTable,
    MedicineGroup,
    MedicineTable,
    NightRow,
    OptionTable,
    Rule,
    Statement,
)
from ekbom.criteria.interview import Condition
from ekbom.criteria.medicine_names import (
    Combination,
    DoubtfulName,
    NameWords,
    SubstanceClass,
)
from ekbom.model.source import Parameter, Source


@dataclass(frozen=True, kw_only=True)
class SharedFile:
    """Parameters that several tables share."""

    last_checked: str
    parameters: Mapping[str, Parameter]


@dataclass(frozen=True, kw_only=True)
class ScoringFile:
    """One scoring standard; `rank` 1 is the default."""

    id: str
    name: str
    rank: int
    title: str
    edition: str
    published: str
    status: Literal["in force", "historical"]
    source: str
    last_checked: str
    parameters: Mapping[str, Parameter]


@dataclass(frozen=True, kw_only=True)
class DetectorFile:
    """The settings of one detector, or the physical limits of a leg channel."""

    id: str
    title: str
    last_checked: str
    parameters: Mapping[str, Parameter]
    envelope: str = ""


@dataclass(frozen=True, kw_only=True)
class WrittenIndex:
    """One index, or the part that several indices share; texts may hold places to fill."""

    title: str = ""
    formula: str = ""
    unit: str = ""
    rows: str = ""
    source: Source
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class WrittenKind(WrittenIndex):
    """One kind of movement, and of it a subset; where no `kind` is written the name is the kind."""

    name: str = field(metadata={"from_key": True})
    kind: str = ""
    subset: str = ""

    def __post_init__(self) -> None:
        """Take the name for the kind where none is written."""
        if not self.kind:
            object.__setattr__(self, "kind", self.name)


@dataclass(frozen=True, kw_only=True)
class Fragment:
    """What one part of an index adds to its title, formula and unit."""

    title: str = ""
    text: str = ""
    hours: str = ""
    formula: str = ""
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class MovementIndices:
    """Indices of movements, made of kind, state, side and measure."""

    kinds: Mapping[str, WrittenKind]
    states: Mapping[str, Fragment]
    sides: Mapping[str, Fragment]
    measures: Mapping[str, Fragment]
    without_durations: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StateIndices:
    """Indices written once for several sets and states, by kind and measure.

    `set_is` says which part of the key a set is.
    """

    set_is: Literal["subset", "kind", "side"]
    states: Mapping[str, str]
    sets: Mapping[str, str]
    indices: Mapping[str, Mapping[str, WrittenIndex]]


@dataclass(frozen=True, kw_only=True)
class ReportSet:
    """What a standard asks to be reported, at a level of ``required`` or ``optional``."""

    rule_set: str
    level: str
    source: Source
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class IndexFile:
    """The table of indices."""

    title: str
    last_checked: str
    parameters: Mapping[str, Parameter]
    movements: MovementIndices
    by_state: tuple[StateIndices, ...]
    indices: Mapping[str, WrittenIndex]
    reports: tuple[ReportSet, ...]


@dataclass(frozen=True, kw_only=True)
class WrittenUnit:
    """How a value in one unit becomes its field: times `factor`, divided by `divisor`."""

    factor: float = 1.0
    divisor: float = 1.0
    group: str = ""


@dataclass(frozen=True, kw_only=True)
class WrittenUnits:
    """The units in which a laboratory value may be given, and the field it becomes."""

    target: str
    units: Mapping[str, WrittenUnit]
    source: Source


@dataclass(frozen=True, kw_only=True)
class ClinicalFile:
    """One clinical file: any of the sections of the clinical tables."""

    last_checked: str
    population: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    settings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fields: Mapping[str, FactField] = field(default_factory=dict)
    units: Mapping[str, WrittenUnits] = field(default_factory=dict)
    condition_codes: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)
    certainty: Mapping[str, tuple[int, str, str]] = field(default_factory=dict)
    child_words: Mapping[str, str] = field(default_factory=dict)
    criteria: tuple[Rule, ...] = ()
    criteria_sets: tuple[DiagnosisTable, ...] = ()
    diagnoses: tuple[DiagnosisTable, ...] = ()
    specifiers: tuple[Rule, ...] = ()
    triggers: tuple[Rule, ...] = ()
    medicines: tuple[MedicineTable, ...] = ()
    medicine_groups: tuple[MedicineGroup, ...] = ()
    substance_classes: tuple[SubstanceClass, ...] = ()
    combinations: tuple[Combination, ...] = ()
    doubtful_names: tuple[DoubtfulName, ...] = ()
    name_words: NameWords = field(default_factory=dict)
    workup: tuple[Rule, ...] = ()
    iron: tuple[Rule, ...] = ()
    options: tuple[OptionTable, ...] = ()
    alerts: tuple[Rule, ...] = ()
    screens: tuple[Rule, ...] = ()
    conflicts: tuple[Rule, ...] = ()
    messages: tuple[Rule, ...] = ()
    overall: tuple[Rule, ...] = ()
    texts: tuple[Rule, ...] = ()
    statements: tuple[Statement, ...] = ()
    night: tuple[NightRow, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FollowUpFile:
    """The table of follow-up."""

    last_checked: str
    population: str
    parameters: Mapping[str, Parameter]
    measures: tuple[Measure, ...]
    checks: tuple[CheckRule, ...]
    remarks: Mapping[str, Rule]
    texts: Mapping[str, Rule]


@dataclass(frozen=True, kw_only=True)
class WrittenWarning:
    """Which alert is said at once after which answer."""

    rule: str
    words: tuple[str, ...] = ()
    above: float | None = None


@dataclass(frozen=True, kw_only=True)
class WrittenQuestion:
    """One question; what its field knows (unit, range, words) is not written again."""

    fact: str
    ask: str
    hint: str = ""
    unit: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    many: bool = False
    only_if: tuple[Condition, ...] = ()
    parts: tuple["WrittenQuestion", ...] = ()
    warns: WrittenWarning | None = None


@dataclass(frozen=True, kw_only=True)
class WrittenSection:
    """Questions under one heading."""

    title: str
    why: str
    clinician: bool = False
    questions: tuple[WrittenQuestion, ...]


@dataclass(frozen=True, kw_only=True)
class InterviewFile:
    """The question set of the interview."""

    version: str
    introduction: str
    sections: tuple[WrittenSection, ...]
