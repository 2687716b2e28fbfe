"""Missing answers that would change the result, ranked by how much they would."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace

from ekbom.clinical.changes import Answers, changed_keys, changes_between
from ekbom.clinical.derived.derive import derive
from ekbom.clinical.judge import CONDITIONS, MEDICATIONS
from ekbom.criteria.guidelines import ClinicalTables
from ekbom.criteria.person import Facts
from ekbom.model.assessment import MissingFact

DERIVED_FROM = (
    "labs.",
    "lab_conditions.",
    "symptoms.duration_months",
    "age_years",
    "psg.plmi",
    "egfr",
    "crcl_ml_min",
    "age_years",
    "sex",
    "weight_kg",
    "pregnancy.status",
    "dialysis",
    "label_region",
)
"""Fields from which other facts follow.

For every other field the derived facts stay as they are.
"""
_ORIGINS = {
    "derived.tsat_valid_pct": "labs.tsat_pct",
    "derived.tsat_measured_pct": "labs.tsat_pct",
    "derived.initial_response": "rls_treatment",
    "derived.medicine_names_unclear": MEDICATIONS,
    "derived.medicines_known": MEDICATIONS,
    "derived.egfr": "egfr",
    "derived.crcl_ml_min": "crcl_ml_min",
    "derived.kidney_smaller_ml_min": "crcl_ml_min",
    "derived.fcm_single_max_mg": "weight_kg",
    "derived.failed_treatments": "rls_treatment_failed",
    "derived.iv_iron_ever": "iv_iron_history",
    "derived.iv_iron_weeks_ago": "iv_iron_history",
    "derived.fcm_ever": "iv_iron_history",
    "derived.fcm_weeks_ago": "iv_iron_history",
}
_NAME_LISTS = (
    "rls_treatment_failed",
    "rls_treatment_harmed",
    "allergies",
    "iv_iron_history",
)
"""Lists that are tried as empty: nothing to name."""
Retry = Callable[[Facts], Answers]


def missing_facts(
    before: Answers,
    facts: Facts,
    tables: ClinicalTables,
    *,
    waiting: Counter[str],
    retry: Retry,
) -> tuple[MissingFact, ...]:
    """Try answers to the questions most verdicts wait for, and rank them by what would change.

    Parameters
    ----------
    before
        What the assessment answers as it is.
    facts
        The facts as they are.
    tables
        The clinical tables.
    waiting
        Facts on which unknown verdicts rest, with how many verdicts wait for each.
    retry
        Walks again with changed facts, with the same tables and settings.

    Notes
    -----
    Only the facts most verdicts wait for are tried (as many as ``missing.tried`` says); the weight
    of a fact is that of its most consequential answer.
    """
    asked: Counter[str] = Counter()
    for name, count in waiting.items():
        asked[_ORIGINS.get(name, name)] += count
    ordered = sorted(asked, key=lambda name: (-asked[name], name))
    tried = ordered[: int(_number("missing.tried", tables))]
    ranked = [_try(name, before, facts, tables, retry) for name in tried]
    telling = [fact for fact in ranked if fact.weight]
    return tuple(sorted(telling, key=lambda fact: (-fact.weight, fact.fact)))


def _try(
    name: str,
    before: Answers,
    facts: Facts,
    tables: ClinicalTables,
    retry: Retry,
) -> MissingFact:
    """Find the answer to one question that would change most."""
    trials = [retry(changed) for changed in _changed(name, facts, tables)]
    after = max(
        trials,
        key=lambda answers: _weight(before, answers, tables),
        default=before,
    )
    return MissingFact(
        fact=name,
        title=_title(name, tables),
        weight=_weight(before, after, tables),
        changes=changes_between(before, after, tables),
    )


def _title(name: str, tables: ClinicalTables) -> str:
    """Give the title of a field or a list; the name stands for what no table names."""
    field = tables.fields.get(name)
    return field.title if field else tables.lists.get(name, name)


def _changed(
    name: str, facts: Facts, tables: ClinicalTables
) -> Iterable[Facts]:
    """Answer one question in every plausible way."""
    if name == CONDITIONS:
        yield replace(facts, conditions=frozenset())
    elif name == MEDICATIONS:
        yield derive(replace(facts, medications=()), tables)
    elif name in _NAME_LISTS:
        yield derive(_emptied(name, facts), tables)
    elif name in tables.fields:
        for value in tables.fields[name].trial_values:
            changed = replace(facts, values={**facts.values, name: value})
            yield (
                derive(changed, tables)
                if name.startswith(DERIVED_FROM)
                else changed
            )


def _emptied(name: str, facts: Facts) -> Facts:
    """Answer that a list names nothing."""
    match name:
        case "rls_treatment_failed":
            return replace(facts, rls_treatment_failed=())
        case "rls_treatment_harmed":
            return replace(facts, rls_treatment_harmed=())
        case "allergies":
            return replace(facts, allergies=())
        case _:
            return replace(facts, iv_iron_history=())


def _weight(before: Answers, after: Answers, tables: ClinicalTables) -> float:
    kinds = (kind for kind, _ in changed_keys(before, after))
    return sum(
        (_number(f"missing.weight.{kind}", tables) for kind in kinds), 0.0
    )


def _number(name: str, tables: ClinicalTables) -> float:
    value = tables.parameters[name].value
    return float(value) if isinstance(value, int | float) else 0.0
