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
    farther the upper tail reaches than the lower one, -1 to 1, unknown (NaN) where the digital step
    is too coarse to tell, and among spikes and hum. `one_sided`: 1 where no sample as recorded lies
    on the other side of zero.
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
    ordered = np.sort(clean, axis=1)
    power = _power(clean, leg.fs_hz, settings)
    rms_uv = np.sqrt(np.einsum("ij,ij->i", clean, clean) / width)
    highest_uv = np.maximum(-ordered[:, 0], ordered[:, -1])
    spiky = highest_uv > settings.spike_most * rms_uv
    told = ~spiky & ~_humming(power, settings)
    uneven = _asymmetry(ordered, leg.step_uv, settings)
    return Looks(
        starts,
        _median_frequency(power, spiky, leg.fs_hz, width),
        np.where(told, uneven, np.nan),
        _one_sided(snippets(leg, starts, width), leg.step_uv, settings),
        rms_uv.astype(np.float64),
    )


def look_samples(fs_hz: float, settings: SurfaceSettings) -> tuple[int, int]:
    """Count the samples of a look, and those from one look to the next."""
    return (
        max(1, round(settings.look_s * fs_hz)),
        max(1, round(settings.look_every_s * fs_hz)),
    )


def _power(
    rows: SignalArray, fs_hz: float, settings: SurfaceSettings
) -> SignalArray:
    """Power spectrum of each row, slow waves left out."""
    width = rows.shape[1]
    taper = np.hanning(width).astype(np.float32)
    spectrum = fft.rfft(rows * taper, axis=1)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    power[:, fft.rfftfreq(width, 1.0 / fs_hz) < settings.lowest_hz] = 0.0
    return np.asarray(power)


def _humming(power: SignalArray, settings: SurfaceSettings) -> BoolArray:
    """Whether one line of each spectrum stands out, as mains hum does; its waves may be uneven."""
    total = np.maximum(power.sum(axis=1), np.finfo(np.float32).tiny)
    return np.asarray(power.max(axis=1) / total > settings.line_share_most)


def _median_frequency(
    power: SignalArray, spiky: BoolArray, fs_hz: float, width: int
) -> FloatArray:
    """Frequency below which half of the power of each row lies."""
    below = np.cumsum(power, axis=1)
    total = below[:, -1]
    half = np.argmax(below >= 0.5 * total[:, None], axis=1)
    frequency_hz = fft.rfftfreq(width, 1.0 / fs_hz)
    return np.where(~spiky & (total > 0.0), frequency_hz[half], np.inf)


def _asymmetry(
    ordered: SignalArray, step_uv: float, settings: SurfaceSettings
) -> FloatArray:
    """How much farther the upper tail of each row reaches than the lower one.

    Rows are sorted.
    """
    tail = settings.tail_share
    last = ordered.shape[1] - 1
    places = [round(share * last) for share in (tail, 0.5, 1.0 - tail)]
    low, middle, high = ordered[:, places].T.astype(np.float64)
    reach = high - low
    step = step_uv if np.isfinite(step_uv) else 0.0
    told = (reach > 0.0) & (reach >= settings.tail_steps * step)
    uneven = np.full(reach.size, np.nan)
    np.divide(high + low - 2.0 * middle, reach, out=uneven, where=told)
    return uneven


def _one_sided(
    rows: SignalArray, step_uv: float, settings: SurfaceSettings
) -> FloatArray:
    """1 where the samples of a row begin at zero and go one way only, else 0.

    An offset far above the spread of the samples is no sign of it, nor are single digits.
    """
    margin = 0.5 * step_uv if np.isfinite(step_uv) else 0.0
    one_way = (rows.min(axis=1) >= -margin) | (rows.max(axis=1) <= margin)
    some = rows[one_way]
    mean, spread = np.abs(some.mean(axis=1)), some.std(axis=1)
    sided = np.zeros(len(rows))
    sided[one_way] = (
        (mean >= settings.offset_least * spread)
        & (mean <= settings.offset_most * spread)
        & (spread > 0.0)
    )
    return sided
