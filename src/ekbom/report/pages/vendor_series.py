"""Periodic movements and series as the source marked them, beside those built anew.

Marks of periodic movements follow the rules of the program that made them, which may measure
intervals otherwise; series are always built anew from the single movements.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ekbom.model.events import Event, EventKind
from ekbom.model.movements import ScoredMovements
from ekbom.model.result import StudyResult
from ekbom.report.numbers import main_rule_set, main_score
from ekbom.report.words import Wording, elapsed

SINGLE = (EventKind.LM, EventKind.PLM)
PERIODIC = (EventKind.PLM, EventKind.PLM_SERIES)
NOTHING = "–"
Row = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class VendorTable:
    """What the source says of periodicity, row by row, beside what the rule set makes of it."""

    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    caption: str = ""


@dataclass(frozen=True, kw_only=True)
class _Series:
    """One series built anew: [onset_s, end_s), and how many movements are in it."""

    number: int
    onset_s: float
    end_s: float
    members: int


def vendor_table(result: StudyResult, *, words: Wording) -> VendorTable:
    """Compare the marks of the source; nothing where it marks no periodic movement."""
    marked = [event for event in result.events if event.kind in PERIODIC]
    if not marked:
        return VendorTable()
    rows = main_score(result).movements
    built = _built(rows)
    series = [one for one in marked if one.kind is EventKind.PLM_SERIES]
    single = [event for event in result.events if event.kind in SINGLE]
    return VendorTable(
        columns=(
            words("section.name_column"),
            words("vendor.source_column"),
            words("vendor.built_column", rule_set=main_rule_set(result)),
        ),
        rows=(
            *_totals(result, rows, (len(series), len(built)), words),
            *_side_by_side(series, built, single, words),
        ),
        caption=words("vendor.caption"),
    )


def _totals(
    result: StudyResult,
    rows: ScoredMovements,
    series: tuple[int, int],
    words: Wording,
) -> Iterator[Row]:
    """Count movements, periodic movements and series on both sides."""
    kinds = [event.kind for event in result.events]
    single = sum(kinds.count(kind) for kind in SINGLE)
    legs = len(main_score(result).leg_movements.onset_s)
    yield words("vendor.movements"), str(single), str(legs)
    periodic = kinds.count(EventKind.PLM)
    plm = str(int(rows.plm.sum()))
    yield words("vendor.periodic"), str(periodic) if periodic else NOTHING, plm
    yield words("vendor.series"), str(series[0]), str(series[1])


def _built(rows: ScoredMovements) -> list[_Series]:
    """List the series of a rule set."""
    found = []
    for number in range(1, int(rows.series_id.max(initial=0)) + 1):
        members = np.flatnonzero(rows.series_id == number)
        if members.size:
            ends_s = rows.onset_s[members] + rows.duration_s[members]
            found.append(
                _Series(
                    number=number,
                    onset_s=float(rows.onset_s[members].min()),
                    end_s=float(ends_s.max()),
                    members=int(members.size),
                )
            )
    return found


def _side_by_side(
    marked: Sequence[Event],
    built: Sequence[_Series],
    single: Sequence[Event],
    words: Wording,
) -> Iterator[Row]:
    """Put every marked series beside those that overlap it, then those the source has not."""
    met: set[int] = set()
    for place, event in enumerate(marked, start=1):
        end_s = event.onset_s + event.duration_s
        same = [
            one
            for one in built
            if one.onset_s < end_s and event.onset_s < one.end_s
        ]
        met |= {one.number for one in same}
        inside = sum(event.onset_s <= one.onset_s < end_s for one in single)
        source = _span(event.onset_s, end_s, inside, words)
        yield (
            words("vendor.one_series", number=place),
            source,
            _all(same, words),
        )
    for one in built:
        if one.number not in met and marked:
            yield words("vendor.not_marked"), NOTHING, _all([one], words)


def _all(series: Sequence[_Series], words: Wording) -> str:
    spans = [
        _span(one.onset_s, one.end_s, one.members, words) for one in series
    ]
    return "; ".join(spans) or NOTHING


def _span(onset_s: float, end_s: float, members: int, words: Wording) -> str:
    return words(
        "vendor.span", start=elapsed(onset_s), end=elapsed(end_s), n=members
    )
