"""The outline of an assessment.

Every answer as one comparable word, without reasons and fast enough to try many facts.

It walks the same steps as `ekbom.clinical.assess` and judges the same rules; a test holds both
equal.
"""

from collections.abc import Iterable, Mapping

from ekbom.clinical.derive import AGGRAVATING
from ekbom.clinical.evaluate import MET, UNKNOWN, Context
from ekbom.clinical.lines import judge
from ekbom.clinical.options import STEPS, placement
from ekbom.criteria.guidelines import OptionTable, Rule
from ekbom.model.assessment import Assessment

NAMED_CORE = "RLS"


def outline(context: Context) -> Mapping[str, str]:
    """Answer every question of the tables in one word."""
    found = _diagnoses(context)
    found.update(_present("trigger", _triggers(context)))
    context.found["trigger"] = {
        name.removeprefix("trigger ") for name in found if name.startswith("trigger ")
    }
    found.update(_iron(context))
    for option in context.tables.options:
        found.update(_option(option, context))
    tests = [
        rule
        for rule in context.tables.workup
        if not any(name in context.facts.values for name in rule.already_known)
    ]
    found.update(_present("test", _met_codes(tests, context)))
    found.update(_present("alert", _met_codes(context.tables.alerts, context)))
    return found


def outline_of(assessment: Assessment) -> Mapping[str, str]:
    """Write the outline of a full assessment."""
    found = {
        f"diagnosis {result.code}": ", ".join((result.status, *result.specifier_codes))
        for result in assessment.diagnoses
    }
    if assessment.iron is not None:
        found["iron supplementation"] = " ".join((assessment.iron.action, *assessment.iron.routes))
    found.update(
        {
            f"option {option.code}": _option_words(option.placed, option.cannot_check)
            for option in assessment.options
        }
    )
    found.update(_present("alert", (alert.code for alert in assessment.alerts)))
    found.update(_present("trigger", (trigger.code for trigger in assessment.triggers)))
    found.update(_present("test", (test.code for test in assessment.workup)))
    return found


def _diagnoses(context: Context) -> dict[str, str]:
    for table in context.tables.diagnoses:
        decided = next((rule for rule in table.rules if judge(rule, context) is MET), None)
        if decided is not None:
            context.statuses[table.code] = decided.status
    found = {f"diagnosis {code}": status for code, status in context.statuses.items()}
    specifiers = [rule.code for rule in context.tables.specifiers if judge(rule, context) is MET]
    context.found["specifier"] = set(specifiers)
    if NAMED_CORE in context.statuses:
        found[f"diagnosis {NAMED_CORE}"] = ", ".join((context.statuses[NAMED_CORE], *specifiers))
    return found


def _triggers(context: Context) -> list[str]:
    known = {medicine.generic: medicine for medicine in context.tables.medicines}
    used = [
        known[medicine.generic] for medicine in context.facts.medications or () if medicine.generic
    ]
    drugs = [
        f"TR_DRUG:{entry.generic}"
        for entry in used
        if {entry.effect_rls, entry.effect_plms} & AGGRAVATING
    ]
    return [*_met_codes(context.tables.triggers, context), *drugs]


def _iron(context: Context) -> dict[str, str]:
    decided = next((rule for rule in context.tables.iron if judge(rule, context) is MET), None)
    if decided is None:
        return {}
    context.found["iron"], context.found["route"] = {decided.code}, set(decided.routes)
    return {"iron supplementation": " ".join((decided.code, *decided.routes))}


def _option(table: OptionTable, context: Context) -> dict[str, str]:
    spoken = [rule for rule in table.recommendations if judge(rule, context) is MET]
    if not spoken:
        return {}
    barred = any(judge(rule, context) is MET for rule in table.barred)
    placed = placement(spoken, barred=barred)
    context.found.setdefault(STEPS[placed], set()).add(table.code)
    checks = [
        rule
        for rule in (*table.barred, *table.cautions, *table.doses)
        if rule.check and judge(rule, context) is UNKNOWN
    ]
    return {
        f"option {table.code}": _option_words(
            placed, tuple(dict.fromkeys(rule.check for rule in checks))
        )
    }


def _option_words(placed: str, cannot_check: tuple[str, ...]) -> str:
    return f"{placed} (cannot check: {', '.join(cannot_check)})" if cannot_check else placed


def _met_codes(rules: Iterable[Rule], context: Context) -> list[str]:
    return [rule.code for rule in rules if judge(rule, context) is MET]


def _present(kind: str, codes: Iterable[str]) -> dict[str, str]:
    return {f"{kind} {code}": "shown" for code in codes}
