"""Hop 6: facts, and where there is one a scored night, become an assessment."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ekbom.clinical.assess import assess_facts, compare_facts
from ekbom.clinical.facts import read_facts
from ekbom.criteria.guidelines import ClinicalTables
from ekbom.criteria.person import Facts
from ekbom.model.assessment import Assessment, Change
from ekbom.model.errors import UsageError
from ekbom.model.result import StudyResult
from ekbom.model.source import ParameterValue
from ekbom.pipeline.facts_file import read_object
from ekbom.pipeline.night_facts import (
    differences,
    facts_of_night,
    with_answer,
    with_night,
)
from ekbom.rules.load_clinical import load_clinical


def assess(
    answers: Mapping[str, object] | str | Path,
    *,
    night: StudyResult | None = None,
    settings: Mapping[str, ParameterValue] | None = None,
    tables: ClinicalTables | None = None,
) -> Assessment:
    """Assess the answers of one person, with the indices of a scored night where there is one.

    Parameters
    ----------
    answers
        A facts file, or its content.
    night
        A scored night; what the facts file says about it is never replaced, a difference is
        reported.
    settings
        Clinical parameters to replace, by name.
    tables
        The clinical tables; those shipped when left out.

    Raises
    ------
    InputError
        If a fact is unknown or implausible.
    UsageError
        If a setting is unknown.

    Examples
    --------
    >>> assess({}).overall.code
    'undetermined'
    """
    tables = tables or load_clinical()
    if isinstance(answers, str | Path):
        answers = read_object(answers)
    facts = facts_with_night(answers, night, tables)
    assessment = assess_facts(facts, tables, settings=settings)
    return replace(assessment, night_digest=night.digest if night else "")


def facts_with_night(
    answers: Mapping[str, object],
    night: StudyResult | None,
    tables: ClinicalTables,
) -> Facts:
    """Read the answers of a file, and what a scored night adds to them."""
    typed = read_facts(answers, tables)
    if night is None:
        return typed
    told = facts_of_night(night, tables)
    merged = read_facts(with_night(answers, told), tables)
    problems = (
        *merged.problems,
        *told.problems,
        *differences(typed.values, told),
    )
    return replace(merged, problems=problems, provenance=told.provenance)


def what_if(
    answers: Mapping[str, object],
    changes: Mapping[str, object],
    *,
    night: StudyResult | None = None,
    settings: Mapping[str, ParameterValue] | None = None,
) -> tuple[Change, ...]:
    """Say what would change if some answers were others.

    Parameters
    ----------
    answers
        The content of a facts file.
    changes
        Answers by dotted field name, such as ``{"labs.ferritin_ng_ml": 40.0}``; the group may be
        left out where the last part of the name is unique.
    """
    tables = load_clinical()
    changed = dict(answers)
    for name, value in changes.items():
        changed = with_answer(changed, field_named(name, tables), value)
    before, after = (
        facts_with_night(given, night, tables) for given in (answers, changed)
    )
    return compare_facts(
        before,
        after,
        tables,
        settings=settings,
    )


def field_named(name: str, tables: ClinicalTables) -> str:
    """Find the full name of a field; its group may be left out.

    Raises
    ------
    UsageError
        If no field or several fields have that name.
    """
    fields = [path for path in tables.fields if not path.startswith("derived.")]
    found = [
        path
        for path in fields
        if path == name or path.rpartition(".")[2] == name
    ]
    if len(found) != 1:
        hint = (
            f"it may be {' or '.join(found)}"
            if found
            else "see the facts schema for the names"
        )
        raise UsageError(f"No single fact is called {name!r}; {hint}.")
    return found[0]
