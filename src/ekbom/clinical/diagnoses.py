"""Diagnoses and criteria sets with their reasons: every met rule is a reason, the first decides."""

from collections.abc import Iterable

from ekbom.clinical.judge import Judged, State, judge_all
from ekbom.clinical.lines import line, met_lines
from ekbom.clinical.walk import RLS, Diagnosis
from ekbom.model.assessment import CriterionResult, DiagnosisResult


def tell_diagnosis(diagnosis: Diagnosis, specifiers: Judged) -> DiagnosisResult:
    """Write one diagnosis; the specifiers belong to RLS."""
    table, state = diagnosis.table, diagnosis.judged.state
    named = specifiers if table.code == RLS else Judged(state)
    criteria = _criteria(table.criteria, state)
    return DiagnosisResult(
        code=table.code,
        title=table.title,
        plain=table.plain,
        kind=table.kind,
        status=diagnosis.status,
        reasons=met_lines(diagnosis.judged),
        specifiers=met_lines(named),
        specifier_codes=tuple(rule.code for rule in named.met),
        criteria=tuple(
            CriterionResult(verdict=verdict, line=line(rule, state))
            for rule, verdict in criteria.verdicts
        ),
        speaks_for=met_lines(_criteria(table.speaks_for, state)),
        speaks_against=met_lines(_criteria(table.speaks_against, state)),
    )


def criteria_behind(diagnosis: Diagnosis) -> Judged:
    """Judge every criterion that a diagnosis shows: its own, and what speaks for or against it."""
    table = diagnosis.table
    names = (*table.criteria, *table.speaks_for, *table.speaks_against)
    return _criteria(names, diagnosis.judged.state)


def _criteria(names: Iterable[str], state: State) -> Judged:
    return judge_all((state.tables.criteria[name] for name in names), state)
