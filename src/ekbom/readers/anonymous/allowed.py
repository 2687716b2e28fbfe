"""What of a recording's texts may stay: words of signals, units, filters and scorings, no others.

A text that is not known to be one of these is taken for free text and does not stay.
"""

import functools
import re
from collections.abc import Collection
from importlib import resources

from ekbom.model.recording import Role
from ekbom.readers.channels.labels import recognise_label
from ekbom.readers.channels.units import canonical_unit
from ekbom.readers.scorings.meanings import (
    DURATION_PART,
    SCORED_BY,
    SIDE_WORDS,
    plain,
    vocabulary,
)

LETTERS = re.compile(r"[^\W\d_]+")
SHORT = 3
"""Letters of an electrode, such as ``CaL``; a longer word must be known."""
LABEL_LETTERS = 16
"""Letters that a label of EDF has room for; the last word of such a label may be cut."""
UNITS = frozenset(
    {
        "",
        "%",
        "°",
        "g/s",
        "h",
        "lx",
        "pa",
        "tr/min",
        "v/s",
        "a",
        "bpm",
        "bps",
        "c",
        "cmh2o",
        "db",
        "deg",
        "degc",
        "degrees",
        "g",
        "hz",
        "l",
        "l/m",
        "l/min",
        "l/s",
        "lux",
        "mbar",
        "ml/s",
        "mmhg",
        "ms",
        "ohm",
        "kohm",
        "s",
    }
)
FILTER_WORDS = frozenset(
    {
        "bp",
        "dc",
        "high",
        "highpass",
        "hp",
        "hz",
        "khz",
        "low",
        "lowpass",
        "lp",
        "mhz",
        "n",
        "none",
        "notch",
        "pass",
        "s",
        "tc",
    }
)


def allowed_label(label: str) -> bool:
    """Tell whether a label is made of known words of signals and short names of electrodes."""
    meaning = recognise_label(label)
    if meaning.role is not Role.OTHER or meaning.reason is not None:
        return True
    whole, cut = LETTERS.findall(label.casefold()), []
    if len(label) == LABEL_LETTERS:
        whole, cut = whole[:-1], whole[-1:]
    return all(
        len(word) <= SHORT or word in _signal_words() for word in whole
    ) and all(len(word) <= SHORT or _begins_one(word) for word in cut)


def allowed_unit(unit: str) -> bool:
    """Tell whether a text is a known unit."""
    return canonical_unit(unit).is_voltage or unit.casefold() in UNITS


def allowed_filter(text: str) -> bool:
    """Tell whether a text says nothing but limits of filters."""
    return set(LETTERS.findall(text.casefold())) <= FILTER_WORDS


def allowed_text(text: str, labels: Collection[str]) -> str:
    """Give what may stay of a text mark, empty where nothing may.

    Parameters
    ----------
    text
        As written: ``text@@channel``, ``concept|original``.
    labels
        Labels that stay in the header.
    """
    body, _, bound = text.partition("@@")
    body = DURATION_PART.sub("DUR", SCORED_BY.sub("", body)).strip()
    parts = [part for part in body.split("|") if _is_known(part)]
    kept = body if _is_known(body) else "|".join(parts)
    channel = bound.strip()
    return f"{kept}@@{channel}" if kept and channel in labels else kept


def _begins_one(word: str) -> bool:
    """Tell whether a word is the beginning of a known one."""
    return any(known.startswith(word) for known in _signal_words())


def _is_known(text: str) -> bool:
    """Tell whether a whole text stands in the table of scorers' texts, a leg named beside it."""
    words = plain(text).split()
    bare = [word for word in words if word not in SIDE_WORDS]
    return " ".join(words) in _texts() or (
        bool(bare) and " ".join(bare) in _texts()
    )


@functools.cache
def _texts() -> frozenset[str]:
    return frozenset(text for _, text in vocabulary())


@functools.cache
def _signal_words() -> frozenset[str]:
    source = resources.files("ekbom.readers.anonymous").joinpath(
        "signal_words.txt"
    )
    return frozenset(source.read_text(encoding="utf-8").split())
