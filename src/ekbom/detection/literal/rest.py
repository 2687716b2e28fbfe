"""Step two: the resting level of the muscle, by the literal reading of the standard."""

import numpy as np

from ekbom.model.recording import BoolArray, FloatArray, SignalArray

MAD_TO_SD = 1.4826
"""Median absolute deviation to standard deviation, for normal values."""


def resting_level_three_pass(
    envelope_uv: SignalArray,
    *,
    fs_hz: float,
    window_s: float,
    step_s: float,
    block_s: float,
    passes: int,
    exclude_sd: float,
) -> SignalArray:
    """Resting level of an envelope.

    Median of a sliding window, activity excluded in further passes.

    The envelope is taken at `block_s` steps. Each pass takes the median of every window, then
    leaves out what lies more than `exclude_sd` robust standard deviations above it, with one block
    on either side. Between the window centres the level is interpolated in a straight line. A
    recording shorter than the window gets one level.

    Parameters
    ----------
    envelope_uv
        Shape (n,), uV; NaN is left out.
    window_s, step_s, block_s
        Window, step between windows and grid, s.

    Returns
    -------
    numpy.ndarray
        Resting level, shape (n,), uV. NaN where no window held any sample.
    """
    block = max(1, round(block_s * fs_hz))
    grid = envelope_uv[block // 2 :: block].astype(np.float32)
    per_window = min(max(1, round(window_s * fs_hz / block)), max(1, grid.size))
    per_step = max(1, round(step_s * fs_hz / block))
    if not grid.size:
        return np.full(envelope_uv.shape, np.nan, np.float32)
    used = np.isfinite(grid)
    levels = _window_levels(grid, used, per_window, per_step)
    for _ in range(passes - 1):
        spread = _window_spread(grid, used, levels, per_window, per_step)
        limit = _at_blocks(
            levels + exclude_sd * MAD_TO_SD * spread, per_window, per_step, grid.size
        )
        active = grid > limit
        active[1:] |= active[:-1].copy()
        active[:-1] |= active[1:].copy()
        used = np.isfinite(grid) & ~active
        levels = _window_levels(grid, used, per_window, per_step)
    at_blocks = _at_blocks(levels, per_window, per_step, grid.size)
    return spread_over_samples(at_blocks, step=block, first=block // 2, size=envelope_uv.size)


def _windows(values: SignalArray, used: BoolArray, per_window: int, per_step: int) -> SignalArray:
    """Rows of windows with NaN for what is left out."""
    masked = np.where(used, values, np.float32(np.nan))
    return np.lib.stride_tricks.sliding_window_view(masked, per_window)[::per_step]


def _window_levels(
    grid: SignalArray, used: BoolArray, per_window: int, per_step: int
) -> FloatArray:
    """Median of each window."""
    return _row_medians(_windows(grid, used, per_window, per_step))


def _window_spread(
    grid: SignalArray, used: BoolArray, levels: FloatArray, per_window: int, per_step: int
) -> FloatArray:
    """Median absolute deviation of each window from its level."""
    rows = _windows(grid, used, per_window, per_step)
    return _row_medians(np.abs(rows - levels[:, None].astype(np.float32)))


def _row_medians(rows: SignalArray) -> FloatArray:
    """Median of each row without its NaN (sorted to the end); NaN for a row without any value."""
    ordered = np.sort(rows, axis=1)
    count = np.sum(np.isfinite(ordered), axis=1)
    index = np.arange(rows.shape[0])
    low = ordered[index, np.maximum(count - 1, 0) // 2]
    high = ordered[index, np.minimum(count // 2, rows.shape[1] - 1)]
    return np.where(count > 0, (low + high) / 2.0, np.nan)


def _at_blocks(levels: FloatArray, per_window: int, per_step: int, n_blocks: int) -> FloatArray:
    """Interpolate window levels, given at the window centres, at every block of the grid."""
    known = np.isfinite(levels)
    if not known.any():
        return np.full(n_blocks, np.nan)
    centres = np.arange(levels.size) * per_step + (per_window - 1) / 2.0
    return np.interp(np.arange(n_blocks), centres[known], levels[known])


def spread_over_samples(
    levels: FloatArray | SignalArray, *, step: int, first: int, size: int
) -> SignalArray:
    """Join levels known at samples first, first + step, ...

    By straight lines; constant before the first and after the last.
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
