"""Kidney function from creatinine: CKD-EPI 2021 and Cockcroft-Gault, with their limits.

An entered value always goes before a calculated one. Nothing is calculated for a child, where the
sex is not known, in pregnancy or in dialysis. Every coefficient stands in the tables.
"""

import math
from typing import NamedTuple

from ekbom.criteria.guidelines import ClinicalTables
from ekbom.criteria.person import Facts
from ekbom.model.assessment import FactValue
from ekbom.model.finding import Reason

FILTRATION, CLEARANCE = "derived.egfr", "derived.crcl_ml_min"
SMALLER = "derived.kidney_smaller_ml_min"
_STEPS = 10
"""A calculated value is rounded down to a tenth: rounding never lifts it over a limit."""


class Kidney(NamedTuple):
    """The facts on kidney function, and where those that were calculated come from."""

    values: dict[str, FactValue]
    origins: dict[str, Reason]


class _Blood(NamedTuple):
    """What both equations need."""

    creatinine_mg_dl: float
    age_years: float
    sex: str


def kidney_facts(facts: Facts, tables: ClinicalTables) -> Kidney:
    """Give filtration rate, clearance and the smaller of both, as far as they are known."""
    values: dict[str, FactValue] = {}
    origins: dict[str, Reason] = {}
    blood = _blood(facts, tables)
    for name, entered in ((FILTRATION, "egfr"), (CLEARANCE, "crcl_ml_min")):
        given = facts.values.get(entered)
        if given is not None:
            values[name] = given
        elif blood is not None:
            told = _calculated(name, blood, facts, tables)
            values |= told.values
            origins |= told.origins
    return Kidney(values | _smaller(values), origins)


def _calculated(
    name: str, blood: _Blood, facts: Facts, tables: ClinicalTables
) -> Kidney:
    if name == FILTRATION:
        rate = filtration_rate(*blood, tables)
        return Kidney({name: rate}, {name: _rate_origin(blood)})
    weight = facts.values.get("weight_kg")
    if not isinstance(weight, float):
        return Kidney({}, {})
    volume = clearance(*blood, weight, tables)
    return Kidney({name: volume}, {name: _clearance_origin(blood, weight)})


def _rate_origin(blood: _Blood) -> Reason:
    return Reason(
        "egfr-from-creatinine",
        {"creatinine": blood.creatinine_mg_dl, "age": blood.age_years},
    )


def _clearance_origin(blood: _Blood, weight: float) -> Reason:
    return Reason(
        "clearance-from-creatinine",
        {
            "creatinine": blood.creatinine_mg_dl,
            "age": blood.age_years,
            "weight": weight,
        },
    )


def filtration_rate(
    creatinine_mg_dl: float, age_years: float, sex: str, tables: ClinicalTables
) -> float:
    """Estimate the filtration rate by CKD-EPI 2021, mL/min/1.73 m2, for an adult.

    Examples
    --------
    >>> from ekbom.rules.load_clinical import load_clinical
    >>> filtration_rate(0.9, 55.0, "female", load_clinical())
    75.4
    """
    share = creatinine_mg_dl / _number(f"egfr.kappa_{sex}", tables)
    below = min(share, 1.0) ** _number(f"egfr.alpha_{sex}", tables)
    above = max(share, 1.0) ** _number("egfr.exponent_above", tables)
    ageing = _number("egfr.age_factor", tables) ** age_years
    rate = _number("egfr.scale", tables) * below * above * ageing
    return _down(rate * _number(f"egfr.factor_{sex}", tables))


def clearance(
    creatinine_mg_dl: float,
    age_years: float,
    sex: str,
    weight_kg: float,
    tables: ClinicalTables,
) -> float:
    """Estimate the creatinine clearance by Cockcroft-Gault, mL/min, for an adult.

    Examples
    --------
    >>> from ekbom.rules.load_clinical import load_clinical
    >>> clearance(0.9, 82.0, "female", 45.0, load_clinical())
    34.2
    """
    years_left = _number("clearance.age_from", tables) - age_years
    divisor = _number("clearance.divisor", tables) * creatinine_mg_dl
    factor = _number(f"clearance.factor_{sex}", tables)
    return _down(max(0.0, years_left * weight_kg / divisor * factor))


def _blood(facts: Facts, tables: ClinicalTables) -> _Blood | None:
    """Give what the equations need; None where they may not be used."""
    values = facts.values
    creatinine = values.get("labs.creatinine_mg_dl")
    age, sex = values.get("age_years"), values.get("sex")
    if not isinstance(creatinine, float) or not isinstance(age, float):
        return None
    if age < _number("egfr.adult_years", tables):
        return None
    barred = {values.get("pregnancy.status"), values.get("dialysis")}
    if "yes" in barred or "haemodialysis" in (facts.conditions or ()):
        return None
    if sex not in ("female", "male"):
        return None
    return _Blood(creatinine, age, str(sex))


def _smaller(values: dict[str, FactValue]) -> dict[str, FactValue]:
    """Take the smaller of both, which decides a dose; none where the clearance is not known."""
    known = [value for value in values.values() if isinstance(value, float)]
    return {SMALLER: min(known)} if CLEARANCE in values else {}


def _down(value: float) -> float:
    return math.floor(value * _STEPS) / _STEPS


def _number(name: str, tables: ClinicalTables) -> float:
    value = tables.parameters[name].value
    return float(value) if isinstance(value, int | float) else math.nan
