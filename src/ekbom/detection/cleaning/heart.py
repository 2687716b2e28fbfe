"""Heart waves in a leg: learnt around the beats, scaled and shifted to each, and subtracted.

EMG never repeats a shape, so that the mean over many beats keeps the subtraction from eating
muscle.
"""

from typing import NamedTuple

import numpy as np

from ekbom.criteria.detector import BeatSettings, HeartSettings
from ekbom.model.recording import (
    BeatSearch,
    BoolArray,
    FloatArray,
    HeartBeats,
    IntArray,
    SignalArray,
    Stretch,
)

_AT_ONCE = 512  # arithmetic: beats that are taken out at once, any number gives the same signal
_SLOPE = np.array([0.5, 0.0, -0.5], np.float32)
_NO_POWER = (
    1e-3  # arithmetic: uV^2, far below any digital step, keeps weights finite
)
_NO_WEIGHT = np.float32(
    1e-12
)  # arithmetic: keeps a quotient finite where no weight is
_NO_SCATTER = 1e-6  # arithmetic: uV^2, keeps an error above zero
_MINUTE_S = 60.0  # arithmetic: seconds of a minute


class HeartRemoval(NamedTuple):
    """The signal without the heart.

    `beats`: beats in samples; `height_uv`: height of the R wave taken out at each of them.
    """

    emg_uv: SignalArray
    beats: IntArray
    height_uv: FloatArray


class _Window(NamedTuple):
    """The window around each beat in samples, and which of its samples belong to the beat alone.

    `whole`: which beats have their whole window within the signal; `until`: first sample after
    each of these that belongs to the next one; `core`: the part to which a wave is fitted;
    `taper`: weight of each sample, zero at both ends.
    """

    lag: IntArray
    whole: BoolArray
    until: IntArray
    core: slice
    taper: SignalArray

    @property
    def inside(self) -> BoolArray:
        """Which samples belong to each beat, shape (n_beats, n_lags)."""
        return self.lag < self.until[:, None]


class _Learnt(NamedTuple):
    """Wave of each group of beats, and the standard error of one of its samples."""

    wave: SignalArray
    error_uv: FloatArray


def cancel_heart(
    emg_uv: SignalArray,
    stretch: Stretch,
    *,
    search: BeatSearch,
    beats: BeatSettings,
    settings: HeartSettings,
) -> HeartRemoval:
    """Take heart waves out of a prepared leg signal, where they are higher than `min_uv`.

    A part of every minute is looked at first: most legs carry no heart, and then nothing is done.

    Parameters
    ----------
    stretch
        Where in the recording the signal lies.
    search
        Gives the beats of a stretch.
    """
    fs_hz = stretch.fs_hz
    if emg_uv.size >= settings.glance_min_minutes * round(_MINUTE_S * fs_hz):
        part = _first_of_each(emg_uv, fs_hz, beats)
        found = search(part, stretch._replace(glance=True))
        glance = subtract_beats(part, found, fs_hz=fs_hz, settings=settings)
        if not (glance.height_uv > 0.0).any():
            return HeartRemoval(emg_uv, np.zeros(0, np.int64), np.zeros(0))
    return subtract_beats(
        emg_uv, search(emg_uv, stretch), fs_hz=fs_hz, settings=settings
    )


def _first_of_each(
    emg_uv: SignalArray, fs_hz: float, beats: BeatSettings
) -> SignalArray:
    """Join the first `glance_s` of every `glance_every_s` of a signal."""
    every = round(beats.glance_every_s * fs_hz)
    width = round(beats.glance_s * fs_hz)
    n = emg_uv.size // every
    return emg_uv[: n * every].reshape(n, every)[:, :width].reshape(-1)


def subtract_beats(
    emg_uv: SignalArray,
    found: HeartBeats,
    *,
    fs_hz: float,
    settings: HeartSettings,
) -> HeartRemoval:
    """Learn the wave of each kind of beat and subtract it where it stands out."""
    window = _windows_of(found.sample, emg_uv.size, fs_hz, settings)
    beats, kinds = found.sample[window.whole], found.kind[window.whole]
    height_uv = np.zeros(beats.size)
    if beats.size < settings.least_beats:
        return HeartRemoval(emg_uv, beats[:0], height_uv[:0])
    cleaned = emg_uv.copy()
    for kind in np.unique(kinds):
        rows = np.flatnonzero(kinds == kind)
        if rows.size >= settings.least_beats:
            own = window._replace(until=window.until[rows])
            height_uv[rows] = _subtract_kind(
                cleaned, beats[rows], own, settings
            )
    touched = (height_uv > 0.0).any()
    return HeartRemoval(cleaned if touched else emg_uv, beats, height_uv)


def _windows_of(
    beats: IntArray, size: int, fs_hz: float, settings: HeartSettings
) -> _Window:
    """Give the window around each beat that lies whole within the signal."""
    before = round(settings.before_s * fs_hz)
    after = round(settings.after_s * fs_hz)
    whole = (beats > before) & (beats < size - after - 1)
    to_next = np.append(np.diff(beats[whole]), before + after)
    until = np.minimum(to_next[: whole.sum()] - before, after)
    lag = np.arange(-before, after)
    reach = round(settings.fit_s * fs_hz)
    core = slice(before - reach, before + reach)
    from_ends = np.minimum(lag + before + 1, after - lag)
    taper = np.minimum(1.0, from_ends / max(1.0, settings.taper_s * fs_hz))
    return _Window(lag, whole, until, core, taper.astype(np.float32))


