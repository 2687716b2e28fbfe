"""Iron: the first met rule decides; the deficit of an anaemia is estimated only when asked for."""

from collections.abc import Iterable

from ekbom.clinical.evaluate import Context, number_setting
from ekbom.clinical.lines import line, met_rules
from ekbom.criteria.guidelines import Rule
from ekbom.model.assessment import IronResult
from ekbom.model.person import Facts


def decide_iron(rules: Iterable[Rule], context: Context) -> IronResult | None:
    """Decide what to do about iron; None where neither legs nor anaemia ask the question."""
    rule = next(iter(met_rules(rules, context)), None)
    if rule is None:
        return None
    context.found["iron"] = {rule.code}
    context.found["route"] = set(rule.routes)
    return IronResult(
        action=rule.code,
        routes=rule.routes,
        line=line(rule, context),
        value_mg=iron_deficit_mg(context),
    )


def iron_deficit_mg(context: Context) -> float | None:
    """Iron deficit by the Ganzoni equation, mg.

    None unless weight, haemoglobin and target are known.

    A haemoglobin above the target leaves no deficit of the blood; only the stores remain.
    """
    weight = _number("weight_kg", context.facts)
    actual, target = (
        _number("labs.hb_g_dl", context.facts),
        _number("ganzoni.target_hb_g_dl", context.facts),
    )
    if weight is None or actual is None or target is None:
        return None
    stores = _number("ganzoni.stores_mg", context.facts)
    if stores is None:
        small = weight <= number_setting("ganzoni.stores_above_kg", context)
        stores = (
            weight * number_setting("ganzoni.stores_mg_per_kg", context)
            if small
            else number_setting("ganzoni.stores_mg", context)
        )
    return round(
        max(0.0, target - actual) * weight * number_setting("ganzoni.factor", context) + stores, 1
    )


def _number(name: str, facts: Facts) -> float | None:
    value = facts.values.get(name)
    return value if isinstance(value, float) else None
