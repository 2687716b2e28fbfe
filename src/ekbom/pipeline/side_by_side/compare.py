"""Two scorings of the same night, or of many nights, put on one clock and compared."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain

from ekbom.model.errors import InputError
from ekbom.model.recording import DATE_WITHHELD
from ekbom.pipeline.files.open_scoring import (
    OpenedScoring,
    open_scoring,
    scoring_of_result,
)
from ekbom.rules.load_indices import (
    agreement_settings,
    compared_names,
    load_index_table,
)
from ekbom.scoring.agreement.bland_altman import bland_altman
from ekbom.scoring.agreement.records import (
    BlandAltman,
    EventAgreement,
    Kappa,
    NightsAgreement,
    ScoringAgreement,
)
from ekbom.scoring.agreement.scorings import (
    compare_scorings,
    values_of,
)

__all__ = [
    "BlandAltman",
    "EventAgreement",
    "Kappa",
    "NightsAgreement",
    "OpenedScoring",
    "ScoringAgreement",
    "compare_many",
    "compare_two",
    "compared_names",
    "open_scoring",
    "scoring_of_result",
]
DAY = dt.timedelta(days=1)
HALF_DAY = DAY / 2


def compare_two(
    a: OpenedScoring, b: OpenedScoring, *, ignore_dates: bool = False
) -> ScoringAgreement:
    """Compare two scorings of one night; a is the reference, and b is put on its clock.

    Parameters
    ----------
    a, b
        The scorings.
    ignore_dates
        Take both by their clock times, where one of the dates is known to be wrong.

    Raises
    ------
    InputError
        The two start half a day or more apart: they are not the same night.
    """
    table = load_index_table()
    by_s = _clock_difference_s(a, b, ignore_dates=ignore_dates)
    found = compare_scorings(
        a.scoring,
        b.scoring.moved(by_s),
        duration_s=max(a.duration_s, b.duration_s + by_s),
        settings=agreement_settings(table),
        index_names=_names([a, b]),
    )
    return replace(found, rules=(a.rules, b.rules))


def compare_many(
    pairs: Mapping[str, tuple[OpenedScoring, OpenedScoring]],
    *,
    ignore_dates: bool = False,
) -> NightsAgreement:
    """Compare two scorings of many nights, each by its name, and every index across them."""
    settings = agreement_settings(load_index_table())
    nights = {
        night: compare_two(a, b, ignore_dates=ignore_dates)
        for night, (a, b) in pairs.items()
    }
    firsts, seconds = (
        [pair[which].scoring for pair in pairs.values()] for which in (0, 1)
    )
    limits = (
        bland_altman(
            name,
            values_of(firsts, name),
            values_of(seconds, name),
            settings=settings,
        )
        for name in _names(chain.from_iterable(pairs.values()))
    )
    return NightsAgreement(nights=nights, bland_altman=tuple(limits))


def _names(opened: Iterable[OpenedScoring]) -> tuple[str, ...]:
    """Name every index of the scorings, those that are shown first at the head."""
    own = chain.from_iterable(one.scoring.indices for one in opened)
    return tuple(dict.fromkeys((*compared_names(), *own)))


def _clock_difference_s(
    a: OpenedScoring, b: OpenedScoring, *, ignore_dates: bool
) -> float:
    """Seconds from time zero of a to time zero of b; 0 where either is not known."""
    if a.start is None or b.start is None:
        return 0.0
    difference = b.start - a.start
    if ignore_dates or DATE_WITHHELD in (a.start.date(), b.start.date()):
        difference = (difference + HALF_DAY) % DAY - HALF_DAY
    if abs(difference) >= HALF_DAY:
        raise InputError(
            f"{a.scoring.name} starts at {a.start:%Y-%m-%d %H:%M:%S} "
            f"and {b.scoring.name} at {b.start:%Y-%m-%d %H:%M:%S}; "
            "they are not the same night; give two scorings of one night, or --ignore-dates where "
            "one of the dates is known to be wrong."
        )
    return difference.total_seconds()