def _subtract_kind(
    cleaned: SignalArray,
    beats: IntArray,
    window: _Window,
    settings: HeartSettings,
) -> FloatArray:
    """Subtract one kind of beat in place and give the height at each beat.

    Beats go group by group, each with the wave of the groups around it.
    """
    inside, index = window.inside, beats[:, None] + window.lag
    rows, of_group = cleaned[index] * inside, settings.group_beats
    first = np.arange(0, beats.size, of_group)
    learnt = _learn(rows, inside.astype(np.float32), first, settings)
    waves = learnt.wave * window.taper
    height_uv = _clear_heights(waves, learnt.error_uv, settings)
    for number in np.flatnonzero(height_uv):
        group = slice(first[number], first[number] + of_group)
        rows[group] = _fitted(rows[group], waves[number], window.core, settings)
    each_uv = np.repeat(height_uv, of_group)[: beats.size]
    _take_out(cleaned, index, inside & (each_uv > 0.0)[:, None], rows)
    return each_uv


def _clear_heights(
    waves: SignalArray, error_uv: FloatArray, settings: HeartSettings
) -> FloatArray:
    """Height of each wave, uV; 0 where it does not stand out of its error."""
    peak_uv = np.abs(waves).max(axis=1).astype(np.float64)
    least_uv = np.maximum(settings.min_uv, settings.clear_errors * error_uv)
    return np.where(peak_uv >= least_uv, peak_uv, 0.0)


def _take_out(
    cleaned: SignalArray, index: IntArray, marked: BoolArray, rows: SignalArray
) -> None:
    """Subtract the marked samples of all rows in place.

    Windows of beats overlap nowhere where they are marked.
    """
    for offset in range(0, len(index), _AT_ONCE):
        some = slice(offset, offset + _AT_ONCE)
        keep = marked[some]
        cleaned[index[some][keep]] -= rows[some][keep]


def _learn(
    rows: SignalArray,
    inside: SignalArray,
    first: IntArray,
    settings: HeartSettings,
) -> _Learnt:
    """Weighted mean wave of each group of beats with the groups beside it.

    Beats that lie in a movement have no weight.
    """
    n_inside = np.maximum(inside.sum(axis=1), 1.0)
    power = np.einsum("ij,ij->i", rows, rows) / n_inside
    quiet = power < settings.loud_ratio * np.median(power)
    weight = (quiet / np.maximum(power, _NO_POWER)).astype(np.float32)
    top = _with_neighbours(rows * weight[:, None], first)
    bottom = _with_neighbours(inside * weight[:, None], first)
    wave = (top / np.maximum(bottom, _NO_WEIGHT)).astype(np.float32)
    n_used = _with_neighbours(quiet.astype(np.float32), first)
    mean_power = _with_neighbours(power * quiet, first)
    error_uv = _errors(wave, mean_power / np.maximum(n_used, 1.0), n_used)
    known = n_used >= settings.least_weighed
    return _Learnt(wave, np.where(known, error_uv, np.inf))


def _errors(
    wave: SignalArray, mean_power: FloatArray, n_used: SignalArray
) -> FloatArray:
    """Estimate the error of one sample of each wave from what its beats leave."""
    scatter = np.maximum(mean_power - np.square(wave).mean(axis=1), _NO_SCATTER)
    return np.asarray(np.sqrt(scatter / np.maximum(n_used, 1.0)), np.float64)


def _with_neighbours(values: SignalArray, first: IntArray) -> SignalArray:
    """Sum over each group of rows and the groups on either side."""
    sums = np.add.reduceat(values, first, axis=0)
    total = sums.copy()
    total[1:] += sums[:-1]
    total[:-1] += sums[1:]
    return total


def _fitted(
    rows: SignalArray, wave: SignalArray, core: slice, settings: HeartSettings
) -> SignalArray:
    """Scale and shift the wave to each beat.

    Both are held near 1 and 0 as far as the noise of that beat asks for.
    """
    slope = np.convolve(wave, _SLOPE, mode="same")
    here, along = wave[core], slope[core]
    gain, shift = _gain_and_shift(rows[:, core] - here, here, along, settings)
    return np.asarray(gain[:, None] * wave + shift[:, None] * slope, np.float32)


def _gain_and_shift(
    residual: SignalArray,
    here: SignalArray,
    along: SignalArray,
    settings: HeartSettings,
) -> tuple[FloatArray, FloatArray]:
    """Solve the two normal equations of gain and shift for each beat.

    Parameters
    ----------
    residual
        What each beat leaves of the wave itself.
    here, along
        The wave, and its slope.
    """
    power = np.einsum("ij,ij->i", residual, residual) / here.size
    noise = np.maximum(power, _NO_POWER)
    aa = float(here @ here) + noise / settings.gain_sd**2
    bb = float(along @ along) + noise / settings.shift_sd**2
    ab = float(here @ along)
    ya, yb = residual @ here, residual @ along
    determinant = aa * bb - ab * ab
    gain = 1.0 + (bb * ya - ab * yb) / determinant
    return gain, (aa * yb - ab * ya) / determinant
