"""Iron into a vein: when it was given last, and how much one dose may hold at a weight."""

import math
from collections.abc import Sequence

from ekbom.clinical.derived.named import groups_of
from ekbom.criteria.guidelines import ClinicalTables
from ekbom.criteria.person import Facts, IronInfusion
from ekbom.model.assessment import FactValue

CARBOXYMALTOSE, IV_IRON = "ferric carboxymaltose", "iv_iron"
UNNAMED = "intravenous iron"
"""The substance, the group of all products, and iron into a vein without the name of a product."""
_DIGITS = 9
"""Digits that a product keeps: it hides the last bit of the multiplication and nothing else."""


def infusion_facts(
    facts: Facts, tables: ClinicalTables
) -> dict[str, FactValue | None]:
    """Say whether and when iron was given into a vein, and how much one dose may hold."""
    given = facts.iv_iron_history
    largest = largest_dose_mg(facts, tables)
    if given is None:
        return {"derived.fcm_single_max_mg": largest}
    one, unclear = _carboxymaltose(given, tables)
    last = _weeks(one, tables)
    hidden = last is not None and any(
        infusion.weeks_ago is None or infusion.weeks_ago < last
        for infusion in unclear
    )
    return {
        "derived.iv_iron_ever": "yes" if given else "no",
        "derived.fcm_ever": "yes" if one else None if unclear else "no",
        "derived.iv_iron_weeks_ago": _weeks(given, tables),
        "derived.fcm_weeks_ago": None if hidden else last,
        "derived.fcm_single_max_mg": largest,
    }


def largest_dose_mg(facts: Facts, tables: ClinicalTables) -> float | None:
    """Give the largest single dose of ferric carboxymaltose by weight and label, mg.

    The smaller of all labels where the region of the label is not known; None without a weight.
    """
    weight = facts.values.get("weight_kg")
    if not isinstance(weight, float):
        return None
    region = facts.values.get("label_region")
    limits = []
    if region != "elsewhere":
        limits.append(weight * _number("fcm.us_mg_per_kg", tables))
    if region != "us":
        limits.append(weight * _number("fcm.elsewhere_mg_per_kg", tables))
        if weight < _number("fcm.small_below_kg", tables):
            limits.append(_number("fcm.small_most_mg", tables))
    least = min(*limits, _number("fcm.dose_most_mg", tables))
    return float(math.floor(round(least, _DIGITS)))


def _carboxymaltose(
    given: Sequence[IronInfusion], tables: ClinicalTables
) -> tuple[list[IronInfusion], list[IronInfusion]]:
    """Give the infusions of this product, and those whose product nobody knows."""
    groups = [(one, groups_of(one.product, tables)) for one in given]
    known = [one for one, named in groups if CARBOXYMALTOSE in named]
    unclear = [
        one for one, named in groups if IV_IRON not in named or UNNAMED in named
    ]
    return known, unclear


def _weeks(
    given: Sequence[IronInfusion], tables: ClinicalTables
) -> float | None:
    """Weeks since the last of these; None where one without a day may be the last that counts."""
    weeks = [infusion.weeks_ago for infusion in given]
    last = min((ago for ago in weeks if ago is not None), default=None)
    recent = _number("iron.fcm_repeat_weeks", tables)
    if last is None or (None in weeks and last > recent):
        return None
    return last


def _number(name: str, tables: ClinicalTables) -> float:
    value = tables.parameters[name].value
    return float(value) if isinstance(value, int | float) else math.nan
