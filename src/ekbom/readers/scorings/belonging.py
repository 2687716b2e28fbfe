"""Whether a scoring belongs to this night: its date, and where its stages lie."""

import datetime as dt
from dataclasses import replace

from ekbom.criteria.input_limits import EventLimits
from ekbom.model.errors import InputError
from ekbom.model.events import Hypnogram, Stage
from ekbom.readers.scorings.records import Annotations

DAY = dt.timedelta(days=1)
HOUR_S = 3600.0


def with_nearest_date(
    annotations: Annotations, *, start: dt.datetime | None
) -> Annotations:
    """Read a date of two meanings as the one that lies nearest to the start of the night."""
    if start is None or annotations.start is None:
        return annotations
    readings = (annotations.start, *annotations.other_starts)
    nearest = min(readings, key=lambda reading: abs(reading - start))
    return replace(annotations, start=nearest)


def refuse_other_date(
    annotations: Annotations, *, start: dt.datetime | None, limits: EventLimits
) -> None:
    """Refuse a scoring that has the date of another night.

    Only where both dates are known: a file of clock times has none, and a first of January is what
    programs write in place of a date that was removed.

    Raises
    ------
    InputError
        Both begin more than a day apart.
    """
    own = annotations.start
    if start is None or own is None or not annotations.start_has_date:
        return
    if _is_placeholder(start) or _is_placeholder(own):
        return
    apart = abs(own - start)
    if apart.total_seconds() <= limits.dates_apart_longest_s:
        return
    raise InputError(
        f"{annotations.name}: the scoring begins on {own:%Y-%m-%d} and the night "
        f"on {start:%Y-%m-%d}, {apart / DAY:.0f} days apart, so it belongs to another night; "
        "give the scoring of this night, or --ignore-dates where one of the dates is known "
        "to be wrong."
    )


def _is_placeholder(start: dt.datetime) -> bool:
    return (start.month, start.day) == (1, 1)


def refuse_shifted(
    aligned: Annotations,
    fitted: Annotations,
    *,
    duration_s: float,
    limits: EventLimits,
) -> None:
    """Refuse a hypnogram that mostly lies outside a recording it leaves mostly unstaged.

    A recording that is a part of the night is staged throughout and is not refused.

    Parameters
    ----------
    aligned, fitted
        On the axis of the recording, before and after what lies outside was cut off.
    duration_s
        Length of the recording in s.

    Raises
    ------
    InputError
        Both shares reach their limits.
    """
    total_s = _staged_s(aligned.hypnogram)
    inside_s = _staged_s(fitted.hypnogram)
    outside_s, unstaged_s = total_s - inside_s, duration_s - inside_s
    if (
        not total_s
        or outside_s < limits.outside_share_refused * total_s
        or unstaged_s < limits.unstaged_share_refused * duration_s
    ):
        return
    raise InputError(
        f"{aligned.name}: {outside_s / HOUR_S:.1f} of {total_s / HOUR_S:.1f} h of the hypnogram "
        f"lie outside the recording and {unstaged_s / HOUR_S:.1f} of {duration_s / HOUR_S:.1f} h "
        "of the recording have no stage, so it is shifted or belongs to another night; "
        "check when both begin."
    )


def _staged_s(hypnogram: Hypnogram | None) -> float:
    if hypnogram is None:
        return 0.0
    staged = hypnogram.stage != Stage.UNSCORED
    return float(hypnogram.duration_s[staged].sum())
