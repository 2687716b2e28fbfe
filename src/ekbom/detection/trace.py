"""What figures draw of a leg: range of the EMG, envelope and resting level in coarse bins."""

import numpy as np

from ekbom.model.movements import LegTrace
from ekbom.model.recording import FloatArray, IntArray, LegSignal, SignalArray

_SAMPLES_AT_ONCE = 1 << 20  # arithmetic: any number gives the same extremes


class BinnedLevels:
    """Highest envelope and lowest resting level of each bin, gathered stretch by stretch, uV.

    Parameters
    ----------
    leg
        The leg of which the bins are.
    bin_s
        Length of a bin; a whole number of samples near it is taken.
    step_s
        Step of the grid on which envelope and resting level lie.
    size
        How many steps there are in all.
    """

    def __init__(
        self, leg: LegSignal, *, bin_s: float, step_s: float, size: int
    ) -> None:
        """Begin with bins that hold nothing."""
        self.per_bin = max(1, round(bin_s * leg.fs_hz))
        n_bins = max(1, -(-len(leg.emg_uv) // self.per_bin))
        per_bin = self.per_bin / leg.fs_hz / step_s
        self._starts = _starts(n_bins, per_bin, size)
        self._gathered = 0
        self.envelope_uv = np.full(n_bins, -np.inf if size else np.nan)
        self.rest_uv = np.full(n_bins, np.inf if size else np.nan)

    def add(self, envelope_uv: SignalArray, rest_uv: SignalArray) -> None:
        """Add what follows the stretches that were added before."""
        first, last = self._gathered, self._gathered + envelope_uv.size
        if first == last:
            return
        self._gathered = last
        begun = int(np.searchsorted(self._starts, first, side="right")) - 1
        low = min(begun, int(np.searchsorted(self._starts, first)))
        bins = slice(low, int(np.searchsorted(self._starts, last)))
        starts = np.maximum(self._starts[bins] - first, 0)
        highest = np.maximum.reduceat(envelope_uv, starts)
        lowest = np.minimum.reduceat(rest_uv, starts)
        np.maximum(self.envelope_uv[bins], highest, out=self.envelope_uv[bins])
        np.minimum(self.rest_uv[bins], lowest, out=self.rest_uv[bins])


def draw_trace(leg: LegSignal, levels: BinnedLevels) -> LegTrace:
    """Reduce a leg to the bins in which its levels were gathered."""
    lowest_uv, highest_uv = _extremes(leg, levels.per_bin)
    return LegTrace(
        side=leg.side,
        bin_s=levels.per_bin / leg.fs_hz,
        emg_min_uv=lowest_uv,
        emg_max_uv=highest_uv,
        envelope_uv=levels.envelope_uv,
        rest_uv=levels.rest_uv,
    )


def _extremes(leg: LegSignal, per_bin: int) -> tuple[FloatArray, FloatArray]:
    """Find the lowest and the highest value of each bin, some bins at a time."""
    n_bins = -(-len(leg.emg_uv) // per_bin)
    lowest_uv, highest_uv = np.empty(n_bins), np.empty(n_bins)
    at_once = max(1, _SAMPLES_AT_ONCE // per_bin)
    for first in range(0, n_bins, at_once):
        bins = slice(first, first + at_once)
        some = leg.emg_uv[first * per_bin : (first + at_once) * per_bin]
        starts = np.arange(0, some.size, per_bin)
        lowest_uv[bins] = np.minimum.reduceat(some, starts)
        highest_uv[bins] = np.maximum.reduceat(some, starts)
    return lowest_uv, highest_uv


def _starts(n_bins: int, per_bin: float, size: int) -> IntArray:
    """First step of each bin; what lies past the last step begins there."""
    starts = (np.arange(n_bins) * per_bin).astype(np.int64)
    return np.minimum(starts, max(0, size - 1))
