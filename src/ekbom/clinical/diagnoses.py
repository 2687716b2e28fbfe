"""Diagnoses and criteria sets, each with the reason that decided it and what adds to that."""

from collections.abc import Iterable

from ekbom.clinical.judge import Judged, State, judge_all
from ekbom.clinical.lines import line, met_lines
from ekbom.clinical.walk import RLS, Diagnosis
from ekbom.criteria.guidelines import DiagnosisTable, Rule
from ekbom.model.assessment import CriterionResult, DiagnosisResult, Line


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
        reasons=_reasons(judged),
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


def _reasons(judged: Judged) -> tuple[Line, ...]:
    """Give the first met rule, which decided, and the later ones that add to it."""
    first, *later = judged.met
    told = (first, *(rule for rule in later if rule.adds))
    return tuple(line(rule, judged.state) for rule in told)


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
