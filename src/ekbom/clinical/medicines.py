"""What the medicines in use belong to and what they do, by the substances they hold."""

from collections.abc import Iterable, Mapping
from functools import cache

from ekbom.clinical.names.recognise import Recognised, recognise
from ekbom.criteria.guidelines import (
    ClinicalTables,
    MedicineGroup,
    MedicineTable,
)
from ekbom.criteria.medicine_names import words_of
from ekbom.criteria.person import Facts, Medicine

DRUG_TRIGGER = "TR_DRUG:"
"""Begins the code of a trigger that is a medicine; its generic name follows."""
AGGRAVATING = frozenset({"aggravates", "may_aggravate"})


@cache
def _effects(tables: ClinicalTables) -> Mapping[str, MedicineTable]:
    """Find the effect of a substance by its generic name."""
    return {medicine.generic: medicine for medicine in tables.medicines}


def named_failed(name: str, tables: ClinicalTables) -> Recognised:
    """Recognise a treatment that failed; why it failed (augmentation) may stand beside it."""
    asides = set(tables.name_words.get("asides", ()))
    named = [word for word in words_of(name) if word not in asides]
    answer = recognise(" ".join(named), "", tables)
    return answer if not answer.confirm else recognise(name, "", tables)


def entries(
    facts: Facts, tables: ClinicalTables
) -> Iterable[tuple[Medicine, MedicineTable]]:
    """Give the medicines in use, each with what is known of every substance it holds."""
    effects = _effects(tables)
    for medicine in facts.medications or ():
        for substance in medicine.substances:
            if substance in effects:
                yield medicine, effects[substance]


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
    """List the medicines that belong to a group, by what they hold or by the ATC code."""
    return tuple(
        medicine
        for medicine in medicines
        if (medicine.atc and medicine.atc.startswith(group.atc))
        or not set(medicine.substances).isdisjoint(group.generics)
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
