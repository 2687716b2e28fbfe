"""Step one and three of the robust detector.

The movement's own rms envelope, and on and off at the resolution of the noise.

Power adds where amplitude does not: own rms = sqrt(total power - resting power). How well that
difference can be known within a window follows from chi-square statistics of the resting power, so
the window is as short as the resting level allows: 0.1 s on a quiet leg, longer where 8 uV hardly
stand out of the noise.
"""

from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from ekbom.criteria.detector import RobustSettings
from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.detection.literal.crossings import Crossings, pair_crossings, samples_at_least
from ekbom.detection.literal.envelope import moving_mean
from ekbom.detection.literal.rest import spread_over_samples
from ekbom.detection.robust.edges import falling_edges, rising_edges
from ekbom.detection.robust.rest import RestingPower
from ekbom.model.recording import BoolArray, FloatArray, IntArray, SignalArray

_SHORTEST_HOLD_S = 0.1
T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True, eq=False, kw_only=True)
class OwnEnvelope:
    """Everything on the fine grid (blocks of `block` samples) that the decision rests on.

    Shape (n_blocks,) each.

    `above_uv`: own rms (0 where the power is below rest); `rest_uv2`: resting power; `on`, `quiet`:
    the two decisions; `steady_on`: like `on` with a window of `steady_window` blocks, which single
    discharges do not carry over the level; `considered`: like `on` at a lower level, for candidates
    that stay below the threshold; `onset_window`, `offset_window`: window used there, in blocks;
    `offset_level_uv2`: power above rest that still counts as quiet, at least the square of the off
    level.
    """

    block: int
    fs_hz: float
    above_uv: SignalArray
    rest_uv2: SignalArray
    on: BoolArray
    considered: BoolArray
    steady_on: BoolArray
    steady_window: int
    quiet: BoolArray
    onset_window: IntArray
    offset_window: IntArray
    offset_level_uv2: SignalArray
    freedom_per_s: float


class Windows(NamedTuple):
    """Window of each level step, in fine blocks, for the on and the off decision, and the off level reached with it."""

    onset: IntArray
    offset: IntArray
    offset_level_uv2: FloatArray
    onset_noise_uv2: FloatArray


