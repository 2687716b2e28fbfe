"""How long the windows of the own envelope must be: as short as the resting level allows.

Power adds where amplitude does not: own rms = sqrt(total power - resting power). How well that
difference can be known within a window follows from chi-square statistics of the resting power, so
the window is 0.06 s on a quiet leg and longer where 8 uV hardly stand out of the noise.
"""

from typing import NamedTuple

import numpy as np

from ekbom.criteria.detector import RobustSettings
from ekbom.detection.records import map_rows
from ekbom.detection.robust.grids import Grids
from ekbom.detection.robust.restless import LocalRest
from ekbom.detection.robust.rule import Rule
from ekbom.model.recording import FloatArray, IntArray, SignalArray

_NO_POWER_UV2 = (
    1e-6  # arithmetic: keeps a quotient finite where the signal is zero
)
_DOUBLINGS = 2 ** np.arange(
    8
)  # arithmetic: widths are doubled until the longest is reached


class Windows(NamedTuple):
    """Window of each level step, in fine blocks, for the on and the off decision.

    `offset_level_uv2`: power above rest that still counts as quiet; `considered_uv2`: power
    above rest from which a stretch is a candidate, above what noise reaches by chance;
    `freedom_per_s`: degrees of freedom per second of the resting power.
    """

    onset: IntArray
    offset: IntArray
    offset_level_uv2: SignalArray
    considered_uv2: SignalArray
    freedom_per_s: FloatArray

    @property
    def widths(self) -> set[int]:
        """Every window that is used."""
        return {*self.onset.tolist(), *self.offset.tolist()}

    def held(self, times: int, size: int) -> "Windows":
        """Hold each step for so many blocks, the last one to the end, `size` blocks in all."""
        repeats = np.full(self.onset.size, times)
        repeats[-1] += size - times * self.onset.size
        return map_rows(self, lambda column: np.repeat(column, repeats))


class _Fluctuation(NamedTuple):
    """How much the mean power of rest fluctuates within windows of some widths.

    The mean power of rest over w seconds is a chi-square with freedom_per_s w degrees of freedom
    over their number; its cube root is nearly normal (Wilson and Hilferty), which gives the
    quantiles that a level must lie above. `error`: variance of that cube root within one block,
    for each step; it falls with the width.
    """

    power_uv2: FloatArray
    widths: IntArray
    error: FloatArray

    def shortest(
        self, level_uv: float, sd: float, longest: IntArray
    ) -> IntArray:
        """Shortest width in which a level stands out of rest by `sd`, up to the longest allowed."""
        ratio = np.cbrt(1.0 + level_uv**2 / self.power_uv2)[:, None]
        error = self.error[:, None] / self.widths
        clear = (ratio - 1.0 + error) / np.sqrt(error) >= sd
        clear[:, -1] = True
        widths = self.widths[np.argmax(clear, axis=1)]
        return np.asarray(np.minimum(widths, longest), np.int64)

    def reached(
        self, chosen: IntArray, sd: float, least_uv: float
    ) -> SignalArray:
        """Power above rest that noise reaches by `sd` within the chosen widths, or a level."""
        error = self.error / chosen
        root = 1.0 - error + sd * np.sqrt(error)
        # arithmetic: back from the cube root
        power_uv2 = self.power_uv2 * (root**3 - 1.0)
        return np.maximum(power_uv2, least_uv**2).astype(np.float32)


def choose_windows(rest: LocalRest, rule: Rule) -> Windows:
    """Choose for each step the shortest windows in which a level stands out of rest.

    One is chosen for the on level and one for the off level.
    """
    criteria, settings, grids = rule
    onset_sd = settings.onset_resolution_sd
    offset_sd = settings.offset_resolution_sd
    noise = _fluctuation(rest, grids, settings)
    pause = np.full(rest.restless.size, grids.odd_blocks(settings.window_max_s))
    longest = np.where(
        rest.restless, grids.odd_blocks(settings.restless.window_max_s), pause
    )
    onset = noise.shortest(criteria.onset_above_rest_uv, onset_sd, longest)
    offset = noise.shortest(criteria.offset_above_rest_uv, offset_sd, pause)
    near_uv = settings.considered_share * criteria.onset_above_rest_uv
    return Windows(
        onset,
        offset,
        noise.reached(offset, offset_sd, criteria.offset_above_rest_uv),
        noise.reached(onset, onset_sd, near_uv),
        rest.freedom_per_s,
    )


def _fluctuation(
    rest: LocalRest, grids: Grids, settings: RobustSettings
) -> _Fluctuation:
    """Estimate how much rest fluctuates in the windows that may be chosen."""
    shortest = grids.odd_blocks(settings.envelope_window_s)
    longest = grids.odd_blocks(
        max(settings.window_max_s, settings.restless.window_max_s)
    )
    doubled = 2 * (shortest * _DOUBLINGS // 2) + 1
    widths = np.unique(np.minimum(doubled, longest))
    # arithmetic: the variance of Wilson and Hilferty
    error = 2.0 / (9.0 * rest.freedom_per_s * grids.fine_s)
    power_uv2 = np.nan_to_num(rest.power_uv2, nan=0.0)
    return _Fluctuation(np.maximum(power_uv2, _NO_POWER_UV2), widths, error)
