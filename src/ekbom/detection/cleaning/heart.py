"""Heart beats in a leg: found in the ECG channel or in the leg itself, learnt as a waveform, and subtracted.

What comes from the heart repeats: the same shape again and again, at the rhythm of a heart, or,
where the heart has no rhythm, with a likeness that EMG never has. EMG never repeats a shape. That
is what the search without an ECG channel rests on, and what keeps the subtraction from eating
muscle.
"""

from typing import NamedTuple

import numpy as np
from scipy import ndimage

from ekbom.detection.cleaning.peaks import find_peaks_apart
from ekbom.detection.literal.envelope import block_power, moving_mean
from ekbom.detection.robust.products import product
from ekbom.model.recording import FloatArray, IntArray, SignalArray

_GRID_S = 0.01
_FEATURE_S = 0.05
_REFRACTORY_S = 0.3
_CORE_S = 0.06
_ALIGN_S = 0.03
_BEFORE_S = 0.25
_AFTER_S = 0.45
_TAPER_S = 0.05
_EVERY_S = 60.0
_LOOK_S = 15.0
_LEAST_MINUTES = 8
_STEEP_S = 0.02
_AROUND_S = 5.0
_SPARSE = 3
_FIT_S = 0.1
_AT_ONCE = 512
_SLOPE = np.array([0.5, 0.0, -0.5], np.float32)
_ALIKE = 0.7
_ALIKE_IN_NOISE = 0.6
_SPIKE_POWER = 3.5
_LEARNT_PER_MIN = 6.0
_REGULAR = 0.15
_BEATS_PER_MIN = (25.0, 180.0)
_REGULAR_SHARE = 0.6
_ONE_WAVE = 0.9
_ONE_WAVE_SHARE = 0.75
_ONE_WAVE_PER_MIN = (25.0, 150.0)
_CLOSE_S = 0.1
_GROUP = 48
_GAIN_SD = 0.2
_SHIFT_SD = 0.6


class HeartRemoval(NamedTuple):
    """The signal without the heart, the beats in samples, and the height of the R wave taken out at each of them (uV)."""

    emg_uv: SignalArray
    beats: IntArray
    height_uv: FloatArray


class EcgBeats:
    """Beats of a stretch of an ECG channel, sought when first asked for and kept.

    Samples and kind as `beats_of_ecg` gives them.
    """

    def __init__(self, ecg_uv: SignalArray, *, fs_hz: float) -> None:
        """Take a stretch without gaps."""
        self.fs_hz = fs_hz
        self._ecg_uv = ecg_uv
        self._found: dict[bool, tuple[IntArray, IntArray]] = {}

    def sought(self, *, glance: bool) -> tuple[IntArray, IntArray]:
        """Beats of the whole stretch, or, at a glance, of the first quarter of every minute joined together."""
        if glance not in self._found:
            ecg_uv = self._ecg_uv
            if glance:
                ecg_uv = _sampled(ecg_uv, round(_EVERY_S * self.fs_hz), round(_LOOK_S * self.fs_hz))
            self._found[glance] = beats_of_ecg(ecg_uv, fs_hz=self.fs_hz)
        return self._found[glance]


def cancel_heart(
    emg_uv: SignalArray, *, fs_hz: float, min_uv: float, ecg: EcgBeats | None = None
) -> HeartRemoval:
    """Take heart beats out of a prepared leg signal, where their wave is higher than `min_uv`.

    A quarter of every minute is looked at first: most legs carry no heart, and then nothing is
    done.
    """
    minute, look = round(_EVERY_S * fs_hz), round(_LOOK_S * fs_hz)
    if emg_uv.size >= _LEAST_MINUTES * minute:
        glance = _cancel(
            _sampled(emg_uv, minute, look), fs_hz=fs_hz, min_uv=min_uv, ecg=ecg, glance=True
        )
        if not (glance.height_uv > 0.0).any():
            return HeartRemoval(emg_uv, np.zeros(0, np.int64), np.zeros(0))
    return _cancel(emg_uv, fs_hz=fs_hz, min_uv=min_uv, ecg=ecg, glance=False)


def _sampled(values: SignalArray, every: int, width: int) -> SignalArray:
    """Join the first `width` of every `every` samples."""
    n = values.size // every
    return values[: n * every].reshape(n, every)[:, :width].reshape(-1)


def _cancel(
    emg_uv: SignalArray, *, fs_hz: float, min_uv: float, ecg: EcgBeats | None, glance: bool
) -> HeartRemoval:
    """Find the beats and subtract them."""
    if ecg is not None:
        beats, kind = ecg.sought(glance=glance)
        beats = np.round(beats * (fs_hz / ecg.fs_hz)).astype(np.int64)
    else:
        beats = beats_in_leg(emg_uv, fs_hz=fs_hz)
        kind = np.zeros(beats.size, np.int64)
    return subtract_beats(emg_uv, beats, kind, fs_hz=fs_hz, min_uv=min_uv)


