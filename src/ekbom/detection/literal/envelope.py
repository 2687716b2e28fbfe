"""Step one: from the raw EMG of a leg to an envelope in uV.

Every function works on plain arrays, costs a fixed number of passes over the samples and keeps
single precision only for what is stored: sums run in double precision.
"""

import numpy as np
from scipy import fft, ndimage

from ekbom.model.recording import BoolArray, SignalArray

_BLOCK_S = 24.0
_MARGIN_S = 0.75
_ROWS_AT_ONCE = 16
_SAMPLES_AT_ONCE = 1 << 17


def odd_window(window_s: float, fs_hz: float) -> int:
    """Odd number of samples nearest to `window_s`, so that a centred window shifts nothing."""
    return 2 * int(window_s * fs_hz / 2.0) + 1


def moving_mean(values: SignalArray, *, fs_hz: float, window_s: float) -> SignalArray:
    """Centred moving mean, shape kept; the ends use the samples mirrored at the border."""
    width = odd_window(window_s, fs_hz)
    out = np.empty(values.shape, np.float32)
    for start in range(0, values.size, _SAMPLES_AT_ONCE):
        stop = min(start + _SAMPLES_AT_ONCE, values.size)
        first, last = max(0, start - width), min(values.size, stop + width)
        mean = ndimage.uniform_filter1d(
            values[first:last], width, mode="reflect", output=np.float32
        )
        out[start:stop] = mean[start - first : stop - first]
    return out


def moving_rectified(emg_uv: SignalArray, *, fs_hz: float, window_s: float) -> SignalArray:
    """Envelope of the literal reading: centred moving mean of the rectified EMG, uV."""
    return moving_mean(np.abs(emg_uv), fs_hz=fs_hz, window_s=window_s)


def moving_rms(emg_uv: SignalArray, *, fs_hz: float, window_s: float) -> SignalArray:
    """Centred moving root mean square, uV.

    Examples
    --------
    >>> import numpy as np
    >>> float(moving_rms(np.full(100, -3.0, np.float32), fs_hz=100.0, window_s=0.1)[50])
    3.0
    """
    power = moving_mean(np.square(emg_uv), fs_hz=fs_hz, window_s=window_s)
    return np.sqrt(np.maximum(power, 0.0, out=power))


def fill_gaps(emg_uv: SignalArray) -> tuple[SignalArray, BoolArray | None]:
    """Replace NaN by straight lines between the recorded samples beside it.

    Returns the filled signal and the mask of filled samples; the signal itself and None where
    nothing was missing.
    """
    if np.isfinite(np.sum(emg_uv, dtype=np.float64)):
        return emg_uv, None
    missing = ~np.isfinite(emg_uv)
    filled = emg_uv.copy()
    if missing.all():
        filled[:] = 0.0
        return filled, missing
    known = np.flatnonzero(~missing)
    filled[missing] = np.interp(np.flatnonzero(missing), known, emg_uv[known])
    return filled, missing


def remove_slow(emg_uv: SignalArray, *, fs_hz: float, half_gain_hz: float) -> SignalArray:
    """Take out offset, drift and swaying electrodes without shifting or ringing.

    Gain 1 - exp(-ln 2 (f / half_gain_hz)^2): half at `half_gain_hz`, above 0.96 from 2.2 times that
    on, phase zero. The Gaussian shape is chosen because it answers a step or a cable pop without
    ringing. Works on overlapping blocks, so that the memory needed does not grow with the
    recording.
    """
    block = fft.next_fast_len(round(_BLOCK_S * fs_hz), real=True)
    margin = round(_MARGIN_S * fs_hz)
    hop = block - 2 * margin
    n_rows = max(1, -(-emg_uv.size // hop))
    frequency_hz = fft.rfftfreq(block, 1.0 / fs_hz)
    gain = (1.0 - np.exp(-np.log(2.0) * np.square(frequency_hz / half_gain_hz))).astype(np.float32)
    out = np.empty(n_rows * hop, np.float32)
    for first in range(0, n_rows, _ROWS_AT_ONCE):
        rows = min(_ROWS_AT_ONCE, n_rows - first)
        piece = _mirrored(emg_uv, first * hop - margin, (first + rows) * hop + margin)
        piece -= np.mean(piece, dtype=np.float64).astype(np.float32)
        stacked = np.lib.stride_tricks.sliding_window_view(piece, block)[::hop]
        spectrum = fft.rfft(stacked, axis=1)
        spectrum *= gain
        cleaned = fft.irfft(spectrum, n=block, axis=1)
        out[first * hop : (first + rows) * hop] = cleaned[:, margin : margin + hop].reshape(-1)
    return out[: emg_uv.size]


def _mirrored(values: SignalArray, start: int, stop: int) -> SignalArray:
    """Copy [start, stop) of an array, mirrored about its first and last sample where the range leaves it."""
    inside = values[max(start, 0) : min(stop, values.size)]
    before, after = max(0, -start), max(0, stop - values.size)
    if not before and not after:
        return inside.copy()
    head = 2.0 * inside[0] - inside[min(before, inside.size - 1) : 0 : -1] if before else inside[:0]
    tail = (
        2.0 * inside[-1] - inside[-2 : -2 - min(after, inside.size - 1) : -1]
        if after
        else inside[:0]
    )
    padded = np.concatenate((head, inside, tail)).astype(np.float32)
    left, right = before - head.size, after - tail.size
    return np.pad(padded, (max(left, 0), max(right, 0)), mode="edge")


def block_power(emg_uv: SignalArray, *, block: int) -> SignalArray:
    """Mean square of consecutive blocks of `block` samples, uV^2.

    An incomplete last block is left out.
    """
    n_blocks = emg_uv.size // block
    rows = emg_uv[: n_blocks * block].reshape(n_blocks, block)
    return np.asarray(np.einsum("ij,ij->i", rows, rows) / np.float32(block), np.float32)
