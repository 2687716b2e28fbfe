"""What one clinical rule says about flat facts, also a criterion that no rule asked for."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from clinical_cases import TABLES
from frozen_facts import nested, number

from ekbom.clinical.assess import assess_facts
from ekbom.clinical.facts import read_facts
from ekbom.criteria.guidelines import ClinicalTables, Named, Rule
from ekbom.model.errors import EkbomError
from ekbom.model.source import EvidenceMark, Source

DERIVED = {
    "derived.tsat_valid_pct": "labs.tsat_pct",
    "derived.tsat_measured_pct": "labs.tsat_pct",
    "derived.egfr": "egfr",
    "derived.crcl_ml_min": "crcl_ml_min",
    "derived.kidney_smaller_ml_min": "crcl_ml_min",
    "derived.medicines_known": "medications",
    "derived.iv_iron_ever": "iv_iron_history",
    "derived.iv_iron_weeks_ago": "iv_iron_history",
    "derived.fcm_ever": "iv_iron_history",
    "derived.fcm_weeks_ago": "iv_iron_history",
    "derived.fcm_single_max_mg": "weight_kg",
    "derived.failed_treatments": "rls_treatment_failed",
}
FAILED = ("gabapentin", "pregabalin", "oxycodone", "ropinirole")
ROPINIROLE_MAXIMUM_MG = 4
MG_PER_KG = 15


def verdict(rule: str, case: Mapping[str, Any]) -> str:
    """Judge one rule; what the reader of facts refuses is ``refused``.

    A dose that something withholds is not judged: ``withheld``.
    """
    tables = asking_everything()
    try:
        facts = read_facts(nested(number(case)), tables)
    except EkbomError:
        return "refused"
    verdicts = assess_facts(facts, tables, rank_missing=False).verdicts
    return verdicts[rule].value if rule in verdicts else "withheld"


@cache
def asking_everything() -> ClinicalTables:
    """Add a message for every criterion, so that each is judged in every assessment."""
    source = Source(evidence=EvidenceMark.ENGINEERING)
    asked = [
        Rule(
            id=f"asks.{name}",
            code=f"asks.{name}",
            text="",
            source=source,
            when=Named(name),
        )
        for name in TABLES.criteria
    ]
    return replace(TABLES, messages=(*TABLES.messages, *asked))


def with_number(
    case: Mapping[str, Any], fact: str, value: float | str
) -> dict[str, Any]:
    """Set a number in a case; one that is derived is set through what it is derived from."""
    if fact == "derived.failed_treatments":
        return {
            **case,
            "rls_treatment_failed": list(FAILED[: round(float(value))]),
        }
    if fact == "derived.fcm_weeks_ago":
        given = {"product": "ferric carboxymaltose", "weeks_ago": value}
        return {**case, "iv_iron_history": [given]}
    if fact == "derived.iv_iron_weeks_ago":
        given = {"product": "iron sucrose", "weeks_ago": value}
        return {**case, "iv_iron_history": [given]}
    if fact == "derived.fcm_single_max_mg":
        return {**case, "weight_kg": round(float(value) / MG_PER_KG + 1e-6, 6)}
    if fact == "derived.da_dose_excess_mg":
        dose = round(ROPINIROLE_MAXIMUM_MG + float(value), 6)
        return {
            **case,
            "rls_treatment": [{"name": "ropinirole", "dose_mg": dose}],
        }
    return {**case, DERIVED.get(fact, fact): value}
