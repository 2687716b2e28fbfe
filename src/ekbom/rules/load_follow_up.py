"""The table of follow-up: measures, checks and sentences."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources.abc import Traversable

from ekbom.criteria.follow_up import FollowUpTables
from ekbom.criteria.guidelines import ClinicalTables
from ekbom.criteria.written import FollowUpFile
from ekbom.rules.check import check_follow_up
from ekbom.rules.load_clinical import load_clinical
from ekbom.rules.read import read_record, tables_folder
from ekbom.rules.strict_yaml import TableError

FILE = "follow_up.yaml"
DIRECTIONS = ("lower", "higher", "no_relevant_change", "unknown")
REMARKS = (
    "dose_raised_worse",
    "dose_lowered_better",
    "iron_fell",
    "aggravating_started",
    "worse_on_dopaminergic",
    "rls_not_met_now",
)
_CHANGES = ("started", "stopped", "dose_raised", "dose_lowered", "unclear")
_FINDINGS = (
    "finding_new",
    "finding_now_known",
    "finding_gone",
    "finding_no_longer_known",
)
_COMPARED = ("nothing_to_compare", "not_measured", "not_alike", "second_limit")
TEXTS = (
    *_CHANGES,
    *_FINDINGS,
    *_COMPARED,
    "not_on_treatment",
    "treatment_unknown",
    "augmentation_not_listed",
)


@cache
def load_follow_up() -> FollowUpTables:
    """Load the follow-up table shipped with the package, once.

    Examples
    --------
    >>> load_follow_up().parameters["follow.iron.recheck_weeks"].value
    12
    """
    file = tables_folder("follow_up").joinpath(FILE)
    return load_follow_up_file(file, clinical=load_clinical())


def load_follow_up_file(
    file: Traversable, *, clinical: ClinicalTables
) -> FollowUpTables:
    """Load a follow-up table; what it names must stand in it or in the clinical tables.

    Raises
    ------
    TableError
        If a leaf lacks a source, a key or sentence is missing or unknown, or a name refers to
        nothing.
    """
    table = read_record(FollowUpFile, file)
    taken = sorted(set(table.parameters) & set(clinical.parameters))
    if taken:
        raise TableError(
            f"{file.name}: the parameter {taken[0]!r} stands in the clinical tables already; "
            "keep one of them"
        )
    _check_sentences(table, file=file.name)
    tables = FollowUpTables(
        last_checked=table.last_checked,
        digest=hashlib.sha256(file.read_bytes()).hexdigest(),
        parameters={**clinical.parameters, **table.parameters},
        measures=table.measures,
        checks=table.checks,
        remarks=table.remarks,
        texts=table.texts,
    )
    check_follow_up(tables, clinical)
    return tables


def _check_sentences(table: FollowUpFile, *, file: str) -> None:
    _same_names(table.remarks, REMARKS, place=f"{file}: remarks")
    _same_names(table.texts, TEXTS, place=f"{file}: texts")
    for measure in table.measures:
        _same_names(
            measure.texts, DIRECTIONS, place=f"{file}: {measure.fact}, texts"
        )


def _same_names(
    written: Mapping[str, object], names: Iterable[str], *, place: str
) -> None:
    missing, unknown = (
        sorted(set(names) - set(written)),
        sorted(set(written) - set(names)),
    )
    if unknown:
        raise TableError(f"{place} has the unknown key {unknown[0]!r}")
    if missing:
        raise TableError(f"{place} lacks the key {missing[0]!r}")
