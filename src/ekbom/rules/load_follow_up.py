"""Strict loader of the follow-up table.

Measures, checks and sentences, each leaf with its source or it is refused.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType

from ekbom.criteria.follow_up import CheckRule, FollowUpTables, Measure
from ekbom.criteria.guidelines import ClinicalTables, Reference, Rule
from ekbom.model.source import Parameter
from ekbom.rules.clinical_check import check_references
from ekbom.rules.clinical_conditions import words
from ekbom.rules.clinical_leaves import (
    FileDefaults,
    SourceReader,
    day_of,
    mapping,
    parse_parameter,
    parse_reference,
    parse_rule,
    sequence,
    text_of,
)
from ekbom.rules.load_clinical import load_clinical
from ekbom.rules.strict_yaml import TableError, read_table

FILE = "follow_up.yaml"
OR = "|"
DIRECTIONS = ("lower", "higher", "no_relevant_change", "unknown")
ANCHORS = ("iron", "treatment", "measured", "screen")
REMARKS = (
    "dose_raised_worse",
    "dose_lowered_better",
    "iron_fell",
    "aggravating_started",
    "worse_on_dopaminergic",
    "rls_not_met_now",
)
_CHANGES = ("started", "stopped", "dose_raised", "dose_lowered", "unclear")
_FINDINGS = ("finding_new", "finding_now_known", "finding_gone", "finding_no_longer_known")
_COMPARED = ("nothing_to_compare", "not_measured", "not_alike", "second_limit")
TEXTS = (
    *_CHANGES,
    *_FINDINGS,
    *_COMPARED,
    "not_on_treatment",
    "treatment_unknown",
    "augmentation_not_listed",
)
_SECTIONS = (
    "last_checked",
    "population",
    "references",
    "parameters",
    "measures",
    "checks",
    "remarks",
    "texts",
)
_MEASURE = ("fact", "limit", "operator", "second_limit", "response", "same", "texts")
_CHECK = ("anchor", "interval", "done_by")


@lru_cache(maxsize=1)
def load_follow_up() -> FollowUpTables:
    """Load the follow-up table shipped with the package, once.

    Examples
    --------
    >>> load_follow_up().parameters["follow.iron.recheck_weeks"].value
    12
    """
    return load_follow_up_file(
        resources.files("ekbom.rules").joinpath("tables", "follow_up", FILE),
        clinical=load_clinical(),
    )


def load_follow_up_file(file: Traversable, *, clinical: ClinicalTables) -> FollowUpTables:
    """Load a follow-up table; what it names must stand in it or in the clinical tables.

    Raises
    ------
    TableError
        If a leaf lacks a source, a key or sentence is missing or unknown, or a name refers to
        nothing.
    """
    tables = _Reader(read_table(file), file=file.name, clinical=clinical).read(
        hashlib.sha256(file.read_bytes()).hexdigest()
    )
    _check_names(tables, clinical)
    return tables


class _Reader:
    """Reads one file; holds its sources and defaults while it works."""

    def __init__(
        self, content: Mapping[str, object], *, file: str, clinical: ClinicalTables
    ) -> None:
        self._content = mapping(content, place=file, allowed=_SECTIONS, required=_SECTIONS)
        self._file = file
        self._clinical = clinical
        self._defaults = FileDefaults(
            file=file,
            last_checked=day_of(content["last_checked"], place=f"{file}: last_checked"),
            population=text_of(content["population"], place=f"{file}: population"),
        )
        own = {
            key: parse_reference(key, node, file=file) for key, node in self._named("references")
        }
        taken = set(own) & set(clinical.references)
        if taken:
            raise TableError(
                f"{file}: the reference {sorted(taken)[0]!r} stands in the clinical tables already; keep one of them"
            )
        self._sources = SourceReader({**_shared(clinical), **own})

    def read(self, digest: str) -> FollowUpTables:
        """Read every section."""
        return FollowUpTables(
            last_checked=self._defaults.last_checked,
            digest=digest,
            parameters=self._parameters(),
            measures=tuple(self._measure(node, place) for node, place in self._listed("measures")),
            checks=tuple(self._check(node, place) for node, place in self._listed("checks")),
            remarks=self._sentences("remarks", REMARKS),
            texts=self._sentences("texts", TEXTS),
        )

    def _named(self, section: str) -> list[tuple[str, object]]:
        node = self._content[section]
        if not isinstance(node, dict):
            raise TableError(f"{self._file}: the section {section!r} must be a mapping of names")
        return [(str(name), entry) for name, entry in node.items()]

    def _listed(self, section: str) -> list[tuple[object, str]]:
        nodes = sequence(self._content[section], place=f"{self._file}: {section}")
        return [(node, f"{self._file}: {section}[{index}]") for index, node in enumerate(nodes)]

    def _parameters(self) -> Mapping[str, Parameter]:
        own = {
            name: parse_parameter(name, node, defaults=self._defaults, sources=self._sources)
            for name, node in self._named("parameters")
        }
        taken = set(own) & set(self._clinical.parameters)
        if taken:
            raise TableError(
                f"{self._file}: the parameter {sorted(taken)[0]!r} stands in the clinical tables already; keep one of them"
            )
        return MappingProxyType({**self._clinical.parameters, **own})

    def _rule(self, node: object, place: str, required: Iterable[str] = ()) -> Rule:
        return parse_rule(
            node, place=place, defaults=self._defaults, sources=self._sources, required=required
        )

    def _rules(self, node: object, place: str) -> tuple[Rule, ...]:
        return tuple(
            self._rule(entry, f"{place}[{index}]")
            for index, entry in enumerate(sequence(node, place=place))
        )

    def _sentences(self, section: str, names: Iterable[str]) -> Mapping[str, Rule]:
        place = f"{self._file}: {section}"
        entries = mapping(self._content[section], place=place, allowed=names, required=names)
        return MappingProxyType(
            {name: self._rule(node, f"{place}, {name}") for name, node in entries.items()}
        )

    def _measure(self, node: object, place: str) -> Measure:
        entry = mapping(
            node, place=place, allowed=(*_MEASURE, "unfit", "cautions"), required=_MEASURE
        )
        texts = mapping(
            entry["texts"], place=f"{place}, texts", allowed=DIRECTIONS, required=DIRECTIONS
        )
        if entry["operator"] not in (">=", ">") or not isinstance(entry["response"], bool):
            raise TableError(f"{place}: operator must be '>=' or '>', and response true or false")
        return Measure(
            fact=text_of(entry["fact"], place=f"{place}, fact"),
            limit=str(entry["limit"]),
            operator=str(entry["operator"]),
            second_limit=str(entry["second_limit"]),
            response=entry["response"],
            same=words(entry["same"], place=f"{place}, same"),
            texts=MappingProxyType(
                {name: self._rule(text, f"{place}, {name}") for name, text in texts.items()}
            ),
            unfit=self._rules(entry.get("unfit", []), f"{place}, unfit"),
            cautions=self._rules(entry.get("cautions", []), f"{place}, cautions"),
        )

    def _check(self, node: object, place: str) -> CheckRule:
        entry = mapping(
            node, place=place, allowed=(node if isinstance(node, dict) else ()), required=_CHECK
        )
        anchor = text_of(entry["anchor"], place=f"{place}, anchor")
        if anchor not in ANCHORS:
            raise TableError(
                f"{place}: the anchor {anchor!r} is unknown; use one of {', '.join(ANCHORS)}"
            )
        sentence = {key: value for key, value in entry.items() if key not in _CHECK}
        return CheckRule(
            rule=self._rule(sentence, place, ("code", "title")),
            anchor=anchor,
            interval=text_of(entry["interval"], place=f"{place}, interval"),
            done_by=words(entry["done_by"], place=f"{place}, done_by"),
        )


def _shared(clinical: ClinicalTables) -> dict[str, tuple[Reference, str, str]]:
    """Take over the clinical references with the guideline and edition that any rule citing them carries."""
    return {key: (reference, reference.title, "") for key, reference in clinical.references.items()}


def _check_names(tables: FollowUpTables, clinical: ClinicalTables) -> None:
    """Refuse names that lead nowhere, ids used twice, and numbers that are no numbers."""
    sentences = [
        *tables.remarks.values(),
        *tables.texts.values(),
        *(check.rule for check in tables.checks),
    ]
    for measure in tables.measures:
        sentences += [*measure.texts.values(), *measure.unfit, *measure.cautions]
    check_references(
        replace(clinical, parameters=tables.parameters, messages=(*clinical.messages, *sentences))
    )
    facts = [fact for measure in tables.measures for fact in (measure.fact, *measure.same)]
    facts += [
        fact for check in tables.checks for entry in check.done_by for fact in entry.split(OR)
    ]
    unknown = [fact for fact in facts if fact not in clinical.fields]
    if unknown:
        raise TableError(f"{FILE}: {unknown[0]!r} is no field of the facts schema")
    limits = [
        limit
        for measure in tables.measures
        for limit in (measure.limit, measure.second_limit)
        if limit
    ]
    for name in (*limits, *(check.interval for check in tables.checks)):
        parameter = tables.parameters.get(name)
        if (
            parameter is None
            or isinstance(parameter.value, bool)
            or not isinstance(parameter.value, int | float)
        ):
            raise TableError(f"{FILE}: {name!r} must be a parameter that holds a number")
