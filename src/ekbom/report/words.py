"""The words and number formats of a report.

One catalogue per language, one place that turns numbers into text.
"""

import datetime as dt
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from ekbom.model.assessment import Line
from ekbom.model.errors import UsageError
from ekbom.model.finding import Finding, Reason
from ekbom.model.recording import Recording

ENGLISH = "en"
LOWER = "lower"
SIGNS = {"comma": ", ", "semicolon": "; "}
"""How a place of a text may ask for a value beside its format."""
NAMES_OF_PEOPLE = ("Parkinson", "Epworth", "Cockcroft")
"""Titles begin with these, and keep their capital letter inside a sentence."""


@dataclass(frozen=True, kw_only=True)
class Locale:
    """How numbers and dates are written.

    `date` and `time` are patterns of `str.format` over year, month, day, hour, minute, second.
    """

    decimal_sign: str = "."
    date: str = "{year:04d}-{month:02d}-{day:02d}"
    time: str = "{hour:02d}:{minute:02d}"


@dataclass(frozen=True)
class Term:
    """A value of a finding or reason that may have a word of its own in the catalogue."""

    value: str | float
    texts: Mapping[str, str]

    def __str__(self) -> str:
        """Give the value as it is."""
        return format(self)

    def __repr__(self) -> str:
        """Quote the value, for ``{written!r}``."""
        return repr(self.value)

    def __format__(self, wanted: str) -> str:
        """Give the word of the group after ``@``, or the value as it is."""
        if wanted.startswith("@"):
            return self.texts.get(f"{wanted[1:]}.{self.value}", f"{self.value}")
        if wanted == LOWER:
            return inside(f"{self.value}")
        if isinstance(self.value, float) and not wanted:
            return plain_number(self.value)
        return format(self.value, wanted)


@dataclass(frozen=True)
class Listed:
    """Several words of a finding or reason; a place says how they are joined."""

    words: tuple[str, ...]
    separator: str

    def __str__(self) -> str:
        """Join them as the values of a record are joined."""
        return self.separator.join(self.words)

    def __format__(self, wanted: str) -> str:
        """Join by ``and`` or ``or`` before the last, or by the sign that is asked for."""
        if not wanted:
            return str(self)
        if wanted in SIGNS or len(self.words) < 2:
            return SIGNS.get(wanted, ", ").join(self.words)
        *first, last = self.words
        return f"{', '.join(first)} {wanted} {last}"


@dataclass(frozen=True)
class Numbers:
    """Several numbers of a finding; ``{times_s:spans}`` writes them as spans of clock times."""

    values: tuple[float, ...]

    def __str__(self) -> str:
        """Give the numbers one after the other."""
        return format(self)

    def __format__(self, wanted: str) -> str:
        """Give the numbers, or every two as the start and the end of a span."""
        if wanted == "spans":
            spans = zip(self.values[::2], self.values[1::2], strict=True)
            told = [
                f"{elapsed(start)}–{elapsed(stop)}" for start, stop in spans
            ]
        else:
            told = [plain_number(value) for value in self.values]
        return ", ".join(told)


@dataclass(frozen=True, kw_only=True)
class Wording:
    """All texts of a report in one language, with the locale of its numbers."""

    language: str
    texts: Mapping[str, str]
    locale: Locale = Locale()

    def __call__(self, key: str, **values: str | float) -> str:
        """Give a text by its key with its places filled.

        A key without a text is a mistake of the program.
        """
        return self.texts[key].format(**values)

    def finding(self, finding: Finding) -> str:
        """Say in one sentence what was noticed."""
        values = {
            "subject": finding.subject,
            "origin": finding.origin,
            **finding.values,
        }
        return self._filled(f"finding.{finding.code}", values)

    def reason(self, reason: Reason | None) -> str:
        """Say in half a sentence why something is as it is; nothing where there is no reason."""
        if reason is None:
            return ""
        return self._filled(f"reason.{reason.code}", reason.values)

    def code(self, group: str, code: str, **values: str) -> str:
        """Give the word for a code of a group with its places filled.

        A code that this version of the program does not know is shown as it is.
        """
        return self.texts.get(f"{group}.{code}", code).format(**values)

    def line(self, line: Line) -> str:
        """Give a sentence of a table, or what says it more closely."""
        return f"{self.reason(line.reason)}." if line.reason else line.text

    def _filled(self, key: str, values: Mapping[str, object]) -> str:
        """Fill the places of a text.

        A place such as ``{state:@state}`` takes the word for its value from the texts `state`.
        """
        told = {name: self._told(value) for name, value in values.items()}
        if key not in self.texts:
            return _untold(key, told)
        return self.texts[key].format(**told)

    def _told(self, value: object) -> object:
        """Prepare one value: a reason becomes its words, several names are joined by commas."""
        if isinstance(value, Reason):
            return self.reason(value)
        numbers = _numbers(value)
        if numbers:
            return Numbers(numbers)
        if isinstance(value, tuple):
            separator = (
                "; "
                if any(isinstance(item, Reason) for item in value)
                else ", "
            )
            told = tuple(str(self._told(item)) for item in value)
            return Listed(told, separator)
        return (
            Term(value, self.texts) if isinstance(value, str | float) else value
        )

    def has(self, key: str) -> bool:
        """Tell whether the catalogue holds a text of that key."""
        return key in self.texts

    def number(self, value: float | None, *, decimals: int = 1) -> str:
        """Write a number with the decimal sign of the locale.

        A dash for a value that is not there.
        """
        if value is None or math.isnan(value):
            return "–"
        text = f"{value:.{decimals}f}"
        return text.replace(".", self.locale.decimal_sign).replace("-", "−")

    def exact(self, value: float) -> str:
        """Write a number of a table with no more digits than it has."""
        return f"{value:g}".replace(".", self.locale.decimal_sign).replace(
            "-", "−"
        )

    def date(self, moment: dt.datetime) -> str:
        """Write the day of a moment."""
        return self.locale.date.format(**_parts(moment))

    def night_date(self, recording: Recording) -> str:
        """Write the day a recording began, or that it is withheld or unknown."""
        if recording.start is None:
            return self("identity.unknown")
        if recording.date is None:
            return self("identity.withheld")
        return self.date(recording.start)

    def clock(self, moment: dt.datetime) -> str:
        """Write the time of day of a moment."""
        return self.locale.time.format(**_parts(moment))

    def span(self, minutes: float) -> str:
        """Write a length of time in hours and minutes."""
        whole = round(minutes)
        if whole < 60:
            return self("unit.minutes", minutes=str(whole))
        return self(
            "unit.hours_minutes", hours=whole // 60, minutes=f"{whole % 60:02d}"
        )


