"""Diagnoses and criteria sets: the first met rule gives the status, every met rule is a reason."""

from collections.abc import Iterable
from dataclasses import replace

from ekbom.clinical.evaluate import MET, Context, Finding
from ekbom.clinical.lines import criterion_results, judge, line
from ekbom.model.assessment import DiagnosisResult, Line
from ekbom.model.guidelines import DiagnosisTable, Rule


def diagnose(tables: Iterable[DiagnosisTable], context: Context) -> tuple[DiagnosisResult, ...]:
    """Reach every diagnosis of the tables in their order, so that later ones may ask for earlier ones."""
    found: list[DiagnosisResult] = []
    for table in tables:
        result = _reach(table, context)
        if result is not None:
            found.append(result)
    return tuple(found)


def _reach(table: DiagnosisTable, context: Context) -> DiagnosisResult | None:
    judged = [(rule, judge(rule, context)) for rule in table.rules]
    met = [(rule, finding) for rule, finding in judged if finding.verdict is MET]
    if not met:
        return None
    status, facts = met[0][0].status, met[0][1].facts
    context.statuses[table.code] = (status, facts)
    return DiagnosisResult(
        code=table.code,
        title=table.title,
        plain=table.plain,
        kind=table.kind,
        status=status,
        reasons=_reasons(met, context),
        criteria=criterion_results(table.criteria, context),
        speaks_for=_met_features(table.speaks_for, context),
        speaks_against=_met_features(table.speaks_against, context),
    )


def _reasons(met: Iterable[tuple[Rule, Finding]], context: Context) -> tuple[Line, ...]:
    return tuple(line(rule, finding.facts, context) for rule, finding in met)


def _met_features(names: Iterable[str], context: Context) -> tuple[Line, ...]:
    return tuple(result.line for result in criterion_results(names, context) if result.verdict is MET)


def specify(result: DiagnosisResult, rules: Iterable[Rule], context: Context) -> DiagnosisResult:
    """Add the met specifiers."""
    judged = [(rule, judge(rule, context)) for rule in rules]
    met = [(rule, finding) for rule, finding in judged if finding.verdict is MET]
    context.found["specifier"] = {rule.code for rule, _ in met}
    return replace(result, specifiers=_reasons(met, context), specifier_codes=tuple(rule.code for rule, _ in met))
