"""Minutes judged with the minutes around them."""

from collections.abc import Callable

import numpy as np

from ekbom.model.recording import FloatArray

MINUTE_S = 60.0  # arithmetic: seconds of a minute


def over_minutes(
    values: FloatArray, width: int, how: Callable[..., FloatArray]
) -> FloatArray:
    """Summarise each row with the rows around it; at the ends the windows lie within.

    Parameters
    ----------
    values
        One row per minute, shape (n_minutes, ...).
    width
        Minutes of a window, an odd number.
    how
        Summary along an axis, such as ``numpy.median``.
    """
    n = len(values)
    if n <= width:
        return np.repeat(how(values, axis=0)[None], n, axis=0) if n else values
    windows = np.lib.stride_tricks.sliding_window_view(values, width, axis=0)
    inner = how(windows, axis=-1)
    place = np.clip(np.arange(n) - width // 2, 0, n - width)
    return np.asarray(inner[place], np.float64)
