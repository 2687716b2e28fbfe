"""One index as a value: its key printed, its unit by what is measured, its number or the reason."""

import math
from collections.abc import Iterator, Mapping

from ekbom.criteria.index_key import DURATIONS, IndexKey
from ekbom.model.finding import Reason
from ekbom.model.result import IndexValue
from ekbom.scoring.reasons import state_not_scored

_UNITS: Mapping[str, str] = {
    "per_h": "/h",
    "percent": "%",
    "with_clm_percent": "%",
    "min": "min",
    **dict.fromkeys(DURATIONS, "s"),
    **dict.fromkeys(("mean_s", "sd_s", "median_s", "geometric_mean_s"), "s"),
    **dict.fromkeys(("periodic_ln_mean", "periodic_ln_sd"), "ln s"),
    **dict.fromkeys(
        ("duration_mean_min", "duration_median_min", "duration_total_min"),
        "min",
    ),
}


def index_value(
    key: IndexKey,
    value: float | None,
    reason: Reason | None = None,
) -> IndexValue:
    """Make one index; NaN becomes None, and only then the reason is kept."""
    unit = _UNITS.get(key.measure, "")
    if value is None or math.isnan(value):
        return IndexValue(
            name=key.name,
            value=None,
            unit=unit,
            reason=reason,
        )
    return IndexValue(
        name=key.name,
        value=float(value),
        unit=unit,
    )


def count_and_rate(
    key: IndexKey,
    count: int,
    minutes: float,
    reason: Reason | None,
) -> Iterator[IndexValue]:
    """Give a count and the count per hour; both are None where there is a reason.

    A rate over no time is None as well, because nothing of the state was scored.
    """
    rate = 60 * count / minutes if minutes and not reason else None
    yield index_value(
        key._replace(measure="count"), None if reason else count, reason
    )
    no_rate = reason or state_not_scored(key.state)
    yield index_value(key._replace(measure="per_h"), rate, no_rate)