def elapsed(time_s: float) -> str:
    """Write a time from recording start as h:mm:ss."""
    minutes, seconds = divmod(round(time_s), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"


def _numbers(value: object) -> tuple[float, ...]:
    """Give the numbers where several stand, and nothing else."""
    items = value if isinstance(value, tuple) else ()
    numbers = tuple(item for item in items if isinstance(item, int | float))
    return numbers if len(numbers) == len(items) else ()


def plain_number(value: float) -> str:
    """Write a number without rounding it away."""
    return f"{value:.4g}" if abs(value) < 1000 else f"{value:.0f}"


def titled(title: str, text: str, *, sign: str = ":") -> str:
    """Put a title before its text; one that ends as a question needs no other sign.

    Examples
    --------
    >>> titled("Pregnancy", "Ask."), titled("Is there a pregnancy?", "Ask.")
    ('Pregnancy: Ask.', 'Is there a pregnancy? Ask.')
    """
    end = "" if title.endswith("?") else sign
    return f"{title}{end} {text}"


def inside(title: str) -> str:
    """Write a title as it stands inside a sentence; an abbreviation keeps its letters.

    Examples
    --------
    >>> inside("Low iron"), inside("RLS")
    ('low iron', 'RLS')
    """
    second = title[1:2]
    kept = second.isupper() or title.startswith(NAMES_OF_PEOPLE)
    kept = kept or second == "-"
    return title if kept else title[:1].lower() + title[1:]


def _untold(key: str, values: Mapping[str, object]) -> str:
    """Show the code and the values of a record that a later version of the program made."""
    code = key.partition(".")[2]
    listed = ", ".join(
        f"{name} {value}" for name, value in values.items() if value != ""
    )
    return f"{code} ({listed})" if listed else code


def _parts(moment: dt.datetime) -> dict[str, int]:
    return {
        name: getattr(moment, name)
        for name in ("year", "month", "day", "hour", "minute", "second")
    }


def load_wording(
    language: str = ENGLISH, *, locale: Locale | None = None
) -> Wording:
    """Load the catalogue of a language; a text it lacks is taken from the English one.

    Raises
    ------
    UsageError
        When there is no catalogue of that language.
    """
    texts = dict(_catalogue(ENGLISH)) | dict(_catalogue(language))
    return Wording(
        language=language,
        texts=MappingProxyType(texts),
        locale=locale or Locale(),
    )


@cache
def _catalogue(language: str) -> Mapping[str, str]:
    folder = resources.files("ekbom.report").joinpath("texts", language)
    if not folder.is_dir():
        raise UsageError(
            f"There is no catalogue of texts for the language {language!r}; "
            f"use 'en' or add the folder texts/{language}."
        )
    texts: dict[str, str] = {}
    for source in folder.iterdir():
        texts |= _flat(tomllib.loads(source.read_text(encoding="utf-8")))
    return MappingProxyType(texts)


def _flat(table: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, item in table.items():
        name = f"{prefix}{key}"
        found |= (
            _flat(item, f"{name}.")
            if isinstance(item, dict)
            else {name: str(item)}
        )
    return found
