"""The index of medicine names: substances, products, doubtful names, words around a name."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from ekbom.model.source import Source

NameKey = tuple[str, ...]
"""The words of a name without accents, in alphabetical order: how two names are compared."""
WORD_KINDS = (
    "salts",
    "forms",
    "doses",
    "late_words",
    "makers",
    "joiners",
    "asides",
    "no_medicine",
    "measures",
    "allergens",
)
_LETTERS = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i"}
)
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"}
)
_APOSTROPHE = re.compile(r"['’`´]")
_DOTTED = re.compile(r"(?<![a-z0-9])([a-z])\.(?=[a-z](?![a-z]))")
_NUMBERED = re.compile(r"(?<![a-z0-9])(\d+)-(?=[a-z]{2})")
_WORD = re.compile("[a-z0-9]+")


@dataclass(frozen=True, kw_only=True)
class Substance:
    """One substance: its generic name, its codes, the groups it belongs to and its other names."""

    generic: str
    title: str
    groups: tuple[str, ...]
    source: Source
    atc: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class WrittenSubstance:
    """A substance as a table writes it; `also` names groups besides those of its class."""

    generic: str
    atc: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SubstanceClass:
    """Substances that share groups and a source."""

    title: str
    source: Source
    substances: tuple[WrittenSubstance, ...]
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Combination:
    """Products that hold several substances."""

    of: tuple[str, ...]
    names: tuple[str, ...]
    source: Source


@dataclass(frozen=True, kw_only=True)
class DoubtfulName:
    """A name that stands for different substances in different places, or for a whole class."""

    name: str
    may_be: tuple[str, ...]
    source: Source


NameWords = Mapping[str, tuple[str, ...]]
"""The words around a name, by kind (see `WORD_KINDS`)."""


@lru_cache(maxsize=32768)
def words_of(text: str) -> NameKey:
    """Split a name into its words: small letters, no accents, no signs.

    Examples
    --------
    >>> words_of("Acide valproïque 500mg, b.d.")
    ('acide', 'valproique', '500mg', 'bd')
    >>> words_of("5-ASA")
    ('5asa',)
    """
    bare = text.lower() if text.isascii() else _without_accents(text)
    joined = _DOTTED.sub(r"\1", _APOSTROPHE.sub("", bare))
    return tuple(_WORD.findall(_NUMBERED.sub(r"\1", joined)))


def _without_accents(text: str) -> str:
    small = text.casefold().translate(_LETTERS)
    return "".join(
        letter
        for letter in unicodedata.normalize("NFKD", small)
        if not unicodedata.combining(letter)
    )


def spelled_words(name: str) -> tuple[NameKey, ...]:
    """Give the words of a name of the table: umlauts as one letter and as two.

    Examples
    --------
    >>> spelled_words("Folsäure")
    (('folsaure',), ('folsaeure',))
    """
    if name.isascii():
        return (words_of(name),)
    with_two_letters = unicodedata.normalize("NFC", name.casefold())
    ways = (words_of(name), words_of(with_two_letters.translate(_UMLAUTS)))
    return tuple(dict.fromkeys(ways))


def name_keys(name: str) -> tuple[NameKey, ...]:
    """Give what a name of the table is found by; the order of its words does not matter."""
    return tuple(tuple(sorted(words)) for words in spelled_words(name))
