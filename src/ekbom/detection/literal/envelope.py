"""Step one of the literal detector: from the prepared EMG of a leg to an envelope in uV."""

import numpy as np
from scipy import ndimage

from ekbom.model.recording import SignalArray

_SAMPLES_AT_ONCE = 1 << 17  # arithmetic: any number gives the same mean


def moving_mean(values: SignalArray, width: int) -> SignalArray:
    """Centred moving mean over an odd number of samples, shape kept.

    Sums run in double precision. The ends use the samples mirrored at the border. Works piece by
    piece, so that little memory is needed.
    """
    out = np.empty(values.shape, np.float32)
    for start in range(0, values.size, _SAMPLES_AT_ONCE):
        stop = min(start + _SAMPLES_AT_ONCE, values.size)
        first, last = max(0, start - width), min(values.size, stop + width)
        mean = ndimage.uniform_filter1d(
            values[first:last], width, output=np.float32
        )
        out[start:stop] = mean[start - first : stop - first]
    return out


def moving_rectified(
    emg_uv: SignalArray, *, fs_hz: float, window_s: float
) -> SignalArray:
    """Envelope of the literal reading: centred moving mean of the rectified EMG, uV.

    The window is the longest odd number of samples up to about `window_s`, so that it shifts
    nothing.
    """
    return moving_mean(np.abs(emg_uv), 2 * int(window_s * fs_hz / 2.0) + 1)
