"""Cross-talk: both legs carry the same waveform, so that one of them is no leg of its own."""

from typing import NamedTuple

import numpy as np
from scipy import fft

from ekbom.criteria.detector import CrossTalkSettings, HumSettings
from ekbom.detection.cleaning.hum import line_frequencies
from ekbom.detection.runs import snippets
from ekbom.model.recording import (
    BoolArray,
    FloatArray,
    LegSignal,
    SignalArray,
)

_NO_ENERGY = (
    1e-9  # arithmetic: keeps a quotient finite where the signal is zero
)


_AT_ONCE = 256  # arithmetic: snippets that are compared at once, any number gives the same likeness


class Likeness(NamedTuple):
    """Likeness of both legs at some times (s): correlation without sign, 0 to 1.

    `gain`: how many times louder this leg is than the other.
    """

    time_s: FloatArray
    value: FloatArray
    gain: FloatArray

    def turned(self) -> "Likeness":
        """Give the same as the other leg sees it."""
        return self._replace(gain=1.0 / np.maximum(self.gain, _NO_ENERGY))


def same_waveform(
    leg: LegSignal,
    other: LegSignal,
    *,
    settings: CrossTalkSettings,
    hum: HumSettings,
) -> Likeness:
    """Compare both legs on short snippets of the recording.

    Every `every_s` a snippet of `snippet_s` is cut from both, freed from offset and mains, and
    divided into pieces. The likeness is that of the piece at `pieces_quantile`: a heart beat or a
    movement that both legs share at times is no cross-talk. Legs of different rate or length are
    not compared: no times are returned.
    """
    width = round(settings.snippet_s * leg.fs_hz)
    hop = round(settings.every_s * leg.fs_hz)
    size = min(len(leg.emg_uv), len(other.emg_uv))
    if other.fs_hz != leg.fs_hz or size < width:
        nothing = np.zeros(0)
        return Likeness(nothing, nothing, nothing)
    starts = np.arange(0, size - width + 1, hop)
    kept = compared_lines(width, leg.fs_hz, settings, hum)
    some = np.split(starts, range(_AT_ONCE, starts.size, _AT_ONCE))
    alike, gain = [], []
    for at in some:
        left, right = (
            cut_into_pieces(snippets(one, at, width), kept, settings.pieces)
            for one in (leg, other)
        )
        energies = inner_product(left, left), inner_product(right, right)
        alike.append(_likeness(inner_product(left, right), *energies))
        gain.append(_gain(*energies))
    decisive = np.quantile(
        np.concatenate(alike), settings.pieces_quantile, axis=1
    )
    times_s = (starts + width / 2.0) / leg.fs_hz
    return Likeness(
        np.asarray(times_s, np.float64),
        np.asarray(decisive, np.float64),
        np.concatenate(gain),
    )


def cross_talk_at(
    likeness: Likeness | None,
    n_steps: int,
    step_s: float,
    *,
    settings: CrossTalkSettings,
) -> BoolArray:
    """Mark the steps of a regular grid at which a leg carries the waveform of the other.

    Where it is clearly the louder one of the two the other leg is the copy.
    """
    if likeness is None or not likeness.time_s.size:
        return np.zeros(n_steps, np.bool_)
    at = np.searchsorted(likeness.time_s, np.arange(n_steps) * step_s)
    nearest = np.minimum(at, likeness.time_s.size - 1)
    same = likeness.value[nearest] > settings.likeness
    return same & (likeness.gain[nearest] < settings.louder)


def compared_lines(
    width: int, fs_hz: float, settings: CrossTalkSettings, hum: HumSettings
) -> BoolArray:
    """Lines of the spectrum of a snippet that are neither slow nor mains."""
    lines = [
        line_frequencies(
            base, fs_hz=fs_hz, harmonics=hum.harmonics, settings=hum
        )
        for base in hum.mains_hz
    ]
    frequency_hz = fft.rfftfreq(width, 1.0 / fs_hz)
    distance_hz = np.abs(frequency_hz[:, None] - np.concatenate(lines)[None, :])
    near_line = (distance_hz < settings.line_width_hz).any(axis=1)
    return ~near_line & (frequency_hz >= settings.lowest_hz)


def cut_into_pieces(
    snippets: SignalArray, kept: BoolArray, n_pieces: int
) -> SignalArray:
    """Cut snippets into pieces, shape (snippets, pieces, samples).

    Only some lines of their spectrum are kept.
    """
    n_snippets, width = snippets.shape
    rows = np.nan_to_num(snippets)
    spectrum = fft.rfft(rows - rows.mean(axis=1, keepdims=True), axis=1)
    spectrum[:, ~kept] = 0.0
    cleaned = fft.irfft(spectrum, n=width, axis=1)
    per_piece = width // n_pieces
    cut = cleaned[:, : n_pieces * per_piece].reshape(
        n_snippets, n_pieces, per_piece
    )
    return np.asarray(cut, np.float32)


def _likeness(
    shared: SignalArray, left: SignalArray, right: SignalArray
) -> SignalArray:
    """Correlation of each piece of both legs, without sign, from their energies."""
    energy = np.sqrt(left * right)
    return np.asarray(np.abs(shared) / np.maximum(energy, _NO_ENERGY))


def _gain(left: SignalArray, right: SignalArray) -> FloatArray:
    """How many times louder the left leg is in each snippet, by the energy of its median piece."""
    own, other = (np.median(pieces, axis=1) for pieces in (left, right))
    ratio = np.maximum(own, _NO_ENERGY) / np.maximum(other, _NO_ENERGY)
    return np.asarray(np.sqrt(ratio), np.float64)


def inner_product(left: SignalArray, right: SignalArray) -> SignalArray:
    """Inner product of each piece of both legs."""
    return np.asarray(np.einsum("ijk,ijk->ij", left, right))
