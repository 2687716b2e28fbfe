"""How samples, fine blocks and level steps lie on each other."""

from dataclasses import dataclass

import numpy as np

from ekbom.criteria.detector import RobustSettings
from ekbom.model.recording import FloatArray, SignalArray


@dataclass(frozen=True, kw_only=True)
class Grids:
    """Samples of a fine block, and fine blocks of a level step.

    Whole numbers, whatever the sampling rate.
    """

    fs_hz: float
    block: int
    blocks_per_step: int

    @property
    def step(self) -> int:
        """Samples of one level step."""
        return self.block * self.blocks_per_step

    @property
    def step_s(self) -> float:
        """Length of a level step, s."""
        return self.step / self.fs_hz

    @property
    def fine_s(self) -> float:
        """Length of a fine block, s."""
        return self.block / self.fs_hz

    @property
    def fine_hz(self) -> float:
        """Fine blocks per second."""
        return self.fs_hz / self.block

    def odd_blocks(self, length_s: float) -> int:
        """Longest odd number of fine blocks up to about a length."""
        return 2 * round(length_s / self.fine_s / 2.0 - 0.5) + 1


def grids_for(fs_hz: float, settings: RobustSettings) -> Grids:
    """Choose the grids nearest to the lengths of the table."""
    block = max(1, round(settings.fine_block_s * fs_hz))
    per_step = max(1, round(settings.level_step_s * fs_hz / block))
    return Grids(fs_hz=fs_hz, block=block, blocks_per_step=per_step)


def block_power(emg_uv: SignalArray, *, block: int) -> SignalArray:
    """Mean square of consecutive blocks of `block` samples, uV^2.

    An incomplete last block is left out.
    """
    n_blocks = emg_uv.size // block
    rows = emg_uv[: n_blocks * block].reshape(n_blocks, block)
    return np.asarray(
        np.einsum("ij,ij->i", rows, rows) / np.float32(block), np.float32
    )


def step_means(values: SignalArray, width: int) -> FloatArray:
    """Mean of consecutive groups of `width` values.

    An incomplete last group is left out unless it is the only one.
    """
    if values.size < width:
        return np.array([float(np.mean(values)) if values.size else np.nan])
    n = values.size // width
    return np.asarray(
        values[: n * width].reshape(n, width).mean(axis=1, dtype=np.float64)
    )
