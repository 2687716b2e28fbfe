"""The index of medicine names: every name means one thing, and every group exists."""

from collections.abc import Iterable, Iterator

from ekbom.criteria.guidelines import ClinicalTables
from ekbom.criteria.medicine_names import (
    WORD_KINDS,
    NameKey,
    name_keys,
    words_of,
)
from ekbom.rules.strict_yaml import TableError


def check_names(tables: ClinicalTables) -> None:
    """Refuse names written twice or for two meanings, and groups or substances that are not there.

    Raises
    ------
    TableError
        Naming the name and the two places it stands for.
    """
    generics = [one.generic for one in tables.substances]
    _once(generics, "the substance")
    _check_groups(tables)
    for product in tables.combinations:
        _all_known(product.of, generics, f"the product {product.names[0]!r}")
    for doubt in tables.doubtful_names:
        _all_known(doubt.may_be, generics, f"the name {doubt.name!r}")
    if generics:
        _all_known(
            (one.generic for one in tables.medicines),
            generics,
            "the table of effects",
        )
    _check_spellings(tables)
    _check_words(tables)


def _once(names: Iterable[str], what: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise TableError(f"{what} {name!r} is written twice; keep one")
        seen.add(name)


def _all_known(
    names: Iterable[str], generics: Iterable[str], what: str
) -> None:
    missing = sorted(set(names) - set(generics))
    if missing:
        raise TableError(
            f"{what} names the substance {missing[0]!r}, which the index of names does not hold"
        )


def _check_groups(tables: ClinicalTables) -> None:
    groups = {group.code for group in tables.medicine_groups}
    for one in tables.substances:
        unknown = sorted(set(one.groups) - groups)
        if unknown:
            raise TableError(
                f"the substance {one.generic!r} names the group {unknown[0]!r}, "
                "which does not exist"
            )
    for group in tables.medicine_groups if tables.substances else ():
        if not group.generics:
            raise TableError(
                f"the group {group.code!r} has no substance; a rule would never find it"
            )


def _check_spellings(tables: ClinicalTables) -> None:
    """Refuse a spelling that stands twice, or that holds no word."""
    owners: dict[NameKey, str] = {}
    written: set[NameKey] = set()
    for name, owner in _names(tables):
        keys = name_keys(name)
        if not keys[0]:
            raise TableError(f"{owner}: the name {name!r} holds no word")
        others = [
            owners[key] for key in keys if owners.get(key, owner) != owner
        ]
        if others or keys[0] in written:
            other = next(iter(others), owner)
            raise TableError(
                f"the name {name!r} stands for {owner} and for {other}; "
                "a name means one thing and is written once"
            )
        written.add(keys[0])
        owners |= dict.fromkeys(keys, owner)


def _names(tables: ClinicalTables) -> Iterator[tuple[str, str]]:
    """Go over every name with what it stands for."""
    for one in tables.substances:
        for name in (one.generic, *one.spellings, *one.brands):
            yield name, one.generic
    for product in tables.combinations:
        for name in product.names:
            yield name, " + ".join(product.of)
    for doubt in tables.doubtful_names:
        yield doubt.name, f"any of {', '.join(doubt.may_be)}"


def _check_words(tables: ClinicalTables) -> None:
    """Refuse a word of two kinds, a kind nobody reads, and a name among what is no medicine."""
    kinds = sorted(set(tables.name_words) - set(WORD_KINDS))
    if kinds:
        raise TableError(
            f"name_words: the kind {kinds[0]!r} is unknown; known are {', '.join(WORD_KINDS)}"
        )
    around = (
        word
        for kind, words in tables.name_words.items()
        if kind != "no_medicine"
        for word in words
    )
    _once(around, "the word")
    names = {key for name, _ in _names(tables) for key in name_keys(name)}
    for text in tables.name_words.get("no_medicine", ()):
        if tuple(sorted(words_of(text))) in names:
            raise TableError(
                f"{text!r} stands among the words that are no medicine, but it is the name of one"
            )
