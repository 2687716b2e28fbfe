"""The result of a night.

What was read, what was found, what it counts to, and every choice on the way.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ekbom.model.events import Event
from ekbom.model.finding import Finding, Reason
from ekbom.model.hypnogram import Hypnogram
from ekbom.model.index import (
    IndexTable,
    IntervalStructure,
    LimitDistance,
    NightProfile,
    ResampledIndex,
    ScoredPeriod,
)
from ekbom.model.index_key import IndexKey
from ekbom.model.movements import (
    DetectionResult,
    LegMovements,
    LegQuality,
    LegTrace,
    ScoredMovements,
)
from ekbom.model.recording import Interval, LegChoice, LegSignal, Recording
from ekbom.model.source import RuleSet

SCHEMA_VERSION = "1.2"


class ScoredKind(StrEnum):
    """What somebody may have scored in a night."""

    STAGES = "stages"
    AROUSALS = "arousals"
    BREATHING = "breathing"
    MOVEMENTS = "movements"


@dataclass(frozen=True, eq=False, kw_only=True)
class Study:
    """What one night brings (hop 1).

    Recording, legs, hypnogram, events, or movements a person marked.

    `scored` names what was scored by somebody, as values of `ScoredKind`. A kind that is not named
    there was never looked for, which is not the same as none in it.
    """

    recording: Recording
    choice: LegChoice
    legs: tuple[LegSignal, ...]
    ecg: LegSignal | None
    hypnogram: Hypnogram | None
    events: tuple[Event, ...]
    marked_movements: LegMovements | None
    lights_off_s: float | None
    lights_on_s: float | None
    scored: frozenset[str]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class IndexValue:
    """One index: a number with unit, or None with the reason why it is not computable.

    `name` is the printed name of `key`.
    """

    name: str
    value: float | None
    unit: str
    reason: Reason | None = None

    @property
    def key(self) -> IndexKey:
        """What the index counts or measures."""
        return IndexKey.by_name()[self.name]


@dataclass(frozen=True, eq=False, kw_only=True)
class RuleSetScore:
    """One night scored by one rule set: rows and everything counted from them.

    `leg_movements` are the movements of each leg after joining by this rule set; `movements.parts`
    are rows of it. The structure of the intervals, the course of the night, the bootstrap and the
    distance from the limits are None or empty where they were not asked for.
    """

    rule_set: RuleSet
    leg_movements: LegMovements
    movements: ScoredMovements
    indices: Mapping[str, IndexValue]
    intervals: IntervalStructure | None = None
    profile: NightProfile | None = None
    uncertainty: tuple[ResampledIndex, ...] = ()
    limits: tuple[LimitDistance, ...] = ()


@dataclass(frozen=True, eq=False, kw_only=True)
class StudyResult:
    """A scored night (hops 1-5).

    `scores` holds one entry per rule set asked for, the first is the main one. `period` is the time
    that could count, the same for every rule set.

    `index_table` defines every index; `sources` gives the full text of each citation key, so that a
    result explains itself.
    """

    software_version: str
    recording: Recording
    choice: LegChoice
    hypnogram: Hypnogram | None
    events: tuple[Event, ...]
    scored: frozenset[str]
    lights_off_s: float | None
    lights_on_s: float | None
    period: ScoredPeriod
    unscorable: tuple[Interval, ...]
    leg_movements: LegMovements
    quality: tuple[LegQuality, ...]
    traces: tuple[LegTrace, ...]
    detection: tuple[DetectionResult, ...]
    detector: str
    scores: Mapping[str, RuleSetScore]
    sleep: Mapping[str, IndexValue]
    findings: tuple[Finding, ...]
    seed: int
    digest: str
    index_table: IndexTable | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
