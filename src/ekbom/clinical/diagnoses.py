"""Diagnoses and criteria sets with their reasons: every met rule is a reason, the first decides."""

from collections.abc import Iterable

from ekbom.clinical.judge import Judged, State, judge_all
from ekbom.clinical.lines import line, met_lines
from ekbom.clinical.walk import RLS, Diagnosis
from ekbom.criteria.guidelines import DiagnosisTable, Rule
from ekbom.model.assessment import CriterionResult, DiagnosisResult


def tell_diagnoses(
    diagnoses: Iterable[Diagnosis], specifiers: Judged
) -> tuple[DiagnosisResult, ...]:
    """Write the diagnoses that a rule decided; the specifiers belong to RLS."""
    return tuple(
        _told(one.table, one.judged, one.decided, specifiers)
        for one in diagnoses
        if one.decided is not None
    )


def _told(
    table: DiagnosisTable, judged: Judged, decided: Rule, specifiers: Judged
) -> DiagnosisResult:
    state = judged.state
    named = specifiers if table.code == RLS else judge_all((), state)
    criteria = _criteria(table.criteria, state)
    return DiagnosisResult(
        code=table.code,
        title=table.title,
        plain=table.plain,
        kind=table.kind,
        status=decided.status,
        excluded_by=decided.excluded_by,
        reasons=met_lines(judged),
        specifiers=met_lines(named),
        specifier_codes=tuple(rule.code for rule in named.met),
        criteria=tuple(
            CriterionResult(verdict=verdict, line=line(rule, state))
            for rule, verdict in zip(
                criteria.rules, criteria.verdicts, strict=True
            )
        ),
        speaks_for=met_lines(_criteria(table.speaks_for, state)),
        speaks_against=met_lines(_criteria(table.speaks_against, state)),
    )


def criteria_behind(diagnosis: Diagnosis) -> Judged:
    """Judge every criterion that a diagnosis shows: its own, and what speaks for or against it."""
    table, shown = diagnosis.table, diagnosis.decided is not None
    names = (
        (*table.criteria, *table.speaks_for, *table.speaks_against)
        if shown
        else ()
    )
    return _criteria(names, diagnosis.state)


def _criteria(names: Iterable[str], state: State) -> Judged:
    return judge_all((state.tables.criteria[name] for name in names), state)
