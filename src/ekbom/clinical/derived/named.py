"""Which medicines the lists of a facts file name, beside the list of medicines in use."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from ekbom.clinical.judge import Listing
from ekbom.clinical.medicines import members, plain_name, recognise
from ekbom.criteria.guidelines import ClinicalTables
from ekbom.model.finding import Reason
from ekbom.model.person import FactProblem, Facts, Medicine

FAILED, HARMED = "rls_treatment_failed", "rls_treatment_harmed"
ALLERGIES, TREATMENT = "allergies", "rls_treatment"
NO_TRIAL = "no_trial"
"""The group of what does not count as a medicine that was tried: iron and home remedies."""
_AUGMENTED = " augmentation"
"""Ends the name of a medicine in the list of failed treatments that made it worse in the end."""


def listings(facts: Facts, tables: ClinicalTables) -> dict[str, Listing]:
    """Say of every list which groups its names belong to."""
    return {
        place: _listing(names, tables)
        for place, names in _names(facts)
        if names is not None
    }


def problems(facts: Facts, tables: ClinicalTables) -> Iterator[FactProblem]:
    """Ask about every name in these lists that was not recognised."""
    for place, names in _names(facts):
        if place == TREATMENT:
            continue
        for name in names or ():
            if not groups_of(name, tables):
                told = recognise(_bare(name), "", tables).confirm
                reason = told or Reason("treatment-not-known", {"name": name})
                yield FactProblem(
                    fact=place, rule_id="text.confirm_medicine", reason=reason
                )


def tried(facts: Facts, tables: ClinicalTables) -> frozenset[str] | None:
    """Name the medicines that did not help or did harm, each once; iron and home remedies are none.

    None where nobody asked, or a name was not recognised.
    """
    lists = [
        names
        for names in (facts.rls_treatment_failed, facts.rls_treatment_harmed)
        if names is not None
    ]
    names = [name for names in lists for name in names]
    if not lists or not all(groups_of(name, tables) for name in names):
        return None
    return frozenset(
        _meant(name, tables)
        for name in names
        if NO_TRIAL not in groups_of(name, tables)
    )


@lru_cache(maxsize=4096)
def groups_of(name: str, tables: ClinicalTables) -> frozenset[str]:
    """Name the groups of a medicine or product; a recognised one belongs to its own name as well."""
    medicine = Medicine(name=_bare(name), generic=_meant(name, tables))
    found = recognise(_bare(name), "", tables).medicine
    own = {found.generic} if found else set()
    return frozenset(
        own
        | {
            group.code
            for group in tables.medicine_groups
            if members([medicine], group)
        }
    )


def _names(
    facts: Facts,
) -> Iterator[tuple[str, Iterable[str] | None]]:
    yield FAILED, facts.rls_treatment_failed
    yield HARMED, facts.rls_treatment_harmed
    yield ALLERGIES, facts.allergies
    used = facts.rls_treatment
    yield TREATMENT, None if used is None else [one.name for one in used]


def _listing(names: Iterable[str], tables: ClinicalTables) -> Listing:
    groups = [groups_of(name, tables) for name in names]
    return Listing(frozenset().union(*groups), known=all(groups))


def _bare(name: str) -> str:
    return plain_name(name).removesuffix(_AUGMENTED)


def _meant(name: str, tables: ClinicalTables) -> str:
    medicine = recognise(_bare(name), "", tables).medicine
    return medicine.generic if medicine else _bare(name)
