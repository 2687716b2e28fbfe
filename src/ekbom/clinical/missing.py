"""Missing answers that would change the result, ranked by how much they would."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from ekbom.clinical.changes import compare_assessments, kind_of
from ekbom.clinical.derive import derive
from ekbom.model.assessment import Assessment, Change, MissingFact
from ekbom.model.facts import Facts
from ekbom.model.guidelines import ClinicalTables

_ORIGINS = {
    "derived.tsat_valid_pct": "labs.tsat_pct",
    "derived.tsat_measured_pct": "labs.tsat_pct",
    "derived.initial_response": "rls_treatment",
    "derived.medicine_names_unclear": "medications",
}


def missing_facts(
    assessment: Assessment, facts: Facts, tables: ClinicalTables, *, open_facts: Counter[str], reassess: Callable[[Facts], Assessment]
) -> tuple[MissingFact, ...]:
    """Try every plausible answer to the questions most verdicts wait for, and rank them by what would change.

    Parameters
    ----------
    open_facts
        Facts on which unknown verdicts rest, with how many verdicts wait for each.
    reassess
        Assesses changed facts with the same tables and settings.

    Notes
    -----
    Only the facts most verdicts wait for are tried (as many as ``missing.tried`` says); the weight of a fact is that of
    its most consequential answer.
    """
    waiting: Counter[str] = Counter()
    for name, count in open_facts.items():
        waiting[_ORIGINS.get(name, name)] += count
    tried = [name for name, _ in waiting.most_common(_number("missing.tried", tables))]
    found = [_try(name, assessment, facts, tables, reassess) for name in tried]
    return tuple(sorted((fact for fact in found if fact.weight), key=lambda fact: (-fact.weight, fact.fact)))


def _try(name: str, assessment: Assessment, facts: Facts, tables: ClinicalTables, reassess: Callable[[Facts], Assessment]) -> MissingFact:
    """Find the answer to one question that would change most."""
    trials = (compare_assessments(assessment, reassess(changed)) for changed in _answers(name, facts, tables))
    changes = max(trials, key=lambda found: _weight(found, tables), default=())
    title = tables.fields[name].title if name in tables.fields else name.replace("_", " ").capitalize()
    shown = tuple(f"{change.about}: {change.before} -> {change.after}" for change in changes)
    return MissingFact(fact=name, title=title, weight=_weight(changes, tables), changes=shown)


def _answers(name: str, facts: Facts, tables: ClinicalTables) -> Iterable[Facts]:
    """Answer one question in every plausible way."""
    if name == "conditions":
        yield replace(facts, conditions=frozenset())
    elif name == "medications":
        yield derive(replace(facts, medications=()), tables)
    elif name in tables.fields:
        for value in tables.fields[name].trial_values:
            yield derive(replace(facts, values={**facts.values, name: value}), tables)


def _weight(changes: Iterable[Change], tables: ClinicalTables) -> float:
    weights: Mapping[str, object] = {name: parameter.value for name, parameter in tables.parameters.items()}
    found = (weights.get(f"missing.weight.{kind_of(change.about)}", 0) for change in changes)
    return float(sum(weight for weight in found if isinstance(weight, int | float)))


def _number(name: str, tables: ClinicalTables) -> int:
    value = tables.parameters[name].value
    return int(value) if isinstance(value, int | float) else 0
