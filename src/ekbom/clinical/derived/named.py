"""Which medicines the lists of a facts file name, beside the list of medicines in use."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from ekbom.clinical.judge import Listing
from ekbom.clinical.medicines import group_named, named_failed
from ekbom.clinical.names.recognise import Outcome
from ekbom.criteria.guidelines import ClinicalTables
from ekbom.criteria.medicine_names import NameKey, words_of
from ekbom.criteria.person import FactProblem, Facts
from ekbom.model.finding import Reason

FAILED, HARMED = "rls_treatment_failed", "rls_treatment_harmed"
ALLERGIES, TREATMENT = "allergies", "rls_treatment"
INFUSIONS = "iv_iron_history"
AGAINST_RLS = "rls_treatment"
"""The group of what counts as a medicine that was tried: iron and home remedies are none."""
NO_MEDICINES = ("measures", "allergens")
"""Kinds of names that are known and no medicine."""
Names = Iterable[str] | None


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
            question = _question(name, tables)
            if question:
                yield FactProblem(
                    fact=place, rule_id="text.confirm_medicine", reason=question
                )


def tried(facts: Facts, tables: ClinicalTables) -> frozenset[str] | None:
    """Name the medicines for RLS that did not help or did harm, each once.

    None where nobody asked, or a name was not recognised.
    """
    lists = (facts.rls_treatment_failed, facts.rls_treatment_harmed)
    names = [name for names in lists for name in names or ()]
    if lists == (None, None) or any(_question(name, tables) for name in names):
        return None
    meant = (named_failed(name, tables).substances for name in names)
    against_rls = group_named(AGAINST_RLS, tables).generics
    return frozenset().union(*meant) & frozenset(against_rls)


@lru_cache(maxsize=8192)
def groups_of(name: str, tables: ClinicalTables) -> frozenset[str]:
    """Name the substances of a medicine or product, and every group that one of them belongs to."""
    substances = frozenset(named_failed(name, tables).substances)
    groups = (
        group.code
        for group in tables.medicine_groups
        if not substances.isdisjoint(group.generics)
    )
    return substances | frozenset(groups)


def _names(facts: Facts) -> Iterator[tuple[str, Names]]:
    yield FAILED, facts.rls_treatment_failed
    yield HARMED, facts.rls_treatment_harmed
    yield ALLERGIES, facts.allergies
    used, given = facts.rls_treatment, facts.iv_iron_history
    yield TREATMENT, None if used is None else [one.name for one in used]
    yield INFUSIONS, None if given is None else [one.product for one in given]


def _listing(names: Iterable[str], tables: ClinicalTables) -> Listing:
    all_names = tuple(names)
    groups = (groups_of(name, tables) for name in all_names)
    known = not any(_question(name, tables) for name in all_names)
    return Listing(frozenset().union(*groups), known=known)


def _question(name: str, tables: ClinicalTables) -> Reason | None:
    """Give what has to be asked about a name; None for a medicine, a measure or an allergen."""
    if words_of(name) in _no_medicines(tables):
        return None
    answer = named_failed(name, tables)
    if answer.outcome is Outcome.RECOGNISED:
        return None
    return answer.confirm


@lru_cache(maxsize=8)
def _no_medicines(tables: ClinicalTables) -> frozenset[NameKey]:
    """Give the names of measures and allergens."""
    return frozenset(
        words_of(name)
        for kind in NO_MEDICINES
        for name in tables.name_words.get(kind, ())
    )
