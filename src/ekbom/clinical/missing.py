"""Missing answers that would change the result, ranked by how much they would."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from ekbom.clinical.changes import changed_names, kind_of, named_changes
from ekbom.clinical.derive import derive
from ekbom.criteria.guidelines import ClinicalTables
from ekbom.model.assessment import MissingFact
from ekbom.model.person import Facts

DERIVED_FROM = ("labs.", "lab_conditions.", "symptoms.duration_months", "psg.plmi")
"""Fields from which other facts follow.

For every other field the derived facts stay as they are.
"""
_ORIGINS = {
    "derived.tsat_valid_pct": "labs.tsat_pct",
    "derived.tsat_measured_pct": "labs.tsat_pct",
    "derived.initial_response": "rls_treatment",
    "derived.medicine_names_unclear": "medications",
}


def missing_facts(
    before: Mapping[str, str],
    facts: Facts,
    tables: ClinicalTables,
    *,
    open_facts: Counter[str],
    retry: Callable[[Facts], Mapping[str, str]],
) -> tuple[MissingFact, ...]:
    """Try every plausible answer to the questions most verdicts wait for, and rank them by what would change.

    Parameters
    ----------
    before
        Outline of the assessment as it is.
    open_facts
        Facts on which unknown verdicts rest, with how many verdicts wait for each.
    retry
        Outlines changed facts with the same tables and settings.

    Notes
    -----
    Only the facts most verdicts wait for are tried (as many as ``missing.tried`` says); the weight
    of a fact is that of its most consequential answer.
    """
    waiting: Counter[str] = Counter()
    for name, count in open_facts.items():
        waiting[_ORIGINS.get(name, name)] += count
    tried = sorted(waiting, key=lambda name: (-waiting[name], name))[
        : _number("missing.tried", tables)
    ]
    found = [_try(name, before, facts, tables, retry) for name in tried]
    return tuple(
        sorted((fact for fact in found if fact.weight), key=lambda fact: (-fact.weight, fact.fact))
    )


def _try(
    name: str,
    before: Mapping[str, str],
    facts: Facts,
    tables: ClinicalTables,
    retry: Callable[[Facts], Mapping[str, str]],
) -> MissingFact:
    """Find the answer to one question that would change most."""
    outlines = [retry(changed) for changed in _answers(name, facts, tables)]
    after = max(outlines, key=lambda outline: _weight(before, outline, tables), default=before)
    title = (
        tables.fields[name].title if name in tables.fields else name.replace("_", " ").capitalize()
    )
    shown = tuple(
        f"{change.about}: {change.before} -> {change.after}"
        for change in named_changes(before, after, tables)
    )
    return MissingFact(fact=name, title=title, weight=_weight(before, after, tables), changes=shown)


def _answers(name: str, facts: Facts, tables: ClinicalTables) -> Iterable[Facts]:
    """Answer one question in every plausible way."""
    if name == "conditions":
        yield replace(facts, conditions=frozenset())
    elif name == "medications":
        yield derive(replace(facts, medications=()), tables)
    elif name in tables.fields:
        for value in tables.fields[name].trial_values:
            changed = replace(facts, values={**facts.values, name: value})
            yield derive(changed, tables) if name.startswith(DERIVED_FROM) else changed


def _weight(before: Mapping[str, str], after: Mapping[str, str], tables: ClinicalTables) -> float:
    weights = (
        tables.parameters[f"missing.weight.{kind_of(name)}"].value
        for name in changed_names(before, after)
    )
    return float(sum(weight for weight in weights if isinstance(weight, int | float)))


def _number(name: str, tables: ClinicalTables) -> int:
    value = tables.parameters[name].value
    return int(value) if isinstance(value, int | float) else 0
