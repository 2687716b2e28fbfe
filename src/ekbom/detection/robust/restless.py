"""Where a leg does not lie still: the tone steps up for a while, breathes, or single units fire.

What never reaches the on level is no movement, whatever it is. Held for some seconds it is what the
leg rests at, and a movement ends when it is back there. How much that rest fluctuates is measured
around each moment from both sides, since single discharges rise far above their mean.
"""

from typing import NamedTuple

import numpy as np
from scipy import ndimage

from ekbom.detection.cleaning.slow import bridge
from ekbom.detection.robust.rest import NO_POWER_UV2, RestingPower
from ekbom.detection.robust.rule import Rule
from ekbom.detection.runs import find_runs, paint
from ekbom.model.recording import BoolArray, FloatArray, SignalArray

_LEAST_VARIANCE = 1e-6  # arithmetic: keeps a quotient finite


class LocalRest(NamedTuple):
    """What a leg rests at around each level step, shape (n_steps,).

    `power_uv2`: resting power with the tone that is held for some seconds; `freedom_per_s`: degrees
    of freedom per second that it shows there; `restless`: where there is such a tone.
    """

    power_uv2: FloatArray
    freedom_per_s: FloatArray
    restless: BoolArray


class _Held(NamedTuple):
    """How many steps tone is held at least, how many are long, and how far it lies above rest."""

    held: int
    long: int
    above: float


def local_rest(
    power_uv2: SignalArray, rest: RestingPower, rule: Rule
) -> LocalRest:
    """Follow the tone of a leg and how much it fluctuates.

    On a leg that lies still the resting power and its freedom are those of `rest` everywhere.

    Parameters
    ----------
    power_uv2
        Mean square of the prepared EMG in each fine block, uV^2.
    rest
        Resting power of the level steps, without tone.
    """
    fine = _rows(power_uv2, rule.grids.blocks_per_step, rest.power_uv2.size)
    lift = _tone(fine.mean(axis=1), rest.power_uv2, rule)
    usual, restless = np.full(lift.size, rest.freedom_per_s), lift > 0.0
    if not restless.any():
        return LocalRest(rest.power_uv2, usual, restless)
    level = rest.power_uv2 * np.exp(lift)
    freedom = _freedom(fine / level[:, None], restless, rule)
    loose = freedom < rule.settings.restless.freedom_share * usual
    return LocalRest(level, np.where(loose, freedom, usual), restless)


def _tone(
    power_uv2: FloatArray, rest_uv2: FloatArray, rule: Rule
) -> FloatArray:
    """How far the tone lies above rest, as the logarithm of power; 0 where there is none.

    Slight tone is looked for between everything stronger, strong tone between movements alone; that
    one has to be held for longer than a movement lasts.
    """
    settings, on_uv = rule.settings.restless, rule.criteria.onset_above_rest_uv
    own_uv2 = power_uv2 - rest_uv2
    above = np.log(np.maximum(power_uv2, NO_POWER_UV2) / rest_uv2)
    strong = own_uv2 >= (settings.strong_ratio * on_uv) ** 2
    held, long = (
        round(lasting_s / rule.grids.step_s)
        for lasting_s in (settings.tone_s, settings.long_tone_s)
    )
    ratio = float(np.log(settings.tone_ratio))
    slight = _free(own_uv2, settings.tone_share * on_uv)
    return np.maximum(
        _lift(above, slight, strong, _Held(held, long, ratio)),
        _lift(above, _free(own_uv2, on_uv), strong, _Held(long, long, ratio)),
    )


def _rows(power_uv2: SignalArray, per_step: int, n_steps: int) -> FloatArray:
    """Fine blocks of each level step, shape (n_steps, per_step)."""
    whole = power_uv2[: n_steps * per_step]
    if whole.size < n_steps * per_step:
        whole = np.resize(whole, n_steps * per_step)
    return whole.reshape(n_steps, per_step).astype(np.float64)


def _free(own_uv2: FloatArray, level_uv: float) -> BoolArray:
    """Mark the level steps apart from every movement: neither they nor those beside them move."""
    moving = own_uv2 >= level_uv**2
    near = ndimage.binary_dilation(moving, iterations=1)
    return np.isfinite(own_uv2) & ~near


def _lift(
    above: FloatArray,
    free: BoolArray,
    strong: BoolArray,
    least: _Held,
) -> FloatArray:
    """How far the tone of one kind lies above rest.

    Tone is what is held for so many free steps. Between two of its stretches, and through a
    movement, it is drawn from one side to the other.
    """
    lowered = np.where(free, above, 0.0)
    opened = ndimage.grey_opening(lowered, (least.held,), mode="nearest")
    runs = find_runs(free)
    known = paint(runs.where(runs.length >= least.held), size=free.size)
    raised = known & (opened > least.above)
    raised = _no_tail(raised, known, strong, least.long)
    if not raised.any():
        return np.zeros(above.size)
    median = ndimage.median_filter(
        bridge(np.where(raised, above, 0.0), raised), 2 * least.held + 1
    )
    tone = np.where(raised, np.maximum(median, 0.0), 0.0)
    return np.maximum(bridge(tone, known), 0.0)


def _no_tail(
    raised: BoolArray, known: BoolArray, strong: BoolArray, long: int
) -> BoolArray:
    """Leave out what only follows or precedes a weak movement: that is its fall or its rise.

    A stretch of tone that touches a movement stays if it is long, if the movement is strong, or if
    there is tone on the other side of the movement too.
    """
    runs, place = find_runs(raised), np.flatnonzero(known)
    if not runs.start.size:
        return raised
    counted = np.append(0, np.cumsum(strong))
    left = np.searchsorted(place, runs.start) - 1
    right = np.searchsorted(place, runs.stop)
    before = np.where(left >= 0, place[left], -1)
    after = np.append(place, known.size)[right]
    falls = (counted[runs.start] > counted[before + 1]) | (
        before == runs.start - 1
    )
    rises = (counted[after] > counted[runs.stop]) | (after == runs.stop)
    tone = np.append(raised, False)
    kept = (falls | tone[before]) & (rises | tone[after])
    return paint(runs.where(kept | (runs.length >= long)), size=known.size)


def _freedom(
    relative: FloatArray, restless: BoolArray, rule: Rule
) -> FloatArray:
    """Degrees of freedom per second that the power of tone shows around each step.

    From the variance of its mean over the shortest window; infinite where there is too little of
    it.
    """
    settings, grids = rule.settings, rule.grids
    width = grids.odd_blocks(settings.envelope_window_s)
    reach = 2 * round(settings.restless.around_s / grids.step_s) + 1
    n = relative.shape[1] // width
    means = relative[:, : n * width].reshape(-1, n, width).mean(axis=2)
    kept = np.where(restless[:, None] & np.isfinite(means), means, 0.0)
    sums = (kept.sum(axis=1), np.square(kept).sum(axis=1), n * restless)
    first, second, count = (
        reach
        * ndimage.uniform_filter1d(
            one.astype(np.float64), reach, mode="constant"
        )
        for one in sums
    )
    mean, square = (total / np.maximum(count, 1.0) for total in (first, second))
    variance = np.maximum(square - mean * mean, _LEAST_VARIANCE)
    freedom = 2.0 * mean * mean / variance / (width * grids.fine_s)
    return np.where(count > n, freedom, np.inf)
