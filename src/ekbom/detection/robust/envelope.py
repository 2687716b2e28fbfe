"""Step one and three of the robust detector: the own rms envelope of a movement, on and off."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ekbom.detection.literal.crossings import pair_crossings
from ekbom.detection.literal.envelope import moving_mean
from ekbom.detection.literal.rest import spread_over_samples
from ekbom.detection.robust.edges import falling_edges, rising_edges
from ekbom.detection.robust.restless import LocalRest
from ekbom.detection.robust.rule import Rule
from ekbom.detection.robust.windows import Windows, choose_windows
from ekbom.detection.runs import Crossings, find_runs, samples_at_least
from ekbom.model.recording import BoolArray, FloatArray, IntArray, SignalArray


@dataclass(frozen=True, eq=False, kw_only=True)
class OwnEnvelope:
    """Everything on the fine grid that the decision rests on, shape (n_blocks,) each.

    `above_uv`: own rms (0 where the power is below rest); `rest_uv2`: resting power; `on`, `quiet`:
    the two decisions; `steady_on`: like `on` with the steady window of the rule, which single
    discharges do not carry over the level; `considered`: like `on` at a lower level, for candidates
    that stay below the threshold; `windows`: the windows used there, and the power above rest that
    still counts as quiet, at least the square of the off level.
    """

    rule: Rule
    above_uv: SignalArray
    rest_uv2: SignalArray
    on: BoolArray
    considered: BoolArray
    steady_on: BoolArray
    quiet: BoolArray
    windows: Windows

    def blocks_of(self, sample: IntArray) -> IntArray:
        """Fine block of some samples; what lies past the last block belongs to it."""
        block = self.rule.grids.block
        return np.minimum(sample // block, self.rest_uv2.size - 1)

    def rest_at(self, block: IntArray) -> FloatArray:
        """Resting power of some blocks in double precision, uV^2."""
        return self.rest_uv2[block].astype(np.float64)


def own_envelope(
    power_uv2: SignalArray, rest: LocalRest, rule: Rule
) -> OwnEnvelope:
    """Build the own rms envelope on the fine grid and decide for every block: on, quiet, neither.

    Parameters
    ----------
    power_uv2
        Mean square of the prepared EMG in each fine block, uV^2.
    """
    per_step, n = rule.grids.blocks_per_step, power_uv2.size
    chosen = choose_windows(rest, rule)
    windows = chosen.held(per_step, n)
    rest_uv2 = spread_over_samples(
        rest.power_uv2, step=per_step, first=per_step // 2, size=n
    )
    onset_uv2, offset_uv2 = _smoothed(power_uv2, windows, chosen.widths)
    steady_uv2 = moving_mean(power_uv2, rule.steady_window) - rest_uv2
    onset_uv2 -= rest_uv2
    offset_uv2 -= rest_uv2
    on_uv2 = rule.criteria.onset_above_rest_uv**2
    on = onset_uv2 >= on_uv2
    return OwnEnvelope(
        rule=rule,
        above_uv=np.sqrt(np.maximum(onset_uv2, 0.0)),
        rest_uv2=rest_uv2,
        on=on,
        considered=on | (onset_uv2 >= windows.considered_uv2),
        steady_on=on & (steady_uv2 >= on_uv2),
        quiet=(offset_uv2 <= windows.offset_level_uv2) & ~on,
        windows=windows,
    )


def _smoothed(
    power_uv2: SignalArray, windows: Windows, widths: Iterable[int]
) -> tuple[SignalArray, SignalArray]:
    """Smooth the power for the on and for the off decision, each block with its own window."""
    onset_uv2, offset_uv2 = np.empty((2, power_uv2.size), np.float32)
    for width in widths:
        values = moving_mean(power_uv2, width)
        np.copyto(onset_uv2, values, where=windows.onset == width)
        np.copyto(offset_uv2, values, where=windows.offset == width)
    return onset_uv2, offset_uv2


def find_own_movements(emg_uv: SignalArray, envelope: OwnEnvelope) -> Crossings:
    """Find movements in samples.

    Coarse on and off on the fine grid, then every edge at its exact sample. Pauses are measured
    again between the exact edges and joined where they are too short.
    """
    coarse = _coarse(envelope)
    if not coarse.onset.size:
        return coarse
    criteria, _, grids = envelope.rule
    first, onset = _onsets(emg_uv, envelope, coarse)
    offset = _offsets(emg_uv, envelope, coarse, first)
    whole = np.minimum(coarse.offset * grids.block, emg_uv.size)
    ends = np.where(coarse.truncated, whole, np.maximum(offset, onset + 1))
    exact = Crossings(onset, ends, coarse.truncated)
    hold = samples_at_least(criteria.offset_hold_s, grids.fs_hz)
    return join_pauses(exact, hold)


def _coarse(envelope: OwnEnvelope) -> Crossings:
    """Find movements in fine blocks.

    The hold of a pause is shorter by its own window, since smoothing shortens it by that much.
    """
    criteria, _, grids = envelope.rule
    whole = samples_at_least(criteria.offset_hold_s, grids.fine_hz)
    own_window = envelope.windows.offset[find_runs(envelope.quiet).start]
    hold = np.maximum(whole - own_window, 1)
    return pair_crossings(envelope.on, envelope.quiet, hold=hold)


def _onsets(
    emg_uv: SignalArray, envelope: OwnEnvelope, coarse: Crossings
) -> tuple[IntArray, IntArray]:
    """Block in which each movement begins, and its exact first sample."""
    criteria, _, grids = envelope.rule
    first, reach = _firsts(envelope, coarse)
    level = envelope.rest_at(first) + criteria.onset_above_rest_uv**2
    onset = rising_edges(
        emg_uv,
        level,
        start=np.maximum(first - reach, 0) * grids.block,
        stop=np.minimum(first + reach, coarse.offset) * grids.block,
    )
    return first, onset


def _firsts(
    envelope: OwnEnvelope, coarse: Crossings
) -> tuple[IntArray, IntArray]:
    """Block in which each movement begins, and how many blocks around it are searched.

    A movement that holds the on level over the steady window begins there, not at a single
    discharge before.
    """
    steady = np.append(np.flatnonzero(envelope.steady_on), envelope.on.size)
    settled = steady[np.searchsorted(steady, coarse.onset)]
    held = settled < coarse.offset
    reach = envelope.windows.onset[coarse.onset]
    wide = np.maximum(envelope.rule.steady_window, reach)
    first = np.where(held, settled, coarse.onset)
    return first, np.where(held, wide, reach)


def _offsets(
    emg_uv: SignalArray,
    envelope: OwnEnvelope,
    coarse: Crossings,
    first: IntArray,
) -> IntArray:
    """Exact first sample after each movement, searched around the last block that is on."""
    block, n = envelope.rule.grids.block, envelope.on.size
    last = np.minimum(coarse.offset, n) - 1
    on_blocks = np.flatnonzero(envelope.on)
    last_on = on_blocks[np.searchsorted(on_blocks, last, side="right") - 1]
    tail = envelope.windows.offset[last]
    start = np.maximum(last_on - tail, first)
    stop = np.minimum(coarse.offset + tail // 2 + 1, n)
    level = envelope.rest_at(last) + envelope.windows.offset_level_uv2[last]
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
