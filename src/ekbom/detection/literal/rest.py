"""Step two: the resting level of the muscle, by the literal reading of the standard."""

from typing import NamedTuple

import numpy as np

from ekbom.criteria.detector import LiteralSettings
from ekbom.detection.runs import row_medians
from ekbom.model.recording import BoolArray, FloatArray, SignalArray

MAD_TO_SD = 1.4826  # arithmetic: median absolute deviation to standard deviation, normal values


class _Windows(NamedTuple):
    """Sliding windows over a grid of `n_blocks` blocks, lengths in blocks."""

    length: int
    step: int
    n_blocks: int

    def of(self, values: SignalArray, used: BoolArray) -> SignalArray:
        """Rows of windows with NaN for what is left out."""
        masked = np.where(used, values, np.float32(np.nan))
        return np.lib.stride_tricks.sliding_window_view(masked, self.length)[
            :: self.step
        ]

    def at_blocks(self, levels: FloatArray) -> FloatArray:
        """Interpolate window levels, known at the window centres, at every block."""
        known = np.isfinite(levels)
        if not known.any():
            return np.full(self.n_blocks, np.nan)
        centres = np.arange(levels.size) * self.step + (self.length - 1) / 2.0
        return np.interp(
            np.arange(self.n_blocks), centres[known], levels[known]
        )


def resting_level_three_pass(
    envelope_uv: SignalArray, *, fs_hz: float, settings: LiteralSettings
) -> SignalArray:
    """Resting level of an envelope.

    Median of a sliding window, activity excluded in further passes.

    The envelope is taken at steps of `rest_block_s`. Each pass takes the median of every window,
    then leaves out what lies more than `rest_exclude_sd` robust standard deviations above it, with
    one block on either side. Between the window centres the level is interpolated in a straight
    line. A recording shorter than the window gets one level.

    Parameters
    ----------
    envelope_uv
        Shape (n,), uV; NaN is left out.

    Returns
    -------
    numpy.ndarray
        Resting level, shape (n,), uV. NaN where no window held any sample.
    """
    block = max(1, round(settings.rest_block_s * fs_hz))
    grid = envelope_uv[block // 2 :: block].astype(np.float32)
    if not grid.size:
        return np.full(envelope_uv.shape, np.nan, np.float32)
    windows = _windows_for(grid.size, fs_hz / block, settings)
    used = np.isfinite(grid)
    levels = row_medians(windows.of(grid, used))
    for _ in range(settings.rest_passes - 1):
        limit = _limit(windows, grid, used, levels, settings.rest_exclude_sd)
        used = np.isfinite(grid) & ~_with_neighbours(grid > limit)
        levels = row_medians(windows.of(grid, used))
    at_blocks = windows.at_blocks(levels)
    return spread_over_samples(
        at_blocks, step=block, first=block // 2, size=envelope_uv.size
    )


def _windows_for(
    n_blocks: int, blocks_hz: float, settings: LiteralSettings
) -> _Windows:
    """Choose windows and steps in whole blocks."""
    length = min(max(1, round(settings.rest_window_s * blocks_hz)), n_blocks)
    return _Windows(
        length, max(1, round(settings.rest_step_s * blocks_hz)), n_blocks
    )


def _limit(
    windows: _Windows,
    grid: SignalArray,
    used: BoolArray,
    levels: FloatArray,
    exclude_sd: float,
) -> FloatArray:
    """Level above which a block is activity, at every block."""
    deviation = np.abs(
        windows.of(grid, used) - levels[:, None].astype(np.float32)
    )
    return windows.at_blocks(
        levels + exclude_sd * MAD_TO_SD * row_medians(deviation)
    )


def _with_neighbours(active: BoolArray) -> BoolArray:
    """Mark the blocks beside active ones too."""
    wide = active.copy()
    wide[1:] |= active[:-1]
    wide[:-1] |= active[1:]
    return wide


def spread_over_samples(
    levels: FloatArray | SignalArray, *, step: int, first: int, size: int
) -> SignalArray:
    """Join levels by straight lines that are known at samples first, first + step, and so on.

    The level is constant before the first and after the last.
    """
    known = np.asarray(levels, np.float32)
    rise = np.append(np.diff(known), np.float32(0.0))
    share = (np.arange(step, dtype=np.float32) / np.float32(step))[None, :]
    out = np.empty(first + known.size * step, np.float32)
    out[:first] = known[0]
    inner = out[first:].reshape(known.size, step)
    np.multiply(rise[:, None], share, out=inner)
    inner += known[:, None]
    if out.size >= size:
        return out[:size]
    return np.concatenate((out, np.full(size - out.size, known[-1])))
