"""Heart beats: found in the ECG channel, or in a leg by the wave that the heart leaves there.

What comes from the heart repeats: the same shape again and again, at the rhythm of a heart, or,
where the heart has no rhythm, with a likeness that EMG never has. EMG never repeats a shape. That
is what the search without an ECG channel rests on.
"""

import numpy as np
from scipy import ndimage

from ekbom.context.beat_shape import align, likeness_to, shape_of
from ekbom.context.peaks import find_peaks_apart
from ekbom.context.spikes import Spikes, find_spikes
from ekbom.criteria.detector import BeatSettings
from ekbom.model.recording import (
    BeatMethod,
    BoolArray,
    HeartBeats,
    IntArray,
    LegSignal,
    SignalArray,
    Stretch,
)

SECONDS_PER_MIN = 60.0  # arithmetic: a rate per minute in seconds


class NightBeats:
    """The heart beats of a night: those of its ECG channel, else those that a leg shows itself.

    Stretches of the ECG channel are searched once and kept for the other leg.

    Parameters
    ----------
    ecg
        The ECG channel in uV, None if the recording has none.
    """

    def __init__(
        self, ecg: LegSignal | None, *, settings: BeatSettings
    ) -> None:
        """Begin with nothing searched."""
        self._ecg = ecg
        self._settings = settings
        self._searched: dict[Stretch, HeartBeats] = {}

    def __call__(self, leg_uv: SignalArray, stretch: Stretch) -> HeartBeats:
        """Give the beats of a stretch of a leg, in its samples.

        Parameters
        ----------
        leg_uv
            The leg within the stretch, shape (n,), uV, free from drift, gaps and hum.
        """
        if self._ecg is None:
            return beats_in_leg(
                leg_uv, fs_hz=stretch.fs_hz, settings=self._settings
            )
        if stretch not in self._searched:
            self._searched[stretch] = self._of_channel(self._ecg, stretch)
        return self._searched[stretch]

    def _of_channel(self, ecg: LegSignal, stretch: Stretch) -> HeartBeats:
        """Search a stretch of the ECG channel and give its beats in samples of the leg."""
        scale = ecg.fs_hz / stretch.fs_hz
        start, stop = round(stretch.start * scale), round(stretch.stop * scale)
        ecg_uv = _bridged(ecg.emg_uv[start:stop])
        if stretch.glance:
            ecg_uv = first_of_each(
                ecg_uv, fs_hz=ecg.fs_hz, settings=self._settings
            )
        found = beats_of_ecg(ecg_uv, fs_hz=ecg.fs_hz, settings=self._settings)
        sample = np.round(found.sample * (stretch.fs_hz / ecg.fs_hz)).astype(
            np.int64
        )
        return HeartBeats(sample=sample, kind=found.kind, method=found.method)


def first_of_each(
    values: SignalArray, *, fs_hz: float, settings: BeatSettings
) -> SignalArray:
    """Join the first `glance_s` of every `glance_every_s` of a signal."""
    every, width = (
        round(settings.glance_every_s * fs_hz),
        round(settings.glance_s * fs_hz),
    )
    n = values.size // every
    return values[: n * every].reshape(n, every)[:, :width].reshape(-1)


def beats_of_ecg(
    ecg_uv: SignalArray, *, fs_hz: float, settings: BeatSettings
) -> HeartBeats:
    """Beats of an ECG channel without gaps.

    Searched in the difference over `steep_s`, which keeps the steep QRS complex and loses
    baseline, T wave and 50 Hz hum.
    """
    lag = max(1, round(settings.steep_s * fs_hz))
    wave = ecg_uv[lag:] - ecg_uv[:-lag]
    spikes = find_spikes(wave, fs_hz=fs_hz, settings=settings)
    if spikes.sample.size < settings.least_peaks:
        return _beats(spikes.sample[:0], BeatMethod.ECG_CHANNEL)
    peaks = spikes.sample[high_enough(spikes, settings)]
    aligned = align(wave, peaks, fs_hz=fs_hz, settings=settings)
    other = (aligned.likeness < settings.alike).astype(np.int64)
    sample = aligned.sample + lag // 2
    return HeartBeats(sample=sample, kind=other, method=BeatMethod.ECG_CHANNEL)


