"""Log-normal mixture of inter-movement intervals.

How many groups of intervals a night has, how heavy, and where they lie.
"""

from typing import NamedTuple

import numpy as np

from ekbom.criteria.indices import MixtureCriteria
from ekbom.model.finding import Reason
from ekbom.model.recording import FloatArray
from ekbom.model.result import Mixture


class _Grouped(NamedTuple):
    """Intervals as ln seconds, ascending, and how many stand at each."""

    ln: FloatArray
    size: FloatArray


class _Components(NamedTuple):
    """Parameters of the components on ln seconds, shape (k,) each."""

    weight: FloatArray
    mean: FloatArray
    sd: FloatArray


class _Fit(NamedTuple):
    """Components of one fit, its log-likelihood and BIC."""

    components: _Components
    log_likelihood: float
    bic: float


def interval_mixture(
    imi_s: FloatArray, *, criteria: MixtureCriteria
) -> Mixture:
    """Fit 1, 2, ... log-normal components to intervals and keep the number with the smallest BIC.

    Parameters
    ----------
    imi_s
        Intervals in seconds, shape (n,); order does not matter.
    criteria
        Largest number of components, fewest intervals, smallest SD, start centres, end of the
        iteration.

    Notes
    -----
    1. EM on ln seconds, started twice for every number of components: at the centres of the table
       and at quantiles; the better end counts. Nothing is drawn at random, the same intervals give
       the same answer.
    2. BIC = (3 k - 1) ln n - 2 ln L, for k components and n intervals.
    3. Intervals that differ by less than `bin_ln` (of ln) are taken together at their mean; this
    saves time and moves nothing.
    4. An SD may not fall below the table's smallest, or a repeated interval would become a
    component of its own.
    """
    n = len(imi_s)
    if n < criteria.min_intervals:
        needed = criteria.min_intervals
        return _no_mixture(
            n, reason=Reason("fewer-intervals", {"n": n, "needed": needed})
        )
    grouped = _grouped(np.sort(np.log(imi_s)), bin_ln=criteria.bin_ln)
    fits = [
        _best_fit(grouped, k, criteria=criteria)
        for k in range(1, criteria.max_components + 1)
    ]
    best = min(fits, key=lambda fit: fit.bic)
    weight, mean, sd = best.components
    order = np.argsort(mean, kind="stable")
    return Mixture(
        weight=weight[order],
        centre_s=np.exp(mean[order]),
        sd_ln=sd[order],
        bic=np.array([fit.bic for fit in fits]),
        n_intervals=n,
        log_likelihood=best.log_likelihood,
    )


def _grouped(ln: FloatArray, *, bin_ln: float) -> _Grouped:
    """Take sorted values together by bins."""
    number = np.floor(ln / bin_ln).astype(np.int64)
    first = np.flatnonzero(np.concatenate(([True], number[1:] != number[:-1])))
    count = np.diff(np.append(first, len(ln))).astype(np.float64)
    return _Grouped(np.add.reduceat(ln, first) / count, count)


def _no_mixture(n: int, *, reason: Reason) -> Mixture:
    empty = np.empty(0)
    return Mixture(
        weight=empty,
        centre_s=empty,
        sd_ln=empty,
        bic=empty,
        n_intervals=n,
        log_likelihood=float("nan"),
        reason=reason,
    )


def _best_fit(grouped: _Grouped, k: int, *, criteria: MixtureCriteria) -> _Fit:
    """Fit k components from both starts and keep the likelier."""
    fits = [
        _expectation_maximization(grouped, mean, criteria=criteria)
        for mean in _starts(grouped, k, criteria=criteria)
    ]
    return max(fits, key=lambda fit: fit.log_likelihood)


def _starts(
    grouped: _Grouped,
    k: int,
    *,
    criteria: MixtureCriteria,
) -> list[FloatArray]:
    """Start means: the first k centres of the table, and the middles of k equal shares."""
    below = np.cumsum(grouped.size) / grouped.size.sum()
    quantiles = grouped.ln[np.searchsorted(below, (np.arange(k) + 0.5) / k)]
    if k == 1 or len(criteria.start_centres_s) < k:
        return [quantiles]
    return [np.log(np.array(criteria.start_centres_s[:k])), quantiles]


def _expectation_maximization(
    grouped: _Grouped,
    mean: FloatArray,
    *,
    criteria: MixtureCriteria,
) -> _Fit:
    """Run EM from the given means until the mean log-likelihood of an interval stands still."""
    n = float(grouped.size.sum())
    now = _first_components(grouped, mean, criteria=criteria)
    previous = -np.inf
    for _ in range(criteria.max_iterations):
        likelihood, share = _expectation(grouped, now)
        if likelihood - previous < criteria.tolerance * n:
            break
        previous = likelihood
        now = _maximization(
            grouped.ln,
            share,
            n=n,
            min_sd=criteria.min_sd_ln,
        )
    likelihood, _ = _expectation(grouped, now)
    n_free = 3 * len(mean) - 1
    return _Fit(now, likelihood, n_free * float(np.log(n)) - 2 * likelihood)


def _first_components(
    grouped: _Grouped,
    mean: FloatArray,
    *,
    criteria: MixtureCriteria,
) -> _Components:
    """Components of equal weight at the given means, each with its part of the overall SD."""
    ln, size = grouped
    k = len(mean)
    away = ln - np.average(ln, weights=size)
    overall = float(np.sqrt(np.average(away**2, weights=size)))
    return _Components(
        np.full(k, 1 / k),
        mean,
        np.full(k, max(overall / k, criteria.min_sd_ln)),
    )


def _maximization(
    ln: FloatArray,
    share: FloatArray,
    *,
    n: float,
    min_sd: float,
) -> _Components:
    """Give the likeliest components for known shares, shape (k, m)."""
    mass = np.maximum(share.sum(axis=1), np.finfo(np.float64).tiny)
    mean = (share * ln).sum(axis=1) / mass
    variance = (share * (ln - mean[:, np.newaxis]) ** 2).sum(axis=1) / mass
    return _Components(mass / n, mean, np.maximum(np.sqrt(variance), min_sd))


def _expectation(
    grouped: _Grouped, components: _Components
) -> tuple[float, FloatArray]:
    """Give the log-likelihood of all intervals, and the share of each component in each group.

    The shares are numbers of intervals, shape (k, m).
    """
    log_density = _log_density(grouped.ln, components)
    top = log_density.max(axis=0)
    density = np.exp(log_density - top)
    total = density.sum(axis=0)
    likelihood = float((grouped.size * (top + np.log(total))).sum())
    return likelihood, density * (grouped.size / total)


def _log_density(ln: FloatArray, components: _Components) -> FloatArray:
    """Log of weight times normal density of each component at each value, shape (k, m)."""
    weight, mean, sd = (column[:, np.newaxis] for column in components)
    with np.errstate(divide="ignore"):
        scale = np.log(weight) - np.log(sd) - 0.5 * np.log(2 * np.pi)
    return np.asarray(scale - 0.5 * ((ln - mean) / sd) ** 2, dtype=np.float64)
