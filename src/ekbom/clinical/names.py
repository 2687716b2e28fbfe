"""Medicine names as people type them.

Exact names, spellings and ATC codes are recognised, anything else is only suggested.
"""

from collections.abc import Mapping
from typing import NamedTuple

from rapidfuzz import fuzz, process, utils

from ekbom.criteria.guidelines import ClinicalTables, MedicineTable

SUGGEST_FROM = 80.0
"""Likeness (0-100) from which a name is suggested for confirmation; it is never taken silently."""


class Recognised(NamedTuple):
    """A medicine of the table, or None with what a person should confirm."""

    medicine: MedicineTable | None
    note: str


def plain_name(name: str) -> str:
    """Lower case, single spaces, no hyphens or underscores."""
    return " ".join(name.replace("_", " ").replace("-", " ").lower().split())


def name_index(tables: ClinicalTables) -> Mapping[str, MedicineTable]:
    """Map every generic name and spelling to its medicine."""
    return {
        plain_name(name): medicine
        for medicine in tables.medicines
        for name in (medicine.generic, *medicine.spellings)
    }


def recognise(name: str, atc: str, tables: ClinicalTables) -> Recognised:
    """Recognise a medicine by name or, where the name says nothing, by its ATC code.

    A name and a code that mean different medicines are both refused. A brand name or a misspelling
    is suggested.
    """
    by_name = name_index(tables).get(plain_name(name))
    by_code = next(
        (medicine for medicine in tables.medicines if atc and atc.upper() in medicine.atc), None
    )
    if by_name and by_code and by_name is not by_code:
        return Recognised(
            None,
            f"the name {name!r} and the ATC code {atc} mean different medicines; confirm which one is taken",
        )
    if by_name or by_code:
        return Recognised(by_name or by_code, "")
    return Recognised(None, _suggestion(name, tables))


def _suggestion(name: str, tables: ClinicalTables) -> str:
    """Say what a name may stand for, or nothing: a medicine outside the table is no mistake."""
    typed = plain_name(name)
    brands = {
        plain_name(brand): medicine.generic
        for medicine in tables.medicines
        for brand in medicine.brands
    }
    choices = {
        **{known: medicine.generic for known, medicine in name_index(tables).items()},
        **brands,
    }
    match = process.extractOne(
        typed,
        choices.keys(),
        scorer=fuzz.ratio,
        processor=utils.default_process,
        score_cutoff=SUGGEST_FROM,
    )
    if match is None:
        return ""
    known = str(match[0])
    if known in brands:
        return f"{name!r} may be a brand of {brands[known]} (brands differ by country); confirm it and enter {brands[known]}"
    return f"{name!r} is not a known name; if {choices[known]} is meant, enter {choices[known]}"
