"""Transferrin saturation: measured or calculated, and what about it has to be asked."""

from collections.abc import Iterator

from ekbom.criteria.guidelines import ClinicalTables
from ekbom.criteria.person import FactProblem, Facts
from ekbom.model.assessment import FactValue
from ekbom.model.finding import Reason

MEASURED, VALID = "derived.tsat_measured_pct", "derived.tsat_valid_pct"
_DIGITS = 9
"""Digits that a calculated share keeps: it hides the last bit of the division and nothing else."""


def saturation_facts(facts: Facts) -> dict[str, FactValue]:
    """Give the saturation as measured, and as valid where no iron was taken before the sample.

    Nothing while a problem about it is open.
    """
    asked = {problem.fact for problem in facts.problems}
    found = _saturation(facts)
    if found is None or asked & {VALID, MEASURED}:
        return {}
    valid = facts.values.get("lab_conditions.iron_last_24h") != "yes"
    names = (MEASURED, *([VALID] if valid else []))
    return dict.fromkeys(names, found)


def saturation_doubts(
    facts: Facts, tables: ClinicalTables
) -> Iterator[FactProblem]:
    """Ask about a saturation that looks like a fraction, or is more than everything."""
    found = _saturation(facts)
    if found is None:
        return
    least = tables.parameters["iron.tsat_fraction_up_to"].value
    most = tables.parameters["iron.tsat_most"].value
    if isinstance(least, int | float) and found <= least:
        yield _doubt(Reason("saturation-as-fraction", {"value": found}))
    elif isinstance(most, int | float) and found > most:
        yield _doubt(Reason("saturation-above-all", {"value": found}))


def _doubt(reason: Reason) -> FactProblem:
    return FactProblem(
        fact=MEASURED, rule_id="text.implausible_saturation", reason=reason
    )


def _saturation(facts: Facts) -> float | None:
    """Take the saturation as given, or iron over binding capacity in the same unit."""
    values = facts.values
    measured = values.get("labs.tsat_pct")
    if isinstance(measured, float):
        return measured
    iron, tibc = values.get("labs.iron_umol_l"), values.get("labs.tibc_umol_l")
    if isinstance(iron, float) and isinstance(tibc, float):
        return round(iron / tibc * 100, _DIGITS)
    return None
