"""Hop 6: facts, and where there is one a scored night, become an assessment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ekbom.clinical.assess import assess_facts, compare_facts
from ekbom.clinical.facts import read_facts
from ekbom.criteria.guidelines import ClinicalTables, NightRow
from ekbom.criteria.person import FactProblem, Facts
from ekbom.model.assessment import Assessment, Change, FactValue
from ekbom.model.errors import InputError, UsageError
from ekbom.model.events import EventKind
from ekbom.model.finding import Reason
from ekbom.model.hypnogram import SLEEP_STAGES
from ekbom.model.result import IndexValue, StudyResult
from ekbom.model.source import ParameterValue
from ekbom.rules.load_clinical import load_clinical
from ekbom.scoring.stage_time import stage_at_ms

APNEAS_AND_HYPOPNEAS = frozenset(
    {
        EventKind.APNEA,
        EventKind.APNEA_OBSTRUCTIVE,
        EventKind.APNEA_CENTRAL,
        EventKind.APNEA_MIXED,
        EventKind.HYPOPNEA,
    }
)
SLEEP = "sleep"
PLM_INDEX = "psg.plmi"


@dataclass(frozen=True, kw_only=True)
class NightFacts:
    """What a scored night says: facts, where each comes from, and what a person must know."""

    values: Mapping[str, FactValue]
    provenance: Mapping[str, Reason]
    problems: tuple[FactProblem, ...] = ()


def assess(
    answers: Mapping[str, object],
    *,
    night: StudyResult | None = None,
    settings: Mapping[str, ParameterValue] | None = None,
    tables: ClinicalTables | None = None,
) -> Assessment:
    """Assess the answers of one person, with the indices of a scored night where there is one.

    Parameters
    ----------
    answers
        The content of a facts file.
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
    facts = facts_with_night(answers, night, tables)
    assessment = assess_facts(facts, tables, settings=settings)
    return replace(assessment, night=night.digest if night else "")


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
        *_differences(typed.values, told),
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
        changed = _with_answer(changed, field_named(name, tables), value)
    before, after = (
        facts_with_night(given, night, tables) for given in (answers, changed)
    )
    return compare_facts(before, after, tables, settings=settings)


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


def facts_of_night(night: StudyResult, tables: ClinicalTables) -> NightFacts:
    """Read the facts of a scored night by the rows of the table, each with its provenance."""
    values: dict[str, FactValue] = {"psg.done": "yes"}
    provenance = {"psg.done": Reason("night-given")}
    for row in tables.night:
        index = _index(night, row)
        if (
            row.fact in values
            or index is None
            or index.value is None
            or not set(row.needs) <= set(night.scored)
        ):
            continue
        values |= {row.fact: float(index.value), **row.also}
        what = {
            "text": row.rule.text,
            "rule_set": row.rule_set,
            "index": row.index,
        }
        provenance |= dict.fromkeys(
            (row.fact, *row.also), Reason("night-index", what)
        )
    ahi = apneas_and_hypopneas_per_h(night)
    if ahi is not None:
        values["psg.ahi"] = ahi
        provenance["psg.ahi"] = Reason("night-apneas-hypopneas")
    problems = () if PLM_INDEX in values else (_why_no_index(night, tables),)
    return NightFacts(values=values, provenance=provenance, problems=problems)


def _why_no_index(night: StudyResult, tables: ClinicalTables) -> FactProblem:
    """Say why the night gives no PLM index by the rules that PLMD asks for."""
    row = next(row for row in tables.night if row.fact == PLM_INDEX)
    index = _index(night, row)
    if index is None:
        return FactProblem(fact=PLM_INDEX, rule_id="text.night_no_aasm")
    unscored = tuple(kind for kind in row.needs if kind not in night.scored)
    why = index.reason or Reason("kinds-not-scored", {"kinds": unscored})
    reason = Reason("night-index-unknown", {"why": why})
    return FactProblem(
        fact=PLM_INDEX, rule_id="text.night_no_index", reason=reason
    )


def apneas_and_hypopneas_per_h(night: StudyResult) -> float | None:
    """Count apnoeas and hypopnoeas that begin in sleep, per hour of sleep.

    None where breathing or sleep was not scored.
    """
    tst_min = night.sleep.get("tst_min")
    if (
        "breathing" not in night.scored
        or night.hypnogram is None
        or tst_min is None
        or not tst_min.value
    ):
        return None
    onsets = [
        round(event.onset_s * 1000)
        for event in night.events
        if event.kind in APNEAS_AND_HYPOPNEAS
    ]
    stages = stage_at_ms(night.hypnogram, np.array(onsets, dtype=np.int64))
    return float(
        60
        * np.isin(stages, [stage.value for stage in SLEEP_STAGES]).sum()
        / tst_min.value
    )


def with_night(
    answers: Mapping[str, object], found: NightFacts
) -> dict[str, object]:
    """Join the answers of a file with the facts of a night; the file comes first."""
    joined = dict(answers)
    for path, value in found.values.items():
        group, _, name = path.partition(".")
        node = joined.get(group, {})
        if not isinstance(node, Mapping):
            raise InputError(
                f"{group} must be a mapping of answers, not {node!r}"
            )
        if node.get(name) in (None, "unknown"):
            joined = _with_answer(joined, path, value)
    return joined


def _with_answer(
    answers: Mapping[str, object], path: str, value: object
) -> dict[str, object]:
    """Set one answer without changing the argument."""
    group, _, name = path.partition(".")
    if not name:
        return {**answers, path: value}
    node = answers.get(group)
    return {
        **answers,
        group: {**(node if isinstance(node, Mapping) else {}), name: value},
    }


def _index(night: StudyResult, row: NightRow) -> IndexValue | None:
    if row.rule_set == SLEEP:
        return night.sleep.get(row.index)
    score = night.scores.get(row.rule_set)
    return score.indices.get(row.index) if score else None


def _differences(
    typed: Mapping[str, FactValue], found: NightFacts
) -> Iterator[FactProblem]:
    """Report every answer of the file that the night contradicts."""
    for path, value in found.values.items():
        entered = typed.get(path, "unknown")
        if entered not in ("unknown", value):
            said = {"fact": path, "entered": entered, "night": value}
            reason = Reason("night-differs", said)
            yield FactProblem(
                fact=path, rule_id="text.night_not_used", reason=reason
            )
