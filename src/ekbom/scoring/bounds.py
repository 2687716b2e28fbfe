"""Bounds of a standard in whole milliseconds: inclusive and exclusive compare the same way."""

from ekbom.criteria.scoring import Limit
from ekbom.scoring.stage_time import to_ms


def largest_ms(limit: Limit) -> int:
    """Largest time that satisfies an upper bound.

    Examples
    --------
    >>> largest_ms(Limit(0.5, inclusive=False))
    499
    """
    return int(to_ms(limit.value)) - (0 if limit.inclusive else 1)


def smallest_ms(limit: Limit) -> int:
    """Smallest time that satisfies a lower bound.

    Examples
    --------
    >>> smallest_ms(Limit(10.0, inclusive=True))
    10000
    """
    return int(to_ms(limit.value)) + (0 if limit.inclusive else 1)
