"""JSON from elsewhere becomes values: numbers, depth and letters that every room can take."""

import json
from collections.abc import Iterator

from ekbom.codec.refusal import is_whole_text, shown

DEEPEST = 40
"""Levels of lists and objects; nothing that Ekbom reads needs more than half of them."""
MOST_DIGITS = 18
"""Digits of a whole number; every number of 64 bits is shorter than one digit more."""


def json_values(text: str) -> object:
    """Read a JSON text.

    Raises
    ------
    ValueError
        If it is no JSON, is nested too deeply, or holds a whole number or a letter that no file of
        Ekbom can hold; the message is half a sentence.

    Examples
    --------
    >>> json_values('{"age_years": 61}')
    {'age_years': 61}
    """
    try:
        values = json.loads(text, parse_int=_whole_number)
    except RecursionError:
        raise _too_deep() from None
    _require_plain(values, letters="\\u" in text or not is_whole_text(text))
    return values


def _whole_number(digits: str) -> int:
    if len(digits.removeprefix("-")) > MOST_DIGITS:
        raise ValueError(f"{shown(digits)} has more than {MOST_DIGITS} digits")
    return int(digits)


def _too_deep() -> ValueError:
    return ValueError(
        f"lists and objects stand more than {DEEPEST} levels deep in each other"
    )


def _require_plain(values: object, *, letters: bool) -> None:
    """Refuse what is nested too deeply and, where `letters` are in doubt, halves of a letter."""
    level = [values]
    for _ in range(DEEPEST):
        if letters:
            _require_whole_letters(level)
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return
    raise _too_deep()


def _inside(value: object) -> Iterator[object]:
    """Give what a list or an object holds, the keys of an object too."""
    if isinstance(value, list):
        yield from value
    elif isinstance(value, dict):
        yield from value
        yield from value.values()


def _require_whole_letters(values: list[object]) -> None:
    for value in values:
        if isinstance(value, str) and not is_whole_text(value):
            raise ValueError(f"{shown(value)} holds half of a letter")
