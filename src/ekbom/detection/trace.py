"""What figures draw of a leg: range of the EMG, envelope and resting level in coarse bins."""

import numpy as np

from ekbom.model.movements import LegTrace
from ekbom.model.recording import FloatArray, LegSignal, SignalArray


def draw_trace(
    leg: LegSignal,
    envelope_uv: SignalArray,
    rest_uv: SignalArray,
    *,
    level_step_s: float,
    bin_s: float,
) -> LegTrace:
    """Reduce a leg to bins of about `bin_s` seconds (a whole number of samples).

    Parameters
    ----------
    envelope_uv, rest_uv
        Envelope and resting level on a grid of `level_step_s` seconds.
    """
    per_bin = max(1, round(bin_s * leg.fs_hz))
    exact_bin_s = per_bin / leg.fs_hz
    n_bins = max(1, -(-leg.emg_uv.size // per_bin))
    per_level_bin = exact_bin_s / level_step_s
    return LegTrace(
        side=leg.side,
        bin_s=exact_bin_s,
        emg_min_uv=_reduce(leg.emg_uv, np.minimum, per_bin, n_bins),
        emg_max_uv=_reduce(leg.emg_uv, np.maximum, per_bin, n_bins),
        envelope_uv=_reduce(envelope_uv, np.maximum, per_level_bin, n_bins),
        rest_uv=_reduce(rest_uv, np.minimum, per_level_bin, n_bins),
    )


def _reduce(
    values: SignalArray, how: np.ufunc, per_bin: float, n_bins: int
) -> FloatArray:
    """Reduce consecutive bins; the last one may be shorter. A bin that holds no value is NaN."""
    if not values.size:
        return np.full(n_bins, np.nan)
    starts = np.minimum(
        (np.arange(n_bins) * per_bin).astype(np.int64), values.size - 1
    )
    return np.asarray(how.reduceat(values, starts), np.float64)
