"""Several nights of one person: an index by night, its spread, and what one night more says."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from ekbom.criteria.indices import NightsSettings
from ekbom.model.finding import Finding, Reason, Severity, Values

MOST_NIGHTS = 365
NO_SPREAD = 1e-9
"""Of the mean: less is what adding numbers leaves over."""


@dataclass(frozen=True, kw_only=True)
class NightValue:
    """An index in one night, with its interval from resampling where there is one."""

    night: str
    value: float | None
    reason: Reason | None = None  #: where there is no value
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class IndexCourse:
    """An index over the nights, in order of time; what too few nights cannot tell is None."""

    name: str
    unit: str
    nights: tuple[NightValue, ...]
    n_known: int
    mean: float | None
    sd: float | None  #: between nights, n - 1
    lowest: float | None
    highest: float | None
    nights_needed: int | None  #: for a mean as precise as the table asks
    change: (
        float | None
    )  #: of the last night against the mean of the earlier ones
    expected_low: (
        float | None
    )  #: where one more night would lie by the earlier ones
    expected_high: float | None
    beyond: bool | None  #: whether the last night lies outside


def course_of(
    name: str,
    unit: str,
    nights: Sequence[NightValue],
    *,
    settings: NightsSettings,
) -> IndexCourse:
    """Describe an index over several nights.

    Parameters
    ----------
    name, unit
        The index.
    nights
        Its value in each night, in order of time; nights without a value stay in the list and
        count nowhere.
    settings
        Level of the intervals, the precision that is asked of a mean, and from how many nights on
        the spread is judged.
    """
    known = np.array([one.value for one in nights if one.value is not None])
    judged = known.size >= settings.at_least
    mean = float(known.mean()) if known.size else None
    sd = float(known.std(ddof=1)) if known.size > 1 else None
    last = nights[-1].value if nights else None
    earlier = known[:-1] if last is not None else known
    low, high = _expected(earlier, settings)
    return IndexCourse(
        name=name,
        unit=unit,
        nights=tuple(nights),
        n_known=int(known.size),
        mean=mean,
        sd=sd,
        lowest=float(known.min()) if known.size else None,
        highest=float(known.max()) if known.size else None,
        nights_needed=_needed(mean, sd, settings) if judged else None,
        change=last - float(earlier.mean())
        if last is not None and earlier.size
        else None,
        expected_low=low,
        expected_high=high,
        beyond=None
        if last is None or low is None or high is None
        else not low <= last <= high,
    )


def course_findings(course: IndexCourse, *, title: str) -> list[Finding]:
    """Say what a course shows, as codes with values; `title` is that of the index."""
    said = {"title": title, "unit": course.unit}
    return [*_spread(course, said), *_change(course, said)]


def _spread(course: IndexCourse, said: Values) -> Iterator[Finding]:
    """Say how much the index differs between nights, and how many nights a stable mean needs."""
    note, name, total = Severity.NOTE, course.name, len(course.nights)
    if course.mean is None or course.lowest is None or course.highest is None:
        values = {
            "title": said["title"],
            "total": total,
        }
        yield Finding("nights-no-value", note, name, values)
        return
    if course.sd is None:
        one = {
            "title": said["title"],
            "unit": said["unit"],
            "total": total,
            "mean": course.mean,
        }
        yield Finding("nights-one-value", note, name, one)
        return
    spread = {
        "title": said["title"],
        "unit": said["unit"],
        "known": course.n_known,
        "total": total,
        "mean": course.mean,
        "sd": course.sd,
        "low": course.lowest,
        "high": course.highest,
    }
    yield Finding("nights-spread", note, name, spread)
    if course.nights_needed is not None:
        needed = {
            "title": said["title"],
            "needed": course.nights_needed,
            "known": course.n_known,
        }
        yield Finding("nights-needed", note, name, needed)


def _change(course: IndexCourse, said: Values) -> Iterator[Finding]:
    """Say how the last night differs from the earlier ones, and whether that is to be expected."""
    note, name = Severity.NOTE, course.name
    if course.change is None:
        return
    change: Values = {
        "title": said["title"],
        "unit": said["unit"],
        "night": course.nights[-1].night,
        "change": course.change,
    }
    low, high = course.expected_low, course.expected_high
    if low is None or high is None:
        yield Finding("nights-change", note, name, change)
        return
    judged: Values = {
        "title": said["title"],
        "unit": said["unit"],
        "night": course.nights[-1].night,
        "change": course.change,
        "low": low,
        "high": high,
    }
    if course.beyond:
        yield Finding("nights-change-beyond", note, name, judged)
    else:
        yield Finding("nights-change-within", note, name, judged)


def _needed(
    mean: float | None, sd: float | None, settings: NightsSettings
) -> int | None:
    """Count the nights of this spread that make the mean precise; None if a year is too short."""
    if mean is None or sd is None:
        return None
    if sd <= NO_SPREAD * mean or sd == 0:
        return 1
    wanted = settings.precision_percent / 100 * mean
    for n in range(2, MOST_NIGHTS + 1):
        if quantile_of_t(n - 1, settings) * sd / math.sqrt(n) <= wanted:
            return n
    return None


def _expected(
    earlier: np.ndarray[tuple[int], np.dtype[np.float64]],
    settings: NightsSettings,
) -> tuple[float | None, float | None]:
    """Tell between which values one more night would lie; a rate is never below 0."""
    n = earlier.size
    if n < settings.at_least:
        return None, None
    reach = quantile_of_t(n - 1, settings) * float(earlier.std(ddof=1))
    reach *= math.sqrt(1 + 1 / n)
    mean = float(earlier.mean())
    return max(mean - reach, 0.0), mean + reach


def quantile_of_t(degrees: int, settings: NightsSettings) -> float:
    """Give the quantile of Student's t at the level of the settings, by its series in 1/degrees.

    Within 4 % from two degrees of freedom on, 13 % below at one.
    """
    z = NormalDist().inv_cdf(0.5 + settings.level_percent / 200)
    terms = (
        z,
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    parts = (term / degrees**power for power, term in enumerate(terms))
    return float(sum(parts))
