"""Mains hum: found by its steady phase, followed where it comes and goes, and subtracted; no notch.

A notch rings at every movement and eats EMG. Hum is predictable instead: in sub-blocks of 0.2 s,
which hold whole periods of 50 and 60 Hz, its complex amplitude is fitted by least squares together
with its harmonics; over seconds that amplitude turns steadily while that of EMG is random. Every
sub-block then takes its amplitude from the second before, around or after it, whichever fits and is
quietest, so that movements do not disturb the estimate and switching edges stay sharp.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ekbom.detection.robust.products import product
from ekbom.model.recording import BoolArray, FloatArray, SignalArray

ComplexArray = NDArray[np.complex64]
_SUB_BLOCK_S = 0.2
_WINDOW_BLOCKS = 50
_COHERENCE = 0.45
_LOOK_COHERENCE = 0.75
_REACH = 5
_LOOK_BLOCKS = 15
_LOOK_LINES = 3
_STRIDE = 128
_LOWEST_HZ = 12.0
_APART_HZ = 3.0
_DRIFT_SHARE = 0.03
_REFIT_HZ = 0.02
_RANK = 1e-6
"""A line at half the sampling rate has no sine; what is that small is not fitted."""


class HumRemoval(NamedTuple):
    """The signal without hum, and what was taken out.

    Rms per sub-block of `sub_block` samples, 0 where nothing was.
    """

    emg_uv: SignalArray
    rms_uv: FloatArray
    sub_block: int
    found_hz: tuple[float, ...]


class _Fit(NamedTuple):
    """Complex amplitude of every line in every sub-block, phase taken out, and the mean square that they leave."""

    amplitude: ComplexArray
    left_over: SignalArray


def sub_block_samples(fs_hz: float) -> int:
    """Count the samples of one sub-block."""
    return max(2, round(_SUB_BLOCK_S * fs_hz))


def line_frequencies(mains_hz: float, *, fs_hz: float, harmonics: int) -> FloatArray:
    """Where the mains and its harmonics appear at this sampling rate, folded at half of it.

    Examples
    --------
    >>> line_frequencies(60.0, fs_hz=100.0, harmonics=2).tolist()
    [40.0, 20.0]
    """
    lines: list[float] = []
    for harmonic in range(1, harmonics + 1):
        true_hz = mains_hz * harmonic
        seen_hz = abs(true_hz - fs_hz * round(true_hz / fs_hz))
        if seen_hz >= _LOWEST_HZ and all(abs(seen_hz - other) >= _APART_HZ for other in lines):
            lines.append(seen_hz)
    return np.array(lines)


def remove_hum(
    emg_uv: SignalArray, *, fs_hz: float, mains_hz: tuple[float, ...], harmonics: int, min_uv: float
) -> HumRemoval:
    """Take mains hum out of a prepared leg signal, where there is any above `min_uv` rms."""
    sub_block = sub_block_samples(fs_hz)
    n_blocks = emg_uv.size // sub_block
    rms, cleaned, found = np.zeros(max(n_blocks, 1)), emg_uv, []
    for candidate_hz in _strongest_first(
        cleaned, mains_hz, fs_hz=fs_hz, sub_block=sub_block, min_uv=min_uv
    ):
        hum = _find_lines(
            cleaned,
            candidate_hz,
            fs_hz=fs_hz,
            sub_block=sub_block,
            harmonics=harmonics,
            min_uv=min_uv,
        )
        if hum is None:
            continue
        frequency_hz, amplitude = hum
        if cleaned is emg_uv:
            cleaned = emg_uv.copy()
        _subtract(cleaned, amplitude, frequency_hz, fs_hz=fs_hz, sub_block=sub_block)
        rms = np.hypot(
            rms, np.sqrt(np.sum(np.square(np.abs(amplitude)), axis=1, dtype=np.float64) / 2.0)
        )
        found.append(candidate_hz)
    return HumRemoval(cleaned, rms, sub_block, tuple(found))


def _find_lines(
    emg_uv: SignalArray,
    mains_hz: float,
    *,
    fs_hz: float,
    sub_block: int,
    harmonics: int,
    min_uv: float,
) -> tuple[FloatArray, ComplexArray] | None:
    """Frequencies and smoothed amplitudes of the lines that are there; None if there are none."""
    lines = line_frequencies(mains_hz, fs_hz=fs_hz, harmonics=harmonics)
    if not lines.size:
        return None
    fit = _fit(emg_uv, lines, fs_hz=fs_hz, sub_block=sub_block)
    present, off_hz = _steady(
        fit,
        window=_WINDOW_BLOCKS,
        coherence=_COHERENCE,
        min_uv=min_uv,
        sub_block_s=sub_block / fs_hz,
    )
    if not present.any():
        return None
    kept = present.any(axis=0)
    lines, present = lines[kept], present[:, kept]
    shift_hz = np.array(
        [
            np.median(off_hz[here, column])
            for column, here in zip(np.flatnonzero(kept), present.T, strict=True)
        ]
    )
    if np.abs(shift_hz).max() > _REFIT_HZ or not kept.all():
        lines = lines + np.where(np.abs(shift_hz) > _REFIT_HZ, shift_hz, 0.0)
        fit = _fit(emg_uv, lines, fs_hz=fs_hz, sub_block=sub_block)
        _, off_hz = _steady(
            fit,
            window=_WINDOW_BLOCKS,
            coherence=_COHERENCE,
            min_uv=min_uv,
            sub_block_s=sub_block / fs_hz,
        )
    smooth = _smoothed(fit, off_hz, freedom=sub_block, sub_block_s=sub_block / fs_hz)
    return lines, np.where(present, smooth, np.complex64(0.0))


def _strongest_first(
    emg_uv: SignalArray, mains_hz: tuple[float, ...], *, fs_hz: float, sub_block: int, min_uv: float
) -> list[float]:
    """List the mains frequencies that are worth a closer look, the strongest first, since it may leak into the others.

    Looks at the first part of every window only, and at the strongest lines: most recordings have
    no hum at all.
    """
    window = _WINDOW_BLOCKS * sub_block
    n_windows = emg_uv.size // window
    if emg_uv.size // sub_block < 2 * _REACH:
        return []
    if n_windows < 1:
        return list(mains_hz)
    part = (
        emg_uv[: n_windows * window]
        .reshape(n_windows, window)[:, : _LOOK_BLOCKS * sub_block]
        .reshape(-1)
    )
    strength: dict[float, float] = {}
    for candidate_hz in mains_hz:
        lines = line_frequencies(candidate_hz, fs_hz=fs_hz, harmonics=_LOOK_LINES)
        fit = _fit(part, lines, fs_hz=fs_hz, sub_block=sub_block) if lines.size else None
        if fit is not None:
            present = _steady(
                fit,
                window=_LOOK_BLOCKS,
                coherence=_LOOK_COHERENCE,
                min_uv=min_uv,
                sub_block_s=sub_block / fs_hz,
            )[0]
            strength[candidate_hz] = float(np.sum(np.where(present, np.abs(fit.amplitude), 0.0)))
    return [hz for hz in sorted(strength, key=lambda hz: -strength[hz]) if strength[hz] > 0.0]


def _fit(emg_uv: SignalArray, lines: FloatArray, *, fs_hz: float, sub_block: int) -> _Fit:
    """Fit all lines together in every sub-block and turn the amplitudes back to the phase at the start."""
    n_blocks = emg_uv.size // sub_block
    rows = emg_uv[: n_blocks * sub_block].reshape(n_blocks, sub_block)
    basis = _basis(lines, fs_hz=fs_hz, sub_block=sub_block)
    weights = product(rows, np.linalg.pinv(basis, rcond=_RANK))
    explained = np.einsum("ij,ij->i", product(weights, basis @ basis.T / sub_block), weights)
    left_over = np.einsum("ij,ij->i", rows, rows) / np.float32(sub_block) - explained
    local = np.conj(weights.view(np.complex64))
    return _Fit(
        local * np.conj(_turn(lines, n_blocks, sub_block / fs_hz)),
        np.maximum(left_over, np.float32(1e-4)),
    )


def _basis(lines: FloatArray, *, fs_hz: float, sub_block: int) -> FloatArray:
    """Cosine and sine of every line over one sub-block, shape (2 lines, samples)."""
    angle = 2.0 * np.pi * lines[:, None] * np.arange(sub_block) / fs_hz
    return np.stack((np.cos(angle), np.sin(angle)), axis=1).reshape(-1, sub_block)


def _turn(lines: FloatArray, n_blocks: int, sub_block_s: float) -> ComplexArray:
    """Phase of each line at the start of each sub-block."""
    cycles = lines * sub_block_s
    coarse, fine = (
        np.arange(-(-n_blocks // _STRIDE))[:, None, None] * _STRIDE,
        np.arange(_STRIDE)[None, :, None],
    )
    turns = np.exp(2j * np.pi * (coarse * cycles % 1.0)) * np.exp(
        2j * np.pi * (fine * cycles % 1.0)
    )
    return np.asarray(turns.reshape(-1, lines.size)[:n_blocks], np.complex64)


def _steady(
    fit: _Fit, *, window: int, coherence: float, min_uv: float, sub_block_s: float
) -> tuple[BoolArray, FloatArray]:
    """Where each line turns steadily, and how far its frequency lies from the nominal one (Hz), per sub-block.

    Judged over windows of ten seconds, each sub-block weighted by its quietness; a window beside
    one with hum counts too, since hum may begin within it.
    """
    unit = fit.amplitude / np.sqrt(fit.left_over)[:, None]
    pairs = unit[1:] * np.conj(unit[:-1])
    pairs = np.concatenate((pairs, np.zeros_like(unit[:1])))
    n = fit.left_over.size
    starts = np.arange(0, n, window)
    together = np.add.reduceat(pairs, starts, axis=0)
    alone = np.add.reduceat(np.square(np.abs(unit)), starts, axis=0)
    weight = np.add.reduceat(1.0 / fit.left_over, starts)[:, None]
    rms = np.sqrt(np.abs(together) / weight / 2.0)
    present = (np.abs(together) > coherence * alone) & (rms > min_uv)
    off_hz = np.where(present, np.angle(together) / (2.0 * np.pi * sub_block_s), 0.0)
    for column in range(present.shape[1]):
        here = np.flatnonzero(present[:, column])
        if here.size:
            off_hz[:, column] = np.interp(np.arange(starts.size), here, off_hz[here, column])
    wide = ndimage.binary_dilation(present, np.ones((3, 1), np.bool_))
    return np.repeat(wide, window, axis=0)[:n], np.repeat(off_hz, window, axis=0)[:n]


def _smoothed(fit: _Fit, off_hz: FloatArray, *, freedom: int, sub_block_s: float) -> ComplexArray:
    """Give every sub-block the weighted mean amplitude before, around or after it.

    What fits it and is known best.
    """
    phase = np.exp(1j * np.cumsum(2.0 * np.pi * off_hz * sub_block_s, axis=0)).astype(np.complex64)
    steady = fit.amplitude * np.conj(phase)
    variance = np.float32(4.0 / freedom) * fit.left_over[:, None]
    weight = 1.0 / variance
    best, best_cost = steady, np.full(steady.shape, np.inf)
    for shift in (0, -(_REACH // 2), _REACH // 2):
        sums = [
            _windowed(part, shift) for part in (steady.real * weight, steady.imag * weight, weight)
        ]
        mean = (sums[0] + 1j * sums[1]) / sums[2]
        own = variance + np.square(_DRIFT_SHARE * np.abs(mean))
        cost = np.square(np.abs(steady - mean)) / own - np.log(sums[2])
        best = np.where(cost < best_cost, mean, best)
        best_cost = np.minimum(cost, best_cost)
    return np.asarray(best * phase)


def _windowed(values: SignalArray, shift: int) -> SignalArray:
    """Sum over a window of `_REACH` sub-blocks, moved by `shift` against its centre.

    Zeros beyond the ends.
    """
    half = _REACH // 2
    padded = np.pad(values, ((half + max(shift, 0), half + max(-shift, 0)), (0, 0)))
    total = np.full(values.shape, 1e-12, np.float32)
    for offset in range(_REACH):
        first = offset + max(-shift, 0)
        total += padded[first : first + values.shape[0]]
    return total


def _subtract(
    emg_uv: SignalArray, amplitude: ComplexArray, lines: FloatArray, *, fs_hz: float, sub_block: int
) -> None:
    """Subtract the lines, sub-block by sub-block.

    The samples after the last whole one use its amplitude.
    """
    n_blocks = amplitude.shape[0]
    local = amplitude * _turn(lines, n_blocks, sub_block / fs_hz)
    weights = np.conj(local).view(np.float32)
    basis = _basis(lines, fs_hz=fs_hz, sub_block=sub_block)
    rows = emg_uv[: n_blocks * sub_block].reshape(n_blocks, sub_block)
    here = np.flatnonzero(np.any(weights != 0.0, axis=1))
    rows[here] -= product(weights[here], basis)
    rest = emg_uv[n_blocks * sub_block :]
    if rest.size:
        angle = 2.0 * np.pi * lines[:, None] * (sub_block + np.arange(rest.size)) / fs_hz
        rest -= np.real(local[-1] @ np.exp(1j * angle)).astype(np.float32)
