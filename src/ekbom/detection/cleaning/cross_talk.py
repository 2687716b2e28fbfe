"""Cross-talk: both legs carry the same waveform, so that one of them is no leg of its own."""

import numpy as np
from scipy import fft

from ekbom.detection.cleaning.hum import line_frequencies
from ekbom.model.recording import FloatArray, LegSignal, SignalArray

_SNIPPET_S = 2.0
_EVERY_S = 15.0
_PIECES = 8
_LOWEST_HZ = 15.0
_LINE_WIDTH_HZ = 1.5
_PIECES_QUANTILE = 0.25


def same_waveform(
    leg: LegSignal, other: LegSignal, *, mains_hz: tuple[float, ...], harmonics: int
) -> tuple[FloatArray, FloatArray]:
    """Likeness of both legs on short samples of the recording.

    Times (s) and correlation without sign, 0 to 1.

    Every 15 s a snippet of 2 s is cut from both, freed from offset and mains, and divided into
    eight pieces. The likeness is that of the piece at the lower quartile: a heart beat or a
    movement that both legs share at times is no cross-talk. Legs of different rate or length are
    not compared: no times are returned.
    """
    width, hop = round(_SNIPPET_S * leg.fs_hz), round(_EVERY_S * leg.fs_hz)
    n = min(leg.emg_uv.size, other.emg_uv.size)
    if other.fs_hz != leg.fs_hz or n < width:
        return np.zeros(0), np.zeros(0)
    starts = np.arange(0, n - width + 1, hop)
    lines = np.concatenate(
        [line_frequencies(base, fs_hz=leg.fs_hz, harmonics=harmonics) for base in mains_hz]
    )
    left = _pieces(leg.emg_uv, starts, width, fs_hz=leg.fs_hz, lines=lines)
    right = _pieces(other.emg_uv, starts, width, fs_hz=leg.fs_hz, lines=lines)
    energy = np.sqrt(np.einsum("ijk,ijk->ij", left, left) * np.einsum("ijk,ijk->ij", right, right))
    likeness = np.abs(np.einsum("ijk,ijk->ij", left, right)) / np.maximum(energy, 1e-9)
    times_s = np.asarray((starts + width / 2.0) / leg.fs_hz, np.float64)
    return times_s, np.asarray(np.quantile(likeness, _PIECES_QUANTILE, axis=1), np.float64)


def _pieces(
    emg_uv: SignalArray,
    starts: np.ndarray[tuple[int], np.dtype[np.int64]],
    width: int,
    *,
    fs_hz: float,
    lines: FloatArray,
) -> SignalArray:
    """Snippets without slow parts and mains lines, shape (snippets, pieces, samples)."""
    rows = np.nan_to_num(emg_uv[starts[:, None] + np.arange(width)])
    spectrum = fft.rfft(rows - rows.mean(axis=1, keepdims=True), axis=1)
    frequency_hz = fft.rfftfreq(width, 1.0 / fs_hz)
    near_line = (np.abs(frequency_hz[:, None] - lines[None, :]) < _LINE_WIDTH_HZ).any(axis=1)
    spectrum[:, near_line | (frequency_hz < _LOWEST_HZ)] = 0.0
    cleaned = fft.irfft(spectrum, n=width, axis=1)
    per_piece = width // _PIECES
    return np.asarray(
        cleaned[:, : _PIECES * per_piece].reshape(starts.size, _PIECES, per_piece), np.float32
    )