def choose_windows(
    rest: RestingPower,
    *,
    fine_s: float,
    shortest_s: float,
    criteria: AmplitudeCriteria,
    settings: RobustSettings,
) -> Windows:
    """Choose for each step the shortest windows in which on and off level stand out of the resting fluctuation.

    The mean power of rest over w seconds is a chi-square with freedom_per_s w degrees of freedom
    over their number; its cube root is nearly normal (Wilson and Hilferty), which gives the
    quantiles that a level must lie above.
    """
    power = np.maximum(np.nan_to_num(rest.power_uv2, nan=0.0), 1e-6)
    shortest = 2 * round(shortest_s / fine_s / 2.0 - 0.5) + 1
    longest = 2 * round(settings.window_max_s / fine_s / 2.0 - 0.5) + 1
    widths = np.unique(np.minimum(2 * ((shortest * 2 ** np.arange(8)) // 2) + 1, longest))
    error = 2.0 / (9.0 * rest.freedom_per_s * fine_s * widths)

    def window(level_uv: float, sd: float) -> IntArray:
        ratio = np.cbrt(1.0 + level_uv**2 / power)
        clear = (ratio[:, None] - 1.0 + error) / np.sqrt(error) >= sd
        clear[:, -1] = True
        return np.asarray(widths[np.argmax(clear, axis=1)], np.int64)

    onset = window(criteria.onset_above_rest_uv, settings.onset_resolution_sd)
    offset = window(criteria.offset_above_rest_uv, settings.offset_resolution_sd)

    def reached(chosen: IntArray, sd: float) -> FloatArray:
        own = error[np.searchsorted(widths, chosen)]
        return np.asarray(power * ((1.0 - own + sd * np.sqrt(own)) ** 3 - 1.0))

    level = np.maximum(
        reached(offset, settings.offset_resolution_sd), criteria.offset_above_rest_uv**2
    )
    return Windows(onset, offset, level, reached(onset, settings.onset_resolution_sd))


def own_envelope(
    power_uv2: SignalArray,
    rest: RestingPower,
    *,
    block: int,
    blocks_per_step: int,
    fs_hz: float,
    criteria: AmplitudeCriteria,
    settings: RobustSettings,
) -> OwnEnvelope:
    """Build the own rms envelope on the fine grid and decide for every block whether it is on or quiet."""
    n, fine_s = power_uv2.size, block / fs_hz
    windows = choose_windows(
        rest,
        fine_s=fine_s,
        shortest_s=settings.envelope_window_s,
        criteria=criteria,
        settings=settings,
    )
    rest_fine = spread_over_samples(
        rest.power_uv2, step=blocks_per_step, first=blocks_per_step // 2, size=n
    )
    onset_window, offset_window = (
        _repeat(column, blocks_per_step, n) for column in (windows.onset, windows.offset)
    )
    level = _repeat(windows.offset_level_uv2.astype(np.float32), blocks_per_step, n)
    smoothed = {
        width: moving_mean(power_uv2, fs_hz=1.0, window_s=float(width))
        for width in np.unique([*windows.onset, *windows.offset]).tolist()
    }
    for_onset = _pick(smoothed, onset_window) - rest_fine
    for_offset = _pick(smoothed, offset_window) - rest_fine
    on = for_onset >= criteria.onset_above_rest_uv**2
    near = np.maximum(
        windows.onset_noise_uv2, (settings.considered_share * criteria.onset_above_rest_uv) ** 2
    ).astype(np.float32)
    considered = on | (for_onset >= _repeat(near, blocks_per_step, n))
    steady = 2 * round(settings.onset_window_s / fine_s / 2.0 - 0.5) + 1
    steady_power = moving_mean(power_uv2, fs_hz=1.0, window_s=float(steady)) - rest_fine
    return OwnEnvelope(
        block=block,
        fs_hz=fs_hz,
        above_uv=np.sqrt(np.maximum(for_onset, 0.0)),
        rest_uv2=rest_fine,
        on=on,
        considered=considered,
        steady_on=on & (steady_power >= criteria.onset_above_rest_uv**2),
        steady_window=steady,
        quiet=(for_offset <= level) & ~on,
        onset_window=onset_window,
        offset_window=offset_window,
        offset_level_uv2=level,
        freedom_per_s=rest.freedom_per_s,
    )


def _repeat(steps: NDArray[T], times: int, size: int) -> NDArray[T]:
    """Hold each step for `times` blocks, the last one to the end."""
    held = np.repeat(steps, times)
    if held.size >= size:
        return held[:size]
    return np.concatenate((held, np.full(size - held.size, steps[-1])))


def _pick(smoothed: dict[int, SignalArray], window: IntArray) -> SignalArray:
    """Take from each smoothed power what was smoothed with the window asked for."""
    if len(smoothed) == 1:
        return next(iter(smoothed.values())).copy()
    out = np.empty(window.size, np.float32)
    for width, values in smoothed.items():
        np.copyto(out, values, where=window == width)
    return out


def find_own_movements(
    emg_uv: SignalArray, envelope: OwnEnvelope, *, criteria: AmplitudeCriteria
) -> Crossings:
    """Find movements in samples.

    Coarse on and off on the fine grid, then every edge at its exact sample.

    The coarse hold is shorter by one window, since smoothing shortens every pause by that much;
    pauses are measured again between the exact edges and joined where they are too short.
    """
    fine_hz = envelope.fs_hz / envelope.block
    widest_s = (
        float(np.median(envelope.offset_window)) / fine_hz if envelope.offset_window.size else 0.0
    )
    hold = samples_at_least(max(criteria.offset_hold_s - widest_s, _SHORTEST_HOLD_S), fine_hz)
    coarse = pair_crossings(envelope.on, envelope.quiet, hold=hold)
    exact = _refine(emg_uv, envelope, coarse, criteria)
    return join_pauses(exact, samples_at_least(criteria.offset_hold_s, envelope.fs_hz))


def _refine(
    emg_uv: SignalArray, envelope: OwnEnvelope, coarse: Crossings, criteria: AmplitudeCriteria
) -> Crossings:
    """Put each edge where the monotone fit of the power crosses the level."""
    if not coarse.onset.size:
        return coarse
    block, n = envelope.block, envelope.on.size
    first, last = coarse.onset, np.minimum(coarse.offset, n) - 1
    steady = np.append(np.flatnonzero(envelope.steady_on), n)
    settled = steady[np.searchsorted(steady, first)]
    held = settled < coarse.offset
    reach = np.where(
        held,
        np.maximum(envelope.steady_window, envelope.onset_window[first]),
        envelope.onset_window[first],
    )
    first = np.where(held, settled, first)
    rest_on = envelope.rest_uv2[first].astype(np.float64)
    stop_on = np.minimum(first + reach, coarse.offset)
    onset = rising_edges(
        emg_uv,
        rest_on + criteria.onset_above_rest_uv**2,
        start=np.maximum(first - reach, 0) * block,
        stop=stop_on * block,
    )
    on_index = np.flatnonzero(envelope.on)
    last_on = on_index[np.searchsorted(on_index, last, side="right") - 1]
    tail = envelope.offset_window[last]
    level = envelope.rest_uv2[last].astype(np.float64) + envelope.offset_level_uv2[last]
    start_off = np.maximum(last_on - tail, first)
    stop_off = np.minimum(coarse.offset + tail // 2 + 1, n)
    offset = falling_edges(emg_uv, level, start=start_off * block, stop=stop_off * block)
    offset = np.where(
        coarse.truncated,
        np.minimum(coarse.offset * block, emg_uv.size),
        np.maximum(offset, onset + 1),
    )
    return Crossings(onset, offset, coarse.truncated)


def join_pauses(found: Crossings, shortest_pause: int) -> Crossings:
    """Join movements whose pause is shorter than `shortest_pause` samples."""
    if found.onset.size < 2:
        return found
    new = np.append(
        True, found.onset[1:] - np.maximum.accumulate(found.offset)[:-1] >= shortest_pause
    )
    starts = np.flatnonzero(new)
    return Crossings(
        found.onset[starts],
        np.maximum.reduceat(found.offset, starts),
        np.logical_or.reduceat(found.truncated, starts),
    )
