"""Offset, drift and gaps: what is repaired before anything else is looked for."""

import numpy as np
from scipy import fft

from ekbom.model.recording import BoolArray, FloatArray, SignalArray

# arithmetic: sizes of the pieces that are filtered at once; they overlap by far more than the
# answer of the filter lasts, so that any other sizes give the same signal
_BLOCK_S, _MARGIN_S, _ROWS_AT_ONCE = 24.0, 0.75, 16


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


def bridge(values: FloatArray, known: BoolArray) -> FloatArray:
    """Straight lines over what is not known."""
    if known.all():
        return values
    return np.interp(
        np.arange(values.size), np.flatnonzero(known), values[known]
    )


def remove_slow(
    emg_uv: SignalArray, *, fs_hz: float, half_gain_hz: float
) -> SignalArray:
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
    gain = _gain(fft.rfftfreq(block, 1.0 / fs_hz) / half_gain_hz)
    out = np.empty((n_rows, hop), np.float32)
    for first in range(0, n_rows, _ROWS_AT_ONCE):
        last = min(first + _ROWS_AT_ONCE, n_rows)
        piece = _mirrored(emg_uv, first * hop - margin, last * hop + margin)
        out[first:last] = _filtered(piece, gain, block, hop)[
            :, margin : margin + hop
        ]
    return out.reshape(-1)[: emg_uv.size]


def _gain(ratio: np.ndarray[tuple[int], np.dtype[np.float64]]) -> SignalArray:
    """Gain at each ratio of the frequency to that of half gain."""
    return np.asarray(1.0 - np.exp(-np.log(2.0) * np.square(ratio)), np.float32)


def _filtered(
    piece: SignalArray, gain: SignalArray, block: int, hop: int
) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Filter overlapping blocks of a piece, shape (n_blocks, block)."""
    piece -= np.mean(piece, dtype=np.float64).astype(np.float32)
    rows = np.lib.stride_tricks.sliding_window_view(piece, block)[::hop]
    spectrum = fft.rfft(rows, axis=1)
    spectrum *= gain
    return np.asarray(fft.irfft(spectrum, n=block, axis=1), np.float32)


def _mirrored(values: SignalArray, start: int, stop: int) -> SignalArray:
    """Copy [start, stop) of a signal.

    Where the range leaves the signal, the signal is mirrored about its first and last sample.
    """
    inside = values[max(start, 0) : min(stop, values.size)]
    before, after = max(0, -start), max(0, stop - values.size)
    if not before and not after:
        return inside.copy()
    head = 2.0 * inside[0] - inside[1 : before + 1][::-1]
    tail = 2.0 * inside[-1] - inside[::-1][1 : after + 1]
    padded = np.concatenate((head, inside, tail)).astype(np.float32)
    return np.pad(padded, (before - head.size, after - tail.size), mode="edge")
