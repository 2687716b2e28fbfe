"""How a scored night shows itself and becomes a data frame: one row for each index."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from ekbom.frames.equal import Comparable
from ekbom.frames.framed import Column, Framed
from ekbom.frames.html import html_table

SHOWN = (
    "plms_per_h",
    "plms_count",
    "plms_arousal_per_h",
    "plmw_per_h",
    "clm_tib_count",
    "lm_tib_count",
    "pi_intervals",
    "imi_median_s",
)
"""The indices that a scored night shows of itself, the first in one line."""
SLEEP = "sleep"


class _Code(Protocol):
    @property
    def code(self) -> str: ...


class _Index(Protocol):
    @property
    def value(self) -> float | None: ...
    @property
    def unit(self) -> str: ...
    @property
    def reason(self) -> _Code | None: ...


class _Recording(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def duration_s(self) -> float: ...


class _Score(Protocol):
    @property
    def indices(self) -> Mapping[str, _Index]: ...


class _Night(Protocol):
    @property
    def recording(self) -> _Recording: ...
    @property
    def scores(self) -> Mapping[str, _Score]: ...
    @property
    def sleep(self) -> Mapping[str, _Index]: ...


class ScoredNight(Comparable, Framed):
    """A scored night: its data frame has a row per index, with rule set, value, unit and reason.

    Two are equal if everything that was read, found and counted is; what only figures draw and
    what explains a table does not count, so a result is equal to the one read from its file.
    """

    def columns(self: _Night) -> dict[str, Column]:
        """Give every index as a row; those of sleep itself stand under ``sleep``."""
        rows = [
            (rules, name, index.value, index.unit, _code(index))
            for rules, indices in _by_rules(self)
            for name, index in indices.items()
        ]
        names = ("rule_set", "index", "value", "unit", "reason")
        return dict(zip(names, zip(*rows, strict=True), strict=True))

    def __repr__(self: _Night) -> str:
        """Name the recording, its length, the rule sets, and the first index by each."""
        told = ", ".join(
            f"{rules}: {_told(SHOWN[0], score.indices)}"
            for rules, score in self.scores.items()
        )
        hours = self.recording.duration_s / 3600
        return f"<StudyResult {self.recording.name}, {hours:.2f} h; {told}>"

    def _repr_html_(self: _Night) -> str:
        """Show the main indices by every rule set in a notebook."""
        by_rules = [score.indices for score in self.scores.values()]
        rows = [
            (name, *(_number(indices.get(name)) for indices in by_rules))
            for name in SHOWN
            if any(name in indices for indices in by_rules)
        ]
        rows += [(name, _number(index)) for name, index in self.sleep.items()]
        return html_table(("", *self.scores), rows, caption=self.recording.name)


def _by_rules(night: _Night) -> Iterator[tuple[str, Mapping[str, _Index]]]:
    for rules, score in night.scores.items():
        yield rules, score.indices
    yield SLEEP, night.sleep


def _code(index: _Index) -> str:
    return "" if index.reason is None else index.reason.code


def _told(name: str, indices: Mapping[str, _Index]) -> str:
    return f"{name} {_number(indices.get(name))}"


def _number(index: _Index | None) -> str:
    """Write a value with its unit; a code where there is none."""
    if index is None:
        return "-"
    if index.value is None:
        return f"- ({_code(index)})"
    space = "" if index.unit.startswith("/") else " "
    return f"{index.value:.4g}{space}{index.unit}".strip()
