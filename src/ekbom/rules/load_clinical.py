"""The clinical tables: all files joined to one record, every name checked."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib.resources.abc import Traversable
from typing import Any

from ekbom.criteria.bibliography import Reference
from ekbom.criteria.facts import FactField, UnitFactor
from ekbom.criteria.guidelines import (
    ClinicalTables,
    DiagnosisTable,
    HasStatus,
    MedicineGroup,
    Rule,
)
from ekbom.criteria.medicine_names import Substance, SubstanceClass
from ekbom.criteria.written import ClinicalFile, WrittenUnits
from ekbom.model.assessment import FactKind
from ekbom.rules.bibliography import load_bibliography
from ekbom.rules.check import check_clinical, leaves
from ekbom.rules.check_names import check_names
from ekbom.rules.read import record_of, tables_folder
from ekbom.rules.strict_yaml import TableError, read_table

EDITION = "2026.11"
TRI_STATE = ("yes", "no", "unknown")
_HEAD = ("last_checked", "population")
NAMES = "clinical/medicine_names"
"""Where the index of medicine names lies."""


@cache
def load_clinical() -> ClinicalTables:
    """Load the clinical tables shipped with the package, once.

    Examples
    --------
    >>> load_clinical().parameters["plmd.threshold.adult_per_h"].value
    15
    """
    files = [
        file
        for folder in ("clinical", NAMES)
        for file in tables_folder(folder).iterdir()
        if file.name.endswith(".yaml")
    ]
    return load_clinical_files(sorted(files, key=lambda file: file.name))


def source_texts() -> dict[str, str]:
    """Give the full text of every source the tables cite, by key."""
    return {
        key: reference.text for key, reference in load_bibliography().items()
    }


def load_clinical_files(
    files: Iterable[Traversable],
    *,
    references: Mapping[str, Reference] | None = None,
) -> ClinicalTables:
    """Load and join clinical tables from files.

    Parameters
    ----------
    files
        The files, in any order.
    references
        What they may cite; the bibliography when left out.

    Raises
    ------
    TableError
        If any leaf lacks a source, a key is unknown, or a name refers to nothing.
    """
    files = list(files)
    read = {file.name: _read(file, references) for file in files}
    digest = hashlib.sha256(
        b"".join(file.read_bytes() for file in files)
    ).hexdigest()
    tables = _joined(read, digest)
    check_clinical(tables)
    check_names(tables)
    return tables


def _read(
    file: Traversable, references: Mapping[str, Reference] | None
) -> ClinicalFile:
    return record_of(
        ClinicalFile, read_table(file), file=file.name, references=references
    )


def _joined(files: Mapping[str, ClinicalFile], digest: str) -> ClinicalTables:
    sections = {
        field.name: _section(field.name, files)
        for field in fields(ClinicalFile)
        if field.name not in _HEAD
    }
    sections["criteria"] = _by_id(sections["criteria"])
    sections["criteria_sets"] = tuple(map(_named, sections["criteria_sets"]))
    sections["diagnoses"] = in_order_of_need(map(_named, sections["diagnoses"]))
    sections["fields"] = {
        name: _field(entry) for name, entry in sections["fields"].items()
    }
    sections["units"] = {
        name: _units(entry) for name, entry in sections["units"].items()
    }
    substances = tuple(_substances(sections.pop("substance_classes")))
    sections["medicine_groups"] = tuple(
        _with_members(group, substances)
        for group in sections["medicine_groups"]
    )
    return ClinicalTables(
        substances=substances,
        edition=EDITION,
        last_checked=min(file.last_checked for file in files.values()),
        digest=digest,
        **sections,
    )


def _substances(classes: Iterable[SubstanceClass]) -> Iterator[Substance]:
    """Give every substance the groups and the source of its class."""
    for written in classes:
        for one in written.substances:
            yield Substance(
                generic=one.generic,
                title=written.title,
                groups=(*written.groups, *one.also),
                source=written.source,
                atc=one.atc,
                spellings=one.spellings,
                brands=one.brands,
            )


def _with_members(
    group: MedicineGroup, substances: Iterable[Substance]
) -> MedicineGroup:
    """Name the substances that say they belong to a group."""
    return replace(
        group,
        generics=tuple(
            one.generic for one in substances if group.code in one.groups
        ),
    )


def _section(
    name: str, files: Mapping[str, ClinicalFile]
) -> Any:  # Any: mapping or tuple
    """Join one section of all files: lists one after the other, names each once."""
    parts = {file: getattr(content, name) for file, content in files.items()}
    if not any(isinstance(part, Mapping) for part in parts.values()):
        return tuple(entry for part in parts.values() for entry in part)
    joined: dict[str, object] = {}
    for file, part in parts.items():
        twice = sorted(set(joined) & set(part))
        if twice:
            raise TableError(
                f"{file}: {name} already holds {twice[0]!r}; keep one of them"
            )
        joined |= part
    return joined


def _by_id(rules: Sequence[Rule]) -> Mapping[str, Rule]:
    """Name criteria by their ids; one that is used twice stays for the check to refuse."""
    named = {rule.id: rule for rule in rules}
    if len(named) < len(rules):
        ids = [rule.id for rule in rules]
        twice = next(name for name in ids if ids.count(name) > 1)
        raise TableError(
            f"the rule id {twice!r} is used twice; every sentence needs its own"
        )
    return named


def _named(diagnosis: DiagnosisTable) -> DiagnosisTable:
    """Let a diagnosis without plain words be called by its title."""
    return (
        diagnosis
        if diagnosis.plain
        else replace(diagnosis, plain=diagnosis.title)
    )


def _field(field: FactField) -> FactField:
    """Spell out a field that is answered by yes or no."""
    if field.kind is not FactKind.FLAG:
        return field
    trials = field.trial_values or TRI_STATE[:2]
    return replace(
        field, kind=FactKind.CHOICE, choices=TRI_STATE, trial_values=trials
    )


def _units(written: WrittenUnits) -> tuple[UnitFactor, ...]:
    return tuple(
        UnitFactor(
            target=written.target,
            unit=unit,
            factor=entry.factor / entry.divisor,
            group=entry.group,
        )
        for unit, entry in written.units.items()
    )


def in_order_of_need(
    diagnoses: Iterable[DiagnosisTable],
) -> tuple[DiagnosisTable, ...]:
    """Order diagnoses so that each stands behind those whose status it asks for.

    Raises
    ------
    TableError
        If diagnoses ask for each other in a circle.
    """
    tables = {diagnosis.code: diagnosis for diagnosis in diagnoses}
    needs = {
        code: sorted(set(_asked_for(diagnosis)) & set(tables))
        for code, diagnosis in tables.items()
    }
    try:
        return tuple(
            tables[code] for code in TopologicalSorter(needs).static_order()
        )
    except CycleError as error:
        raise TableError(
            f"the diagnoses {' and '.join(error.args[1])} ask for each other; one must come first"
        ) from None


def _asked_for(diagnosis: DiagnosisTable) -> Iterator[str]:
    """Name the diagnoses whose status a diagnosis asks for."""
    for rule in diagnosis.rules:
        for leaf in leaves(rule.when):
            if isinstance(leaf, HasStatus):
                yield leaf.code
