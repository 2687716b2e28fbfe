"""Mains hum: known by its steady phase, followed where it comes and goes, and subtracted.

There is no notch: a notch rings at every movement and eats EMG. Hum is predictable instead. In
sub-blocks of 0.2 s, which hold whole periods of 50 and 60 Hz, its complex amplitude is fitted by
least squares together with its harmonics. Over seconds that amplitude turns steadily while that of
EMG is random. Every sub-block then takes its amplitude from the second before, around or after it,
whichever fits and is quietest, so that movements do not disturb the estimate and switching edges
stay sharp.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ekbom.criteria.detector import HumSettings
from ekbom.detection.cleaning.slow import bridge
from ekbom.model.recording import BoolArray, FloatArray, IntArray, SignalArray

ComplexArray = NDArray[np.complex64]
_STRIDE = 128  # arithmetic: phases are multiplied up in strides, any length gives the same
_RANK = 1e-6  # arithmetic: a line at half the rate has no sine; what is that small is not fitted
_NO_POWER = np.float32(
    1e-4
)  # arithmetic: far below any digital step, keeps weights finite
_NO_WEIGHT = np.float32(
    1e-12
)  # arithmetic: keeps a quotient finite where no weight is


class HumRemoval(NamedTuple):
    """The signal without hum, and what was taken out.

    `rms_uv`: per sub-block of `sub_block` samples, 0 where nothing was; `mains_hz`: what hummed.
    """

    emg_uv: SignalArray
    rms_uv: FloatArray
    sub_block: int
    mains_hz: tuple[float, ...]


class _Comb(NamedTuple):
    """Lines (Hz) that are fitted together in sub-blocks of `sub_block` samples."""

    lines: FloatArray
    fs_hz: float
    sub_block: int
    settings: HumSettings

    @property
    def sub_block_s(self) -> float:
        """Length of a sub-block, s."""
        return self.sub_block / self.fs_hz


class _Fit(NamedTuple):
    """Complex amplitude of every line in every sub-block, and the mean square that they leave.

    The phase is turned back to the start of the signal.
    """

    amplitude: ComplexArray
    left_over: SignalArray


class _Steadiness(NamedTuple):
    """Where each line turns steadily, and how far it lies from its frequency, per sub-block."""

    present: BoolArray
    off_hz: FloatArray


class _Hum(NamedTuple):
    """Lines that are there, with their smoothed amplitude in every sub-block."""

    comb: _Comb
    amplitude: ComplexArray


def sub_block_samples(fs_hz: float, settings: HumSettings) -> int:
    """Count the samples of one sub-block."""
    return max(2, round(settings.sub_block_s * fs_hz))


def line_frequencies(
    mains_hz: float, *, fs_hz: float, harmonics: int, settings: HumSettings
) -> FloatArray:
    """Where the mains and its harmonics appear at this sampling rate, folded at half of it."""
    lines: list[float] = []
    for harmonic in range(1, harmonics + 1):
        true_hz = mains_hz * harmonic
        folded_hz = abs(true_hz - fs_hz * round(true_hz / fs_hz))
        apart = all(
            abs(folded_hz - other) >= settings.apart_hz for other in lines
        )
        if apart and folded_hz >= settings.lowest_hz:
            lines.append(folded_hz)
    return np.array(lines)


def remove_hum(
    emg_uv: SignalArray, *, fs_hz: float, settings: HumSettings
) -> HumRemoval:
    """Take mains hum out of a prepared leg signal, where there is any above `min_uv` rms."""
    sub_block = sub_block_samples(fs_hz, settings)
    rms_uv = np.zeros(max(emg_uv.size // sub_block, 1))
    cleaned, removed = emg_uv, []
    for mains_hz in _strongest_first(emg_uv, fs_hz, settings):
        comb = _comb(mains_hz, fs_hz, settings.harmonics, settings)
        hum = _find_hum(cleaned, comb)
        if hum is None:
            continue
        cleaned = emg_uv.copy() if cleaned is emg_uv else cleaned
        _subtract(cleaned, hum)
        rms_uv = np.hypot(rms_uv, _rms(hum.amplitude))
        removed.append(mains_hz)
    return HumRemoval(cleaned, rms_uv, sub_block, tuple(removed))


def _comb(
    mains_hz: float, fs_hz: float, harmonics: int, settings: HumSettings
) -> _Comb:
    """Lines of one mains frequency at this sampling rate."""
    lines = line_frequencies(
        mains_hz, fs_hz=fs_hz, harmonics=harmonics, settings=settings
    )
    return _Comb(lines, fs_hz, sub_block_samples(fs_hz, settings), settings)


def _rms(amplitude: ComplexArray) -> FloatArray:
    """Rms of all lines together in every sub-block."""
    power = np.sum(np.square(np.abs(amplitude)), axis=1, dtype=np.float64)
    return np.sqrt(power / 2.0)


def _strongest_first(
    emg_uv: SignalArray, fs_hz: float, settings: HumSettings
) -> list[float]:
    """List the mains frequencies that are worth a closer look.

    The strongest comes first, since it may leak into the others. Looks at the first part of every
    window only, and at the strongest lines: most recordings have no hum at all.
    """
    sub_block = sub_block_samples(fs_hz, settings)
    least = settings.least_reaches * settings.reach_blocks
    if emg_uv.size // sub_block < least:
        return []
    window = settings.window_blocks * sub_block
    n_windows = emg_uv.size // window
    if n_windows < 1:
        return list(settings.mains_hz)
    rows = emg_uv[: n_windows * window].reshape(n_windows, window)
    part = rows[:, : settings.look_blocks * sub_block].reshape(-1)
    strength = {
        hz: _strength(part, _comb(hz, fs_hz, settings.look_lines, settings))
        for hz in settings.mains_hz
    }
    there = [hz for hz in strength if strength[hz] > 0.0]
    return sorted(there, key=lambda hz: -strength[hz])


def _strength(part: SignalArray, comb: _Comb) -> float:
    """Sum of the steady amplitudes of some lines."""
    if not comb.lines.size:
        return 0.0
    settings = comb.settings
    fit = _fit(part, comb)
    steady = _steady(fit, comb, settings.look_blocks, settings.look_coherence)
    return float(np.sum(np.where(steady.present, np.abs(fit.amplitude), 0.0)))


def _find_hum(emg_uv: SignalArray, comb: _Comb) -> _Hum | None:
    """Find the lines that are there and smooth their amplitudes; None if there are none."""
    if not comb.lines.size:
        return None
    fit, steady = _followed(emg_uv, comb)
    there = steady.present.any(axis=0)
    if not there.any():
        return None
    present = steady.present[:, there]
    shift_hz = _shifts(present, steady.off_hz[:, there])
    moved = np.abs(shift_hz) > comb.settings.refit_hz
    if moved.any() or not there.all():
        lines = comb.lines[there] + np.where(moved, shift_hz, 0.0)
        comb = comb._replace(lines=lines)
        fit, steady = _followed(emg_uv, comb)
    smooth = _smoothed(fit, steady.off_hz, comb)
    return _Hum(comb, np.where(present, smooth, np.complex64(0.0)))


def _followed(emg_uv: SignalArray, comb: _Comb) -> tuple[_Fit, _Steadiness]:
    """Fit the lines in every sub-block, and find where they turn steadily."""
    fit, settings = _fit(emg_uv, comb), comb.settings
    return fit, _steady(fit, comb, settings.window_blocks, settings.coherence)


def _shifts(present: BoolArray, off_hz: FloatArray) -> FloatArray:
    """Median distance of each line from its frequency where it is present, Hz."""
    columns = range(present.shape[1])
    return np.array(
        [np.median(off_hz[present[:, column], column]) for column in columns]
    )


def _fit(emg_uv: SignalArray, comb: _Comb) -> _Fit:
    """Fit all lines together in every sub-block."""
    n_blocks = emg_uv.size // comb.sub_block
    rows = emg_uv[: n_blocks * comb.sub_block].reshape(n_blocks, comb.sub_block)
    basis = _basis(comb)
    weights = rows @ np.linalg.pinv(basis, rcond=_RANK).astype(np.float32)
    overlap = (basis @ basis.T / comb.sub_block).astype(np.float32)
    explained = np.einsum("ij,ij->i", weights @ overlap, weights)
    power = np.einsum("ij,ij->i", rows, rows) / np.float32(comb.sub_block)
    local = np.conj(weights.view(np.complex64))
    amplitude = local * np.conj(_turn(comb, n_blocks))
    return _Fit(amplitude, np.maximum(power - explained, _NO_POWER))


def _basis(comb: _Comb) -> FloatArray:
    """Cosine and sine of every line over one sub-block, shape (2 lines, samples)."""
    turns = 2.0 * np.pi * comb.lines[:, None]
    angle = turns * np.arange(comb.sub_block) / comb.fs_hz
    both = np.stack((np.cos(angle), np.sin(angle)), axis=1)
    return both.reshape(-1, comb.sub_block)


def _turn(comb: _Comb, n_blocks: int) -> ComplexArray:
    """Phase of each line at the start of each sub-block."""
    cycles = comb.lines * comb.sub_block_s
    coarse = np.arange(-(-n_blocks // _STRIDE))[:, None, None] * _STRIDE
    fine = np.arange(_STRIDE)[None, :, None]
    turns = _circle(coarse * cycles) * _circle(fine * cycles)
    return np.asarray(
        turns.reshape(-1, comb.lines.size)[:n_blocks], np.complex64
    )


def _circle(cycles: NDArray[np.float64]) -> NDArray[np.complex128]:
    """Point of the unit circle after so many cycles."""
    return np.asarray(np.exp(2j * np.pi * (cycles % 1.0)))


def _steady(
    fit: _Fit, comb: _Comb, window_blocks: int, coherence: float
) -> _Steadiness:
    """Find where each line turns steadily.

    Judged over windows of `window_blocks`, each sub-block weighted by its quietness. A window
    beside one with hum counts too, since hum may begin within it.
    """
    settings, size = comb.settings, fit.left_over.size
    windows = np.arange(0, size, window_blocks)
    turn = _turn_within(fit, windows)
    coherent = np.abs(turn.together) > coherence * turn.power
    present = coherent & (turn.rms_uv > settings.min_uv)
    turned_hz = np.angle(turn.together) / (2.0 * np.pi * comb.sub_block_s)
    off_hz = _bridged(np.where(present, turned_hz, 0.0), present)
    beside = np.ones((2 * settings.beside_windows + 1, 1), np.bool_)
    wide = ndimage.binary_dilation(present, beside)
    length = np.diff(windows, append=size)
    return _Steadiness(
        np.repeat(wide, length, axis=0), np.repeat(off_hz, length, axis=0)
    )


class _Turn(NamedTuple):
    """How each line turns from one sub-block to the next, summed up over each window.

    `together`: sum of the turns; `power`: what it would be if all turns were the same; `rms_uv`:
    rms of what turns steadily.
    """

    together: ComplexArray
    power: SignalArray
    rms_uv: SignalArray


def _turn_within(fit: _Fit, windows: IntArray) -> _Turn:
    """Sum the turns of each line up over windows, each sub-block weighted by its quietness."""
    unit = fit.amplitude / np.sqrt(fit.left_over)[:, None]
    pairs = np.zeros_like(unit)
    pairs[:-1] = unit[1:] * np.conj(unit[:-1])
    together = np.add.reduceat(pairs, windows, axis=0)
    power = np.add.reduceat(np.square(np.abs(unit)), windows, axis=0)
    weight = np.add.reduceat(1.0 / fit.left_over, windows)[:, None]
    return _Turn(together, power, np.sqrt(np.abs(together) / weight / 2.0))


def _bridged(off_hz: FloatArray, present: BoolArray) -> FloatArray:
    """Straight lines between the windows in which a line is present."""
    filled = off_hz.copy()
    for column in np.flatnonzero(present.any(axis=0)):
        filled[:, column] = bridge(off_hz[:, column], present[:, column])
    return filled


def _smoothed(fit: _Fit, off_hz: FloatArray, comb: _Comb) -> ComplexArray:
    """Give every sub-block the mean amplitude of the second before, around or after it.

    The one is taken that fits the sub-block and is known best. A mean weighs each sub-block by its
    quietness.
    """
    turned = np.cumsum(2.0 * np.pi * off_hz * comb.sub_block_s, axis=0)
    phase = np.exp(1j * turned).astype(np.complex64)
    # arithmetic: variance of a fitted amplitude
    scale = np.float32(4.0 / comb.sub_block)
    variance = scale * fit.left_over[:, None]
    steady = fit.amplitude * np.conj(phase)
    return np.asarray(_best_mean(steady, variance, comb.settings) * phase)


def _best_mean(
    steady: ComplexArray, variance: SignalArray, settings: HumSettings
) -> ComplexArray:
    """Give every sub-block the mean that fits it and is known best, else its own value."""
    best, best_cost = steady, np.full(steady.shape, np.inf)
    half = settings.reach_blocks // 2
    for shift in (0, -half, half):
        mean, weight = _moving_mean(steady, 1.0 / variance, half, shift)
        expected = variance + np.square(settings.drift_share * np.abs(mean))
        cost = np.square(np.abs(steady - mean)) / expected - np.log(weight)
        best = np.where(cost < best_cost, mean, best)
        best_cost = np.minimum(cost, best_cost)
    return best


def _moving_mean(
    values: ComplexArray, weight: SignalArray, half: int, shift: int
) -> tuple[ComplexArray, SignalArray]:
    """Weighted mean over a window of `half` sub-blocks on either side, and its whole weight.

    The window is moved by `shift` against its centre.
    """
    parts = (values.real * weight, values.imag * weight, weight)
    real, imag, whole = (_windowed(part, half, shift) for part in parts)
    return np.asarray((real + 1j * imag) / whole, np.complex64), whole


def _windowed(values: SignalArray, half: int, shift: int) -> SignalArray:
    """Sum over the window around each sub-block; zeros beyond the ends."""
    padded = np.pad(
        values, ((half + max(shift, 0), half + max(-shift, 0)), (0, 0))
    )
    total = np.full(values.shape, _NO_WEIGHT, np.float32)
    for offset in range(2 * half + 1):
        first = offset + max(-shift, 0)
        total += padded[first : first + values.shape[0]]
    return total


def _subtract(emg_uv: SignalArray, hum: _Hum) -> None:
    """Subtract the lines in place, sub-block by sub-block.

    The samples after the last whole one use its amplitude.
    """
    comb = hum.comb
    n_blocks = hum.amplitude.shape[0]
    local = hum.amplitude * _turn(comb, n_blocks)
    weights = np.conj(local).view(np.float32)
    whole = n_blocks * comb.sub_block
    rows = emg_uv[:whole].reshape(n_blocks, comb.sub_block)
    here = np.flatnonzero(np.any(weights != 0.0, axis=1))
    rows[here] -= weights[here] @ _basis(comb).astype(np.float32)
    emg_uv[whole:] -= _continued(local[-1], comb, emg_uv.size - whole)


def _continued(amplitude: ComplexArray, comb: _Comb, size: int) -> SignalArray:
    """Draw the lines on for so many samples after a sub-block."""
    time_s = (comb.sub_block + np.arange(size)) / comb.fs_hz
    angle = 2.0 * np.pi * comb.lines[:, None] * time_s
    return np.asarray(np.real(amplitude @ np.exp(1j * angle)), np.float32)
