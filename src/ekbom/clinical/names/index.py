"""Every name of the tables by its words, with what it stands for."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from ekbom.criteria.guidelines import ClinicalTables
from ekbom.criteria.medicine_names import (
    NameKey,
    Substance,
    name_keys,
    spelled_words,
    words_of,
)

_LETTERS_OF_A_SALT = 5
_LETTERS_OF_A_NAME = 4
"""Fewer letters than these are no salt, and no name, that was written as one word with another."""


class Meaning(NamedTuple):
    """What a name stands for: substances, or the name in doubt and what it may be."""

    substances: frozenset[str] = frozenset()
    doubtful: tuple[str, ...] = ()

    def joined(self, other: "Meaning") -> "Meaning":
        """Join what two names in one line stand for."""
        return Meaning(
            self.substances | other.substances, self.doubtful or other.doubtful
        )


class NameIndex(NamedTuple):
    """The names of the tables, ready to be looked up.

    `names` finds a name whatever the order of its words, `glued` one written without spaces;
    `kinds` says what a word around a name is; `plain` are the names as text, with a generic name.
    """

    names: Mapping[NameKey, Meaning]
    glued: Mapping[str, Meaning]
    kinds: Mapping[str, str]
    no_medicine: frozenset[NameKey]
    long_salts: tuple[str, ...]
    longest: int
    plain: Mapping[str, str]
    substances: Mapping[str, Substance]
    codes: Mapping[str, frozenset[str]]


@cache
def name_index(tables: ClinicalTables) -> NameIndex:
    """Build the index of some tables, once."""
    meant = list(_meanings(tables))
    kinds = {
        word: kind
        for kind, words in tables.name_words.items()
        if kind != "no_medicine"
        for word in words
    }
    salts = tables.name_words.get("salts", ())
    return NameIndex(
        names={key: m for name, m in meant for key in name_keys(name)},
        glued={
            "".join(words): m
            for name, m in meant
            for words in spelled_words(name)
        },
        kinds=kinds,
        no_medicine=frozenset(
            words_of(text) for text in tables.name_words.get("no_medicine", ())
        ),
        long_salts=tuple(
            sorted(
                (s for s in salts if len(s) >= _LETTERS_OF_A_SALT),
                key=lambda salt: -len(salt),
            )
        ),
        longest=max(
            (len(words_of(name)) for name, _ in meant),
            default=0,
        ),
        plain=dict(_plain(tables)),
        substances={one.generic: one for one in tables.substances},
        codes=_codes(tables.substances),
    )


def _meanings(tables: ClinicalTables) -> Iterator[tuple[str, Meaning]]:
    """Go over every name with what it stands for."""
    for one in tables.substances:
        meaning = Meaning(frozenset({one.generic}))
        for name in (one.generic, *one.spellings, *one.brands):
            yield name, meaning
    for product in tables.combinations:
        meaning = Meaning(frozenset(product.of))
        for name in product.names:
            yield name, meaning
    for doubt in tables.doubtful_names:
        yield doubt.name, Meaning(doubtful=doubt.may_be)


def _plain(tables: ClinicalTables) -> Iterator[tuple[str, str]]:
    """Give every name as plain text with the generic name to offer for it."""
    for one in tables.substances:
        for name in (one.generic, *one.spellings, *one.brands):
            yield " ".join(words_of(name)), one.generic
    for product in tables.combinations:
        for name in product.names:
            yield " ".join(words_of(name)), " + ".join(product.of)


def _codes(substances: Iterable[Substance]) -> dict[str, frozenset[str]]:
    """Name the substances of every ATC code."""
    codes: dict[str, frozenset[str]] = {}
    for one in substances:
        for code in one.atc:
            codes[code] = codes.get(code, frozenset()) | {one.generic}
    return codes


def look_up(words: NameKey, index: NameIndex) -> Meaning | None:
    """Look up words that stand side by side: in any order, or written as one word."""
    found = index.names.get(tuple(sorted(words)))
    found = found or index.glued.get("".join(words))
    if found is None and len(words) == 1:
        return _without_salt(words[0], index)
    return found


def _without_salt(word: str, index: NameIndex) -> Meaning | None:
    """Look up a word that holds a salt before or behind the name, as in natriumvalproat."""
    for salt in index.long_salts:
        for rest in (word.removesuffix(salt), word.removeprefix(salt)):
            if rest != word and len(rest) >= _LETTERS_OF_A_NAME:
                found = index.names.get((rest,))
                if found:
                    return found
    return None