def beats_of_ecg(ecg_uv: SignalArray, *, fs_hz: float) -> tuple[IntArray, IntArray]:
    """Beats of an ECG channel in its samples, and their kind.

    0 for the usual shape, 1 for any other (ectopic).

    Sought in the difference over 20 ms, which keeps the steep QRS complex and loses baseline, T
    wave and 50 Hz hum.
    """
    lag = max(1, round(_STEEP_S * fs_hz))
    wave = ecg_uv[lag:] - ecg_uv[:-lag]
    peaks, height = _spikes(wave, fs_hz=fs_hz)
    if peaks.size < 4:
        return peaks[:0], peaks[:0]
    usual = ndimage.median_filter(height, min(15, peaks.size), mode="nearest")
    peaks = peaks[(height > 0.2 * usual) & (height > 0.05 * np.median(height))]
    peaks, likeness = _align(wave, peaks, fs_hz=fs_hz)
    return peaks + lag // 2, (likeness < _ALIKE).astype(np.int64)


def beats_in_leg(emg_uv: SignalArray, *, fs_hz: float) -> IntArray:
    """Beats in a leg without any ECG: spikes of one shape at the rhythm of a heart.

    Empty where there is no such thing.
    """
    none = np.zeros(0, np.int64)
    peaks, height = _spikes(emg_uv, fs_hz=fs_hz)
    minutes = emg_uv.size / fs_hz / 60.0
    clear = peaks[height > _SPIKE_POWER]
    if clear.size < max(10.0, _LEARNT_PER_MIN * minutes):
        return none
    aligned, likeness = _align(emg_uv, clear, fs_hz=fs_hz)
    aligned = aligned[likeness > _ALIKE_IN_NOISE]
    if aligned.size < max(10.0, _LEARNT_PER_MIN * minutes):
        return none
    shape = _shape(emg_uv, aligned, fs_hz=fs_hz)
    match = np.correlate(emg_uv, shape, mode="same")
    usual = float(np.median(match[np.clip(aligned, 0, match.size - 1)]))
    beats = find_peaks_apart(
        match, height=0.5 * usual, distance=max(1, round(_REFRACTORY_S * fs_hz))
    )
    if beats.size <= 4:
        return none
    if _is_rhythm(beats, fs_hz=fs_hz):
        return beats
    close = find_peaks_apart(match, height=0.5 * usual, distance=max(1, round(_CLOSE_S * fs_hz)))
    return beats if _is_one_wave(emg_uv, close, shape, n_beats=beats.size, fs_hz=fs_hz) else none


