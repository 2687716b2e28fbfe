"""Step one and three of the robust detector: the own rms envelope of a movement, on and off."""

from dataclasses import dataclass

import numpy as np

from ekbom.criteria.detector import RobustSettings
from ekbom.criteria.scoring import AmplitudeCriteria
from ekbom.detection.literal.crossings import pair_crossings
from ekbom.detection.literal.envelope import moving_mean
from ekbom.detection.literal.rest import spread_over_samples
from ekbom.detection.robust.edges import falling_edges, rising_edges
from ekbom.detection.robust.grids import Grids
from ekbom.detection.robust.rest import RestingPower
from ekbom.detection.robust.windows import choose_windows
from ekbom.detection.runs import Crossings, samples_at_least
from ekbom.model.recording import BoolArray, IntArray, SignalArray


@dataclass(frozen=True, eq=False, kw_only=True)
class OwnEnvelope:
    """Everything on the fine grid that the decision rests on, shape (n_blocks,) each.

    `above_uv`: own rms (0 where the power is below rest); `rest_uv2`: resting power; `on`, `quiet`:
    the two decisions; `steady_on`: like `on` with a window of `steady_window` blocks, which single
    discharges do not carry over the level; `considered`: like `on` at a lower level, for candidates
    that stay below the threshold; `onset_window`, `offset_window`: window used there, in blocks;
    `offset_level_uv2`: power above rest that still counts as quiet, at least the square of the off
    level.
    """

    grids: Grids
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


def own_envelope(
    power_uv2: SignalArray,
    rest: RestingPower,
    *,
    grids: Grids,
    criteria: AmplitudeCriteria,
    settings: RobustSettings,
) -> OwnEnvelope:
    """Build the own rms envelope on the fine grid and decide for every block: on, quiet, neither.

    Parameters
    ----------
    power_uv2
        Mean square of the prepared EMG in each fine block, uV^2.
    """
    per_step, n = grids.blocks_per_step, power_uv2.size
    windows = choose_windows(
        rest, grids=grids, criteria=criteria, settings=settings
    )
    held = windows.held(per_step, n)
    rest_fine = spread_over_samples(
        rest.power_uv2, step=per_step, first=per_step // 2, size=n
    )
    widths = {
        *np.unique(windows.onset).tolist(),
        *np.unique(windows.offset).tolist(),
    }
    smoothed = {width: moving_mean(power_uv2, width) for width in widths}
    for_onset = _pick(smoothed, held.onset) - rest_fine
    for_offset = _pick(smoothed, held.offset) - rest_fine
    on_uv2 = criteria.onset_above_rest_uv**2
    on = for_onset >= on_uv2
    steady = grids.odd_blocks(settings.onset_window_s)
    steady_uv2 = moving_mean(power_uv2, steady) - rest_fine
    return OwnEnvelope(
        grids=grids,
        above_uv=np.sqrt(np.maximum(for_onset, 0.0)),
        rest_uv2=rest_fine,
        on=on,
        considered=on | (for_onset >= held.considered_uv2),
        steady_on=on & (steady_uv2 >= on_uv2),
        steady_window=steady,
        quiet=(for_offset <= held.offset_level_uv2) & ~on,
        onset_window=held.onset,
        offset_window=held.offset,
        offset_level_uv2=held.offset_level_uv2,
        freedom_per_s=rest.freedom_per_s,
    )


def _pick(smoothed: dict[int, SignalArray], window: IntArray) -> SignalArray:
    """Take from each smoothed power what was smoothed with the window asked for."""
    if len(smoothed) == 1:
        return next(iter(smoothed.values()))
    out = np.empty(window.size, np.float32)
    for width, values in smoothed.items():
        np.copyto(out, values, where=window == width)
    return out


