"""How far two scorings differ in an index, across nights."""

import math
from statistics import NormalDist

import numpy as np

from ekbom.criteria.indices import AgreementSettings
from ekbom.model.finding import Reason
from ekbom.model.recording import FloatArray
from ekbom.scoring.agreement.records import BlandAltman

FEWER_NIGHTS = Reason("fewer-nights")


def bland_altman(
    name: str, a: FloatArray, b: FloatArray, *, settings: AgreementSettings
) -> BlandAltman:
    """Bland-Altman limits of an index across nights.

    Bias of b against a and where most differences lie.

    Parameters
    ----------
    name
        Name of the index.
    a, b
        Its value in every night by either scoring, shape (n,); nights in which either is NaN are
        left out.

    Notes
    -----
    1. Limits are bias -/+ z SD (n - 1), the interval of the bias is bias -/+ z SD / sqrt(n), with z
    of the normal distribution.
    """
    known = ~(np.isnan(a) | np.isnan(b))
    difference = b[known] - a[known]
    n = len(difference)
    if n < 2:
        return BlandAltman(name=name, n_nights=n, reason=FEWER_NIGHTS)
    z = NormalDist().inv_cdf(0.5 + settings.level_percent / 200)
    bias = float(np.mean(difference))
    sd = float(np.std(difference, ddof=1))
    spread = z * sd
    margin = z * sd / math.sqrt(n)
    return BlandAltman(
        name=name,
        n_nights=n,
        bias=bias,
        sd=sd,
        lower=bias - spread,
        upper=bias + spread,
        bias_interval=(bias - margin, bias + margin),
    )
