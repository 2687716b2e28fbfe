"""Recognise a name as typed: a medicine, no medicine at all, or a name nobody knows.

Only exact names count. Doses, forms, salts, times and makers around them are left out; every other
word that is no name makes the whole name unknown. A near name is offered in the question.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz, process

from ekbom.clinical.names.index import (
    Meaning,
    NameIndex,
    look_up,
    name_index,
)
from ekbom.criteria.guidelines import ClinicalTables
from ekbom.criteria.medicine_names import NameKey, words_of
from ekbom.model.finding import Reason

SUGGEST_FROM = 80.0
"""Likeness of two names (0 to 100, a property of the comparison) from which one is suggested.

A suggested name is confirmed by a person, never taken.
"""
LEFT_OUT = frozenset({"salts", "forms", "doses", "makers"})
LATE, JOINER, SALT = "late_words", "joiners", "salts"
_AMOUNT = re.compile(r"(\d+)([a-z]*)")
_PARTS = re.compile(r"[+/,;&]")


class Outcome(StrEnum):
    """What became of a name."""

    RECOGNISED = "recognised"
    UNKNOWN = "unknown"
    NO_MEDICINE = "no_medicine"


class Recognised(NamedTuple):
    """What a name stands for, and what a person should confirm where that is not certain.

    An unknown name may hold substances: those of its parts that were recognised.
    """

    outcome: Outcome
    substances: tuple[str, ...] = ()
    confirm: Reason | None = None


class _Cover(NamedTuple):
    """One way to read the first words: how many were left out, how many names, what they mean."""

    left_out: int
    names: int
    meanings: frozenset[Meaning]


@lru_cache(maxsize=8192)
def recognise(name: str, atc: str, tables: ClinicalTables) -> Recognised:
    """Recognise a medicine by name or, where the name says nothing, by its ATC code.

    A name and a code that mean different medicines are both refused.
    """
    index = name_index(tables)
    coded = index.codes.get(atc.upper(), frozenset())
    meaning = _meaning(words_of(name), index)
    if meaning and not meaning.doubtful:
        if coded and coded.isdisjoint(meaning.substances):
            return Recognised(
                Outcome.UNKNOWN,
                confirm=Reason(
                    "medicine-two-meanings", {"name": name, "atc": atc}
                ),
            )
        return _recognised(meaning.substances)
    if coded:
        return _recognised(coded)
    return _doubtful(name, meaning) if meaning else _not_found(name, index)


def _recognised(substances: frozenset[str]) -> Recognised:
    return Recognised(Outcome.RECOGNISED, tuple(sorted(substances)))


def _doubtful(name: str, meaning: Meaning) -> Recognised:
    """Ask which medicine is meant by a name that stands for several."""
    may_be = ", ".join(meaning.doubtful)
    return Recognised(
        Outcome.UNKNOWN,
        tuple(sorted(meaning.substances)),
        Reason("medicine-doubtful", {"name": name, "generic": may_be}),
    )


def _not_found(name: str, index: NameIndex) -> Recognised:
    """Tell a word that is no medicine from a name nobody knows."""
    words = words_of(name)
    if not words and any(letter.isalpha() for letter in name):
        reason = Reason("medicine-unknown", {"name": name})
        return Recognised(Outcome.UNKNOWN, confirm=reason)
    if words in index.no_medicine or all(
        _is_left_out(words, place, index) for place in range(len(words))
    ):
        reason = Reason("medicine-no-name", {"name": name})
        return Recognised(Outcome.NO_MEDICINE, confirm=reason)
    near = process.extractOne(
        " ".join(words),
        index.plain.keys(),
        scorer=fuzz.ratio,
        score_cutoff=SUGGEST_FROM,
    )
    question = Reason("medicine-unknown", {"name": name})
    if near:
        meant = index.plain[near[0]]
        question = Reason("medicine-misspelt", {"name": name, "generic": meant})
    return Recognised(Outcome.UNKNOWN, _named_parts(name, index), question)


def _named_parts(name: str, index: NameIndex) -> tuple[str, ...]:
    """Name what the parts of a list hold, though another part of it is unknown."""
    parts = _PARTS.split(name)
    if len(parts) == 1:
        return ()
    meant = (_meaning(words_of(part), index) for part in parts)
    found = frozenset[str]().union(*(m.substances for m in meant if m))
    return tuple(sorted(found))


def _meaning(words: NameKey, index: NameIndex) -> Meaning | None:
    """Read a whole name; None where a word is unknown or the words can be read in two ways."""
    whole = look_up(words, index)
    if whole:
        return whole
    return _read(words, index, salts_are_names=False) or _read(
        words, index, salts_are_names=True
    )


def _read(
    words: NameKey, index: NameIndex, *, salts_are_names: bool
) -> Meaning | None:
    """Read the words from left to right as names, with as few words left out as possible.

    A salt that is a medicine by itself (magnesium) is read as a name only where nothing else is.
    """
    best: list[_Cover | None] = [_Cover(0, 0, frozenset({Meaning()}))]
    best += [None] * len(words)
    for start in range(len(words)):
        cover = best[start]
        if cover is None:
            continue
        if _is_left_out(words, start, index):
            left_out = cover._replace(left_out=cover.left_out + 1)
            best[start + 1] = _better(best[start + 1], left_out)
        for end in range(start + 1, min(len(words), start + index.longest) + 1):
            part = words[start:end]
            if len(part) == 1 and not salts_are_names and _is_salt(part, index):
                continue
            found = look_up(part, index)
            if found:
                best[end] = _better(best[end], _with_name(cover, found))
    return _only_meaning(best[-1])


def _only_meaning(cover: _Cover | None) -> Meaning | None:
    if cover is None or not cover.names or len(cover.meanings) > 1:
        return None
    return next(iter(cover.meanings))


def _with_name(cover: _Cover, found: Meaning) -> _Cover:
    meanings = frozenset(m.joined(found) for m in cover.meanings)
    return _Cover(cover.left_out, cover.names + 1, meanings)


def _better(one: _Cover | None, other: _Cover) -> _Cover:
    """Keep the way that leaves out fewer words and needs fewer names; equal ways are both kept."""
    if one is None or other[:2] < one[:2]:
        return other
    if other[:2] > one[:2]:
        return one
    return one._replace(meanings=one.meanings | other.meanings)


def _is_salt(words: Sequence[str], index: NameIndex) -> bool:
    return index.kinds.get(words[0]) == SALT


def _is_left_out(words: NameKey, place: int, index: NameIndex) -> bool:
    """Whether a word only says how much, how, when, in which form, or who makes it."""
    word = words[place]
    kind = index.kinds.get(word)
    if kind in LEFT_OUT or _is_amount(word, index):
        return True
    if kind == LATE:
        return place > 0 and _is_left_out(words, place - 1, index)
    return kind == JOINER and 0 < place < len(words) - 1


def _is_amount(word: str, index: NameIndex) -> bool:
    """Whether a word is a number, alone or with its unit."""
    amount = _AMOUNT.fullmatch(word)
    if amount is None:
        return False
    unit = amount.group(2)
    return not unit or index.kinds.get(unit) in LEFT_OUT
