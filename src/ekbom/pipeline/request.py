"""What is asked of a night: rule sets, detector, tables, seed, number of resamples."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata

from ekbom.criteria.detector import DetectorSettings
from ekbom.model.errors import UsageError
from ekbom.model.recording import FloatArray, LegSignal, StrArray
from ekbom.model.result import IndexTable
from ekbom.model.source import RuleSet
from ekbom.pipeline.files.mapping_file import NO_MAPPING, LabMapping
from ekbom.readers.study import Study
from ekbom.rules.load_indices import load_index_table
from ekbom.rules.load_scoring import rule_set_names

DEFAULT_RULES = ("wasm2016",)
DEFAULT_DETECTOR = "robust"
ALL_RULES = "all"
Progress = Callable[[str], None]


def _silent(_step: str) -> None:
    """Report no step."""


@dataclass(frozen=True, kw_only=True)
class ScoringRequest:
    """How a night is scored; the first rule set is the main one.

    `bootstrap_samples`: how often the night is resampled, 0 leaves the uncertainty out. `progress`
    is called with the name of each step before it begins. `mapping`: what a laboratory says of its
    own labels, texts and rule sets.
    """

    rule_sets: tuple[RuleSet, ...]
    detector: DetectorSettings
    seed: int = 0
    bootstrap_samples: int = 1000
    table: IndexTable = field(default_factory=load_index_table)
    progress: Progress = _silent
    mapping: LabMapping = NO_MAPPING

    def __post_init__(self) -> None:
        """Refuse numbers that no resampling can be made with."""
        if self.seed < 0:
            raise UsageError(
                f"The seed of the bootstrap is {self.seed}; give 0 or a larger whole number."
            )
        if self.bootstrap_samples < 0:
            raise UsageError(
                f"The number of bootstrap samples is {self.bootstrap_samples}; "
                "give 0 to leave the uncertainty out, or more."
            )


def wanted_rule_sets(
    rules: str | Sequence[str],
    options: Mapping[str, object],
    mapping: LabMapping = NO_MAPPING,
) -> tuple[RuleSet, ...]:
    """Load every rule set once, in the order asked for.

    Raises
    ------
    UsageError
        If none is named, or a rule set or an option is unknown.
    """
    names = rule_set_wishes([rules] if isinstance(rules, str) else rules)
    if not names:
        raise UsageError(
            f"No rule set is named; rule sets are {', '.join(rule_set_names())}."
        )
    return tuple(mapping.rule_set(name, options) for name in names)


def rule_set_wishes(rules: Iterable[str]) -> tuple[str, ...]:
    """Name every rule set once, in the order asked for; ``all`` stands for every one there is."""
    names: list[str] = []
    for wish in rules:
        names += rule_set_names() if wish == ALL_RULES else [wish]
    return tuple(dict.fromkeys(names))


def digest_of(study: Study, request: ScoringRequest) -> str:
    """Identify everything that decides the result.

    Input, choices, rule tables with options, detector, resampling, software.
    """
    facts: list[object] = [
        study.recording.sha256,
        study.choice,
        study.events,
        sorted(study.scored),
        study.lights_off_s,
        study.lights_on_s,
    ]
    facts += [rule_set.digest for rule_set in request.rule_sets]
    facts += [request.detector.digest, request.table.digest]
    facts += [request.seed, request.bootstrap_samples]
    facts += [[_leg_facts(leg) for leg in study.legs]]
    if request.mapping.digest:
        facts.append(request.mapping.digest)
    digest = hashlib.sha256(metadata.version("ekbom").encode())
    digest.update(repr(facts).encode())
    hypnogram = study.hypnogram
    marked = study.marked_movements
    if hypnogram is not None:
        digest.update(
            _times(hypnogram.onset_s, hypnogram.duration_s, hypnogram.stage)
        )
    if marked is not None:
        digest.update(_times(marked.onset_s, marked.duration_s, marked.side))
    return f"sha256:{digest.hexdigest()}"


def _times(
    onset_s: FloatArray, duration_s: FloatArray, label: StrArray
) -> bytes:
    return (
        onset_s.tobytes()
        + duration_s.tobytes()
        + ",".join(label.tolist()).encode()
    )


def _leg_facts(leg: LegSignal) -> tuple[str, str, float, float, str]:
    return (
        leg.side,
        leg.label,
        leg.fs_hz,
        leg.step_uv,
        str(leg.derivation or ""),
    )
