"""The assessment: facts and tables in.

What it is, what makes it worse, what to check and what can help, out.
"""

from collections.abc import Mapping
from dataclasses import replace

from ekbom.clinical.boundaries import boundary_lines
from ekbom.clinical.causes import rank_causes
from ekbom.clinical.derive import groups_in_use
from ekbom.clinical.diagnoses import diagnose, specify
from ekbom.clinical.evaluate import Context
from ekbom.clinical.iron import decide_iron
from ekbom.clinical.lines import answered_fact, coded_lines, line
from ekbom.clinical.medicines import medicine_notes, medicine_triggers
from ekbom.clinical.missing import missing_facts
from ekbom.clinical.options import list_options
from ekbom.clinical.outline import outline, outline_of
from ekbom.clinical.settings import apply_settings, changed_settings
from ekbom.clinical.verdicts import compiled
from ekbom.criteria.guidelines import ClinicalTables, Rule
from ekbom.model.assessment import Assessment, CodedLine, Line
from ekbom.model.person import Facts
from ekbom.model.source import ParameterValue

_URGENT = "now"
_URGENCY = (_URGENT, "soon", "note")


def assess_facts(
    facts: Facts,
    tables: ClinicalTables,
    *,
    settings: Mapping[str, ParameterValue] | None = None,
    rank_missing: bool = True,
) -> Assessment:
    """Assess the facts of one person.

    Parameters
    ----------
    facts
        Facts as `read_facts` makes them.
    tables
        The clinical tables.
    settings
        Parameters to replace by name, such as ``{"plmd.operator": ">="}``; shown in the result.
    rank_missing
        Also try what each missing answer would change (the slower part).

    Raises
    ------
    UsageError
        If a setting is unknown or its value is not allowed.
    """
    values = apply_settings(tables, settings or {})
    changed = changed_settings(tables, values)

    def start(answers: Facts, *, reasons: bool) -> Context:
        unclear = answers.values.get("derived.medicine_names_unclear") == "yes"
        return Context(
            facts=answers,
            tables=tables,
            settings=values,
            groups=groups_in_use(answers, tables),
            medicines_known=answers.medications is not None and not unclear,
            reasons=reasons,
            checks=compiled(tables),
            found={"failed": set(answers.rls_treatment_failed or ())},
        )

    context = start(facts, reasons=True)
    assessment = _assess(context, changed)
    if not rank_missing:
        return assessment
    missing = missing_facts(
        outline_of(assessment),
        facts,
        tables,
        open_facts=context.open_facts,
        retry=lambda answers: outline(start(answers, reasons=False)),
    )
    return replace(assessment, missing=missing)


def _assess(context: Context, settings: Mapping[str, str]) -> Assessment:
    """Go through the steps in their order; every step may ask what an earlier one found.

    While something cannot wait, no option carries a dose.
    """
    tables = context.tables
    diagnoses = diagnose(tables.diagnoses, context)
    diagnoses = tuple(
        specify(result, tables.specifiers, context) if result.code == "RLS" else result
        for result in diagnoses
    )
    criteria_sets = diagnose(tables.criteria_sets, context)
    notes = medicine_notes(context)
    triggers = (*coded_lines(tables.triggers, context), *medicine_triggers(notes))
    context.found["trigger"] = {trigger.code for trigger in triggers}
    iron = decide_iron(tables.iron, context)
    options = list_options(tables.options, context)
    workup = _still_needed(tables.workup, context)
    alerts = _by_urgency(coded_lines(tables.alerts, context))
    if any(alert.urgency == _URGENT for alert in alerts):
        options = tuple(replace(option, doses=()) for option in options)
    context.found["alert"] = {alert.code for alert in alerts}
    return Assessment(
        overall=coded_lines(tables.overall, context)[0],
        causes=rank_causes(diagnoses, triggers, tables),
        alerts=alerts,
        criteria_sets=criteria_sets,
        diagnoses=diagnoses,
        triggers=triggers,
        medicines=notes,
        workup=workup,
        iron=iron,
        options=options,
        screens=coded_lines(tables.screens, context),
        conflicts=coded_lines(tables.conflicts, context),
        boundaries=boundary_lines(context),
        messages=coded_lines(tables.messages, context),
        safety=tuple(
            line_of for line_of in coded_lines(tables.texts, context) if line_of.urgency == "safety"
        ),
        problems=_problems(context),
        missing=(),
        facts=tuple(
            answered_fact(name, context.facts, tables)
            for name in sorted(context.facts.values)
            if not name.startswith("derived.")
        ),
        verdicts=context.verdicts,
        settings=settings,
        edition=tables.edition,
        last_checked=tables.last_checked,
        tables_digest=tables.digest,
    )


def _still_needed(rules: tuple[Rule, ...], context: Context) -> tuple[CodedLine, ...]:
    """Propose the tests whose result is not among the facts."""
    open_rules = [
        rule
        for rule in rules
        if not any(name in context.facts.values for name in rule.already_known)
    ]
    return coded_lines(open_rules, context)


def _by_urgency(alerts: tuple[CodedLine, ...]) -> tuple[CodedLine, ...]:
    """Red flags first."""
    return tuple(
        sorted(
            alerts,
            key=lambda alert: (
                _URGENCY.index(alert.urgency) if alert.urgency in _URGENCY else len(_URGENCY)
            ),
        )
    )


def _problems(context: Context) -> tuple[Line, ...]:
    """List what a person must know about the facts themselves."""
    texts = {rule.id: rule for rule in context.tables.texts}
    found: list[Line] = []
    for problem in context.facts.problems:
        spoken = line(texts[problem.rule_id], context)
        found.append(
            Line(
                rule_id=spoken.rule_id,
                text=problem.text,
                source=spoken.source,
                reason=problem.reason,
            )
        )
    return tuple(found)
