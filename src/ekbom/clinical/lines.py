"""Sentences with their reasons: a rule becomes a line that names the facts it rests on."""

from collections.abc import Iterable

from ekbom.clinical.evaluate import MET, UNKNOWN, Context, Finding, evaluate, judge_criterion
from ekbom.model.assessment import CodedLine, CriterionResult, Line
from ekbom.model.facts import Facts, FactValue
from ekbom.model.guidelines import ClinicalTables, Rule

NOT_KNOWN = "not known"


def judge(rule: Rule, context: Context) -> Finding:
    """Judge a rule and keep its verdict; a rule without condition always holds."""
    finding = Finding(MET, frozenset()) if rule.when is None else evaluate(rule.when, context)
    context.verdicts[rule.id] = finding.verdict
    if finding.verdict is UNKNOWN:
        context.open_facts.update(finding.facts)
    return finding


def line(rule: Rule, facts: Iterable[str], context: Context) -> Line:
    """Make the sentence of a rule with the facts it rests on."""
    rests_on = tuple(fact_text(name, context.facts, context.tables) for name in sorted(facts))
    return Line(rule_id=rule.id, text=rule.text, source=rule.source, facts=rests_on, plain=rule.plain)


def met_lines(rules: Iterable[Rule], context: Context) -> tuple[Line, ...]:
    """List the sentences of all rules that are met."""
    judged = [(rule, judge(rule, context)) for rule in rules]
    return tuple(line(rule, finding.facts, context) for rule, finding in judged if finding.verdict is MET)


def coded_lines(rules: Iterable[Rule], context: Context) -> tuple[CodedLine, ...]:
    """List the coded sentences of all rules that are met; one line a code, the first met rule speaks."""
    found: dict[str, CodedLine] = {}
    for rule in rules:
        finding = judge(rule, context)
        if finding.verdict is MET and rule.code not in found:
            spoken = line(rule, finding.facts, context)
            found[rule.code] = CodedLine(code=rule.code, title=rule.title or rule.text, line=spoken, urgency=rule.urgency)
    return tuple(found.values())


def criterion_results(names: Iterable[str], context: Context) -> tuple[CriterionResult, ...]:
    """Judge named criteria, each with its sentence."""
    judged = [(context.tables.criteria[name], judge_criterion(name, context)) for name in names]
    return tuple(CriterionResult(verdict=finding.verdict, line=line(rule, finding.facts, context)) for rule, finding in judged)


def fact_text(name: str, facts: Facts, tables: ClinicalTables) -> str:
    """Write a fact as ``Title: value unit``; *not known* where nobody answered."""
    if name == "conditions":
        return f"Conditions: {_listed(facts.conditions)}"
    if name == "medications":
        used = [medicine.name for medicine in (*(facts.medications or ()), *(facts.rls_treatment or ()))]
        return f"Medicines: {_listed(used if used or facts.medications is not None else None)}"
    field = tables.fields[name]
    unit = f" {field.unit}" if field.unit not in ("", "1") else ""
    value = facts.values.get(name)
    return f"{field.title}: {NOT_KNOWN if value in (None, 'unknown') else written(value) + unit}"


def written(value: FactValue | None) -> str:
    """Write a value without rounding it away."""
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    if isinstance(value, float | int):
        return f"{value:.4g}" if abs(value) < 1000 else f"{value:.0f}"
    return str(value).replace("_", " ")


def _listed(items: Iterable[str] | None) -> str:
    if items is None:
        return NOT_KNOWN
    return ", ".join(sorted(item.replace("_", " ") for item in items)) or "none"
