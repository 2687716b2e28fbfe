"""One catalogue of texts.

Nothing used that is missing, nothing kept that is unused, numbers as the locale writes them.
"""

import datetime as dt
import re
from pathlib import Path

import pytest

from ekbom import report
from ekbom.model.errors import UsageError
from ekbom.report.words import Locale, load_wording

ROOM = Path(report.__file__).parent
SOURCES = "\n".join(
    path.read_text(encoding="utf-8")
    for path in ROOM.rglob("*")
    if path.suffix in {".py", ".j2", ".typ"}
)


def test_wording_every_key_in_the_code_has_a_text() -> None:
    texts = load_wording().texts
    used = set(re.findall(r'(?:words|labels)(?:\.at)?[(\[]\s*"([a-z_]+\.[a-z_.]+)"', SOURCES))
    assert used
    assert used <= set(texts), used - set(texts)


def test_wording_every_text_is_used() -> None:
    begun = tuple(re.findall(r"""["']([a-z]+[a-z_.]*[._])\{""", SOURCES))
    begun += tuple(f"{group}." for group in re.findall(r":@([a-z_]+)\}", str(load_wording().texts)))
    literal = set(re.findall(r'"([a-z_]+\.[a-z_.]+)"', SOURCES))
    unused = [
        key for key in load_wording().texts if key not in literal and not key.startswith(begun)
    ]
    assert unused == []


def test_wording_numbers_and_dates_follow_the_locale() -> None:
    words = load_wording(
        "en",
        locale=Locale(
            decimal_sign=",", date="{day:02d}.{month:02d}.{year}", time="{hour:02d}.{minute:02d}"
        ),
    )
    assert words.number(1234.56) == "1234,6"
    assert words.number(-0.5, decimals=2) == "−0,50"
    assert words.number(None) == "–"
    assert words.number(float("nan")) == "–"
    assert words.date(dt.datetime(2024, 3, 9, 22, 31)) == "09.03.2024"
    assert words.clock(dt.datetime(2024, 3, 9, 22, 31)) == "22.31"
    assert words.span(465.4) == "7 h 45 min"


def test_wording_unknown_language_is_refused_with_what_to_do() -> None:
    with pytest.raises(UsageError, match="no catalogue of texts for the language 'xx'"):
        load_wording("xx")
