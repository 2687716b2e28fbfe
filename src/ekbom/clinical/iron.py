"""Iron: the first met rule decides; the deficit of an anaemia is estimated only when asked for."""

from ekbom.clinical.judge import Judged, State, number_setting
from ekbom.clinical.lines import line
from ekbom.model.assessment import IronResult


def tell_iron(judged: Judged) -> IronResult | None:
    """Say what to do about iron; None where neither legs nor anaemia ask the question."""
    if not judged.met:
        return None
    rule, state = judged.met[0], judged.state
    return IronResult(
        action=rule.code,
        routes=rule.routes,
        line=line(rule, state),
        value_mg=iron_deficit_mg(state),
    )


def iron_deficit_mg(state: State) -> float | None:
    """Iron deficit by the Ganzoni equation, mg.

    None unless weight, haemoglobin and target are known. A haemoglobin above the target leaves no
    deficit of the blood; only the stores remain.
    """
    weight = _number("weight_kg", state)
    actual = _number("labs.hb_g_dl", state)
    target = _number("ganzoni.target_hb_g_dl", state)
    if weight is None or actual is None or target is None:
        return None
    stores = _number("ganzoni.stores_mg", state)
    if stores is None:
        stores = _usual_stores_mg(weight, state)
    factor = number_setting("ganzoni.factor", state)
    return round(max(0.0, target - actual) * weight * factor + stores, 1)


def _usual_stores_mg(weight: float, state: State) -> float:
    """Estimate the stores to refill where nobody entered them, mg."""
    if weight <= number_setting("ganzoni.stores_above_kg", state):
        return weight * number_setting("ganzoni.stores_mg_per_kg", state)
    return number_setting("ganzoni.stores_mg", state)


def _number(name: str, state: State) -> float | None:
    value = state.facts.values.get(name)
    return value if isinstance(value, float) else None