def _spikes(wave: SignalArray, *, fs_hz: float) -> tuple[IntArray, FloatArray]:
    """Narrow peaks of power.

    The sample of the greatest deflection, and the power there over the usual power around.
    """
    block = max(1, round(_GRID_S * fs_hz))
    power = block_power(wave, block=block)
    width = 2 * (round(_FEATURE_S * fs_hz / block) // 2) + 1
    feature = moving_mean(power, fs_hz=1.0, window_s=float(width))
    base = _usual(feature, max(8, round(_AROUND_S * fs_hz / block)))
    found = find_peaks_apart(
        feature, height=2.0 * base, distance=max(1, round(_REFRACTORY_S * fs_hz / block))
    )
    reach = round(_CORE_S * fs_hz)
    centre = found * block + block // 2
    centre = centre[(centre >= 3 * reach) & (centre < wave.size - 3 * reach)]
    rows = np.abs(wave[centre[:, None] + np.arange(-reach, reach + 1)])
    peaks = centre - reach + np.argmax(rows, axis=1) if centre.size else centre
    at = np.minimum(centre // block, feature.size - 1)
    return peaks.astype(np.int64), (feature[at] / np.maximum(base[at], 1e-9)).astype(np.float64)


def _usual(feature: SignalArray, width: int) -> SignalArray:
    """Median of stretches of `width` values, held over each stretch.

    The last one takes in what is left over.
    """
    n = max(1, feature.size // width)
    if feature.size < width:
        return np.full(feature.size, np.median(feature) if feature.size else 0.0, np.float32)
    medians = np.median(feature[: n * width].reshape(n, width)[:, ::_SPARSE], axis=1)
    held = np.repeat(medians, width)
    return np.concatenate((held, np.full(feature.size - held.size, medians[-1]))).astype(np.float32)


def _align(wave: SignalArray, peaks: IntArray, *, fs_hz: float) -> tuple[IntArray, FloatArray]:
    """Move every peak to where it fits the common shape best.

    Also its likeness (correlation) to that shape.
    """
    reach, slack = round(_CORE_S * fs_hz), max(1, round(_ALIGN_S * fs_hz))
    peaks = peaks[(peaks >= reach + 2 * slack) & (peaks < wave.size - reach - 2 * slack)]
    likeness = np.zeros(peaks.size)
    for _ in range(2):
        if peaks.size < 4:
            return peaks, likeness
        slide = _sliding(_shape(wave, peaks, fs_hz=fs_hz), 2 * slack + 1)
        rows = wave[peaks[:, None] + np.arange(-reach - slack, reach + slack + 1)]
        energy = np.sqrt(np.maximum(product(np.square(rows), slide != 0.0), np.float32(1e-9)))
        score = product(rows, slide) / energy
        best = np.argmax(score, axis=1)
        likeness = score[np.arange(peaks.size), best].astype(np.float64)
        peaks = np.clip(peaks + best - slack, reach + slack, wave.size - reach - slack - 1)
    return peaks, likeness


def _sliding(shape: SignalArray, positions: int) -> SignalArray:
    """Matrix whose columns hold a shape moved on by one sample each, so that one product gives all its scores."""
    matrix = np.zeros((shape.size + positions - 1, positions), np.float32)
    for position in range(positions):
        matrix[position : position + shape.size, position] = np.where(
            shape == 0.0, np.float32(1e-12), shape
        )
    return matrix


def _shape(wave: SignalArray, peaks: IntArray, *, fs_hz: float) -> SignalArray:
    """Learn the common shape around the peaks, of unit energy.

    Mean of the rows that resemble their median.
    """
    reach = round(_CORE_S * fs_hz)
    rows = wave[peaks[:, None] + np.arange(-reach, reach + 1)]
    rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    sample = rows[:: max(1, rows.shape[0] // 200)]
    middle = np.median(sample, axis=0)
    middle = middle / max(float(np.linalg.norm(middle)), 1e-9)
    alike = rows[product(rows, middle[:, None])[:, 0] > _ALIKE - 0.2]
    shape = (alike if alike.shape[0] >= 4 else rows).mean(axis=0)
    return np.asarray(shape / max(float(np.linalg.norm(shape)), 1e-9), np.float32)


def _is_rhythm(beats: IntArray, *, fs_hz: float) -> bool:
    """Say whether most intervals are those of a heart and change little from one to the next (a missed beat allowed)."""
    interval_s = np.diff(beats) / fs_hz
    usual = float(np.median(interval_s))
    if not 60.0 / _BEATS_PER_MIN[1] <= usual <= 60.0 / _BEATS_PER_MIN[0]:
        return False
    local = ndimage.median_filter(interval_s, min(9, interval_s.size), mode="nearest")
    ratio = interval_s / local
    near = np.abs(ratio - np.maximum(np.round(ratio), 1.0)) < _REGULAR * np.maximum(
        np.round(ratio), 1.0
    )
    return bool(near.mean() > _REGULAR_SHARE)


def _is_one_wave(
    emg_uv: SignalArray, close: IntArray, shape: SignalArray, *, n_beats: int, fs_hz: float
) -> bool:
    """Say whether most beats are the very same wave at the rate of a heart, however irregular.

    Atrial fibrillation.

    Spikes of muscle that are taken for beats resemble their common shape by 0.6 in the median,
    those of a heart by more than 0.95. `close` are places of the shape that may lie nearer than two
    beats can: a motor unit that fires on shows there.
    """
    reach = shape.size // 2
    close = close[(close >= reach) & (close < emg_uv.size - reach)]
    rows = emg_uv[close[:, None] + np.arange(-reach, reach + 1)]
    likeness = product(rows, shape[:, None])[:, 0] / np.maximum(
        np.sqrt(np.einsum("ij,ij->i", rows, rows)), np.float32(1e-9)
    )
    alike = close[likeness > _ONE_WAVE]
    lowest, highest = _ONE_WAVE_PER_MIN
    if alike.size < max(_ONE_WAVE_SHARE * n_beats, lowest * emg_uv.size / fs_hz / 60.0, 2.0):
        return False
    return float(np.median(np.diff(alike))) / fs_hz >= 60.0 / highest


def subtract_beats(
    emg_uv: SignalArray, beats: IntArray, kind: IntArray, *, fs_hz: float, min_uv: float
) -> HeartRemoval:
    """Learn the wave of each kind of beat, follow it through the recording, and subtract it where it is seen."""
    before, after = round(_BEFORE_S * fs_hz), round(_AFTER_S * fs_hz)
    inside = (beats >= before + 1) & (beats < emg_uv.size - after - 1)
    beats, kind = beats[inside], kind[inside]
    height = np.zeros(beats.size)
    if beats.size < 8:
        return HeartRemoval(emg_uv, beats[:0], height[:0])
    until = np.minimum(np.append(np.diff(beats), 4 * after) - before, after)
    cleaned = emg_uv.copy()
    touched = False
    for which in np.unique(kind):
        rows = np.flatnonzero(kind == which)
        if rows.size >= 8:
            height[rows] = _subtract_kind(
                cleaned,
                beats[rows],
                until[rows],
                before=before,
                after=after,
                fs_hz=fs_hz,
                min_uv=min_uv,
            )
            touched |= bool((height[rows] > 0.0).any())
    return HeartRemoval(cleaned if touched else emg_uv, beats, height)


def _subtract_kind(
    cleaned: SignalArray,
    beats: IntArray,
    until: IntArray,
    *,
    before: int,
    after: int,
    fs_hz: float,
    min_uv: float,
) -> FloatArray:
    """Subtract one kind of beat, group by group, each with the wave of the groups around it.

    Returns the heights.
    """
    lag = np.arange(-before, after)
    inside = (lag[None, :] < until[:, None]).astype(np.float32)
    rows = cleaned[beats[:, None] + lag] * inside
    power = np.einsum("ij,ij->i", rows, rows) / np.maximum(inside.sum(axis=1), 1.0)
    weight = np.where(power < 3.0 * np.median(power), 1.0 / np.maximum(power, 1e-3), 0.0).astype(
        np.float32
    )
    taper = np.minimum(
        1.0, np.minimum(lag + before + 1, after - lag) / max(1.0, _TAPER_S * fs_hz)
    ).astype(np.float32)
    core = slice(before - round(_FIT_S * fs_hz), before + round(_FIT_S * fs_hz))
    first = np.arange(0, beats.size, _GROUP)
    waves, noise = _waves(rows, inside, weight, power, first)
    height = np.zeros(beats.size)
    for number, start in enumerate(first):
        group = slice(start, min(start + _GROUP, beats.size))
        wave = waves[number] * taper
        peak = float(np.abs(wave).max())
        if peak < max(min_uv, 4.0 * noise[number]):
            continue
        rows[group] = _fitted(rows[group], wave, core) * inside[group]
        height[group] = peak
    subtracted = np.flatnonzero(height > 0.0)
    for offset in range(0, subtracted.size, _AT_ONCE):
        some = subtracted[offset : offset + _AT_ONCE]
        keep = inside[some] > 0.0
        index = (beats[some, None] + lag)[keep]
        cleaned[index] -= rows[some][keep]
    return height


def _waves(
    rows: SignalArray, inside: SignalArray, weight: SignalArray, power: SignalArray, first: IntArray
) -> tuple[SignalArray, FloatArray]:
    """Weighted mean wave of each group of beats with its neighbours, and the standard error of one of its samples."""

    def with_neighbours(sums: SignalArray) -> SignalArray:
        total = sums.copy()
        total[1:] += sums[:-1]
        total[:-1] += sums[1:]
        return total

    used = (weight > 0.0).astype(np.float32)
    top = with_neighbours(np.add.reduceat(rows * weight[:, None], first, axis=0))
    bottom = with_neighbours(np.add.reduceat(inside * weight[:, None], first, axis=0))
    waves = top / np.maximum(bottom, np.float32(1e-12))
    count = with_neighbours(np.add.reduceat(used, first))
    mean_power = with_neighbours(np.add.reduceat(power * used, first)) / np.maximum(count, 1.0)
    scatter = np.maximum(mean_power - np.square(waves).mean(axis=1), 1e-6)
    error = np.sqrt(scatter / np.maximum(count, 1.0)).astype(np.float64)
    return waves.astype(np.float32), np.where(count >= 4.0, error, np.inf)


def _fitted(rows: SignalArray, wave: SignalArray, core: slice) -> SignalArray:
    """Scale and shift the wave to each beat, both held near 1 and 0 as far as the noise of that beat asks for."""
    slope = np.convolve(wave, _SLOPE, mode="same")
    here, along = wave[core], slope[core]
    residual = rows[:, core] - here
    noise = np.maximum(np.einsum("ij,ij->i", residual, residual) / here.size, 1e-3)
    aa = float(here @ here) + noise / _GAIN_SD**2
    bb = float(along @ along) + noise / _SHIFT_SD**2
    ab = float(here @ along)
    ya, yb = residual @ here, residual @ along
    determinant = aa * bb - ab * ab
    gain = 1.0 + (bb * ya - ab * yb) / determinant
    shift = (aa * yb - ab * ya) / determinant
    return np.asarray(gain[:, None] * wave + shift[:, None] * slope, np.float32)
