"""Time in which a leg channel shows no muscle at all: disconnected, at the converter's limit, not recorded."""

import numpy as np

from ekbom.detection.threshold import Runs, find_runs, samples_at_least
from ekbom.model.recording import BoolArray, SignalArray


def find_flat(emg_uv: SignalArray, *, fs_hz: float, min_s: float) -> Runs:
    """Stretches of at least `min_s` in which every sample has the same value: no electrode does that.

    Examples
    --------
    >>> import numpy as np
    >>> signal = np.arange(100, dtype=np.float32)
    >>> signal[40:70] = 5.0
    >>> find_flat(signal, fs_hz=10.0, min_s=2.0)
    Runs(start=array([40]), stop=array([70]))
    """
    if emg_uv.size < 2:
        return Runs(np.zeros(0, np.int64), np.zeros(0, np.int64))
    wanted = samples_at_least(min_s, fs_hz)
    probe = max(1, wanted // 4)
    coarse = emg_uv[::probe]
    if not np.any(coarse[1:] == coarse[:-1]):
        return Runs(np.zeros(0, np.int64), np.zeros(0, np.int64))
    same = find_runs(emg_uv[1:] == emg_uv[:-1])
    start, stop = same.start, same.stop + 1
    long_enough = stop - start >= wanted
    return Runs(start[long_enough], stop[long_enough])


def clipped_mask(emg_uv: SignalArray, *, clip_uv: tuple[float, float], margin_uv: float) -> BoolArray | None:
    """Mark samples at the limits of the converter, within `margin_uv`; None where there are none."""
    low, high = clip_uv
    at_high = np.isfinite(high) and float(np.max(emg_uv, initial=-np.inf)) >= high - margin_uv
    at_low = np.isfinite(low) and float(np.min(emg_uv, initial=np.inf)) <= low + margin_uv
    if not at_high and not at_low:
        return None
    return np.asarray((emg_uv >= high - margin_uv) | (emg_uv <= low + margin_uv))


def paint(runs: Runs, *, size: int, margin: int = 0) -> BoolArray:
    """Mask of `size` samples that is True inside the runs, widened by `margin` samples on either side."""
    change = np.zeros(size + 1, np.int32)
    np.add.at(change, np.clip(runs.start - margin, 0, size), 1)
    np.add.at(change, np.clip(runs.stop + margin, 0, size), -1)
    return np.cumsum(change[:-1]) > 0
