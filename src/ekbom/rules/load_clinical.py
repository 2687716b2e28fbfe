"""Strict loader of the clinical tables: YAML in, checked records out.

Every leaf with its source or it is refused.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType

from ekbom.criteria.facts import FactField, FactKind, UnitFactor
from ekbom.criteria.guidelines import (
    ClinicalTables,
    DiagnosisTable,
    HasStatus,
    MedicineGroup,
    MedicineTable,
    NightRow,
    OptionTable,
    Reference,
    Rule,
    Statement,
)
from ekbom.model.source import Parameter
from ekbom.rules.clinical_check import check_references
from ekbom.rules.clinical_conditions import leaves, words
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
from ekbom.rules.strict_yaml import TableError, read_table

EDITION = "2026.11"
_HEAD = {"last_checked", "population"}
_RULE_LISTS = (
    "specifiers",
    "triggers",
    "workup",
    "iron",
    "alerts",
    "screens",
    "conflicts",
    "messages",
    "overall",
    "texts",
)
_OTHER = (
    "references",
    "parameters",
    "fields",
    "units",
    "condition_codes",
    "criteria",
    "criteria_sets",
    "diagnoses",
)
_MORE = ("medicines", "medicine_groups", "options", "statements", "certainty", "night")
_SECTIONS = {*_RULE_LISTS, *_OTHER, *_MORE}
_RULE_NEEDS = {
    "specifiers": ("code", "when"),
    "triggers": ("code", "title", "when"),
    "workup": ("code", "title", "when"),
}
_DIAGNOSIS_KEYS = ("code", "title", "plain", "kind", "rules", "criteria", "for", "against")


@lru_cache(maxsize=1)
def load_clinical() -> ClinicalTables:
    """Load the clinical tables shipped with the package, once.

    Examples
    --------
    >>> load_clinical().parameters["plmd.threshold.adult_per_h"].value
    15
    """
    folder = resources.files("ekbom.rules").joinpath("tables", "clinical")
    return load_clinical_files(
        sorted((f for f in folder.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name)
    )


def source_texts() -> dict[str, str]:
    """Give the full text of every source the clinical tables cite, by key."""
    return {
        key: f"{reference.title}. {reference.identifier}"
        for key, reference in load_clinical().references.items()
    }


def load_clinical_files(files: Iterable[Traversable]) -> ClinicalTables:
    """Load and join clinical tables from files.

    Raises
    ------
    TableError
        If any leaf lacks a source, a key is unknown, or a name refers to nothing.
    """
    files = list(files)
    content = {file.name: _checked_sections(read_table(file), file=file.name) for file in files}
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    tables = _Joiner(content).join(digest)
    check_references(tables)
    return tables


def _checked_sections(content: Mapping[str, object], *, file: str) -> Mapping[str, object]:
    unknown = set(content) - _HEAD - _SECTIONS
    if unknown:
        raise TableError(
            f"{file}: the section {sorted(unknown)[0]!r} is unknown; known are {', '.join(sorted(_SECTIONS))}"
        )
    return mapping(content, place=file, allowed=_HEAD | _SECTIONS, required=_HEAD)


class _Joiner:
    """Joins the sections of all files; holds the sources while it works."""

    def __init__(self, content: Mapping[str, Mapping[str, object]]) -> None:
        self._content = content
        self._defaults = {
            file: FileDefaults(
                file=file,
                last_checked=day_of(sections["last_checked"], place=f"{file}: last_checked"),
                population=text_of(sections["population"], place=f"{file}: population"),
            )
            for file, sections in content.items()
        }
        self._references = {
            key: parse_reference(key, node, file=defaults.file)
            for key, node, defaults in self._named("references")
        }
        self._sources = SourceReader(self._references)

    def join(self, digest: str) -> ClinicalTables:
        """Read every section."""
        rules = {section: self._rules(section) for section in _RULE_LISTS}
        criteria = self._rules("criteria")
        return ClinicalTables(
            edition=EDITION,
            last_checked=min(defaults.last_checked for defaults in self._defaults.values()),
            digest=digest,
            parameters=self._parameters(),
            fields={
                field.path: field
                for field in (self._field(*item) for item in self._named("fields"))
            },
            units={
                name: self._units(name, node, defaults)
                for name, node, defaults in self._named("units")
            },
            condition_codes={
                name: text_of(node, place=name) for name, node, _ in self._named("condition_codes")
            },
            references=self._plain_references(),
            criteria=_by_id(criteria),
            criteria_sets=tuple(self._diagnosis(*item) for item in self._listed("criteria_sets")),
            diagnoses=in_order_of_need(
                self._diagnosis(*item) for item in self._listed("diagnoses")
            ),
            medicines=tuple(self._medicine(*item) for item in self._listed("medicines")),
            medicine_groups=tuple(self._group(*item) for item in self._listed("medicine_groups")),
            options=tuple(self._option(*item) for item in self._listed("options")),
            night=tuple(self._night_row(*item) for item in self._listed("night")),
            statements=tuple(self._statement(*item) for item in self._listed("statements")),
            certainty={
                name: self._certainty(name, node) for name, node, _ in self._named("certainty")
            },
            **rules,
        )

    def _named(self, section: str) -> Iterator[tuple[str, object, FileDefaults]]:
        seen: set[str] = set()
        for file, sections in self._content.items():
            entries = sections.get(section, {})
            if not isinstance(entries, dict):
                raise TableError(f"{file}: the section {section!r} must be a mapping of names")
            for name, node in entries.items():
                if name in seen:
                    raise TableError(f"{file}: {section} already holds {name!r}; keep one of them")
                seen.add(name)
                yield str(name), node, self._defaults[file]

    def _listed(self, section: str) -> Iterator[tuple[object, FileDefaults, str]]:
        for file, sections in self._content.items():
            for index, node in enumerate(
                sequence(sections.get(section, []), place=f"{file}: {section}")
            ):
                yield node, self._defaults[file], f"{file}: {section}[{index}]"

    def _rules(self, section: str) -> tuple[Rule, ...]:
        needs = _RULE_NEEDS.get(section, ())
        return tuple(
            self._rule(node, defaults, place, needs)
            for node, defaults, place in self._listed(section)
        )

    def _rule(
        self, node: object, defaults: FileDefaults, place: str, needs: Iterable[str] = ()
    ) -> Rule:
        return parse_rule(
            node, place=place, defaults=defaults, sources=self._sources, required=needs
        )

    def _rule_list(
        self, entry: Mapping[str, object], key: str, defaults: FileDefaults, place: str
    ) -> tuple[Rule, ...]:
        nodes = sequence(entry.get(key, []), place=f"{place}, {key}")
        return tuple(
            self._rule(node, defaults, f"{place}, {key}[{index}]", ())
            for index, node in enumerate(nodes)
        )

    def _parameters(self) -> Mapping[str, Parameter]:
        found = {
            name: parse_parameter(name, node, defaults=defaults, sources=self._sources)
            for name, node, defaults in self._named("parameters")
        }
        return MappingProxyType(found)

    def _plain_references(self) -> Mapping[str, Reference]:
        return MappingProxyType(
            {key: reference for key, (reference, _, _) in self._references.items()}
        )

    def _field(self, path: str, node: object, defaults: FileDefaults) -> FactField:
        place = f"{defaults.file}: field {path!r}"
        entry = mapping(
            node,
            place=place,
            allowed=("kind", "title", "unit", "choices", "range", "try"),
            required=("kind", "title"),
        )
        kind = text_of(entry["kind"], place=place)
        tri_state = kind == "tri_state"
        choices = (
            ("yes", "no", "unknown") if tri_state else words(entry.get("choices", []), place=place)
        )
        limits = [float(str(limit)) for limit in sequence(entry.get("range", []), place=place)]
        trials = (
            ["yes", "no"]
            if tri_state and "try" not in entry
            else sequence(entry.get("try", []), place=place)
        )
        return FactField(
            path=path,
            kind=FactKind("choice" if tri_state else kind),
            title=text_of(entry["title"], place=place),
            unit=text_of(entry["unit"], place=place) if "unit" in entry else "",
            choices=choices,
            minimum=limits[0] if limits else None,
            maximum=limits[1] if limits else None,
            trial_values=tuple(_trial(value) for value in trials),
        )

    def _units(self, name: str, node: object, defaults: FileDefaults) -> tuple[UnitFactor, ...]:
        place = f"{defaults.file}: units of {name!r}"
        entry = mapping(
            node,
            place=place,
            allowed=("target", "units", "source"),
            required=("target", "units", "source"),
        )
        self._sources.read(entry["source"], place=place, defaults=defaults)
        units = mapping(
            entry["units"],
            place=place,
            allowed=entry["units"] if isinstance(entry["units"], dict) else (),
        )
        target = text_of(entry["target"], place=place)
        return tuple(_unit(target, unit, factor, place=place) for unit, factor in units.items())

    def _diagnosis(self, node: object, defaults: FileDefaults, place: str) -> DiagnosisTable:
        entry = mapping(
            node, place=place, allowed=_DIAGNOSIS_KEYS, required=("code", "title", "kind", "rules")
        )
        place = f"{place} {entry['code']}"
        return DiagnosisTable(
            code=text_of(entry["code"], place=place),
            title=text_of(entry["title"], place=place),
            plain=text_of(entry.get("plain", entry["title"]), place=place),
            kind=text_of(entry["kind"], place=place),
            rules=self._rule_list(entry, "rules", defaults, place),
            criteria=words(entry.get("criteria", []), place=place),
            speaks_for=words(entry.get("for", []), place=place),
            speaks_against=words(entry.get("against", []), place=place),
        )

    def _medicine(self, node: object, defaults: FileDefaults, place: str) -> MedicineTable:
        keys = {
            "generic",
            "atc",
            "group",
            "rls",
            "plms",
            "level",
            "text",
            "source",
            "spellings",
            "brands",
        }
        entry = mapping(node, place=place, allowed=keys, required=keys - {"spellings", "brands"})
        generic = text_of(entry["generic"], place=place)
        rule = {
            "id": f"medicine.{generic.replace(' ', '_')}",
            "text": entry["text"],
            "source": entry["source"],
        }
        return MedicineTable(
            generic=generic,
            atc=words(entry["atc"], place=place),
            group=text_of(entry["group"], place=place),
            effect_rls=text_of(entry["rls"], place=place),
            effect_plms=text_of(entry["plms"], place=place),
            level=text_of(entry["level"], place=place),
            rule=self._rule(rule, defaults, place),
            spellings=words(entry.get("spellings", []), place=place),
            brands=words(entry.get("brands", []), place=place),
        )

    def _group(self, node: object, _: FileDefaults, place: str) -> MedicineGroup:
        entry = mapping(
            node,
            place=place,
            allowed=("code", "title", "atc", "generics"),
            required=("code", "title"),
        )
        return MedicineGroup(
            code=text_of(entry["code"], place=place),
            title=text_of(entry["title"], place=place),
            atc=words(entry.get("atc", []), place=place),
            generics=words(entry.get("generics", []), place=place),
        )

    def _option(self, node: object, defaults: FileDefaults, place: str) -> OptionTable:
        keys = (
            "code",
            "title",
            "kind",
            "medicine",
            "recommendations",
            "barred",
            "cautions",
            "doses",
        )
        entry = mapping(
            node, place=place, allowed=keys, required=("code", "title", "kind", "recommendations")
        )
        place = f"{place} {entry['code']}"
        return OptionTable(
            code=text_of(entry["code"], place=place),
            title=text_of(entry["title"], place=place),
            kind=text_of(entry["kind"], place=place),
            medicine=text_of(entry.get("medicine", "none"), place=place).removeprefix("none"),
            recommendations=self._rule_list(entry, "recommendations", defaults, place),
            barred=self._rule_list(entry, "barred", defaults, place),
            cautions=self._rule_list(entry, "cautions", defaults, place),
            doses=self._rule_list(entry, "doses", defaults, place),
        )

    def _night_row(self, node: object, defaults: FileDefaults, place: str) -> NightRow:
        keys = {"id", "fact", "rule_set", "index", "needs", "also", "text", "source"}
        entry = mapping(node, place=place, allowed=keys, required=keys - {"also"})
        rule = {key: entry[key] for key in ("id", "text", "source")}
        also = entry.get("also", {})
        said = mapping(also, place=f"{place}, also", allowed=also if isinstance(also, dict) else ())
        return NightRow(
            fact=text_of(entry["fact"], place=place),
            rule_set=text_of(entry["rule_set"], place=place),
            index=text_of(entry["index"], place=place),
            needs=words(entry["needs"], place=place),
            also={fact: text_of(answer, place=f"{place}, also") for fact, answer in said.items()},
            rule=self._rule(rule, defaults, place),
        )

    def _statement(self, node: object, _: FileDefaults, place: str) -> Statement:
        entry = mapping(
            node,
            place=place,
            allowed=("number", "text", "note", "by"),
            required=("number", "text", "by"),
        )
        number = entry["number"]
        if not isinstance(number, int):
            raise TableError(f"{place}: the number {number!r} must be whole")
        note = text_of(entry["note"], place=place) if "note" in entry else ""
        return Statement(
            number=number,
            text=text_of(entry["text"], place=place),
            note=note,
            represented_by=words(entry["by"], place=place),
        )

    def _certainty(self, name: str, node: object) -> tuple[int, str, str]:
        items = sequence(node, place=f"certainty {name!r}")
        if len(items) != 3 or not isinstance(items[0], int):
            raise TableError(
                f"certainty {name!r} needs [rank, words for clinicians, words for patients], not {node!r}"
            )
        return items[0], text_of(items[1], place=name), text_of(items[2], place=name)


def _by_id(rules: Iterable[Rule]) -> Mapping[str, Rule]:
    """Name criteria by their ids, each used once."""
    found: dict[str, Rule] = {}
    for rule in rules:
        if rule.id in found:
            raise TableError(f"the rule id {rule.id!r} is used twice; every sentence needs its own")
        found[rule.id] = rule
    return MappingProxyType(found)


def in_order_of_need(diagnoses: Iterable[DiagnosisTable]) -> tuple[DiagnosisTable, ...]:
    """Order diagnoses so that each stands behind those whose status it asks for.

    Raises
    ------
    TableError
        If diagnoses ask for each other in a circle.
    """
    tables = {diagnosis.code: diagnosis for diagnosis in diagnoses}
    sorter = TopologicalSorter(
        {code: sorted(_asks_for(diagnosis) & set(tables)) for code, diagnosis in tables.items()}
    )
    try:
        return tuple(tables[code] for code in sorter.static_order())
    except CycleError as error:
        raise TableError(
            f"the diagnoses {' and '.join(error.args[1])} ask for each other; one must come first"
        ) from None


def _asks_for(diagnosis: DiagnosisTable) -> set[str]:
    named = (
        leaf for rule in diagnosis.rules if rule.when is not None for leaf in leaves(rule.when)
    )
    return {leaf.code for leaf in named if isinstance(leaf, HasStatus)}


def _trial(value: object) -> str | float:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return float(value) if isinstance(value, int | float) else str(value)


def _unit(target: str, unit: str, factor: object, *, place: str) -> UnitFactor:
    """Read `unit: factor` or `unit: [factor, group]`; a factor ``1/x`` divides."""
    node, group = (factor[0], str(factor[1])) if isinstance(factor, list) else (factor, "")
    number: Callable[[str], float] = float
    if isinstance(node, str) and node.startswith("1/"):
        return UnitFactor(target=target, unit=unit, factor=1 / number(node[2:]), group=group)
    if isinstance(node, bool) or not isinstance(node, int | float):
        raise TableError(f"{place}: the factor {node!r} of {unit!r} must be a number or '1/number'")
    return UnitFactor(target=target, unit=unit, factor=number(str(node)), group=group)
