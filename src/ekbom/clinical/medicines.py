"""Which medicine is meant, and which groups it belongs to.

Exact names, spellings and ATC codes are recognised; anything else is only suggested.
"""

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz, process, utils

from ekbom.criteria.guidelines import (
    ClinicalTables,
    MedicineGroup,
    MedicineTable,
)
from ekbom.criteria.person import Facts, Medicine
from ekbom.model.finding import Reason

SUGGEST_FROM = 80.0
"""Likeness of two names (0 to 100, a property of the comparison) from which one is suggested.

A suggested name is confirmed by a person, never taken.
"""
DRUG_TRIGGER = "TR_DRUG:"
"""Begins the code of a trigger that is a medicine; its generic name follows."""
AGGRAVATING = frozenset({"aggravates", "may_aggravate"})


class Recognised(NamedTuple):
    """A medicine of the table, or None with what a person should confirm."""

    medicine: MedicineTable | None
    confirm: Reason | None = None


class _Names(NamedTuple):
    """The medicines of the tables by every name that stands for one."""

    known: Mapping[str, MedicineTable]
    brands: Mapping[str, MedicineTable]


@lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """Lower case, single spaces, no hyphens or underscores."""
    return " ".join(name.replace("_", " ").replace("-", " ").lower().split())


@cache
def _names(tables: ClinicalTables) -> _Names:
    medicines = tables.medicines
    known = {
        plain_name(name): m
        for m in medicines
        for name in (m.generic, *m.spellings)
    }
    brands = {plain_name(brand): m for m in medicines for brand in m.brands}
    return _Names(known, brands)


def recognise(name: str, atc: str, tables: ClinicalTables) -> Recognised:
    """Recognise a medicine by name or, where the name says nothing, by its ATC code.

    A name and a code that mean different medicines are both refused. A brand name or a misspelling
    is suggested.
    """
    by_name = _names(tables).known.get(plain_name(name))
    coded = (
        medicine
        for medicine in tables.medicines
        if atc and atc.upper() in medicine.atc
    )
    by_code = next(coded, None)
    if by_name and by_code and by_name is not by_code:
        return Recognised(
            None, Reason("medicine-two-meanings", {"name": name, "atc": atc})
        )
    if by_name or by_code:
        return Recognised(by_name or by_code)
    return Recognised(None, _suggestion(name, tables))


def _suggestion(name: str, tables: ClinicalTables) -> Reason | None:
    """Suggest what a name may stand for: a medicine outside the table is no mistake."""
    known, brands = _names(tables)
    match = process.extractOne(
        plain_name(name),
        {**known, **brands}.keys(),
        scorer=fuzz.ratio,
        processor=utils.default_process,
        score_cutoff=SUGGEST_FROM,
    )
    if match is None:
        return None
    meant = str(match[0])
    if meant in brands:
        return Reason(
            "medicine-brand", {"name": name, "generic": brands[meant].generic}
        )
    return Reason(
        "medicine-misspelt", {"name": name, "generic": known[meant].generic}
    )


def entries(
    facts: Facts, tables: ClinicalTables
) -> Iterable[tuple[Medicine, MedicineTable]]:
    """Give the recognised medicines in use, each with its row of the table."""
    known = _names(tables).known
    for medicine in facts.medications or ():
        if medicine.generic:
            yield medicine, known[plain_name(medicine.generic)]


def all_medicines(facts: Facts) -> tuple[Medicine, ...]:
    """Every medicine in use, those for RLS included."""
    return (*(facts.medications or ()), *(facts.rls_treatment or ()))


def names_unclear(facts: Facts) -> bool:
    """Whether the name of a medicine waits to be confirmed."""
    return facts.values.get("derived.medicine_names_unclear") == "yes"


def group_named(code: str, tables: ClinicalTables) -> MedicineGroup:
    """Find a group of the table; a group that the table does not hold has no members."""
    return next(
        (group for group in tables.medicine_groups if group.code == code),
        MedicineGroup(code=code, title=code, atc=(), generics=()),
    )


def members(
    medicines: Iterable[Medicine], group: MedicineGroup
) -> tuple[Medicine, ...]:
    """List the medicines that belong to a group, by ATC prefix or by name."""
    names = {plain_name(name) for name in group.generics}
    return tuple(
        medicine
        for medicine in medicines
        if (medicine.atc and medicine.atc.startswith(group.atc))
        or {plain_name(medicine.name), plain_name(medicine.generic)} & names
    )


def groups_in_use(
    facts: Facts, tables: ClinicalTables
) -> dict[str, tuple[str, ...]]:
    """Name, for each group, the medicines in use that belong to it."""
    used = all_medicines(facts)
    groups = {
        group.code: members(used, group) for group in tables.medicine_groups
    }
    groups |= _aggravating_groups(list(entries(facts, tables)))
    return {
        code: tuple(m.name for m in medicines)
        for code, medicines in groups.items()
    }


def _aggravating_groups(
    listed: Iterable[tuple[Medicine, MedicineTable]],
) -> dict[str, tuple[Medicine, ...]]:
    """Group the medicines by what they aggravate, and by who chose them."""
    aggravating = [medicine for medicine, entry in listed if aggravates(entry)]
    return {
        "aggravates_rls": tuple(
            m for m, entry in listed if entry.effect_rls in AGGRAVATING
        ),
        "aggravates_plms": tuple(
            m for m, entry in listed if entry.effect_plms in AGGRAVATING
        ),
        "aggravates_otc": tuple(m for m in aggravating if m.otc),
        "aggravates_prescribed": tuple(m for m in aggravating if not m.otc),
    }


def medicine_triggers(facts: Facts, tables: ClinicalTables) -> tuple[str, ...]:
    """Name the trigger of every medicine that aggravates or may aggravate."""
    used = entries(facts, tables)
    return tuple(
        trigger_code(entry.generic) for _, entry in used if aggravates(entry)
    )


def trigger_code(generic: str) -> str:
    """Give the code of the trigger that a medicine is."""
    return f"{DRUG_TRIGGER}{generic}"


def aggravates(medicine: MedicineTable) -> bool:
    """Whether a medicine aggravates, or may aggravate, RLS or periodic leg movements."""
    return bool({medicine.effect_rls, medicine.effect_plms} & AGGRAVATING)
