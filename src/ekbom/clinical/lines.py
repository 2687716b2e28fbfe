"""Sentences with their reasons: a rule becomes a line that names the facts it rests on."""

from collections.abc import Iterable

from ekbom.clinical.evaluate import MET, UNKNOWN, UNKNOWN_WORD, Context, evaluate
from ekbom.clinical.verdicts import compile_rule
from ekbom.criteria.guidelines import ClinicalTables, Rule
from ekbom.model.assessment import AnsweredFact, CodedLine, CriterionResult, Line, Verdict
from ekbom.model.person import FactKind, Facts, FactValue
from ekbom.model.source import EvidenceMark, Source

NOT_KNOWN = "not known"
FLAG_WORDS = frozenset({"yes", "no", UNKNOWN_WORD})
"""The answers of a fact that is yes or no."""
NO_LINE = Line(rule_id="", text="", source=Source(evidence=EvidenceMark.ENGINEERING))
"""Stands where nobody will read the sentence."""


def judge(rule: Rule, context: Context) -> Verdict:
    """Judge a rule and keep its verdict; a rule without condition always holds."""
    check = context.checks.get(rule.id)
    if check is None:
        check = context.checks[rule.id] = compile_rule(rule)
    verdict = context.verdicts[rule.id] = check(context)
    if verdict is UNKNOWN and context.reasons:
        context.open_facts.update(rests_on(rule, context))
    return verdict


def rests_on(rule: Rule, context: Context) -> frozenset[str]:
    """Name the facts on which the verdict of a rule rests."""
    return frozenset() if rule.when is None else evaluate(rule.when, context).facts


def line(rule: Rule, context: Context, *, facts: Iterable[str] | None = None) -> Line:
    """Make the sentence of a rule with the facts it rests on."""
    if not context.reasons:
        return NO_LINE
    names = rests_on(rule, context) if facts is None else facts
    told = tuple(fact_text(name, context.facts, context.tables) for name in sorted(names))
    return Line(rule_id=rule.id, text=rule.text, source=rule.source, facts=told, plain=rule.plain)


def met_lines(rules: Iterable[Rule], context: Context) -> tuple[Line, ...]:
    """List the sentences of all rules that are met."""
    return tuple(line(rule, context) for rule in met_rules(rules, context))


def met_rules(rules: Iterable[Rule], context: Context) -> list[Rule]:
    """List the rules that are met."""
    return [rule for rule in rules if judge(rule, context) is MET]


def coded_lines(rules: Iterable[Rule], context: Context) -> tuple[CodedLine, ...]:
    """List the coded sentences of all rules that are met.

    One line a code, the first met rule speaks.
    """
    found: dict[str, CodedLine] = {}
    for rule in rules:
        if judge(rule, context) is MET and rule.code not in found:
            found[rule.code] = CodedLine(
                code=rule.code,
                title=rule.title or rule.text,
                line=line(rule, context),
                urgency=rule.urgency,
            )
    return tuple(found.values())


def criterion_results(names: Iterable[str], context: Context) -> tuple[CriterionResult, ...]:
    """Judge named criteria, each with its sentence."""
    if not context.reasons:
        return ()
    rules = [context.tables.criteria[name] for name in names]
    return tuple(
        CriterionResult(verdict=judge(rule, context), line=line(rule, context)) for rule in rules
    )


def answered_fact(name: str, facts: Facts, tables: ClinicalTables) -> AnsweredFact:
    """Give one fact with its title, its value and its unit."""
    field = tables.fields[name]
    value = facts.values.get(name)
    return AnsweredFact(
        fact=name,
        title=field.title,
        kind=FactKind.FLAG if set(field.choices) == FLAG_WORDS else field.kind,
        value=None if value == UNKNOWN_WORD else value,
        unit=field.unit,
        origin=facts.provenance.get(name, ""),
    )


def fact_text(name: str, facts: Facts, tables: ClinicalTables) -> str:
    """Write a fact as ``Title: value unit``; *not known* where nobody answered."""
    if name == "conditions":
        return f"Conditions: {_listed(facts.conditions)}"
    if name == "medications":
        used = [
            medicine.name for medicine in (*(facts.medications or ()), *(facts.rls_treatment or ()))
        ]
        return f"Medicines: {_listed(used if used or facts.medications is not None else None)}"
    field = tables.fields[name]
    unit = f" {field.unit}" if field.unit not in ("", "1") else ""
    value = facts.values.get(name)
    if value in (None, "unknown"):
        return f"{field.title}: {NOT_KNOWN}"
    origin = f" [{facts.provenance[name]}]" if name in facts.provenance else ""
    return f"{field.title}: {written(value)}{unit}{origin}"


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