def beats_in_leg(
    emg_uv: SignalArray, *, fs_hz: float, settings: BeatSettings
) -> HeartBeats:
    """Beats in a leg without any ECG: spikes of one shape at the rhythm of a heart.

    No beats where there is no such thing.
    """
    none = _beats(np.zeros(0, np.int64), BeatMethod.LEG_WAVE)
    clear = _clear_spikes(emg_uv, fs_hz=fs_hz, settings=settings)
    if not clear.size:
        return none
    shape = shape_of(emg_uv, clear, fs_hz=fs_hz, settings=settings)
    match = np.correlate(emg_uv, shape, mode="same")
    usual = float(np.median(match[np.clip(clear, 0, match.size - 1)]))
    height = settings.match_share * usual

    def places(apart_s: float) -> IntArray:
        return find_peaks_apart(
            match, height=height, distance=max(1, round(apart_s * fs_hz))
        )

    beats = places(settings.refractory_s)
    if beats.size <= settings.least_peaks:
        return none
    if _is_rhythm(beats, fs_hz=fs_hz, settings=settings):
        return _beats(beats, BeatMethod.LEG_WAVE)
    alike = _same_wave(
        emg_uv, places(settings.close_s), shape, settings=settings
    )
    one = _is_one_wave(
        alike, beats.size, size=emg_uv.size, fs_hz=fs_hz, settings=settings
    )
    return _beats(beats, BeatMethod.LEG_WAVE) if one else none


def high_enough(spikes: Spikes, settings: BeatSettings) -> BoolArray:
    """Which spikes are not far lower than the usual ones around them and in the whole signal."""
    width = min(settings.usual_beats, spikes.power.size)
    usual = ndimage.median_filter(spikes.power, width, mode="nearest")
    here = spikes.power > settings.usual_share * usual
    return here & (
        spikes.power > settings.median_share * np.median(spikes.power)
    )


def _beats(sample: IntArray, method: BeatMethod) -> HeartBeats:
    """Beats that are all of the usual kind."""
    return HeartBeats(
        sample=sample, kind=np.zeros(sample.size, np.int64), method=method
    )


def _bridged(values: SignalArray) -> SignalArray:
    """Fill gaps (NaN) by straight lines between the samples beside them."""
    at = np.flatnonzero(np.isfinite(values))
    if at.size == values.size:
        return values
    if not at.size:
        return np.zeros(values.shape, np.float32)
    return np.interp(np.arange(values.size), at, values[at]).astype(np.float32)


def _clear_spikes(
    emg_uv: SignalArray, *, fs_hz: float, settings: BeatSettings
) -> IntArray:
    """Spikes of a leg that are clear and alike enough to learn a shape from; none if too few."""
    spikes = find_spikes(emg_uv, fs_hz=fs_hz, settings=settings)
    clear = spikes.sample[spikes.power > settings.clear_ratio]
    minutes = emg_uv.size / fs_hz / SECONDS_PER_MIN
    needed = max(settings.learnt_min, settings.learnt_per_min * minutes)
    if clear.size < needed:
        return clear[:0]
    aligned = align(emg_uv, clear, fs_hz=fs_hz, settings=settings)
    clear = aligned.sample[aligned.likeness > settings.alike_in_noise]
    return clear if clear.size >= needed else clear[:0]


def _is_rhythm(
    beats: IntArray, *, fs_hz: float, settings: BeatSettings
) -> bool:
    """Say whether the intervals are those of a heart and most change little from one to the next.

    A missed beat is allowed.
    """
    interval_s = np.diff(beats) / fs_hz
    usual_per_min = SECONDS_PER_MIN / float(np.median(interval_s))
    if (
        not settings.rhythm_min_per_min
        <= usual_per_min
        <= settings.rhythm_max_per_min
    ):
        return False
    width = min(settings.rhythm_beats, interval_s.size)
    ratio = interval_s / ndimage.median_filter(
        interval_s, width, mode="nearest"
    )
    whole = np.maximum(np.round(ratio), 1.0)
    near = np.abs(ratio - whole) < settings.regular * whole
    return bool(near.mean() > settings.regular_share)


def _same_wave(
    emg_uv: SignalArray,
    close: IntArray,
    shape: SignalArray,
    *,
    settings: BeatSettings,
) -> IntArray:
    """Places at which the signal is the very wave of `shape`.

    Spikes of muscle that are taken for beats resemble their common shape by 0.6 in the median,
    those of a heart by more than 0.95.

    Parameters
    ----------
    close
        Places of the shape that may lie nearer than two beats can: a motor unit that fires on
        shows there.
    """
    reach = shape.size // 2
    close = close[(close >= reach) & (close < emg_uv.size - reach)]
    return close[likeness_to(shape, emg_uv, close) > settings.one_wave]


def _is_one_wave(
    alike: IntArray,
    n_beats: int,
    *,
    size: int,
    fs_hz: float,
    settings: BeatSettings,
) -> bool:
    """Say whether most beats are the same wave at the rate of a heart, however irregular.

    So it is in atrial fibrillation.
    """
    minutes = size / fs_hz / SECONDS_PER_MIN
    needed = max(
        settings.one_wave_share * n_beats,
        settings.one_wave_min_per_min * minutes,
        2.0,
    )  # arithmetic: an interval needs two beats
    if alike.size < needed:
        return False
    usual_s = float(np.median(np.diff(alike))) / fs_hz
    return usual_s >= SECONDS_PER_MIN / settings.one_wave_max_per_min