def find_own_movements(
    emg_uv: SignalArray,
    envelope: OwnEnvelope,
    *,
    criteria: AmplitudeCriteria,
    settings: RobustSettings,
) -> Crossings:
    """Find movements in samples.

    Coarse on and off on the fine grid, then every edge at its exact sample. The coarse hold is
    shorter by one window, since smoothing shortens every pause by that much; pauses are measured
    again between the exact edges and joined where they are too short.
    """
    grids, windows = envelope.grids, envelope.offset_window
    usual_s = float(np.median(windows)) / grids.fine_hz if windows.size else 0.0
    hold_s = max(criteria.offset_hold_s - usual_s, settings.hold_min_s)
    hold = samples_at_least(hold_s, grids.fine_hz)
    coarse = pair_crossings(envelope.on, envelope.quiet, hold=hold)
    if not coarse.onset.size:
        return coarse
    first, onset = _onsets(emg_uv, envelope, coarse, criteria)
    offset = _offsets(emg_uv, envelope, coarse, first)
    whole = np.minimum(coarse.offset * grids.block, emg_uv.size)
    ends = np.where(coarse.truncated, whole, np.maximum(offset, onset + 1))
    exact = Crossings(onset, ends, coarse.truncated)
    return join_pauses(
        exact, samples_at_least(criteria.offset_hold_s, grids.fs_hz)
    )


def _onsets(
    emg_uv: SignalArray,
    envelope: OwnEnvelope,
    coarse: Crossings,
    criteria: AmplitudeCriteria,
) -> tuple[IntArray, IntArray]:
    """Block in which each movement begins, and its exact first sample.

    A movement that holds the on level over the steady window begins there, not at a single
    discharge before.
    """
    block = envelope.grids.block
    steady = np.append(np.flatnonzero(envelope.steady_on), envelope.on.size)
    settled = steady[np.searchsorted(steady, coarse.onset)]
    held = settled < coarse.offset
    reach = envelope.onset_window[coarse.onset]
    reach = np.where(held, np.maximum(envelope.steady_window, reach), reach)
    first = np.where(held, settled, coarse.onset)
    rest = envelope.rest_uv2[first].astype(np.float64)
    onset = rising_edges(
        emg_uv,
        rest + criteria.onset_above_rest_uv**2,
        start=np.maximum(first - reach, 0) * block,
        stop=np.minimum(first + reach, coarse.offset) * block,
    )
    return first, onset


def _offsets(
    emg_uv: SignalArray,
    envelope: OwnEnvelope,
    coarse: Crossings,
    first: IntArray,
) -> IntArray:
    """Exact first sample after each movement, searched around the last block that is on."""
    block, n = envelope.grids.block, envelope.on.size
    last = np.minimum(coarse.offset, n) - 1
    on_blocks = np.flatnonzero(envelope.on)
    last_on = on_blocks[np.searchsorted(on_blocks, last, side="right") - 1]
    tail = envelope.offset_window[last]
    start = np.maximum(last_on - tail, first)
    stop = np.minimum(coarse.offset + tail // 2 + 1, n)
    level = (
        envelope.rest_uv2[last].astype(np.float64)
        + envelope.offset_level_uv2[last]
    )
    return falling_edges(emg_uv, level, start=start * block, stop=stop * block)


def join_pauses(found: Crossings, shortest_pause: int) -> Crossings:
    """Join movements whose pause is shorter than `shortest_pause` samples."""
    if not found.onset.size:
        return found
    pauses = found.onset[1:] - np.maximum.accumulate(found.offset)[:-1]
    starts = np.flatnonzero(np.append(True, pauses >= shortest_pause))
    return Crossings(
        found.onset[starts],
        np.maximum.reduceat(found.offset, starts),
        np.logical_or.reduceat(found.truncated, starts),
    )


def blocks_of(envelope: OwnEnvelope, sample: IntArray) -> IntArray:
    """Fine block of some samples; what lies past the last block belongs to it."""
    return np.minimum(
        sample // envelope.grids.block, envelope.rest_uv2.size - 1
    )
