"""Short looks at a leg: where its power lies, and whether its waves go both ways."""

from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy import fft

from ekbom.criteria.detector import SurfaceSettings
from ekbom.detection.runs import snippets
from ekbom.model.recording import (
    BoolArray,
    FloatArray,
    IntArray,
    LegSignal,
    SignalArray,
)


class Looks(NamedTuple):
    """What short looks at a leg show, shape (n,) each.

    `start`: first sample of the look. `median_hz`: half of the power above the slow waves lies
    below it, infinite where there is none or where it lies in single spikes. `asymmetry`: how much
    farther the upper tail reaches than the lower one, -1 to 1, 0 where the digital step is too
    coarse to tell. `one_sided`: 1 where no sample as recorded lies on the other side of zero.
    `rms_uv`: without slow waves, hum and heart beats.
    """

    start: IntArray
    median_hz: FloatArray
    asymmetry: FloatArray
    one_sided: FloatArray
    rms_uv: FloatArray


def look_at(
    leg: LegSignal,
    clean_uv: SignalArray,
    *,
    first: int,
    lost: BoolArray | None,
    settings: SurfaceSettings,
) -> Looks:
    """Look at a stretch of a leg every `look_every_s` of the recording.

    Parameters
    ----------
    leg
        The stretch as recorded.
    clean_uv
        The same freed from slow waves, hum and heart beats.
    first
        Sample of the recording at which the stretch begins.
    lost
        Samples that cannot be used, None if all can; a look that touches one is left out.
    """
    width, hop = look_samples(leg.fs_hz, settings)
    latest = len(leg.emg_uv) - width
    starts = np.arange(-first % hop, max(latest + 1, 0), hop)
    if lost is not None and starts.size:
        starts = starts[~sliding_window_view(lost, width)[starts].any(axis=1)]
    if not starts.size:
        nothing = np.zeros(0)
        return Looks(starts, nothing, nothing, nothing, nothing)
    clean = sliding_window_view(clean_uv, width)[starts]
    raw = snippets(leg, starts, width)
    power = _power(clean, leg.fs_hz, settings)
    even = ~_humming(power, settings)
    return Looks(
        starts,
        _median_frequency(clean, power, leg.fs_hz, settings),
        even * _asymmetry(clean, leg.step_uv, settings),
        _one_sided(raw, leg.step_uv, settings).astype(np.float64),
        np.sqrt(np.square(clean).mean(axis=1, dtype=np.float64)),
    )


def look_samples(fs_hz: float, settings: SurfaceSettings) -> tuple[int, int]:
    """Count the samples of a look, and those from one look to the next."""
    return (
        max(1, round(settings.look_s * fs_hz)),
        max(1, round(settings.look_every_s * fs_hz)),
    )


def _power(
    rows: SignalArray, fs_hz: float, settings: SurfaceSettings
) -> FloatArray:
    """Power spectrum of each row, slow waves left out."""
    width = rows.shape[1]
    taper = np.hanning(width).astype(np.float32)
    spectrum = fft.rfft(rows * taper, axis=1)
    power = np.square(np.abs(spectrum)).astype(np.float64)
    power[:, fft.rfftfreq(width, 1.0 / fs_hz) < settings.lowest_hz] = 0.0
    return np.asarray(power)


def _humming(power: FloatArray, settings: SurfaceSettings) -> BoolArray:
    """Whether one line of each spectrum stands out, as mains hum does; its waves may be uneven."""
    total = np.maximum(power.sum(axis=1), np.finfo(np.float64).tiny)
    return np.asarray(power.max(axis=1) / total > settings.line_share_most)


def _median_frequency(
    rows: SignalArray,
    power: FloatArray,
    fs_hz: float,
    settings: SurfaceSettings,
) -> FloatArray:
    """Frequency below which half of the power of each row lies."""
    below = np.cumsum(power, axis=1)
    total = below[:, -1]
    half = np.sum(below < 0.5 * total[:, None], axis=1)
    frequency_hz = fft.rfftfreq(rows.shape[1], 1.0 / fs_hz)
    at = np.minimum(half, frequency_hz.size - 1)
    highest, mean_square = (
        np.abs(rows).max(axis=1),
        np.square(rows).mean(axis=1),
    )
    even = highest <= settings.spike_most * np.sqrt(mean_square)
    return np.where(even & (total > 0.0), frequency_hz[at], np.inf)


def _asymmetry(
    rows: SignalArray, step_uv: float, settings: SurfaceSettings
) -> FloatArray:
    """How much farther the upper tail of each row reaches than the lower one."""
    tail = settings.tail_share
    low, middle, high = np.quantile(rows, [tail, 0.5, 1.0 - tail], axis=1)
    reach = high - low
    step = step_uv if np.isfinite(step_uv) else 0.0
    told = (reach > 0.0) & (reach >= settings.tail_steps * step)
    uneven = np.divide(
        high + low - 2.0 * middle, reach, out=np.zeros(reach.size), where=told
    )
    return np.asarray(uneven, np.float64)


def _one_sided(
    rows: SignalArray, step_uv: float, settings: SurfaceSettings
) -> BoolArray:
    """Whether the samples of each row begin at zero and go one way only.

    An offset far above the spread of the samples is no sign of it, nor are single digits.
    """
    margin = 0.5 * step_uv if np.isfinite(step_uv) else 0.0
    lowest, highest = rows.min(axis=1), rows.max(axis=1)
    one_way = (lowest >= -margin) | (highest <= margin)
    mean, spread = np.abs(rows.mean(axis=1)), rows.std(axis=1)
    return np.asarray(
        one_way
        & (mean >= settings.offset_least * spread)
        & (mean <= settings.offset_most * spread)
        & (spread > 0.0)
    )
