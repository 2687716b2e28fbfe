"""Diagnoses and criteria sets: the first met rule gives the status, every met rule is a reason."""

from collections.abc import Iterable
from dataclasses import replace

from ekbom.clinical.evaluate import MET, Context
from ekbom.clinical.lines import criterion_results, line, met_rules, rests_on
from ekbom.criteria.guidelines import DiagnosisTable, Rule
from ekbom.model.assessment import DiagnosisResult, Line


def diagnose(tables: Iterable[DiagnosisTable], context: Context) -> tuple[DiagnosisResult, ...]:
    """Reach every diagnosis of the tables in their order, so that later ones may ask for earlier ones."""
    found: list[DiagnosisResult] = []
    for table in tables:
        result = _reach(table, context)
        if result is not None:
            found.append(result)
    return tuple(found)


def _reach(table: DiagnosisTable, context: Context) -> DiagnosisResult | None:
    met = met_rules(table.rules, context)
    if not met:
        return None
    context.statuses[table.code] = status = met[0].status
    if context.reasons:
        context.status_facts[table.code] = rests_on(met[0], context)
    return DiagnosisResult(
        code=table.code,
        title=table.title,
        plain=table.plain,
        kind=table.kind,
        status=status,
        reasons=tuple(line(rule, context) for rule in met),
        criteria=criterion_results(table.criteria, context),
        speaks_for=_met_features(table.speaks_for, context),
        speaks_against=_met_features(table.speaks_against, context),
    )


def _met_features(names: Iterable[str], context: Context) -> tuple[Line, ...]:
    return tuple(
        result.line for result in criterion_results(names, context) if result.verdict is MET
    )


def specify(result: DiagnosisResult, rules: Iterable[Rule], context: Context) -> DiagnosisResult:
    """Add the met specifiers."""
    met = met_rules(rules, context)
    context.found["specifier"] = {rule.code for rule in met}
    lines = tuple(line(rule, context) for rule in met)
    return replace(result, specifiers=lines, specifier_codes=tuple(rule.code for rule in met))
